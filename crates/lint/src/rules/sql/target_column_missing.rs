use sfmc_syntax::ast::sql;

use crate::sql::{
    CheckSql, SqlContext,
    target::{self, Target},
};

declare_rule! {
    /// A query activity returns the whole primary key of its target data extension.
    ///
    /// ## Why
    /// Every row is written under its key, whether the activity overwrites, updates or appends: without a field of it no row can be.
    /// Nothing is said where the target, or all that the query returns, is not known. Source: sql.md, section 5 (sql/target-column-missing).
    ///
    /// ## Bad
    /// ```sql,target
    /// SELECT EmailAddress, City FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress, City FROM Orders
    /// ```
    pub TargetColumnMissing {
        id: "sql/target-column-missing",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for TargetColumnMissing {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::Query) {
        let Some(target) = Target::of(ctx, node) else { return };
        let table = &target.table.name;
        for field in target.unwritten().unwrap_or_default() {
            if field.primary_key {
                let message = format!("`{}` is missing, which belongs to the primary key of `{table}`", field.name);
                ctx.report::<Self>(target::head(node), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{
        check_known, silent, silent_known,
        target::{keyless, overwrite, target},
    };

    const RULE: &str = "sql/target-column-missing";

    #[test]
    fn on_the_select() {
        let text = "
SELECT City, EmailAddress AS Mail FROM Orders
//<^^^ error: `OrderId` is missing, which belongs to the primary key of `Report`
";
        check_known(RULE, &target(), text);
        check_known(RULE, &overwrite(), text);
        let text = "
SELECT EmailAddress FROM Report UNION SELECT OrderId FROM Orders
//<^^^ error: `OrderId` is missing, which belongs to the primary key of `Report`
";
        check_known(RULE, &target(), text);
    }

    #[test]
    fn silent_with_the_key_and_where_something_is_not_known() {
        for text in [
            "SELECT OrderId FROM Orders",
            "SELECT City AS [orderid] FROM Orders",
            "SELECT * FROM Orders",
            "SELECT City, o.* FROM Unheard o",
            "SELECT City, {{{columns}}} FROM Orders",
            "SELECT City, LEFT(OrderId, 10) FROM Orders",
            "SELECT City FROM Orders; SELECT OrderId FROM Orders",
        ] {
            silent_known(RULE, &target(), text);
        }
        silent_known(RULE, &keyless(), "SELECT City AS Message FROM Orders");
        silent(RULE, "SELECT a FROM t");
    }
}
