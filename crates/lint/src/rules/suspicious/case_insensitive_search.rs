use sfmc_semantic::Constant;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Replace does not tell capitals from small letters.
    ///
    /// ## Why
    /// Replace finds its text in any case, so that nothing is left for a second call for the same text in another case: the first has replaced
    /// all of it, with what was meant for one case only. Reported is a call on the result of another one, directly or through a variable, that
    /// looks for the same letters to replace them by something else, unless the first puts them in again. RegExMatch does tell cases apart.
    /// Source: rules.md 2.2 (Replace and IndexOf ignore case, proven live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @a = Replace(Replace(@size, "xl", "extra large"), "XL", "EXTRA LARGE") ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @a = Replace(Replace(@size, "xl", "extra large"), "xs", "extra small") ]%%
    /// ```
    pub CaseInsensitiveSearch {
        id: "amp/case-insensitive-search",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for CaseInsensitiveSearch {
    const FUNCTIONS: &'static [&'static str] = &["Replace"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let (Some(source), Some(search)) = (ctx.arg(call, 0), ctx.arg(call, 1)) else { return };
        let Some(text) = ctx.sure_text(search) else { return };
        let Some(first) = ctx.source_call(source).filter(|first| first.function.name == "Replace") else { return };
        let [Some(before), Some(replacement)] = [1, 2].map(|index| first.constant(index).and_then(Constant::as_text))
        else {
            return;
        };
        // Which letters beyond these count as the same is not known.
        let is_other_case = before != text && before.eq_ignore_ascii_case(text);
        let comes_again = replacement.to_lowercase().contains(&text.to_lowercase());
        // To write it twice does no harm where both do the same.
        let is_same = ctx.arg(call, 2).and_then(|arg| ctx.constant_text(arg)) == Some(replacement);
        if is_other_case && !comes_again && !is_same {
            let range = ctx.range(search);
            let message = format!("`{before}` has been replaced already, in any case: this is the same to Replace");
            ctx.report::<Self>(range, message).help("to tell cases apart, look for it with RegExMatch first");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn directly_and_through_variables() {
        check(
            "amp/case-insensitive-search",
            "
%%[ set @a = Replace(Replace(@t, 'A', 'x'), 'a', 'y') set @t = Replace(@t, 'One', '1') ]%%
//                                          ^^^ hint: `A` has been replaced already, in any case
%%[ set @t = Replace(@t, 'ONE', '2') ]%%
//                       ^^^^^ `One` has been replaced already
",
        );
    }

    #[test]
    fn silent_where_something_can_be_left() {
        for text in [
            "%%[ set @a = Replace(Replace(@t, 'a', 'A'), 'A', 'b') ]%%",
            "%%[ set @a = Replace(Replace(@t, 'a', 'b'), 'a', 'c') ]%%",
            "%%[ set @a = Replace(Replace(@t, 'a', 'b'), 'A', 'b') ]%%",
            "%%[ set @a = Replace(Replace(@t, 'ä', 'ae'), 'Ä', 'Ae') ]%%",
            "%%[ if @x then set @t = Replace(@t, 'a', 'b') endif set @t = Replace(@t, 'A', 'c') ]%%",
            "%%[ set @a = Replace(Replace(@t, @from, 'b'), 'A', 'c') ]%%",
            "%%[ set @t = Replace(@s, 'a', 'b') set @u = Replace(@s, 'A', 'c') ]%%",
        ] {
            silent("amp/case-insensitive-search", text);
        }
    }
}
