use sfmc_catalog::{
    Context as RunContext,
    ampscript::{Availability, Function, member},
};
use sfmc_diagnostics::Severity;
use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, CheckFlow, FlowContext, UnknownCall, Usage};

declare_rule! {
    /// A function is called where the platform allows it.
    ///
    /// ## Why
    /// The platform refuses some functions when it compiles the content, whether or not the call is reached: `InsertData` in an email ends
    /// the send with error 10005, `Redirect` as well, `ExecuteFilter` with error 10004; `Msg` stops everything but a text message from
    /// compiling. Nothing is said where it is not known what the code is for: tell with `/* sfmc-context: email */`, or in the project.
    /// `Output` is only reported where it is printed, `%%=Output(…)=%%`: so it was tested, and as a statement of a block it is in wide use in
    /// emails. A warning where the documentation alone says that a function does not work there: `AttachFile` on a page. Whether a message
    /// can call `RequestParameter` and `QueryParameter` is disputed, and a message is a page too where it is read in a browser: nothing is
    /// said of them.
    /// Source: ampscript.md, sections 8 and 10; the catalogue's reasons (tested live in the email preview).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-context: email */
    ///     InsertData("Opens", "Email", emailaddr) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-context: email */
    ///     InsertDE("Opens", "Email", emailaddr) ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Better say what the code is for than turn it off.
    pub FunctionNotInContext {
        id: "amp/function-not-in-context",
        aliases: ["context", "sfmc/amp-no-email-excluded-function"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// What does the same in messages, with the same arguments.
const IN_MESSAGES: [(&str, &str); 4] =
    [("InsertData", "InsertDE"), ("UpdateData", "UpdateDE"), ("UpsertData", "UpsertDE"), ("DeleteData", "DeleteDE")];

fn help(name: &str) -> Option<&'static str> {
    Some(match name {
        "Output" => "print the value itself, or write it with `OutputLine` in a block",
        "Redirect" => "a message is not a response that could redirect: link to the address",
        "ExecuteFilter" | "ExecuteFilterOrderedRows" => "read the rows with `LookupRows` or `LookupOrderedRows`",
        "HTTPRequestHeader" | "IsCHTMLBrowser" => {
            "there is no browser when a message is built: ask on the page it links to"
        }
        "CreateObject" | "SetObjectProperty" | "AddObjectArrayItem" => "do this on a CloudPage or in an automation",
        name if name.starts_with("Invoke") => "do this on a CloudPage or in an automation",
        _ => return None,
    })
}

/// What is wrong, and how bad, if the function is refused where the page runs. Without a reason nobody has seen it fail.
fn refusal(ctx: &mut FlowContext<'_>, function: &Function) -> Option<(String, Severity)> {
    // What fails everywhere has a rule of its own, and with it all that could be said where the context is not known.
    let context = ctx.run_context()?;
    if function.nonfunctional || function.availability(context) != Availability::No || ctx.is_next() {
        return None;
    }
    let place = match context {
        RunContext::CloudPage => "on a CloudPage",
        RunContext::Email => "in an email",
        RunContext::Sms => "in a text message",
        RunContext::Push => "in a push message",
        RunContext::Script => "in a script activity",
    };
    let name = function.name;
    let Some(reason) = function.contexts.reason else {
        return Some((format!("by its documentation `{name}` does not work {place}"), Severity::Warning));
    };
    let reason = reason.trim_end_matches('.');
    let reason = format!("{}{}", reason[..1].to_lowercase(), &reason[1..]);
    Some((format!("`{name}` does not work {place}: {reason}"), Severity::Error))
}

/// `Noun(1)`: a member of `Msg(0)`, without it.
impl CheckFlow<UnknownCall> for FunctionNotInContext {
    fn check(ctx: &mut FlowContext<'_>, call: &UnknownCall) {
        if let Some((message, severity)) = member(ctx.text(call.name)).and_then(|function| refusal(ctx, function)) {
            ctx.report::<Self>(call.name, message).severity(severity);
        }
    }
}

impl CheckCall for FunctionNotInContext {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let function = call.function;
        // Only tested as `%%=Output(…)=%%`; as a statement it is in wide use.
        if function.name == "Output" && call.usage != Usage::Printed {
            return;
        }
        let Some((message, severity)) = refusal(ctx, function) else { return };
        let range = ctx.callee(call);
        let report = ctx.report::<Self>(range, message).severity(severity);
        if let Some((_, other)) = IN_MESSAGES.iter().find(|(name, _)| *name == function.name) {
            let report =
                report.help(format!("`{other}` takes the same arguments and works in messages; it returns no count"));
            if call.usage == Usage::Statement {
                // Not safe: it writes when the batch has been sent, and only what is sent.
                report.unsafe_fix(format!("call `{other}`"), [TextEdit::replace(range, *other)]);
            }
        } else if let Some(help) = help(function.name) {
            report.help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    const RULE: &str = "amp/function-not-in-context";

    #[test]
    fn at_the_name() {
        check(
            RULE,
            "
%%[ /* sfmc-context: email */ if @debug == 'on' then Redirect('https://example.com') endif ]%%
//                                                   ^^^^^^^^ does not work in an email: messages refuse it with error 10005
",
        );
        check(
            RULE,
            "
%%[ /* sfmc-context: email */ ]%% %%=Noun(1)=%% %%=verb()=%%
//                                   ^^^^ `Noun` does not work in an email: anywhere but in a text message
//                                                 ^^^^ `Verb` does not work in an email
",
        );
        check(
            RULE,
            "
%%[ /* sfmc-context: cloudpage */ ]%% %%=Msg(0).Verb=%%
//                                       ^^^ does not work on a CloudPage: anywhere but in a text message
",
        );
    }

    #[test]
    fn a_warning_by_the_documentation_alone() {
        check(
            RULE,
            "
%%[ /* sfmc-context: cloudpage */ AttachFile('http', 'https://example.com/a.pdf') ]%%
//                                ^^^^^^^^^^ warning: by its documentation `AttachFile` does not work on a CloudPage
",
        );
        silent(RULE, "%%[ /* sfmc-context: email */ AttachFile('http', 'https://example.com/a.pdf') ]%%");
    }

    #[test]
    fn silent_where_it_works_or_nothing_is_known() {
        silent(RULE, "%%[ InsertData('Log', 'a', 'b') Redirect('u') ]%%");
        silent(
            RULE,
            "%%[ /* sfmc-context: cloudpage */ InsertData('Log', 'a', 'b') Redirect('u') InsertDE('Log', 'a', 'b') ]%%",
        );
        silent(
            RULE,
            "%%[ /* sfmc-context: email */ InsertDE('Log', 'a', 'b') set @r = HTTPGet('https://example.com') ]%%",
        );
        silent(RULE, "%%[ /* sfmc-context: sms */ set @v = Msg(0).Verb set @n = Noun(1) ]%% %%=Verb()=%%");
        silent(RULE, "%%=Noun(1)=%% %%=Verb()=%%");
        silent(RULE, "%%[ /* sfmc-context: push */ InsertData('Log', 'a', 'b') ]%%");
        silent(RULE, "%%[ /* sfmc-context: email */ set @id = RequestParameter('id') ]%%");
    }

    #[test]
    fn output_is_only_refused_inline() {
        check(
            RULE,
            "
<!-- sfmc-context: email -->%%=Output(Concat('a', 'b'))=%%
//                             ^^^^^^ error 19691
",
        );
        silent(RULE, "%%[ /* sfmc-context: email */ Output(Concat('a', 'b')) OutputLine(v(@a)) ]%%");
    }

    #[test]
    fn renames_what_takes_the_same_arguments() {
        fixed(
            RULE,
            "%%[ /* sfmc-context: email */ upsertdata('Log', 1, 'k', 'v', 'a', 'b') ]%%",
            "%%[ /* sfmc-context: email */ UpsertDE('Log', 1, 'k', 'v', 'a', 'b') ]%%",
        );
    }
}
