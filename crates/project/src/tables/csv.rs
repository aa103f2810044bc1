//! The columns of a table by the first line of a file of comma-separated values.

use std::path::Path;

use sfmc_schema::{Column, Columns, Origin, Table};

/// What separates values; of two that are there equally often the first one does.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// More of a first line is not looked at.
const MAX_LINE: usize = 64 << 10;

/// The table that a file describes: it is called like the file. None where its first line names nothing.
pub(super) fn parse_csv(text: &str, path: &Path) -> Option<Table> {
    let name = path.file_stem()?.to_str()?;
    let text = text.get(..text.floor_char_boundary(MAX_LINE)).unwrap_or(text);
    let mut columns = Columns::default();
    let mut places = Vec::new();
    for (place, value) in first_record(text, separator(text)) {
        let value = value.trim();
        if !value.is_empty() && columns.push(Column::named(value)) {
            places.push(u32::try_from(place).unwrap_or(0));
        }
    }
    if columns.list().is_empty() {
        return None;
    }
    let origin = Origin { path: path.to_owned(), offset: 0, columns: places.into() };
    // It says nothing of retention: there may be one.
    Some(Table { columns, has_retention: true, origin: Some(origin), ..Table::named(name) })
}

/// What stands most often in the first line, outside of quotes.
fn separator(text: &str) -> char {
    let mut best = (0, SEPARATORS[0]);
    for separator in SEPARATORS {
        let count = first_record(text, separator).len();
        if count > best.0 {
            best = (count, separator);
        }
    }
    best.1
}

/// The values of the first line, and where they begin.
fn first_record(text: &str, separator: char) -> Vec<(usize, String)> {
    let mut values = Vec::new();
    let mut chars = text.char_indices().peekable();
    let (mut start, mut value, mut is_quoted) = (0, String::new(), false);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if is_quoted && chars.next_if(|(_, next)| *next == '"').is_some() => value.push('"'),
            '"' if is_quoted => is_quoted = false,
            '"' if value.trim().is_empty() => (is_quoted, start) = (true, at + 1),
            _ if is_quoted => value.push(c),
            '\r' | '\n' => break,
            _ if c == separator => {
                values.push((start, std::mem::take(&mut value)));
                start = at + c.len_utf8();
            }
            _ => {
                if value.is_empty() && c.is_whitespace() {
                    start = at + c.len_utf8();
                }
                value.push(c);
            }
        }
    }
    values.push((start, value));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let table = parse_csv(text, Path::new("/p/My Table.csv"))?;
        let names: Vec<_> = table.columns.list().iter().map(|column| &*column.name).collect();
        let places = table.origin.unwrap().columns;
        assert_eq!(places.len(), names.len());
        for (name, place) in names.iter().zip(&places) {
            assert!(text[*place as usize..].starts_with(&name.replace('"', "\"\"")), "{name} in {text}");
        }
        Some(format!("{}({})", table.name, names.join("|")))
    }

    #[test]
    fn first_lines() {
        for (text, expected) in [
            ("Id,Name\n1,x", "Id|Name"),
            ("Id;First Name;a,b\r\n", "Id|First Name|a,b"),
            ("Id\tName", "Id|Name"),
            ("\"Id\", \"a, \"\"b\"\"\"\n", "Id|a, \"b\""),
            ("Id,id,ID2\n", "Id|ID2"),
            (" Id , Name ,,\n", "Id|Name"),
            ("Käufer,Straße", "Käufer|Straße"),
            ("one", "one"),
            ("\"open, quote\nx", "open, quote\nx"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(format!("My Table({expected})").as_str()), "{text}");
        }
        for text in ["", "\n", " , ,\n", "\r\nId"] {
            assert_eq!(shown(text), None, "{text:?}");
        }
    }
}
