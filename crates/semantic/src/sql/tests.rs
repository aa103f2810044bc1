//! Queries over a small schema, and what they mean.

mod conditions;
mod groups;
mod incremental;
mod names;
mod outputs;
mod properties;
mod symbols;
mod typing;

use std::{fmt::Write, sync::Arc};

use sfmc_schema::{Column, ColumnType, Nullable, Schema, Table, Tables};
use sfmc_sql::parse_file;
use sfmc_syntax::SyntaxNode;

use super::*;

/// A schema of a test: `t(Id int key, Name nvarchar(50) null)`, one table a line; `...` among the columns leaves them open. What is not
/// there is absent, but names that begin with `_` are the system's.
pub(super) fn schema(text: &str) -> Schema {
    let (mut own, mut shared) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, rest) = line.split_once('(').unwrap();
        let columns: Vec<&str> = rest.strip_suffix(')').unwrap().split(", ").collect();
        let known = columns.iter().filter(|column| **column != "...").map(|column| {
            let mut words = column.split(' ');
            let name = words.next().unwrap();
            let ty = column_type_of(words.next().unwrap_or("int"));
            let marks: Vec<&str> = words.collect();
            let nullable = if marks.contains(&"null") { Nullable::Yes } else { Nullable::No };
            Column { ty, nullable, primary_key: marks.contains(&"key"), ..Column::named(name) }
        });
        let open = columns.contains(&"...");
        let mut columns = sfmc_schema::Columns::known(known);
        columns.open = open;
        match name.strip_prefix("Ent.") {
            Some(name) => shared.push(Table { columns, ..Table::named(name) }),
            None => own.push(Table { columns, ..Table::named(name) }),
        }
    }
    Schema::new(Arc::new(Tables::new(own, true)), Arc::new(Tables::new(shared, true)), None)
}

fn column_type_of(text: &str) -> ColumnType {
    match SqlType::parse(text) {
        SqlType::Int => ColumnType::Number,
        SqlType::Bit => ColumnType::Boolean,
        SqlType::DateTime => ColumnType::Date,
        SqlType::Decimal(Some((precision, scale))) => ColumnType::Decimal { precision, scale },
        SqlType::Text { length: Length::Known(length), .. } => {
            ColumnType::Text(sfmc_schema::Length::Chars(length.into()))
        }
        SqlType::Text { .. } => ColumnType::Text(sfmc_schema::Length::Max),
        other => panic!("{other}"),
    }
}

const SCHEMA: &str = "
    t(Id int key, Name nvarchar(50) null, Date datetime null, Amount decimal(10,2) null)
    u(Id int key, City nvarchar(30), Flag bit)
    o(Id int, ...)
    Ent.Shared(Id int, Note nvarchar(max) null)
";

/// What the statements of a text mean. Ranges are those of the text.
pub(super) fn meaning(text: &str) -> SqlMeaning {
    let parsed = parse_file(text);
    sql_meaning_of(&SyntaxNode::new_root(parsed.green), &parsed.problems, &schema(SCHEMA))
}

pub(super) fn column_name(meaning: &SqlMeaning, id: ColumnId) -> String {
    let source = meaning.source(id.source).unwrap();
    let name = source.name.as_deref().unwrap_or("-");
    format!("{name}.{}", meaning.column(id).unwrap().name)
}

pub(super) fn target(meaning: &SqlMeaning, target: &Target) -> String {
    let source = |id: SourceId| meaning.source(id).unwrap().name.clone().unwrap_or_else(|| "-".into());
    match target {
        Target::Column(id) => column_name(meaning, *id),
        Target::Hidden(id) => format!("{}.hidden", source(*id)),
        Target::Output(query, place) => {
            format!("output {}", meaning.output(*query, *place).unwrap().name.as_ref().unwrap())
        }
        Target::All(id) => format!("{}.*", source(*id)),
        Target::Open(id) => format!("{}?", source(*id)),
        Target::Ambiguous(ids) => ids.iter().map(|id| column_name(meaning, *id)).collect::<Vec<_>>().join("|"),
        Target::Absent(None) => "absent".to_owned(),
        Target::Absent(Some(id)) => format!("absent from {}", source(*id)),
        Target::NoSource => "no source".to_owned(),
        Target::Unknown => "?".to_owned(),
    }
}

/// All references as `text=target`, in order.
pub(super) fn references(text: &str) -> String {
    let meaning = meaning(text);
    let mut out = String::new();
    for reference in &meaning.references {
        let _ = write!(out, "{}={}; ", &text[reference.range], target(&meaning, &reference.target));
    }
    out.trim_end_matches("; ").to_owned()
}

#[track_caller]
pub(super) fn check_references(cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in cases {
        let found = references(text);
        if found != *expected {
            let _ = write!(wrong, "{text}\n   found {found}\nexpected {expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What a statement returns: `name type null?`, with `...` where there is more.
pub(super) fn outputs(text: &str) -> String {
    let meaning = meaning(text);
    let query = meaning.query(meaning.output.unwrap()).unwrap();
    let mut parts: Vec<String> = query
        .columns
        .iter()
        .map(|column| {
            let null = match column.nullability {
                Nullability::Never => "",
                Nullability::Maybe => " null",
                Nullability::Unknown => " null?",
            };
            format!("{} {}{null}", column.name.as_deref().unwrap_or("-"), column.ty)
        })
        .collect();
    if query.open {
        parts.push("...".to_owned());
    }
    parts.join(", ")
}

#[track_caller]
pub(super) fn check_outputs(cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in cases {
        let found = outputs(text);
        if found != *expected {
            let _ = write!(wrong, "{text}\n   found {found}\nexpected {expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
