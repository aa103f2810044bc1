use sfmc_catalog::sql::{ParamType, date_parts, function};
use sfmc_diagnostics::similar;
use sfmc_semantic::sql::{ArgKind, Call, CallArg, Constant, Target, date_part};
use sfmc_sql::holds_placeholder;
use sfmc_syntax::{
    SyntaxNode, TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, has_comment};

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
        let Some(call) = meaning.call_at(node.range()).filter(|call| takes_part(ctx, call)) else { return };
        let Some(arg) = call.args.first() else { return };
        if let Some(part) = late_part(ctx, call) {
            let name = &call.name;
            let list = node.arg_list().map(|list| list.syntax().clone());
            let text = list.as_ref().and_then(|list| part_first(ctx, call, part, list));
            let report = ctx.report::<Self>(arg.range, format!("`{name}` takes the part of the date first"));
            if let Some((list, text)) = list.zip(text) {
                let edit = TextEdit::replace(list.text_range(), text.as_str());
                report.unsafe_fix(format!("write `{name}{text}`"), [edit]);
            }
            return;
        }
        match &arg.kind {
            ArgKind::Word(word) if date_part(word).is_none() => unknown(ctx, arg, word),
            ArgKind::Value => value(ctx, arg),
            _ => {}
        }
    }
}

/// Whether a call is one of a function that takes a part of a date first. Of one with too few arguments nobody knows which is missing.
fn takes_part(ctx: &SqlContext<'_>, call: &Call) -> bool {
    let first = function(&call.name)
        .filter(|function| call.args.len() >= usize::from(function.min))
        .and_then(|function| function.params.first());
    !ctx.meaning().doubtful && !call.qualified && first.is_some_and(|param| param.ty == ParamType::DatePart)
}

/// The part of a date that a call is given behind something else: `(OrderDate, day, 1)`.
pub(super) fn late_part<'c>(ctx: &SqlContext<'_>, call: &'c Call) -> Option<&'c CallArg> {
    // No function of dates takes more arguments.
    const MAX_ARGS: usize = 8;
    let (first, rest) = call.args.split_first()?;
    let fits = match &first.kind {
        ArgKind::Word(word) => date_part(word).is_none(),
        ArgKind::Placeholder => false,
        _ => true,
    };
    if !fits || call.args.len() > MAX_ARGS || !takes_part(ctx, call) || holds_placeholder(ctx.text(first.range)) {
        return None;
    }
    // What can be a column is one.
    let is_absent = |arg: &CallArg| {
        let mut columns = ctx.meaning().references_in(arg.range);
        columns.all(|reference| reference.target == Target::Absent(None))
    };
    rest.iter().find(|arg| date_part(ctx.text(arg.range)).is_some() && is_absent(arg))
}

/// The arguments with the part in front.
fn part_first(ctx: &SqlContext<'_>, call: &Call, part: &CallArg, list: &SyntaxNode) -> Option<String> {
    let mut others: Vec<&CallArg> = call.args.iter().filter(|arg| arg.range != part.range).collect();
    // The number stands before the date.
    if let [one, other] = others.as_slice()
        && call.name.eq_ignore_ascii_case("DATEADD")
    {
        let (one, other) = (one.ty(), other.ty());
        let number_first = one.is_number() && !other.is_number() || other.is_date() && !one.is_date();
        let date_first = other.is_number() && !one.is_number() || one.is_date() && !other.is_date();
        match (number_first, date_first) {
            (true, false) => {}
            (false, true) => others.reverse(),
            _ => return None,
        }
    }
    let text = |arg: &CallArg| Some(ctx.text(arg.range)).filter(|text| !text.is_empty());
    let others: Option<Vec<&str>> = others.into_iter().map(text).collect();
    (!has_comment(list)).then_some(format!("({}, {})", text(part)?, others?.join(", ")))
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
    use crate::tests::{check, fixed, silent, unfixed};

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
        fixed(
            "sql/date-part",
            "SELECT DATEADD(d.a, day, d.n) AS b FROM (SELECT EventDate AS a, n FROM _Sent JOIN t ON 1 = 1) d",
            "SELECT DATEADD(day, d.n, d.a) AS b FROM (SELECT EventDate AS a, n FROM _Sent JOIN t ON 1 = 1) d",
        );
        for text in [
            "SELECT DATEADD(d.a, day, d.n) AS b FROM (SELECT a, n FROM t) d",
            "SELECT DATEADD(d.a /* from */, day, 1) AS b FROM (SELECT a FROM t) d",
            "SELECT DATEADD(d.a, day, 1 -- one\n) AS b FROM (SELECT a FROM t) d",
        ] {
            unfixed("sql/date-part", text);
        }
        silent("sql/date-part", "SELECT DATEADD(day, month, a) AS b FROM t");
    }

    #[test]
    fn silent_where_it_can_be_a_column() {
        for text in [
            "SELECT DATEADD([day], 1, Week) AS w FROM Foo JOIN Bar ON Foo.k = Bar.k",
            "SELECT DATEADD([day], 1, Week) AS w FROM (SELECT a FROM t) d",
            "SELECT DATEDIFF(\"day\", Hour, GETDATE()) AS h FROM (SELECT a FROM t) d",
            "SELECT DATEDIFF({{{part}}}, Day, GETDATE()) AS d FROM Foo JOIN Bar ON Foo.k = Bar.k",
            "SELECT DATEDIFF({{{part}}}, Day, GETDATE()) AS d FROM (SELECT a FROM t) d",
        ] {
            silent("sql/date-part", text);
        }
        fixed(
            "sql/date-part",
            "SELECT DATEADD(months, 1, Week) AS w FROM Foo JOIN Bar ON Foo.k = Bar.k",
            "SELECT DATEADD(month, 1, Week) AS w FROM Foo JOIN Bar ON Foo.k = Bar.k",
        );
    }

    #[test]
    fn writes_the_word() {
        fixed("sql/date-part", "SELECT DATEADD('day', 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD('Days', 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD(\"days\", 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
        fixed("sql/date-part", "SELECT DATEADD(Days, 1, a) AS b FROM t", "SELECT DATEADD(day, 1, a) AS b FROM t");
    }
}
