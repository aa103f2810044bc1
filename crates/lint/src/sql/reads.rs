//! What a statement reads: its SELECTs, the data views among their sources, and which conditions hold for which of these.

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_catalog::sql::DataView;
use sfmc_schema::{Lookup, Table};
use sfmc_semantic::sql::{
    Call, CallKind, ColumnId, Condition, ConditionKind, Join, QueryId, Select, SelectId, Source, SourceId, SourceKind,
    SqlMeaning,
};
use sfmc_syntax::{
    SmolStr, TextRange,
    ast::{
        AstNode,
        sql::{self, Expr, JoinKind},
    },
};

use super::{SqlContext, expr_at};

impl<'a> SqlContext<'a> {
    /// The table that a source is, where the schema has it.
    pub(crate) fn table(&self, source: &Source) -> Option<&'a Table> {
        let SourceKind::Table(table) = &source.kind else { return None };
        match self.schema().table(table.ent, &table.name) {
            Lookup::Found(table) => Some(table),
            Lookup::Absent | Lookup::Unknown => None,
        }
    }

    /// The data view that a source is.
    pub(crate) fn view(&self, source: &Source) -> Option<&'static DataView> {
        self.table(source)?.view()
    }

    /// The data view that the source with an id is: asked for by many rules, looked up once.
    pub(crate) fn source_view(&self, id: SourceId) -> Option<&'static DataView> {
        let views = self.views(|| self.meaning().sources.iter().map(|source| self.view(source)).collect());
        views.get(id.index()).copied().flatten()
    }

    /// The data view and the name of the column that a column is in the end, unchanged.
    pub(crate) fn view_column(&self, column: ColumnId) -> Option<(&'static DataView, &'a SmolStr)> {
        let meaning = self.meaning();
        let column = meaning.table_column(column)?;
        let view = self.source_view(column.source)?;
        Some((view, &meaning.column(column)?.name))
    }
}

/// The SELECTs of a statement, with their ids. Statements stand in order of their places, so that those of one stand together.
pub(crate) fn selects_in(meaning: &SqlMeaning, statement: TextRange) -> impl Iterator<Item = (SelectId, &Select)> {
    let first = meaning.selects.partition_point(|select| select.range.end() <= statement.start());
    let selects = meaning.select_ids().skip(first).filter_map(|id| Some((id, meaning.select(id)?)));
    selects.take_while(move |(_, select)| select.range.start() < statement.end())
}

/// What is known of the SELECT that names the columns of a query.
pub(crate) fn naming_select<'m>(
    meaning: &'m SqlMeaning,
    query: &sql::Query,
    select: &sql::Select,
) -> Option<&'m Select> {
    let query = meaning.query(meaning.query_at(query.range())?)?;
    let first = meaning.select(*query.selects.first()?)?;
    Some(first).filter(|first| first.range == select.range())
}

/// The sources of a statement, those that PIVOT reads, too.
pub(crate) fn sources_in(meaning: &SqlMeaning, statement: TextRange) -> impl Iterator<Item = &Source> {
    let first = meaning.sources.partition_point(|source| source.range.end() <= statement.start());
    let sources = meaning.sources.iter().skip(first);
    sources.take_while(move |source| source.range.start() < statement.end())
}

/// All that must hold for a row of a SELECT: of WHERE, and of every ON. ON of an outer join only says which rows meet.
pub(crate) fn row_conditions(select: &Select) -> impl Iterator<Item = &Condition> {
    select.joins.iter().flat_map(|join| &join.on).chain(&select.filter)
}

/// Calls `visit` with each of the conditions, and with the parts of OR.
fn each_condition<'c>(conditions: &'c [Condition], visit: &mut dyn FnMut(&'c Condition)) {
    for condition in conditions {
        match &condition.kind {
            ConditionKind::Any(parts) => parts.iter().for_each(|part| each_condition(part, visit)),
            _ => visit(condition),
        }
    }
}

/// Calls `visit` with every part of WHERE and of every ON.
pub(crate) fn each_row_condition<'c>(select: &'c Select, visit: &mut dyn FnMut(&'c Condition)) {
    for join in &select.joins {
        each_condition(&join.on, visit);
    }
    each_condition(&select.filter, visit);
}

