use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use super::orderby_in_subquery::{head, stands_for_the_statement, unlimited_order};
use crate::sql::{CheckSql, SqlContext, with_blanks_before, with_next_word};

declare_rule! {
    /// The rows of a data extension have no order.
    ///
    /// ## Why
    /// A sort costs time, and nothing of it is left in the data extension. Sources disagree on whether ORDER BY without TOP or OFFSET is
    /// refused: a test in a live account says so, published queries have it.
    /// Source: sql.md, section 3 (sql/orderby-needs-top).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders ORDER BY Total
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT TOP 100 SubscriberKey FROM Orders ORDER BY Total
    /// ```
    pub OrderbyNeedsTop {
        id: "sql/orderby-needs-top",
        aliases: ["sql/order-by-without-top", "MCE013"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for OrderbyNeedsTop {
    fn check(ctx: &mut SqlContext<'_>, query: &sql::Query) {
        if !stands_for_the_statement(query) || query.for_clause().is_some() {
            return;
        }
        // `ORDER BY a UNION SELECT …` has another mistake.
        let Some(order) = unlimited_order(query).filter(|order| !ctx.is_broken(with_next_word(order.syntax()))) else {
            return;
        };
        ctx.report::<Self>(
            head(&order),
            "the rows of a data extension have no order: ORDER BY does nothing without TOP",
        )
        .unsafe_fix("leave the order out", [TextEdit::delete(with_blanks_before(order.syntax()))]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_its_words() {
        check(
            "sql/orderby-needs-top",
            "
SELECT a FROM t UNION SELECT b FROM u ORDER BY a
//                                    ^^^^^^^^ warning: the rows of a data extension have no order
",
        );
    }

    #[test]
    fn silent_where_it_counts() {
        for text in [
            "SELECT TOP 5 a FROM t ORDER BY a",
            "SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY",
            "SELECT a FROM (SELECT a FROM t ORDER BY a) u",
            "SELECT a FROM t ORDER BY a LIMIT 5",
            "SELECT a FROM t ORDER BY a UNION SELECT b FROM u",
        ] {
            silent("sql/orderby-needs-top", text);
        }
    }

    #[test]
    fn leaves_it_out() {
        fixed("sql/orderby-needs-top", "SELECT a FROM t ORDER BY a -- x", "SELECT a FROM t -- x");
    }
}
