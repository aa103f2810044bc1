//! Compares a configuration with the schema of the options: what is wrong is reported and left out.

use serde_json::{Map, Value as Json, json};
use sfmc_diagnostics::{
    Rule,
    selector::{Selector, SelectorError},
    similar::closest,
};
use sfmc_syntax::TextRange;

use super::{
    ConfigProblem,
    node::{Entry, Node, Value},
};
use crate::{
    globs::{BadGlob, check_glob},
    name_pattern::VariableNames,
};

/// What of `node` can be used, in the form that the options are deserialized from.
pub(crate) fn check(node: &Node, schema: &Json, rules: &[&Rule], problems: &mut Vec<ConfigProblem>) -> Json {
    let mut checker = Checker { schema, rules, problems, path: Vec::new() };
    checker.value(node, schema).unwrap_or_else(|| json!({}))
}

struct Checker<'a> {
    schema: &'a Json,
    rules: &'a [&'a Rule],
    problems: &'a mut Vec<ConfigProblem>,
    /// The keys that lead to the value that is looked at.
    path: Vec<Step<'a>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// What is wrong with a text.
struct Complaint {
    message: String,
    help: Option<String>,
}

impl<'a> Checker<'a> {
    fn value(&mut self, node: &'a Node, schema: &'a Json) -> Option<Json> {
        let choices = choices(schema);
        match (&node.value, schema["type"].as_str()) {
            (Value::String(text), _) if !choices.is_empty() => {
                if choices.contains(&text.as_str()) {
                    return Some(json!(text));
                }
                if let Some(ty) = self.column_type(text, &choices) {
                    return Some(json!(ty));
                }
                let message = format!("{} cannot be `{text}`", self.name());
                self.report(node, message, Some(meant_choice(text, &choices)))
            }
            (Value::String(text), Some("string")) => match self.text(text, schema) {
                Ok(()) => Some(json!(text)),
                Err(complaint) => self.report(node, complaint.message, complaint.help),
            },
            (Value::Boolean(value), Some("boolean")) => Some(json!(value)),
            (Value::Integer(number), Some("integer")) => self.integer(node, *number, schema),
            (Value::List(items), Some("array")) => self.list(node, items, schema),
            (Value::Table(entries), Some("object")) => Some(self.table(node, entries, schema)),
            _ => {
                let expected = expected(schema, &choices);
                let message = format!("{} has to be {expected}, not {}", self.name(), node.kind());
                self.report(node, message, self.as_expected(node, schema))
            }
        }
    }