/// Whether a condition of a join lets go rows of a source, rather than only keep another one's from meeting them.
pub(crate) fn restricts(meaning: &SqlMeaning, select: &Select, join: &Join, source: SourceId) -> bool {
    let within = |(first, end): (u32, u32)| {
        // Sources stand in order of their ids.
        select.sources.get(first as usize..end as usize).is_some_and(|sources| sources.binary_search(&source).is_ok())
    };
    // What WHERE demands of an outer join's rows makes an inner join of it.
    let matched = |(first, _): (u32, u32)| {
        let source = select.sources.get(first as usize).and_then(|source| meaning.source(*source));
        source.is_some_and(|source| source.matched)
    };
    match join.kind {
        JoinKind::Left if !matched(join.right) => within(join.right),
        JoinKind::Right if !matched(join.left) => within(join.left),
        JoinKind::Full => false,
        _ => true,
    }
}

/// Whether DISTINCT stands in a call: `COUNT(DISTINCT x)`.
pub(crate) fn is_distinct(ctx: &SqlContext<'_>, call: &Call) -> bool {
    matches!(expr_at(ctx, call.range), Some(Expr::CallExpr(call))
        if call.arg_list().is_some_and(|args| args.distinct_token().is_some()))
}

/// Whether a SELECT gives few rows, whatever its sources hold: one of all of them, those that TOP leaves, or none without FROM.
fn is_short(meaning: &SqlMeaning, id: SelectId) -> bool {
    let Some(select) = meaning.select(id) else { return false };
    let whole =
        || meaning.calls_in(select.range).any(|call| call.kind == CallKind::Aggregate && call.folds == Some(id));
    select.top || select.sources.is_empty() || (select.grouping.group_by.is_none() && whole())
}

/// Which queries give few rows; each is looked at once, and so is each table.
pub(crate) struct FewRows<'m> {
    meaning: &'m SqlMeaning,
    queries: FxHashMap<QueryId, bool>,
    tables: FxHashMap<SourceId, bool>,
    /// The columns whose value WHERE says.
    fixed: FxHashMap<SelectId, FxHashSet<ColumnId>>,
}

impl<'m> FewRows<'m> {
    pub(crate) fn of(meaning: &'m SqlMeaning) -> FewRows<'m> {
        FewRows { meaning, queries: FxHashMap::default(), tables: FxHashMap::default(), fixed: FxHashMap::default() }
    }

    /// Whether a source surely has few rows: a list that is written out, a query of one row or of what has few itself, and a table of which
    /// its SELECT reads the row of one key.
    pub(crate) fn has(&mut self, id: SourceId) -> bool {
        let Some(source) = self.meaning.source(id) else { return false };
        match source.kind {
            SourceKind::Derived(query) | SourceKind::Cte(Some(query)) => self.gives(query),
            SourceKind::Values | SourceKind::Function => true,
            SourceKind::Table(_) => {
                if let Some(known) = self.tables.get(&id) {
                    return *known;
                }
                let few = self.is_one_row(id, source);
                self.tables.insert(id, few);
                few
            }
            _ => false,
        }
    }

    fn gives(&mut self, id: QueryId) -> bool {
        if let Some(known) = self.queries.get(&id) {
            return *known;
        }
        // What reads itself gives as many rows as it likes.
        self.queries.insert(id, false);
        let meaning = self.meaning;
        let few = meaning.query(id).is_some_and(|query| {
            query.selects.iter().all(|select| {
                let sources = || meaning.select(*select).map_or(&[][..], |select| &select.sources);
                is_short(meaning, *select) || sources().iter().all(|source| self.has(*source))
            })
        });
        self.queries.insert(id, few);
        few
    }

    /// Whether WHERE says the value of every column of the key of a table.
    fn is_one_row(&mut self, id: SourceId, source: &Source) -> bool {
        let Some(select) = self.meaning.select(source.select) else { return false };
        let fixed = self
            .fixed
            .entry(source.select)
            .or_insert_with(|| select.filter.iter().filter_map(Condition::fixed).map(|(column, _)| column).collect());
        let mut key = source.columns.primary_key().peekable();
        key.peek().is_some() && key.all(|column| fixed.contains(&ColumnId { source: id, column }))
    }
}
