//! Which data extension, and which of its columns, does a string in a call name? And what is known of them?

use std::borrow::Cow;

use sfmc_catalog::ampscript::{Arg, FunctionId, Role};
use sfmc_db::{Db, Page, page_map};
use sfmc_schema::{Column, Schema, Table, TableKind};
use sfmc_semantic::{Expr, lowered};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use crate::{
    code::{CodeAt, CodeToken},
    expected::{OpenCall, expected},
    markup::{Markup, inline_code},
    rows::{self, call_at},
    signature_help::active_param,
};

/// More columns are not written out.
const MAX_COLUMNS: usize = 40;

/// What a string names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Named<'s> {
    /// A data extension.
    Extension(&'s Table),
    /// A column of one.
    Column(&'s Table, &'s Column),
}

/// What the string at `range` names, if the schema has it.
pub(crate) fn named_at<'s>(
    db: &dyn Db,
    page: Page,
    code: &CodeAt,
    range: TextRange,
    schema: &'s Schema,
) -> Option<Named<'s>> {
    let around = expected(code, range.start() + TextSize::new(1));
    let call = around.call()?;
    let arg = (*call.args.last()?)?;
    if arg.kind != SyntaxKind::STRING || arg.range != range {
        return None;
    }
    let param = call.function?.params.get(active_param(code, call)?)?;
    let text = content(code, arg);
    match param.role? {
        Role::DataExtensionName => rows::extension(schema, &text).map(Named::Extension),
        Role::ColumnName => {
            let table = table_of_call(db, page, code, call, schema)?;
            Some(Named::Column(table, table.columns.get(&text)?.1))
        }
        _ => None,
    }
}

/// The strings of a page that name the same data extension, or the same column of one, as the string at a place, in order; without their
/// quotation marks.
pub(crate) fn places(db: &dyn Db, page: Page, offset: TextSize) -> Option<Vec<TextRange>> {
    let code = CodeAt::new(db, page, offset)?;
    let token = *code.tokens.get(code.token_at(offset)?)?;
    let schema = page.schema(db);
    let wanted = named_at(db, page, &code, token.range, schema).filter(|_| token.kind == SyntaxKind::STRING)?;
    let mut found = Vec::new();
    for position in page_map(db, page).chunks() {
        db.unwind_if_revision_cancelled();
        let lowered = lowered(db, position.chunk);
        let body = &lowered.body;
        for (_, expr) in body.ids() {
            let Expr::Call(call) = expr else { continue };
            let Some(function) = call.function.map(FunctionId::get) else { continue };
            let args = body.operands(call.args);
            let shapes: Vec<Arg> = args.iter().map(|&arg| shape(body.expr(arg))).collect();
            for (index, &arg) in args.iter().enumerate() {
                let Expr::Text(text) = body.expr(arg) else { continue };
                let role = function.param(index, &shapes).and_then(|param| param.role);
                let is_same = match (role, wanted) {
                    (Some(Role::DataExtensionName), Named::Extension(table)) => {
                        rows::extension(schema, text).is_some_and(|other| std::ptr::eq(other, table))
                    }
                    (Some(Role::ColumnName), Named::Column(table, column)) => {
                        let is_column = |other: &Table| {
                            std::ptr::eq(other, table)
                                && other.columns.get(text).is_some_and(|(_, other)| std::ptr::eq(other, column))
                        };
                        rows::table_of_call(db, page, position.chunk, *call, schema).is_some_and(is_column)
                    }
                    _ => false,
                };
                if is_same {
                    found.push(inside(&position.chunk.source(db).text, lowered.range(arg)) + position.start);
                }
            }
        }
    }
    found.sort_by_key(|range| range.start());
    Some(found)
}

/// The range of a string without its quotation marks, as far as it has both.
fn inside(text: &str, range: TextRange) -> TextRange {
    let written = text.get(std::ops::Range::<usize>::from(range)).unwrap_or_default();
    let inner = ['"', '\''].iter().find_map(|&quote| written.strip_prefix(quote)?.strip_suffix(quote));
    let one = TextSize::new(1);
    inner.map_or(range, |inner| TextRange::at(range.start() + one, TextSize::of(inner)))
}

/// What the catalog can count with.
fn shape(expr: &Expr) -> Arg {
    match expr {
        Expr::Integer(value) => Arg::Integer(*value),
        _ => Arg::Unknown,
    }
}

