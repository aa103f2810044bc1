//! `FROM _Sent s` → `FROM _Sent s WHERE s.EventDate >= DATEADD(day, -30, GETDATE())`

mod effect;

use sfmc_semantic::sql::{ColumnId, is_bounded};
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{
        AstNode,
        sql::{self, JoinKind, LogicalOp},
    },
};

use self::effect::effect;
use super::{Refactoring, Site};
use crate::sql::{quoting::quoted, schema::table_of};

/// Bounds the large data view at the place by its date. The query returns less then, and says so.
pub(super) fn add_date_bound(site: &Site<'_>) -> Option<Refactoring> {
    let table = site.node::<sql::NamedTable>()?;
    let range = table.syntax().text_range();
    let (id, source) = site.sources().find(|(_, source)| source.range == range)?;
    let view = table_of(site.schema, source)?.view().filter(|view| view.high_volume)?;
    let place = source.columns.place("eventdate")?;
    let column = ColumnId { source: id, column: place };
    let select = site.meaning.select(source.select)?;
    if site.is_broken(select.range) {
        return None;
    }
    let on = select.joins.iter().flat_map(|join| &join.on);
    let conditions: Vec<_> = on.chain(&select.filter).cloned().collect();
    // Any condition on it is a bound that somebody thought of.
    if is_bounded(&conditions, column, &|_| true) {
        return None;
    }
    let name = quoted(source.name.as_deref()?);
    let bound = format!("{name}.EventDate >= {}(day, -30, {}())", site.cased("DATEADD"), site.cased("GETDATE"));
    let edits = match source.outer {
        false => in_where(site, &table, &bound)?,
        true => in_join(site, &table, &bound)?,
    };
    let what = effect(&table, source.outer)?;
    Some(Refactoring { title: format!("Only read the last 30 days of `{}` ({what})", view.name), edits })
}

fn in_where(site: &Site<'_>, table: &sql::NamedTable, bound: &str) -> Option<Vec<TextEdit>> {
    let select = table.syntax().ancestors().find_map(sql::Select::cast)?;
    match select.where_clause() {
        Some(clause) => Some(and(site, &clause.expr()?, bound)),
        None => {
            let from = select.from_clause()?;
            let from_start = from.syntax().text_range().start();
            // Behind a note at the end of the line, which is about what stands before it.
            let end = from.syntax().text_range().end();
            let line = TextRange::new(end, site.layout.line_end_at(end));
            let is_note = site.layout.slice(line).trim_start().starts_with("--");
            // In the same line it comes before the note.
            let is_behind = is_note && site.layout.is_first_on_line(from_start);
            let at = TextRange::empty(if is_behind { line.end() } else { end });
            let separator = match site.layout.is_first_on_line(from_start) {
                true => format!("{}{}", site.line_end, site.layout.indentation(from_start)),
                false => " ".to_owned(),
            };
            Some(vec![TextEdit { range: at, new_text: format!("{separator}{} {bound}", site.cased("WHERE")) }])
        }
    }
}

/// Of what an outer join may leave without a row the bound belongs to the join.
fn in_join(site: &Site<'_>, table: &sql::NamedTable, bound: &str) -> Option<Vec<TextEdit>> {
    let join = table.syntax().parent().and_then(sql::Join::cast)?;
    let is_own = join.kind() == JoinKind::Left && join.nested().next().is_none();
    Some(and(site, &join.condition().filter(|_| is_own)?, bound))
}

fn and(site: &Site<'_>, condition: &sql::Expr, bound: &str) -> Vec<TextEdit> {
    let range = condition.syntax().text_range();
    let insert = |at, new_text| TextEdit { range: TextRange::empty(at), new_text };
    let and = site.cased("AND");
    let is_or = matches!(condition, sql::Expr::LogicalExpr(expr) if expr.op() == LogicalOp::Or);
    // One condition in a line, if that is how they are written.
    let first = match condition {
        sql::Expr::LogicalExpr(expr) if !is_or => expr.operands().last(),
        _ => None,
    };
    let separator = first
        .map(|last| last.syntax().text_range().start())
        .and_then(|last| {
            let before = site.layout.slice(TextRange::new(site.layout.line_start(last), last));
            let is_line = before.trim().eq_ignore_ascii_case("AND");
            is_line.then(|| format!("{}{}", site.line_end, site.layout.indentation(last)))
        })
        .unwrap_or_else(|| " ".to_owned());
    match is_or {
        true => vec![insert(range.start(), "(".to_owned()), insert(range.end(), format!(") {and} {bound}"))],
        false => vec![insert(range.end(), format!("{separator}{and} {bound}"))],
    }
}
