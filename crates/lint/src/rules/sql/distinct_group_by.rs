use rustc_hash::FxHashSet;
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Grouped rows are distinct.
    ///
    /// ## Why
    /// With GROUP BY there is one row for each group; where all that is grouped by is in the list, no two rows are the same, and DISTINCT
    /// only sorts them once more.
    /// Source: sql.md, section 4 (SELECT DISTINCT with GROUP BY).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT DISTINCT SubscriberKey, COUNT(*) AS Orders FROM Orders GROUP BY SubscriberKey
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey, COUNT(*) AS Orders FROM Orders GROUP BY SubscriberKey
    /// ```
    pub DistinctGroupBy {
        id: "sql/distinct-group-by",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Select> for DistinctGroupBy {
    fn check(ctx: &mut SqlContext<'_>, select: &sql::Select) {
        let (Some(distinct), Some(group)) = (select.distinct_token(), select.group_by_clause()) else { return };
        if group.with_token().is_some() || group.all_token().is_some() || ctx.is_broken(select.range()) {
            return;
        }
        let normal = |expr: sql::Expr| ctx.text(expr.range()).split_whitespace().collect::<String>().to_lowercase();
        let listed: FxHashSet<String> = select.items().filter_map(|item| item.expr()).map(normal).collect();
        let all =
            group.items().all(|item| !matches!(item, sql::Expr::GroupingExpr(_)) && listed.contains(&normal(item)));
        if !all || group.items().next().is_none() {
            return;
        }
        let range = distinct.text_range();
        let end = distinct.next_token().map_or(range.end(), |next| match next.kind().is_trivia() {
            true if !next.text().contains("--") && !next.text().contains("/*") => next.text_range().end(),
            _ => range.end(),
        });
        ctx.report::<Self>(range, "rows that are grouped by these columns are distinct")
            .fix("remove DISTINCT", [TextEdit::delete(TextRange::new(range.start(), end))]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_word() {
        check(
            "sql/distinct-group-by",
            "
SELECT DISTINCT t.a, COUNT(*) AS c, UPPER( b ) AS b FROM t GROUP BY UPPER(b), T.A
//     ^^^^^^^^ hint: rows that are grouped by these columns are distinct
",
        );
    }

    #[test]
    fn silent_where_it_can_matter() {
        for text in [
            "SELECT DISTINCT a FROM t GROUP BY a, b",
            "SELECT DISTINCT a FROM t",
            "SELECT COUNT(DISTINCT a) AS c, b FROM t GROUP BY b",
            "SELECT DISTINCT a, b FROM t GROUP BY ROLLUP (a, b)",
            "SELECT DISTINCT a FROM (SELECT a FROM t GROUP BY a) u",
        ] {
            silent("sql/distinct-group-by", text);
        }
    }

    #[test]
    fn removes_it() {
        fixed("sql/distinct-group-by", "SELECT DISTINCT a FROM t GROUP BY a", "SELECT a FROM t GROUP BY a");
    }
}
