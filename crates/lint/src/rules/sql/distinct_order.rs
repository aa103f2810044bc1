use rustc_hash::FxHashSet;
use sfmc_semantic::sql::{ColumnId, Select, Target};
use sfmc_syntax::{
    NodeOrToken, SyntaxKind, SyntaxNode,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query with DISTINCT is sorted by what it returns.
    ///
    /// ## Why
    /// DISTINCT makes one row of many, which can differ in all that is not in the list: there is nothing to sort them by, and the server
    /// refuses it (message 145). Source: T-SQL's reference (SELECT, ORDER BY).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT DISTINCT TOP 100 EmailAddress FROM Orders ORDER BY Placed DESC
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT TOP 100 EmailAddress, MAX(Placed) AS Placed FROM Orders GROUP BY EmailAddress ORDER BY Placed DESC
    /// ```
    pub DistinctOrder {
        id: "sql/distinct-order",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::OrderByClause> for DistinctOrder {
    fn check(ctx: &mut SqlContext<'_>, order: &sql::OrderByClause) {
        let Some(node) = order.syntax().parent().and_then(sql::Query::cast) else { return };
        let Some(sql::QueryBody::Select(body)) = node.query_body() else { return };
        if body.distinct_token().is_none() {
            return;
        }
        let meaning = ctx.meaning();
        let Some(query) = meaning.query_at(node.range()).and_then(|id| meaning.query(id)) else { return };
        let [select] = query.selects.as_slice() else { return };
        let Some(select) = meaning.select(*select) else { return };
        let unsure = ctx.has_placeholder(node.range());
        if meaning.doubtful || select.open || unsure || ctx.is_broken(body.range()) || ctx.is_broken(order.range()) {
            return;
        }
        let listed: FxHashSet<String> = body.items().filter_map(|item| Some(shape(item.expr()?.syntax()))).collect();
        let returned: FxHashSet<ColumnId> = query.columns.iter().filter_map(|column| column.origin).collect();
        // The keys are those of the items that have one.
        let keys = order.items().filter_map(|item| item.expr()).zip(&query.order);
        for (expr, key) in keys {
            let known = key.output.is_some() || key.range != expr.range();
            if known || listed.contains(&shape(expr.syntax())) || !differs(ctx, &returned, select, &expr) {
                continue;
            }
            ctx.report::<Self>(expr.range(), "the list of a SELECT DISTINCT has nothing like this")
                .help("add it to the list, or sort by what is there");
        }
    }
}

/// Whether a key is made of columns, none of which nobody knows, and is none of those that a star stands for.
fn differs(ctx: &SqlContext<'_>, returned: &FxHashSet<ColumnId>, select: &Select, expr: &sql::Expr) -> bool {
    let bare = expr.clone().without_parens();
    let is_column = matches!(bare, sql::Expr::NameExpr(_));
    let simple = is_column || matches!(bare, sql::Expr::CallExpr(_) | sql::Expr::ArithExpr(_) | sql::Expr::CaseExpr(_));
    let meaning = ctx.meaning();
    let mut columns = 0;
    for reference in meaning.references_in(expr.range()) {
        columns += 1;
        match &reference.target {
            Target::Column(column) if returned.contains(column) && is_column => return false,
            Target::Column(_) => {}
            Target::Output(..) | Target::Open(_) | Target::Hidden(_) => {}
            // One of several tables has it; the list has nothing of that name.
            Target::Unknown if select.sources.len() > 1 && reference.qualifier.is_none() => {}
            _ => return false,
        }
    }
    // An inner query has columns of its own.
    simple && columns > 0 && !expr.syntax().descendants().any(|node| node.kind() == SyntaxKind::SQL_SUBQUERY)
}

/// What an expression looks like, without case, blanks, parentheses, brackets, and what qualifies a column.
pub(super) fn shape(node: &SyntaxNode) -> String {
    let tokens = node.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let tokens: Vec<_> = tokens.filter(|token| !token.kind().is_trivia()).collect();
    let mut text = String::new();
    for (place, token) in tokens.iter().enumerate() {
        let before_dot = tokens.get(place + 1).is_some_and(|next| next.kind() == SyntaxKind::DOT);
        match token.kind() {
            SyntaxKind::DOT | SyntaxKind::L_PAREN | SyntaxKind::R_PAREN => {}
            _ if before_dot => {}
            SyntaxKind::STRING => text.push_str(token.text()),
            _ => text.push_str(&token.text().trim_matches(['[', ']', '"']).to_lowercase()),
        }
        text.push(' ');
    }
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_key() {
        check(
            "sql/distinct-order",
            "
SELECT DISTINCT TOP 5 t.a, b AS c FROM t ORDER BY d, LEN(a) DESC, c, a
//                                                ^ error: the list of a SELECT DISTINCT has nothing like this
//                                                   ^^^^^^ the list of a SELECT DISTINCT has nothing like this
SELECT DISTINCT TOP 5 s.SubscriberKey FROM _Sent s JOIN _Open o ON o.JobID = s.JobID ORDER BY o.EventDate
//                                                                                            ^^^^^^^^^^^ the list of
",
        );
    }

    #[test]
    fn silent_on_what_is_there_or_nobody_knows() {
        for text in [
            "SELECT DISTINCT TOP 5 t.a, b AS c FROM t ORDER BY a, [B], c, 1 DESC",
            "SELECT DISTINCT TOP 5 LEN(t.[a]) AS n FROM t ORDER BY len( a ), n",
            "SELECT DISTINCT TOP 5 * FROM t ORDER BY a",
            "SELECT DISTINCT TOP 5 d.* FROM (SELECT a, b FROM t) d ORDER BY d.b",
            "SELECT TOP 5 a FROM t ORDER BY b",
            "SELECT DISTINCT TOP 5 a FROM t ORDER BY {{{key}}}",
            "SELECT DISTINCT TOP 5 {{{columns}}} FROM t ORDER BY a",
            "SELECT DISTINCT a FROM t UNION SELECT b FROM u ORDER BY a",
            "SELECT DISTINCT TOP 5 a, COUNT(*) AS n FROM t GROUP BY a ORDER BY COUNT(*) DESC",
            "SELECT a FROM t WHERE EXISTS (SELECT DISTINCT TOP 1 b FROM u ORDER BY (SELECT NULL))",
            "SELECT DISTINCT a, ROW_NUMBER() OVER (ORDER BY b) AS n FROM t",
        ] {
            silent("sql/distinct-order", text);
        }
    }
}
