//! The columns of a source, found by name.

use rustc_hash::FxHashMap;
use sfmc_syntax::{SmolStr, TextRange};

use super::{
    model::{ColumnId, QueryId},
    types::{Nullability, SqlType},
};

/// So many columns are looked through faster than they are hashed.
const LINEAR: usize = 24;

/// The columns of a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    list: Vec<SourceColumn>,
    /// Places by key, where there are many. Of columns with one name the first.
    by_key: FxHashMap<SmolStr, u32>,
    /// There can be others.
    pub open: bool,
    /// It has the columns that every data extension has and no list shows.
    pub hidden: bool,
}

/// A column of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceColumn {
    /// Its name.
    pub name: SmolStr,
    /// Its name in lower case.
    pub key: SmolStr,
    /// Its type.
    pub ty: SqlType,
    /// Whether it can be NULL.
    pub nullability: Nullability,
    /// Whether it belongs to the primary key.
    pub primary_key: bool,
    /// Where it comes from.
    pub origin: ColumnOrigin,
}

/// Where a column of a source comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnOrigin {
    /// The table has it: its place there.
    Table(u32),
    /// The query returns it: its place there.
    Output(QueryId, u32),
    /// It is the same as a column of what PIVOT reads.
    Passed(ColumnId),
    /// It is named here: a list of columns behind an alias, PIVOT.
    Named(TextRange),
}

/// What is known of a table as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct TableInfo {
    /// `Ent.` stands before it.
    pub ent: bool,
    /// Its name, as it is written.
    pub name: SmolStr,
    /// Where its last part stands.
    pub range: TextRange,
    /// Whether there is such a table.
    pub presence: Presence,
}

/// Whether there is a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// The schema has it.
    Known,
    /// The schema is complete and has none.
    Absent,
    /// Nobody knows here.
    Unknown,
}

impl Columns {
    pub(crate) fn new(list: Vec<SourceColumn>, open: bool) -> Columns {
        let mut columns = Columns { list, by_key: FxHashMap::default(), open, hidden: false };
        if columns.list.len() > LINEAR {
            for (place, column) in (0..).zip(&columns.list) {
                columns.by_key.entry(column.key.clone()).or_insert(place);
            }
        }
        columns
    }

    /// Nothing is known of them.
    pub(crate) fn unknown() -> Columns {
        Columns::new(Vec::new(), true)
    }

    /// All of them, in order.
    pub fn list(&self) -> &[SourceColumn] {
        &self.list
    }

    /// The column at a place.
    pub fn get(&self, place: u32) -> Option<&SourceColumn> {
        self.list.get(place as usize)
    }

    /// The place of the column with this name, which is in lower case.
    pub fn place(&self, key: &str) -> Option<u32> {
        if self.list.len() > LINEAR {
            return self.by_key.get(key).copied();
        }
        let place = self.list.iter().position(|column| column.key == key)?;
        u32::try_from(place).ok()
    }

    /// The columns of the primary key.
    pub fn primary_key(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.list).filter(|(_, column)| column.primary_key).map(|(place, _)| place)
    }
}
