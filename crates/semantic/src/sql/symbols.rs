//! What a name in a statement names, and everywhere that it does: for going to where it is given, and for changing it.

use rustc_hash::FxHashSet;
use sfmc_syntax::{SmolStr, TextRange, TextSize};

use super::{
    columns::ColumnOrigin,
    model::{ColumnId, QueryId, QueryRole, Reference, SourceId, SourceKind, SqlMeaning, Target},
};

/// Something that has a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// A source by what its columns are qualified with: an alias, or the table's own name.
    Source(SourceId),
    /// A query that WITH names.
    Cte(QueryId),
    /// A table of the schema.
    Table {
        /// `Ent.` stands before it.
        ent: bool,
        /// Its name in lower case.
        key: SmolStr,
    },
    /// A column of a table of the schema.
    TableColumn {
        /// `Ent.` stands before the table.
        ent: bool,
        /// The table's name in lower case.
        table: SmolStr,
        /// The column's name in lower case.
        key: SmolStr,
    },
    /// A column that a query returns under a name that an alias gives it.
    Output(QueryId, u32),
    /// A column that is named in a list behind an alias, or by PIVOT: where it is.
    Named(TextRange),
}

/// A place where a symbol is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Occurrence {
    /// The name.
    pub range: TextRange,
    /// It is given its name there.
    pub definition: bool,
}

/// Everywhere that a symbol is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occurrences {
    /// The places, in order.
    pub places: Vec<Occurrence>,
    /// The statement returns a column of this name, so that another name would change what it returns.
    pub returned: bool,
    /// A star passes it on, or text that nobody knows here could name it as well.
    pub unsure: bool,
}

impl Reference {
    /// The source that it is a column of, or all columns.
    pub fn source(&self) -> Option<SourceId> {
        match &self.target {
            Target::Column(column) => Some(column.source),
            Target::Hidden(source) | Target::All(source) | Target::Open(source) | Target::Absent(Some(source)) => {
                Some(*source)
            }
            Target::Output(..) | Target::Ambiguous(_) | Target::Absent(None) | Target::NoSource | Target::Unknown => {
                None
            }
        }
    }
}

impl SqlMeaning {
    /// What is named at a place.
    pub fn symbol_at(&self, offset: TextSize) -> Option<Symbol> {
        let at = |range: TextRange| range.contains_inclusive(offset);
        for reference in &self.references {
            if reference.qualifier.is_some_and(at) {
                return reference.source().map(Symbol::Source);
            }
        }
        if let Some(output) = self.given_at(offset) {
            return Some(output);
        }
        if let Some(reference) = self.reference_at(offset) {
            return match &reference.target {
                Target::Column(column) => self.column_symbol(*column),
                Target::Output(query, place) => Some(self.output_symbol(*query, *place)),
                _ => None,
            };
        }
        for (place, source) in self.sources.iter().enumerate() {
            let SourceKind::Table(table) = &source.kind else {
                if source.name_range.is_some_and(at) {
                    return Some(match source.kind {
                        SourceKind::Cte(Some(query)) if !source.aliased => Symbol::Cte(query),
                        _ => Symbol::Source(SourceId::new(place)),
                    });
                }
                continue;
            };
            if source.aliased && source.name_range.is_some_and(at) {
                return Some(Symbol::Source(SourceId::new(place)));
            }
            if at(table.range) {
                return Some(Symbol::Table { ent: table.ent, key: table.name.to_lowercase().into() });
            }
        }
        None
    }

    /// The output column that is given its name at a place.
    fn given_at(&self, offset: TextSize) -> Option<Symbol> {
        for (query, found) in self.queries.iter().enumerate() {
            for (place, column) in (0..).zip(&found.columns) {
                if column.given && column.name_range.is_some_and(|range| range.contains_inclusive(offset)) {
                    return Some(Symbol::Output(QueryId::new(query), place));
                }
            }
        }
        None
    }

