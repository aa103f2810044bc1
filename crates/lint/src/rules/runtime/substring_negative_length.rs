use sfmc_semantic::Constant;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Substring takes no negative number of characters.
    ///
    /// ## Why
    /// A negative length ends the page and all of its output is lost, while a start before the first character is moved there without a
    /// word. AMPscript does not count from the end of a text. Source: rules.md 2.2 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=Substring(@code, 3, -2)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=Substring(@code, 3, 2)=%%
    /// ```
    pub SubstringNegativeLength {
        id: "amp/substring-negative-length",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for SubstringNegativeLength {
    const FUNCTIONS: &'static [&'static str] = &["Substring"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(length) = ctx.arg(call, 2).filter(|_| !ctx.is_next()) else { return };
        if ctx.sure_constant(length).and_then(Constant::as_integer).is_some_and(|n| n < 0) {
            let set_at = ctx.set_at(length);
            let range = ctx.range(length);
            ctx.report::<Self>(range, "a negative length ends the page")
                .help("to leave out the last characters, subtract them from `Length()` of the text")
                .set_at(set_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_length() {
        check(
            "amp/substring-negative-length",
            "
%%=Substring(@name, 1, -1)=%% %%[ set @n = '-3' ]%% %%=Substring(@name, 1, @n)=%%
//                     ^^ ends the page
//                                                                         ^^ ends the page
",
        );
    }

    #[test]
    fn silent_on_the_start_and_on_what_is_computed() {
        silent("amp/substring-negative-length", "%%=Substring(@a, -3, 5)=%% %%=Substring(@a, 1, Subtract(@n, 1))=%%");
        silent("amp/substring-negative-length", "%%=Substring(@a, 1, 0)=%% %%=Substring(@a, 1)=%%");
    }
}
