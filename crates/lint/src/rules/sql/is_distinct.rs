use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, is_condition};

declare_rule! {
    /// Values that can be NULL are compared with IS NULL.
    ///
    /// ## Why
    /// `IS [NOT] DISTINCT FROM` is refused: the platform reads FROM as that of a query. INTERSECT compares in the same way, with NULL as a
    /// value.
    /// Source: sql.md, section 3 (sql/is-distinct).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region IS DISTINCT FROM Market
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE NOT EXISTS (SELECT Region INTERSECT SELECT Market)
    /// ```
    pub IsDistinct {
        id: "sql/is-distinct",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::IsDistinctExpr> for IsDistinct {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::IsDistinctExpr) {
        let range = expr.range();
        // What is a condition itself has no value that one could select.
        let values = |(lhs, rhs): &(sql::Expr, sql::Expr)| !is_condition(lhs) && !is_condition(rhs);
        let sides =
            expr.lhs().zip(expr.rhs()).filter(values).map(|(lhs, rhs)| (ctx.text(lhs.range()), ctx.text(rhs.range())));
        let negated = if expr.not_token().is_some() { "" } else { "NOT " };
        let fixed = sides
            .filter(|(lhs, rhs)| !ctx.is_broken(range) && !lhs.contains("--") && !rhs.contains("--"))
            .map(|(lhs, rhs)| format!("{negated}EXISTS (SELECT {lhs} INTERSECT SELECT {rhs})"));
        let report = ctx.report::<Self>(range, "IS DISTINCT FROM is refused");
        match fixed {
            Some(text) => report.unsafe_fix("write EXISTS with INTERSECT", [TextEdit::replace(range, text)]),
            None => report,
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn on_the_comparison() {
        check(
            "sql/is-distinct",
            "
SELECT a FROM t WHERE b IS NOT DISTINCT FROM c
//                    ^^^^^^^^^^^^^^^^^^^^^^^^ error: IS DISTINCT FROM is refused
",
        );
    }

    #[test]
    fn silent_on_null() {
        silent("sql/is-distinct", "SELECT DISTINCT a FROM t WHERE b IS NOT NULL");
    }

    #[test]
    fn becomes_intersect() {
        fixed(
            "sql/is-distinct",
            "SELECT a FROM t WHERE b IS NOT DISTINCT FROM c",
            "SELECT a FROM t WHERE EXISTS (SELECT b INTERSECT SELECT c)",
        );
    }
    #[test]
    fn leaves_conditions_alone() {
        unfixed("sql/is-distinct", "SELECT a FROM t WHERE (b > 1) IS DISTINCT FROM (c = 1)");
        unfixed("sql/is-distinct", "SELECT a FROM t WHERE b IS NOT DISTINCT FROM (c IS NULL)");
    }
}
