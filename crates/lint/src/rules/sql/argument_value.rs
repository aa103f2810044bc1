use sfmc_diagnostics::Severity;
use sfmc_semantic::sql::{Call, Constant};
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext, is_day, is_optional};

declare_rule! {
    /// What a function is told by a constant is something that it knows.
    ///
    /// ## Why
    /// A length below 0 (messages 536 and 537), a day that the calendar does not have (289), a style that CONVERT does not have (281), an
    /// offset of LAG below 0 (8730), a path into JSON that does not begin with `$` (13607) and a time zone that Windows does not know by
    /// that name (9820) end the run with an error in every row that comes to it; where CASE, AND and their like say which these are, it is
    /// a warning. TRANSLATE takes as many characters as it gives (9828), and NTILE makes a group at least. Source: T-SQL's reference (LEFT,
    /// DATEFROMPARTS, CAST and CONVERT, LAG, JSON path expressions, AT TIME ZONE).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId, Placed AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin' AS Placed FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, Placed AT TIME ZONE 'UTC' AT TIME ZONE 'W. Europe Standard Time' AS Placed FROM Orders
    /// ```
    pub ArgumentValue {
        id: "sql/argument-value",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for ArgumentValue {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::CallExpr) {
        let meaning = ctx.meaning();
        let Some(call) = meaning.call_at(node.range()) else { return };
        if meaning.doubtful || call.qualified || ctx.is_broken(node.range()) {
            return;
        }
        let Some((range, message, help)) = wrong(call) else { return };
        report(ctx, node, range, message, help);
    }
}

fn report(ctx: &mut SqlContext<'_>, node: &impl AstNode, range: TextRange, message: String, help: &str) {
    let report = ctx.report::<ArgumentValue>(range, message).help(help);
    if is_optional(node.syntax()) {
        report.severity(Severity::Warning);
    }
}

/// The constant that a function does not know, what is wrong with it, and what to do.
fn wrong(call: &Call) -> Option<(TextRange, String, &'static str)> {
    let name = call.name.to_ascii_uppercase();
    let integer = |place: usize| call.args.get(place).and_then(|arg| Some((arg.range, arg.integer()?)));
    let negative = |place: usize| integer(place).filter(|(_, number)| *number < 0).map(|(range, _)| range);
    match name.as_str() {
        "LEFT" | "RIGHT" if call.args.len() == 2 => {
            negative(1).map(|range| (range, format!("`{name}` takes no length below 0"), "count from the other side"))
        }
        "SUBSTRING" => {
            negative(2).map(|range| (range, "`SUBSTRING` takes no length below 0".to_owned(), "write 0 or more"))
        }
        "NTILE" => integer(0)
            .filter(|(_, number)| *number < 1)
            .map(|(range, _)| (range, "`NTILE` makes 1 group at least".to_owned(), "write how many groups there are")),
        "TRANSLATE" => {
            let text = |place: usize| {
                let arg = call.args.get(place)?;
                Some((arg.range, arg.info.constant.as_ref().and_then(Constant::text)?.encode_utf16().count()))
            };
            let ((_, from), (range, to)) = (text(1)?, text(2)?);
            (from != to).then(|| {
                (
                    range,
                    format!("as many characters are needed as before: {from}, not {to}"),
                    "REPLACE puts a text in the place of another, whatever their lengths",
                )
            })
        }
        "LAG" | "LEAD" => {
            let other = if name == "LAG" { "LEAD looks at rows behind" } else { "LAG looks at rows before" };
            negative(1).map(|range| (range, format!("`{name}` takes no offset below 0"), other))
        }
        "DATEFROMPARTS" | "DATETIMEFROMPARTS" | "DATETIME2FROMPARTS" | "SMALLDATETIMEFROMPARTS" => {
            let (year, month, day) = (integer(0), integer(1), integer(2));
            let range = match (year, month, day) {
                (Some((_, y)), Some((_, m)), Some((last, d))) if !is_day(y, m, d) => {
                    month.filter(|(_, m)| !(1..=12).contains(m)).map_or(last, |(range, _)| range)
                }
                (_, Some((range, m)), _) if !(1..=12).contains(&m) => range,
                (_, _, Some((range, d))) if !(1..=31).contains(&d) => range,
                _ => return None,
            };
            Some((range, "the calendar has no such day".to_owned(), "count from another day with DATEADD"))
        }
        "JSON_VALUE" | "JSON_QUERY" | "JSON_MODIFY" => {
            let path = call.args.get(1)?;
            let text = path.info.constant.as_ref().and_then(Constant::text)?;
            let begins = text.trim_start_matches(|c: char| c.is_alphabetic() || c == ' ');
            // `lax`, `strict` and `append` can stand before it.
            let fits = begins.starts_with('$') && (text.starts_with('$') || text.contains(' '));
            (!fits).then(|| (path.range, "a path into JSON begins with `$`".to_owned(), "write `'$.a.b'`"))
        }
        _ => None,
    }
}

impl CheckSql<sql::ConvertExpr> for ArgumentValue {
    fn check(ctx: &mut SqlContext<'_>, convert: &sql::ConvertExpr) {
        let meaning = ctx.meaning();
        let (Some(value), Some(style)) = (convert.value(), convert.style()) else { return };
        let ty = |expr: &Expr| meaning.expr(expr).map(|info| info.ty);
        let of_date = ty(&value).is_some_and(|ty| ty.is_date());
        let to_text = ty(&Expr::ConvertExpr(convert.clone())).is_some_and(|ty| ty.is_text());
        let number = meaning.expr(&style).and_then(|info| info.constant.as_ref()).and_then(Constant::integer);
        let known = matches!(number, None | Some(0..=14 | 20..=25 | 100..=114 | 120 | 121 | 126 | 127 | 130 | 131));
        if known || !of_date || !to_text || meaning.doubtful || ctx.is_broken(convert.range()) {
            return;
        }
        let message = "CONVERT has no such style for dates".to_owned();
        report(
            ctx,
            convert,
            style.range(),
            message,
            "120 is `2024-01-31 10:00:00`, 104 is `31.01.2024`, 101 is `01/31/2024`",
        );
    }
}

impl CheckSql<sql::TimeZoneExpr> for ArgumentValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::TimeZoneExpr) {
        if ctx.meaning().doubtful || ctx.is_broken(expr.range()) {
            return;
        }
        for zone in expr.zones() {
            let constant = ctx.meaning().expr(&zone).and_then(|info| info.constant.clone());
            if constant.as_ref().and_then(Constant::text).is_some_and(|text| !is_zone(text)) {
                let message = "Windows knows no time zone of this name".to_owned();
                report(ctx, expr, zone.range(), message, "its names are like 'W. Europe Standard Time', and 'UTC'");
            }
        }
    }
}

