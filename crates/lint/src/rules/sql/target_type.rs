use sfmc_schema::{Column, ColumnType};
use sfmc_semantic::sql::{Constant, Length, OutputColumn, SqlType, column_type};
use sfmc_syntax::ast::sql;

use crate::sql::{CheckSql, Lengths, SqlContext, Written, target};

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
        let (mut lengths, mut texts) = (Lengths::of(ctx), Written::of(ctx));
        let columns = (0..).zip(&target.query.columns);
        let found = columns.filter_map(|(place, column)| {
            let written = |wanted| texts.is_read_as(target.query, place, wanted);
            let wrong = mismatch(column, target.field(column)?, || lengths.longest(target.query, place), written)?;
            Some((target::place(column), wrong))
        });
        for (range, (message, help)) in found.collect::<Vec<_>>() {
            let report = ctx.report::<Self>(range, message);
            if !help.is_empty() {
                report.help(help);
            }
        }
    }
}

/// What is wrong with a column for a field, and what helps. `longest` says how long its texts are in fact, `is_written` whether they are
/// certainly read as values of a type.
fn mismatch(
    column: &OutputColumn,
    field: &Column,
    longest: impl FnOnce() -> Length,
    is_written: impl FnOnce(SqlType) -> bool,
) -> Option<(String, String)> {
    let (name, ty, wanted) = (&field.name, column.ty, column_type(field));
    let is = || format!("`{name}` is a {} field", field.ty.field());
    if let (Some(length), Some(Length::Known(limit))) = (ty.text_length(), wanted.text_length()) {
        // Conditions can keep out what is too long for the field, where the type would let it in.
        let length = match length {
            Length::Known(length) if length <= limit => return None,
            Length::Unknown => return None,
            _ => longest(),
        };
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
            (text && !numeric && !is_written(wanted))
                .then(|| (format!("{}, and this is text", is()), format!("write `TRY_CAST(x AS {wanted})`")))
        }
        // Text that stands in the query was seen to be a date.
        ColumnType::Date => (text && column.constant.is_none() && !is_written(wanted))
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
    use sfmc_test_support::assert_linear;

    use crate::tests::{check_known, every_sql_finding, silent, silent_known, target::target};

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
    fn silent_where_the_query_itself_says_how_long_it_is() {
        for text in [
            "SELECT CASE WHEN LEN(o.Note) <= 10 THEN o.Note ELSE LEFT(o.Note, 10) END AS City FROM Orders o",
            "SELECT CASE WHEN LEN(Note) > 10 THEN LEFT(Note, 10) ELSE Note END AS City FROM Orders",
            "SELECT IIF(11 > LEN(Note), Note, NULL) AS City FROM Orders",
            "SELECT o.Note AS City FROM Orders o WHERE LEN(Note) < 11",
            "SELECT x.Note AS City FROM (SELECT Note FROM Orders WHERE LEN(ISNULL(Note, '')) BETWEEN 1 AND 10) x",
            "SELECT UPPER(City) AS City FROM Orders WHERE City IN ('Oslo', 'Rome') OR City = 'Paris'",
            "SELECT CONCAT(City, '-x') AS City FROM Orders WHERE LEN(CONCAT(city, '-x')) <= 10",
            "SELECT COALESCE(o.City, '?') AS City FROM Orders o JOIN Orders p ON p.OrderId = o.OrderId AND LEN(o.City) = 2",
            "SELECT DATENAME(MONTH, Placed) AS City, DATENAME(dw, Placed) AS OrderId FROM Orders",
            "SELECT CONCAT(DATENAME(yy, Placed), '-', 'Q', DATENAME(qq, Placed)) AS City FROM Orders",
        ] {
            silent_known("sql/target-type", &target(), text);
        }
    }

    #[test]
    fn on_what_conditions_let_through() {
        for text in [
            "SELECT CASE WHEN LEN(Note) <= 11 THEN Note ELSE '' END AS City FROM Orders",
            "SELECT CASE WHEN LEN(Note) <= 10 THEN '' ELSE Note END AS City FROM Orders",
            "SELECT Note AS City FROM Orders WHERE LEN(City) <= 10",
            "SELECT Note AS City FROM Orders WHERE LEN(Note) <= 10 OR Total = 1",
            "SELECT Note AS City FROM Orders WHERE LEN(TRIM(Note)) > 1",
            "SELECT o.Note AS City FROM Orders o LEFT JOIN Report r ON r.OrderId = o.OrderId AND LEN(o.Note) < 5",
            "SELECT City FROM Orders WHERE City IN ('Oslo', 'Frederikstad')",
            "SELECT CONCAT(DATENAME(MONTH, Placed), YEAR(Placed)) AS City FROM Orders",
            "SELECT Note AS City FROM Orders WHERE LEN(Note) < 5 UNION SELECT Note FROM Orders",
        ] {
            let found = every_sql_finding(text, &target());
            assert!(found.iter().any(|found| found.rule.id == "sql/target-type"), "{text}");
        }
    }

    #[test]
    fn silent_on_texts_that_the_query_writes() {
        for text in [
            "SELECT CONVERT(VARCHAR(10), o.Placed, 120) AS Placed FROM Orders o",
            "SELECT FORMAT(Placed, 'yyyy-MM-dd') AS Placed FROM Orders",
            "SELECT CONCAT(YEAR(GETDATE()), '-01-01') AS Placed FROM Orders",
            "SELECT CAST(Placed AS VARCHAR(20)) AS Placed FROM Orders",
            "SELECT x.d AS Placed FROM (SELECT LEFT(CONVERT(VARCHAR, Placed, 126), 10) AS d FROM Orders) x",
            "SELECT CASE WHEN Total > 1 THEN '2026-01-01' ELSE CONVERT(CHAR(8), Placed, 112) END AS Placed FROM Orders",
            "SELECT CAST(MONTH(Placed) AS VARCHAR(2)) + '/1/' + CAST(YEAR(Placed) AS VARCHAR(4)) AS Placed FROM Orders",
            "SELECT CONCAT(YEAR(Placed), '-', RIGHT('0' + CAST(MONTH(Placed) AS VARCHAR(2)), 2), '-01') AS Placed FROM Orders",
            "SELECT CONVERT(VARCHAR(10), Placed, 120) + ' 00:00:00' AS Placed FROM Orders",
            "SELECT CONCAT(FORMAT(Placed, 'yyyy-MM'), '-01') AS Placed FROM Orders",
            "SELECT CONVERT(CHAR(10), Placed, 120) + ' ' + CONVERT(CHAR(8), Placed, 108) AS Placed FROM Orders",
            "SELECT CONCAT(CONVERT(CHAR(10), Placed, 101), ' ', DATEPART(HOUR, Placed), ':00') AS Placed FROM Orders",
            "SELECT CASE WHEN City = 'x' THEN '1' ELSE '0' END AS Total FROM Orders",
            "SELECT CAST(MONTH(Placed) AS VARCHAR(2)) AS Total FROM Orders",
            "SELECT CAST(Total AS VARCHAR(5)) AS Total FROM Orders",
            "SELECT CONVERT(VARCHAR(8), Placed, 112) AS Total FROM Orders",
            "SELECT FORMAT(Placed, 'yyyyMMdd') AS Total FROM Orders",
            "SELECT DATENAME(YEAR, Placed) AS Total FROM Orders",
        ] {
            silent_known("sql/target-type", &target(), text);
        }
        for text in [
            "SELECT CONVERT(VARCHAR(10), Placed, 103) AS Placed FROM Orders",
            "SELECT CONVERT(VARCHAR(7), Placed, 120) AS Placed FROM Orders",
            "SELECT FORMAT(Placed, 'dd/MM/yyyy') AS Placed FROM Orders",
            "SELECT CONCAT(City, '-01-01') AS Placed FROM Orders",
            "SELECT CASE WHEN Total > 1 THEN 'never' ELSE '2026-01-01' END AS Placed FROM Orders",
            "SELECT CASE WHEN Total > 1 THEN City ELSE '1' END AS Total FROM Orders",
            "SELECT DATENAME(MONTH, Placed) AS Total FROM Orders",
            "SELECT CAST(City AS VARCHAR(5)) AS Total FROM Orders",
            "SELECT CAST(Total AS VARCHAR(2)) AS Total FROM Orders",
            "SELECT CONCAT(YEAR(Placed), '-Q', DATEPART(QUARTER, Placed)) AS Placed FROM Orders",
            "SELECT CONCAT(YEAR(Placed), '-', MONTH(Placed)) AS Placed FROM Orders",
            "SELECT CONCAT(DATENAME(WEEKDAY, Placed), '') AS Placed FROM Orders",
            "SELECT CONCAT(NEWID(), '-01-01') AS Placed FROM Orders",
            "SELECT CAST(Placed AS VARCHAR(MAX)) + 'banana' AS Placed FROM Orders",
            "SELECT FORMAT(Placed, 'D') AS Placed FROM Orders",
            "SELECT FORMAT(Placed, 'dddd, MMMM dd, yyyy') AS Placed FROM Orders",
            "SELECT CONVERT(VARCHAR(8), Placed, 11) AS Placed FROM Orders",
            "SELECT CONVERT(VARCHAR(8), Placed, 108) AS Placed FROM Orders",
        ] {
            let found = every_sql_finding(text, &target());
            assert!(found.iter().any(|found| found.rule.id == "sql/target-type"), "{text}");
        }
    }

    /// Many columns made of one long expression are no more work than the text is long.
    #[test]
    fn columns_of_one_expression_are_linear_work() {
        for name in ["City", "Total"] {
            let text = |count: usize| {
                let columns = format!("x.a AS {name}, ").repeat(count);
                let arms = "WHEN o.City = '0' THEN o.Note ".repeat(count);
                format!("SELECT {columns}x.a AS {name} FROM (SELECT CASE {arms}END AS a FROM Orders o) x")
            };
            assert_linear(name, [100, 1000], text, |text| drop(every_sql_finding(&text, &target())));
        }
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
