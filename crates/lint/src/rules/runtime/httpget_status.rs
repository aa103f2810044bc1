use crate::flow::{CallSite, CheckCall, FlowContext, as_flag};

declare_rule! {
    /// Where HTTPGet goes on after an error, it says so.
    ///
    /// ## Why
    /// With `true` as the second argument HTTPGet returns an empty text where the request fails, and stores -2 in its fourth argument.
    /// Without that argument nobody knows whether the content is missing. Source: rules.md 2.2 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @feed = HTTPGet("https://example.com/feed", true, 1) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @feed = HTTPGet("https://example.com/feed", true, 1, @status) ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// It is off: an empty text can be what is wanted.
    pub HttpgetStatus {
        id: "amp/httpget-status",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for HttpgetStatus {
    const FUNCTIONS: &'static [&'static str] = &["HTTPGet"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let args = ctx.args(call);
        if args.len() > 3 || args.get(1).and_then(|&arg| ctx.constant(arg)).and_then(as_flag) != Some(true) {
            return;
        }
        let range = ctx.callee(call);
        ctx.report::<Self>(range, "a request that fails returns an empty text, and nothing says so")
            .help("pass a variable for the status as the fourth argument");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/httpget-status",
            "
%%=HTTPGet('https://e.example/a', 1)=%%
// ^^^^^^^ nothing says so
",
        );
    }

    #[test]
    fn silent_where_it_stops_or_is_told() {
        silent("amp/httpget-status", "%%=HTTPGet(@u)=%% %%=HTTPGet(@u, false, 1)=%% %%=HTTPGet(@u, true, 1, @s)=%%");
    }
}
