//! Queries: their operands, what they return, what they are sorted by.

use sfmc_sql::holds_placeholder;
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode, AstToken,
        sql::{self, QueryBody, SetOp},
    },
};

use super::{
    columns::Columns,
    from::renamed,
    model::{
        Clause, Grouping, OrderKey, OutputColumn, Query, QueryId, QueryRole, Reference, Select, SelectId, SetOperation,
        Target,
    },
    scope::Frame,
    types::{Nullability, SqlType},
    walk::{Cte, Walk},
};

/// What an operand returns.
pub(super) struct Rows {
    pub(super) columns: Vec<OutputColumn>,
    pub(super) open: bool,
}

impl Rows {
    fn unknown() -> Rows {
        Rows { columns: Vec::new(), open: true }
    }

    fn count(&self) -> Option<usize> {
        (!self.open).then_some(self.columns.len())
    }
}

impl Walk<'_> {
    /// Walks a query and what it holds.
    pub(super) fn query(&mut self, query: &sql::Query, role: QueryRole) -> QueryId {
        let id = QueryId::new(self.meaning.queries.len());
        self.meaning.queries.push(Query {
            range: query.range(),
            role,
            selects: Vec::new(),
            columns: Vec::new(),
            open: true,
            serialized: query.for_clause().is_some(),
            order: Vec::new(),
        });
        self.meaning.places.insert(query.range(), id);
        let (select, clause) = (self.select, self.clause);
        let named = self.ctes.len();
        for cte in query.with_clause().into_iter().flat_map(|with| with.ctes()) {
            self.cte(&cte);
        }
        let rows = match query.query_body() {
            Some(QueryBody::Select(body)) => {
                let (rows, select) = self.select(id, &body);
                self.sort_rows(id, select, &body, query, &rows);
                rows
            }
            Some(body) => {
                let rows = self.body(id, &body);
                self.sort_outputs(id, query, &rows);
                rows
            }
            None => Rows::unknown(),
        };
        self.ctes.truncate(named);
        let found = &mut self.meaning.queries[id.index()];
        (found.columns, found.open) = (rows.columns, rows.open);
        (self.select, self.clause) = (select, clause);
        id
    }

    fn cte(&mut self, cte: &sql::Cte) {
        let Some(name) = cte.name().and_then(|name| name.last()) else { return };
        let key = name.key();
        // It can read itself, and then returns what it is about to say.
        self.ctes.push(Cte { key, query: None, columns: Columns::unknown().into() });
        let Some(query) = cte.subquery().and_then(|subquery| subquery.query()) else { return };
        let query = self.query(&query, QueryRole::Cte);
        let columns = self.columns_of(query);
        let columns = cte.column_list().map_or(columns.clone(), |list| renamed(&columns, &list));
        if let Some(cte) = self.ctes.last_mut() {
            (cte.query, cte.columns) = (Some(query), columns.into());
        }
    }

    fn body(&mut self, id: QueryId, body: &QueryBody) -> Rows {
        match body {
            QueryBody::Select(select) => {
                let (rows, found) = self.select(id, select);
                self.grouping(found, select, &[]);
                rows
            }
            QueryBody::SetOperation(operation) => self.set_operation(id, operation),
            QueryBody::ParenQuery(parens) => match parens.query() {
                Some(query) => {
                    let inner = self.query(&query, QueryRole::Operand);
                    let found = &self.meaning.queries[inner.index()];
                    // FOR XML makes one text of its columns.
                    let open = found.open || found.serialized;
                    let (selects, count) = (found.selects.clone(), found.columns.len());
                    let fits = count <= self.budget;
                    let columns = if fits { found.columns.clone() } else { Vec::new() };
                    self.budget = self.budget.saturating_sub(count);
                    self.meaning.queries[id.index()].selects.extend(selects);
                    Rows { columns, open: open || !fits }
                }
                None => Rows::unknown(),
            },
            QueryBody::Values(values) => self.values(values),
        }
    }

    fn set_operation(&mut self, id: QueryId, operation: &sql::SetOperation) -> Rows {
        let mut ops = operation.operators().map(|operator| operator.op());
        let mut operands = Vec::new();
        let mut all: Option<Rows> = None;
        for body in operation.operands() {
            let rows = self.body(id, &body);
            operands.push((body.range(), rows.count()));
            all = Some(match all {
                None => rows,
                Some(first) => combined(first, &rows, ops.next().flatten()),
            });
        }
        self.meaning.set_operations.push(SetOperation { range: operation.range(), operands });
        all.unwrap_or_else(Rows::unknown)
    }

    fn values(&mut self, values: &sql::Values) -> Rows {
        let mut all: Option<Vec<OutputColumn>> = None;
        let mut open = false;
        for row in values.rows() {
            let mut columns = Vec::new();
            for item in row.items() {
                let info = self.expr(&item);
                columns.push(OutputColumn {
                    name: None,
                    name_range: None,
                    range: item.range(),
                    given: false,
                    star: false,
                    ty: info.ty,
                    nullability: info.nullability,
                    constant: None,
                    origin: None,
                });
            }
            match &mut all {
                None => all = Some(columns),
                Some(all) => {
                    open |= all.len() != columns.len();
                    for (known, column) in all.iter_mut().zip(columns) {
                        known.ty = known.ty.join(column.ty);
                        known.nullability = known.nullability.either(column.nullability);
                    }
                }
            }
        }
        Rows { open: open || all.is_none(), columns: all.unwrap_or_default() }
    }

    /// ORDER BY of a plain SELECT: names of its list first, then columns of its sources.
    fn sort_rows(&mut self, id: QueryId, select: SelectId, body: &sql::Select, query: &sql::Query, rows: &Rows) {
        let items: Vec<sql::OrderItem> = query.order_by_clause().into_iter().flat_map(|order| order.items()).collect();
        (self.select, self.clause) = (Some(select), Clause::OrderBy);
        let end = self.count(select);
        self.frames.push(Frame::Select { id: select, first: 0, end });
        for item in &items {
            let Some(expr) = item.expr() else { continue };
            let output = self.output_key(id, &expr, rows, true);
            if output.is_none() {
                self.expr(&expr);
            }
            self.meaning.queries[id.index()].order.push(OrderKey { range: expr.range(), output });
        }
        self.rest(query);
        self.frames.pop();
        self.grouping(select, body, &items);
    }

    /// ORDER BY of a UNION: only what it returns.
    fn sort_outputs(&mut self, id: QueryId, query: &sql::Query, rows: &Rows) {
        self.select = None;
        self.clause = Clause::OrderBy;
        for item in query.order_by_clause().into_iter().flat_map(|order| order.items()) {
            let Some(expr) = item.expr() else { continue };
            let output = self.output_key(id, &expr, rows, false);
            if output.is_none() {
                let absent = !rows.open
                    && !self.doubtful
                    && matches!(query.query_body(), Some(QueryBody::SetOperation(_)))
                    && matches!(expr.clone().without_parens(), sql::Expr::NameExpr(_));
                // Names that are none of its columns: of what they are, no operand is asked.
                let start = self.meaning.references.len();
                let frames = std::mem::replace(&mut self.frames, vec![Frame::Open]);
                self.expr(&expr);
                self.frames = frames;
                for reference in self.meaning.references.iter_mut().skip(start) {
                    if absent && reference.qualifier.is_none() && reference.target == Target::Unknown {
                        let plain = !holds_placeholder(&reference.name) && !reference.name.starts_with('@');
                        reference.target = if plain { Target::Absent(None) } else { Target::Unknown };
                    }
                }
            }
            self.meaning.queries[id.index()].order.push(OrderKey { range: expr.range(), output });
        }
        self.rest(query);
    }

    /// What else can stand behind a query.
    fn rest(&mut self, query: &sql::Query) {
        let order = query.order_by_clause();
        let offset = order.as_ref().and_then(|order| order.offset_clause()).and_then(|offset| offset.expr());
        let fetch = order.as_ref().and_then(|order| order.fetch_clause()).and_then(|fetch| fetch.expr());
        let limits = query.limit_clause().into_iter().flat_map(|limit| limit.values());
        for expr in offset.into_iter().chain(fetch).chain(limits) {
            self.expr(&expr);
        }
    }

    /// The output column that a key of ORDER BY is the name or the number of.
    fn output_key(&mut self, id: QueryId, expr: &sql::Expr, rows: &Rows, rows_of_select: bool) -> Option<u32> {
        match expr.clone().without_parens() {
            sql::Expr::Literal(literal) => {
                let place = u32::try_from(literal.as_integer()?).ok()?.checked_sub(1)?;
                (!rows.open && (place as usize) < rows.columns.len()).then_some(place)
            }
            sql::Expr::NameExpr(name) => {
                let name = name.name()?;
                let parts = name.parts();
                let [Some(part)] = parts.as_slice() else { return None };
                if part.has_placeholder() || name.lacks_brackets() {
                    return None;
                }
                let key = part.value();
                let named = |column: &OutputColumn| column.name.as_ref().is_some_and(|name| same_name(name, &key));
                let mut found = (0..).zip(&rows.columns).filter(|(_, column)| named(column));
                let (place, column) = found.next()?;
                if found.next().is_some() {
                    return None;
                }
                // A column of the list that has kept its name is the column, as it is in every other clause.
                let kept = column.origin.filter(|_| rows_of_select && !column.given);
                self.references.insert(expr.clone().without_parens().range(), self.meaning.references.len());
                self.meaning.references.push(Reference {
                    range: part.syntax().text_range(),
                    qualifier: None,
                    name: key,
                    select: self.select,
                    clause: self.clause,
                    target: kept.map_or(Target::Output(id, place), Target::Column),
                });
                Some(place)
            }
            _ => None,
        }
    }

    pub(super) fn mut_select(&mut self, id: SelectId) -> &mut Select {
        &mut self.meaning.selects[id.index()]
    }

    /// A SELECT of which nothing is known yet.
    pub(super) fn new_select(&mut self, query: QueryId, range: TextRange) -> SelectId {
        let outer = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Select { id, .. } => Some(*id),
            Frame::Open => None,
        });
        let id = SelectId::new(self.meaning.selects.len());
        self.first_calls.push(self.meaning.calls.len());
        self.meaning.selects.push(Select {
            range,
            query,
            outer,
            list: None,
            sources: Vec::new(),
            joins: Vec::new(),
            filter: Vec::new(),
            having: Vec::new(),
            columns: Vec::new(),
            open: false,
            distinct: false,
            top: false,
            grouping: Grouping::default(),
            merged: false,
            has_from: false,
            unnamed_sources: false,
        });
        self.meaning.queries[query.index()].selects.push(id);
        id
    }
}

/// Whether two names are the same, whatever their case.
pub fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}

/// What UNION and its like make of the rows of two operands.
fn combined(mut first: Rows, second: &Rows, op: Option<SetOp>) -> Rows {
    for (place, column) in first.columns.iter_mut().enumerate() {
        let other = second.columns.get(place).filter(|_| !first.open && !second.open);
        let joined = other.map_or(SqlType::Unknown, |other| column.ty.join(other.ty));
        column.ty = match (joined, column.ty) {
            // Its rows are all rows of the first.
            (SqlType::Text { national, fixed, .. }, SqlType::Text { length, .. }) if op == Some(SetOp::Except) => {
                SqlType::Text { national, fixed, length }
            }
            (joined, _) => joined,
        };
        let nullability = other.map_or(Nullability::Unknown, |other| other.nullability);
        column.nullability = match op {
            Some(SetOp::Except) => column.nullability,
            Some(SetOp::Intersect) => column.nullability.both(nullability),
            _ => column.nullability.either(nullability),
        };
        (column.constant, column.origin) = (None, None);
    }
    first
}
