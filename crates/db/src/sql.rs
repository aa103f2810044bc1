//! SQL: what the parser says of a chunk that is a piece of a file of SQL.

use std::cell::RefCell;

use rowan::GreenNodeBuilder;
use sfmc_sql::{SqlProblem, Workspace, parse_piece};
use sfmc_syntax::{GreenNode, NodeCache, NodeOrToken, SyntaxKind, SyntaxNode};

use crate::inputs::Chunk;

/// A piece of SQL that was parsed.
#[derive(Clone, Debug)]
pub struct SqlParse {
    /// Its tree, a `SQL_SCRIPT` node whose text is the chunk's.
    pub green: GreenNode,
    /// What is wrong, in bytes from the chunk's start, in order of place.
    pub problems: Box<[SqlProblem]>,
}

/// What a thread keeps between pieces: buffers, and nodes to share. Emptied now and then, because it only grows.
#[derive(Default)]
struct Builders {
    cache: NodeCache,
    workspace: Workspace,
    pieces: u32,
}

const PIECES_PER_CACHE: u32 = 512;

thread_local! {
    static BUILDERS: RefCell<Builders> = RefCell::default();
}

/// Parses a chunk of a file of SQL.
#[salsa::tracked(no_eq, returns(ref))]
pub fn sql_parse(db: &dyn salsa::Database, chunk: Chunk) -> SqlParse {
    let source = chunk.source(db);
    BUILDERS.with_borrow_mut(|builders| {
        builders.pieces += 1;
        if builders.pieces > PIECES_PER_CACHE {
            builders.cache = NodeCache::default();
            builders.pieces = 0;
        }
        let mut builder = GreenNodeBuilder::with_cache(&mut builders.cache);
        let problems = parse_piece(&mut builders.workspace, &source.text, &mut builder).into();
        SqlParse { green: builder.finish(), problems }
    })
}

/// A cursor on the tree of a chunk of a file of SQL. Not `Send`: make it where it is used.
pub fn sql_syntax(db: &dyn salsa::Database, chunk: Chunk) -> SyntaxNode {
    SyntaxNode::new_root(sql_parse(db, chunk).green.clone())
}

/// The chunk as [`crate::page_tree`] shows it.
pub(crate) fn sql_chunk_tree(db: &dyn salsa::Database, chunk: Chunk) -> GreenNode {
    GreenNode::new(SyntaxKind::CHUNK.into(), [NodeOrToken::Node(sql_parse(db, chunk).green.clone())])
}
