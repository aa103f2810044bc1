//! `SELECT *` → `SELECT Id, Total`

use sfmc_semantic::sql::{QueryRole, SourceId, Target};
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, AstToken, sql},
};

use super::{Refactoring, Site};
use crate::sql::quoting::quoted;

/// So many columns stand in a line.
const IN_A_LINE: usize = 4;

/// Writes out what a star stands for.
pub(super) fn expand_star(site: &Site<'_>) -> Option<Refactoring> {
    let star = site.node::<sql::StarExpr>()?;
    let item = star.syntax().parent().and_then(sql::SelectItem::cast)?;
    let select = item.syntax().ancestors().find_map(sql::Select::cast)?;
    let found = site.select(select.syntax().text_range())?;
    let query = site.meaning.query(found.query)?;
    // What EXISTS asks for is no column, and where columns go by their places a list would have to be in the order of the table.
    let by_place = query.selects.len() > 1 || has_column_list(&select);
    if matches!(query.role, QueryRole::Exists) || by_place {
        return None;
    }
    let only = match star.qualifier() {
        Some(name) => {
            let range = name.last()?;
            let range = range.syntax().text_range();
            let reference = site.meaning.references.iter().find(|found| found.range == range)?;
            let Target::All(id) = reference.target else { return None };
            Some(id)
        }
        None => None,
    };
    let sources: Vec<SourceId> =
        found.sources.iter().copied().filter(|id| only.is_none_or(|only| only == *id)).collect();
    let qualifies = only.is_some() || found.sources.len() > 1;
    let mut names = Vec::new();
    for id in sources {
        let source = site.meaning.source(id)?;
        if source.columns.open || source.columns.list().is_empty() {
            return None;
        }
        let prefix = match qualifies {
            true => format!("{}.", quoted(source.name.as_deref()?)),
            false => String::new(),
        };
        for column in source.columns.list() {
            if column.name.is_empty() {
                return None;
            }
            names.push(format!("{prefix}{}", quoted(&column.name)));
        }
    }
    let range = star.syntax().text_range();
    let separator = if names.len() <= IN_A_LINE {
        ", ".to_owned()
    } else {
        let indentation = site.layout.indentation(range.start());
        let deeper = if site.layout.is_first_on_line(range.start()) { "" } else { "    " };
        format!(",{}{indentation}{deeper}", site.line_end)
    };
    let new_text = names.join(&separator);
    Some(Refactoring {
        title: "Write out the columns of the star".to_owned(),
        edits: vec![TextEdit { range, new_text }],
    })
}

/// Whether a list behind an alias names the columns of a query by their places, or INSERT or WITH does.
fn has_column_list(select: &sql::Select) -> bool {
    let mut around = select.syntax().ancestors().skip(1).take(4);
    around.any(|node| {
        let alias =
            sql::DerivedTable::cast(node.clone()).and_then(|table| table.alias()).and_then(|alias| alias.column_list());
        let named = sql::Cte::cast(node.clone()).and_then(|cte| cte.column_list());
        alias.is_some() || named.is_some() || sql::InsertStmt::can_cast(node.kind())
    })
}
