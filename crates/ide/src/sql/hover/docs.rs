//! What is to be known of a table and of a column? The same for everything that shows it.

use sfmc_catalog::sql::{DataView, Retention, ViewColumn, ViewStatus};
use sfmc_schema::{Column, Deletes, Nullable, Retention as Policy, Table};
use sfmc_semantic::sql::{Nullability, SqlType};

use super::declared;
use crate::{
    hover::sentence,
    markup::{Markup, inline_code},
    sql::{quoting::quoted, schema::kind_text},
};

/// More columns are not written out.
const MAX_COLUMNS: usize = 30;

/// Of a longer description the beginning is shown, in characters.
const MAX_DESCRIPTION: usize = 400;

/// More values are not written out.
const MAX_VALUES: usize = 12;

/// A table with its columns.
pub(in crate::sql) fn table_doc(found: &Table) -> Markup {
    let mut doc = Markup::default();
    table(&mut doc, found);
    doc
}

pub(super) fn table(doc: &mut Markup, table: &Table) {
    doc.text(format!("{}: {}", capitalized(kind_text(table)), inline_code(&table.name)));
    if let Some(view) = table.view() {
        about_view(doc, view);
    }
    if let Some(description) = &table.description {
        doc.text(shortened(description));
    }
    if let Some(key) = table.key.as_ref().filter(|key| **key != table.name) {
        doc.labelled("Key", inline_code(key));
    }
    let key: Vec<String> =
        table.columns.list().iter().filter(|c| c.primary_key).map(|c| inline_code(&c.name)).collect();
    if !key.is_empty() {
        doc.labelled("Primary key", key.join(", "));
    }
    if table.sendable {
        let by = table.sends_by.as_deref().map(|field| format!(" by {}", inline_code(field)));
        doc.text(format!("Mail can be sent to it{}.", by.unwrap_or_default()));
    }
    if let Some(policy) = &table.retention {
        doc.labelled("Keeps rows", kept(policy));
    }
    let lines: Vec<String> = table.columns.list().iter().take(MAX_COLUMNS).map(line).collect();
    write_lines(doc, lines, table.columns.list().len(), table.columns.open);
}

/// A description on one line, without what would make it something else than text.
fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ").replace('`', "'");
    match text.char_indices().nth(MAX_DESCRIPTION) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// How long rows are kept: `each row for 6 months.`
fn kept(policy: &Policy) -> String {
    let what = match policy.deletes {
        Deletes::Nothing => return "for ever.".to_owned(),
        Deletes::Rows => "each row",
        Deletes::AllRows => "all of them",
        Deletes::Everything => "all of them, and the data extension with them,",
    };
    let time = match (policy.period, &policy.until) {
        (Some((count, unit)), _) => format!("for {}", unit.times(count)),
        (None, Some(day)) => format!("until {}", inline_code(day)),
        (None, None) => "for some time".to_owned(),
    };
    let restarts = if policy.restarts { "; an import begins it anew" } else { "" };
    format!("{what} {time}{restarts}.")
}

fn about_view(doc: &mut Markup, view: &DataView) {
    doc.text(sentence(view.description));
    match view.status {
        ViewStatus::Supported => {}
        ViewStatus::Legacy => doc.text("Still there for what is old."),
        ViewStatus::Retired => doc.text("It is gone."),
        ViewStatus::Unsupported => doc.text("It answers, and nobody promises that it will."),
        ViewStatus::Undocumented | ViewStatus::NameOnly => doc.text("Not documented."),
    }
    doc.labelled("Keeps rows", retention(view));
    if view.high_volume {
        doc.labelled("Size", "very many rows: bound it by a date or a job.");
    }
    if !view.scope.is_empty() {
        doc.labelled("Scope", sentence(view.scope));
    }
}

fn retention(view: &DataView) -> String {
    match view.retention {
        Retention::Kept => "as long as what they are about is there.".to_owned(),
        Retention::Months(months) => format!("about {months} months."),
        Retention::Days(days) => format!("about {days} days."),
        Retention::Unknown => sentence(view.retention_text),
    }
}

/// A column with what the schema says of it.
pub(in crate::sql) fn column_doc(table: &Table, column: &Column) -> Markup {
    let mut doc = Markup::default();
    doc.sql(line(column));
    field(&mut doc, table, column);
    doc
}

