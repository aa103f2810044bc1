use sfmc_semantic::Constant;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// An age is not the number of New Years since a birth.
    ///
    /// ## Why
    /// DateDiff counts how often the unit changes, not how much time passes: from 31 December 23:59 to 1 January 00:00 it is one year.
    /// A difference in years to today is one too high until the birthday. Source: rules.md 2.2 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if DateDiff(@birthdate, Now(), "Y") >= 18 then set @adult = true endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if DateDiff(DateAdd(@birthdate, 18, "Y"), Now(), "D") >= 0 then set @adult = true endif ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// It is off: a difference of years can be what is meant.
    pub DatediffBoundaries {
        id: "amp/datediff-boundaries",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for DatediffBoundaries {
    const FUNCTIONS: &'static [&'static str] = &["DateDiff"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let &[from, to, unit] = ctx.args(call) else { return };
        let years = ctx.constant(unit).and_then(Constant::as_text).is_some_and(|unit| unit.eq_ignore_ascii_case("y"));
        let is_now = |expr| ctx.source_call(expr).is_some_and(|source| source.function.name == "Now");
        if years && (is_now(from) != is_now(to)) && !ctx.is_next() {
            let (range, set_at) = (ctx.range(unit), ctx.set_at(unit));
            ctx.report::<Self>(range, "this counts New Years and not years that have passed")
                .help("for an age, add the years to the date and compare the result with today")
                .set_at(set_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_unit() {
        check(
            "amp/datediff-boundaries",
            "
%%[ set @today = Now() ]%% %%=DateDiff(@birthdate, @today, 'y')=%%
//                                                         ^^^ counts New Years
",
        );
    }

    #[test]
    fn silent_on_other_units_and_dates() {
        silent("amp/datediff-boundaries", "%%=DateDiff(@birthdate, Now(), 'D')=%% %%=DateDiff(@from, @to, 'Y')=%%");
    }
}
