use sfmc_syntax::ast::{AstNode, sql};

use super::null_comparison::is_null;
use crate::sql::{CheckSql, SqlContext, is_denied};

declare_rule! {
    /// NOT IN has no NULL in its list.
    ///
    /// ## Why
    /// With NULL in the list `NOT IN` is never true: no row is left. `NOT x IN (…)` is the same.
    /// Source: rules.md, 2.5 (sql/not-in-subquery).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region NOT IN ('EMEA', NULL)
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region <> 'EMEA' AND Region IS NOT NULL
    /// ```
    pub NotInNull {
        id: "sql/not-in-null",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::InExpr> for NotInNull {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::InExpr) {
        if expr.not_token().is_some() == is_denied(expr.syntax()) {
            return;
        }
        let Some(list) = expr.in_list() else { return };
        if let Some(null) = list.items().find(is_null) {
            ctx.report::<Self>(null.range(), "with NULL in its list NOT IN is never true")
                .help("ask for NULL with IS NOT NULL beside it");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_null() {
        check(
            "sql/not-in-null",
            "
SELECT a FROM t WHERE b NOT IN (1, NULL, 2)
//                                 ^^^^ warning: with NULL in its list NOT IN is never true
SELECT a FROM t WHERE NOT b IN (1, NULL) AND NOT ((b IN (NULL, 3)) OR c = 1)
//                                 ^^^^ warning: with NULL in its list NOT IN is never true
//                                                       ^^^^ warning: with NULL in its list NOT IN is never true
",
        );
    }

    #[test]
    fn silent_on_in_and_on_texts() {
        for text in [
            "SELECT a FROM t WHERE b IN (1, NULL)",
            "SELECT a FROM t WHERE b NOT IN ('NULL', 1)",
            "SELECT a FROM t WHERE NOT (b NOT IN (1, NULL)) AND NOT (NOT b IN (1, NULL))",
            "SELECT a FROM t WHERE CASE WHEN b IN (1, NULL) THEN 1 ELSE 0 END = 1",
            "SELECT a FROM t WHERE b NOT IN (SELECT NULL)",
        ] {
            silent("sql/not-in-null", text);
        }
    }
}
