//! How the sources of a SELECT hang together: which columns two of them share, and whether those are a key, so that no row meets two.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    model::{ColumnId, Select, SelectId, SourceId, SqlMeaning},
    predicates::Condition,
};

/// Two sources of a SELECT, and what must be equal in a row of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The one that stands first.
    pub left: SourceId,
    /// The other.
    pub right: SourceId,
    /// Columns of the first with those of the other that are equal to them.
    pub columns: Vec<(ColumnId, ColumnId)>,
}

impl SqlMeaning {
    /// Which sources of a SELECT share which columns, by the conditions of its joins and of WHERE.
    pub fn links(&self, select: SelectId) -> Vec<Link> {
        let Some(select) = self.select(select) else { return Vec::new() };
        let mut links: Vec<Link> = Vec::new();
        let mut places: FxHashMap<(SourceId, SourceId), usize> = FxHashMap::default();
        for (a, b) in conditions(select).filter_map(Condition::equated) {
            let (a, b) = if a.source <= b.source { (a, b) } else { (b, a) };
            if a.source == b.source {
                continue;
            }
            let place = *places.entry((a.source, b.source)).or_insert_with(|| {
                links.push(Link { left: a.source, right: b.source, columns: Vec::new() });
                links.len() - 1
            });
            if let Some(link) = links.get_mut(place) {
                link.columns.push((a, b));
            }
        }
        links
    }

    /// Whether `columns` of a source are all of its primary key, or more: no two of its rows are alike in them. None where it has no key
    /// that is known.
    pub fn covers_key(&self, source: SourceId, columns: impl IntoIterator<Item = u32>) -> Option<bool> {
        let key: Vec<u32> = self.source(source)?.columns.primary_key().collect();
        let columns: FxHashSet<u32> = columns.into_iter().collect();
        (!key.is_empty()).then(|| key.iter().all(|column| columns.contains(column)))
    }

    /// The columns of a source for which each row of the others, or the query itself, demands one value: what can make a join meet at most
    /// one of its rows.
    pub fn demanded(&self, select: SelectId, source: SourceId) -> Vec<u32> {
        let Some(select) = self.select(select) else { return Vec::new() };
        let mut found = Vec::new();
        for condition in conditions(select) {
            match (condition.equated(), condition.fixed()) {
                (Some((a, b)), _) if (a.source == source) != (b.source == source) => {
                    found.push(if a.source == source { a.column } else { b.column });
                }
                (_, Some((column, _))) if column.source == source => found.push(column.column),
                _ => {}
            }
        }
        found
    }
}

/// All that must hold for a row, but for what HAVING says of groups.
fn conditions(select: &Select) -> impl Iterator<Item = &Condition> {
    select.joins.iter().flat_map(|join| &join.on).chain(&select.filter)
}
