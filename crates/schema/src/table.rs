//! A table: a data extension or a data view.

use std::{path::PathBuf, sync::LazyLock};

use rustc_hash::FxHashMap;
use sfmc_catalog::sql::{DataView, view, views};

use crate::column::{Column, Nullable};

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name: what SQL and AMPscript call it.
    pub name: Box<str>,
    /// Its key, which Core and WSProxy call it by. A data view has none.
    pub key: Option<Box<str>>,
    /// What it is.
    pub kind: TableKind,
    /// Its columns.
    pub columns: Columns,
    /// Whether rows are deleted after a time, or nobody says that they are not: then there is `_CreatedDate`, too.
    pub has_retention: bool,
    /// Whether mail can be sent to it.
    pub sendable: bool,
    /// The column by which rows are matched with subscribers, where mail can be sent to it.
    pub sends_by: Option<Box<str>>,
    /// What somebody has written about it.
    pub description: Option<Box<str>>,
    /// When its rows are deleted, as far as it is written down.
    pub retention: Option<Box<Retention>>,
    /// Where it is written down, if somewhere.
    pub origin: Option<Origin>,
}

/// What a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// A data extension of the business unit.
    DataExtension,
    /// One that the parent unit shares: `Ent.` before its name.
    Shared,
    /// One that is filled from another system, which no query can write to: `Ent.` before its name.
    Synchronized,
    /// A data view.
    View(&'static DataView),
}

/// When the rows of a data extension are deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// What is deleted.
    pub deletes: Deletes,
    /// After how long.
    pub period: Option<(u32, Period)>,
    /// On this day, as the metadata writes it.
    pub until: Option<Box<str>>,
    /// An import begins the time anew.
    pub restarts: bool,
}

/// What retention deletes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deletes {
    /// Nothing.
    #[default]
    Nothing,
    /// Each row by itself.
    Rows,
    /// All rows at once.
    AllRows,
    /// All rows, and the data extension with them.
    Everything,
}

/// What a time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
}

impl Deletes {
    /// What a policy of mcdev's metadata deletes.
    pub fn of(policy: &str) -> Option<Deletes> {
        Some(match policy.trim().to_ascii_lowercase().as_str() {
            "none" => Deletes::Nothing,
            // mcdev spells it so.
            "individialrecords" | "individualrecords" => Deletes::Rows,
            "allrecords" => Deletes::AllRows,
            "allrecordsanddataextension" => Deletes::Everything,
            _ => return None,
        })
    }
}

impl Period {
    /// The unit of a name.
    pub fn of(name: &str) -> Option<Period> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "day" | "days" => Period::Days,
            "week" | "weeks" => Period::Weeks,
            "month" | "months" => Period::Months,
            "year" | "years" => Period::Years,
            _ => return None,
        })
    }

    /// So many of them, in words: `6 months`.
    pub fn times(self, count: u32) -> String {
        let unit = match self {
            Period::Days => "day",
            Period::Weeks => "week",
            Period::Months => "month",
            Period::Years => "year",
        };
        if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
    }
}

/// Where a table is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub path: PathBuf,
    /// Where its name stands in it, in bytes; 0 where that is not known.
    pub offset: u32,
    /// Where the names of its columns stand in it, in the order of the columns; may be shorter.
    pub columns: Box<[u32]>,
}

/// The columns of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    list: Vec<Column>,
    by_name: FxHashMap<Box<str>, u32>,
    /// There can be others.
    pub open: bool,
}

impl Columns {
    /// All columns; of those with one name the first.
    pub fn known(list: impl IntoIterator<Item = Column>) -> Columns {
        let mut columns = Columns::default();
        for column in list {
            columns.add(column);
        }
        columns
    }

    /// Adds a column, unless there is one of its name; says whether it was added.
    pub fn push(&mut self, column: Column) -> bool {
        self.add(column).is_none()
    }

    /// Nothing is known of them.
    pub fn unknown() -> Columns {
        Columns { open: true, ..Columns::default() }
    }

    fn add(&mut self, column: Column) -> Option<&mut Column> {
        let place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let known = *self.by_name.entry(column.name.to_lowercase().into()).or_insert(place);
        if known == place {
            self.list.push(column);
            return None;
        }
        self.list.get_mut(known as usize)
    }

    /// The columns, in order.
    pub fn list(&self) -> &[Column] {
        &self.list
    }

    /// The column of a name, in any case, and its place.
    pub fn get(&self, name: &str) -> Option<(usize, &Column)> {
        let place = match self.by_name.get(name) {
            Some(place) => *place,
            None => *self.by_name.get(&*name.to_lowercase())?,
        };
        Some((place as usize, self.list.get(place as usize)?))
    }
}

impl Table {
    /// A data extension of which nothing but the name is known.
    pub fn named(name: impl Into<Box<str>>) -> Table {
        Table {
            name: name.into(),
            key: None,
            kind: TableKind::DataExtension,
            columns: Columns::unknown(),
            has_retention: false,
            sendable: false,
            sends_by: None,
            description: None,
            retention: None,
            origin: None,
        }
    }

