//! What may stand in the parentheses behind a type.

/// What is wrong with the size of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongSize {
    /// The type has no size.
    None,
    /// There are no so short values.
    TooShort,
    /// There are no values longer than this.
    TooLong(i64),
    /// It has 1 to 38 digits, and not this.
    Digits(i64),
    /// More digits behind the point than there are: so many of so many.
    Fraction(i64, i64),
    /// It has 1 to 53 bits, and not this.
    Bits(i64),
    /// It has 0 to 7 digits behind the second, and not this.
    Seconds(i64),
}

/// What is wrong with the size of a type, whose `name` is in lower case.
pub(crate) fn wrong_size(name: &str, sizes: &[i64]) -> Option<WrongSize> {
    let first = *sizes.first()?;
    match name {
        "char" | "character" | "varchar" | "binary" | "varbinary" => length(first, 8000),
        "nchar" | "nvarchar" => length(first, 4000),
        "decimal" | "numeric" | "dec" if !(1..=38).contains(&first) => Some(WrongSize::Digits(first)),
        "decimal" | "numeric" | "dec" => {
            let fraction = *sizes.get(1).filter(|fraction| **fraction > first)?;
            Some(WrongSize::Fraction(fraction, first))
        }
        "float" if !(1..=53).contains(&first) => Some(WrongSize::Bits(first)),
        "datetime2" | "datetimeoffset" | "time" if !(0..=7).contains(&first) => Some(WrongSize::Seconds(first)),
        "int" | "integer" | "bigint" | "smallint" | "tinyint" | "bit" | "money" | "smallmoney" | "real" | "date"
        | "datetime" | "smalldatetime" | "text" | "ntext" | "uniqueidentifier" => Some(WrongSize::None),
        _ => None,
    }
}

fn length(length: i64, most: i64) -> Option<WrongSize> {
    match length {
        ..=0 => Some(WrongSize::TooShort),
        length if length > most => Some(WrongSize::TooLong(most)),
        _ => None,
    }
}

impl WrongSize {
    /// What is to be said of it, and which size would do.
    pub(crate) fn message(self, name: &str) -> String {
        let counted = if name.ends_with("binary") { "bytes" } else { "characters" };
        match self {
            WrongSize::None => format!("`{name}` has no size"),
            WrongSize::TooShort => format!("`{name}` has at least 1 of its {counted}"),
            WrongSize::TooLong(most) => {
                let more = if name.contains("var") { format!(": write `{name}(max)`") } else { String::new() };
                format!("`{name}` has up to {most} {counted}{more}")
            }
            WrongSize::Digits(digits) => format!("`{name}` has 1 to 38 digits, not {digits}"),
            WrongSize::Fraction(fraction, digits) => {
                format!("of {digits} digits no {fraction} can stand behind the point")
            }
            WrongSize::Bits(bits) => format!("`{name}` has 1 to 53 bits, not {bits}"),
            WrongSize::Seconds(digits) => format!("`{name}` has 0 to 7 digits behind the second, not {digits}"),
        }
    }
}
