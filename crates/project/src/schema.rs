//! The JSON schema of the options: for the checks of this crate, and for editors that complete `sfmc-analyzer.toml`.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use sfmc_diagnostics::{Group, Rule};

use crate::options::Options;

/// The schema of `sfmc-analyzer.toml`, with the names of `rules`, to be published. It lists what can be completed and
/// still admits every name of a rule that has the right form: prefixes, aliases, and rules that came after it was made.
pub fn schema(rules: &[&Rule]) -> Value {
    let mut schema = generate(false);
    name_rules(&mut schema, &rule_names(rules));
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), json!("sfmc-analyzer.toml"));
    }
    schema
}

/// The schema that [`crate::config`] checks by: without references, and nothing in it may be null.
pub(crate) static CHECKED: LazyLock<Value> = LazyLock::new(|| generate(true));

fn generate(inline: bool) -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = inline);
    let mut schema = settings.into_generator().into_root_schema_for::<Options>().to_value();
    tidy(&mut schema);
    schema
}

/// Makes a schema what it would be if an absent option were absent rather than null, and comments were not broken into
/// lines.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(object) => {
            tidy_object(object);
            object.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

fn tidy_object(object: &mut Map<String, Value>) {
    object.retain(|key, value| !(key == "default" && (value.is_null() || value.as_str() == Some(""))));
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    let nullable = object.get("anyOf").and_then(Value::as_array);
    if let Some([Value::Object(inner), null]) = nullable.map(Vec::as_slice)
        && null["type"] == "null"
    {
        let inner = inner.clone();
        object.remove("anyOf");
        if inner.contains_key("$ref") {
            // Beside a reference draft 7 ignores everything else.
            object.insert("allOf".to_owned(), json!([inner]));
        } else {
            for (key, value) in inner {
                object.entry(key).or_insert(value);
            }
        }
    }
    if object.contains_key("properties") {
        object.insert("additionalProperties".to_owned(), json!(false));
    }
    if let Some(Value::String(text)) = object.get_mut("description") {
        let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
        *text = paragraphs.collect::<Vec<_>>().join("\n\n");
    }
}

/// The names that an editor should offer, each as a schema with its description.
fn rule_names(rules: &[&Rule]) -> Vec<(String, String)> {
    let mut names = vec![("all".to_owned(), "Every rule".to_owned())];
    let groups = Group::ALL.iter().map(|group| group.as_str());
    names.extend(groups.map(|group| (group.to_owned(), format!("The rules of the group `{group}`"))));
    let mut languages: Vec<_> = rules.iter().filter_map(|rule| rule.id.split_once('/')).collect();
    languages.sort_unstable();
    languages.dedup_by_key(|(language, _)| *language);
    let languages = languages.into_iter().map(|(language, _)| language);
    names.extend(languages.map(|name| (name.to_owned(), format!("The rules whose ids begin with `{name}/`"))));
    let mut rules: Vec<_> = rules.iter().map(|rule| (rule.id.to_owned(), rule.summary())).collect();
    rules.sort_unstable();
    names.extend(rules);
    names
}

fn name_rules(schema: &mut Value, names: &[(String, String)]) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| name_rules(item, names)),
        Value::Object(object) => {
            let is_list_entry = object.get("format").is_some_and(|format| format == "rule");
            if is_list_entry {
                let entry = |(name, about): &(String, String)| json!({"const": name, "description": about});
                let mut choices: Vec<_> = names.iter().map(entry).collect();
                choices.push(json!({"type": "string"}));
                object.remove("format");
                object.insert("anyOf".to_owned(), choices.into());
                return;
            }
            let is_table = object.get("propertyNames").is_some_and(|keys| keys["format"] == "rule");
            if is_table {
                let level = object["additionalProperties"].clone();
                let entry =
                    |(name, about): &(String, String)| (name.clone(), json!({"description": about, "allOf": [level]}));
                object.insert("properties".to_owned(), names.iter().map(entry).collect());
                object.remove("propertyNames");
                return;
            }
            object.values_mut().for_each(|value| name_rules(value, names));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::rules::RULES;

    /// The keywords that `config::check` knows, and those that say nothing about what is valid.
    const KNOWN: &[&str] = &[
        "type",
        "properties",
        "additionalProperties",
        "propertyNames",
        "items",
        "oneOf",
        "const",
        "format",
        "minimum",
        "maximum",
        "minItems",
        "required",
        "$schema",
        "title",
        "description",
    ];

    fn visit(schema: &Value, seen: &mut dyn FnMut(&str, &Map<String, Value>)) {
        let Value::Object(object) = schema else {
            return;
        };
        for (key, value) in object {
            seen(key, object);
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    properties.values().for_each(|property| visit(property, seen));
                }
                ("oneOf", Value::Array(choices)) => {
                    choices.iter().for_each(|choice| visit(choice, seen));
                }
                _ => visit(value, seen),
            }
        }
    }

    #[test]
    fn the_check_knows_every_keyword() {
        visit(&CHECKED, &mut |key, object| {
            assert!(KNOWN.contains(&key), "{key} in {object:?}");
        });
    }

    #[test]
    fn every_option_is_documented() {
        visit(&CHECKED, &mut |key, object| {
            if key == "properties" {
                for (name, property) in object["properties"].as_object().unwrap() {
                    assert!(property["description"].is_string(), "{name}");
                }
            }
        });
    }

    #[test]
    fn rules_are_offered_by_name() {
        let schema = schema(RULES);
        let rules = schema.pointer("/properties/rules/properties").unwrap().as_object().unwrap();
        assert!(rules.contains_key("file/binary") && rules.contains_key("config"));
        assert_eq!(rules["config/invalid"]["description"].as_str().unwrap(), RULES[0].summary());
        let first = &schema["definitions"]["RuleName"]["anyOf"][0];
        expect![[r#"{"const":"all","description":"Every rule"}"#]].assert_eq(&first.to_string());
    }
}
