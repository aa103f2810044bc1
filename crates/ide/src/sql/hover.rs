//! What is this? Columns with their types, tables with their columns, aliases with what they stand for, functions.

mod docs;

use sfmc_catalog::sql::{ParamType, date_part, function};
use sfmc_db::{Db, Page};
use sfmc_schema::Schema;
use sfmc_semantic::sql::{
    ColumnId, ColumnOrigin, Nullability, OutputColumn, Reference, Select, Source, SourceColumn, SourceKind, SqlMeaning,
    SqlType, Symbol, Target, sql_meaning,
};
use sfmc_syntax::{
    SyntaxKind::{self, *},
    SyntaxToken, TextSize,
    ast::{AstNode, AstToken, sql},
};

pub(super) use docs::{column_doc, table_doc};

use super::{
    completion::style_form,
    function_docs::describe,
    names::name_at,
    quoting::quoted,
    schema::{column_of, kind_text, schema, table_of},
};
use crate::{
    cursor::token_at,
    hover::Hover,
    markup::{Markup, inline_code},
};

/// What is known of what stands at a place.
pub(crate) fn hover(db: &dyn Db, page: Page, offset: TextSize) -> Option<Hover> {
    let is_wanted = |kind: SyntaxKind| {
        kind.is_sql_keyword()
            || matches!(
                kind,
                IDENT | BRACKET_NAME | QUOTED_NAME | STAR | STRING | NATIONAL_STRING | SMART_QUOTE | INTEGER
            )
    };
    let found = token_at(db, page, offset, |kind| is_wanted(kind) && kind != STAR)
        .or_else(|| token_at(db, page, offset, is_wanted))?;
    let meaning = sql_meaning(db, page, found.position.chunk);
    let schema = schema(db, page);
    let text = word(&found.token)
        .or_else(|| style(&found.token))
        .or_else(|| reference(schema, meaning, &found.token))
        .or_else(|| star(meaning, &found.token))
        .or_else(|| {
            let name =
                name_at(db, page, found.range().start()).filter(|name| name.range == found.token.text_range())?;
            symbol(schema, meaning, &name.symbol)
        })?;
    Some(Hover { range: found.range(), text })
}

/// A function, or a word that one takes.
fn word(token: &SyntaxToken) -> Option<Markup> {
    let parent = token.parent()?;
    match parent.kind() {
        SQL_CAST_EXPR | SQL_CONVERT_EXPR if token.kind() != AS_KW => return describe(token.text()),
        SQL_NAME => {}
        _ => return None,
    }
    let holder = parent.parent()?;
    if let Some(call) = sql::CallExpr::cast(holder.clone()) {
        return describe(token.text()).filter(|_| call.function().is_some_and(|name| name.text() == token.text()));
    }
    let call = holder.parent().filter(|list| list.kind() == SQL_ARG_LIST)?.parent().and_then(sql::CallExpr::cast)?;
    let takes_part = function(call.function()?.text())?.params.first()?.ty == ParamType::DatePart;
    let is_first = call.args().next().is_some_and(|arg| arg.syntax() == &holder);
    let part = date_part(token.text()).filter(|_| takes_part && is_first)?;
    let mut doc = Markup::default();
    doc.text(format!("The part {} of a date.", inline_code(part.name)));
    if !part.abbreviations.is_empty() {
        let names: Vec<String> = part.abbreviations.iter().map(|name| inline_code(name)).collect();
        doc.labelled("Also", names.join(", "));
    }
    Some(doc)
}

/// The style of CONVERT: how it writes dates.
fn style(token: &SyntaxToken) -> Option<Markup> {
    let literal = token.parent().filter(|_| token.kind() == INTEGER)?;
    let convert = literal.parent().and_then(sql::ConvertExpr::cast)?;
    let is_style = convert.args().nth(1).is_some_and(|arg| arg.syntax() == &literal);
    let form = style_form(token.text()).filter(|_| is_style)?;
    let mut doc = Markup::default();
    doc.text(format!("Style {}: dates as {}.", token.text(), inline_code(form)));
    Some(doc)
}

/// A column where it is used, or what qualifies one.
fn reference(schema: &Schema, meaning: &SqlMeaning, token: &SyntaxToken) -> Option<Markup> {
    let range = token.text_range();
    if let Some(found) = meaning.references.iter().find(|found| found.qualifier == Some(range)) {
        return source(schema, meaning.source(found.source()?)?);
    }
    let found = meaning.reference_at(range.start()).filter(|found| found.range == range)?;
    match &found.target {
        Target::Column(id) => column(schema, meaning, *id),
        Target::Output(query, place) => output(schema, meaning, meaning.output(*query, *place)?),
        Target::Hidden(id) => {
            let mut doc = Markup::default();
            doc.sql(found.name.to_string());
            let name = meaning.source(*id)?.name.clone()?;
            doc.text(format!("A column of {} that every data extension has and no list shows.", inline_code(&name)));
            Some(doc)
        }
        Target::Ambiguous(ids) => ambiguous(meaning, found, ids),
        _ => None,
    }
}

fn ambiguous(meaning: &SqlMeaning, found: &Reference, ids: &[ColumnId]) -> Option<Markup> {
    let names = ids.iter().filter_map(|id| meaning.source(id.source)?.name.as_deref().map(inline_code));
    let mut doc = Markup::default();
    doc.text(format!("{} could be of {}.", inline_code(&found.name), names.collect::<Vec<_>>().join(" or ")));
    Some(doc)
}

