use sfmc_sql::{SqlProblem, SqlProblemKind};

use crate::sql::{CheckSqlProblem, SqlContext};

declare_rule! {
    /// Queries nest as deeply as somebody can read.
    ///
    /// ## Why
    /// Beyond 256 levels this tool does not follow, so that nothing is known of what is inside.
    /// Source: own limit of this tool.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT
    ///   ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    ///   ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    ///   ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    ///   ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    ///   1
    ///   ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    ///   ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    ///   ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    ///   )))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))) AS a
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT ((1)) AS a
    /// ```
    pub NestingTooDeep {
        id: "sql/nesting-too-deep",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for NestingTooDeep {
    const KINDS: &'static [SqlProblemKind] = &[SqlProblemKind::NestingTooDeep];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        ctx.report::<Self>(problem.range, "nested too deeply: what is inside is not checked");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{activity, every_sql_finding, silent};

    /// Where the parser gave up, no other rule says anything of the half that it has read.
    #[test]
    fn alone_where_it_is_true() {
        let nest = |open: &str, close: &str| format!("SELECT {}1{} AS a FROM t", open.repeat(900), close.repeat(900));
        for text in [nest("CASE WHEN 1 = 1 THEN ", " END"), nest("UPPER(", ")"), nest("(", ")"), nest("(SELECT ", ")")]
        {
            let found = every_sql_finding(&text, &activity());
            let ids: Vec<_> = found.iter().map(|found| found.rule.id).collect();
            assert_eq!(ids, ["sql/nesting-too-deep"], "{}", &text[..60]);
        }
    }

    #[test]
    fn silent_on_what_people_write() {
        silent("sql/nesting-too-deep", &format!("SELECT {}1{} AS a", "(".repeat(60), ")".repeat(60)));
    }
}