    /// What a column of a source is called after.
    pub fn column_symbol(&self, id: ColumnId) -> Option<Symbol> {
        let column = self.column(id)?;
        match column.origin {
            ColumnOrigin::Table(_) => match &self.source(id.source)?.kind {
                SourceKind::Table(table) => Some(Symbol::TableColumn {
                    ent: table.ent,
                    table: table.name.to_lowercase().into(),
                    key: column.key.clone(),
                }),
                _ => None,
            },
            ColumnOrigin::Output(query, place) => Some(self.output_symbol(query, place)),
            ColumnOrigin::Passed(inner) => self.column_symbol(inner),
            ColumnOrigin::Named(range) => Some(Symbol::Named(range)),
        }
    }

    /// What an output column is called after: an alias, or the column that it is.
    pub fn output_symbol(&self, query: QueryId, place: u32) -> Symbol {
        let column = self.output(query, place);
        let inner = column.filter(|column| !column.given).and_then(|column| column.origin);
        inner.and_then(|inner| self.column_symbol(inner)).unwrap_or(Symbol::Output(query, place))
    }

    /// Everywhere that a symbol is named.
    pub fn occurrences(&self, symbol: &Symbol) -> Occurrences {
        let mut found = Occurrences::default();
        match symbol {
            Symbol::Source(id) => {
                let defined = self.source(*id).and_then(|source| source.name_range);
                found.places.extend(defined.map(|range| Occurrence { range, definition: true }));
                for reference in self.references.iter().filter(|reference| reference.source() == Some(*id)) {
                    found.places.extend(reference.qualifier.map(used));
                }
            }
            Symbol::Cte(query) => {
                let uses = self
                    .sources
                    .iter()
                    .filter(|source| matches!(source.kind, SourceKind::Cte(Some(found)) if found == *query));
                for source in uses {
                    found.places.extend(source.name_range.filter(|_| !source.aliased).map(used));
                    found.unsure |= source.aliased;
                }
            }
            Symbol::Table { ent, key } => {
                for source in &self.sources {
                    if let SourceKind::Table(table) = &source.kind
                        && table.ent == *ent
                        && table.name.to_lowercase() == key.as_str()
                    {
                        found.places.push(used(table.range));
                    }
                }
            }
            Symbol::TableColumn { .. } | Symbol::Output(..) | Symbol::Named(_) => self.column_uses(symbol, &mut found),
        }
        found.places.sort_by_key(|place| (place.range.start(), place.range.end()));
        found.places.dedup_by_key(|place| place.range);
        found
    }

    fn column_uses(&self, symbol: &Symbol, found: &mut Occurrences) {
        let defined = match symbol {
            Symbol::Output(query, place) => self.output(*query, *place).and_then(|column| column.name_range),
            Symbol::Named(range) => Some(*range),
            _ => None,
        };
        found.places.extend(defined.map(|range| Occurrence { range, definition: true }));
        for reference in &self.references {
            let named = match &reference.target {
                Target::Column(column) => self.column_symbol(*column),
                Target::Output(query, place) => Some(self.output_symbol(*query, *place)),
                _ => None,
            };
            if named.as_ref() == Some(symbol) {
                found.places.push(used(reference.range));
            }
        }
        // A union gives its columns the names of the first operand; a star and an item without alias pass them on.
        let mut seen = FxHashSet::default();
        for (id, query) in self.queries.iter().enumerate() {
            for (place, column) in (0..).zip(&query.columns) {
                if self.output_symbol(QueryId::new(id), place) == *symbol && seen.insert((id, place)) {
                    found.returned |= query.role == QueryRole::Statement;
                    found.unsure |= column.star;
                }
            }
            found.unsure |= query.open && matches!(symbol, Symbol::Output(..) | Symbol::Named(_));
        }
    }
}

fn used(range: TextRange) -> Occurrence {
    Occurrence { range, definition: false }
}
