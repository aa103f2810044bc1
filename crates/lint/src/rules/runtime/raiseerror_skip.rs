use sfmc_catalog::Context;
use sfmc_diagnostics::Severity;
use sfmc_semantic::Expr;
use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, FlowContext, as_flag};

declare_rule! {
    /// In an e-mail RaiseError leaves out one subscriber and does not stop the job; on a page it is not used.
    ///
    /// ## Why
    /// Without a second argument RaiseError stops the whole job: nobody after this subscriber gets the e-mail. With `true` there only this
    /// subscriber is left out; with `false`, in any spelling, all of it stops just as without. A bare `true` or `false` as the fifth argument is read as the
    /// name of a field in an e-mail: write 1 or 0.
    ///
    /// On a CloudPage RaiseError ends the request with the status 422: all that the page has printed is lost, and nobody is shown the
    /// message. That is a hint. Only checked where it is known where the page runs.
    /// Source: rules.md 2.2 (official reference; the fifth argument tested live in a preview, the status on a page).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ if Empty(@coupon) then RaiseError("No coupon left") endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ if Empty(@coupon) then RaiseError("No coupon left", true) endif ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where the whole job is meant to stop.
    pub RaiseerrorSkip {
        id: "amp/raiseerror-skip",
        aliases: ["email/raiseerror-scope"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckCall for RaiseerrorSkip {
    const FUNCTIONS: &'static [&'static str] = &["RaiseError"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        match ctx.run_context() {
            _ if ctx.is_next() => return,
            Some(Context::Email) => {}
            Some(Context::CloudPage) => {
                let range = ctx.callee(call);
                let message =
                    "on a page this ends the request with the status 422: nothing is shown, not even the message";
                ctx.report::<Self>(range, message)
                    .severity(Severity::Hint)
                    .help("print the message, or call Redirect to a page that does");
                return;
            }
            _ => return,
        }
        if ctx.args(call).len() == 1 {
            let range = ctx.callee(call);
            ctx.report::<Self>(range, "without a second argument this stops the send for everybody who comes after")
                .help("pass `true` to leave out only this subscriber");
        } else if let Some(skip) = ctx.arg(call, 1)
            && ctx.every_value(skip, |constant| as_flag(constant).filter(|skip| !skip)).is_some()
        {
            let range = ctx.range(skip);
            ctx.report::<Self>(range, "with this the send stops for everybody who comes after")
                .help("pass `true` to leave out only this subscriber");
        }
        if let Some(keep) = ctx.arg(call, 4)
            && let Expr::Boolean(value) = *ctx.expr(keep)
        {
            let range = ctx.range(keep);
            let number = if value { "1" } else { "0" };
            ctx.report::<Self>(range, "in an e-mail a bare boolean here is read as the name of a field")
                .unsafe_fix(format!("write `{number}`"), [TextEdit::replace(range, number)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn in_an_email() {
        check(
            "amp/raiseerror-skip",
            "
%%[ /* sfmc-context: email */ RaiseError('stop') RaiseError('skip', 1, '', 0, true) ]%%
//                            ^^^^^^^^^^ stops the send
//                                                                            ^^^^ read as the name of a field
",
        );
    }

    #[test]
    fn with_a_false_one() {
        check(
            "amp/raiseerror-skip",
            "
%%[ /* sfmc-context: email */ RaiseError('a', false) set @skip = '0' RaiseError('b', @skip) ]%%
//                                            ^^^^^ the send stops for everybody
//                                                                                   ^^^^^ the send stops for everybody
",
        );
    }

    #[test]
    fn silent_where_it_is_said_and_elsewhere() {
        silent(
            "amp/raiseerror-skip",
            "%%[ /* sfmc-context: email */ RaiseError('a', true) RaiseError('b', '1') RaiseError('c', @skip) ]%%",
        );
        silent("amp/raiseerror-skip", "%%[ RaiseError('a') ]%%");
        silent("amp/raiseerror-skip", "%%[ /* sfmc-context: sms */ RaiseError('a') ]%%");
        silent("amp/raiseerror-skip", "%%[ /* sfmc-context: cloudpage sfmc-target: next */ Output('a') ]%%");
    }

    #[test]
    fn a_hint_on_pages() {
        check(
            "amp/raiseerror-skip",
            "
%%[ /* sfmc-context: cloudpage */ RaiseError('stop', true) ]%%
//                                ^^^^^^^^^^ hint: on a page this ends the request
",
        );
    }

    #[test]
    fn a_number_for_the_boolean() {
        fixed(
            "amp/raiseerror-skip",
            "%%[ /* sfmc-context: email */ RaiseError('a', 1, '', 0, false) ]%%",
            "%%[ /* sfmc-context: email */ RaiseError('a', 1, '', 0, 0) ]%%",
        );
    }
}