/// A column of a source: of a table what its schema says, of a query what it is made of.
fn column(schema: &Schema, meaning: &SqlMeaning, id: ColumnId) -> Option<Markup> {
    let column = meaning.column(id)?;
    let mut doc = Markup::default();
    let source = meaning.source(id.source)?;
    // Where an outer join finds no row of it, it is NULL.
    let nullability = match source.outer && !source.matched && !source.proven.contains(&id.column) {
        true => Nullability::Maybe,
        false => column.nullability,
    };
    doc.sql(declared(&column.name, column.ty, nullability));
    match column_of(schema, meaning, id) {
        Some((table, field)) => docs::field(&mut doc, table, field),
        None => {
            if let Some(name) = &source.name {
                doc.text(format!("A column of {}.", inline_code(name)));
            }
        }
    }
    Some(doc)
}

/// A column that a query returns.
fn output(schema: &Schema, meaning: &SqlMeaning, output: &OutputColumn) -> Option<Markup> {
    let mut doc = Markup::default();
    doc.sql(declared(output.name.as_deref()?, output.ty, output.nullability));
    match output.origin.and_then(|id| column_of(schema, meaning, id)) {
        Some((table, field)) => docs::field(&mut doc, table, field),
        None => doc.text("A column that the query returns."),
    }
    Some(doc)
}

/// `Name nvarchar(50) NULL`
fn declared(name: &str, ty: SqlType, nullability: Nullability) -> String {
    let ty = if ty.is_known() { format!(" {ty}") } else { String::new() };
    let null = match nullability {
        Nullability::Maybe => " NULL",
        Nullability::Never => " NOT NULL",
        Nullability::Unknown => "",
    };
    format!("{}{ty}{null}", quoted(name))
}

/// A source by what its columns are qualified with.
fn source(schema: &Schema, source: &Source) -> Option<Markup> {
    if let Some(table) = table_of(schema, source) {
        let mut doc = Markup::default();
        if source.aliased
            && let Some(alias) = &source.name
        {
            doc.text(format!(
                "{} stands for the {} {}.",
                inline_code(alias),
                kind_text(table),
                inline_code(&table.name)
            ));
        }
        docs::table(&mut doc, table);
        return Some(doc);
    }
    let name = inline_code(source.name.as_deref()?);
    let mut doc = Markup::default();
    match &source.kind {
        SourceKind::Table(table) if source.aliased => {
            doc.text(format!(
                "{name} stands for the table {}, of which nothing is known here.",
                inline_code(&table.name)
            ));
        }
        SourceKind::Table(_) => return None,
        SourceKind::Derived(_) | SourceKind::Values => doc.text(format!("{name} is a derived table.")),
        SourceKind::Cte(_) => doc.text(format!("{name} is a common table expression.")),
        SourceKind::Function => doc.text(format!("{name} is what a function returns.")),
        SourceKind::Pivot(_) => doc.text(format!("{name} is what PIVOT or UNPIVOT makes.")),
        SourceKind::Other => return None,
    }
    let columns = source.columns.list().iter().map(|column| (column.name.as_str(), column.ty, column.nullability));
    docs::columns(&mut doc, columns, source.columns.open);
    Some(doc)
}

/// `*` and `t.*`: what it stands for.
fn star(meaning: &SqlMeaning, token: &SyntaxToken) -> Option<Markup> {
    let star = token.parent().filter(|node| token.kind() == STAR && node.kind() == SQL_STAR_EXPR)?;
    let item = star.parent().filter(|node| node.kind() == SQL_SELECT_ITEM)?.text_range();
    let holds = |select: &&Select| select.list.is_some_and(|list| list.contains_range(item));
    let select = meaning.selects.iter().filter(holds).min_by_key(|select| select.range.len())?;
    let columns: Vec<&OutputColumn> =
        select.columns.iter().filter(|column| column.star && column.range == item).collect();
    if columns.is_empty() {
        return None;
    }
    let mut doc = Markup::default();
    let count = columns.len();
    doc.text(if count == 1 { "One column:".to_owned() } else { format!("{count} columns:") });
    let shown =
        columns.iter().map(|column| (column.name.as_deref().unwrap_or_default(), column.ty, column.nullability));
    docs::columns(&mut doc, shown, select.open);
    Some(doc)
}

/// A name where it is given, and the name of a table.
fn symbol(schema: &Schema, meaning: &SqlMeaning, symbol: &Symbol) -> Option<Markup> {
    match symbol {
        Symbol::Source(id) => source(schema, meaning.source(*id)?),
        Symbol::Table { ent, key } => schema.table(*ent, key).table().map(table_doc),
        Symbol::TableColumn { .. } => None,
        Symbol::Output(query, place) => output(schema, meaning, meaning.output(*query, *place)?),
        Symbol::Cte(query) => {
            let mut doc = Markup::default();
            doc.text("A common table expression.");
            let query = meaning.query(*query)?;
            let columns = query
                .columns
                .iter()
                .filter_map(|column| Some((column.name.as_deref()?, column.ty, column.nullability)));
            docs::columns(&mut doc, columns, query.open);
            Some(doc)
        }
        Symbol::Named(range) => {
            let columns = meaning.sources.iter().flat_map(|source| source.columns.list());
            let is_it = |column: &&SourceColumn| column.origin == ColumnOrigin::Named(*range);
            let column = columns.into_iter().find(is_it)?;
            let mut doc = Markup::default();
            doc.sql(declared(&column.name, column.ty, column.nullability));
            Some(doc)
        }
    }
}

#[cfg(test)]
mod tests;
