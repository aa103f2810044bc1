use sfmc_catalog::ampscript::LiteralNeed;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Some arguments must be literals, because they are read before the page runs.
    ///
    /// ## Why
    /// Names of impression regions are collected when the content is compiled; a variable there aborts the page.
    /// Source: ampscript.md, sections 1.7 and 12 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=BeginImpressionRegion(@name)=%% %%=EndImpressionRegion()=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=BeginImpressionRegion("hero")=%% %%=EndImpressionRegion()=%%
    /// ```
    pub LiteralRequired {
        id: "amp/literal-required",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for LiteralRequired {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if call.function.params.iter().all(|param| param.literal != LiteralNeed::Required) {
            return;
        }
        for (index, &arg) in ctx.args(call).iter().enumerate() {
            let Some(param) = ctx.param(call, index) else { continue };
            if param.literal == LiteralNeed::Required && !ctx.is_literal(arg) {
                let (range, name) = (ctx.range(arg), call.function.name);
                ctx.report::<Self>(range, format!("the {} of `{name}` must be a literal", param.name));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/literal-required",
            "
%%=BeginImpressionRegion(Concat('a', @b))=%%
//                       ^^^^^^^^^^^^^^^ must be a literal
",
        );
    }

    #[test]
    fn silent_on_literals() {
        silent("amp/literal-required", "%%=BeginImpressionRegion('a')=%% %%=Lookup(@d, @c, @k, @v)=%%");
    }
}
