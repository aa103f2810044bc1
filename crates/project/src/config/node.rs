//! A configuration as a tree of values with their places, from TOML or from JSON.

use std::ops::Range;

use serde_json::Value as Json;
use sfmc_syntax::{TextRange, TextSize};
use toml::de::{DeTable, DeValue};

/// A value of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// Where it stands; empty for JSON, which comes from a client and has no place.
    pub(crate) range: TextRange,
    /// Whether a syntax error touches it, so that it may not be what was meant.
    pub(crate) is_damaged: bool,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Boolean,
    Integer(i64),
    /// A number that is not whole, or too large.
    Number,
    String(String),
    Date,
    List(Vec<Node>),
    /// In the order of the text.
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) range: TextRange,
    pub(crate) is_damaged: bool,
    pub(crate) node: Node,
}

impl Node {
    /// The value of a key, if this is a table.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The entries, if this is a table.
    pub(crate) fn entries(&self) -> &[Entry] {
        if let Value::Table(entries) = &self.value { entries } else { &[] }
    }

    /// The items, if this is a list.
    pub(crate) fn items(&self) -> &[Node] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// What kind of value this is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Boolean => "a boolean",
            Value::Integer(_) | Value::Number => "a number",
            Value::String(_) => "a string",
            Value::Date => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// Makes a tree of JSON.
    pub(crate) fn from_json(json: &Json) -> Node {
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(_) => Value::Boolean,
            Json::Number(number) => number.as_i64().map_or(Value::Number, Value::Integer),
            Json::String(text) => Value::String(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(Node::from_json).collect()),
            Json::Object(object) => {
                let entry = |(key, value): (&String, &Json)| Entry {
                    key: key.clone(),
                    range: TextRange::default(),
                    is_damaged: false,
                    node: Node::from_json(value),
                };
                Value::Table(object.iter().map(entry).collect())
            }
        };
        Node { range: TextRange::default(), is_damaged: false, value }
    }

    /// Makes a tree of TOML, as far as it can be read.
    pub(crate) fn from_toml(text: &str) -> (Node, Vec<SyntaxError>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let end = text.len();
        let mut errors: Vec<_> = errors
            .into_iter()
            .map(|error| SyntaxError {
                range: text_range(inside(text, error.span().unwrap_or(end..end))),
                message: error.message().to_owned(),
            })
            .collect();
        errors.sort_by_key(|error| error.range.start());
        let builder = Builder { errors: &errors };
        let value = builder.table(table.get_ref());
        (Node { range: TextRange::default(), is_damaged: false, value }, errors)
    }
}

/// A mistake in TOML itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) range: TextRange,
    pub(crate) message: String,
}

struct Builder<'a> {
    errors: &'a [SyntaxError],
}

impl Builder<'_> {
    fn node(&self, value: &DeValue<'_>, range: TextRange) -> Node {
        let is_table = value.is_table();
        let value = match value {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Number, Value::Integer)
            }
            DeValue::Float(_) => Value::Number,
            DeValue::Boolean(_) => Value::Boolean,
            DeValue::Datetime(_) => Value::Date,
            DeValue::Array(items) => {
                let item = |item: &toml::Spanned<DeValue<'_>>| self.node(item.get_ref(), text_range(item.span()));
                Value::List(items.iter().map(item).collect())
            }
            DeValue::Table(table) => self.table(table),
        };
        // A value that could not be read at all is given as an empty one at the beginning of the file.
        let is_damaged = !is_table && (range.is_empty() || self.is_damaged(range));
        Node { range, is_damaged, value }
    }

    fn table(&self, table: &DeTable<'_>) -> Value {
        let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
            let range = text_range(key.span());
            Entry {
                key: String::from(key.get_ref().as_ref() as &str),
                range,
                is_damaged: self.is_damaged(range),
                node: self.node(value.get_ref(), text_range(value.span())),
            }
        };
        let mut entries: Vec<_> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.range.start());
        Value::Table(entries)
    }

    fn is_damaged(&self, range: TextRange) -> bool {
        self.errors.iter().any(|error| error.range.intersect(range).is_some())
    }
}

/// A span of whole characters of `text`.
fn inside(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end.min(text.len())).max(start)
}

fn text_range(span: Range<usize>) -> TextRange {
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
    let start = size(span.start);
    TextRange::new(start, size(span.end).max(start))
}
