//! What a rule about SQL is given.

use std::{cell::OnceCell, rc::Rc};

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_catalog::sql::DataView;
use sfmc_db::{Chunk, Db, Page, QueryInfo, SqlParse, sql_parse};
use sfmc_diagnostics::Diagnostic;
use sfmc_schema::Schema;
use sfmc_semantic::sql::{Condition, SqlMeaning, sql_meaning};
use sfmc_sql::{SqlProblem, SqlProblemKind, holds_placeholder};
use sfmc_syntax::{
    GreenNode, NodeOrToken, ProblemClass, SmolStr, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize,
    ast::{AstNode, AstToken, sql},
};

use super::{comments::keep_comments, expr_at, likeness, stray_names::StrayNames};
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
    /// Where the errors of lexer and parser begin, in order, each with the furthest place at which it or one before it ends.
    errors: Vec<(TextSize, TextSize)>,
    muted: Vec<TextRange>,
    /// Names of tables that were reported to lack their brackets, in order.
    unquoted: Vec<TextRange>,
    /// The data view that each source is, once somebody wanted to know.
    views: OnceCell<Vec<Option<&'static DataView>>>,
    /// The names in the chunk, in lower case, once somebody wanted a fresh one.
    names: Option<FxHashSet<SmolStr>>,
    /// By what names columns of a SELECT are qualified that no source has, once somebody wanted to know.
    strays: FxHashMap<TextRange, Rc<StrayNames>>,
    /// What WHERE lets through only where it is not NULL, by what it looks like, once somebody wanted to know; by where that stands.
    filled: FxHashMap<TextRange, Rc<FxHashSet<u64>>>,
    /// How many names were tried for each stem.
    given: FxHashMap<String, usize>,
    found: Vec<Diagnostic>,
}

