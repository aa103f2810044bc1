use sfmc_db::UpdateType;
use sfmc_syntax::ast::sql;

use crate::sql::{CheckSql, SqlContext, target};

declare_rule! {
    /// A query activity that updates writes to a data extension with a primary key.
    ///
    /// ## Why
    /// Update changes the rows whose key it finds and adds the others; without a key it finds none, and the activity is refused.
    /// Source: sql.md, section 5 (sql/target-update-no-pk).
    ///
    /// ## Bad
    /// ```sql,keyless
    /// SELECT City AS Message FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress FROM Orders
    /// ```
    pub TargetUpdateNoPk {
        id: "sql/target-update-no-pk",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for TargetUpdateNoPk {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::Query) {
        let Some(target) = target::Target::of(ctx, node) else { return };
        let columns = &target.table.columns;
        let known = !columns.open && !columns.list().is_empty();
        if known && target.update == Some(UpdateType::Update) && target.table.primary_key().next().is_none() {
            let message = format!("`{}` has no primary key, which an update needs", target.table.name);
            ctx.report::<Self>(target::head(node), message).help("let the activity append or overwrite, or add a key");
        }
    }
}

#[cfg(test)]
mod tests {
    use sfmc_db::UpdateType;

    use crate::tests::{
        check_known, silent_known,
        target::{keyless, target},
    };

    #[test]
    fn on_the_select() {
        check_known(
            "sql/target-update-no-pk",
            &keyless(),
            "
SELECT 'a' AS Message
//<^^^ error: `Log` has no primary key, which an update needs
",
        );
    }

    #[test]
    fn silent_with_a_key_or_another_action() {
        silent_known("sql/target-update-no-pk", &target(), "SELECT OrderId, EmailAddress FROM Orders");
        let mut query = keyless();
        query.activity.as_mut().unwrap().update_type = Some(UpdateType::Append);
        silent_known("sql/target-update-no-pk", &query, "SELECT 'a' AS Message");
    }
}
