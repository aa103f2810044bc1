//! `SELECT *` → `SELECT Id, Total`; what comes twice gets a name of its own: `c.Id AS c_Id`

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_semantic::sql::{Query, QueryRole, SourceId, SourceKind, Target};
use sfmc_syntax::{
    SyntaxKind, TextEdit, TextRange,
    ast::{AstNode, AstToken, sql},
};

use super::{Refactoring, Site};
use crate::sql::quoting::quoted;

/// So many columns stand in a line.
const IN_A_LINE: usize = 4;

/// So many numbers are tried behind a name.
const MAX_NUMBER: usize = 100;

/// Writes out what a star stands for.
pub(super) fn expand_star(site: &Site<'_>) -> Option<Refactoring> {
    let star = site.node::<sql::StarExpr>()?;
    let item = star.syntax().parent().and_then(sql::SelectItem::cast)?;
    let select = item.syntax().ancestors().find_map(sql::Select::cast)?;
    let found = site.select(select.syntax().text_range())?;
    let query = site.meaning.query(found.query)?;
    // What EXISTS asks for is no column, and where columns go by their places a list would have to be in the order of the table.
    let by_place = query.selects.len() > 1 || has_column_list(&select);
    if matches!(query.role, QueryRole::Exists) {
        return None;
    }
    // Nor does anybody know which is the second column of a table.
    if site.root.descendants().filter_map(sql::OrderByClause::cast).any(|clause| has_ordinal(&clause)) {
        return None;
    }
    if by_place {
        return same_tables(site, query);
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
    // A result has one column of a name, whatever other items bring.
    let here = item.syntax().text_range();
    let others = found.columns.iter().filter(|column| !here.contains_range(column.range));
    let mut taken: FxHashSet<String> =
        others.filter_map(|column| Some(column.name.as_deref()?.to_lowercase())).collect();
    // Nor may a name that one of them is given be that of another.
    let own: FxHashSet<String> = sources
        .iter()
        .filter_map(|id| site.meaning.source(*id))
        .flat_map(|source| source.columns.list())
        .map(|column| column.key.to_string())
        .collect();
    let mut renamed: Vec<(String, String)> = Vec::new();
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
            let alias = if taken.insert(column.key.to_string()) {
                String::new()
            } else {
                // Of a list that may have more than is known, no name is surely free.
                let source = source.name.as_deref().filter(|_| !found.open)?;
                let is_free = |name: &String| {
                    let key = name.to_lowercase();
                    !taken.contains(&key) && !own.contains(&key)
                };
                let new = names_of(source, &column.name).find(is_free)?;
                taken.insert(new.to_lowercase());
                renamed.push((column.name.to_string(), new.clone()));
                format!(" {} {}", site.cased("AS"), quoted(&new))
            };
            names.push(format!("{prefix}{}{alias}", quoted(&column.name)));
        }
    }
    let range = star.syntax().text_range();
    // What goes on behind the star on its line would hang on the last column.
    let goes_on = !site.layout.is_last_on_line(range.end());
    let separator = if names.len() <= IN_A_LINE || goes_on {
        ", ".to_owned()
    } else {
        let indentation = site.layout.indentation(range.start());
        let deeper = if site.layout.is_first_on_line(range.start()) { "" } else { "    " };
        format!(",{}{indentation}{deeper}", site.line_end)
    };
    let new_text = names.join(&separator);
    let title = "Write out the columns of the star";
    Some(Refactoring {
        title: match renamed.as_slice() {
            [] => title.to_owned(),
            [(name, new)] => format!("{title}, `{name}` as `{new}`"),
            _ => format!("{title}, {} of them called by their tables", renamed.len()),
        },
        edits: vec![TextEdit { range, new_text }],
    })
}

/// `SELECT * FROM Orders UNION ALL SELECT * FROM Orders`: the same columns in the same order, whatever order that is. What the query returns
/// must go by names.
fn same_tables(site: &Site<'_>, query: &Query) -> Option<Refactoring> {
    let mut edits = Vec::new();
    let mut table: Option<(bool, String, String)> = None;
    let selects = site.root.descendants().filter_map(sql::Select::cast);
    let by_range: FxHashMap<TextRange, sql::Select> =
        selects.map(|select| (select.syntax().text_range(), select)).collect();
    for id in &query.selects {
        let select = site.meaning.select(*id)?;
        let [source] = select.sources.as_slice() else { return None };
        let source = site.meaning.source(*source)?;
        let SourceKind::Table(known) = &source.kind else { return None };
        let columns = source.columns.list();
        let is_known = !source.columns.open && !columns.is_empty() && columns.iter().all(|c| !c.name.is_empty());
        let ast = by_range.get(&select.range)?;
        let around = ast.syntax().ancestors().find_map(sql::Query::cast)?.syntax().parent()?.kind();
        let mut items = ast.select_list()?.items();
        let (item, None) = (items.next()?, items.next()) else { return None };
        let Some(sql::Expr::StarExpr(star)) = item.expr() else { return None };
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let names = names.join(", ");
        let here = (known.ent, known.name.to_lowercase(), names.clone());
        let is_same = table.get_or_insert_with(|| here.clone()) == &here;
        if !is_same || !is_known || star.qualifier().is_some() || around != SyntaxKind::SQL_SELECT_STMT {
            return None;
        }
        edits.push(TextEdit { range: star.syntax().text_range(), new_text: names });
    }
    Some(Refactoring { title: "Write out the columns of all stars".to_owned(), edits })
}

/// Whether rows are put in order by the place of a column: `ORDER BY 2`
fn has_ordinal(clause: &sql::OrderByClause) -> bool {
    let mut items = clause.items();
    items.any(|item| matches!(item.expr(), Some(sql::Expr::Literal(_))))
}

/// What the second column of a name can be called: no field of a data extension begins with an underscore.
fn names_of(source: &str, column: &str) -> impl Iterator<Item = String> {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let source: String = source.trim_start_matches('_').chars().map(plain).collect();
    let name = format!("{source}_{}", column.trim_start_matches('_'));
    let numbered = name.clone();
    std::iter::once(name).chain((2..MAX_NUMBER).map(move |number| format!("{numbered}{number}")))
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