/// What stands behind the declaration of a column.
pub(super) fn field(doc: &mut Markup, table: &Table, column: &Column) {
    let ty = column.ty.field();
    let of = format!("of the {} {}", kind_text(table), inline_code(&table.name));
    doc.text(if ty.is_empty() { format!("A column {of}.") } else { format!("{} {of}.", inline_code(&ty)) });
    if column.primary_key {
        doc.text("It belongs to the primary key.");
    }
    if let Some(default) = &column.default {
        doc.labelled("Default", inline_code(default));
    }
    if let Some(name) = &column.new_name {
        doc.text(format!("It is about to be called {}.", inline_code(name)));
    }
    if let Some(view) = table.view() {
        if let Some(known) = view.columns.iter().find(|known| known.name == &*column.name) {
            about_column(doc, known);
        }
        doc.labelled("Keeps rows", retention(view));
    }
}

fn about_column(doc: &mut Markup, column: &ViewColumn) {
    if !column.meaning.is_empty() {
        doc.text(sentence(column.meaning));
    }
    let values: Vec<String> = column.values.iter().take(MAX_VALUES).map(|value| inline_code(value.value)).collect();
    if !values.is_empty() {
        let more = if column.values.len() > MAX_VALUES { ", …" } else { "" };
        doc.labelled("Values", format!("{}{more}", values.join(", ")));
    }
}

/// `[First Name] nvarchar(50) NULL`
fn line(column: &Column) -> String {
    let ty = column.ty.sql();
    let ty = if ty.is_empty() { ty } else { format!(" {ty}") };
    let null = match column.nullable {
        Nullable::Yes => " NULL",
        Nullable::No => " NOT NULL",
        Nullable::Unknown => "",
    };
    format!("{}{ty}{null}", quoted(&column.name))
}

/// The columns of what no schema has.
pub(super) fn columns<'a>(
    doc: &mut Markup,
    columns: impl Iterator<Item = (&'a str, SqlType, Nullability)>,
    open: bool,
) {
    let all: Vec<_> = columns.filter(|(name, ..)| !name.is_empty()).collect();
    let lines = all.iter().take(MAX_COLUMNS).map(|(name, ty, nullability)| declared(name, *ty, *nullability));
    write_lines(doc, lines.collect(), all.len(), open);
}

fn write_lines(doc: &mut Markup, mut lines: Vec<String>, count: usize, open: bool) {
    if lines.is_empty() {
        return;
    }
    if count > lines.len() {
        lines.push(format!("-- and {} more", count - lines.len()));
    } else if open {
        lines.push("-- and others, perhaps".to_owned());
    }
    doc.sql(lines.join("\n"));
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use sfmc_schema::{Columns, Period};

    use super::*;

    fn shown(change: impl FnOnce(&mut Table)) -> String {
        let mut table = Table { columns: Columns::known([Column::named("Id")]), ..Table::named("Orders") };
        change(&mut table);
        table_doc(&table).plain()
    }

    #[test]
    fn what_the_metadata_says_of_a_table() {
        let policy = |deletes, period, until: Option<&str>, restarts| {
            let policy = Policy { deletes, period, until: until.map(Into::into), restarts };
            shown(|table| table.retention = Some(Box::new(policy)))
        };
        let keeps = |text: &str| format!("Data extension: `Orders`\n\nKeeps rows: {text}\n\nId");
        assert_eq!(
            policy(Deletes::Rows, Some((6, Period::Months)), None, true),
            keeps("each row for 6 months; an import begins it anew.")
        );
        assert_eq!(policy(Deletes::AllRows, None, Some("1/2/2030"), false), keeps("all of them until `1/2/2030`."));
        assert_eq!(
            policy(Deletes::Everything, Some((1, Period::Weeks)), None, false),
            keeps("all of them, and the data extension with them, for 1 week.")
        );
        assert_eq!(policy(Deletes::Nothing, None, None, false), keeps("for ever."));
        let text = shown(|table| {
            table.description = Some("All\n`orders` of\tshops".into());
            table.sendable = true;
            table.sends_by = Some("ContactKey".into());
        });
        assert_eq!(
            text,
            "Data extension: `Orders`\n\nAll 'orders' of shops\n\nMail can be sent to it by `ContactKey`.\n\nId"
        );
        assert_eq!(shown(|table| table.description = Some("q".repeat(500).into())).matches('q').count(), 400);
    }
}
