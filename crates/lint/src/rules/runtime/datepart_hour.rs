use sfmc_semantic::{Constant, Expr, ExprId};

use crate::flow::{CheckFlow, Comparison, FlowContext};

declare_rule! {
    /// The hour that DatePart returns is not compared as one of 24.
    ///
    /// ## Why
    /// `DatePart(…, "H")` reads a clock of 12 hours and does not say whether it is morning: 19:35 is 7, midnight is 12, and so is a date
    /// without a time. A comparison with it is wrong for half of the day. Source: rules.md 2.2; the notes of DatePart (tested live).
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

/// Whether the page asks for AM or PM somewhere: then it can have thought of the clock.
fn asks_for_half(ctx: &FlowContext<'_>) -> bool {
    ctx.page_code().any(|body| {
        body.exprs.iter().any(|expr| match expr {
            Expr::Text(text) => ["am", "pm"].contains(&text.to_ascii_lowercase().as_str()),
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
    fn silent_on_other_parts_and_on_what_is_shown() {
        silent("amp/datepart-hour", "%%[ if DatePart(@d, 'M') == 12 then endif ]%% %%=DatePart(@d, 'H')=%%");
        silent(
            "amp/datepart-hour",
            "%%[ set @h = DatePart(@a, 'H') set @t = FormatDate(@a, '', 'tt') if @t == 'PM' and @h < 12 then endif ]%%",
        );
        silent("amp/datepart-hour", "%%[ set @h = DatePart(@a, 'H') if @h == DatePart(@b, 'H') then endif ]%%");
    }
}
