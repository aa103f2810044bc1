use sfmc_syntax::{SyntaxToken, TextRange, ast::sql};

use super::row_count::lacks_order;
use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// TOP has a number of rows.
    ///
    /// ## Why
    /// `TOP n PERCENT` and `WITH TIES` run in a query activity, and fail in Query Studio.
    /// Source: sql.md, section 6 (Query Studio); rules.md, 2.5 (sql/top-percent-query-studio).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT TOP 10 PERCENT SubscriberKey FROM Orders ORDER BY Total
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT TOP 1000 SubscriberKey FROM Orders ORDER BY Total
    /// ```
    pub TopPercent {
        id: "sql/top-percent",
        aliases: ["sql/top-percent-query-studio"],
        group: Style,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::TopClause> for TopPercent {
    fn check(ctx: &mut SqlContext<'_>, top: &sql::TopClause) {
        let words = top.percent_token().or_else(|| top.with_token());
        // What the server refuses anyway is said.
        let Some(first) = words.filter(|_| !lacks_order(top)) else { return };
        let last: SyntaxToken = top.ties_token().unwrap_or_else(|| first.clone());
        let range = TextRange::new(first.text_range().start(), last.text_range().end().max(first.text_range().end()));
        let message = format!("Query Studio refuses `{}`", ctx.text(range).to_uppercase());
        ctx.report::<Self>(range, message);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_words() {
        check(
            "sql/top-percent",
            "
SELECT TOP 5 percent a FROM t ORDER BY a
//           ^^^^^^^ hint: Query Studio refuses `PERCENT`
SELECT TOP (5) WITH TIES a FROM t ORDER BY a
//             ^^^^^^^^^ Query Studio refuses `WITH TIES`
",
        );
    }

    #[test]
    fn silent_on_numbers() {
        for text in
            ["SELECT TOP 5 a, percent FROM t ORDER BY a", "SELECT 5 percent FROM t", "SELECT TOP 5 WITH TIES a FROM t"]
        {
            silent("sql/top-percent", text);
        }
    }
}
