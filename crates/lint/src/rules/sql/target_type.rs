use sfmc_schema::{Column, ColumnType};
use sfmc_semantic::sql::{Constant, Length, OutputColumn, SqlType, column_type};
use sfmc_syntax::ast::sql;

use crate::sql::{CheckSql, SqlContext, target};

declare_rule! {
    /// What a query activity returns fits the fields of its target data extension.
    ///
    /// ## Why
    /// A text that is longer than its field, and one that is no number or date where one is needed, stop the whole run, at the first row that
    /// has one. Cut and convert in the query: `LEFT(x, 50)`, `TRY_CAST(x AS int)`.
    /// Nothing is said where a type is not known. Source: sql.md, section 5 (sql/target-type) and 6.
    ///
    /// ## Bad
    /// ```sql,target
    /// SELECT OrderId, EmailAddress, City FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress, LEFT(City, 10) AS City FROM Orders
    /// ```
    pub TargetType {
        id: "sql/target-type",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for TargetType {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::Query) {
        let Some(target) = target::Target::of(ctx, node) else { return };
        for (column, field) in target.written() {
            if let Some((message, help)) = mismatch(column, field) {
                let report = ctx.report::<Self>(target::place(column), message);
                if !help.is_empty() {
                    report.help(help);
                }
            }
        }
    }
}

/// What is wrong with a column for a field, and what helps.
fn mismatch(column: &OutputColumn, field: &Column) -> Option<(String, String)> {
    let (name, ty, wanted) = (&field.name, column.ty, column_type(field));
    let is = || format!("`{name}` is a {} field", field.ty.field());
    if let (Some(length), Some(Length::Known(limit))) = (ty.text_length(), wanted.text_length()) {
        let long = match length {
            Length::Known(length) if length > limit => format!("can have {length} characters"),
            Length::Max => "can have any length".to_owned(),
            Length::Known(_) | Length::Unknown => return None,
        };
        return Some((format!("{}, and this {long}", is()), format!("write `LEFT(x, {limit})`")));
    }
    let text = ty.is_text();
    match field.ty {
        ColumnType::Number | ColumnType::BigNumber | ColumnType::Decimal { .. } => {
            if ty.is_date() {
                return Some((format!("{}, and this is a date", is()), String::new()));
            }
            let numeric =
                column.constant.as_ref().and_then(Constant::text).is_some_and(|t| t.trim().parse::<f64>().is_ok());
            (text && !numeric)
                .then(|| (format!("{}, and this is text", is()), format!("write `TRY_CAST(x AS {wanted})`")))
        }
        // Text that stands in the query was seen to be a date.
        ColumnType::Date => (text && column.constant.is_none())
            .then(|| (format!("{}, and this is text", is()), "write `TRY_CONVERT(datetime, x)`".to_owned())),
        ColumnType::Boolean => {
            if ty.is_date() && ty != SqlType::Unknown {
                return Some((format!("{}, and this is a date", is()), String::new()));
            }
            // `'True'` and `'False'` can be converted, and what CASE and columns give can be these.
            let refused = column.constant.as_ref().and_then(Constant::text).is_some_and(|text| !is_boolean(text));
            (text && refused).then(|| (format!("{}, and this is text", is()), String::new()))
        }
        _ => None,
    }
}

fn is_boolean(text: &str) -> bool {
    ["true", "false", "1", "0"].iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check_known, silent, silent_known, target::target};

    #[test]
    fn on_the_name() {
        check_known(
            "sql/target-type",
            &target(),
            "
SELECT OrderId, EmailAddress, City, Note AS Total, OrderId AS Placed FROM Orders
//                            ^^^^ warning: `City` is a Text(10) field, and this can have 20 characters
//                                          ^^^^^ `Total` is a Number field, and this is text
//                                                            ^^^^^^ `Placed` is a Date field, and this is text
",
        );
        check_known(
            "sql/target-type",
            &target(),
            "
SELECT Note AS OrderId, GETDATE() AS Total, 'more than ten' AS City FROM Orders
//             ^^^^^^^ warning: `OrderId` is a Text(36) field, and this can have any length
//                                   ^^^^^ `Total` is a Number field, and this is a date
//                                                             ^^^^ `City` is a Text(10) field, and this can have 13 characters
",
        );
    }

    #[test]
    fn silent_on_what_fits_or_nobody_knows() {
        for text in [
            "SELECT OrderId, EmailAddress, LEFT(City, 10) AS City, Placed FROM Orders",
            "SELECT NEWID() AS OrderId, '12' AS Total, '2024-01-01' AS Placed FROM Orders",
            "SELECT Total, FORMAT(Placed, 'd') AS City, TRY_CAST(Note AS int) AS Total FROM Orders",
            "SELECT a AS City, b AS Total, c AS Placed FROM _Unheard",
            "SELECT NULL AS City, NULL AS Total FROM Orders",
            "SELECT CASE WHEN Total > 1 THEN 'much' ELSE 'little' END AS City FROM Orders",
        ] {
            silent_known("sql/target-type", &target(), text);
        }
        silent("sql/target-type", "SELECT 'a' AS b");
    }
}
