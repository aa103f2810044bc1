//! The types of T-SQL, as far as a query needs them: which one wins where two meet, and how long a text can be.
//!
//! A type says what a value can be at most: `nvarchar(50)` is a text of 50 characters or fewer. What is not known is
//! [`SqlType::Unknown`], or has an unknown length; nothing is concluded from it.

mod arithmetic;
mod names;

use std::fmt;

pub use names::{Size, named_type};

pub(crate) use arithmetic::{arithmetic, negated};

/// How many characters or bytes there can be at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// So many.
    Known(u16),
    /// As many as one likes: `nvarchar(max)`.
    Max,
    /// Nobody knows here.
    Unknown,
}

impl Length {
    /// A number as a length; more than any text of a known length has is [`Length::Max`].
    pub fn of(count: u64) -> Length {
        u16::try_from(count).map_or(Length::Max, Length::Known)
    }

    /// The number, if it is one.
    pub fn known(self) -> Option<u16> {
        match self {
            Length::Known(length) => Some(length),
            Length::Max | Length::Unknown => None,
        }
    }

    /// What has one of both lengths.
    #[must_use]
    pub fn max(self, other: Length) -> Length {
        self.join(other, u16::max)
    }

    /// What has both lengths, one behind the other; never more than `limit` where both are known.
    #[must_use]
    pub fn plus(self, other: Length, limit: u16) -> Length {
        self.join(other, |a, b| a.saturating_add(b).min(limit))
    }

    /// At most so many.
    #[must_use]
    pub fn at_most(self, limit: u64) -> Length {
        match self {
            Length::Known(length) if u64::from(length) <= limit => self,
            _ => Length::of(limit),
        }
    }

    fn join(self, other: Length, known: impl FnOnce(u16, u16) -> u16) -> Length {
        match (self, other) {
            (Length::Known(a), Length::Known(b)) => Length::Known(known(a, b)),
            (Length::Unknown, _) | (_, Length::Unknown) => Length::Unknown,
            _ => Length::Max,
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Length::Known(length) => write!(f, "({length})"),
            Length::Max => f.write_str("(max)"),
            Length::Unknown => Ok(()),
        }
    }
}

/// The type of an expression or a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SqlType {
    /// Nobody knows here.
    Unknown,
    /// NULL as it is written: it takes the type of what it meets.
    Null,
    /// A condition. No column has this type.
    Condition,
    /// `bit`
    Bit,
    /// `tinyint`
    TinyInt,
    /// `smallint`
    SmallInt,
    /// `int`
    Int,
    /// `bigint`
    BigInt,
    /// `decimal(p,s)`, where precision and scale are known
    Decimal(Option<(u8, u8)>),
    /// `smallmoney`
    SmallMoney,
    /// `money`
    Money,
    /// `real`
    Real,
    /// `float`
    Float,
    /// `char`, `varchar`, `nchar`, `nvarchar`
    Text {
        /// Of Unicode characters.
        national: bool,
        /// Filled up with blanks.
        fixed: bool,
        /// How long.
        length: Length,
    },
    /// `date`
    Date,
    /// `time`
    Time,
    /// `smalldatetime`
    SmallDateTime,
    /// `datetime`
    DateTime,
    /// `datetime2`
    DateTime2,
    /// `datetimeoffset`
    DateTimeOffset,
    /// `binary`, `varbinary`
    Binary(Length),
    /// `uniqueidentifier`
    UniqueIdentifier,
    /// `xml`
    Xml,
    /// `sql_variant`
    Variant,
}

impl SqlType {
    /// `varchar`.
    pub const fn varchar(length: Length) -> SqlType {
        SqlType::Text { national: false, fixed: false, length }
    }

    /// `nvarchar`.
    pub const fn nvarchar(length: Length) -> SqlType {
        SqlType::Text { national: true, fixed: false, length }
    }

    /// Whether it is known.
    pub fn is_known(self) -> bool {
        self != SqlType::Unknown
    }

    /// Whether it is text.
    pub fn is_text(self) -> bool {
        matches!(self, SqlType::Text { .. })
    }

    /// Whether it is a number; `bit` is one.
    pub fn is_number(self) -> bool {
        self.is_integer()
            || matches!(
                self,
                SqlType::Decimal(_) | SqlType::SmallMoney | SqlType::Money | SqlType::Real | SqlType::Float
            )
    }

    /// Whether it is a whole number; `bit` is one.
    pub fn is_integer(self) -> bool {
        matches!(self, SqlType::Bit | SqlType::TinyInt | SqlType::SmallInt | SqlType::Int | SqlType::BigInt)
    }

    /// Whether it is a date with or without a time, or a time.
    pub fn is_date(self) -> bool {
        matches!(
            self,
            SqlType::Date
                | SqlType::Time
                | SqlType::SmallDateTime
                | SqlType::DateTime
                | SqlType::DateTime2
                | SqlType::DateTimeOffset
        )
    }

    /// How long a text of it can be.
    pub fn text_length(self) -> Option<Length> {
        match self {
            SqlType::Text { length, .. } => Some(length),
            _ => None,
        }
    }

