use sfmc_syntax::{
    SyntaxKind, TextEdit, TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, is_outermost, with_blanks_before};

declare_rule! {
    /// A query inside another is not sorted.
    ///
    /// ## Why
    /// ORDER BY in a derived table, a subquery or an operand of UNION is an error (1033), unless TOP, OFFSET or FOR XML make it count. The
    /// order of rows inside means nothing outside.
    /// Source: sql.md, section 3 (sql/orderby-in-subquery).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.SubscriberKey FROM (SELECT SubscriberKey FROM Orders ORDER BY Total) o
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.SubscriberKey FROM (SELECT TOP 10 SubscriberKey FROM Orders ORDER BY Total) o
    /// ```
    pub OrderbyInSubquery {
        id: "sql/orderby-in-subquery",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for OrderbyInSubquery {
    fn check(ctx: &mut SqlContext<'_>, query: &sql::Query) {
        if stands_for_the_statement(query) || query.for_clause().is_some() {
            return;
        }
        let Some(order) = unlimited_order(query).filter(|order| !ctx.is_broken(order.range())) else { return };
        let text = ctx.text(order.range());
        let has_comment = text.contains("--") || text.contains("/*");
        let report = ctx.report::<Self>(head(&order), "a query inside another cannot be sorted without TOP or OFFSET");
        if has_comment {
            report.help("leave the order out");
        } else {
            report.fix("leave the order out", [TextEdit::delete(with_blanks_before(order.syntax()))]);
        }
    }
}

/// Whether a query is that of the statement, in parentheses perhaps, rather than a part of one.
pub(crate) fn stands_for_the_statement(query: &sql::Query) -> bool {
    let parent = query.syntax().parent().filter(|node| node.kind() == SyntaxKind::SQL_PAREN_QUERY);
    let around = parent.and_then(|parent| parent.parent()).and_then(sql::Query::cast);
    is_outermost(query) || around.is_some_and(|around| is_outermost(&around))
}

/// The ORDER BY of a query that neither TOP nor OFFSET goes with.
pub(crate) fn unlimited_order(query: &sql::Query) -> Option<sql::OrderByClause> {
    let order =
        query.order_by_clause().filter(|order| order.offset_clause().is_none() && order.fetch_clause().is_none())?;
    let top = match query.query_body()? {
        sql::QueryBody::Select(select) => select.top_clause(),
        _ => None,
    };
    (top.is_none() && query.limit_clause().is_none()).then_some(order)
}

/// Its two words.
pub(crate) fn head(order: &sql::OrderByClause) -> TextRange {
    let by = order.by_token().or_else(|| order.order_token());
    let end = by.map_or(order.range().end(), |token| token.text_range().end());
    TextRange::new(order.range().start(), end)
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_its_words() {
        check(
            "sql/orderby-in-subquery",
            "
SELECT a FROM (SELECT a FROM t ORDER  BY a) u WHERE b IN (SELECT c FROM v ORDER BY c DESC)
//                             ^^^^^^^^^ error: a query inside another cannot be sorted
//                                                                        ^^^^^^^^ a query inside another
SELECT 1 AS a UNION (SELECT a FROM t ORDER BY a)
//                                   ^^^^^^^^ a query inside another
",
        );
    }

    #[test]
    fn silent_where_it_counts() {
        for text in [
            "SELECT a FROM t ORDER BY a",
            "(SELECT a FROM t ORDER BY a)",
            "SELECT a FROM (SELECT TOP 5 a FROM t ORDER BY a) u",
            "SELECT a FROM (SELECT a FROM t ORDER BY a OFFSET 5 ROWS) u",
            "SELECT (SELECT ',' + a FROM t ORDER BY a FOR XML PATH('')) AS b",
            "SELECT ROW_NUMBER() OVER (ORDER BY a) AS b FROM t",
            "SELECT STRING_AGG(a, ',') WITHIN GROUP (ORDER BY a) AS b FROM t",
        ] {
            silent("sql/orderby-in-subquery", text);
        }
    }

    #[test]
    fn leaves_it_out() {
        fixed(
            "sql/orderby-in-subquery",
            "SELECT a FROM (SELECT a FROM t\n  ORDER BY a\n) u",
            "SELECT a FROM (SELECT a FROM t\n) u",
        );
    }
}
