//! `SELECT a AS x FROM t` → `SELECT q.x FROM (SELECT a AS x FROM t) AS q`: so that what the query names can be filtered by.

use rustc_hash::FxHashSet;
use sfmc_syntax::{
    NodeOrToken, SyntaxKind, SyntaxToken, TextEdit, TextRange,
    ast::{AstNode, sql},
};

use super::{Refactoring, Site};
use crate::{cursor::trimmed, sql::quoting::quoted};

/// Makes the query at whose first word the place is a derived table of another.
pub(super) fn wrap(site: &Site<'_>) -> Option<Refactoring> {
    let token = site.tokens().find(|token| token.kind() == SyntaxKind::SELECT_KW)?;
    let statement = site.root.children().find_map(sql::SelectStmt::cast)?;
    let query = statement.query()?;
    let range = trimmed(query.syntax());
    if token.text_range().start() != range.start() || site.is_broken(range) {
        return None;
    }
    // What sorts, serializes or hints belongs to the outermost query.
    let has_tail = query.with_clause().is_some()
        || query.order_by_clause().is_some()
        || query.limit_clause().is_some()
        || query.for_clause().is_some()
        || query.option_clause().is_some();
    let found = site.meaning.query(site.meaning.output?).filter(|found| !found.open && !has_tail)?;
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
    let head = format!("{select} {}{end}{indent}{from} ({end}{indent}", list.join(", "));
    let mut edits = vec![TextEdit { range: TextRange::empty(range.start()), new_text: head }];
    // A comment at the end of the last line would swallow what closes.
    let foot = format!("{end}{indent}) {as_word} {alias}");
    let tokens = query.syntax().descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let is_plain = |token: &SyntaxToken| token.kind() != SyntaxKind::PLACEHOLDER;
    if !tokens.into_iter().all(|token| is_plain(&token)) {
        return None;
    }
    edits.push(TextEdit { range: TextRange::empty(range.end()), new_text: foot });
    Some(Refactoring { title: "Make the query a derived table".to_owned(), edits })
}
