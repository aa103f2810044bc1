//! A column of a table.

use sfmc_catalog::sql::{self, FieldType, ViewColumn};

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Box<str>,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it can be NULL.
    pub nullable: Nullable,
    /// Whether it belongs to the primary key.
    pub primary_key: bool,
    /// What it holds where nothing is given, as the metadata writes it.
    pub default: Option<Box<str>>,
    /// It is about to be called so: `Name_new` of the metadata. Its own name is on its way out.
    pub new_name: Option<Box<str>>,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// Text of so many characters.
    Text(Length),
    /// A whole number of 32 bits.
    Number,
    /// A whole number of 64 bits, which only data views have.
    BigNumber,
    /// A number with so many digits in all, and so many behind the point.
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits behind the point.
        scale: u8,
    },
    /// A date with its time.
    Date,
    /// True or false.
    Boolean,
    /// An e-mail address: text of 254 characters.
    EmailAddress,
    /// A telephone number: text of 50 characters.
    Phone,
    /// A locale: text of 5 characters.
    Locale,
    /// Nobody says.
    Unknown,
}

/// How many characters fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// So many.
    Chars(u32),
    /// As many as wanted.
    Max,
    /// Nobody says.
    Unknown,
}

/// Whether a column can be NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nullable {
    /// It can.
    Yes,
    /// It cannot.
    No,
    /// Nobody says.
    Unknown,
}

impl Column {
    /// A column of which only the name is known.
    pub fn named(name: impl Into<Box<str>>) -> Column {
        Column {
            name: name.into(),
            ty: ColumnType::Unknown,
            nullable: Nullable::Unknown,
            primary_key: false,
            default: None,
            new_name: None,
        }
    }

    pub(crate) fn of_view(column: &ViewColumn, key: &[&str]) -> Column {
        let ty = match column.ty {
            sql::ColumnType::Int => ColumnType::Number,
            sql::ColumnType::BigInt => ColumnType::BigNumber,
            sql::ColumnType::Bit => ColumnType::Boolean,
            sql::ColumnType::DateTime => ColumnType::Date,
            sql::ColumnType::Decimal { precision, scale } => ColumnType::Decimal { precision, scale },
            sql::ColumnType::NVarChar(length) => ColumnType::Text(match length {
                sql::Length::Chars(chars) => Length::Chars(chars.into()),
                sql::Length::Max => Length::Max,
                sql::Length::Unknown => Length::Unknown,
            }),
        };
        Column {
            ty,
            nullable: if column.nullable { Nullable::Yes } else { Nullable::No },
            primary_key: key.iter().any(|key| key.eq_ignore_ascii_case(column.name)),
            ..Column::named(column.name)
        }
    }

    /// The same column as another table of the same name has it: what both say of it.
    pub(crate) fn merge(&mut self, other: &Column) {
        if self.ty != other.ty {
            self.ty = ColumnType::Unknown;
        }
        if self.nullable != other.nullable {
            self.nullable = Nullable::Unknown;
        }
        self.primary_key &= other.primary_key;
        if self.default != other.default {
            self.default = None;
        }
    }
}

impl ColumnType {
    /// The type of a field: `max_length` is the number of characters, or of digits where it is a decimal.
    pub fn of_field(ty: FieldType, max_length: Option<u32>, scale: Option<u32>) -> ColumnType {
        let small = |n: u32| u8::try_from(n).unwrap_or(u8::MAX);
        match ty {
            FieldType::Text => ColumnType::Text(max_length.map_or(Length::Max, Length::Chars)),
            FieldType::Number => ColumnType::Number,
            FieldType::Decimal => {
                ColumnType::Decimal { precision: small(max_length.unwrap_or(18)), scale: small(scale.unwrap_or(0)) }
            }
            FieldType::Date => ColumnType::Date,
            FieldType::Boolean => ColumnType::Boolean,
            FieldType::EmailAddress => ColumnType::EmailAddress,
            FieldType::Phone => ColumnType::Phone,
            FieldType::Locale => ColumnType::Locale,
        }
    }

    /// How many characters fit, if it is text.
    pub fn length(self) -> Option<Length> {
        match self {
            ColumnType::Text(length) => Some(length),
            ColumnType::EmailAddress => Some(Length::Chars(254)),
            ColumnType::Phone => Some(Length::Chars(50)),
            ColumnType::Locale => Some(Length::Chars(5)),
            _ => None,
        }
    }

    /// The type as a data extension has it: `Text(50)`, `Decimal(18,2)`.
    pub fn field(self) -> String {
        match self {
            ColumnType::Text(Length::Chars(chars)) => format!("Text({chars})"),
            ColumnType::Text(Length::Max | Length::Unknown) => "Text".to_owned(),
            ColumnType::Number | ColumnType::BigNumber => "Number".to_owned(),
            ColumnType::Decimal { precision, scale } => format!("Decimal({precision},{scale})"),
            ColumnType::Date => "Date".to_owned(),
            ColumnType::Boolean => "Boolean".to_owned(),
            ColumnType::EmailAddress => "EmailAddress".to_owned(),
            ColumnType::Phone => "Phone".to_owned(),
            ColumnType::Locale => "Locale".to_owned(),
            ColumnType::Unknown => String::new(),
        }
    }

    /// The type as SQL has it: `nvarchar(50)`, `decimal(18,2)`. Empty where it is not known.
    pub fn sql(self) -> String {
        match self {
            ColumnType::Text(Length::Chars(chars)) => format!("nvarchar({chars})"),
            ColumnType::Text(Length::Max) => "nvarchar(max)".to_owned(),
            ColumnType::Text(Length::Unknown) => "nvarchar".to_owned(),
            ColumnType::Number => "int".to_owned(),
            ColumnType::BigNumber => "bigint".to_owned(),
            ColumnType::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
            ColumnType::Date => "datetime".to_owned(),
            ColumnType::Boolean => "bit".to_owned(),
            ColumnType::EmailAddress => "nvarchar(254)".to_owned(),
            ColumnType::Phone => "varchar(50)".to_owned(),
            ColumnType::Locale => "varchar(5)".to_owned(),
            ColumnType::Unknown => String::new(),
        }
    }
}