    /// The type of what has one of both, as T-SQL's precedence has it: of CASE, COALESCE, UNION.
    #[must_use]
    pub fn join(self, other: SqlType) -> SqlType {
        match (self, other) {
            (SqlType::Unknown, _) | (_, SqlType::Unknown) => SqlType::Unknown,
            (SqlType::Null, other) | (other, SqlType::Null) => other,
            (SqlType::Condition, SqlType::Condition) => SqlType::Condition,
            (SqlType::Condition, _) | (_, SqlType::Condition) => SqlType::Unknown,
            (
                SqlType::Text { national: n1, fixed: f1, length: l1 },
                SqlType::Text { national: n2, fixed: f2, length: l2 },
            ) => SqlType::Text { national: n1 || n2, fixed: f1 && f2, length: l1.max(l2) },
            (SqlType::Binary(a), SqlType::Binary(b)) => SqlType::Binary(a.max(b)),
            (a @ SqlType::Decimal(_), b) | (b, a @ SqlType::Decimal(_)) if b.rank() <= a.rank() => {
                match (a.precision(), b.precision()) {
                    (Some((p1, s1)), Some((p2, s2))) => {
                        let scale = s1.max(s2);
                        let whole = p1.saturating_sub(s1).max(p2.saturating_sub(s2));
                        SqlType::decimal(whole.saturating_add(scale), scale)
                    }
                    _ => SqlType::Decimal(None),
                }
            }
            _ if self.rank() >= other.rank() => self,
            _ => other,
        }
    }

    /// `decimal(p,s)`, with as many digits as it can have.
    pub(crate) fn decimal(precision: u8, scale: u8) -> SqlType {
        let precision = precision.clamp(1, 38);
        SqlType::Decimal(Some((precision, scale.min(precision))))
    }

    /// Precision and scale of an exact number.
    pub(crate) fn precision(self) -> Option<(u8, u8)> {
        Some(match self {
            SqlType::Bit => (1, 0),
            SqlType::TinyInt => (3, 0),
            SqlType::SmallInt => (5, 0),
            SqlType::Int => (10, 0),
            SqlType::BigInt => (19, 0),
            SqlType::SmallMoney => (10, 4),
            SqlType::Money => (19, 4),
            SqlType::Decimal(size) => return size,
            _ => return None,
        })
    }

    /// Where it stands in T-SQL's data type precedence; what meets it becomes the higher one.
    fn rank(self) -> u8 {
        match self {
            SqlType::Unknown | SqlType::Null | SqlType::Condition => 0,
            SqlType::Binary(_) => 1,
            SqlType::Text { national, .. } => 2 + u8::from(national),
            SqlType::UniqueIdentifier => 4,
            SqlType::Bit => 5,
            SqlType::TinyInt => 6,
            SqlType::SmallInt => 7,
            SqlType::Int => 8,
            SqlType::BigInt => 9,
            SqlType::SmallMoney => 10,
            SqlType::Money => 11,
            SqlType::Decimal(_) => 12,
            SqlType::Real => 13,
            SqlType::Float => 14,
            SqlType::Time => 15,
            SqlType::Date => 16,
            SqlType::SmallDateTime => 17,
            SqlType::DateTime => 18,
            SqlType::DateTime2 => 19,
            SqlType::DateTimeOffset => 20,
            SqlType::Xml => 21,
            SqlType::Variant => 22,
        }
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            SqlType::Unknown => "?",
            SqlType::Null => "null",
            SqlType::Condition => "condition",
            SqlType::Bit => "bit",
            SqlType::TinyInt => "tinyint",
            SqlType::SmallInt => "smallint",
            SqlType::Int => "int",
            SqlType::BigInt => "bigint",
            SqlType::Decimal(None) => "decimal",
            SqlType::Decimal(Some((precision, scale))) => return write!(f, "decimal({precision},{scale})"),
            SqlType::SmallMoney => "smallmoney",
            SqlType::Money => "money",
            SqlType::Real => "real",
            SqlType::Float => "float",
            SqlType::Text { national, fixed, length } => {
                let (national, var) = (if *national { "n" } else { "" }, if *fixed { "" } else { "var" });
                return write!(f, "{national}{var}char{length}");
            }
            SqlType::Date => "date",
            SqlType::Time => "time",
            SqlType::SmallDateTime => "smalldatetime",
            SqlType::DateTime => "datetime",
            SqlType::DateTime2 => "datetime2",
            SqlType::DateTimeOffset => "datetimeoffset",
            SqlType::Binary(length) => return write!(f, "varbinary{length}"),
            SqlType::UniqueIdentifier => "uniqueidentifier",
            SqlType::Xml => "xml",
            SqlType::Variant => "sql_variant",
        };
        f.write_str(word)
    }
}

/// Whether a value can be NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nullability {
    /// Never.
    Never,
    /// It can.
    Maybe,
    /// Nobody knows here.
    Unknown,
}

impl Nullability {
    /// What is NULL when one of both is: most operators and functions.
    #[must_use]
    pub fn either(self, other: Nullability) -> Nullability {
        match (self, other) {
            (Nullability::Maybe, _) | (_, Nullability::Maybe) => Nullability::Maybe,
            (Nullability::Never, Nullability::Never) => Nullability::Never,
            _ => Nullability::Unknown,
        }
    }

    /// What is NULL when both are: COALESCE.
    #[must_use]
    pub fn both(self, other: Nullability) -> Nullability {
        match (self, other) {
            (Nullability::Never, _) | (_, Nullability::Never) => Nullability::Never,
            (Nullability::Maybe, Nullability::Maybe) => Nullability::Maybe,
            _ => Nullability::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