/// The data extension that a call names first, where the columns that it names stand.
pub(crate) fn table_of_call<'s>(
    db: &dyn Db,
    page: Page,
    code: &CodeAt,
    call: &OpenCall,
    schema: &'s Schema,
) -> Option<&'s Table> {
    let known = call.name.and_then(|name| call_at(db, page, name.start()));
    if let Some(table) = known.and_then(|(chunk, known)| rows::table_of_call(db, page, chunk, known, schema)) {
        return Some(table);
    }
    // In a region that does not end nothing flows.
    let is_table = call.function?.params.first()?.role == Some(Role::DataExtensionName);
    let first = (*call.args.first()?).filter(|token| is_table && token.kind == SyntaxKind::STRING)?;
    rows::extension(schema, &content(code, first))
}

/// What a string holds: without its quotation marks, of which one in it is written twice.
fn content<'a>(code: &'a CodeAt, string: CodeToken) -> Cow<'a, str> {
    let text = code.text(string.range);
    let Some(quote) = text.get(..1) else { return Cow::Borrowed(text) };
    let inner = text.get(1..).unwrap_or_default();
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    let doubled = quote.repeat(2);
    if inner.contains(&doubled) { inner.replace(&doubled, quote).into() } else { Cow::Borrowed(inner) }
}

/// How code of a business unit calls a data extension.
pub(crate) fn written_name(schema: &Schema, table: &Table) -> String {
    let is_shared = matches!(table.kind, TableKind::Shared | TableKind::Synchronized);
    match is_shared && schema.is_parent() != Some(true) {
        true => format!("ENT.{}", table.name),
        false => table.name.to_string(),
    }
}

/// The data extensions that code can name: those of the unit, then those behind `ENT.`.
pub(crate) fn all(schema: &Schema) -> impl Iterator<Item = &Table> {
    let shared = schema.shared().list().iter().filter(|_| schema.is_parent() != Some(true));
    schema.own().list().iter().chain(shared).map(|table| &**table)
}

/// In short, what a data extension is: how many columns it has, and its key where that is another word.
pub(crate) fn summary(table: &Table) -> String {
    let count = table.columns.list().len();
    let columns = match (count, table.columns.open) {
        (0, true) => "data extension".to_owned(),
        (1, false) => "1 column".to_owned(),
        (count, false) => format!("{count} columns"),
        (count, true) => format!("{count} columns or more"),
    };
    match table.key.as_deref().filter(|key| **key != *table.name) {
        Some(key) => format!("{columns}, key {key}"),
        None => columns,
    }
}

/// In short, what a column is: `Text(50), primary key`.
pub(crate) fn column_summary(column: &Column) -> String {
    let key = if column.primary_key { "primary key" } else { "" };
    let ty = column.ty.field();
    let parts: Vec<&str> = [ty.as_str(), key].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// What there is to know of what a string names.
pub(crate) fn describe(named: Named<'_>) -> Markup {
    let mut doc = Markup::default();
    match named {
        Named::Extension(table) => extension(&mut doc, table),
        Named::Column(table, column) => field(&mut doc, table, column),
    }
    doc
}

fn extension(doc: &mut Markup, table: &Table) {
    let kind = match table.kind {
        TableKind::DataExtension => "Data extension",
        TableKind::Shared => "Shared data extension",
        TableKind::Synchronized => "Synchronized data extension",
        TableKind::View(_) => "Data view",
    };
    doc.text(format!("{kind} {}", inline_code(&table.name)));
    if let Some(key) = table.key.as_deref().filter(|key| **key != *table.name) {
        doc.labelled("Key", inline_code(key));
    }
    let list = table.columns.list();
    let mut shown: Vec<String> = list.iter().take(MAX_COLUMNS).map(column_text).collect();
    if list.len() > shown.len() {
        shown.push(format!("and {} more", list.len() - shown.len()));
    } else if table.columns.open {
        shown.push(if shown.is_empty() { "not known" } else { "and perhaps others" }.to_owned());
    }
    doc.labelled("Columns", shown.join(", "));
}

/// `Id` Text(36), primary key
fn column_text(column: &Column) -> String {
    let summary = column.ty.field();
    let key = if column.primary_key { " (primary key)" } else { "" };
    let space = if summary.is_empty() { "" } else { " " };
    format!("{}{space}{summary}{key}", inline_code(&column.name))
}

fn field(doc: &mut Markup, table: &Table, column: &Column) {
    doc.text(format!("{} of {}", column_text(column), inline_code(&table.name)));
    match column.nullable {
        sfmc_schema::Nullable::No => doc.text("It always has a value."),
        sfmc_schema::Nullable::Yes | sfmc_schema::Nullable::Unknown => {}
    }
    if let Some(default) = &column.default {
        doc.labelled("Default", inline_code(default));
    }
    if let Some(name) = &column.new_name {
        doc.text(format!("It is about to be called {}.", inline_code(name)));
    }
}

#[cfg(test)]
mod tests;
