use sfmc_syntax::{
    SyntaxKind,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// TOP takes the first rows of an order.
    ///
    /// ## Why
    /// Without ORDER BY the server is free to give any rows, and other ones on the next run.
    /// Source: sql.md, section 4 (TOP without ORDER BY); rules.md, 2.5 (sql/top-without-order).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT TOP 100 SubscriberKey FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT TOP 100 SubscriberKey FROM Orders ORDER BY Total DESC
    /// ```
    pub TopWithoutOrder {
        id: "sql/top-without-order",
        aliases: ["MCE014"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::TopClause> for TopWithoutOrder {
    fn check(ctx: &mut SqlContext<'_>, top: &sql::TopClause) {
        let Some(select) = top.syntax().parent().and_then(sql::Select::cast) else { return };
        let query = select.syntax().parent().and_then(sql::Query::cast);
        if query.as_ref().is_some_and(|query| query.order_by_clause().is_some())
            || top.ties_token().is_some()
            || takes_all(top)
            || is_one_row(&select)
        {
            return;
        }
        if query.as_ref().is_some_and(|query| wants_any(query, top)) {
            return;
        }
        // What is not read can be its ORDER BY.
        if ctx.is_broken(query.map_or_else(|| select.range(), |query| query.range())) {
            return;
        }
        ctx.report::<Self>(top.range(), "TOP without ORDER BY takes any rows").help("say which with ORDER BY");
    }
}

/// Whether it does not matter which rows a query gives: it is asked whether there are any, or it is a value, and TOP 1 only says that there
/// is one.
fn wants_any(query: &sql::Query, top: &sql::TopClause) -> bool {
    let mut around = query.syntax().ancestors().skip(1).map(|node| node.kind());
    match (around.next(), around.next()) {
        (Some(SyntaxKind::SQL_SUBQUERY), Some(SyntaxKind::SQL_EXISTS_EXPR)) => true,
        (Some(SyntaxKind::SQL_SUBQUERY), Some(outer)) => {
            outer != SyntaxKind::SQL_DERIVED_TABLE && outer != SyntaxKind::SQL_CTE && number(top) == Some(1)
        }
        _ => false,
    }
}

fn number(top: &sql::TopClause) -> Option<i64> {
    match top.expr()?.without_parens() {
        sql::Expr::Literal(literal) => literal.as_integer(),
        _ => None,
    }
}

/// `TOP 100 PERCENT`, `TOP 0`
fn takes_all(top: &sql::TopClause) -> bool {
    let count = number(top);
    count == Some(0) || (top.percent_token().is_some() && count == Some(100))
}

/// Whether the list has aggregates and nothing is grouped.
fn is_one_row(select: &sql::Select) -> bool {
    let is_aggregate = |item: sql::SelectItem| match item.expr() {
        Some(sql::Expr::CallExpr(call)) => {
            call.over_clause().is_none()
                && ["COUNT", "SUM", "MIN", "MAX", "AVG"].iter().any(|name| call.is_call_of(name))
        }
        _ => false,
    };
    select.group_by_clause().is_none() && select.items().any(is_aggregate)
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_top() {
        check(
            "sql/top-without-order",
            "
SELECT TOP (5) a FROM (SELECT TOP 1 b FROM t) u UNION SELECT TOP 2 PERCENT c FROM v
//     ^^^^^^^ warning: TOP without ORDER BY takes any rows
//                            ^^^^^ TOP without ORDER BY
//                                                           ^^^^^^^^^^^^^ TOP without ORDER BY
",
        );
    }

    #[test]
    fn silent_with_an_order_or_where_none_matters() {
        for text in [
            "SELECT TOP 5 a FROM t ORDER BY b",
            "SELECT a FROM (SELECT TOP 1 b FROM t ORDER BY b) u",
            "SELECT TOP 100 PERCENT a FROM t",
            "SELECT a FROM t WHERE EXISTS (SELECT TOP 1 b FROM u)",
            "SELECT TOP 1 MAX(a) AS b FROM t",
            "SELECT (SELECT TOP 1 b FROM u WHERE u.c = t.c) AS d FROM t",
            "SELECT TOP 5 a FROM t GROUP BY a ODER BY a",
            // Another rule refuses it.
            "SELECT TOP 5 WITH TIES a FROM t",
        ] {
            silent("sql/top-without-order", text);
        }
    }
}
