//! LIMIT as T-SQL writes it.

use sfmc_syntax::{
    SyntaxKind, SyntaxNode, TextEdit, TextRange,
    ast::{AstNode, sql},
};

/// What makes T-SQL of a query with LIMIT, and what that is called; none where it would not be the same.
pub(crate) fn limit_edits(clause: &sql::LimitClause) -> Option<(String, Vec<TextEdit>)> {
    let query = sql::Query::cast(clause.syntax().parent()?)?;
    let Some(sql::QueryBody::Select(select)) = query.query_body() else { return None };
    // What is not a number has other rules.
    let numbers: Option<Vec<i64>> = clause
        .values()
        .map(|value| match value {
            sql::Expr::Literal(literal) => literal.as_integer(),
            _ => None,
        })
        .collect();
    let tokens: Vec<SyntaxKind> = clause.syntax().children_with_tokens().map(|element| element.kind()).collect();
    let at = |kind| tokens.iter().position(|token| *token == kind);
    let (limit, offset) = (at(SyntaxKind::LIMIT_KW), at(SyntaxKind::OFFSET_KW));
    let (count, skipped) = match (numbers?.as_slice(), limit, offset) {
        ([count], Some(_), None) => (*count, None),
        ([skipped, count], Some(_), None) if at(SyntaxKind::COMMA).is_some() => (*count, Some(*skipped)),
        ([count, skipped], Some(limit), Some(offset)) if limit < offset => (*count, Some(*skipped)),
        ([skipped, count], Some(limit), Some(offset)) if offset < limit => (*count, Some(*skipped)),
        _ => return None,
    };
    if select.top_clause().is_some() || select.into_clause().is_some() {
        return None;
    }
    let range = clause.range();
    let order = query.order_by_clause().filter(|order| order.range().end() <= range.start());
    let offset = order.as_ref().and_then(|order| order.offset_clause());
    // `OFFSET 5 ROWS LIMIT 3`: TOP does not go together with OFFSET, and FETCH wants at least one row.
    if let Some(offset) = offset {
        let fetched = order.is_some_and(|order| order.fetch_clause().is_some());
        if skipped.is_some() || fetched || count < 1 {
            return None;
        }
        let rows = offset.row_token().is_some() || offset.rows_token().is_some();
        let mut edits = Vec::new();
        if !rows {
            edits.push(TextEdit::insert(offset.expr()?.range().end(), " ROWS"));
        }
        let text = format!("FETCH NEXT {count} ROWS ONLY");
        let title = format!("write `{text}`");
        edits.push(TextEdit::replace(range, text));
        return Some((title, edits));
    }
    if let Some(skipped) = skipped {
        if order.is_none() || count < 1 {
            return None;
        }
        let text = format!("OFFSET {skipped} ROWS FETCH NEXT {count} ROWS ONLY");
        return Some((format!("write `{text}`"), vec![TextEdit::replace(range, text)]));
    }
    let word = [select.distinct_token(), select.all_token(), select.select_token()].into_iter().flatten().next()?;
    let top = TextEdit::insert(word.text_range().end(), format!(" TOP {count}"));
    Some((format!("write `TOP {count}`"), vec![top, TextEdit::delete(with_blanks_before(clause.syntax()))]))
}

/// A node with the blanks before it, unless a comment stands there: behind that, a line end may be needed.
pub(crate) fn with_blanks_before(node: &SyntaxNode) -> TextRange {
    let range = node.text_range();
    let before = node.first_token().and_then(|token| token.prev_token());
    let Some(blanks) = before.filter(|token| token.kind() == SyntaxKind::WHITESPACE) else { return range };
    match blanks.prev_token() {
        Some(token) if token.kind().is_trivia() => range,
        _ => TextRange::new(blanks.text_range().start(), range.end()),
    }
}
