use sfmc_sql::{SqlProblem, SqlProblemKind};

use crate::sql::{CheckSqlProblem, SqlContext};

declare_rule! {
    /// A join says what joins.
    ///
    /// ## Why
    /// INNER, LEFT, RIGHT and FULL joins need an ON; without it the query does not compile. All rows with all rows are a CROSS JOIN.
    /// Source: rules.md, 2.5 (sql/missing-on); sql.md, section 7.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.SubscriberKey FROM Orders o JOIN Customers c
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.SubscriberKey FROM Orders o JOIN Customers c ON c.Id = o.CustomerId
    /// ```
    pub MissingOn {
        id: "sql/missing-on",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for MissingOn {
    const KINDS: &'static [SqlProblemKind] = &[SqlProblemKind::ExpectedOn];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        let report = ctx.report::<Self>(problem.range, "this join has no ON");
        if let Some(join) = problem.related {
            report.related(join, "the join");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn behind_the_table() {
        check(
            "sql/missing-on",
            "
SELECT a FROM t LEFT JOIN u x WHERE b = 1
//                           | error: this join has no ON
",
        );
    }

    #[test]
    fn silent_where_none_is_needed() {
        for text in [
            "SELECT a FROM t CROSS JOIN u CROSS APPLY (SELECT 1 AS x) v",
            "SELECT a FROM t JOIN u ON t.b = u.b",
            "SELECT a FROM t JOIN u JOIN v ON u.c = v.c ON t.b = u.b",
        ] {
            silent("sql/missing-on", text);
        }
    }
}
