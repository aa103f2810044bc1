//! Types as they are written.

use super::{Length, SqlType};

/// The type that is called `name`, in any case, with the numbers in its parentheses. `unsized_text` is how long a text is that says
/// nothing of it: 30 in CAST and CONVERT.
pub fn named_type(name: &str, sizes: &[Size], unsized_text: Length) -> SqlType {
    let number = |at: usize| match sizes.get(at) {
        Some(Size::Number(number)) => Some(*number),
        _ => None,
    };
    let length = |plain: Length| match sizes.first() {
        None => plain,
        Some(Size::Number(number)) => Length::of((*number).into()),
        Some(Size::Max) => Length::Max,
        Some(Size::Other) => Length::Unknown,
    };
    let text = |national: bool, fixed: bool| SqlType::Text { national, fixed, length: length(unsized_text) };
    match name.to_ascii_lowercase().as_str() {
        "bit" => SqlType::Bit,
        "tinyint" => SqlType::TinyInt,
        "smallint" => SqlType::SmallInt,
        "int" | "integer" => SqlType::Int,
        "bigint" => SqlType::BigInt,
        "decimal" | "numeric" | "dec" => {
            let small = |n: u32| u8::try_from(n).unwrap_or(38);
            match sizes.len() {
                0 => SqlType::decimal(18, 0),
                1 => number(0).map_or(SqlType::Decimal(None), |p| SqlType::decimal(small(p), 0)),
                _ => match (number(0), number(1)) {
                    (Some(p), Some(s)) => SqlType::decimal(small(p), small(s)),
                    _ => SqlType::Decimal(None),
                },
            }
        }
        "smallmoney" => SqlType::SmallMoney,
        "money" => SqlType::Money,
        "real" => SqlType::Real,
        "float" => match number(0) {
            Some(bits) if bits <= 24 => SqlType::Real,
            _ => SqlType::Float,
        },
        "char" | "character" => text(false, true),
        "varchar" => text(false, false),
        "nchar" => text(true, true),
        "nvarchar" => text(true, false),
        "text" => SqlType::varchar(Length::Max),
        "ntext" => SqlType::nvarchar(Length::Max),
        "sysname" => SqlType::nvarchar(Length::Known(128)),
        "date" => SqlType::Date,
        "time" => SqlType::Time,
        "smalldatetime" => SqlType::SmallDateTime,
        "datetime" => SqlType::DateTime,
        "datetime2" => SqlType::DateTime2,
        "datetimeoffset" => SqlType::DateTimeOffset,
        "binary" | "varbinary" => SqlType::Binary(length(unsized_text)),
        "uniqueidentifier" => SqlType::UniqueIdentifier,
        "xml" => SqlType::Xml,
        "sql_variant" => SqlType::Variant,
        _ => SqlType::Unknown,
    }
}

/// What stands in the parentheses of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A number.
    Number(u32),
    /// MAX.
    Max,
    /// Something else.
    Other,
}

impl SqlType {
    /// The type that is written as `text`, as the catalogue writes types: `nvarchar(254)`, `nvarchar(?)`, `decimal(4,2)`.
    pub fn parse(text: &str) -> SqlType {
        let (name, rest) = text.split_once('(').unwrap_or((text, ""));
        let inner = rest.trim_end().strip_suffix(')').unwrap_or(rest);
        let sizes: Vec<Size> =
            inner.split(',').map(str::trim).filter(|size| !size.is_empty()).map(Size::parse).collect();
        named_type(name.trim(), &sizes, Length::Unknown)
    }
}

impl Size {
    pub(crate) fn parse(text: &str) -> Size {
        if text.eq_ignore_ascii_case("max") {
            return Size::Max;
        }
        text.parse().map_or(Size::Other, Size::Number)
    }
}
