//! What a name of a column means where it stands: the sources in reach, from the inside out.
//!
//! An inner SELECT sees the rows of the outer ones; a source sees nothing but what APPLY lets it see. A name is only called absent where
//! every source in reach is known to the last column.

use rustc_hash::FxHashMap;
use sfmc_syntax::{
    SmolStr,
    ast::{
        AstNode, AstToken,
        sql::{Name, NameToken},
    },
};

use super::{
    model::{ColumnId, Reference, SelectId, Source, SourceId, SourceKind, Target},
    walk::Walk,
};

/// So many sources are looked through faster than they are hashed.
const LINEAR: usize = 12;

/// So many of the columns that a name can mean are remembered.
const MAX_CANDIDATES: usize = 8;

/// What a name can reach.
#[derive(Clone, Copy, Debug)]
pub(super) enum Frame {
    /// Sources of a SELECT: those of its list with places from `first` up to `end`.
    Select {
        /// The SELECT.
        id: SelectId,
        /// The first that is in reach.
        first: usize,
        /// The first behind them.
        end: usize,
    },
    /// Something whose columns are not known: the row that UPDATE changes.
    Open,
}

/// The sources of a SELECT that has many, by what they are called and by what their columns are called.
#[derive(Debug, Default)]
pub(super) struct SourceIndex {
    /// How many of them it holds.
    count: usize,
    names: FxHashMap<SmolStr, Vec<usize>>,
    columns: FxHashMap<SmolStr, Vec<(usize, ColumnId)>>,
    open: Vec<(usize, SourceId)>,
    hidden: Vec<(usize, SourceId)>,
}

/// Sources of one name.
#[derive(Clone, Copy, Debug, Default)]
struct Named {
    /// How many there are.
    count: usize,
    /// How many of them are in reach.
    near: usize,
    /// The first of these, or of all if there are none.
    first: Option<usize>,
}

/// What a frame says of a name.
enum Found {
    /// It means this.
    Here(Target),
    /// It can mean something that is not known, of this source if of one.
    Open(Option<SourceId>),
    /// It means nothing here.
    Nothing,
}

