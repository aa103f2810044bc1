use rustc_hash::FxHashMap;
use sfmc_diagnostics::similar;
use sfmc_sql::quoted_name;
use sfmc_syntax::{TextEdit, TextRange, ast::sql};

use crate::sql::{CheckSql, SqlContext, target};

declare_rule! {
    /// Every column that a query activity returns is a field of its target data extension.
    ///
    /// ## Why
    /// Columns find their fields by name, whatever their order and case. One without a field stops the activity.
    /// Nothing is said where the target is not known. Source: sql.md, section 5 (sql/target-extra-column).
    ///
    /// ## Bad
    /// ```sql,target
    /// SELECT OrderId, EmailAddress, Note FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress, Note AS City FROM Orders
    /// ```
    pub TargetExtraColumn {
        id: "sql/target-extra-column",
        aliases: ["sql/target-mismatch"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for TargetExtraColumn {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::Query) {
        let Some(target) = target::Target::of(ctx, node).filter(|target| !target.table.columns.open) else { return };
        let table = &target.table.name;
        let mut stars: FxHashMap<TextRange, Vec<&str>> = FxHashMap::default();
        let free: Vec<&str> = target.unwritten().unwrap_or_default().iter().map(|field| &*field.name).collect();
        for column in &target.query.columns {
            let Some(name) = column.name.as_deref().filter(|_| target.field(column).is_none()) else { continue };
            if column.star {
                stars.entry(column.range).or_default().push(name);
                continue;
            }
            let range = target::place(column);
            let report = ctx.report::<Self>(range, format!("`{table}` has no field `{name}`"));
            if let Some(near) = similar::closest(name, free.iter().copied()) {
                let text = if column.given {
                    quoted_name(near)
                } else {
                    format!("{} AS {}", quoted_name(name), quoted_name(near))
                };
                let edit = TextEdit::replace(range, text);
                report.help(format!("did you mean `{near}`?")).unsafe_fix(format!("call it `{near}`"), [edit]);
            }
        }
        let mut stars: Vec<_> = stars.into_iter().collect();
        stars.sort_by_key(|(range, _)| range.start());
        for (range, names) in stars {
            let message = match names.as_slice() {
                [name] => format!("`{table}` has no field `{name}`, which `*` brings"),
                [name, rest @ ..] => {
                    format!("`{table}` has no field `{name}`, which `*` brings, nor {} others", rest.len())
                }
                [] => continue,
            };
            ctx.report::<Self>(range, message).help("list the columns that are written");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check_known, silent, silent_known, target::target};

    #[test]
    fn on_the_name() {
        check_known(
            "sql/target-extra-column",
            &target(),
            "
SELECT OrderId, EmailAddress AS Mail, 1 AS [First Order] FROM Orders
//                              ^^^^ error: `Report` has no field `Mail`
//                                         ^^^^^^^^^^^^^ `Report` has no field `First Order`
",
        );
        check_known(
            "sql/target-extra-column",
            &target(),
            "
SELECT * FROM Orders
//     ^ error: `Report` has no field `Note`, which `*` brings
",
        );
    }

    #[test]
    fn silent_on_fields_and_where_the_target_is_not_known() {
        for text in [
            "SELECT EMAILADDRESS, orderid FROM Orders",
            "SELECT OrderId, EmailAddress, Placed FROM Orders UNION SELECT Note, Note, Placed FROM Orders",
            "SELECT OrderId, (SELECT MAX(Note) AS x FROM Orders) AS City FROM Orders",
            "SELECT o.OrderId FROM (SELECT OrderId, Note FROM Orders) AS o",
            "SELECT OrderId AS {{{name}}} FROM Orders",
            "SELECT OrderId, Note FROM Orders; SELECT 1 AS x",
        ] {
            silent_known("sql/target-extra-column", &target(), text);
        }
        silent("sql/target-extra-column", "SELECT a, b FROM t");
    }
}
