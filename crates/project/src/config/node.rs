//! A configuration as a tree of values with their places.

use serde_json::Value as Json;
use sfmc_syntax::TextRange;

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
    Boolean(bool),
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
            Value::Boolean(_) => "a boolean",
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
            Json::Bool(value) => Value::Boolean(*value),
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
}