    /// The type of a column, which may be written as the platform does: `EmailAddress`.
    fn column_type<'c>(&self, text: &str, choices: &[&'c str]) -> Option<&'c str> {
        if !matches!(self.path.last(), Some(Step::Key("type"))) {
            return None;
        }
        let plain = |text: &str| text.replace('-', "").to_ascii_lowercase();
        choices.iter().copied().find(|choice| plain(choice) == plain(text))
    }

    fn integer(&mut self, node: &Node, number: i64, schema: &Json) -> Option<Json> {
        let minimum = schema["minimum"].as_i64().unwrap_or(i64::MIN);
        let maximum = schema["maximum"].as_i64().unwrap_or(i64::MAX);
        if (minimum..=maximum).contains(&number) {
            return Some(json!(number));
        }
        let message = format!("{} cannot be {number}", self.name());
        self.report(node, message, Some(format!("it is a number from {minimum} to {maximum}")))
    }

    fn list(&mut self, node: &Node, items: &'a [Node], schema: &'a Json) -> Option<Json> {
        if (items.len() as u64) < schema["minItems"].as_u64().unwrap_or(0) {
            let message = format!("{} is empty", self.name());
            return self.report(node, message, None);
        }
        let mut kept = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.path.push(Step::Index(index));
            kept.extend(self.value(item, &schema["items"]));
            self.path.pop();
        }
        Some(Json::Array(kept))
    }

    fn table(&mut self, node: &Node, entries: &'a [Entry], schema: &'a Json) -> Json {
        let mut kept = Map::new();
        for entry in entries {
            // A client writes null for what is not set.
            if entry.node.value == Value::Null {
                continue;
            }
            self.path.push(Step::Key(&entry.key));
            if let Some(schema) = self.entry_schema(entry, schema)
                && let Some(value) = self.value(&entry.node, schema)
            {
                kept.insert(entry.key.clone(), value);
            }
            self.path.pop();
        }
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        for key in required.iter().filter_map(Json::as_str) {
            if !entries.iter().any(|entry| entry.key == key) {
                let message = format!("{} has no `{key}`", self.name());
                self.report(node, message, None);
            }
        }
        Json::Object(kept)
    }

    /// The schema of an entry, if it may be there.
    fn entry_schema(&mut self, entry: &'a Entry, schema: &'a Json) -> Option<&'a Json> {
        if let Some(property) = schema["properties"].get(&entry.key) {
            return Some(property);
        }
        let complaint = match &schema["additionalProperties"] {
            Json::Object(_) => match self.text(&entry.key, &schema["propertyNames"]) {
                Ok(()) => return Some(&schema["additionalProperties"]),
                Err(complaint) => complaint,
            },
            _ => self.unknown_option(&entry.key, schema),
        };
        if !entry.is_damaged {
            self.push(entry.range, complaint.message, complaint.help);
        }
        None
    }

    /// Whether a text has the form that the schema asks for.
    fn text(&self, text: &str, schema: &Json) -> Result<(), Complaint> {
        match schema["format"].as_str() {
            Some("regex") => VariableNames::new(text)
                .map(drop)
                .map_err(|error| Complaint { message: format!("this is no regular expression: {error}"), help: None }),
            Some("glob") => {
                let complaint = |BadGlob { message, help }| Complaint { message, help };
                check_glob(text).map_err(complaint)
            }
            Some("rule") => {
                let complaint = |error| self.bad_rule(text, error);
                Selector::resolve(text, self.rules).map(drop).map_err(complaint)
            }
            _ => Ok(()),
        }
    }

    fn bad_rule(&self, text: &str, error: SelectorError) -> Complaint {
        let help = if let Some(help) = self.misplaced(text) {
            Some(help)
        } else if let SelectorError::Unknown { suggestion: Some(meant), .. } = &error {
            Some(format!("did you mean `{meant}`?"))
        } else {
            Some("`sfmc-analyzer rules` lists what there is".to_owned())
        };
        let message = match error {
            SelectorError::Unknown { text, .. } => SelectorError::Unknown { text, suggestion: None },
            other => other,
        };
        Complaint { message: message.to_string(), help }
    }

    fn unknown_option(&self, key: &str, schema: &Json) -> Complaint {
        let known = || schema["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str);
        let help = if let Some(help) = self.misplaced(key) {
            help
        } else if let Some(meant) = closest(key, known()) {
            format!("did you mean `{meant}`?")
        } else {
            let known: Vec<_> = known().map(|key| format!("`{key}`")).collect();
            format!("the options here are {}", known.join(", "))
        };
        let message = match self.path.split_last() {
            Some((_, [])) | None => format!("there is no option `{key}`"),
            Some((_, outer)) => format!("{} has no option `{key}`", name(outer)),
        };
        Complaint { message, help: Some(help) }
    }

    /// What to do about an option that exists, but elsewhere.
    fn misplaced(&self, key: &str) -> Option<String> {
        let options = self.schema["properties"].as_object()?;
        let is_outermost = self.path.len() <= 1;
        if !is_outermost && options.contains_key(key) {
            return Some(format!("`{key}` has to stand above the first `[table]` of the file"));
        }
        let (table, _) = options.iter().find(|(_, option)| option["properties"].get(key).is_some())?;
        Some(format!("`{key}` has to stand under `[{table}]`"))
    }

    /// How a value of the wrong type was probably meant.
    fn as_expected(&self, node: &Node, schema: &Json) -> Option<String> {
        let Some(Step::Key(key)) = self.path.last() else {
            return None;
        };
        match (&node.value, schema["type"].as_str()?) {
            (Value::String(text), "array") => Some(format!("write `{key} = [{}]`", json!(text))),
            (Value::String(text), "integer") => {
                let number: i64 = text.trim_end_matches(".0").parse().ok()?;
                Some(format!("write `{key} = {number}`"))
            }
            (Value::String(text), "boolean") => {
                let value: bool = text.to_ascii_lowercase().parse().ok()?;
                Some(format!("write `{key} = {value}`"))
            }
            _ => None,
        }
    }

    /// Reports something, unless it may be only the consequence of a syntax error, and is always `None`.
    fn report(&mut self, node: &Node, message: String, help: Option<String>) -> Option<Json> {
        if !node.is_damaged {
            self.push(node.range, message, help);
        }
        None
    }

    fn push(&mut self, range: TextRange, message: String, help: Option<String>) {
        self.problems.push(ConfigProblem { key: dotted(&self.path), range, message, help });
    }

    fn name(&self) -> String {
        name(&self.path)
    }
}

/// What to call the value that a path leads to.
fn name(path: &[Step<'_>]) -> String {
    match path {
        [] => "the configuration".to_owned(),
        [Step::Key(key)] if ["files", "schema", "inlay-hints", "code-lens"].contains(key) => format!("`[{key}]`"),
        [.., Step::Key(key)] => format!("`{key}`"),
        [Step::Key(key), Step::Index(_)] if *key == "overrides" => "`[[overrides]]`".to_owned(),
        [.., Step::Key(key), Step::Index(_)] => format!("what stands in `{key}`"),
        [.., Step::Index(_)] => "what stands here".to_owned(),
    }
}

/// A path as it can be written in TOML: `overrides[0].rules."amp/unknown-function"`.
fn dotted(path: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                if !key.is_empty() && key.chars().all(is_bare) {
                    text.push_str(key);
                } else {
                    text.push_str(&json!(key).to_string());
                }
            }
        }
    }
    text
}

/// The texts that a schema admits, if it admits only some.
fn choices(schema: &Json) -> Vec<&str> {
    let choices = schema["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
    choices.iter().filter_map(|choice| choice["const"].as_str()).collect()
}

fn meant_choice(text: &str, choices: &[&str]) -> String {
    let begins = |choice: &&&str| text.len() >= 3 && (choice.starts_with(text) || text.starts_with(**choice));
    let folded = text.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let meant = closest(&folded, choices.iter().copied());
    match meant.or_else(|| choices.iter().find(begins).copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it is {}", list(choices)),
    }
}

fn expected(schema: &Json, choices: &[&str]) -> String {
    match schema["type"].as_str() {
        _ if !choices.is_empty() => list(choices),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => "a whole number".to_owned(),
        Some("array") => "a list".to_owned(),
        Some("object") => "a table".to_owned(),
        _ => "a string".to_owned(),
    }
}

/// "one of `a`, `b` and `c`".
fn list(choices: &[&str]) -> String {
    let quoted: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("one of {} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
