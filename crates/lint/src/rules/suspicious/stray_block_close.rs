use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    context::{CheckProblem, Context},
    delimiters::{begins_code, block_opener, text_before},
};

declare_rule! {
    /// `]%%` in the text of the page closes nothing and is text.
    ///
    /// ## Why
    /// The page is read, and whoever opens it sees the three characters. Mostly a block above ended earlier than meant, or its
    /// opener was lost or misspelt (`%[`, `%% [`); then the code before it is shown as well, and does not run.
    /// Source: ampscript-edge-cases.md, 16 (measured with Salesforce's open reimplementation).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @offer = "A" ]%%
    /// <p>Our offer</p>
    /// ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @offer = "A" ]%%
    /// <p>Our offer</p>
    /// ```
    ///
    /// ## Off
    /// Turn it off for pages that show AMPscript to their readers.
    pub StrayBlockClose {
        id: "amp/stray-block-close",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for StrayBlockClose {
    const KIND: ProblemKind = ProblemKind::StrayBlockClose;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        if let Some(opener) = block_opener(ctx, problem.range.start()) {
            let found = ctx.text(opener);
            ctx.report::<Self>(opener, format!("`{found}` opens no block: did you mean `%%[`?"))
                .related(problem.range, "this `]%%` was meant to close it")
                .help("what stands between the two is shown as text")
                .unsafe_fix("write `%%[`", [TextEdit::replace(opener, "%%[")]);
            return;
        }
        let code = begins_code(text_before(ctx, problem.range.start()));
        let (message, help) = if code {
            (
                "`]%%` closes nothing: the code before it has no `%%[` and is shown as text",
                "write `%%[` where the code begins",
            )
        } else {
            ("`]%%` without an open block is shown as text", "remove it, or write `%%[` where the code begins")
        };
        ctx.report::<Self>(problem.range, message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn in_text() {
        check(
            "amp/stray-block-close",
            "
text ]%% more
//   ^^^ warning: `]%%` without an open block is shown as text
%%[ set @a = 1 ]%% ]%%
//                 ^^^ `]%%` without an open block
",
        );
    }

    #[test]
    fn behind_code_without_an_opener() {
        check(
            "amp/stray-block-close",
            "
<p>text</p> set @a = 1 ]%%
//                     ^^^ `]%%` closes nothing: the code before it has no `%%[`
%%[ set @b = 1 ]%%
endif ]%%
//    ^^^ `]%%` closes nothing
",
        );
    }

    #[test]
    fn at_a_misspelt_opener() {
        check(
            "amp/stray-block-close",
            "
<p>%[ set @a = 1 ]%%
// ^^ warning: `%[` opens no block: did you mean `%%[`?
%%{ if Empty(@a) then ]%%
//< `%%{` opens no block
text %% [ endif ]%%
//   ^^^^ `%% [` opens no block
%[ of the price ]%%
//              ^^^ `]%%` without an open block
",
        );
        fixed("amp/stray-block-close", "<p>%[ set @a = 1 ]%%</p>", "<p>%%[ set @a = 1 ]%%</p>");
    }

    #[test]
    fn silent_on_closers_and_brackets() {
        silent("amp/stray-block-close", "%%[ set @a = ']%%' ]%% %%[Shoe Size]%% [50%] ]% a]%%[ set @b = 1 ]%%");
    }
}
