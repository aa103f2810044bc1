use sfmc_schema::Nullable;
use sfmc_semantic::sql::Nullability;
use sfmc_syntax::ast::sql;

use crate::sql::{CheckSql, SqlContext, target};

declare_rule! {
    /// A query activity returns no NULL for a field that may not be empty.
    ///
    /// ## Why
    /// One row with NULL in a required field stops the whole run. A field of an outer join, an aggregate of nothing and a CASE without ELSE
    /// are NULL at times. Conditions that keep NULL out are seen. Nothing is said where nobody knows whether a column can be NULL.
    /// Source: sql.md, section 5 (sql/target-nullable).
    ///
    /// ## Bad
    /// ```sql,target
    /// SELECT OrderId, EmailAddress FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress FROM Orders WHERE EmailAddress IS NOT NULL
    /// ```
    pub TargetNullable {
        id: "sql/target-nullable",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for TargetNullable {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::Query) {
        let Some(target) = target::Target::of(ctx, node) else { return };
        for (column, field) in target.written() {
            let required = field.nullable == Nullable::No || field.primary_key;
            if required && column.nullability == Nullability::Maybe {
                let message = format!("this can be NULL, and `{}` may not be empty", field.name);
                ctx.report::<Self>(target::place(column), message)
                    .help("keep NULL out in WHERE, or write `COALESCE(x, '')`");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check_known, silent, silent_known, target::target};

    #[test]
    fn on_the_name() {
        check_known(
            "sql/target-nullable",
            &target(),
            "
SELECT o.OrderId, CASE WHEN o.Total > 1 THEN 'a@b.c' END AS EmailAddress FROM Orders o
//                                                          ^^^^^^^^^^^^ hint: this can be NULL, and `EmailAddress` may not be empty
",
        );
        check_known(
            "sql/target-nullable",
            &target(),
            "
SELECT p.OrderId, 'a@b.c' AS EmailAddress FROM Orders o LEFT JOIN Orders p ON o.OrderId = p.OrderId
//       ^^^^^^^ hint: this can be NULL, and `OrderId` may not be empty
",
        );
    }

    #[test]
    fn silent_where_there_is_none() {
        for text in [
            "SELECT OrderId, COALESCE(EmailAddress, '') AS EmailAddress FROM Orders",
            "SELECT OrderId, EmailAddress FROM Orders WHERE EmailAddress LIKE '%@%'",
            "SELECT OrderId, ISNULL(EmailAddress, 'x') AS EmailAddress, City FROM Orders",
            "SELECT OrderId, EmailAddress FROM _Unheard",
        ] {
            silent_known("sql/target-nullable", &target(), text);
        }
        silent("sql/target-nullable", "SELECT NULL AS b");
    }
}
