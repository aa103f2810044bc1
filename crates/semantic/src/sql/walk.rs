//! The walk over a statement that finds out what it means, and its entry.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use sfmc_schema::Schema;
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    SmolStr, SyntaxNode, TextRange, WalkEvent,
    ast::{
        AstNode,
        sql::{self, Statement},
    },
};

use super::{
    calls::CallKind,
    columns::{Columns, Presence},
    model::{Clause, ExprKey, QueryId, QueryRole, Reference, SelectId, SqlMeaning},
    scope::{Frame, SourceIndex},
};

/// How many columns the stars of a chunk stand for at most. A server takes 4,096 for each SELECT.
const MAX_STAR_COLUMNS: usize = 200_000;

/// What is known while a statement is walked.
pub(super) struct Walk<'s> {
    pub(super) schema: &'s Schema,
    pub(super) meaning: SqlMeaning,
    /// What names can reach here, the innermost last.
    pub(super) frames: Vec<Frame>,
    /// What WITH has named, the innermost last.
    pub(super) ctes: Vec<Cte>,
    /// The text is broken so that nobody knows which names belong to what: nothing is absent or ambiguous.
    pub(super) doubtful: bool,
    /// Tables that were asked for, by name.
    pub(super) tables: FxHashMap<(bool, SmolStr), (Arc<Columns>, Presence)>,
    pub(super) indexes: FxHashMap<SelectId, SourceIndex>,
    /// Places of references by where the whole name stands.
    pub(super) references: FxHashMap<TextRange, usize>,
    /// For each SELECT how many calls came before it.
    pub(super) first_calls: Vec<usize>,
    /// How many columns stars can still stand for.
    pub(super) budget: usize,
    /// The SELECT that is walked.
    pub(super) select: Option<SelectId>,
    /// The part of it.
    pub(super) clause: Clause,
    /// Aggregates and window functions around here, with the SELECT in which they stand.
    pub(super) folding: Vec<(CallKind, Option<SelectId>)>,
}

/// A query that WITH names.
pub(super) struct Cte {
    pub(super) key: SmolStr,
    pub(super) query: Option<QueryId>,
    pub(super) columns: Arc<Columns>,
}

/// What the statements below `root` mean: a `SQL_SCRIPT` or anything that holds one. `problems` is what the parser found in them.
pub fn sql_meaning_of(root: &SyntaxNode, problems: &[SqlProblem], schema: &Schema) -> SqlMeaning {
    let mut walk = Walk {
        schema,
        meaning: SqlMeaning::default(),
        frames: Vec::new(),
        ctes: Vec::new(),
        doubtful: problems.iter().any(|problem| is_doubtful(problem.kind)),
        tables: FxHashMap::default(),
        indexes: FxHashMap::default(),
        references: FxHashMap::default(),
        first_calls: Vec::new(),
        budget: MAX_STAR_COLUMNS,
        select: None,
        clause: Clause::List,
        folding: Vec::new(),
    };
    let statements: Vec<Statement> = scripts(root).iter().flat_map(|script| script.statements()).collect();
    // About so many expressions and names does a text have: growing step by step costs as much as filling.
    let size = usize::from(root.text_range().len()) / 16;
    walk.meaning.exprs.reserve(size);
    walk.references.reserve(size / 2);
    let mut output = None;
    for statement in &statements {
        match statement {
            Statement::SelectStmt(select) => {
                output = select.query().map(|query| walk.query(&query, QueryRole::Statement));
            }
            other => walk.other(other.syntax()),
        }
    }
    let mut meaning = walk.meaning;
    meaning.doubtful = walk.doubtful;
    meaning.output = output.filter(|_| statements.len() == 1);
    meaning.references.sort_by_key(|reference| (reference.range.start(), reference.range.end()));
    meaning.set_operations.sort_by_key(|operation| (operation.range.start(), operation.range.end()));
    meaning.calls.sort_by_key(|call| (call.range.start(), call.range.end()));
    meaning
}

/// The scripts at or below `root`: none holds another.
fn scripts(root: &SyntaxNode) -> Vec<sql::Script> {
    let mut found = Vec::new();
    let mut nodes = root.preorder();
    while let Some(event) = nodes.next() {
        let WalkEvent::Enter(node) = event else { continue };
        if let Some(script) = sql::Script::cast(node) {
            found.push(script);
            nodes.skip_subtree();
        }
    }
    found
}

impl Walk<'_> {
    /// A statement that is no SELECT: its queries may mean the rows that it changes.
    fn other(&mut self, node: &SyntaxNode) {
        self.frames.push(Frame::Open);
        let mut walk = node.preorder();
        while let Some(event) = walk.next() {
            let WalkEvent::Enter(node) = event else { continue };
            if let Some(query) = sql::Query::cast(node) {
                self.query(&query, QueryRole::Statement);
                walk.skip_subtree();
            }
        }
        self.frames.pop();
    }

    /// The column whose name stands at `range`, with what qualifies it.
    pub(super) fn reference(&self, range: TextRange) -> Option<&Reference> {
        self.meaning.references.get(*self.references.get(&range)?)
    }
}

/// What an expression is found by.
pub(super) fn key(expr: &sql::Expr) -> ExprKey {
    (expr.syntax().text_range(), expr.syntax().kind())
}

/// Whether a problem can have moved names to where they do not belong.
fn is_doubtful(kind: SqlProblemKind) -> bool {
    use SqlProblemKind::*;
    !matches!(
        kind,
        EmptyName
            | SmartQuote
            | BacktickName
            | NonAsciiWhitespace
            | ExpectedExpression
            | ExpectedName
            | ExpectedOn
            | ExpectedType
            | MisspeltKeyword
            | TrailingComma
            | ReservedName
            | UnquotedName
            | ChainedComparison
            | UnsupportedOperator
            | LimitClause
    )
}
