//! CTEs as derived tables.
//!
//! A CTE is a name for a query, and a derived table in its place is the same query: the server puts it there itself. That holds unless it
//! refers to itself, gives something else each time that it is asked, or stands where a derived table cannot.

use sfmc_syntax::{
    SyntaxKind, SyntaxNode, TextEdit, TextRange, TextSize,
    ast::{AstNode, AstToken, sql},
};

use super::{SqlContext, exprs::is_random_call};

/// How long the queries may become: each can be used more than once, and so can those in them.
const MAX_LEN: usize = 64 << 10;

/// A CTE whose own references were put in place.
struct Inlined {
    key: String,
    /// `(SELECT …)`
    query: String,
    /// ` (a, b)`, or nothing.
    columns: String,
    /// How its name is written where it is declared.
    name: String,
    /// It gives something else each time.
    varies: bool,
    uses: usize,
}

/// What puts the queries of a WITH where they are used; none where that would not certainly be the same.
pub(crate) fn inline_ctes(ctx: &SqlContext<'_>, with: &sql::WithClause) -> Option<Vec<TextEdit>> {
    let query = sql::Query::cast(with.syntax().parent()?)?;
    let body = query.query_body()?;
    let mut known: Vec<Inlined> = Vec::new();
    for cte in with.ctes() {
        let name = only_part(&cte.name()?)?;
        let subquery = cte.subquery()?;
        let key = name.key().to_string();
        if known.iter().any(|known| known.key == key) || has_with(subquery.syntax()) {
            return None;
        }
        // Its own name in it: it repeats itself, or is a table that the server cannot see there either.
        if references(subquery.syntax()).iter().any(|(found, _)| *found == key) {
            return None;
        }
        let found = references(subquery.syntax());
        let varies = varies(subquery.syntax())
            || known.iter().any(|known| known.varies && found.iter().any(|(key, _)| *key == known.key));
        let text = replaced(ctx, subquery.syntax(), &mut known)?;
        let columns = cte.column_list().map(|list| format!(" {}", ctx.text(list.range()))).unwrap_or_default();
        known.push(Inlined { key, query: text, columns, name: name.text().to_owned(), varies, uses: 0 });
    }
    if has_with(body.syntax()) {
        return None;
    }
    let mut edits = vec![TextEdit::delete(TextRange::new(with.range().start(), body.range().start()))];
    // Comments between the two would go with it.
    let between = TextRange::new(with.range().end(), body.range().start());
    if !ctx.text(between).trim().is_empty() {
        return None;
    }
    edits.extend(edits_in(query.syntax(), body.range().start(), &mut known)?);
    // Of one that varies, two uses would be two results; one that nothing uses is only left out.
    let fits = known.iter().all(|cte| !cte.varies || cte.uses <= 1);
    let len: usize = edits.iter().map(|edit| edit.new_text.len()).sum();
    (fits && len <= MAX_LEN).then_some(edits)
}

fn only_part(name: &sql::Name) -> Option<sql::NameToken> {
    match name.parts().as_slice() {
        [Some(part)] if !part.has_placeholder() => Some(part.clone()),
        _ => None,
    }
}

/// The tables in a node whose names have one part.
fn references(node: &SyntaxNode) -> Vec<(String, sql::NamedTable)> {
    let tables = node.descendants().filter_map(sql::NamedTable::cast);
    tables.filter_map(|table| Some((only_part(&table.name()?)?.key().to_string(), table))).collect()
}

/// The text of a query in parentheses with the CTEs before it in place.
fn replaced(ctx: &SqlContext<'_>, node: &SyntaxNode, known: &mut [Inlined]) -> Option<String> {
    let range = node.text_range();
    let edits = edits_in(node, range.start(), known)?;
    let mut text = ctx.text(range).to_owned();
    for edit in edits.iter().rev() {
        let at = |offset: TextSize| usize::from(offset - range.start());
        text.replace_range(at(edit.range.start())..at(edit.range.end()), &edit.new_text);
        if text.len() > MAX_LEN {
            return None;
        }
    }
    Some(text)
}

/// The edits that put CTEs in place in a node, from `from` on, in order.
fn edits_in(node: &SyntaxNode, from: TextSize, known: &mut [Inlined]) -> Option<Vec<TextEdit>> {
    let mut edits = Vec::new();
    let mut len = 0;
    for (key, table) in references(node) {
        let Some(cte) = known.iter_mut().find(|cte| cte.key == key) else { continue };
        let Some(name) = table.name().filter(|name| name.range().start() >= from) else { continue };
        let plain = table.table_hints().is_none() && table.sample_clause().is_none() && table.system_time().is_none();
        if !plain {
            return None;
        }
        cte.uses += 1;
        len += cte.query.len();
        if len > MAX_LEN {
            return None;
        }
        let mut new_text = cte.query.clone();
        match table.alias() {
            // Its columns have the names that the alias lists, or else those of the CTE.
            Some(alias) if alias.column_list().is_some() => {}
            Some(alias) => {
                if !cte.columns.is_empty() {
                    edits.push(TextEdit::replace(name.range(), new_text));
                    edits.push(TextEdit::insert(alias.range().end(), cte.columns.clone()));
                    continue;
                }
            }
            None => new_text.push_str(&format!(" AS {}{}", cte.name, cte.columns)),
        }
        edits.push(TextEdit::replace(name.range(), new_text));
    }
    Some(edits)
}

/// Whether a query has a WITH of its own somewhere, whose names hide others.
fn has_with(node: &SyntaxNode) -> bool {
    node.descendants().any(|node| node.kind() == SyntaxKind::SQL_WITH_CLAUSE)
}

/// Whether a query can give something else each time, or a part of an order that nothing settles.
fn varies(node: &SyntaxNode) -> bool {
    node.descendants().any(|node| match node.kind() {
        SyntaxKind::SQL_TOP_CLAUSE | SyntaxKind::SQL_OFFSET_CLAUSE | SyntaxKind::SQL_OVER_CLAUSE => true,
        SyntaxKind::SQL_CALL_EXPR => sql::CallExpr::cast(node).is_some_and(|call| is_random_call(&call)),
        _ => false,
    })
}