/// Whether Windows can have a time zone of this name: all but a few of them end alike.
fn is_zone(name: &str) -> bool {
    const OTHERS: &[&str] = &["utc", "utc-11", "utc-09", "utc-08", "utc-02", "utc+12", "utc+13"];
    let name = name.trim_end().to_ascii_lowercase();
    name.contains("standard time") || OTHERS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    const RULE: &str = "sql/argument-value";

    #[test]
    fn on_the_constant() {
        check(
            RULE,
            "
SELECT LEFT(a, -1) AS b, SUBSTRING(a, 1, -5) AS c, DATEFROMPARTS(2024, 13, 1) AS d, DATEFROMPARTS(YEAR(a), 2, 32) AS e FROM t
//             ^^ error: `LEFT` takes no length below 0
//                                       ^^ `SUBSTRING` takes no length below 0
//                                                                     ^^ the calendar has no such day
//                                                                                                            ^^ the calendar has
SELECT LAG(a, -1) OVER (ORDER BY b) AS c, JSON_VALUE(j, 'a.b') AS d, DATEFROMPARTS(2023, 2, 29) AS e FROM t
//            ^^ `LAG` takes no offset below 0
//                                                      ^^^^^ a path into JSON begins with `$`
//                                                                                          ^^ the calendar has
SELECT CONVERT(varchar(10), GETDATE(), 999) AS a, CASE WHEN b = 1 THEN LEFT(c, -1) END AS d FROM t
//                                     ^^^ error: CONVERT has no such style
//                                                                             ^^ warning: `LEFT` takes no length below 0
SELECT NTILE(0) OVER (ORDER BY a) AS b, TRANSLATE(a, 'abc', 'x') AS c FROM t
//           ^ `NTILE` makes 1 group at least
//                                                          ^^^ as many characters are needed as before: 3, not 1
SELECT a AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin' AS b, a AT TIME ZONE 'UTC-6' AS c, a AT TIME ZONE 'CET' AS d FROM t
//                                       ^^^^^^^^^^^^^^^ error: Windows knows no time zone of this name
//                                                                            ^^^^^^^ Windows knows
//                                                                                                         ^^^^^ Windows knows
SELECT a FROM t WHERE LEFT(b, -1) = 'x' OR RIGHT(b, -1) = 'x'
//                            ^^ error: `LEFT` takes no length below 0
//                                                  ^^ warning: `RIGHT` takes no length below 0
",
        );
    }

    #[test]
    fn silent_on_what_they_know() {
        for text in [
            "SELECT LEFT(a, 0) AS b, LEFT(a, b - 1) AS c, SUBSTRING(a, -1, 5) AS d, CHARINDEX('x', a, -1) AS e FROM t",
            "SELECT DATEFROMPARTS(2024, 2, 29) AS a, DATEFROMPARTS(b, 12, 31) AS c, DATETIMEFROMPARTS(2024, 1, 1, 0, 0, 0, 0) AS d FROM t",
            "SELECT NTILE(4) OVER (ORDER BY a) AS b, TRANSLATE(a, 'abc', 'xyz') AS c, TRANSLATE(a, b, 'x') AS d FROM t",
            "SELECT LAG(a, 0) OVER (ORDER BY b) AS c, LEAD(a, 2, -1) OVER (ORDER BY b) AS d FROM t",
            "SELECT JSON_VALUE(j, '$.a.b') AS a, JSON_VALUE(j, 'lax $.a') AS b, JSON_MODIFY(j, 'append strict $.a', 1) AS c, JSON_QUERY(j) AS d FROM t",
            "SELECT CONVERT(varchar(10), GETDATE(), 120) AS a, CONVERT(varchar(10), b, 999) AS c, CONVERT(int, GETDATE(), 5) AS d FROM t",
            "SELECT a AT TIME ZONE 'utc' AS b, a AT TIME ZONE 'Eastern Standard Time (Mexico)' AS c, a AT TIME ZONE 'UTC+13' AS d, a AT TIME ZONE z AS e FROM t",
            "SELECT a AT TIME ZONE '{{{zone}}}' AS b, JSON_VALUE(j, '{{{path}}}') AS c FROM t",
        ] {
            silent(RULE, text);
        }
    }
}