impl Walk<'_> {
    /// Resolves a column and remembers where it is used. None where its name is missing.
    pub(super) fn column(&mut self, name: &Name) -> Option<Target> {
        let parts = name.parts();
        let last = parts.last()?.clone()?;
        let target = if name.lacks_brackets() { Target::Unknown } else { self.target(&parts, &last) };
        let qualifier = match parts.as_slice() {
            [.., Some(qualifier), _] => Some(qualifier.syntax().text_range()),
            _ => None,
        };
        self.references.insert(name.range(), self.meaning.references.len());
        self.meaning.references.push(Reference {
            range: last.syntax().text_range(),
            qualifier,
            name: last.value(),
            select: self.select,
            clause: self.clause,
            target: target.clone(),
        });
        Some(target)
    }

    /// Resolves what qualifies a star.
    pub(super) fn star_source(&mut self, qualifier: &Name) -> Option<SourceId> {
        let parts = qualifier.parts();
        let last = parts.last()?.clone()?;
        let target = match self.source_named(&parts) {
            Found::Here(Target::All(source)) => Target::All(source),
            Found::Here(target) => target,
            Found::Open(_) => Target::Unknown,
            Found::Nothing if self.doubtful => Target::Unknown,
            Found::Nothing => Target::NoSource,
        };
        let found = match target {
            Target::All(source) => Some(source),
            _ => None,
        };
        self.meaning.references.push(Reference {
            range: last.syntax().text_range(),
            qualifier: Some(last.syntax().text_range()),
            name: "*".into(),
            select: self.select,
            clause: self.clause,
            target,
        });
        found
    }

    fn target(&mut self, parts: &[Option<NameToken>], last: &NameToken) -> Target {
        let unsure = last.has_placeholder() || last.text().starts_with(['@', '$']);
        let [qualifiers @ .., _] = parts else { return Target::Unknown };
        if qualifiers.is_empty() {
            return if unsure { Target::Unknown } else { self.unqualified(&last.key()) };
        }
        match self.source_named(qualifiers) {
            Found::Here(Target::All(source)) => {
                if unsure {
                    return Target::Open(source);
                }
                let columns = &self.source(source).columns;
                match columns.place(&last.key()) {
                    Some(column) => Target::Column(ColumnId { source, column }),
                    None if columns.hidden && is_hidden(&last.key()) => Target::Hidden(source),
                    None if columns.open || self.doubtful => Target::Open(source),
                    None => Target::Absent(Some(source)),
                }
            }
            Found::Here(target) => target,
            Found::Open(source) => source.map_or(Target::Unknown, Target::Open),
            Found::Nothing if self.doubtful => Target::Unknown,
            Found::Nothing => Target::NoSource,
        }
    }

    pub(super) fn source(&self, id: SourceId) -> &Source {
        &self.meaning.sources[id.index()]
    }

    fn unqualified(&mut self, key: &SmolStr) -> Target {
        for at in (0..self.frames.len()).rev() {
            match self.in_frame(at, key) {
                Found::Here(target) => return target,
                Found::Open(source) => return source.map_or(Target::Unknown, Target::Open),
                Found::Nothing => {}
            }
        }
        if self.doubtful || self.frames.is_empty() { Target::Unknown } else { Target::Absent(None) }
    }

    /// Which sources of a frame have a column.
    fn in_frame(&mut self, at: usize, key: &SmolStr) -> Found {
        let Some(&Frame::Select { id, first, end }) = self.frames.get(at) else { return Found::Open(None) };
        let mut found: Vec<ColumnId> = Vec::new();
        let mut open: Vec<SourceId> = Vec::new();
        let mut hidden: Vec<SourceId> = Vec::new();
        let sources = &self.meaning.selects[id.index()].sources;
        let Some(reach) = sources.get(first..end) else { return Found::Open(None) };
        if reach.is_empty() {
            // A FROM that is being typed, or a placeholder for one: nobody knows what comes. Without FROM there are no columns but those
            // of an outer SELECT.
            return if self.has_from(id) || first > 0 { Found::Open(None) } else { Found::Nothing };
        }
        if reach.len() > LINEAR {
            let index = self.index(id);
            let columns = index.columns.get(key).map_or(&[][..], Vec::as_slice);
            found.extend(within(columns, first, end).take(MAX_CANDIDATES));
            open.extend(within(&index.open, first, end).take(2));
            hidden.extend(within(&index.hidden, first, end).take(2));
        } else {
            for &source in reach {
                let columns = &self.source(source).columns;
                match columns.place(key) {
                    Some(column) => found.push(ColumnId { source, column }),
                    None if columns.open => open.push(source),
                    None if columns.hidden => hidden.push(source),
                    None => {}
                }
            }
        }
        match found.as_slice() {
            [column] => Found::Here(Target::Column(*column)),
            [] if is_hidden(key) && open.is_empty() => match hidden.as_slice() {
                [] => Found::Nothing,
                [source] => Found::Here(Target::Hidden(*source)),
                _ => Found::Open(None),
            },
            [] if open.is_empty() => Found::Nothing,
            // It is a column of that one, or of an outer SELECT.
            [] => Found::Open(match open.as_slice() {
                [source] if at == 0 => Some(*source),
                _ => None,
            }),
            _ if self.doubtful => Found::Open(None),
            _ => Found::Here(Target::Ambiguous(found)),
        }
    }

    fn has_from(&self, id: SelectId) -> bool {
        self.meaning.selects[id.index()].has_from
    }

    /// The source that is called `x`, or `Ent.x`.
    fn source_named(&mut self, parts: &[Option<NameToken>]) -> Found {
        let (name, ent) = match parts {
            [Some(name)] => (name, false),
            [Some(ent), Some(name)] if ent.key() == "ent" => (name, true),
            _ => return Found::Open(None),
        };
        if name.has_placeholder() || name.text().starts_with(['@', '$', '#']) {
            return Found::Open(None);
        }
        let key = name.key();
        let mut unnamed = false;
        for at in (0..self.frames.len()).rev() {
            let Some(&Frame::Select { id, first, end }) = self.frames.get(at) else {
                unnamed = true;
                continue;
            };
            let named = self.named_in(id, &key, ent, first, end);
            match (named.count, named.near, named.first) {
                (1, _, Some(place)) | (_, 1, Some(place)) => {
                    let source = self.meaning.selects[id.index()].sources.get(place);
                    return source.map_or(Found::Open(None), |source| Found::Here(Target::All(*source)));
                }
                (0, ..) => {}
                _ => return Found::Open(None),
            }
            let sources = &self.meaning.selects[id.index()].sources;
            unnamed |= sources.is_empty() && self.has_from(id);
            unnamed |= self.meaning.selects[id.index()].unnamed_sources;
        }
        if unnamed || self.frames.is_empty() { Found::Open(None) } else { Found::Nothing }
    }

    /// The sources of a SELECT that have a name.
    fn named_in(&mut self, id: SelectId, key: &SmolStr, ent: bool, first: usize, end: usize) -> Named {
        let sources = &self.meaning.selects[id.index()].sources;
        if sources.len() > LINEAR && !ent {
            let places = self.index(id).names.get(key).map_or(&[][..], Vec::as_slice);
            let from = places.partition_point(|place| *place < first);
            let to = places.partition_point(|place| *place < end);
            let near = to.saturating_sub(from);
            return Named { count: places.len(), near, first: places.get(if near > 0 { from } else { 0 }).copied() };
        }
        let mut found = Named::default();
        for (place, source) in sources.iter().enumerate() {
            let source = self.source(*source);
            if source.key.as_ref() != Some(key) || (ent && !is_ent(source)) {
                continue;
            }
            found.count += 1;
            let near = (first..end).contains(&place);
            // What is joined further below is not in reach yet; it is meant all the same.
            if found.first.is_none() || (near && found.near == 0) {
                found.first = Some(place);
            }
            found.near += usize::from(near);
        }
        found
    }

    /// The index of a SELECT's sources, with those that came since it was asked for last.
    fn index(&mut self, id: SelectId) -> &SourceIndex {
        let Walk { indexes, meaning, .. } = self;
        let index = indexes.entry(id).or_default();
        let sources = meaning.selects.get(id.index()).map_or(&[][..], |select| &select.sources);
        for (place, &id) in sources.iter().enumerate().skip(index.count) {
            let Some(source) = meaning.sources.get(id.index()) else { continue };
            if let Some(key) = &source.key {
                index.names.entry(key.clone()).or_default().push(place);
            }
            for (column, found) in (0..).zip(source.columns.list()) {
                // Of columns with one name the first, as elsewhere.
                let places = index.columns.entry(found.key.clone()).or_default();
                if places.last().is_none_or(|(last, _)| *last != place) {
                    places.push((place, ColumnId { source: id, column }));
                }
            }
            if source.columns.open {
                index.open.push((place, id));
            } else if source.columns.hidden {
                index.hidden.push((place, id));
            }
        }
        index.count = sources.len();
        index
    }
}

/// What belongs to places from `first` up to `end`, of a list in order of places.
fn within<T: Copy>(list: &[(usize, T)], first: usize, end: usize) -> impl Iterator<Item = T> {
    let start = list.partition_point(|(place, _)| *place < first);
    list.iter().skip(start).take_while(move |(place, _)| *place < end).map(|(_, item)| *item)
}

fn is_ent(source: &Source) -> bool {
    !source.aliased && matches!(&source.kind, SourceKind::Table(table) if table.ent)
}

/// Columns that every data extension has and no list shows.
fn is_hidden(key: &str) -> bool {
    matches!(key, "_customobjectkey" | "_createddate")
}

/// Where a name stands, without what qualifies it.
pub(super) fn last_range(name: &Name) -> sfmc_syntax::TextRange {
    name.last().map_or_else(|| name.range(), |last| last.syntax().text_range())
}
