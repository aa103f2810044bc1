use sfmc_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, pattern};

declare_rule! {
    /// A pattern begins with letters.
    ///
    /// ## Why
    /// With `%` at the beginning of the pattern no index helps: every row is read and searched. On large data extensions that can take the
    /// 30 minutes that a query has.
    /// Source: sql.md, section 4 (leading `%`); rules.md, 2.5 (sql/leading-wildcard).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Customers WHERE EmailAddress LIKE '%@example.com'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Customers WHERE Domain = 'example.com'
    /// ```
    ///
    /// ## Off
    /// Where the data extension is small, or nothing else finds the rows.
    pub LeadingWildcard {
        id: "sql/leading-wildcard",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::LikeExpr> for LeadingWildcard {
    fn check(ctx: &mut SqlContext<'_>, like: &sql::LikeExpr) {
        // What is not asked of rows, or is true of most, needs no index.
        if like.not_token().is_some() || !filters(like.syntax()) {
            return;
        }
        let Some((range, pattern)) = pattern(like) else { return };
        if pattern.starts_with('%') && !pattern.trim_matches('%').is_empty() && !ctx.is_broken(like.range()) {
            ctx.report::<Self>(range, "a pattern that begins with `%` is looked for in every row");
        }
    }
}

/// Whether a condition says which rows there are: in WHERE or ON, joined with others by AND and OR alone.
fn filters(node: &SyntaxNode) -> bool {
    let mut around = node.ancestors().skip(1).map(|node| node.kind());
    let outer = around.find(|kind| !matches!(kind, SyntaxKind::SQL_LOGICAL_EXPR | SyntaxKind::SQL_PAREN_EXPR));
    matches!(outer, Some(SyntaxKind::SQL_WHERE_CLAUSE | SyntaxKind::SQL_ON_CLAUSE))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_pattern() {
        check(
            "sql/leading-wildcard",
            "
SELECT a FROM t WHERE b LIKE '%x'
//                           ^^^^ hint: a pattern that begins with `%`
",
        );
    }

    #[test]
    fn silent_on_other_patterns() {
        for text in [
            "SELECT a FROM t WHERE b LIKE 'x%' OR b LIKE '_x' OR b LIKE '%'",
            "SELECT CASE WHEN a LIKE '%x%' THEN 1 END AS b FROM t WHERE c NOT LIKE '%y'",
            "SELECT '%x' AS a FROM t WHERE b = '%x'",
        ] {
            silent("sql/leading-wildcard", text);
        }
    }
}
