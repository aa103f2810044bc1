//! What a rule about SQL is given.

use sfmc_db::{Chunk, Db, Page, QueryInfo, SqlParse, sql_parse};
use sfmc_diagnostics::Diagnostic;
use sfmc_schema::Schema;
use sfmc_semantic::sql::{SqlMeaning, sql_meaning};
use sfmc_sql::SqlProblem;
use sfmc_syntax::{
    ProblemClass, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize,
    ast::{AstNode, sql},
};

use crate::{context::Report, declare::Declared};

/// The statements of a chunk, what is known around them, and where to report. All ranges are in bytes from the chunk's start.
///
/// What the names in a statement stand for is in [`SqlContext::meaning`], which is computed when the first rule asks.
pub(crate) struct SqlContext<'a> {
    db: &'a dyn Db,
    page: Page,
    chunk: Chunk,
    text: &'a str,
    parse: &'a SqlParse,
    root: SyntaxNode,
    found: Vec<Diagnostic>,
}

impl<'a> SqlContext<'a> {
    pub(crate) fn new(db: &'a dyn Db, page: Page, chunk: Chunk) -> SqlContext<'a> {
        let parse = sql_parse(db, chunk);
        let root = SyntaxNode::new_root(parse.green.clone());
        SqlContext { db, page, chunk, text: &chunk.source(db).text, parse, root, found: Vec::new() }
    }

    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        self.found
    }

    /// The text of the chunk.
    pub(crate) fn chunk_text(&self) -> &'a str {
        self.text
    }

    /// The text of a range.
    pub(crate) fn text(&self, range: TextRange) -> &'a str {
        self.text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or("")
    }

    /// The tree of the chunk.
    pub(crate) fn root(&self) -> &SyntaxNode {
        &self.root
    }

    /// What lexer and parser found wrong, in order of place.
    pub(crate) fn problems(&self) -> &'a [SqlProblem] {
        &self.parse.problems
    }

    /// What the statements mean.
    pub(crate) fn meaning(&self) -> &'a SqlMeaning {
        sql_meaning(self.db, self.page, self.chunk)
    }

    /// The tables that the statements can name.
    pub(crate) fn schema(&self) -> &'a Schema {
        self.page.schema(self.db)
    }

    /// Whether no other chunk of the file has a statement.
    pub(crate) fn is_only_statement(&self) -> bool {
        let others = self.page.chunks(self.db).iter().filter(|chunk| **chunk != self.chunk);
        let scripts = others.map(|chunk| sql::Script::cast(sfmc_db::sql_syntax(self.db, *chunk)));
        scripts.flatten().all(|script| script.statements().next().is_none())
    }

    /// What is known of the file beside its text.
    pub(crate) fn query_info(&self) -> &'a QueryInfo {
        self.page.query(self.db)
    }

    /// Whether the parser found something wrong in or right beside a range, so that what stands there may not be what was meant.
    pub(crate) fn is_broken(&self, range: TextRange) -> bool {
        let is_error = |problem: &&SqlProblem| problem.kind.class() == ProblemClass::Error;
        self.parse.problems.iter().filter(is_error).any(|problem| problem.range.intersect(range).is_some())
    }

    /// The token that stands at a place, or else ends there.
    pub(crate) fn token_at(&self, offset: TextSize) -> Option<SyntaxToken> {
        let found = self.root.token_at_offset(offset.min(self.root.text_range().end()));
        let right = found.clone().right_biased().filter(|token| !token.kind().is_trivia());
        right.or_else(|| found.left_biased())
    }

    /// The last token that means something before a place.
    pub(crate) fn token_before(&self, offset: TextSize) -> Option<SyntaxToken> {
        let mut token = self.root.token_at_offset(offset.min(self.root.text_range().end())).left_biased()?;
        if token.text_range().end() > offset {
            token = token.prev_token()?;
        }
        while token.kind().is_trivia() {
            token = token.prev_token()?;
        }
        Some(token)
    }

    /// Whether a range lies in that of a finding of rule `R` that was reported.
    pub(crate) fn lies_in<R: Declared>(&self, range: TextRange) -> bool {
        self.found.iter().any(|found| found.rule == R::RULE && found.range.contains_range(range))
    }

    /// Reports a finding of rule `R`.
    pub(crate) fn report<R: Declared>(&mut self, range: TextRange, message: impl Into<String>) -> Report<'_> {
        Report::new::<R>(&mut self.found, range, message)
    }
}

/// The query of the statement itself, rather than one inside it.
pub(crate) fn is_outermost(query: &sql::Query) -> bool {
    query.syntax().parent().is_some_and(|parent| parent.kind() == SyntaxKind::SQL_SELECT_STMT)
}

/// The outermost query that a SELECT is an operand of; none for one that stands inside another.
pub(crate) fn outermost_query(select: &sql::Select) -> Option<sql::Query> {
    let mut node = select.syntax().parent()?;
    loop {
        match node.kind() {
            SyntaxKind::SQL_QUERY => {
                let query = sql::Query::cast(node)?;
                let parent = query.syntax().parent()?;
                match parent.kind() {
                    SyntaxKind::SQL_SELECT_STMT => return Some(query),
                    SyntaxKind::SQL_PAREN_QUERY => node = parent.parent()?,
                    _ => return None,
                }
            }
            SyntaxKind::SQL_SET_OPERATION | SyntaxKind::SQL_PAREN_QUERY => node = node.parent()?,
            _ => return None,
        }
    }
}

/// Where a node stands, without the blanks and comments at its ends.
pub(crate) fn content_range(node: &SyntaxNode) -> TextRange {
    let mut tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    let Some(first) = tokens.find(|token| !token.kind().is_trivia()) else { return node.text_range() };
    let mut last = node.last_token();
    while let Some(token) = last.take_if(|token| token.kind().is_trivia()) {
        last = token.prev_token();
    }
    let end = last.map_or(first.text_range().end(), |last| last.text_range().end());
    TextRange::new(first.text_range().start(), end.max(first.text_range().end()))
}
