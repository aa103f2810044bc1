use sfmc_catalog::sql::{ParamType, date_parts, function};
use sfmc_diagnostics::similar;
use sfmc_semantic::sql::{ArgKind, Call, CallArg, Constant, Target, date_part};
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
        if let Some(text) = part_first(ctx, call) {
            let name = &call.name;
            let list = node.arg_list().map_or(node.range(), |list| list.range());
            ctx.report::<Self>(arg.range, format!("`{name}` takes the part of the date first"))
                .unsafe_fix(format!("write `{name}{text}`"), [TextEdit::replace(list, text)]);
            return;
        }
        match &arg.kind {
            ArgKind::Word(word) if date_part(word).is_none() => unknown(ctx, arg, word),
            ArgKind::Value => value(ctx, arg),
            _ => {}
        }
    }
}

/// The arguments with the part in front, where it stands behind something else: `(OrderDate, day, 1)`.
fn part_first(ctx: &SqlContext<'_>, call: &Call) -> Option<String> {
    let meaning = ctx.meaning();
    let is_column = |arg: &CallArg| {
        let mut columns = meaning.references_in(arg.range);
        columns.any(|reference| !matches!(reference.target, Target::Absent(None) | Target::Unknown))
    };
    let is_part = |arg: &CallArg| date_part(ctx.text(arg.range)).is_some() && !is_column(arg);
    let (first, rest) = call.args.split_first()?;
    let place = rest.iter().position(is_part).filter(|_| !is_part(first))?;
    let text = |arg: &CallArg| Some(ctx.text(arg.range)).filter(|text| !text.is_empty() && !text.contains("--"));
    let part = rest.get(place)?;
    let mut others: Vec<&CallArg> = call.args.iter().filter(|arg| arg.range != part.range).collect();
    // The number stands before the date.
    if let [one, other] = others.as_slice()
        && call.name.eq_ignore_ascii_case("DATEADD")
        && !one.ty().is_number()
        && other.ty().is_number()
    {
        others.reverse();
    }
    let others: Option<Vec<&str>> = others.into_iter().map(text).collect();
    Some(format!("({}, {})", text(part)?, others?.join(", ")))
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
    fn puts_the_part_first() {
        check(
            "sql/date-part",
            "
SELECT DATEADD(d.a, day, 1) AS b, DATEDIFF(a, GETDATE(), month) AS c FROM (SELECT a FROM t) d
//             ^^^ error: `DATEADD` takes the part of the date first
//                                         ^ `DATEDIFF` takes the part of the date first
",
        );
        fixed(
            "sql/date-part",
            "SELECT DATEADD(d.a, day, 1) AS b FROM (SELECT a FROM t) d",
            "SELECT DATEADD(day, 1, d.a) AS b FROM (SELECT a FROM t) d",
        );
        fixed(
            "sql/date-part",
            "SELECT DATEDIFF(a, GETDATE(), month) AS b FROM (SELECT a FROM t) d",
            "SELECT DATEDIFF(month, a, GETDATE()) AS b FROM (SELECT a FROM t) d",
        );
        fixed(
            "sql/date-part",
            "SELECT DATEADD(weeks, day, 1) AS b FROM (SELECT day FROM t) d",
            "SELECT DATEADD(week, day, 1) AS b FROM (SELECT day FROM t) d",
        );
        silent("sql/date-part", "SELECT DATEADD(day, month, a) AS b FROM t");
    }

    #[test]
    fn writes_the_word() {
        fixed("sql/date-part", "SELECT DATEADD('day', 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD('Days', 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD(\"days\", 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD(Days, 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
    }
}