impl<'a> SqlContext<'a> {
    pub(crate) fn new(db: &'a dyn Db, page: Page, chunk: Chunk) -> SqlContext<'a> {
        let parse = sql_parse(db, chunk);
        let root = SyntaxNode::new_root(parse.green.clone());
        let mut furthest = TextSize::new(0);
        // What is nested too deep has no structure, so that it looks broken to rules.
        let is_error = |problem: &&SqlProblem| {
            problem.kind.class() == ProblemClass::Error || problem.kind == SqlProblemKind::NestingTooDeep
        };
        let errors = parse.problems.iter().filter(is_error).map(|problem| {
            furthest = furthest.max(problem.range.end());
            (problem.range.start(), furthest)
        });
        SqlContext {
            db,
            page,
            chunk,
            text: &chunk.source(db).text,
            parse,
            root,
            errors: errors.collect(),
            muted: Vec::new(),
            unquoted: Vec::new(),
            views: OnceCell::new(),
            names: None,
            strays: FxHashMap::default(),
            filled: FxHashMap::default(),
            given: FxHashMap::default(),
            found: Vec::new(),
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        keep_comments(&mut self.found, self.text, &self.parse.green);
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

    /// Whether a placeholder stands in a range, so that nobody knows what will be there.
    pub(crate) fn has_placeholder(&self, range: TextRange) -> bool {
        let text = self.text(range);
        holds_placeholder(text) || text.contains("%%")
    }

    /// The tree of the chunk without places.
    pub(crate) fn green(&self) -> &'a GreenNode {
        &self.parse.green
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

    /// The data view that each source is; `find` finds them the first time.
    pub(super) fn views(&self, find: impl FnOnce() -> Vec<Option<&'static DataView>>) -> &[Option<&'static DataView>] {
        self.views.get_or_init(find)
    }

    /// The names that no source of the SELECT at a place has.
    pub(crate) fn stray_names(&mut self, select: TextRange) -> Rc<StrayNames> {
        if let Some(known) = self.strays.get(&select) {
            return Rc::clone(known);
        }
        let names = Rc::new(StrayNames::of(self, select));
        self.strays.insert(select, Rc::clone(&names));
        names
    }

    /// What a WHERE clause lets through only where it is not NULL, by what it looks like.
    pub(crate) fn filled(&mut self, clause: &sql::WhereClause) -> Rc<FxHashSet<u64>> {
        if let Some(known) = self.filled.get(&clause.range()) {
            return Rc::clone(known);
        }
        let conditions =
            clause.expr().map(|condition| self.meaning().conditions(&condition, false)).unwrap_or_default();
        let places = conditions.iter().flat_map(Condition::filled).filter_map(|place| expr_at(self, place));
        let filled: Rc<FxHashSet<u64>> = Rc::new(places.map(|expr| likeness(self, &expr)).collect());
        self.filled.insert(clause.range(), Rc::clone(&filled));
        filled
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
        let before = self.errors.partition_point(|(start, _)| *start <= range.end());
        before > 0 && self.errors.get(before - 1).is_some_and(|(_, end)| *end >= range.start())
    }

    /// The token that stands at a place, or else ends there.
    pub(crate) fn token_at(&self, offset: TextSize) -> Option<SyntaxToken> {
        let here = self.token_of_byte(offset).filter(|token| !token.kind().is_trivia());
        here.or_else(|| self.token_of_byte(offset.checked_sub(TextSize::new(1))?))
    }

    /// The last token that means something before a place.
    pub(crate) fn token_before(&self, offset: TextSize) -> Option<SyntaxToken> {
        let mut token = self.token_of_byte(offset.checked_sub(TextSize::new(1))?)?;
        while token.kind().is_trivia() || token.text_range().end() > offset {
            token = token.prev_token()?;
        }
        Some(token)
    }

    /// The token that holds a byte, by halving: a list may have thousands of items.
    pub(crate) fn token_of_byte(&self, at: TextSize) -> Option<SyntaxToken> {
        let range = TextRange::at(at, TextSize::new(1));
        if !self.root.text_range().contains_range(range) {
            return None;
        }
        let mut node = self.root.clone();
        loop {
            match node.child_or_token_at_range(range)? {
                NodeOrToken::Node(child) => node = child,
                NodeOrToken::Token(token) => return Some(token),
            }
        }
    }

    /// Nothing more is to be said of what stands in a range. Ranges come in order.
    pub(crate) fn mute(&mut self, range: TextRange) {
        self.muted.push(range);
    }

    /// Whether all was said of a range.
    pub(crate) fn is_muted(&self, range: TextRange) -> bool {
        let before = self.muted.partition_point(|muted| muted.start() <= range.start());
        before > 0 && self.muted.get(before - 1).is_some_and(|muted| muted.contains_range(range))
    }

    /// A name of a table that lacks its brackets was reported. Ranges come in order.
    pub(crate) fn lacks_brackets(&mut self, range: TextRange) {
        self.unquoted.push(range);
    }

    /// Whether a range stands in, or behind, a name that lacks its brackets: what is there was read as something else.
    pub(crate) fn is_misread(&self, range: TextRange) -> bool {
        self.unquoted.first().is_some_and(|first| first.start() <= range.start())
    }

    /// A name that begins with `stem` and that nothing in the chunk has yet: `t`, `t2`, `t3`; each time another.
    pub(crate) fn fresh_name(&mut self, stem: &str) -> String {
        let root = &self.root;
        let taken = self.names.get_or_insert_with(|| {
            let tokens = root.descendants_with_tokens().filter_map(NodeOrToken::into_token);
            tokens.filter_map(sql::NameToken::cast).map(|name| name.key()).collect()
        });
        let next = self.given.entry(stem.to_owned()).or_insert(1);
        loop {
            let name = if *next == 1 { stem.to_owned() } else { format!("{stem}{next}") };
            *next += 1;
            if taken.insert(name.to_lowercase().into()) {
                return name;
            }
        }
    }

    /// How many findings were reported.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Drops the findings from the `first` on that touch one of these ranges, which are in order and do not overlap.
    pub(crate) fn leave_out(&mut self, first: usize, ranges: &[TextRange]) {
        if ranges.is_empty() {
            return;
        }
        let late = self.found.split_off(first.min(self.found.len()));
        let is_said = |found: &Diagnostic| {
            let behind = ranges.partition_point(|range| range.end() < found.range.start());
            ranges.get(behind).is_some_and(|range| range.start() <= found.range.end())
        };
        self.found.extend(late.into_iter().filter(|found| !is_said(found)));
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
    // A node without tokens can stand last: `WHERE` without a condition.
    let mut last = node.last_token().or_else(|| {
        let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
        tokens.last()
    });
    while let Some(token) = last.take_if(|token| token.kind().is_trivia()) {
        last = token.prev_token();
    }
    let end = last.map_or(first.text_range().end(), |last| last.text_range().end());
    TextRange::new(first.text_range().start(), end.max(first.text_range().end()))
}
