use sfmc_semantic::{Body, Constant, Expr, ExprId};

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

fn is_half(body: &Body, expr: ExprId) -> bool {
    matches!(body.expr(expr), Expr::Text(text) if ["am", "pm"].contains(&text.to_ascii_lowercase().as_str()))
}

/// Whether AM or PM is written anywhere in the page.
fn names_half(ctx: &FlowContext<'_>) -> bool {
    ctx.page_code().any(|body| {
        let text = |expr: &Expr| match expr {
            Expr::Text(text) => {
                let lower = text.to_ascii_lowercase();
                ["am", "pm", "a.m.", "p.m."].contains(&lower.trim()) || lower.contains("tt")
            }
            _ => false,
        };
        body.exprs.iter().any(text)
    })
}

/// Whether the page asks for AM or PM somewhere: then it can have thought of the clock.
fn asks_for_half(ctx: &FlowContext<'_>) -> bool {
    ctx.page_code().any(|body| {
        body.exprs.iter().any(|expr| match expr {
            // What is only printed, `IIf(@hour < 12, "am", "pm")`, asks for nothing.
            Expr::Compare { lhs, rhs, .. } => [lhs, rhs].iter().any(|side| is_half(body, **side)),
            Expr::Call(call) => {
                let format = call.function.is_some_and(|id| ["Format", "FormatDate"].contains(&id.get().name));
                let half = |&arg: &ExprId| matches!(body.expr(arg), Expr::Text(text) if text.to_ascii_lowercase().contains("tt"));
                format && body.operands(call.args).iter().any(half)
            }
            _ => false,
        })
    })
}

impl CheckFlow<Comparison> for DatepartHour {
    fn check(ctx: &mut FlowContext<'_>, item: &Comparison) {
        for side in [item.lhs, item.rhs] {
            if !is_hour(ctx, side) || ctx.is_next() {
                continue;
            }
            // Two hours of the same clock can be compared for what they are.
            let other = if side == item.lhs { item.rhs } else { item.lhs };
            if ctx.constant(other).and_then(Constant::as_integer).is_none() || asks_for_half(ctx) {
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
        let is_shown = |pair: &[ExprId]| {
            let colon = ctx.constant_text(pair[1]).is_some_and(|text| text.trim_start().starts_with([':', 'h']));
            colon && is_hour(ctx, pair[0])
        };
        let Some(hour) = args.windows(2).find(|pair| is_shown(pair)).map(|pair| pair[0]) else { return };
        if names_half(ctx) || asks_for_half(ctx) {
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
    fn silent_on_other_parts_and_on_what_is_shown() {
        silent("amp/datepart-hour", "%%[ if DatePart(@d, 'M') == 12 then endif ]%% %%=DatePart(@d, 'H')=%%");
        silent(
            "amp/datepart-hour",
            "%%[ set @h = DatePart(@a, 'H') set @t = FormatDate(@a, '', 'tt') if @t == 'PM' and @h < 12 then endif ]%%",
        );
        silent("amp/datepart-hour", "%%[ set @h = DatePart(@a, 'H') if @h == DatePart(@b, 'H') then endif ]%%");
    }
}
