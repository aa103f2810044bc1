//! Which column is meant? Those of the sources around, qualified where more than one has them; what the statement uses already comes first,
//! but not what its list has.

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_schema::{Column, Table};
use sfmc_semantic::sql::{Clause as MeaningClause, ColumnId, Reference, SourceColumn, SourceKind, Target};
use sfmc_syntax::SmolStr;

use super::{Candidates, CompletionItem, CompletionKind, Place, fit::Fit};
use crate::{
    completion::is_like,
    sql::{
        context::Clause,
        hover::column_doc,
        quoting::quoted,
        schema::{column_of, table_of},
        scope::Reached,
    },
};

/// Columns of a place, weighed.
struct Weights<'a> {
    /// How often the statement names each column outside of the list, by its name.
    used: FxHashMap<SmolStr, u32>,
    /// What the list of the SELECT has.
    listed: FxHashSet<SmolStr>,
    fit: Fit<'a>,
    place: &'a Place<'a>,
}

pub(super) fn complete(place: &Place<'_>, share: f32, found: &mut Candidates) {
    let weights = Weights::new(place);
    let sources = &place.scope.sources;
    // How many of the sources around have a column of a name.
    let mut owners: FxHashMap<&str, u32> = FxHashMap::default();
    // In a list the nearest is meant, as everybody writes it.
    let counts = |reached: &&Reached<'_>| reached.depth == 0 || place.context.clause != Clause::List;
    for reached in sources.iter().filter(counts) {
        for column in reached.source.columns.list() {
            *owners.entry(&column.key).or_default() += 1;
        }
    }
    let qualifies = qualifies(place);
    let typed = place.context.typed();
    let anchor = place.context.anchor();
    for reached in sources {
        // What is joined further down is not there yet.
        if place.context.clause == Clause::On && reached.depth == 0 && reached.source.range.start() >= anchor {
            continue;
        }
        let qualifier = reached.source.name.as_deref().map(quoted);
        let far = 0.2_f32.powi(i32::try_from(reached.depth).unwrap_or(i32::MAX));
        // What a source far away is called by could mean another one here.
        let hidden = reached.source.key.as_deref().and_then(|key| place.scope.source_named(key));
        if hidden.is_some_and(|nearest| nearest.id != reached.id) {
            continue;
        }
        for column in reached.source.columns.list().iter().filter(|column| !column.name.is_empty()) {
            let shared = owners.get(column.key.as_str()).is_some_and(|count| *count > 1);
            let prefix = match &qualifier {
                Some(qualifier) if shared || qualifies || reached.depth > 0 => format!("{qualifier}."),
                None if shared => continue,
                _ => String::new(),
            };
            if !is_like(&column.name, typed) && !is_like(&format!("{prefix}{}", column.name), typed) {
                continue;
            }
            let weight = share * far * weights.of(*reached, column);
            add(place, *reached, column, weight, &prefix, found);
        }
        if !place.context.bracketed {
            alias(place, *reached, share * far, found);
        }
    }
    outputs(place, share, found);
}

/// The columns of a source, behind its name and a dot.
pub(super) fn of_source(place: &Place<'_>, reached: Reached<'_>, found: &mut Candidates) {
    let weights = Weights::new(place);
    for column in reached.source.columns.list().iter().filter(|column| !column.name.is_empty()) {
        add(place, reached, column, weights.of(reached, column), "", found);
    }
    hidden(place, reached, found);
}

/// Columns that every data extension has and no list shows, where somebody asks for them.
fn hidden(place: &Place<'_>, reached: Reached<'_>, found: &mut Candidates) {
    if !reached.source.columns.hidden || !place.context.typed().starts_with('_') {
        return;
    }
    let has_retention = table_of(place.schema, reached.source).is_some_and(|table| table.has_retention);
    let names = [("_CustomObjectKey", true), ("_CreatedDate", has_retention)];
    for (name, _) in names.into_iter().filter(|(_, is_there)| *is_there) {
        let mut item = CompletionItem::new(name, CompletionKind::Column);
        item.detail = Some("every data extension has it, and no list shows it".to_owned());
        place.add_name(0.3, name, item, "", found);
    }
}

fn add(
    place: &Place<'_>,
    reached: Reached<'_>,
    column: &SourceColumn,
    weight: f32,
    prefix: &str,
    found: &mut Candidates,
) {
    let mut item = CompletionItem::new(column.name.as_str(), CompletionKind::Column);
    let ty = column.ty.to_string();
    let source = match &reached.source.kind {
        SourceKind::Table(table) => table.name.as_str(),
        _ => reached.source.name.as_deref().unwrap_or_default(),
    };
    item.detail =
        Some(if ty.is_empty() || !column.ty.is_known() { source.to_owned() } else { format!("{ty} · {source}") });
    if let Some((table, field)) = schema_column(place, reached, column) {
        item.text = column_doc(table, field);
    }
    place.add_name(weight, &column.name, item, prefix, found);
}

