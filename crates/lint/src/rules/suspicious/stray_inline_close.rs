use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    context::{CheckProblem, Context},
    delimiters::inline_opener,
};

declare_rule! {
    /// `=%%` in the text of the page closes nothing and is text.
    ///
    /// ## Why
    /// The page is read, and whoever opens it sees the three characters. Mostly the opener was lost or
    /// misspelt (`%=`, `%% =`).
    /// Source: ampscript-edge-cases.md, 17 (measured with Salesforce's open reimplementation).
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>Dear v(@name)=%%</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>Dear %%=v(@name)=%%</p>
    /// ```
    ///
    /// ## Off
    /// Turn it off for pages that show AMPscript to their readers.
    pub StrayInlineClose {
        id: "amp/stray-inline-close",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for StrayInlineClose {
    const KIND: ProblemKind = ProblemKind::StrayInlineClose;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        if let Some(opener) = inline_opener(ctx, problem.range.start()) {
            let found = ctx.text(opener);
            ctx.report::<Self>(opener, format!("`{found}` opens no inline expression: did you mean `%%=`?"))
                .related(problem.range, "this `=%%` was meant to close it")
                .help("what stands between the two is shown as text")
                .unsafe_fix("write `%%=`", [TextEdit::replace(opener, "%%=")]);
            return;
        }
        ctx.report::<Self>(problem.range, "`=%%` without an open inline expression is shown as text")
            .help("remove it, or write `%%=` where the expression begins");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn in_text() {
        check(
            "amp/stray-inline-close",
            "
text =%% more
//   ^^^ warning: `=%%` without an open inline expression is shown as text
<p>v(@a)=%%</p>
//      ^^^ `=%%` without an open inline expression
",
        );
    }

    #[test]
    fn at_a_misspelt_opener() {
        check(
            "amp/stray-inline-close",
            "
<p>%=v(@a)=%%, %% =Lowercase(@b)=%%
// ^^ warning: `%=` opens no inline expression: did you mean `%%=`?
//             ^^^^ `%% =` opens no inline expression
50%=more =%%
//       ^^^ `=%%` without an open
",
        );
        fixed("amp/stray-inline-close", "<p>%=v(@a)=%%</p>", "<p>%%=v(@a)=%%</p>");
    }

    #[test]
    fn silent_on_values_that_are_personalization_strings() {
        silent("amp/stray-inline-close", "<td width=%%TableWidth%%> ?id=%%jobid%%&e=%%emailaddr%% %%=v('=%%')=%%");
    }
}
