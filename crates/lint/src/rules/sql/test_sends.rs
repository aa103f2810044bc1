use sfmc_semantic::sql::{CallKind, ColumnId, ConditionKind, SourceId};
use sfmc_syntax::ast::{
    AstNode,
    sql::{self, CompareOp},
};

use crate::sql::{CheckSql, SqlContext, selects_in};

declare_rule! {
    /// Counts leave test sends out.
    ///
    /// ## Why
    /// Test sends are in the tracking views like any other. They are told apart in `_Job`, by the category `Test Send Emails`.
    /// Source: rules.md, 2.5 (sql/test-sends).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT s.JobID, COUNT(*) AS Sends FROM _Sent s WHERE s.EventDate > GETDATE() - 30 GROUP BY s.JobID
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT s.JobID, COUNT(*) AS Sends FROM _Sent s JOIN _Job j ON j.JobID = s.JobID
    /// WHERE s.EventDate > GETDATE() - 30 AND j.Category <> 'Test Send Emails' GROUP BY s.JobID
    /// ```
    pub TestSends {
        id: "sql/test-sends",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

/// What tells test sends apart; a triggered send, of which journeys are made, is none.
const COLUMNS: &[&str] = &["Category", "TestEmailAddr", "TriggererSendDefinitionObjectID", "TriggeredSendCustomerKey"];

impl CheckSql<sql::SelectStmt> for TestSends {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        let range = statement.range();
        let told = meaning
            .references_in(range)
            .any(|reference| COLUMNS.iter().any(|name| reference.name.eq_ignore_ascii_case(name)));
        if told {
            return;
        }
        let mut found = Vec::new();
        for (id, select) in selects_in(meaning, range) {
            let is_sent = |id: &&SourceId| {
                let view = ctx.source_view(**id);
                view.is_some_and(|view| matches!(view.name, "_Sent" | "_Open" | "_Click"))
            };
            let counts = || {
                meaning.calls_in(select.range).any(|call| {
                    let counts = ["COUNT", "COUNT_BIG", "SUM"].iter().any(|name| call.name.eq_ignore_ascii_case(name));
                    counts && call.kind == CallKind::Aggregate && call.folds == Some(id)
                })
            };
            // A job that is named is no test, or wanted.
            let of_job = select.filter.iter().any(|condition| {
                let name = |column: ColumnId| meaning.column(column).is_some_and(|column| column.key == "jobid");
                matches!(&condition.kind, ConditionKind::Compare { op: CompareOp::Equal, left, right }
                    if left.column.is_some_and(name) && right.columns.is_empty()
                        || right.column.is_some_and(name) && left.columns.is_empty())
            });
            if let Some(first) = select.sources.iter().find(is_sent)
                && !of_job
                && counts()
            {
                found.extend(meaning.source(*first).map(|source| source.range));
            }
        }
        for range in found {
            ctx.report::<Self>(range, "test sends are counted, too")
                .help("join `_Job` and leave the category 'Test Send Emails' out");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    const RULE: &str = "sql/test-sends";

    #[test]
    fn on_the_view() {
        check(
            RULE,
            "
SELECT COUNT(*) AS n FROM _Click WHERE EventDate > GETDATE() - 1
//                        ^^^^^^ hint: test sends are counted, too
",
        );
    }

    #[test]
    fn silent_where_nothing_is_counted_or_they_are_told_apart() {
        for text in [
            "SELECT JobID FROM _Sent",
            "SELECT COUNT(*) AS n FROM _Sent WHERE JobID = 5",
            "SELECT COUNT(*) AS n FROM _Sent s JOIN _Job j ON j.JobID = s.JobID WHERE j.Category <> 'Test Send Emails'",
            "SELECT COUNT(*) AS n FROM _Subscribers",
            "SELECT COUNT(*) AS n FROM _Sent WHERE TriggererSendDefinitionObjectID IS NOT NULL",
        ] {
            silent(RULE, text);
        }
    }
}
