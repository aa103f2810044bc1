use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext, pattern};

declare_rule! {
    /// LIKE compares with a pattern.
    ///
    /// ## Why
    /// Without `%`, `_` or `[…]` the pattern is a text, and LIKE asks whether the two are equal; most often a `%` was forgotten.
    /// Source: sql.md, section 4 (LIKE without wildcard).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Code LIKE 'SUMMER'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Code LIKE 'SUMMER%'
    /// ```
    pub LikeWithoutWildcard {
        id: "sql/like-without-wildcard",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::LikeExpr> for LikeWithoutWildcard {
    fn check(ctx: &mut SqlContext<'_>, like: &sql::LikeExpr) {
        let Some((range, pattern)) = pattern(like) else { return };
        if !pattern.contains(['%', '_', '[', '{']) && !ctx.is_broken(like.range()) {
            ctx.report::<Self>(range, "a pattern without `%` matches this text alone").help("write `=`, or add `%`");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_pattern() {
        check(
            "sql/like-without-wildcard",
            "
SELECT a FROM t WHERE b NOT LIKE ('x y')
//                                ^^^^^ hint: a pattern without `%` matches this text alone
",
        );
    }

    #[test]
    fn silent_on_patterns() {
        for text in [
            "SELECT a FROM t WHERE b LIKE 'x%' OR b LIKE '_y' OR b LIKE '[a-c]'",
            "SELECT a FROM t WHERE b LIKE c OR b LIKE 'x' + c",
            "SELECT a FROM t WHERE b LIKE '{{{prefix}}}' AND c = 'x'",
        ] {
            silent("sql/like-without-wildcard", text);
        }
    }
}
