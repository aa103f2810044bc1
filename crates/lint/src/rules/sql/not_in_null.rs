use sfmc_syntax::ast::{AstNode, sql};

use super::null_comparison::is_null;
use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// NOT IN has no NULL in its list.
    ///
    /// ## Why
    /// With NULL in the list `NOT IN` is never true: no row is left.
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
        let Some(list) = expr.in_list().filter(|_| expr.not_token().is_some()) else { return };
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
",
        );
    }

    #[test]
    fn silent_on_in_and_on_texts() {
        for text in [
            "SELECT a FROM t WHERE b IN (1, NULL)",
            "SELECT a FROM t WHERE b NOT IN ('NULL', 1)",
            "SELECT a FROM t WHERE b NOT IN (SELECT NULL)",
        ] {
            silent("sql/not-in-null", text);
        }
    }
}