    /// The data view that it is.
    pub fn view(&self) -> Option<&'static DataView> {
        match self.kind {
            TableKind::View(view) => Some(view),
            _ => None,
        }
    }

    /// Its primary key: places of columns. Empty where it has none or none is known.
    pub fn primary_key(&self) -> impl Iterator<Item = usize> {
        self.columns.list.iter().enumerate().filter(|(_, column)| column.primary_key).map(|(place, _)| place)
    }

    /// The same table with the columns that only another description of it has. Whether these can be NULL nobody says: they may not be
    /// there yet.
    #[must_use]
    pub fn extended(&self, other: &Table) -> Table {
        let mut table = self.clone();
        table.columns.open |= other.columns.open;
        for column in &other.columns.list {
            if table.columns.get(&column.name).is_none() {
                table.columns.add(Column { nullable: Nullable::Unknown, primary_key: false, ..column.clone() });
            }
        }
        table
    }

    /// Another data extension has the same name: the columns of both may be meant, and of each column what both say.
    pub(crate) fn merge(&mut self, other: &Table) {
        self.columns.open |= other.columns.open;
        self.has_retention |= other.has_retention;
        for column in &other.columns.list {
            if let Some(known) = self.columns.add(column.clone()) {
                known.merge(column);
            }
        }
        // What one of them does not have is no key of both, and can be left out of it.
        let lacks = |column: &Column| other.columns.get(&column.name).is_none();
        for column in self.columns.list.iter_mut().filter(|column| lacks(column)) {
            column.primary_key = false;
        }
        if self.key != other.key {
            self.key = None;
        }
        self.sendable &= other.sendable;
        if self.sends_by != other.sends_by {
            self.sends_by = None;
        }
        if self.description != other.description {
            self.description = None;
        }
        if self.retention != other.retention {
            self.retention = None;
        }
    }
}

fn of_view(view: &'static DataView) -> Table {
    let list = view.columns.iter().map(|column| Column::of_view(column, view.primary_key));
    let columns = Columns { open: view.open_columns, ..Columns::known(list) };
    Table { kind: TableKind::View(view), columns, ..Table::named(view.name) }
}

static VIEWS: LazyLock<Vec<Table>> = LazyLock::new(|| views().iter().map(of_view).collect());

/// The table that the data view of a name is, in any case.
pub fn view_table(name: &str) -> Option<&'static Table> {
    let wanted = view(name)?;
    VIEWS.iter().find(|table| table.view().is_some_and(|view| std::ptr::eq(view, wanted)))
}

/// All data views.
pub(crate) fn view_tables() -> &'static [Table] {
    &VIEWS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnType, Length};

    #[test]
    fn data_views() {
        let sent = view_table("_sent").unwrap();
        let (place, key) = sent.columns.get("subscriberkey").unwrap();
        assert_eq!((&*key.name, key.ty), ("SubscriberKey", ColumnType::Text(Length::Chars(254))));
        assert_eq!(&*sent.columns.list()[place].name, "SubscriberKey");
        assert_eq!(key.nullable, Nullable::No);
        let names: Vec<_> = sent.primary_key().map(|place| &*sent.columns.list()[place].name).collect();
        assert_eq!(names, ["JobID", "ListID", "BatchID", "SubscriberID"].map(|name| name).to_vec().as_slice());
        assert!(!sent.columns.open);
        assert!(view_table("Sent").is_none());
        assert_eq!(view_tables().len(), 39);
    }

    #[test]
    fn two_of_one_name() {
        let column = |name: &str, ty, primary_key| Column { ty, primary_key, ..Column::named(name) };
        let table = |columns: Vec<Column>| Table { columns: Columns::known(columns), ..Table::named("Orders") };
        let mut one = table(vec![column("Id", ColumnType::Number, true), column("City", ColumnType::Phone, true)]);
        one.merge(&table(vec![column("ID", ColumnType::Number, true), column("Zip", ColumnType::Locale, false)]));
        let shown: Vec<_> = one.columns.list().iter().map(|c| (&*c.name, c.ty, c.primary_key)).collect();
        let (number, phone, locale) = (ColumnType::Number, ColumnType::Phone, ColumnType::Locale);
        assert_eq!(shown, [("Id", number, true), ("City", phone, false), ("Zip", locale, false)]);
        one.retention = Some(Box::new(Retention { deletes: Deletes::Rows, ..Retention::default() }));
        one.merge(&table(vec![column("id", ColumnType::Date, true)]));
        assert_eq!(one.retention, None);
        assert_eq!(one.columns.get("ID").unwrap().1.ty, ColumnType::Unknown, "who knows which of them is meant");
    }

    #[test]
    fn a_second_description_of_the_same() {
        let number = |name: &str| Column { ty: ColumnType::Number, nullable: Nullable::No, ..Column::named(name) };
        let table = |columns: Vec<Column>| Table { columns: Columns::known(columns), ..Table::named("Orders") };
        let both = table(vec![number("Id")]).extended(&table(vec![Column::named("ID"), number("New")]));
        let shown: Vec<_> = both.columns.list().iter().map(|c| (&*c.name, c.ty, c.nullable)).collect();
        let (number, no, unknown) = (ColumnType::Number, Nullable::No, Nullable::Unknown);
        assert_eq!(shown, [("Id", number, no), ("New", number, unknown)]);
    }
}