fn schema_column<'a>(
    place: &'a Place<'_>,
    reached: Reached<'_>,
    column: &SourceColumn,
) -> Option<(&'a Table, &'a Column)> {
    if let Some(table) = table_of(place.schema, reached.source) {
        return Some((table, table.columns.get(&column.name)?.1));
    }
    let at = reached.source.columns.place(&column.key)?;
    column_of(place.schema, place.scope.meaning, ColumnId { source: reached.id, column: at })
}

/// What can stand before a dot that is there already: what sources are called.
pub(super) fn qualifiers(place: &Place<'_>, found: &mut Candidates) {
    for reached in &place.scope.sources {
        let key = reached.source.key.as_deref();
        if key.and_then(|key| place.scope.source_named(key)).is_some_and(|nearest| nearest.id == reached.id) {
            alias(place, *reached, 0.2_f32.powi(i32::try_from(reached.depth).unwrap_or(i32::MAX)), found);
        }
    }
}

/// What a source is called, to write a dot behind it.
fn alias(place: &Place<'_>, reached: Reached<'_>, share: f32, found: &mut Candidates) {
    let Some(name) = &reached.source.name else { return };
    let several = place.scope.sources.len() > 1;
    let mut item = CompletionItem::new(name.as_str(), CompletionKind::Variable);
    item.detail = match &reached.source.kind {
        SourceKind::Table(table) if reached.source.aliased => Some(table.name.to_string()),
        SourceKind::Table(_) => Some("table".to_owned()),
        _ => Some("derived table".to_owned()),
    };
    place.add_name(share * if several { 0.25 } else { 0.05 }, name, item, "", found);
}

/// What ORDER BY can name besides: columns that the query returns.
fn outputs(place: &Place<'_>, share: f32, found: &mut Candidates) {
    if place.context.clause != Clause::OrderBy {
        return;
    }
    let Some(query) = place.scope.query else { return };
    // Of a UNION nothing else; of columns that are listed under their own names there is a proposal already.
    let bare = place.scope.select.is_none();
    for column in query.columns.iter().filter(|column| column.given || bare) {
        let Some(name) = &column.name else { continue };
        let mut item = CompletionItem::new(name.as_str(), CompletionKind::Column);
        item.detail =
            Some(if column.ty.is_known() { format!("{} · returned", column.ty) } else { "returned".to_owned() });
        place.add_name(share * 1.2, name, item, "", found);
    }
}

/// Whether columns are written with what qualifies them: the statement does so where there is more than one source.
fn qualifies(place: &Place<'_>) -> bool {
    if place.scope.near().count() < 2 {
        return false;
    }
    let select = place.scope.near().next().map(|reached| reached.source.select);
    let here = place.scope.meaning.references.iter().filter(|reference| reference.select == select);
    let (with, without): (Vec<&Reference>, Vec<_>) = here.partition(|reference| reference.qualifier.is_some());
    with.len() >= without.len()
}

impl<'a> Weights<'a> {
    fn new(place: &'a Place<'a>) -> Weights<'a> {
        let mut used: FxHashMap<SmolStr, u32> = FxHashMap::default();
        let mut listed = FxHashSet::default();
        let select = place.scope.near().next().map(|reached| reached.source.select);
        for reference in &place.scope.meaning.references {
            // What is being typed is no use.
            let word = place.context.word;
            if reference.range == word || matches!(reference.target, Target::All(_)) {
                continue;
            }
            let key = SmolStr::from(reference.name.to_lowercase());
            if reference.clause == MeaningClause::List && reference.select == select {
                listed.insert(key);
            } else {
                *used.entry(key).or_default() += 1;
            }
        }
        Weights { used, listed, fit: Fit::new(place), place }
    }

    fn of(&self, reached: Reached<'_>, column: &SourceColumn) -> f32 {
        self.usual(&column.key, column.primary_key) * self.fit.of(reached, column)
    }

    fn usual(&self, key: &str, primary_key: bool) -> f32 {
        let used = self.used.get(key).copied().unwrap_or(0);
        // Few uses say less than many.
        let mut weight = 0.3 + 0.3 * used as f32 / (used as f32 + 1.0);
        if primary_key {
            weight += 0.1;
        }
        if self.listed.contains(key) {
            weight *= match self.place.context.clause {
                Clause::List => 0.3,
                // What is listed is what is grouped and sorted by.
                Clause::GroupBy | Clause::OrderBy => 2.5,
                _ => 1.0,
            };
        }
        if self.place.context.clause == Clause::Where && key.ends_with("date") {
            weight *= 1.2;
        }
        weight
    }
}
