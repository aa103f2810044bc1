use sfmc_catalog::sql::{ColumnType, DataView, Retention};
use sfmc_semantic::sql::{Source, SourceKind, SqlMeaning};
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, JoinKind},
    },
};

use crate::sql::{CheckSql, SqlContext, content_range, unbounded_views};

declare_rule! {
    /// A large data view is read for a time or for some sends.
    ///
    /// ## Why
    /// The views of sends, opens, clicks, bounces and unsubscribes hold every event of six months. A query that bounds neither the date nor
    /// the job of one reads all of it, which is the usual reason for the stop after 30 minutes. A bound counts wherever it holds for the
    /// view: in WHERE, in ON, around a derived table, or at what the view is joined with by `JobID`.
    /// Source: sql.md, sections 4 and 6; rules.md, 2.5 (sql/data-view-no-date-filter).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT s.SubscriberKey FROM _Sent s JOIN Customers c ON c.SubscriberKey = s.SubscriberKey
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT s.SubscriberKey FROM _Sent s JOIN Customers c ON c.SubscriberKey = s.SubscriberKey
    /// WHERE s.EventDate >= DATEADD(day, -30, GETDATE())
    /// ```
    pub DataViewNoDateFilter {
        id: "sql/data-view-no-date-filter",
        aliases: ["MCE045"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for DataViewNoDateFilter {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        // `FROM _Sent s WHERE` while the condition is typed
        if ctx.is_broken(TextRange::empty(content_range(statement.syntax()).end())) {
            return;
        }
        for found in unbounded_views(ctx, statement.range()) {
            let Some(source) = meaning.source(found.source) else { continue };
            let SourceKind::Table(table) = &source.kind else { continue };
            let date = date_column(found.view);
            let bounds = match date {
                Some(date) => format!("`{date}` or `JobID`"),
                None => "a date".to_owned(),
            };
            let kept = match found.view.retention {
                Retention::Months(months) => format!(": {months} months of events"),
                _ => String::new(),
            };
            let name = found.view.name;
            let report = ctx.report::<Self>(table.range, format!("`{name}` is read without a bound on {bounds}{kept}"));
            if let Some(date) = date {
                let qualifier = source.name.as_ref().filter(|_| source.aliased).map(|name| format!("{name}."));
                let column = format!("{}{date}", qualifier.unwrap_or_default());
                // A condition of a FULL join keeps no row out, and WHERE would make another join of it.
                if is_full(meaning, source) {
                    report.help(format!(
                        "join a query instead: `(SELECT … FROM {name} WHERE {date} >= DATEADD(day, -30, GETDATE())) AS …`"
                    ));
                    continue;
                }
                // In WHERE it would make an inner join of the outer one.
                let place = if source.outer && !source.matched { "its ON" } else { "WHERE" };
                report.help(format!("add `{column} >= DATEADD(day, -30, GETDATE())` to {place}"));
            }
        }
    }
}

/// Whether a FULL join keeps the rows of a source that nothing joins.
fn is_full(meaning: &SqlMeaning, source: &Source) -> bool {
    let Some(select) = meaning.select(source.select) else { return false };
    let place = select.sources.iter().position(|id| meaning.source(*id).is_some_and(|found| found == source));
    let Some(place) = place.and_then(|place| u32::try_from(place).ok()) else { return false };
    let holds = |(first, end): (u32, u32)| (first..end).contains(&place);
    let mut joins = select.joins.iter().filter(|join| join.kind == JoinKind::Full);
    !source.matched && joins.any(|join| holds(join.left) || holds(join.right))
}

/// The column that says when an event was.
fn date_column(view: &DataView) -> Option<&'static str> {
    view.columns.iter().find(|column| column.ty == ColumnType::DateTime).map(|column| column.name)
}

#[cfg(test)]
mod tests {
    use sfmc_db::QueryInfo;

    use crate::tests::{check, every_sql_finding, silent};

    const RULE: &str = "sql/data-view-no-date-filter";

    #[test]
    fn on_the_view() {
        check(
            RULE,
            "
SELECT s.JobID FROM _Sent s JOIN _Open o ON o.JobID = s.JobID WHERE s.Domain = 'a.b' AND (s.JobID = 1 OR s.ListID = 2)
//                  ^^^^^ warning: `_Sent` is read without a bound on `EventDate` or `JobID`: 6 months of events
//                               ^^^^^ `_Open` is read without a bound
",
        );
        check(
            RULE,
            "
SELECT SubscriberKey FROM t WHERE SubscriberKey NOT IN (SELECT SubscriberKey FROM Ent._Click WHERE EventDate IS NOT NULL)
//                                                                                    ^^^^^^ `_Click` is read without a bound
",
        );
    }

    #[test]
    fn outer_joins_keep_what_they_keep() {
        check(
            RULE,
            "
SELECT s.JobID FROM _Sent s LEFT JOIN _Open o ON o.JobID = s.JobID AND s.EventDate > '20240101' AND o.EventDate > '20240101'
//                  ^^^^^ `_Sent` is read without a bound
",
        );
        check(
            RULE,
            "
SELECT s.JobID FROM _Sent s LEFT JOIN _Job j ON j.JobID = s.JobID AND j.EmailName = 'x'
//                  ^^^^^ `_Sent` is read without a bound
",
        );
        silent(RULE, "SELECT s.JobID FROM _Sent s LEFT JOIN _Job j ON j.JobID = s.JobID WHERE j.EmailName = 'x'");
    }

    #[test]
    fn says_where_the_bound_belongs() {
        let helps = |text: &str| {
            let found = every_sql_finding(text, &QueryInfo::default());
            let found = found.iter().filter(|found| found.rule.id == RULE);
            found.filter_map(|found| found.help.clone()).collect::<Vec<_>>()
        };
        let places = helps("SELECT s.Id FROM _Subscribers s LEFT JOIN _Open o ON o.SubscriberID = s.SubscriberID");
        assert_eq!(places, ["add `o.EventDate >= DATEADD(day, -30, GETDATE())` to its ON"]);
        let places = helps("SELECT s.Id FROM _Subscribers s FULL JOIN _Open o ON o.SubscriberID = s.SubscriberID");
        assert_eq!(
            places,
            ["join a query instead: `(SELECT … FROM _Open WHERE EventDate >= DATEADD(day, -30, GETDATE())) AS …`"]
        );
        let places = helps("SELECT Id FROM _Open");
        assert_eq!(places, ["add `EventDate >= DATEADD(day, -30, GETDATE())` to WHERE"]);
    }

    #[test]
    fn silent_where_it_is_bounded() {
        for text in [
            "SELECT JobID FROM _Sent WHERE EventDate > DATEADD(day, -7, GETDATE())",
            "SELECT JobID FROM _Sent WHERE DATEDIFF(day, EventDate, GETDATE()) < 7",
            "SELECT JobID FROM _Sent WHERE CONVERT(date, EventDate) = '2024-01-31'",
            "SELECT JobID FROM _Sent WHERE JobID IN (1, 2) OR EventDate BETWEEN '20240101' AND '20240201'",
            "SELECT JobID FROM _Sent WHERE SubscriberKey = 'me'",
            "SELECT JobID FROM (SELECT JobID, EventDate FROM _Sent) s WHERE s.EventDate > '20240101'",
            "SELECT JobID FROM (SELECT JobID FROM _Sent UNION ALL SELECT JobID FROM _Open) s WHERE s.JobID = 5",
            "SELECT s.JobID FROM _Sent s JOIN _Job j ON j.JobID = s.JobID WHERE j.EmailName LIKE 'x%'",
            "SELECT s.JobID FROM _Sent s JOIN Sends d ON d.JobID = s.JobID",
            "SELECT s.JobID FROM _Sent s LEFT JOIN _Open o ON s.JobID = o.JobID WHERE s.EventDate > '20240101'",
            "SELECT s.JobID FROM _Sent s JOIN (SELECT JobID FROM _Job WHERE EmailName = 'a') j ON j.JobID = s.JobID",
            "SELECT JobID FROM _Sent WHERE JobID IN (SELECT JobID FROM _Job WHERE EmailName = 'a')",
            "SELECT JobID FROM _Sent s WHERE EXISTS (SELECT 1 FROM Sends d WHERE d.JobID = s.JobID)",
            "SELECT JobID FROM _Sent s WHERE EventDate > '20240101' AND NOT EXISTS \
             (SELECT 1 FROM _Open o WHERE o.JobID = s.JobID)",
            "SELECT TOP 5 JobID FROM _Sent",
            "SELECT SubscriberKey FROM _Subscribers",
            "SELECT JobID FROM _Sent WHERE {{{where}}}",
            "SELECT JobID FROM [_Sent Archive]",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn what_hangs_on_each_other_is_not_bounded() {
        check(
            RULE,
            "
SELECT s.JobID FROM _Sent s JOIN _Job j ON j.JobID = s.JobID
//                  ^^^^^ `_Sent` is read without a bound
SELECT JobID FROM _Sent WHERE JobID IN (SELECT JobID FROM _Job)
//                ^^^^^ `_Sent` is read without a bound
SELECT TOP 5 JobID FROM _Sent ORDER BY EventDate
//                      ^^^^^ `_Sent` is read without a bound
",
        );
    }
}
