//! FROM: its sources, what their columns are, and how they are joined.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_syntax::{
    SmolStr, TextRange,
    ast::{
        AstChildren, AstNode, AstToken,
        sql::{self, JoinKind, NameToken, TableSource},
    },
};

use smol_str::StrExt;

use super::{
    columns::{ColumnOrigin, Columns, Presence, SourceColumn, TableInfo},
    model::{Clause, Join, QueryId, QueryRole, SelectId, Source, SourceId, SourceKind},
    scope::{Frame, last_range},
    types::{Nullability, SqlType},
    walk::Walk,
};

/// A join whose condition is looked at when all sources are known.
pub(super) struct PendingJoin {
    /// Its place in [`super::Select::joins`].
    pub(super) join: usize,
    /// The condition.
    pub(super) condition: sql::Expr,
    /// It stands on its own below FROM: what it lets through, the SELECT lets through.
    pub(super) outermost: bool,
}

/// How many PIVOTs of one table are known. Each has nearly all the columns of the one before it, so that thousands of them, which nobody
/// means, would be millions of columns.
const KNOWN_PIVOTS: usize = 100;

impl Walk<'_> {
    /// The sources of a SELECT, in order. Nothing but what APPLY joins sees those before it.
    pub(super) fn from(&mut self, id: SelectId, from: &sql::FromClause) -> Vec<PendingJoin> {
        self.clause = Clause::From;
        let mut pending = Vec::new();
        for item in from.items() {
            self.joined_sources(id, &item, true, &mut pending);
        }
        pending
    }

    fn joined_sources(&mut self, id: SelectId, item: &sql::FromItem, outermost: bool, pending: &mut Vec<PendingJoin>) {
        let first = self.count(id);
        match item.table_source() {
            Some(source) => self.table_source(id, &source, false, pending),
            None => self.mut_select(id).unnamed_sources = true,
        }
        for join in item.joins() {
            self.join(id, first, &join, outermost, pending);
        }
    }

    fn join(&mut self, id: SelectId, first: usize, join: &sql::Join, outermost: bool, pending: &mut Vec<PendingJoin>) {
        let middle = self.count(id);
        let kind = join.kind();
        let lateral = matches!(kind, JoinKind::CrossApply | JoinKind::OuterApply);
        match join.table_source() {
            Some(source) => self.table_source(id, &source, lateral, pending),
            None => self.mut_select(id).unnamed_sources = true,
        }
        for nested in join.nested() {
            self.join(id, middle, &nested, false, pending);
        }
        let end = self.count(id);
        let (left, right) = match kind {
            JoinKind::Left | JoinKind::OuterApply => (false, true),
            JoinKind::Right => (true, false),
            JoinKind::Full => (true, true),
            JoinKind::Inner | JoinKind::Cross | JoinKind::CrossApply => (false, false),
        };
        for (range, outer) in [(first..middle, left), (middle..end, right)] {
            for place in range.filter(|_| outer) {
                if let Some(source) = self.source_at(id, place) {
                    self.meaning.sources[source.index()].outer = true;
                }
            }
        }
        let small = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let using = join.using_clause().is_some() || join.natural_token().is_some();
        let select = self.mut_select(id);
        select.merged |= using;
        let joins = &mut select.joins;
        joins.push(Join {
            range: join.range(),
            kind,
            left: (small(first), small(middle)),
            right: (small(middle), small(end)),
            on: Vec::new(),
            on_range: join.on_clause().map(|on| on.range()),
            using,
        });
        let place = joins.len() - 1;
        if let Some(condition) = join.condition() {
            pending.push(PendingJoin { join: place, condition, outermost });
        }
    }

    pub(super) fn count(&self, id: SelectId) -> usize {
        self.meaning.selects[id.index()].sources.len()
    }

    pub(super) fn source_at(&self, id: SelectId, place: usize) -> Option<SourceId> {
        self.meaning.selects[id.index()].sources.get(place).copied()
    }

    fn table_source(&mut self, id: SelectId, source: &TableSource, lateral: bool, pending: &mut Vec<PendingJoin>) {
        if let TableSource::ParenTable(table) = source {
            match table.from_item() {
                Some(item) => self.joined_sources(id, &item, false, pending),
                None => self.mut_select(id).unnamed_sources = true,
            }
            // `(a JOIN b ON …) AS x` is no T-SQL: nobody knows what was meant.
            if source.alias().is_some()
                || table.pivot_clauses().next().is_some()
                || table.unpivot_clauses().next().is_some()
            {
                self.mut_select(id).unnamed_sources = true;
            }
            return;
        }
        let pushed = lateral || matches!(source, TableSource::FunctionTable(_));
        if pushed {
            // What stands before a comma is in reach, too, for all that is known.
            let end = self.count(id);
            self.frames.push(Frame::Select { id, first: 0, end });
        }
        let (kind, columns) = match source {
            TableSource::NamedTable(table) => self.named_table(table),
            TableSource::DerivedTable(table) => self.derived_table(table),
            TableSource::FunctionTable(table) => {
                if let Some(call) = table.call_expr() {
                    self.expr(&sql::Expr::CallExpr(call));
                }
                (SourceKind::Function, Arc::new(Columns::unknown()))
            }
            TableSource::ParenTable(_) => return,
        };
        if pushed {
            self.frames.pop();
        }
        let alias = source.alias();
        let columns = match alias.as_ref().and_then(|alias| alias.column_list()) {
            Some(list) => Arc::new(renamed(&columns, &list)),
            None => columns,
        };
        let broken = alias.is_none() && source.table_name().is_some_and(|name| name.lacks_brackets());
        let name = source.exposed_name().filter(|_| !broken);
        let named = self.add_source(id, source.range(), kind, columns, name, alias.is_some());
        self.pivots(id, source, named);
    }

    fn add_source(
        &mut self,
        select: SelectId,
        range: TextRange,
        kind: SourceKind,
        columns: Arc<Columns>,
        name: Option<NameToken>,
        aliased: bool,
    ) -> SourceId {
        let bare = name.filter(|name| !name.has_placeholder() && !name.text().is_empty());
        let source = SourceId::new(self.meaning.sources.len());
        let select_data = self.mut_select(select);
        select_data.unnamed_sources |= bare.is_none();
        select_data.sources.push(source);
        self.meaning.sources.push(Source {
            range,
            select,
            kind,
            name: bare.as_ref().map(NameToken::value),
            key: bare.as_ref().map(NameToken::key),
            name_range: bare.as_ref().map(|name| name.syntax().text_range()),
            aliased,
            columns,
            outer: false,
            matched: false,
            proven: Vec::new(),
        });
        source
    }

    fn named_table(&mut self, table: &sql::NamedTable) -> (SourceKind, Arc<Columns>) {
        let unknown = || (SourceKind::Other, Arc::new(Columns::unknown()));
        let Some(name) = table.name() else { return unknown() };
        let parts = name.parts();
        if name.lacks_brackets() || parts.iter().flatten().any(NameToken::has_placeholder) {
            return unknown();
        }
        let (last, ent) = match parts.as_slice() {
            [Some(last)] => (last, false),
            [Some(ent), Some(last)] if ent.key() == "ent" => (last, true),
            _ => return unknown(),
        };
        if last.text().starts_with(['@', '#', '$']) {
            return unknown();
        }
        let key = last.key();
        if !ent && let Some(cte) = self.ctes.iter().rev().find(|cte| cte.key == key) {
            return (SourceKind::Cte(cte.query), cte.columns.clone());
        }
        let (columns, presence) = self.table(ent, &last.value(), key);
        let info = TableInfo { ent, name: last.value(), range: last_range(&name), presence };
        (SourceKind::Table(info), columns)
    }

    fn table(&mut self, ent: bool, name: &SmolStr, key: SmolStr) -> (Arc<Columns>, Presence) {
        let schema = self.schema;
        let entry = self.tables.entry((ent, key));
        entry.or_insert_with(|| super::tables::table(schema, ent, name)).clone()
    }

    fn derived_table(&mut self, table: &sql::DerivedTable) -> (SourceKind, Arc<Columns>) {
        let Some(query) = table.subquery().and_then(|subquery| subquery.query()) else {
            return (SourceKind::Other, Arc::new(Columns::unknown()));
        };
        let values = matches!(query.query_body(), Some(sql::QueryBody::Values(_)));
        let id = self.query(&query, QueryRole::Derived);
        self.clause = Clause::From;
        let columns = Arc::new(self.columns_of(id));
        (if values { SourceKind::Values } else { SourceKind::Derived(id) }, columns)
    }

    /// What a query returns, as columns of a source.
    pub(super) fn columns_of(&mut self, id: QueryId) -> Columns {
        let query = &self.meaning.queries[id.index()];
        let count = query.columns.len();
        if count > self.budget {
            return Columns::unknown();
        }
        self.budget -= count;
        let columns = (0..).zip(&query.columns).map(|(place, column)| SourceColumn {
            // One without a name can be called by none; a list behind the alias gives it one.
            name: column.name.clone().unwrap_or_default(),
            key: column.name.as_ref().map(|name| name.to_lowercase_smolstr()).unwrap_or_default(),
            ty: column.ty,
            nullability: column.nullability,
            primary_key: false,
            origin: ColumnOrigin::Output(id, place),
        });
        // A column without a name is refused; which name was meant, nobody knows.
        let unnamed = query.columns.iter().any(|column| column.name.is_none());
        Columns::new(columns.collect(), query.open || query.serialized || unnamed)
    }

    /// What PIVOT and UNPIVOT make of the source before them, which no name reaches any more.
    fn pivots(&mut self, id: SelectId, source: &TableSource, mut input: SourceId) {
        let mut known = KNOWN_PIVOTS;
        for node in source.syntax().children() {
            let pivot = sql::PivotClause::cast(node.clone());
            let unpivot = sql::UnpivotClause::cast(node.clone());
            if pivot.is_none() && unpivot.is_none() {
                continue;
            }
            let first = self.count(id).saturating_sub(1);
            self.frames.push(Frame::Select { id, first, end: first + 1 });
            let (columns, alias) = if let Some(pivot) = pivot {
                (self.pivot(&pivot, input), pivot.alias())
            } else if let Some(unpivot) = unpivot {
                (self.unpivot(&unpivot, input), unpivot.alias())
            } else {
                continue;
            };
            self.frames.pop();
            known = known.saturating_sub(1);
            let columns = if known == 0 { Columns::unknown() } else { columns };
            let select = self.mut_select(id);
            select.sources.pop();
            let name = alias.as_ref().and_then(|alias| alias.name());
            let range = node.text_range();
            input = self.add_source(id, range, SourceKind::Pivot(input), Arc::new(columns), name, alias.is_some());
        }
    }

    fn pivot(&mut self, pivot: &sql::PivotClause, input: SourceId) -> Columns {
        let start = self.meaning.references.len();
        let mut ty = SqlType::Unknown;
        for (place, call) in pivot.aggregates().enumerate() {
            let info = self.expr(&sql::Expr::CallExpr(call));
            ty = if place == 0 { info.ty } else { SqlType::Unknown };
        }
        if let Some(column) = pivot.column() {
            self.column(&column);
        }
        let used = self.meaning.references[start..].iter();
        let used: FxHashSet<SmolStr> = used.map(|reference| reference.name.to_lowercase_smolstr()).collect();
        let mut columns = self.passed(input, &used);
        for name in pivot.pivot_values().into_iter().flat_map(|values| values.names()) {
            columns.extend(name.last().map(|name| named(&name, ty, Nullability::Maybe)));
        }
        // `IN ('a', 'b')`: what its columns were meant to be called is said elsewhere.
        let unclear = pivot.pivot_values().is_none_or(|values| {
            AstChildren::<sql::Expr>::of(values.syntax()).next().is_some() || values.names().next().is_none()
        });
        let open = self.source(input).columns.open || unclear;
        Columns::new(columns, open)
    }

    fn unpivot(&mut self, unpivot: &sql::UnpivotClause, input: SourceId) -> Columns {
        let mut used = FxHashSet::default();
        let mut ty = None;
        for name in unpivot.pivot_values().into_iter().flat_map(|values| values.names()) {
            used.extend(name.last().map(|name| name.key()));
            let target = self.column(&name);
            let found = target.map_or(SqlType::Unknown, |target| self.target_info(&target).ty);
            ty = Some(ty.map_or(found, |ty: SqlType| ty.join(found)));
        }
        let mut columns = self.passed(input, &used);
        let value = unpivot.value().and_then(|name| name.last());
        columns.extend(value.map(|name| named(&name, ty.unwrap_or(SqlType::Unknown), Nullability::Never)));
        let column = unpivot.column().and_then(|name| name.last());
        columns.extend(
            column.map(|name| named(&name, SqlType::nvarchar(super::types::Length::Known(128)), Nullability::Never)),
        );
        Columns::new(columns, self.source(input).columns.open)
    }

    /// The columns of a source but for some.
    fn passed(&self, input: SourceId, without: &FxHashSet<SmolStr>) -> Vec<SourceColumn> {
        let columns = (0..).zip(self.source(input).columns.list());
        let columns = columns.filter(|(_, column)| !without.contains(&column.key));
        let passed = columns.map(|(place, column)| SourceColumn {
            origin: ColumnOrigin::Passed(super::model::ColumnId { source: input, column: place }),
            primary_key: false,
            ..column.clone()
        });
        passed.collect()
    }
}

/// A column that is named here.
fn named(name: &NameToken, ty: SqlType, nullability: Nullability) -> SourceColumn {
    SourceColumn {
        name: name.value(),
        key: name.key(),
        ty,
        nullability,
        primary_key: false,
        origin: ColumnOrigin::Named(name.syntax().text_range()),
    }
}

/// The columns with the names of a list behind an alias.
pub(super) fn renamed(columns: &Columns, list: &sql::ColumnList) -> Columns {
    let names: Vec<Option<NameToken>> = list.names().map(|name| name.last()).collect();
    let mut renamed = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let Some(name) = name else { return Columns::unknown() };
        let old = columns.list().get(place);
        let (ty, nullability) =
            old.map_or((SqlType::Unknown, Nullability::Unknown), |column| (column.ty, column.nullability));
        renamed.push(named(name, ty, nullability));
    }
    // A list that does not fit leaves open what was meant.
    let fits = !columns.open && names.len() == columns.list().len();
    Columns::new(renamed, !fits && !columns.open)
}
