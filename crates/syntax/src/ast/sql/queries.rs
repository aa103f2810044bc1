//! Queries: operands, sources, output columns.

use super::{
    Alias, CallExpr, Expr, FromItem, Join, Name, NameToken, Query, QueryBody, Select, SelectItem, SetOperator,
    Subquery, TableSource,
};
use crate::{
    SyntaxKind,
    SyntaxKind::*,
    ast::{AstNode, support},
};

/// How an operand is joined to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetOp {
    /// `UNION`
    Union,
    /// `UNION ALL`
    UnionAll,
    /// `EXCEPT`
    Except,
    /// `INTERSECT`
    Intersect,
}

impl SetOperator {
    /// Which one it is.
    pub fn op(&self) -> Option<SetOp> {
        if self.union_token().is_some() {
            return Some(if self.all_token().is_some() { SetOp::UnionAll } else { SetOp::Union });
        }
        let except = self.except_token().map(|_| SetOp::Except);
        except.or_else(|| self.intersect_token().map(|_| SetOp::Intersect))
    }
}

impl Query {
    /// Every SELECT that its rows come from, in order: several where it is a UNION.
    pub fn selects(&self) -> Vec<Select> {
        let mut selects = Vec::new();
        let mut open: Vec<QueryBody> = self.query_body().into_iter().collect();
        while let Some(body) = open.pop() {
            match body {
                QueryBody::Select(select) => selects.push(select),
                QueryBody::SetOperation(operation) => {
                    let at = open.len();
                    open.extend(operation.operands());
                    open[at..].reverse();
                }
                QueryBody::ParenQuery(query) => open.extend(query.query().and_then(|query| query.query_body())),
                QueryBody::Values(_) => {}
            }
        }
        selects
    }

    /// The SELECT that gives the output columns their names.
    pub fn naming_select(&self) -> Option<Select> {
        let mut body = self.query_body()?;
        loop {
            body = match body {
                QueryBody::Select(select) => return Some(select),
                QueryBody::SetOperation(operation) => operation.operands().next()?,
                QueryBody::ParenQuery(query) => query.query()?.query_body()?,
                QueryBody::Values(_) => return None,
            };
        }
    }
}

impl Select {
    /// What its list consists of.
    pub fn items(&self) -> impl Iterator<Item = SelectItem> + use<> {
        self.select_list().into_iter().flat_map(|list| list.items())
    }

    /// Every source that FROM names, those of joins too, in order.
    pub fn sources(&self) -> Vec<TableSource> {
        let mut sources = Vec::new();
        for item in self.from_clause().into_iter().flat_map(|from| from.items()) {
            item.collect_sources(&mut sources);
        }
        sources
    }
}

impl FromItem {
    /// Every source in it, in order; those in parentheses instead of the parentheses.
    fn collect_sources(&self, sources: &mut Vec<TableSource>) {
        if let Some(source) = self.table_source() {
            source.collect(sources);
        }
        for join in self.joins() {
            join.collect_sources(sources);
        }
    }
}

impl TableSource {
    fn collect(self, sources: &mut Vec<TableSource>) {
        match &self {
            TableSource::ParenTable(table) => {
                if let Some(item) = table.from_item() {
                    item.collect_sources(sources);
                }
            }
            _ => sources.push(self),
        }
    }

    /// The alias.
    pub fn alias(&self) -> Option<Alias> {
        support::child(self.syntax())
    }

    /// The name of the table, if it is one.
    pub fn table_name(&self) -> Option<Name> {
        match self {
            TableSource::NamedTable(table) => table.name(),
            _ => None,
        }
    }

    /// The query whose rows it has, if it is one in parentheses.
    pub fn subquery(&self) -> Option<Subquery> {
        match self {
            TableSource::DerivedTable(table) => table.subquery(),
            _ => None,
        }
    }

    /// The call whose rows it has.
    pub fn call(&self) -> Option<CallExpr> {
        match self {
            TableSource::FunctionTable(table) => table.call_expr(),
            _ => None,
        }
    }

    /// What its columns are qualified with: the alias, or the last part of the table's name.
    pub fn exposed_name(&self) -> Option<NameToken> {
        let alias = self.alias().and_then(|alias| alias.name());
        alias.or_else(|| self.table_name()?.last())
    }
}

/// What a join keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// `JOIN`, `INNER JOIN`
    Inner,
    /// `LEFT JOIN`
    Left,
    /// `RIGHT JOIN`
    Right,
    /// `FULL JOIN`
    Full,
    /// `CROSS JOIN`
    Cross,
    /// `CROSS APPLY`
    CrossApply,
    /// `OUTER APPLY`
    OuterApply,
}

impl Join {
    /// What it keeps.
    pub fn kind(&self) -> JoinKind {
        let apply = self.apply_token().is_some();
        if self.cross_token().is_some() {
            return if apply { JoinKind::CrossApply } else { JoinKind::Cross };
        }
        if apply {
            return JoinKind::OuterApply;
        }
        let sides = [(LEFT_KW, JoinKind::Left), (RIGHT_KW, JoinKind::Right), (FULL_KW, JoinKind::Full)];
        let side = sides.into_iter().find(|(token, _)| support::token(self.syntax(), *token).is_some());
        side.map_or(JoinKind::Inner, |(_, kind)| kind)
    }

    /// The condition.
    pub fn condition(&self) -> Option<Expr> {
        self.on_clause()?.expr()
    }

    fn collect_sources(&self, sources: &mut Vec<TableSource>) {
        if let Some(source) = self.table_source() {
            source.collect(sources);
        }
        for join in self.nested() {
            join.collect_sources(sources);
        }
    }
}

/// Where the name of an output column comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OutputName {
    /// It is given one: `x AS a`, `x a`, `a = x`.
    Given(NameToken),
    /// It is the name of the column.
    Column(NameToken),
}

impl OutputName {
    /// The name.
    pub fn token(&self) -> &NameToken {
        match self {
            OutputName::Given(name) | OutputName::Column(name) => name,
        }
    }
}

impl SelectItem {
    /// Whether it stands for all columns.
    pub fn is_star(&self) -> bool {
        support::kinds(self.syntax()).find(|kind| Expr::can_cast(*kind)) == Some(SyntaxKind::SQL_STAR_EXPR)
    }

    /// Whether it assigns a variable.
    pub fn is_assignment(&self) -> bool {
        self.leading_alias().is_some_and(|alias| alias.variable_token().is_some())
    }

    /// The name of the output column; none where the server finds none, or for `*`.
    pub fn output_name(&self) -> Option<OutputName> {
        let given = self.leading_alias().and_then(|alias| alias.name());
        let given = given.or_else(|| self.alias().and_then(|alias| alias.name()));
        if given.is_some() {
            return given.map(OutputName::Given);
        }
        match self.expr()?.without_parens() {
            Expr::NameExpr(name) => name.name()?.last().map(OutputName::Column),
            _ => None,
        }
    }
}
