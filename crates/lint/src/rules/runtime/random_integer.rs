use sfmc_semantic::Constant;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// The bounds of Random are whole numbers.
    ///
    /// ## Why
    /// A bound with a decimal point ends the page and all of its output is lost, even where nothing stands behind the point: `1.0` and
    /// `"1.5"` do too. Source: ampscript.md, section 12; rules.md 2.2 (tested live on two business units).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=Random(1, 2.5)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=Random(1, 3)=%%
    /// ```
    pub RandomInteger {
        id: "amp/random-integer",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

fn is_decimal(constant: &Constant) -> bool {
    match constant {
        Constant::Number(text) | Constant::Text(text) => text.contains('.') && constant.as_number().is_some(),
        Constant::Integer(_) | Constant::Boolean(_) => false,
    }
}

impl CheckCall for RandomInteger {
    const FUNCTIONS: &'static [&'static str] = &["Random"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if ctx.is_next() {
            return;
        }
        for &bound in ctx.args(call) {
            if ctx.sure_constant(bound).is_some_and(is_decimal) {
                let set_at = ctx.set_at(bound);
                let range = ctx.range(bound);
                ctx.report::<Self>(range, "`Random` takes whole numbers: a decimal one ends the page")
                    .help("round it, or divide what comes back: `Divide(Random(10, 25), 10)`")
                    .set_at(set_at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_bound() {
        check(
            "amp/random-integer",
            "
%%[ set @max = 1.5 ]%% %%=Random(0.5, @max)=%%
//                               ^^^ ends the page
//                                    ^^^^ ends the page
",
        );
    }

    #[test]
    fn silent_on_whole_numbers_and_on_what_is_not_known() {
        silent("amp/random-integer", "%%=Random(1, '10')=%% %%=Random(@min, RowCount(@rows))=%% %%=Add(1.5, 2)=%%");
    }
}
