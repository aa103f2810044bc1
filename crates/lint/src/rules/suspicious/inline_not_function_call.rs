use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// An inline expression is documented as one function call.
    ///
    /// ## Why
    /// Sage also prints a variable, a text or a comparison; the official documentation allows only a call. `v(@name)` prints a variable in
    /// every source.
    /// Source: ampscript.md, sections 3 (inline) and 14 (16).
    ///
    /// ## Bad
    /// ```ampscript
    /// Dear %%=@firstName=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// Dear %%=v(@firstName)=%%
    /// ```
    ///
    /// ## Off
    /// When the page was tested and prints what it should.
    pub InlineNotFunctionCall {
        id: "amp/inline-not-function-call",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Safe,
        since: "0.1.0",
    }
}

fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix('@').unwrap_or("");
    !name.is_empty() && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}

impl CheckProblem for InlineNotFunctionCall {
    const KIND: ProblemKind = ProblemKind::InlineNotFunctionCall;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        let report = ctx.report::<Self>(problem.range, "not a function call: what it prints is not documented");
        if is_variable(found) {
            let (start, end) = (problem.range.start(), problem.range.end());
            report
                .help(format!("`v({found})` prints the variable"))
                .fix(format!("write `v({found})`"), [TextEdit::insert(start, "v("), TextEdit::insert(end, ")")]);
        } else if found.starts_with('@') && is_variable(&found[1..]) {
            report.help(format!("`v({found})` prints the variable"));
        } else {
            report.help("text needs no code; `IIf(condition, a, b)` prints one of two values");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_expression() {
        check(
            "amp/inline-not-function-call",
            r#"
<p>%%=@a=%% %%= "text" =%% %%=@a == 1=%%</p>
//    ^^ not a function call
//              ^^^^^^ not a function call
//                            ^^^^^^^ not a function call
"#,
        );
    }

    #[test]
    fn silent_on_calls_and_attributes() {
        silent(
            "amp/inline-not-function-call",
            "%%=v(@a)=%% %%=FirstName=%% %%=Msg(0).Noun(1)=%% %%[ set @a = @b ]%% @a",
        );
    }

    #[test]
    fn prints_variables_with_v() {
        fixed("amp/inline-not-function-call", "%%=@a=%%", "%%=v(@a)=%%");
        fixed("amp/inline-not-function-call", "%%= @first_name =%%", "%%= v(@first_name) =%%");
    }

    #[test]
    fn no_fix_for_the_rest() {
        for text in ["%%='x'=%%", "%%=@a == 1=%%", "%%=@@ExecCtx=%%", "%%=(@a)=%%"] {
            let found = diagnostics(text);
            let found = found.iter().find(|d| d.rule.id == "amp/inline-not-function-call").unwrap();
            assert!(found.fixes.is_empty(), "{text}");
        }
    }
}
