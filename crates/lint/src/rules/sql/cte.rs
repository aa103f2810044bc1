use sfmc_syntax::{
    TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, inline_ctes};

declare_rule! {
    /// A query in FROM is used instead of WITH.
    ///
    /// ## Why
    /// The check that a query passes when it is saved refuses CTEs: the platform puts the query in parentheses, where WITH cannot stand.
    /// Two sources say that some accounts accept them. A derived table is the same query.
    /// Source: sql.md, section 3 (sql/cte).
    ///
    /// ## Bad
    /// ```sql
    /// WITH Buyers AS (SELECT SubscriberKey FROM Orders)
    /// SELECT b.SubscriberKey FROM Buyers b
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT b.SubscriberKey FROM (SELECT SubscriberKey FROM Orders) b
    /// ```
    pub Cte {
        id: "sql/cte",
        aliases: ["MCE007"],
        group: Syntax,
        severity: Warning,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::WithClause> for Cte {
    fn check(ctx: &mut SqlContext<'_>, with: &sql::WithClause) {
        let Some(word) = with.with_token() else { return };
        let name = with.ctes().next().and_then(|cte| cte.name());
        let range =
            TextRange::new(word.text_range().start(), name.map_or(word.text_range().end(), |name| name.range().end()));
        let fixed = if ctx.is_broken(ctx.root().text_range()) { None } else { inline_ctes(ctx, with) };
        let report = ctx.report::<Self>(range, "most accounts refuse WITH: use a query in FROM");
        if let Some(edits) = fixed {
            report.fix("put the queries where they are used", edits);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn on_the_first_name() {
        check(
            "sql/cte",
            "
WITH x AS (SELECT 1 AS a), y (b) AS (SELECT 2)
//<^^^ warning: most accounts refuse WITH
SELECT a FROM x JOIN y ON 1 = 1
",
        );
    }

    #[test]
    fn silent_without() {
        for text in [
            "SELECT a FROM t WITH (NOLOCK)",
            "SELECT a FROM (SELECT 1 AS a) x",
            "WITH x AS (SELECT 1 AS a) DELETE FROM x",
        ] {
            silent("sql/cte", text);
        }
    }

    #[test]
    fn goes_where_it_is_used() {
        let fixed = |before: &str, after: &str| fixed("sql/cte", before, after);
        fixed(
            "WITH x AS (SELECT 1 AS a)\nSELECT x.a, y.a AS b FROM x JOIN x AS y ON x.a = y.a",
            "SELECT x.a, y.a AS b FROM (SELECT 1 AS a) AS x JOIN (SELECT 1 AS a) AS y ON x.a = y.a",
        );
        fixed(
            "WITH x AS (SELECT a FROM t), y AS (SELECT a FROM x)\nSELECT a FROM y UNION SELECT a FROM X z",
            "SELECT a FROM (SELECT a FROM (SELECT a FROM t) AS x) AS y UNION SELECT a FROM (SELECT a FROM t) z",
        );
        fixed("WITH x (a, b) AS (SELECT 1, 2) SELECT a FROM x", "SELECT a FROM (SELECT 1, 2) AS x (a, b)");
        // The table of that name is read, not the query.
        fixed(
            "WITH x AS (SELECT a FROM Ent.x) SELECT a FROM x WHERE b IN (SELECT c FROM x)",
            "SELECT a FROM (SELECT a FROM Ent.x) AS x WHERE b IN (SELECT c FROM (SELECT a FROM Ent.x) AS x)",
        );
    }

    #[test]
    fn stays_where_that_is_not_certain() {
        for text in [
            "WITH x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x WHERE a < 5) SELECT a FROM x",
            "WITH x AS (SELECT NEWID() AS a) SELECT x.a FROM x JOIN x y ON x.a = y.a",
            "WITH x AS (SELECT 1 AS a) SELECT a FROM x WITH (NOLOCK)",
            "WITH x AS (SELECT 1 AS a), x AS (SELECT 2 AS a) SELECT a FROM x",
            "WITH x AS (SELECT a FROM t ORDER BY a) SELECT a FROM x WHERE (b",
        ] {
            unfixed("sql/cte", text);
        }
    }
}
