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

use sfmc_sql::parse_file;
use sfmc_syntax::SyntaxNode;
use smol_str::{SmolStr, StrExt};

use super::*;

/// Tables of a test: `t(Id int key, Name nvarchar(50) null)`, one a line; `...` among the columns leaves them open. What is not there is
/// absent, but names that begin with `x_` are unknown.
pub(super) struct TestTables(Vec<(bool, SmolStr, Arc<Columns>)>);

impl Tables for TestTables {
    fn table(&self, ent: bool, name: &SmolStr) -> (Arc<Columns>, Presence) {
        let key = name.to_lowercase_smolstr();
        match self.0.iter().find(|(e, n, _)| *e == ent && *n == key) {
            Some((_, _, columns)) => (columns.clone(), Presence::Known),
            None if key.starts_with("x_") => (Arc::new(Columns::unknown()), Presence::Unknown),
            None => (Arc::new(Columns::unknown()), Presence::Absent),
        }
    }
}

pub(super) fn tables(text: &str) -> TestTables {
    let mut tables = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, rest) = line.split_once('(').unwrap();
        let (ent, name) = name.strip_prefix("Ent.").map_or((false, name), |name| (true, name));
        let mut columns = Vec::new();
        let mut open = false;
        for (place, column) in (0..).zip(rest.strip_suffix(')').unwrap().split(", ")) {
            if column == "..." {
                open = true;
                continue;
            }
            let mut words = column.split(' ');
            let name = SmolStr::new(words.next().unwrap());
            let ty = SqlType::parse(words.next().unwrap_or("int"));
            let marks: Vec<&str> = words.collect();
            let nullability = if marks.contains(&"null") { Nullability::Maybe } else { Nullability::Never };
            let primary_key = marks.contains(&"key");
            let origin = ColumnOrigin::Table(place);
            columns.push(SourceColumn { key: name.to_lowercase_smolstr(), name, ty, nullability, primary_key, origin });
        }
        let mut columns = Columns::new(columns, open);
        columns.hidden = !name.starts_with('_');
        tables.push((ent, name.to_lowercase_smolstr(), Arc::new(columns)));
    }
    TestTables(tables)
}

const SCHEMA: &str = "
    t(Id int key, Name nvarchar(50) null, Date datetime null, Amount decimal(10,2) null)
    u(Id int key, City nvarchar(30), Flag bit)
    o(Id int, ...)
    _Open(JobID int, SubscriberKey nvarchar(254), EventDate datetime, IsUnique bit)
    Ent._Open(JobID int, SubscriberKey nvarchar(254), EventDate datetime, IsUnique bit)
    Ent.Shared(Id int, Note nvarchar(max) null)
";

/// What the statements of a text mean. Ranges are those of the text.
pub(super) fn meaning(text: &str) -> SqlMeaning {
    let parsed = parse_file(text);
    sql_meaning_of(&SyntaxNode::new_root(parsed.green), &parsed.problems, &tables(SCHEMA))
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
