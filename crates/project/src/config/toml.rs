//! TOML as a tree of values: as much of a damaged file as can be read.

use std::ops::Range;

use sfmc_syntax::{TextRange, TextSize};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::node::{Entry, Node, Value};

/// A mistake in TOML itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) range: TextRange,
    pub(super) message: String,
}

/// Makes a tree of TOML, and says what is wrong in the order of the text.
///
/// The parser recovers from most mistakes. Some make it lose the rest of the file: those lines are blanked, and it tries
/// again.
pub(super) fn parse(text: &str) -> (Node, Vec<SyntaxError>) {
    let mut errors = Vec::new();
    let mut readable = text.to_owned();
    // Every round blanks a line that was not blank, so this ends; the bound is for files that are no TOML at all.
    for _ in 0..100 {
        let (table, found) = DeTable::parse_recoverable(&readable);
        let Some((lost, error)) = lost_lines(&readable, table.get_ref(), &found) else {
            break;
        };
        errors.push(error);
        readable = blanked(&readable, lost);
    }
    let (table, found) = DeTable::parse_recoverable(&readable);
    errors.extend(found.iter().map(|error| syntax_error(&readable, error)));
    errors.sort_by_key(|error| error.range.start());
    let value = Builder { errors: &errors }.table(table.get_ref());
    (Node { range: TextRange::default(), is_damaged: false, value }, errors)
}

fn syntax_error(text: &str, error: &toml::de::Error) -> SyntaxError {
    let end = text.len();
    let span = error.span().unwrap_or(end..end);
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end.min(end)).max(start);
    SyntaxError { range: text_range(start..end), message: error.message().to_owned() }
}

/// The lines that the rest of the file is lost for, and why.
fn lost_lines(text: &str, table: &DeTable<'_>, errors: &[toml::de::Error]) -> Option<(Range<usize>, SyntaxError)> {
    let starts_with = |error: &toml::de::Error, messages: &[&str]| {
        messages.iter().any(|message| error.message().starts_with(message))
    };
    if let Some(error) = errors.iter().find(|error| starts_with(error, &["key with no value"])) {
        let error = syntax_error(text, error);
        let at = usize::from(error.range.start());
        let lost = line_start(text, at)..line_end(text, at);
        return (!text[lost.clone()].trim().is_empty()).then_some((lost, error));
    }
    let unclosed = ["unclosed array", "unclosed inline table", "invalid multi-line"];
    if !errors.iter().any(|error| starts_with(error, &unclosed)) {
        return None;
    }
    // The place to look at is where it begins, not the end of the file, where its end was missed.
    let places: Vec<_> = errors.iter().map(|error| usize::from(syntax_error(text, error).range.start())).collect();
    let opened = swallowing_value(text, table, &places)?;
    let rest = &text[opened..];
    let what = match rest.as_bytes().first() {
        Some(b'[') => "list",
        Some(b'{') => "table",
        _ => "string",
    };
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let message = format!("this {what} is not closed");
    let error = SyntaxError { range: text_range(opened..opened + first), message };
    Some((line_start(text, opened)..next_entry(text, opened), error))
}

/// Where the first value begins that has one of `errors` on a later line. Tables with a header are not values here.
fn swallowing_value(text: &str, table: &DeTable<'_>, errors: &[usize]) -> Option<usize> {
    let starts = table.iter().filter_map(|(key, value)| {
        let span = value.span();
        let has_header = span.start <= key.span().start;
        match value.get_ref() {
            DeValue::Table(table) if has_header => swallowing_value(text, table, errors),
            DeValue::Array(tables) if has_header => {
                let tables = tables.iter().filter_map(|table| table.get_ref().as_table());
                tables.filter_map(|table| swallowing_value(text, table, errors)).min()
            }
            _ => {
                let later = line_end(text, span.start)..=span.end;
                errors.iter().any(|at| later.contains(at)).then_some(span.start)
            }
        }
    });
    starts.min()
}

/// The beginning of the next line after `at` that begins a table or an entry.
fn next_entry(text: &str, at: usize) -> usize {
    let mut start = line_end(text, at);
    for line in text[start..].split_inclusive('\n') {
        let content = line.trim();
        let is_header = content.starts_with('[') && content.ends_with(']') && !content.contains([',', '"', '\'']);
        let key = content.split_once('=').map_or("", |(key, _)| key.trim_end());
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if is_header || !key.is_empty() && key.chars().all(is_part) {
            break;
        }
        start += line.len();
    }
    start
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The end of a line, after its line end.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// The text with spaces instead of everything in `range` but line ends.
fn blanked(text: &str, range: Range<usize>) -> String {
    let blank = text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
    let mut result = text[..range.start].to_owned();
    result.extend(blank);
    result.push_str(&text[range.end..]);
    result
}

struct Builder<'a> {
    errors: &'a [SyntaxError],
}

impl Builder<'_> {
    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let range = text_range(value.span());
        let value = match value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(number) => {
                let number = i64::from_str_radix(number.as_str(), number.radix());
                number.map_or(Value::Number, Value::Integer)
            }
            DeValue::Float(_) => Value::Number,
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(_) => Value::Date,
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        let is_table = matches!(value, Value::Table(_));
        // What could not be read at all is given as an empty value.
        let is_damaged = !is_table && (range.is_empty() || self.is_damaged(range));
        Node { range, is_damaged, value }
    }

    fn table(&self, table: &DeTable<'_>) -> Value {
        let entry = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
            let range = text_range(key.span());
            let is_damaged = self.is_damaged(range);
            Entry { key: key.get_ref().to_string(), range, is_damaged, node: self.node(value) }
        };
        let mut entries: Vec<_> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.range.start());
        Value::Table(entries)
    }

    fn is_damaged(&self, range: TextRange) -> bool {
        self.errors.iter().any(|error| error.range.intersect(range).is_some())
    }
}

fn text_range(span: Range<usize>) -> TextRange {
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
    let start = size(span.start);
    TextRange::new(start, size(span.end).max(start))
}
