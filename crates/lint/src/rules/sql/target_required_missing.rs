use sfmc_schema::Nullable;
use sfmc_syntax::ast::sql;

use crate::sql::{CheckSql, SqlContext, target};

declare_rule! {
    /// A query activity returns every column that its target data extension needs.
    ///
    /// ## Why
    /// A field that gets nothing has its default or stays empty. One that may not be empty and has no default, or belongs to the primary
    /// key, lets every row fail. Nothing is said where the target is not known. Source: sql.md, section 5 (sql/target-required-missing).
    ///
    /// ## Bad
    /// ```sql,target
    /// SELECT OrderId, City FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress, City FROM Orders
    /// ```
    pub TargetRequiredMissing {
        id: "sql/target-required-missing",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for TargetRequiredMissing {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::Query) {
        let Some(target) = target::Target::of(ctx, node) else { return };
        let table = &target.table.name;
        for field in target.unwritten().unwrap_or_default() {
            let name = &field.name;
            let message = if field.primary_key {
                format!("`{name}` is missing, which belongs to the primary key of `{table}`")
            } else if field.nullable == Nullable::No && field.default.is_none() {
                format!("`{name}` is missing, which `{table}` requires")
            } else {
                continue;
            };
            ctx.report::<Self>(target::head(node), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check_known, silent, silent_known, target::target};

    #[test]
    fn on_the_select() {
        check_known(
            "sql/target-required-missing",
            &target(),
            "
SELECT City FROM Orders
//<^^^ error: `OrderId` is missing, which belongs to the primary key of `Report`
//<^^^ `EmailAddress` is missing, which `Report` requires
",
        );
    }

    #[test]
    fn silent_where_nothing_lacks() {
        for text in [
            "SELECT OrderId, EmailAddress FROM Orders",
            "SELECT * FROM Orders",
            "SELECT OrderId AS orderid, 'a@b.c' AS [emailaddress] FROM Orders",
            "SELECT OrderId, o.* FROM Unheard o",
            "SELECT OrderId, {{{columns}}} FROM Orders",
            "SELECT OrderId, LEFT(EmailAddress, 10) FROM Orders",
        ] {
            silent_known("sql/target-required-missing", &target(), text);
        }
        silent("sql/target-required-missing", "SELECT a FROM t");
    }
}
