use sfmc_db::UpdateType;
use sfmc_semantic::sql::{BoundKind, bounds};
use sfmc_syntax::ast::sql;

use crate::sql::{
    CheckSql, SqlContext,
    target::{Target, head},
};

declare_rule! {
    /// A query for the last hours does not replace what earlier runs have written.
    ///
    /// ## Why
    /// With the action Overwrite the data extension is emptied first. A query for what came since yesterday leaves nothing of the days before,
    /// and after a day without rows the data extension is empty. Update or Append keep what is there.
    /// Source: sql.md, section 5; rules.md, 2.5 (sql/overwrite-empties-target).
    ///
    /// ## Bad
    /// ```sql,overwrite
    /// SELECT OrderId, EmailAddress FROM Orders WHERE Placed >= DATEADD(day, -1, GETDATE())
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress FROM Orders WHERE Placed >= DATEADD(day, -1, GETDATE())
    /// ```
    pub OverwriteEmptiesTarget {
        id: "sql/overwrite-empties-target",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

/// A query that looks back so many days is run more often than that, or for what is new.
const FEW_DAYS: i64 = 2;

impl CheckSql<sql::Query> for OverwriteEmptiesTarget {
    fn check(ctx: &mut SqlContext<'_>, query: &sql::Query) {
        let Some(target) = Target::of(ctx, query).filter(|target| target.update == Some(UpdateType::Overwrite)) else {
            return;
        };
        let [select] = target.query.selects.as_slice() else { return };
        let Some(select) = ctx.meaning().select(*select) else { return };
        let recent = select.filter.iter().any(|condition| {
            condition.columns().into_iter().any(|column| {
                bounds(std::slice::from_ref(condition), column).iter().any(|bound| match bound.kind {
                    BoundKind::Lower(other) | BoundKind::Between(other, _) => {
                        other.moment.is_some_and(|moment| (0..=FEW_DAYS).contains(&moment.days_ago()))
                    }
                    _ => false,
                })
            })
        });
        if recent {
            let name = &target.table.name;
            ctx.report::<Self>(
                head(query),
                format!("every run replaces `{name}` with the rows of the last days: without any it is empty"),
            )
            .help("use Update or Append where earlier rows shall stay");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{
        check_known, silent_known,
        target::{overwrite, target},
    };

    const RULE: &str = "sql/overwrite-empties-target";

    #[test]
    fn on_select() {
        check_known(
            RULE,
            &overwrite(),
            "
   SELECT OrderId, EmailAddress FROM Orders WHERE Total > 1 AND Placed BETWEEN GETDATE() - 1 AND GETDATE()
// ^^^^^^ hint: every run replaces `Report` with the rows of the last days
",
        );
    }

    #[test]
    fn silent_where_more_is_taken_or_kept() {
        silent_known(RULE, &overwrite(), "SELECT OrderId, EmailAddress FROM Orders WHERE Placed >= GETDATE() - 30");
        silent_known(RULE, &overwrite(), "SELECT OrderId, EmailAddress FROM Orders WHERE Placed < GETDATE() - 1");
        silent_known(RULE, &target(), "SELECT OrderId, EmailAddress FROM Orders WHERE Placed >= GETDATE() - 1");
    }
}
