use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, is_denied};

declare_rule! {
    /// NULL is asked for with IS NULL.
    ///
    /// ## Why
    /// A comparison with NULL is neither true nor false, so that `= NULL`, `<> NULL` and `IN (NULL)` let no row through,
    /// and `CASE x WHEN NULL` is never chosen.
    /// Source: sql.md, section 4 (`= NULL`); rules.md, 2.5 (sql/null-comparison).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE ShippedDate = NULL
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE ShippedDate IS NULL
    /// ```
    pub NullComparison {
        id: "sql/null-comparison",
        aliases: ["MCE026"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CompareExpr> for NullComparison {
    fn check(ctx: &mut SqlContext<'_>, comparison: &sql::CompareExpr) {
        let (Some(lhs), Some(rhs)) = (comparison.lhs(), comparison.rhs()) else { return };
        let other = match (is_null(&lhs), is_null(&rhs)) {
            (false, true) => lhs,
            (true, false) => rhs,
            _ => return,
        };
        let asked = match comparison.op() {
            Some(sql::CompareOp::Equal) => Some("IS NULL"),
            Some(sql::CompareOp::NotEqual) => Some("IS NOT NULL"),
            _ => None,
        };
        let range = comparison.range();
        let value = ctx.text(other.range());
        let fits = !ctx.is_broken(range) && !value.contains("--") && !value.is_empty();
        let report = ctx.report::<Self>(range, "a comparison with NULL is never true");
        if let Some(asked) = asked.filter(|_| fits) {
            let text = format!("{value} {asked}");
            report.unsafe_fix(format!("write {asked}"), [TextEdit::replace(range, text)]);
        }
    }
}

impl CheckSql<sql::CaseExpr> for NullComparison {
    fn check(ctx: &mut SqlContext<'_>, case: &sql::CaseExpr) {
        if case.operand().is_none() {
            return;
        }
        for null in case.arms().filter_map(|arm| arm.condition()).filter(is_null) {
            ctx.report::<Self>(null.range(), "CASE compares with NULL here, which is never true")
                .help("write `CASE WHEN x IS NULL THEN …`");
        }
    }
}

impl CheckSql<sql::InExpr> for NullComparison {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::InExpr) {
        let Some(list) = expr.in_list() else { return };
        let mut items = list.items();
        // Of NOT IN, and of NULL beside other values, another rule speaks, or nothing is wrong.
        let only_null = items.next().is_some_and(|item| is_null(&item)) && items.all(|item| is_null(&item));
        if only_null && expr.not_token().is_none() && !is_denied(expr.syntax()) {
            ctx.report::<Self>(expr.range(), "a comparison with NULL is never true").help("write IS NULL");
        }
    }
}

/// Whether an expression is NULL itself.
pub(crate) fn is_null(expr: &sql::Expr) -> bool {
    matches!(expr.clone().without_parens(), sql::Expr::Literal(literal) if literal.null_token().is_some())
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn on_the_comparison() {
        check(
            "sql/null-comparison",
            "
SELECT CASE WHEN a <> NULL THEN 1 END AS b FROM t WHERE c = 1 AND NULL = d AND e > (NULL)
//               ^^^^^^^^^ warning: a comparison with NULL is never true
//                                                                ^^^^^^^^ a comparison with NULL
//                                                                             ^^^^^^^^^^ a comparison with NULL
",
        );
    }

    #[test]
    fn in_case_and_in_lists() {
        check(
            "sql/null-comparison",
            "
SELECT CASE a WHEN 1 THEN 2 WHEN NULL THEN 3 END AS b FROM t WHERE c IN (NULL) AND d IN ((NULL), NULL)
//                               ^^^^ warning: CASE compares with NULL here
//                                                                 ^^^^^^^^^^^ warning: a comparison with NULL
//                                                                                 ^^^^^^^^^^^^^^^^^^^ a comparison with NULL
",
        );
        for text in [
            "SELECT CASE a WHEN 1 THEN NULL ELSE NULL END AS b FROM t WHERE c IN (1, NULL)",
            "SELECT CASE WHEN a IS NULL THEN 1 END AS b FROM t WHERE c NOT IN (NULL) OR NOT d IN (NULL)",
            "SELECT a FROM t WHERE b IN (SELECT NULL)",
        ] {
            silent("sql/null-comparison", text);
        }
    }

    #[test]
    fn silent_on_is_null_and_aliases() {
        for text in [
            "SELECT a = NULL FROM t WHERE b IS NULL",
            "SELECT a FROM t WHERE ISNULL(b, NULL) = c",
            "UPDATE t SET a = NULL",
        ] {
            silent("sql/null-comparison", text);
        }
    }

    #[test]
    fn asks_with_is_null() {
        fixed("sql/null-comparison", "SELECT a FROM t WHERE b = NULL", "SELECT a FROM t WHERE b IS NULL");
        fixed("sql/null-comparison", "SELECT a FROM t WHERE NULL != b", "SELECT a FROM t WHERE b IS NOT NULL");
        unfixed("sql/null-comparison", "SELECT a FROM t WHERE b > NULL");
    }
}
