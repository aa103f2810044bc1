use crate::flow::{CallSite, CheckCall, FlowContext, as_flag};

declare_rule! {
    /// Data from elsewhere is turned into rows so that a mistake in it gives no rows.
    ///
    /// ## Why
    /// With 0 or `false` as the third argument BuildRowsetFromJSON and BuildRowSetFromXML ended a live page on data that they could not
    /// read; with 1 they returned no rows. The official reference says it the other way round.
    /// Source: ampscript.md, section 14, 27 (disputed; tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @rows = BuildRowsetFromJSON(@response, "$.items[*]", 0) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @rows = BuildRowsetFromJSON(@response, "$.items[*]", 1) ]%%
    /// ```
    pub BuildrowsetErrorFlag {
        id: "amp/buildrowset-error-flag",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for BuildrowsetErrorFlag {
    const FUNCTIONS: &'static [&'static str] = &["BuildRowsetFromJSON", "BuildRowSetFromXML"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let &[data, _, flag] = ctx.args(call) else { return };
        if ctx.is_next() || ctx.constant(data).is_some() || ctx.constant(flag).and_then(as_flag) != Some(false) {
            return;
        }
        let (range, set_at) = (ctx.range(flag), ctx.set_at(flag));
        ctx.report::<Self>(range, "on a live page this flag made data that cannot be read end the page")
            .help("with 1 there are no rows instead: ask for `RowCount()` behind it")
            .set_at(set_at);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_flag() {
        check(
            "amp/buildrowset-error-flag",
            "
%%[ set @rows = BuildRowSetFromXML(HTTPGet(@url), '//a', false) ]%%
//                                                       ^^^^^ end the page
",
        );
    }

    #[test]
    fn silent_on_the_other_and_on_data_of_the_page() {
        silent("amp/buildrowset-error-flag", "%%[ set @r = BuildRowsetFromJSON(@json, '$.*', true) ]%%");
        silent("amp/buildrowset-error-flag", "%%[ set @j = '{}' set @r = BuildRowsetFromJSON(@j, '$.*', 0) ]%%");
    }
}
