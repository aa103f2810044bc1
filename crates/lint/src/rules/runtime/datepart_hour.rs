use sfmc_semantic::{Constant, Expr, ExprId};

use crate::flow::{CallSite, CheckCall, CheckFlow, Comparison, FlowContext};

declare_rule! {
    /// The hour that DatePart returns is not compared as one of 24.
    ///
    /// ## Why
    /// `DatePart(…, "H")` reads a clock of 12 hours and does not say whether it is morning: 19:35 is 7, midnight is 12, and so is a date
    /// without a time. A comparison with it is wrong for half of the day, and a time that is put together of it is too: `Concat(…, ":", …)`
    /// without AM or PM anywhere in the page. Source: rules.md 2.2; the notes of DatePart (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if DatePart(Now(), "H") < 12 then set @greeting = "Good morning" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if FormatDate(Now(), "", "HH") < 12 then set @greeting = "Good morning" endif ]%%
    /// ```
    pub DatepartHour {
        id: "amp/datepart-hour",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// Whether an expression is the hour of a date.
fn is_hour(ctx: &FlowContext<'_>, expr: ExprId) -> bool {
    let source = ctx.source_call(expr).filter(|source| source.function.name == "DatePart");
    let part = source.and_then(|source| source.constant(1)).and_then(Constant::as_text);
    part.is_some_and(|part| part.eq_ignore_ascii_case("h") || part.eq_ignore_ascii_case("hour"))
}

/// Whether a text behind an hour goes on with minutes: `:`, `:00`, `h`.
fn begins_minutes(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(':') || text.strip_prefix('h').is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
}

impl CheckFlow<Comparison> for DatepartHour {
    fn check(ctx: &mut FlowContext<'_>, item: &Comparison) {
        for side in [item.lhs, item.rhs] {
            if !is_hour(ctx, side) || ctx.is_next() {
                continue;
            }
            // Two hours of the same clock can be compared for what they are.
            let other = if side == item.lhs { item.rhs } else { item.lhs };
            if ctx.constant(other).and_then(Constant::as_integer).is_none() || ctx.asks_for_half() {
                continue;
            }
            let is_variable = matches!(ctx.expr(side), Expr::Variable(_));
            let (range, set_at) = (ctx.range(side), ctx.set_at(side).filter(|_| is_variable));
            ctx.report::<Self>(range, "this hour is one of 12: 19:35 is 7, and midnight is 12")
                .help("`FormatDate(date, \"\", \"HH\")` returns 00 to 23")
                .set_at(set_at);
        }
    }
}

/// `Concat(DatePart(@d, "H"), ":", …)`: a time that is shown without saying which half of the day it is in.
impl CheckCall for DatepartHour {
    const FUNCTIONS: &'static [&'static str] = &["Concat"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if ctx.is_next() {
            return;
        }
        let args = ctx.args(call);
        let is_shown = |(_, pair): &(usize, &[ExprId])| match **pair {
            [hour, behind] => ctx.constant_text(behind).is_some_and(begins_minutes) && is_hour(ctx, hour),
            _ => false,
        };
        let Some((at, &[hour, behind])) = args.windows(2).enumerate().find(is_shown) else { return };
        // What stands behind the minutes can say it.
        let has_minutes = ctx.constant_text(behind).is_some_and(|text| text.contains(|c: char| c.is_ascii_digit()));
        let rest = args.get(at + if has_minutes { 2 } else { 3 }..).unwrap_or(&[]);
        let is_part = |arg: ExprId| ctx.source_call(arg).is_some_and(|source| source.function.name == "DatePart");
        if rest.iter().any(|&arg| ctx.constant(arg).is_none() && !is_part(arg)) {
            return;
        }
        if ctx.names_half() || ctx.asks_for_half() {
            return;
        }
        let is_variable = matches!(ctx.expr(hour), Expr::Variable(_));
        let (range, set_at) = (ctx.range(hour), ctx.set_at(hour).filter(|_| is_variable));
        ctx.report::<Self>(range, "this hour is one of 12, and nothing says which half of the day it is in")
            .help("`FormatDate(date, \"\", \"HH:mm\")` returns the time of 24 hours")
            .set_at(set_at);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn through_a_variable() {
        check(
            "amp/datepart-hour",
            "
%%[ set @hour = DatePart(Now(), 'hour') if @hour >= 18 then set @g = 'Good evening' endif ]%%
//                                         ^^^^^ this hour is one of 12
",
        );
    }

    #[test]
    fn in_a_choice_and_in_a_text() {
        check(
            "amp/datepart-hour",
            "
%%[ set @h = DatePart(Now(), 'H') ]%% %%=IIf(@h < 12, 'am', 'pm')=%%
//                                           ^^ this hour is one of 12
",
        );
        check(
            "amp/datepart-hour",
            "
%%=Concat(DatePart(@d, 'hour'), ':', DatePart(@d, 'minute'))=%%
//        ^^^^^^^^^^^^^^^^^^^^ nothing says which half of the day
",
        );
        silent("amp/datepart-hour", "%%=Concat(DatePart(@d, 'D'), ':')=%% %%=Concat('h', DatePart(@d, 'H'), '-x')=%%");
        silent(
            "amp/datepart-hour",
            "%%=Concat(DatePart(@d, 'H'), ':', DatePart(@d, 'MI'), FormatDate(@d, '', ' tt'))=%%",
        );
    }

    #[test]
    fn silent_where_something_can_say_the_half_of_the_day() {
        for code in [
            "Concat(DatePart(@d, 'H'), ':00 PM')",
            "Concat(DatePart(@d, 'H'), ':', DatePart(@d, 'MI'), ' AM/PM')",
            "Concat(DatePart(@d, 'H'), ':', DatePart(@d, 'MI'), ' ', @ampm)",
            "Concat(DatePart(@d, 'H'), ':00', @ampm)",
            "Concat(DatePart(@d, 'H'), ':00')=%% p.m.%%=v(@x)",
            "Concat(DatePart(@d, 'H'), 'hello')",
            "Concat(DatePart(@d, 'H'), ' hours ago')",
            "Concat(DatePart(@d, 'H'), ' horas')",
        ] {
            silent("amp/datepart-hour", &format!("%%={code}=%%"));
        }
        for code in ["':00'", "':', '30'", "'h'", "' h 30'", "':', DatePart(@d, 'MI'), ':', DatePart(@d, 'S'), ' Uhr'"]
        {
            let text = format!("<p>I am here</p> %%=Concat(DatePart(@d, 'H'), {code})=%%");
            let found = crate::tests::diagnostics(&text);
            assert!(found.iter().any(|d| d.rule.id == "amp/datepart-hour"), "{text}");
        }
    }

    #[test]
    fn silent_on_other_parts_and_on_what_is_shown() {
        silent("amp/datepart-hour", "%%[ if DatePart(@d, 'M') == 12 then endif ]%% %%=DatePart(@d, 'H')=%%");
        silent(
            "amp/datepart-hour",
            "%%[ set @h = DatePart(@a, 'H') set @t = FormatDate(@a, '', 'tt') if @t == 'PM' and @h < 12 then endif ]%%",
        );
        silent("amp/datepart-hour", "%%[ set @h = DatePart(@a, 'H') if @h == DatePart(@b, 'H') then endif ]%%");
    }
}
