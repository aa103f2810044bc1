//! The data views of the system: tables that are there without being data extensions.

use std::sync::LazyLock;

use crate::{
    generated::data_views::{BY_NAME, VIEWS},
    index::NameIndex,
};

/// A data view.
#[derive(Debug, PartialEq, Eq)]
pub struct DataView {
    /// Its name.
    pub name: &'static str,
    /// Other names of it.
    pub aliases: &'static [&'static str],
    /// The part of the platform that it belongs to.
    pub area: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// Whether it is there.
    pub status: ViewStatus,
    /// How sure its columns are.
    pub confidence: Confidence,
    /// How long it keeps a row.
    pub retention: Retention,
    /// What sources say of that.
    pub retention_text: &'static str,
    /// The time zone of its dates: `CST` (UTC−6 all year), `UTC`, `unknown`.
    pub timezone: &'static str,
    /// Whose rows a business unit sees.
    pub scope: &'static str,
    /// The columns of its key, if one is known.
    pub primary_key: &'static [&'static str],
    /// It can have other columns, or nobody knows them all.
    pub open_columns: bool,
    /// Columns that some sources name and the current documentation does not: nothing is offered of them, and nothing said against them.
    pub disputed_columns: &'static [&'static str],
    /// It has so many rows that a query without a bound on dates or jobs takes long.
    pub high_volume: bool,
    /// Its columns.
    pub columns: &'static [ViewColumn],
    /// What it is joined with.
    pub joins: &'static [Join],
    /// What else there is to know.
    pub notes: &'static [&'static str],
}

/// Whether a data view is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewStatus {
    /// It is documented.
    Supported,
    /// It is still there for what is old.
    Legacy,
    /// It is gone.
    Retired,
    /// It answers, and nobody promises that it will.
    Unsupported,
    /// It answers, and nobody documents it.
    Undocumented,
    /// Nothing but its name is known.
    NameOnly,
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the words say it")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

/// How long a data view keeps a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retention {
    /// As long as what it is about is there.
    Kept,
    /// So many months.
    Months(u8),
    /// So many days.
    Days(u16),
    /// Nobody knows, or sources disagree.
    Unknown,
}

/// A column of a data view.
#[derive(Debug, PartialEq, Eq)]
pub struct ViewColumn {
    /// Its name.
    pub name: &'static str,
    /// Its type in SQL; whole numbers and texts are inferred from the field that fits.
    pub ty: ColumnType,
    /// The type of a field that fits.
    pub field: FieldType,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// What it means.
    pub meaning: &'static str,
    /// The values that it is known to have.
    pub values: &'static [KnownValue],
}

/// A type of SQL, of those that columns have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the types of T-SQL")]
pub enum ColumnType {
    Int,
    BigInt,
    Bit,
    DateTime,
    Decimal { precision: u8, scale: u8 },
    NVarChar(Length),
}

/// How many characters a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// So many.
    Chars(u16),
    /// As many as wanted.
    Max,
    /// Nobody says.
    Unknown,
}

/// A type of fields of data extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the platform")]
pub enum FieldType {
    Text,
    Number,
    Decimal,
    Date,
    Boolean,
    EmailAddress,
    Phone,
    Locale,
}

/// A value that a column is known to have.
#[derive(Debug, PartialEq, Eq)]
pub struct KnownValue {
    /// The value.
    pub value: &'static str,
    /// What it means, if that is not what it says.
    pub label: Option<&'static str>,
}

/// What a data view is joined with.
#[derive(Debug, PartialEq, Eq)]
pub struct Join {
    /// Another view, or some, in words.
    pub with: &'static str,
    /// The columns, in words.
    pub on: &'static str,
}

static INDEX: LazyLock<NameIndex> = LazyLock::new(|| NameIndex::new(BY_NAME));

/// The data view of a name, in any case.
pub fn view(name: &str) -> Option<&'static DataView> {
    VIEWS.get(usize::from(INDEX.get(name)?))
}

/// All data views, by name.
pub fn views() -> &'static [DataView] {
    VIEWS
}

impl FieldType {
    /// The type of a name as metadata writes it, in any case.
    pub fn of(name: &str) -> Option<FieldType> {
        FieldType::ALL.into_iter().find(|ty| ty.name().eq_ignore_ascii_case(name))
    }

    /// Every type.
    pub const ALL: [FieldType; 8] = [
        FieldType::Text,
        FieldType::Number,
        FieldType::Decimal,
        FieldType::Date,
        FieldType::Boolean,
        FieldType::EmailAddress,
        FieldType::Phone,
        FieldType::Locale,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            FieldType::Text => "Text",
            FieldType::Number => "Number",
            FieldType::Decimal => "Decimal",
            FieldType::Date => "Date",
            FieldType::Boolean => "Boolean",
            FieldType::EmailAddress => "EmailAddress",
            FieldType::Phone => "Phone",
            FieldType::Locale => "Locale",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_views() {
        let sent = view("_SENT").unwrap();
        assert_eq!((sent.retention, sent.high_volume, sent.open_columns), (Retention::Months(6), true, false));
        assert_eq!(sent.primary_key, ["JobID", "ListID", "BatchID", "SubscriberID"]);
        assert_eq!(view("_subscribers").unwrap().retention, Retention::Kept);
        let url = view("_Click").unwrap().columns.iter().find(|column| column.name == "URL").unwrap();
        assert_eq!(url.ty, ColumnType::NVarChar(Length::Chars(900)));
        assert_eq!(view("Sent"), None);
        assert_eq!(views().len(), 39);
    }

    #[test]
    fn keys_are_columns_and_columns_differ() {
        for view in views() {
            for key in view.primary_key {
                assert!(view.columns.iter().any(|column| column.name == *key), "{}.{key}", view.name);
            }
            for (n, column) in view.columns.iter().enumerate() {
                let others = &view.columns[..n];
                let twice = others.iter().any(|other| other.name.eq_ignore_ascii_case(column.name));
                assert!(!twice, "{}.{}", view.name, column.name);
            }
            assert!(view.open_columns || !view.columns.is_empty(), "{} has no columns", view.name);
        }
    }
}
