use sfmc_db::UpdateType;
use sfmc_semantic::sql::{SourceKind, same_name};
use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query that replaces a data extension does not read it.
    ///
    /// ## Why
    /// With the action Overwrite the data extension is emptied and filled. That a query reads it at the same time is refused in checks of
    /// accounts that were tried, and nobody promises that it works elsewhere. Update and Append read their own target without harm.
    /// Source: sql.md, section 3 (sql/target-is-source).
    ///
    /// ## Bad
    /// ```sql,overwrite
    /// SELECT OrderId, EmailAddress FROM Report WHERE Total > 100
    /// ```
    ///
    /// ## Good
    /// ```sql,overwrite
    /// SELECT OrderId, EmailAddress FROM Orders WHERE Total > 100
    /// ```
    pub TargetIsSource {
        id: "sql/target-is-source",
        aliases: ["MCE050"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for TargetIsSource {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let info = ctx.query_info();
        let Some(activity) =
            info.activity.as_ref().filter(|activity| activity.update_type == Some(UpdateType::Overwrite))
        else {
            return;
        };
        let schema = ctx.schema();
        let by_key = activity.target_key.as_deref().and_then(|key| schema.by_key(key)).map(|table| &*table.name);
        let Some(target) = by_key.or(activity.target_name.as_deref()) else { return };
        let mut found = Vec::new();
        for source in &ctx.meaning().sources {
            if let SourceKind::Table(table) = &source.kind
                && !table.ent
                && same_name(&table.name, target)
                && statement.range().contains_range(table.range)
            {
                found.push(table.range);
            }
        }
        for range in found {
            ctx.report::<Self>(range, format!("the activity replaces `{target}`, and its query reads it"))
                .help("write to another data extension, or use Update");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{
        check_known, silent, silent_known,
        target::{overwrite, target},
    };

    const RULE: &str = "sql/target-is-source";

    #[test]
    fn on_the_name() {
        check_known(
            RULE,
            &overwrite(),
            "
SELECT o.OrderId, o.EmailAddress FROM Orders o WHERE o.OrderId NOT IN (SELECT r.OrderId FROM [report] r)
//                                                                                           ^^^^^^^^ warning: the activity replaces `Report`
",
        );
    }

    #[test]
    fn silent_on_others() {
        for text in [
            "SELECT OrderId, EmailAddress FROM Orders AS Report",
            "SELECT OrderId, EmailAddress FROM Ent.Report",
            "SELECT OrderId, EmailAddress FROM Orders WHERE City = 'Report'",
        ] {
            silent_known(RULE, &overwrite(), text);
        }
        silent_known(RULE, &target(), "SELECT OrderId, EmailAddress FROM Report");
        silent(RULE, "SELECT OrderId, EmailAddress FROM Report");
    }
}
