use sfmc_catalog::sql::function;
use sfmc_semantic::sql::{ArgKind, Call, SqlType, date_part};
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, ArithOp},
    },
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A function or an operator gets values of types that it takes.
    ///
    /// ## Why
    /// The server turns most values into what a function asks for; some it does not: sums and averages of text, of dates and of true and
    /// false, FORMAT of text, EOMONTH of a number, DATEADD of as many days as a text says. `+` and `-` count days of a datetime, but not of
    /// a date, a time or a datetime2, and dates cannot be multiplied. It refuses the query then, whatever the values are. COUNT takes `*`;
    /// others do not. A date has no hours, and a time no days, that DATEADD or DATEPART could take (message 9810); texts have no
    /// difference, and true and false no sum.
    /// Source: sql-functions.json (parameters), and T-SQL's reference (messages 206, 402, 8116 and 8117).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SUM(CASE WHEN City = 'Oslo' THEN '1' ELSE '0' END) AS Orders FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SUM(CASE WHEN City = 'Oslo' THEN 1 ELSE 0 END) AS Orders FROM Orders
    /// ```
    pub ArgumentType {
        id: "sql/argument-type",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for ArgumentType {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::CallExpr) {
        let meaning = ctx.meaning();
        let Some(call) = meaning.call_at(node.range()) else { return };
        let Some(first) = call.args.first().filter(|_| !call.qualified && !meaning.doubtful) else { return };
        if let Some((range, message, help)) = without_part(call) {
            ctx.report::<Self>(range, message).help(help);
            return;
        }
        // The first says which part of the date, or how to hash.
        let second = ["DATEADD", "HASHBYTES"].iter().any(|name| call.name.eq_ignore_ascii_case(name));
        let first = if second { call.args.get(1).unwrap_or(first) } else { first };
        let name = call.name.to_ascii_uppercase();
        // Only of some functions `*` is all that there is to count or to sum up.
        let starred = matches!(name.as_str(), "COUNT" | "COUNT_BIG" | "CHECKSUM" | "BINARY_CHECKSUM");
        if call.args.len() == 1 && first.kind == ArgKind::Star && !starred && function(&name).is_some() {
            ctx.report::<Self>(first.range, format!("`{name}` does not take `*`")).help("name the column");
            return;
        }
        let (refused, help) = match name.as_str() {
            "SUM" | "AVG" | "STDEV" | "STDEVP" | "VAR" | "VARP" => {
                (!first.ty().is_number() || first.ty() == SqlType::Bit, "turn it into a number: `CAST(x AS int)`")
            }
            "MIN" | "MAX" => (first.ty() == SqlType::Bit, "turn it into a number: `CAST(x AS int)`"),
            "HASHBYTES" => {
                let refused = first.ty().is_number() || first.ty().is_date();
                (refused && call.args.len() == 2, "turn it into a text first: `CONVERT(varchar(20), x)`")
            }
            "FORMAT" => (first.ty().is_text() || first.ty() == SqlType::Bit, "turn it into a date or a number first"),
            "DATEADD" => (first.ty().is_text() && call.args.len() == 3, "turn it into a number: `CAST(x AS int)`"),
            "EOMONTH" => (first.ty().is_number(), "turn it into a date first"),
            _ => return,
        };
        let known = !matches!(first.ty(), SqlType::Unknown | SqlType::Null | SqlType::Condition | SqlType::Variant);
        if refused && known {
            let what = kind_of(first.ty());
            ctx.report::<Self>(first.range, format!("`{name}` does not take {what}")).help(help);
        }
    }
}

/// A part of a date that a value of its type does not have: hours of a DATE, years of a TIME.
fn without_part(call: &Call) -> Option<(TextRange, String, &'static str)> {
    let name = ["DATEADD", "DATEPART", "DATENAME"].into_iter().find(|name| call.name.eq_ignore_ascii_case(name))?;
    let [part, .., value] = call.args.as_slice() else { return None };
    if call.args.len() != if name == "DATEADD" { 3 } else { 2 } {
        return None;
    }
    let ArgKind::Word(word) = &part.kind else { return None };
    let part = date_part(word)?;
    let of_time = matches!(part, "hour" | "minute" | "second" | "millisecond" | "microsecond" | "nanosecond");
    let (lacks, help) = match value.ty() {
        SqlType::Date => (of_time, "turn it into a datetime first: `CAST(x AS datetime)`"),
        SqlType::Time => (!of_time && part != "tzoffset", "a time has hours, minutes and seconds"),
        _ => return None,
    };
    lacks.then(|| (value.range, format!("`{name}` finds no {part} in a {}", value.ty()), help))
}

