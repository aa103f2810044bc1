use sfmc_semantic::ValueTypes;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// True and false are not put into text.
    ///
    /// ## Why
    /// On a live page a boolean vanishes in functions that take text: `Concat("new: ", true)` is `new: `. Elsewhere it is printed as `True` or
    /// `False`. Neither is what a reader should see; `IIf()` says it in words.
    /// Source: ampscript.md, section 7 (text form; tested live) and section 14 (5: another implementation prints them).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @line = Concat("subscribed: ", IsEmailAddress(@email)) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @line = Concat("subscribed: ", IIf(IsEmailAddress(@email), "yes", "no")) ]%%
    /// ```
    pub BooleanToString {
        id: "amp/boolean-to-string",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for BooleanToString {
    const FUNCTIONS: &'static [&'static str] = &["Concat", "Length", "Trim", "Uppercase", "Lowercase", "ProperCase"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let name = call.function.name;
        for &arg in ctx.args(call) {
            if ctx.types(arg).is_within(ValueTypes::BOOLEAN) {
                let range = ctx.range(arg);
                ctx.report::<Self>(range, format!("this is true or false: it can vanish in `{name}`"))
                    .help("write `IIf(…, \"true\", \"false\")` for the words");
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
            "amp/boolean-to-string",
            "
%%[ set @ok = false set @a = Concat('x', @ok, true) set @b = Length(Empty(@c)) ]%%
//                                       ^^^ this is true or false: it can vanish in `Concat`
//                                            ^^^^ this is true or false
//                                                                  ^^^^^^^^^ it can vanish in `Length`
",
        );
    }

    #[test]
    fn silent_on_text_and_on_what_is_not_known() {
        silent(
            "amp/boolean-to-string",
            "%%[ set @a = Concat('true', @x, IIf(@ok == true, 'yes', 'no'), 1, Lookup('d', 'flag', 'k', 1)) set @b = v(true) ]%%",
        );
    }
}
