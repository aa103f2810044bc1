//! What is right or wrong with a statement as a part of its file.
//!
//! A file of SQL holds one query that an activity runs, or it is a notebook: several statements, of which somebody runs one at a time. In a
//! notebook more than one statement is no mistake, and neither are words between them.

use sfmc_db::{Chunk, Db, Page, PageMap, sql_parse};
use sfmc_diagnostics::Diagnostic;
use sfmc_syntax::{
    NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize,
    ast::{AstNode, sql},
};

use super::content_range;
use crate::rules::sql as rules;

/// What a file consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PartKind {
    /// A query.
    Query,
    /// A statement that no query activity runs.
    Refused,
    /// `GO`
    Go,
    /// A statement that a placeholder stands for.
    Placeholder,
    /// Words that begin no statement.
    Prose,
    /// A semicolon.
    Semicolon,
}

/// A statement, or what stands between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    pub(crate) kind: PartKind,
    /// Where its first word stands.
    pub(crate) head: TextRange,
    /// Where it ends.
    pub(crate) end: TextSize,
}

/// The parts of a chunk, in bytes from its start.
#[salsa::tracked(returns(ref))]
fn sql_parts(db: &dyn Db, chunk: Chunk) -> Box<[Part]> {
    let root = SyntaxNode::new_root(sql_parse(db, chunk).green.clone());
    root.children_with_tokens().filter_map(part).collect()
}

fn part(element: NodeOrToken<SyntaxNode, SyntaxToken>) -> Option<Part> {
    match element {
        NodeOrToken::Token(token) => {
            let head = token.text_range();
            let kind = PartKind::Semicolon;
            (token.kind() == SyntaxKind::SEMICOLON).then_some(Part { kind, head, end: head.end() })
        }
        NodeOrToken::Node(node) => {
            let statement = sql::Statement::cast(node)?;
            let kind = match &statement {
                sql::Statement::SelectStmt(_) => PartKind::Query,
                sql::Statement::GoStmt(_) => PartKind::Go,
                sql::Statement::PlaceholderStmt(_) => PartKind::Placeholder,
                sql::Statement::Prose(_) => PartKind::Prose,
                _ => PartKind::Refused,
            };
            let range = content_range(statement.syntax());
            let head = keyword(&statement).map_or(TextRange::empty(range.start()), |token| token.text_range());
            Some(Part { kind, head, end: range.end() })
        }
    }
}

/// The word that says what a statement is: its first, or the one behind the CTEs that it begins with.
fn keyword(statement: &sql::Statement) -> Option<SyntaxToken> {
    let children = statement.syntax().children_with_tokens();
    let own = children.filter_map(NodeOrToken::into_token).find(|token| !token.kind().is_trivia());
    own.or_else(|| {
        let tokens = statement.syntax().descendants_with_tokens().filter_map(NodeOrToken::into_token);
        tokens.into_iter().find(|token| !token.kind().is_trivia())
    })
}

/// The findings about a file as a whole, in bytes from its start.
pub(crate) fn file_findings(db: &dyn Db, page: Page, map: &PageMap) -> Vec<Diagnostic> {
    let mut file = File { parts: Vec::new(), is_activity: page.query(db).activity.is_some(), found: Vec::new() };
    for position in map.chunks() {
        let shifted = |part: &Part| Part { head: part.head + position.start, end: part.end + position.start, ..*part };
        file.parts.extend(sql_parts(db, position.chunk).iter().map(shifted));
    }
    let words = |range: TextRange| {
        let position = map.chunk_at(range.start()).and_then(|index| map.chunks().get(index));
        let text = position.and_then(|p| p.chunk.source(db).text.get(usize::from(range.start() - p.start)..));
        text.and_then(|text| text.get(..usize::from(range.len()))).unwrap_or_default()
    };
    rules::not_select::check(&mut file, &words);
    rules::not_select::check_empty(&mut file);
    rules::multi_statement::check(&mut file, &words);
    rules::trailing_semicolon::check(&mut file);
    rules::prose::check(&mut file, &words);
    file.found
}

/// What a rule about a file is given.
pub(crate) struct File {
    /// Its parts, in order.
    pub(crate) parts: Vec<Part>,
    /// Whether it is known to be the query of an activity.
    pub(crate) is_activity: bool,
    /// What was found.
    pub(crate) found: Vec<Diagnostic>,
}

impl File {
    /// The statements, in order.
    pub(crate) fn statements(&self) -> impl Iterator<Item = &Part> {
        let is_statement = |part: &&Part| matches!(part.kind, PartKind::Query | PartKind::Refused);
        self.parts.iter().filter(is_statement)
    }
}
