//! A whole file at once, for whoever has no pieces.

use rowan::GreenNodeBuilder;
use sfmc_syntax::{GreenNode, SyntaxKind};

use super::{Workspace, parse_piece};
use crate::{problem::SqlProblem, split::pieces};

/// What a file of SQL is.
#[derive(Clone, Debug)]
pub struct ParsedFile {
    /// ROOT → CHUNK → `SQL_SCRIPT`, a chunk for each piece.
    pub green: GreenNode,
    /// What is wrong, in bytes from the file's start, in order.
    pub problems: Vec<SqlProblem>,
}

/// Cuts a file into pieces and parses them.
pub fn parse_file(text: &str) -> ParsedFile {
    let mut workspace = Workspace::default();
    let mut builder = GreenNodeBuilder::new();
    let mut problems = Vec::new();
    builder.start_node(SyntaxKind::ROOT.into());
    for piece in pieces(text, 0) {
        builder.start_node(SyntaxKind::CHUNK.into());
        let found = parse_piece(&mut workspace, &text[piece.range], &mut builder);
        builder.finish_node();
        problems.extend(found.into_iter().map(|problem| problem.shifted(piece.range.start())));
    }
    builder.finish_node();
    ParsedFile { green: builder.finish(), problems }
}
