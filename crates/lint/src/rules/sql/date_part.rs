use sfmc_catalog::sql::{ParamType, date_parts, function};
use sfmc_diagnostics::similar;
use sfmc_semantic::sql::{ArgKind, CallArg, Constant, date_part};
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Functions of dates are told a part of the date by its name.
    ///
    /// ## Why
    /// DATEADD, DATEDIFF, DATEPART and their like know a few words (`day`, `month`, `hour`, …) and their abbreviations. The server refuses
    /// another word, a text in quotes (message 1023) and a column. `[day]` and `"day"` are names and as good as `day`.
    /// Source: sql-functions.json (date parts).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId, DATEADD(days, 7, Placed) AS Due FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, DATEADD(day, 7, Placed) AS Due FROM Orders
    /// ```
    pub DatePart {
        id: "sql/date-part",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for DatePart {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::CallExpr) {
        let meaning = ctx.meaning();
        let Some(call) = meaning.call_at(node.range()) else { return };
        // Of one with too few arguments nobody knows which is missing.
        let takes_part = function(&call.name)
            .filter(|function| call.args.len() >= usize::from(function.min))
            .and_then(|function| function.params.first())
            .is_some_and(|param| param.ty == ParamType::DatePart);
        if meaning.doubtful || call.qualified || !takes_part {
            return;
        }
        let Some(arg) = call.args.first() else { return };
        match &arg.kind {
            ArgKind::Word(word) if date_part(word).is_none() => unknown(ctx, arg, word),
            ArgKind::Value => value(ctx, arg),
            _ => {}
        }
    }
}

fn unknown(ctx: &mut SqlContext<'_>, arg: &CallArg, word: &str) {
    let plural = word.strip_suffix(['s', 'S']).and_then(date_part);
    let near = plural.or_else(|| similar::closest(word, date_parts().iter().map(|part| part.name)));
    let report = ctx.report::<DatePart>(arg.range, format!("`{word}` is no part of a date"));
    if let Some(near) = near {
        let edit = TextEdit::replace(arg.range, near);
        report.help(format!("did you mean `{near}`?")).unsafe_fix(format!("write `{near}`"), [edit]);
    }
}

fn value(ctx: &mut SqlContext<'_>, arg: &CallArg) {
    let text = arg.info.constant.as_ref().and_then(Constant::text);
    let part = text.map(str::trim).filter(|text| date_part(text).is_some());
    let plural = text.and_then(|text| text.trim().strip_suffix(['s', 'S'])).and_then(date_part);
    let report = ctx.report::<DatePart>(arg.range, "the part of a date is a bare word, not a value");
    match (part, plural) {
        (Some(part), _) => report.fix(format!("write `{part}`"), [TextEdit::replace(arg.range, part)]),
        (None, Some(part)) => report.unsafe_fix(format!("write `{part}`"), [TextEdit::replace(arg.range, part)]),
        (None, None) => report.help("write `day`, `month`, `year`, `hour`, …"),
    };
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_argument() {
        check(
            "sql/date-part",
            "
SELECT DATEADD(months, 1, a) AS b, DATEDIFF('day', a, b) AS c, DATEPART(t.x, a) AS d, DATENAME(weak, a) AS e FROM t
//             ^^^^^^ error: `months` is no part of a date
//                                          ^^^^^ the part of a date is a bare word, not a value
//                                                                      ^^^ the part of a date is a bare word, not a value
//                                                                                             ^^^^ `weak` is no part of a date
",
        );
    }

    #[test]
    fn silent_on_parts() {
        for text in [
            "SELECT DATEADD(day, 1, a) AS b, DATEADD(MM, 1, a) AS c, DATEPART(iso_week, a) AS d FROM t",
            "SELECT DATEDIFF([day], a, b) AS c, DATENAME(dw, a) AS d, DATEPART(\"dd\", a) AS e FROM t",
            "SELECT DATEADD({{{part}}}, 1, a) AS b FROM t",
            "SELECT YEAR(a) AS b, DATEFROMPARTS(a, 1, 1) AS c FROM t",
            "SELECT dbo.DATEADD(months, 1, a) AS b FROM t",
            "SELECT DATEADD(, 1, a) AS b FROM t",
        ] {
            silent("sql/date-part", text);
        }
    }

    #[test]
    fn writes_the_word() {
        fixed("sql/date-part", "SELECT DATEADD('day', 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD('Days', 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD(\"days\", 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD(Days, 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
    }
}
