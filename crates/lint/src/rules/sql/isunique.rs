use sfmc_semantic::sql::{ArgKind, Call, CallKind};
use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext, is_distinct, selects_in};

declare_rule! {
    /// Opens and clicks are counted once for each message.
    ///
    /// ## Why
    /// `_Open` and `_Click` hold every event: somebody who opens a message five times is there five times, and mail programs open messages by
    /// themselves. Rates are counted with `IsUnique = 1`, or with COUNT(DISTINCT …).
    /// Source: rules.md, 2.5 (sql/isunique); data-views.json (_Open, _Click).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT JobID, COUNT(*) AS Opens FROM _Open WHERE EventDate > GETDATE() - 30 GROUP BY JobID
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT JobID, COUNT(*) AS Opens FROM _Open WHERE EventDate > GETDATE() - 30 AND IsUnique = 1 GROUP BY JobID
    /// ```
    pub Isunique {
        id: "sql/isunique",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for Isunique {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        let mut found = Vec::new();
        for (id, select) in selects_in(meaning, statement.range()) {
            if meaning.references_in(select.range).any(|reference| reference.name.eq_ignore_ascii_case("IsUnique")) {
                continue;
            }
            let counted = |call: &Call| {
                let counts = ["COUNT", "COUNT_BIG"].iter().any(|name| call.name.eq_ignore_ascii_case(name));
                if !counts || call.kind != CallKind::Aggregate || call.folds != Some(id) || is_distinct(ctx, call) {
                    return None;
                }
                let arg = call.args.first()?;
                // A star counts the rows of whatever comes first.
                let source = if arg.kind == ArgKind::Star { *select.sources.first()? } else { arg.info.source? };
                let view = ctx.source_view(source)?;
                matches!(view.name, "_Open" | "_Click").then_some((call.range, view.name))
            };
            found.extend(meaning.calls_in(select.range).find_map(counted));
        }
        for (range, name) in found {
            ctx.report::<Self>(range, format!("this counts every event of `{name}`, also those of one message"))
                .help("add `IsUnique = 1`, or count DISTINCT");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    const RULE: &str = "sql/isunique";

    #[test]
    fn on_the_call() {
        check(
            RULE,
            "
SELECT c.JobID, COUNT(c.JobID) AS n, MAX(c.EventDate) AS d FROM _Click c GROUP BY c.JobID
//              ^^^^^^^^^^^^^^ hint: this counts every event of `_Click`
",
        );
    }

    #[test]
    fn silent_where_each_counts_once() {
        for text in [
            "SELECT JobID, COUNT(*) AS n FROM _Open WHERE IsUnique = 1 GROUP BY JobID",
            "SELECT JobID, SUM(CASE WHEN IsUnique = 1 THEN 1 ELSE 0 END) AS n, COUNT(*) AS m FROM _Open GROUP BY JobID",
            "SELECT JobID, COUNT(DISTINCT SubscriberKey) AS n FROM _Open GROUP BY JobID",
            "SELECT JobID, COUNT(*) AS n FROM _Sent GROUP BY JobID",
            "SELECT COUNT(s.JobID) AS n FROM _Sent s LEFT JOIN _Open o ON o.JobID = s.JobID",
        ] {
            silent(RULE, text);
        }
    }
}