impl CheckSql<sql::UnaryExpr> for ArgumentType {
    fn check(ctx: &mut SqlContext<'_>, unary: &sql::UnaryExpr) {
        let (Some(minus), Some(value)) = (unary.minus_token(), unary.expr()) else { return };
        let ty = ctx.meaning().expr(&value).map_or(SqlType::Unknown, |info| info.ty);
        if (ty.is_text() || ty.is_date()) && !ctx.meaning().doubtful && !ctx.is_broken(unary.range()) {
            ctx.report::<Self>(minus.text_range(), format!("`-` does not take {}", named(ty)))
                .help("turn it into a number first: `CAST(x AS int)`");
        }
    }
}

impl CheckSql<sql::TimeZoneExpr> for ArgumentType {
    fn check(ctx: &mut SqlContext<'_>, zone: &sql::TimeZoneExpr) {
        let Some(value) = zone.value() else { return };
        let ty = ctx.meaning().expr(&value).map_or(SqlType::Unknown, |info| info.ty);
        let refused = matches!(ty, SqlType::Date | SqlType::Time) || ty.is_number();
        if refused && !ctx.meaning().doubtful && !ctx.is_broken(zone.range()) {
            ctx.report::<Self>(value.range(), format!("`AT TIME ZONE` does not take {}", named(ty)))
                .help("turn it into a datetime first: `CAST(x AS datetime)`");
        }
    }
}

impl CheckSql<sql::ArithExpr> for ArgumentType {
    fn check(ctx: &mut SqlContext<'_>, chain: &sql::ArithExpr) {
        let meaning = ctx.meaning();
        if meaning.doubtful || ctx.is_broken(chain.range()) {
            return;
        }
        let ty = |operand: &sql::Expr| meaning.expr(operand).map_or(SqlType::Unknown, |info| info.ty);
        let mut operands = chain.operands();
        let Some(first) = operands.next() else { return };
        let mut left = ty(&first);
        for (operand, (sign, op)) in operands.zip(chain.ops()) {
            let (right, Some(op)) = (ty(&operand), op) else { return };
            if let Some(help) = refused(op, left, right) {
                let message = format!("`{}` does not take {} and {}", sign.text(), named(left), named(right));
                ctx.report::<Self>(sign.text_range(), message).help(help);
                return;
            }
            // Only of these it is simple what comes out.
            left = match (left, right) {
                (SqlType::DateTime, right) if right.is_number() => SqlType::DateTime,
                (left, right) if left.is_number() && right.is_number() => left.join(right),
                _ => return,
            };
        }
    }
}

/// What to do instead, where an operator surely takes no values of these types.
fn refused(op: ArithOp, left: SqlType, right: SqlType) -> Option<&'static str> {
    // These alone know days as numbers.
    let counts = |ty: SqlType| matches!(ty, SqlType::DateTime | SqlType::SmallDateTime);
    let is_day = |ty: SqlType| ty.is_date() && !counts(ty);
    let is_known = |ty: SqlType| ty.is_date() || ty.is_number();
    let is_bit = left == SqlType::Bit && right == SqlType::Bit;
    let is_float = |ty: SqlType| matches!(ty, SqlType::Float | SqlType::Real);
    let has_point = |ty: SqlType| is_float(ty) || matches!(ty, SqlType::Decimal(_));
    match op {
        ArithOp::BitAnd | ArithOp::BitOr | ArithOp::BitXor => {
            let some = left.is_number() && right.is_number() && (has_point(left) || has_point(right));
            some.then_some("turn it into a whole number first: `CAST(x AS int)`")
        }
        _ if is_bit => Some("turn one of them into a number: `CAST(x AS int)`"),
        ArithOp::Subtract | ArithOp::Multiply | ArithOp::Divide | ArithOp::Remainder
            if left.is_text() && right.is_text() =>
        {
            Some("turn them into numbers first: `CAST(x AS int)`")
        }
        ArithOp::Remainder if left.is_number() && right.is_number() && (is_float(left) || is_float(right)) => {
            Some("turn it into a decimal first: `CAST(x AS decimal(18, 2))`")
        }
        ArithOp::Add | ArithOp::Subtract if !(is_day(left) || is_day(right)) => None,
        ArithOp::Add if left.is_text() || right.is_text() => Some("write CONCAT, or FORMAT the date"),
        ArithOp::Subtract if left.is_date() && right.is_date() => Some("write `DATEDIFF(day, from, until)`"),
        ArithOp::Add | ArithOp::Subtract if is_known(left) && is_known(right) => Some("write `DATEADD(day, n, date)`"),
        ArithOp::Multiply | ArithOp::Divide | ArithOp::Remainder => {
            let some = is_known(left) && is_known(right) && (left.is_date() || right.is_date());
            some.then_some("turn it into a number first: `DATEDIFF(day, from, until)`")
        }
        _ => None,
    }
}

