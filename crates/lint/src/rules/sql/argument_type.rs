use sfmc_catalog::sql::function;
use sfmc_semantic::sql::{ArgKind, SqlType};
use sfmc_syntax::ast::{
    AstNode,
    sql::{self, ArithOp},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A function or an operator gets values of types that it takes.
    ///
    /// ## Why
    /// The server turns most values into what a function asks for; some it does not: sums and averages of text, of dates and of true and
    /// false, FORMAT of text, EOMONTH of a number, DATEADD of as many days as a text says. `+` and `-` count days of a datetime, but not of
    /// a date, a time or a datetime2, and dates cannot be multiplied. It refuses the query then, whatever the values are. COUNT takes `*`;
    /// others do not. Source: sql-functions.json (parameters), and T-SQL's reference (messages 206, 402, 8116 and 8117).
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
        // The first says which part of the date.
        let first = if call.name.eq_ignore_ascii_case("DATEADD") { call.args.get(1).unwrap_or(first) } else { first };
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
    match op {
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
