use sfmc_db::UpdateType;
use sfmc_schema::Nullable;
use sfmc_semantic::sql::{SourceKind, same_name};
use sfmc_syntax::ast::sql;

use crate::sql::{
    CheckSql, SqlContext,
    target::{self, Target},
};

declare_rule! {
    /// A query activity returns a column for every required field of its target data extension.
    ///
    /// ## Why
    /// A field that gets nothing has its default or stays empty. One that may not be empty and has no default lets every row fail. An Update
    /// of rows that the query has read from the target itself needs no more than their key. Of the fields of the key, `sql/target-column-missing`
    /// speaks. Nothing is said where the target is not known. Source: sql.md, section 5 (sql/target-required-missing).
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
        let Some(target) = Target::of(ctx, node) else { return };
        if writes_back(ctx, &target) {
            return;
        }
        let table = &target.table.name;
        for field in target.unwritten().unwrap_or_default() {
            if !field.primary_key && field.nullable == Nullable::No && field.default.is_none() {
                let message = format!("`{}` is missing, which `{table}` requires", field.name);
                ctx.report::<Self>(target::head(node), message);
            }
        }
    }
}

/// Whether every row that the query gives is one that the target has: it updates rows by keys that it has read there.
fn writes_back(ctx: &SqlContext<'_>, target: &Target<'_>) -> bool {
    let is_target = |source: sfmc_semantic::sql::SourceId| {
        let source = ctx.meaning().source(source).filter(|source| !source.outer || source.matched);
        source.is_some_and(|source| match &source.kind {
            SourceKind::Table(table) => !table.ent && same_name(&table.name, &target.table.name),
            _ => false,
        })
    };
    let mut keys = target.written().filter(|(_, field)| field.primary_key).peekable();
    target.update == Some(UpdateType::Update)
        && target.query.selects.len() == 1
        && keys.peek().is_some()
        && keys.all(|(column, field)| {
            let origin = column.origin.filter(|origin| is_target(origin.source));
            let read = origin.and_then(|origin| ctx.meaning().column(origin));
            read.is_some_and(|read| same_name(&read.name, &field.name))
        })
}

#[cfg(test)]
mod tests {
    use crate::tests::{
        check_known, silent, silent_known,
        target::{overwrite, target},
    };

    #[test]
    fn on_the_select() {
        check_known(
            "sql/target-required-missing",
            &target(),
            "
SELECT City FROM Orders
//<^^^ error: `EmailAddress` is missing, which `Report` requires
",
        );
        for text in [
            "
SELECT City AS OrderId FROM Report
//<^^^ error: `EmailAddress` is missing, which `Report` requires
",
            "
SELECT r.OrderId FROM Orders o LEFT JOIN Report r ON r.OrderId = o.OrderId
//<^^^ error: `EmailAddress` is missing, which `Report` requires
",
            "
SELECT OrderId FROM Report UNION SELECT OrderId FROM Orders
//<^^^ error: `EmailAddress` is missing, which `Report` requires
",
        ] {
            check_known("sql/target-required-missing", &target(), text);
        }
        let text = "
SELECT OrderId FROM Report
//<^^^ error: `EmailAddress` is missing, which `Report` requires
";
        check_known("sql/target-required-missing", &overwrite(), text);
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
            "SELECT EmailAddress FROM Orders",
            "SELECT r.OrderId, 'Rome' AS City FROM Report r JOIN Orders o ON o.OrderId = r.OrderId",
        ] {
            silent_known("sql/target-required-missing", &target(), text);
        }
        silent("sql/target-required-missing", "SELECT a FROM t");
    }
}
