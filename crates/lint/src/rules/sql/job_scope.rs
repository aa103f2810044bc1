use sfmc_db::UnitKind;
use sfmc_semantic::sql::SourceId;
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, JoinKind},
    },
};

use crate::sql::{CheckSql, SqlContext, selects_in};

declare_rule! {
    /// In the parent business unit `_Job` is not joined so that sends of other units are lost.
    ///
    /// ## Why
    /// In the parent unit the views of sends, opens and clicks hold the events of every business unit, and `_Job` only the jobs of the parent
    /// itself. An INNER JOIN of both drops everything that other units have sent.
    /// Source: data-views.json (businessUnitScope); rules.md, 2.5 (sql/job-scope).
    ///
    /// ## Bad
    /// ```sql,parent
    /// SELECT s.SubscriberKey, j.EmailName FROM _Sent s JOIN _Job j ON j.JobID = s.JobID WHERE s.EventDate > GETDATE() - 1
    /// ```
    ///
    /// ## Good
    /// ```sql,parent
    /// SELECT s.SubscriberKey, j.EmailName FROM _Sent s LEFT JOIN _Job j ON j.JobID = s.JobID WHERE s.EventDate > GETDATE() - 1
    /// ```
    pub JobScope {
        id: "sql/job-scope",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

/// The views that hold the events of every unit.
const VIEWS: &[&str] = &["_sent", "_open", "_click", "_bounce", "_complaint"];

impl CheckSql<sql::SelectStmt> for JobScope {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        if ctx.query_info().unit != Some(UnitKind::Parent) {
            return;
        }
        let meaning = ctx.meaning();
        let mut found: Vec<TextRange> = Vec::new();
        for (_, select) in selects_in(meaning, statement.range()) {
            let named = |id: &SourceId, names: &[&str]| {
                let view = ctx.source_view(*id);
                view.is_some_and(|view| names.iter().any(|name| view.name.eq_ignore_ascii_case(name)))
            };
            let of_all = select.sources.iter().any(|id| named(id, VIEWS));
            // One that an outer join keeps out of the way loses nothing; nor does a query for one unit.
            let of_unit = meaning.references_in(select.range).any(|name| name.name.eq_ignore_ascii_case("AccountID"));
            let inner = select.joins.iter().all(|join| join.kind == JoinKind::Inner);
            if of_all && inner && !of_unit {
                let jobs = select.sources.iter().filter(|id| named(id, &["_job"]));
                found.extend(jobs.filter_map(|id| meaning.source(*id)).map(|source| source.range));
            }
        }
        for range in found {
            ctx.report::<Self>(range, "`_Job` holds only the jobs of this unit: what other units sent is dropped")
                .help("write LEFT JOIN, or ask for this unit by AccountID");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check_known, in_parent, silent, silent_known};

    const RULE: &str = "sql/job-scope";

    #[test]
    fn on_the_view() {
        check_known(
            RULE,
            &in_parent(),
            "
SELECT o.JobID FROM _Job j JOIN _Open o ON j.JobID = o.JobID WHERE o.EventDate > GETDATE() - 1
//                  ^^^^^^ hint: `_Job` holds only the jobs of this unit
",
        );
    }

    #[test]
    fn silent_elsewhere() {
        silent(RULE, "SELECT o.JobID FROM _Job j JOIN _Open o ON j.JobID = o.JobID");
        for text in [
            "SELECT o.JobID FROM _Open o LEFT JOIN _Job j ON j.JobID = o.JobID",
            "SELECT JobID FROM _Job",
            "SELECT o.JobID FROM _Job j JOIN _Open o ON j.JobID = o.JobID WHERE o.AccountID = 5",
        ] {
            silent_known(RULE, &in_parent(), text);
        }
    }
}
