//! What may stand in the parentheses behind a type.

/// What is wrong with the size of a type, and which size would do. `name` is in lower case.
pub(crate) fn wrong_size(name: &str, sizes: &[i64]) -> Option<String> {
    let first = *sizes.first()?;
    match name {
        "char" | "character" | "varchar" | "binary" | "varbinary" => length(name, first, 8000),
        "nchar" | "nvarchar" => length(name, first, 4000),
        "decimal" | "numeric" | "dec" if !(1..=38).contains(&first) => {
            Some(format!("`{name}` has 1 to 38 digits, not {first}"))
        }
        "decimal" | "numeric" | "dec" => {
            let fraction = sizes.get(1).filter(|fraction| **fraction > first)?;
            Some(format!("of {first} digits no {fraction} can stand behind the point"))
        }
        "float" if !(1..=53).contains(&first) => Some(format!("`float` has 1 to 53 bits, not {first}")),
        "datetime2" | "datetimeoffset" | "time" if !(0..=7).contains(&first) => {
            Some(format!("`{name}` has 0 to 7 digits behind the second, not {first}"))
        }
        "int" | "integer" | "bigint" | "smallint" | "tinyint" | "bit" | "money" | "smallmoney" | "real" | "date"
        | "datetime" | "smalldatetime" | "text" | "ntext" | "uniqueidentifier" => Some(format!("`{name}` has no size")),
        _ => None,
    }
}

fn length(name: &str, length: i64, most: i64) -> Option<String> {
    let counted = if name.ends_with("binary") { "bytes" } else { "characters" };
    match length {
        ..=0 => Some(format!("`{name}` has at least 1 of its {counted}")),
        length if length > most => {
            let more = if name.contains("var") { format!(": write `{name}(max)`") } else { String::new() };
            Some(format!("`{name}` has up to {most} {counted}{more}"))
        }
        _ => None,
    }
}