fn named(ty: SqlType) -> String {
    match ty {
        ty if ty.is_text() => "a text".to_owned(),
        SqlType::Float | SqlType::Real => "a float".to_owned(),
        SqlType::Decimal(_) => "a decimal".to_owned(),
        ty if ty.is_number() && ty != SqlType::Bit => "a number".to_owned(),
        ty => format!("a {ty}"),
    }
}

fn kind_of(ty: SqlType) -> &'static str {
    match ty {
        SqlType::Bit => "true and false",
        ty if ty.is_text() => "text",
        ty if ty.is_date() => "dates",
        ty if ty.is_number() => "numbers",
        _ => "values of this type",
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, check_known, silent, target::target};

    #[test]
    fn on_the_argument() {
        check(
            "sql/argument-type",
            "
SELECT AVG(CONCAT(a, b)) AS c, SUM(CAST(a AS bit)) AS d, FORMAT(LEFT(a, 3), 'd') AS e, EOMONTH(1) AS f FROM t
//         ^^^^^^^^^^^^ error: `AVG` does not take text
//                                 ^^^^^^^^^^^^^^ `SUM` does not take true and false
//                                                              ^^^^^^^^^^ `FORMAT` does not take text
//                                                                                             ^ `EOMONTH` does not take numbers
",
        );
        check(
            "sql/argument-type",
            "
SELECT DATEADD(day, 'x', a) AS b, dateadd(hour, CONCAT(c, 1), a) AS d FROM t
//                  ^^^ error: `DATEADD` does not take text
//                                              ^^^^^^^^^^^^ `DATEADD` does not take text
SELECT CAST(GETDATE() AS date) - 7 AS a, b + 1 + 2 * CAST(c AS time) AS d, CAST(a AS date) - CAST(b AS date) AS e, GETDATE() * 2 AS f FROM t
//                             ^ error: `-` does not take a date and a number
//                                                 ^ `*` does not take a number and a time
//                                                                                         ^ `-` does not take a date and a date
//                                                                                                                           ^ `*` does not take a datetime and a number
SELECT 'x' + CAST(a AS date) AS b, GETDATE() + 1 - CAST(a AS datetime2) AS c FROM t
//         ^ `+` does not take a text and a date
//                                               ^ `-` does not take a datetime and a datetime2
",
        );
        check(
            "sql/argument-type",
            "
SELECT SUM(*) AS a, max(*) AS b, AVG(*) OVER () AS c FROM t
//         ^ error: `SUM` does not take `*`
//                      ^ `MAX` does not take `*`
//                                   ^ `AVG` does not take `*`
",
        );
        check_known(
            "sql/argument-type",
            &target(),
            "
SELECT SUM(City) AS OrderId, MAX(City) AS City, SUM(Total) AS Total, AVG(Placed) AS x FROM Orders
//         ^^^^ error: `SUM` does not take text
//                                                                       ^^^^^^ `AVG` does not take dates
",
        );
    }

    #[test]
    fn on_true_and_false_texts_and_floats() {
        check(
            "sql/argument-type",
            "
SELECT MAX(CAST(a AS bit)) AS b, min(IsUnique) AS c, CAST(a AS bit) + CAST(b AS bit) AS d, -LEFT(a, 2) AS e, -GETDATE() AS f FROM _Open
//         ^^^^^^^^^^^^^^ error: `MAX` does not take true and false
//                                   ^^^^^^^^ `MIN` does not take true and false
//                                                                  ^ `+` does not take a bit and a bit
//                                                                                         ^ `-` does not take a text
//                                                                                                           ^ `-` does not take a datetime
SELECT LEFT(a, 2) - 'x' AS b, 'x' / UPPER(c) AS d, CAST(a AS float) % 2 AS e, CAST(a AS decimal(9,2)) & 1 AS f FROM t
//                ^ `-` does not take a text and a text
//                                ^ `/` does not take a text and a text
//                                                                  ^ `%` does not take a float and a number
//                                                                                                    ^ `&` does not take a decimal and a number
SELECT HASHBYTES('MD5', LEN(a)) AS b, HASHBYTES('MD5', GETDATE()) AS c, CAST(a AS date) AT TIME ZONE 'UTC' AS d, 1 AT TIME ZONE 'UTC' AS e FROM t
//                      ^^^^^^ `HASHBYTES` does not take numbers
//                                                     ^^^^^^^^^ `HASHBYTES` does not take dates
//                                                                      ^^^^^^^^^^^^^^^ `AT TIME ZONE` does not take a date
//                                                                                                               ^ `AT TIME ZONE` does not take a number
SELECT DATEADD(HOUR, 1, CAST(a AS date)) AS b, DATEPART(mi, EOMONTH(a)) AS c, DATEADD(YEAR, 1, CAST('10:00' AS time)) AS d FROM t
//                      ^^^^^^^^^^^^^^^ `DATEADD` finds no hour in a date
//                                                          ^^^^^^^^^^ `DATEPART` finds no minute in a date
//                                                                                             ^^^^^^^^^^^^^^^^^^^^^ `DATEADD` finds no year in a time
",
        );
    }

    #[test]
    fn silent_on_what_is_converted() {
        for text in [
            "SELECT MAX(CAST(IsUnique AS int)) AS a, COUNT(IsUnique) AS b, CAST(a AS bit) & CAST(b AS bit) AS c FROM _Open",
            "SELECT CAST(a AS bit) + 1 AS b, ISNULL(IsUnique, 0) + 0 AS c, IIF(IsUnique = 1, 1, 0) + IIF(a = 1, 1, 0) AS d FROM _Open",
            "SELECT -1 AS a, -LEN(a) AS b, +'5' AS c, -x AS d, '5' * 2 AS e, LEFT(a, 2) / 2 AS f FROM t",
            "SELECT CAST(a AS decimal(9, 2)) % 2 AS b, 5 % 2 AS c, CAST(a AS int) | 4 AS d, CAST(a AS float) / 2 AS e FROM t",
            "SELECT HASHBYTES('MD5', LEFT(a, 2)) AS b, HASHBYTES('MD5', a) AS c, HASHBYTES('MD5', CAST(1 AS varbinary(4))) AS d FROM t",
            "SELECT GETDATE() AT TIME ZONE 'UTC' AS a, a AT TIME ZONE 'UTC' AS b, '2026-01-01' AT TIME ZONE 'UTC' AS c FROM t",
            "SELECT DATEADD(DAY, 1, CAST(a AS date)) AS b, DATEDIFF(HOUR, CAST(a AS date), GETDATE()) AS c FROM t",
            "SELECT DATEADD(HOUR, 1, CAST(CAST(a AS date) AS datetime)) AS b, DATEPART(HOUR, CAST(a AS time)) AS c FROM t",
            "SELECT DATEADD(HOUR, 1, '2026-01-01') AS b, DATEADD(HOUR, 1, a) AS c, DATEADD(HOUR, 1, EventDate) AS d FROM _Sent",
        ] {
            silent("sql/argument-type", text);
        }
    }

    #[test]
    fn silent_on_what_fits_or_nobody_knows() {
        for text in [
            "SELECT SUM(a) AS b, AVG(CAST(a AS int)) AS c, SUM(LEN(a)) AS d, SUM(1) AS e FROM t",
            "SELECT FORMAT(a, 'd') AS b, FORMAT(GETDATE(), 'd') AS c, FORMAT(1, 'c') AS d FROM t",
            "SELECT SUM(NULL) AS b, dbo.SUM('a') AS c, MAX('a') AS d, COUNT('a') AS e FROM t",
            "SELECT SUM(CASE WHEN a = 1 THEN 1 END) AS b, SUM(CASE WHEN a = 1 THEN a ELSE '0' END) AS c FROM t",
            "SELECT COUNT(*) AS a, COUNT_BIG(*) AS b, CHECKSUM(*) AS c, MyFunction(*) AS d, COUNT(*) OVER () AS e FROM t",
            "SELECT DATEADD(day, 1, a) AS b, DATEADD(day, c, a) AS d, DATEADD(day, 1.5, 'x') AS e FROM t",
            "SELECT GETDATE() - 7 AS a, GETDATE() - GETDATE() AS b, GETDATE() + '01:00' AS c, 1 + GETDATE() + 0.5 AS d FROM t",
            "SELECT CAST(a AS date) - b AS c, a * b AS d, CAST(a AS datetime) + CAST(b AS datetime) AS e, CAST(a AS date) + NULL AS f FROM t",
            "SELECT EOMONTH('2024-01-01') AS a, EOMONTH(b, 1) AS c FROM t",
        ] {
            silent("sql/argument-type", text);
        }
    }
}
