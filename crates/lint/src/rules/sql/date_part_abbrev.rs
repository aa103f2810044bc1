use sfmc_catalog::sql::{ParamType, date_part, function};
use sfmc_semantic::sql::ArgKind;
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A part of a date is written out.
    ///
    /// ## Why
    /// `m` is the month and `mi` or `n` the minute, `y` is the day of the year and `w` that of the week: the full words need no looking up.
    /// The server takes both, so this is off until it is asked for. Source: rules.md, 2.5 (sql/date-part-abbrev); sql-functions.json (date parts).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId, DATEADD(dd, 7, Placed) AS Due FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, DATEADD(day, 7, Placed) AS Due FROM Orders
    /// ```
    pub DatePartAbbrev {
        id: "sql/date-part-abbrev",
        aliases: [],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for DatePartAbbrev {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::CallExpr) {
        let Some(call) = ctx.meaning().call_at(node.range()).filter(|call| !call.qualified) else { return };
        let takes_part = function(&call.name)
            .and_then(|function| function.params.first())
            .is_some_and(|param| param.ty == ParamType::DatePart);
        let Some(arg) = call.args.first().filter(|_| takes_part) else { return };
        let ArgKind::Word(word) = &arg.kind else { return };
        let Some(part) = date_part(word).filter(|part| !part.name.eq_ignore_ascii_case(word)) else { return };
        let name = match word.chars().any(char::is_lowercase) {
            true => part.name.to_owned(),
            false => part.name.to_uppercase(),
        };
        ctx.report::<Self>(arg.range, format!("`{word}` is short for `{name}`"))
            .fix(format!("write `{name}`"), [TextEdit::replace(arg.range, name)]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_word() {
        check(
            "sql/date-part-abbrev",
            "
SELECT DATEADD(dd, 1, a) AS b, DATEDIFF(MI, a, b) AS c, DATEPART(y, a) AS d FROM t
//             ^^ hint: `dd` is short for `day`
//                                      ^^ `MI` is short for `MINUTE`
//                                                               ^ `y` is short for `dayofyear`
",
        );
    }

    #[test]
    fn silent_on_whole_words() {
        for text in [
            "SELECT DATEADD(DAY, 1, a) AS b, DATEDIFF(Minute, a, b) AS c FROM t",
            "SELECT DATEADD(days, 1, a) AS b FROM t",
            "SELECT DATEADD('dd', 1, a) AS b FROM t",
            "SELECT LEFT(dd, 1) AS b, dbo.DATEADD(dd, 1, a) AS c FROM t",
        ] {
            silent("sql/date-part-abbrev", text);
        }
    }

    #[test]
    fn writes_it() {
        for (short, long) in [("mm", "month"), ("WK", "WEEK"), ("w", "weekday"), ("N", "MINUTE")] {
            let with = |part: &str| format!("SELECT DATEADD({part}, 1, a) AS b FROM t");
            fixed("sql/date-part-abbrev", &with(short), &with(long));
        }
    }
}
