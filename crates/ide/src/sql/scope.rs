//! Which sources can be named at a place, and what has the query around it?

use sfmc_semantic::sql::{Query, QueryId, QueryRole, Select, SelectId, Source, SourceId, SqlMeaning};
use sfmc_syntax::{TextRange, TextSize};

use super::context::{Clause, Context};

/// The query around a place.
#[derive(Debug)]
pub(super) struct Scope<'m> {
    pub(super) meaning: &'m SqlMeaning,
    /// The query.
    pub(super) query: Option<&'m Query>,
    /// The SELECT of it.
    pub(super) select: Option<&'m Select>,
    /// Its sources, and then those of the SELECTs around it that it sees; each with how many SELECTs are between.
    pub(super) sources: Vec<Reached<'m>>,
}

/// A source that can be named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached<'m> {
    pub(super) id: SourceId,
    pub(super) source: &'m Source,
    /// How many SELECTs are between.
    pub(super) depth: usize,
}

/// More SELECTs around a place are not looked at.
const MAX_DEPTH: usize = 8;

impl<'m> Scope<'m> {
    /// The scope of a place of a chunk.
    pub(super) fn new(meaning: &'m SqlMeaning, context: &Context<'_>) -> Scope<'m> {
        let anchor = context.anchor();
        let found = query_around(meaning, anchor);
        let select = found.and_then(|query| select_around(meaning, query, anchor, context.clause));
        let mut sources = Vec::new();
        let outer = |id: &SelectId| meaning.select(*id).and_then(|select| select.outer);
        let around = std::iter::successors(select, outer).take(MAX_DEPTH);
        for (depth, id) in around.enumerate() {
            let ids = meaning.select(id).map(|select| select.sources.as_slice()).unwrap_or_default();
            let reached = ids.iter().filter_map(|id| Some(Reached { id: *id, source: meaning.source(*id)?, depth }));
            sources.extend(reached);
        }
        Scope {
            meaning,
            query: found.and_then(|id| meaning.query(id)),
            select: select.and_then(|id| meaning.select(id)),
            sources,
        }
    }

    /// The source that is called so.
    pub(super) fn source_named(&self, key: &str) -> Option<Reached<'m>> {
        self.sources.iter().find(|reached| reached.source.key.as_deref() == Some(key)).copied()
    }

    /// The sources of the innermost SELECT.
    pub(super) fn near(&self) -> impl Iterator<Item = Reached<'m>> + '_ {
        self.sources.iter().filter(|reached| reached.depth == 0).copied()
    }
}

/// The innermost query that holds what stands before a place.
fn query_around(meaning: &SqlMeaning, anchor: TextSize) -> Option<QueryId> {
    let holds = |range: TextRange| range.start() < anchor && anchor <= range.end();
    let ids = meaning.selects.iter().map(|select| select.query);
    let queries = ids.filter_map(|id| Some((id, meaning.query(id)?)));
    let around = queries.clone().filter(|(_, query)| holds(query.range));
    let innermost = around.min_by_key(|(_, query)| query.range.len());
    // What is broken can stand behind the query that it belongs to.
    let last = || {
        queries
            .filter(|(_, query)| query.role == QueryRole::Statement && query.range.start() < anchor)
            .max_by_key(|(_, query)| query.range.start())
    };
    innermost.or_else(last).map(|(id, _)| id)
}

/// Its SELECT that holds that; behind ORDER BY the one that gives the columns their names.
fn select_around(meaning: &SqlMeaning, query: QueryId, anchor: TextSize, clause: Clause) -> Option<SelectId> {
    let selects = &meaning.query(query)?.selects;
    let range = |id: &SelectId| meaning.select(*id).map(|select| select.range);
    let holds = |id: &&SelectId| range(id).is_some_and(|range| range.start() < anchor && anchor <= range.end());
    if let Some(found) = selects.iter().find(holds) {
        return Some(*found);
    }
    if clause == Clause::OrderBy && selects.len() > 1 {
        return None;
    }
    let before = selects.iter().filter(|id| range(id).is_some_and(|range| range.start() < anchor));
    before.max_by_key(|id| range(id).map(|range| range.start())).copied()
}
