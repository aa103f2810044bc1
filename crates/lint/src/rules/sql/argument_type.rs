use sfmc_catalog::sql::function;
use sfmc_semantic::sql::{ArgKind, SqlType};
use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A function gets values of types that it takes.
    ///
    /// ## Why
    /// The server turns most values into what a function asks for; some it does not: sums and averages of text, of dates and of true and
    /// false, FORMAT of text, EOMONTH of a number. It refuses the query then, whatever the values are. COUNT takes `*`; others do not.
    /// Source: sql-functions.json (parameters), and T-SQL's reference (messages 8116 and 8117).
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
            "SELECT EOMONTH('2024-01-01') AS a, EOMONTH(b, 1) AS c FROM t",
        ] {
            silent("sql/argument-type", text);
        }
    }
}
