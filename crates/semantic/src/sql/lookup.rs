//! Questions about what is known of a statement.

use sfmc_syntax::{TextRange, TextSize, ast::sql::Expr};

use super::{
    calls::Call,
    columns::{ColumnOrigin, SourceColumn},
    model::{
        ColumnId, ExprInfo, OutputColumn, Query, QueryId, Reference, Select, SelectId, SetOperation, Source, SourceId,
        SqlMeaning,
    },
    predicates::{Condition, conditions},
    walk::key,
};

impl SqlMeaning {
    /// What is known of an expression; parentheses around it do not matter.
    pub fn expr(&self, expr: &Expr) -> Option<&ExprInfo> {
        match expr {
            Expr::ParenExpr(_) => self.exprs.get(&key(&expr.clone().without_parens())),
            _ => self.exprs.get(&key(expr)),
        }
    }

    /// A query.
    pub fn query(&self, id: QueryId) -> Option<&Query> {
        self.queries.get(id.index())
    }

    /// A SELECT.
    pub fn select(&self, id: SelectId) -> Option<&Select> {
        self.selects.get(id.index())
    }

    /// The ids of its SELECTs, in order.
    pub fn select_ids(&self) -> impl Iterator<Item = SelectId> + use<> {
        (0..self.selects.len()).map(SelectId::new)
    }

    /// A source.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.index())
    }

    /// A column of a source.
    pub fn column(&self, id: ColumnId) -> Option<&SourceColumn> {
        self.source(id.source)?.columns.get(id.column)
    }

    /// The column of a table that a column is in the end, through queries and PIVOT that leave it as it is.
    pub fn table_column(&self, mut id: ColumnId) -> Option<ColumnId> {
        loop {
            id = match self.column(id)?.origin {
                ColumnOrigin::Table(_) => return Some(id),
                ColumnOrigin::Output(query, place) => self.output(query, place)?.origin?,
                ColumnOrigin::Passed(inner) => inner,
                ColumnOrigin::Named(_) => return None,
            };
        }
    }

    /// A column that a query returns.
    pub fn output(&self, query: QueryId, place: u32) -> Option<&OutputColumn> {
        self.query(query)?.columns.get(place as usize)
    }

    /// The conditions that all hold where an expression does, or else where it does not: of WHEN and IIF, which no SELECT lists.
    pub fn conditions(&self, expr: &Expr, denied: bool) -> Vec<Condition> {
        conditions(self, expr, denied)
    }

    /// The column that is used at a place: on its name or behind it.
    pub fn reference_at(&self, offset: TextSize) -> Option<&Reference> {
        let after = self.references.partition_point(|reference| reference.range.start() <= offset);
        self.references.get(after.checked_sub(1)?).filter(|reference| reference.range.contains_inclusive(offset))
    }

    /// The query that stands at `range`.
    pub fn query_at(&self, range: TextRange) -> Option<QueryId> {
        self.places.get(&range).copied()
    }

    /// The operands that stand at `range`.
    pub fn set_operation_at(&self, range: TextRange) -> Option<&SetOperation> {
        let place = |operation: &SetOperation| (operation.range.start(), operation.range.end());
        let found = self.set_operations.binary_search_by_key(&(range.start(), range.end()), place).ok()?;
        self.set_operations.get(found)
    }

    /// The call that stands at `range`.
    pub fn call_at(&self, range: TextRange) -> Option<&Call> {
        let place = |call: &Call| (call.range.start(), call.range.end());
        let found = self.calls.binary_search_by_key(&(range.start(), range.end()), place).ok()?;
        self.calls.get(found)
    }

    /// The calls that begin in `range`, in order.
    pub fn calls_in(&self, range: TextRange) -> impl Iterator<Item = &Call> {
        let first = self.calls.partition_point(|call| call.range.start() < range.start());
        self.calls.iter().skip(first).take_while(move |call| call.range.start() < range.end())
    }

    /// The columns that are used in `range`, in order.
    pub fn references_in(&self, range: TextRange) -> impl Iterator<Item = &Reference> {
        let first = self.references.partition_point(|reference| reference.range.start() < range.start());
        self.references.iter().skip(first).take_while(move |reference| reference.range.end() <= range.end())
    }
}
