//! `SELECT a AS x FROM t` → `SELECT q.x FROM (SELECT a AS x FROM t) AS q`: so that what the query names can be filtered by.

use rustc_hash::FxHashSet;
use sfmc_semantic::sql::{SourceId, SqlMeaning, Target};
use sfmc_syntax::{
    NodeOrToken, SyntaxKind, SyntaxToken, TextEdit, TextRange, TextSize,
    ast::{AstNode, sql},
};

use super::{Refactoring, Site};
use crate::{cursor::trimmed, sql::quoting::quoted};

const TITLE: &str = "Make the query a derived table";

/// Whether TOP decides by the order: it may be sorted inside, too.
fn has_top(query: &sql::Query) -> bool {
    matches!(query.query_body(), Some(sql::QueryBody::Select(select)) if select.top_clause().is_some())
}

/// Whether everything that a query names stands in it: a derived table does not see what is around it.
fn is_on_its_own(meaning: &SqlMeaning, range: TextRange) -> bool {
    let here = |id: SourceId| meaning.source(id).is_some_and(|source| range.contains_range(source.range));
    meaning.references.iter().filter(|reference| range.contains_range(reference.range)).all(
        |reference| match &reference.target {
            Target::Column(id) => here(id.source),
            Target::Hidden(id) | Target::All(id) => here(*id),
            Target::Output(..) => true,
            _ => false,
        },
    )
}

/// Makes the query at whose first word the place is a derived table of another.
pub(super) fn wrap(site: &Site<'_>) -> Option<Refactoring> {
    let token = site.tokens().find(|token| token.kind() == SyntaxKind::SELECT_KW)?;
    let begins = |query: &sql::Query| trimmed(query.syntax()).start() == token.text_range().start();
    let query = token.parent_ancestors().filter_map(sql::Query::cast).find(begins)?;
    let range = trimmed(query.syntax());
    let parent = query.syntax().parent()?.kind();
    let is_inner = parent != SyntaxKind::SQL_SELECT_STMT;
    if site.is_broken(range) || (is_inner && !is_on_its_own(site.meaning, range)) {
        return None;
    }
    // What EXISTS asks for is no column, and what other statements are given is theirs.
    let around = query.syntax().ancestors().nth(2).map(|node| node.kind());
    let is_query = matches!(parent, SyntaxKind::SQL_SUBQUERY | SyntaxKind::SQL_IN_LIST);
    // What WITH names can be recursive where it is several.
    let is_several = !matches!(query.query_body(), Some(sql::QueryBody::Select(_)));
    let is_recursive = around == Some(SyntaxKind::SQL_CTE) && is_several;
    if is_inner && (!is_query || is_recursive || around == Some(SyntaxKind::SQL_EXISTS_EXPR)) {
        return None;
    }
    // What sorts, serializes or hints belongs to the outermost query.
    let has_tail = query.with_clause().is_some()
        || (query.order_by_clause().is_some() && !has_top(&query))
        || query.limit_clause().is_some()
        || query.for_clause().is_some()
        || query.option_clause().is_some();
    let id = site.meaning.query_at(query.syntax().text_range()).filter(|_| is_inner).or(site.meaning.output)?;
    let found = site.meaning.query(id).filter(|found| !found.open && !has_tail)?;
    let names: Option<Vec<&str>> = found.columns.iter().map(|column| column.name.as_deref()).collect();
    let names = names.filter(|names| !names.is_empty())?;
    let mut keys = FxHashSet::default();
    if !names.iter().all(|name| !name.is_empty() && keys.insert(name.to_lowercase())) {
        return None;
    }
    let alias = "q";
    let list: Vec<String> = names.iter().map(|name| format!("{alias}.{}", quoted(name))).collect();
    let (indent, end) = (site.layout.indentation(range.start()), site.line_end);
    let (select, from, as_word) = (site.cased("SELECT"), site.cased("FROM"), site.cased("AS"));
    let unit = "    ";
    let head = format!("{select} {}{end}{indent}{from} ({end}{indent}{unit}", list.join(", "));
    let tokens = query.syntax().descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let is_plain = |token: &SyntaxToken| token.kind() != SyntaxKind::PLACEHOLDER;
    if !tokens.into_iter().all(|token| is_plain(&token)) {
        return None;
    }
    // One that stands in a line with what is around it stays there.
    let is_short = is_inner && !site.layout.slice(range).contains('\n');
    if is_short {
        let head = format!("{select} {} {from} (", list.join(", "));
        let edits = [(range.start(), head), (range.end(), format!(") {as_word} {alias}"))];
        let edits = edits.map(|(at, new_text)| TextEdit { range: TextRange::empty(at), new_text });
        return Some(Refactoring { title: TITLE.to_owned(), edits: edits.into() });
    }
    let mut edits = vec![TextEdit { range: TextRange::empty(range.start()), new_text: head }];
    // A comment at the end of the last line would swallow what closes.
    let foot = format!("{end}{indent}) {as_word} {alias}");
    // One level deeper, but for what goes on from the line before in a text or a comment.
    let inside = query.syntax().text().slice(range - query.syntax().text_range().start()).to_string();
    for (line, _) in inside.match_indices('\n') {
        let at = range.start() + TextSize::try_from(line + 1).ok()?;
        let is_inside =
            site.root.token_at_offset(at).right_biased().is_some_and(|token| {
                token.text_range().start() < at && !matches!(token.kind(), SyntaxKind::WHITESPACE)
            });
        if !is_inside && !site.layout.is_last_on_line(at) {
            edits.push(TextEdit { range: TextRange::empty(at), new_text: unit.to_owned() });
        }
    }
    edits.push(TextEdit { range: TextRange::empty(range.end()), new_text: foot });
    Some(Refactoring { title: TITLE.to_owned(), edits })
}

/// `FROM Orders o` → `FROM (SELECT Id, Total FROM Orders) o`: the table that is selected.
pub(super) fn table(site: &Site<'_>) -> Option<Refactoring> {
    let table = site.node::<sql::NamedTable>().filter(|_| site.selects)?;
    let range = table.syntax().text_range();
    let (_, source) = site.sources().find(|(_, source)| source.range == range)?;
    let plain = table.table_hints().is_none()
        && table.sample_clause().is_none()
        && table.system_time().is_none()
        && table.pivot_clauses().next().is_none()
        && table.unpivot_clauses().next().is_none()
        && table.alias().is_none_or(|alias| alias.column_list().is_none());
    // Other columns that every data extension has could be read through it.
    let columns = source.columns.list();
    let is_known = !source.columns.open && !columns.is_empty() && columns.iter().all(|column| !column.name.is_empty());
    let select = site.meaning.select(source.select)?;
    if !plain || !is_known || site.is_broken(select.range) {
        return None;
    }
    let name = table.name()?.syntax().text_range();
    let list: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
    let (select, from, as_word) = (site.cased("SELECT"), site.cased("FROM"), site.cased("AS"));
    let written = site.layout.slice(name);
    let mut new_text = format!("({select} {} {from} {written})", list.join(", "));
    if table.alias().is_none() {
        new_text.push_str(&format!(" {as_word} {}", quoted(source.name.as_deref()?)));
    }
    Some(Refactoring {
        title: "Make the table a derived table".to_owned(),
        edits: vec![TextEdit { range: name, new_text }],
    })
}
