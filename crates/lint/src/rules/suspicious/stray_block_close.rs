use sfmc_diagnostics::Severity;
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
    ///
    /// It is an error where the IFs and FORs of the page lack that code: such a page does not compile. Anywhere else it is a warning.
    /// Where the error is suppressed or turned down, what the structure lacks is reported in its place.
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
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// What is expected of a closer whose opener is missing, where the page's IFs and FORs lack the code before it: then no page compiles.
pub(crate) const BREAKS_STRUCTURE: &str = "code that the page lacks";

impl CheckProblem for StrayBlockClose {
    const KIND: ProblemKind = ProblemKind::StrayBlockClose;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let severity = if problem.expected == BREAKS_STRUCTURE { Severity::Error } else { Severity::Warning };
        if let Some(opener) = block_opener(ctx, problem.range.start()) {
            let found = ctx.text(opener);
            let report = ctx
                .report::<Self>(opener, format!("`{found}` opens no block: did you mean `%%[`?"))
                .related(problem.range, "this `]%%` was meant to close it")
                .help("what stands between the two is shown as text")
                .severity(severity);
            report.unsafe_fix("write `%%[`", [TextEdit::replace(opener, "%%[")]);
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
        ctx.report::<Self>(problem.range, message).help(help).severity(severity);
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

    /// Whether this and an error are all that is found.
    fn only(text: &str) {
        let found = crate::tests::diagnostics(text);
        let found: Vec<_> = found.iter().map(|d| (d.rule.id, d.severity)).collect();
        assert_eq!(found, [("amp/stray-block-close", sfmc_diagnostics::Severity::Error)], "{text}");
    }

    #[test]
    fn an_error_where_the_structure_lacks_the_code() {
        only("%[ if Empty(@a) then ]%%x%%[ endif ]%%");
        only("[ if Empty(@a) then ]%%x%%[ else ]%%y%%[ endif ]%%");
        only("<p>if Empty(@a) then ]%%x%%[ else ]%%y%%[ endif ]%%");
        only("%%[ for @i = 1 to 2 do ]%%x %[ next @i ]%%");
        only("%[\n if Empty(@a) then\n]%%x%%[ endif ]%%");
        only("<p>%%] if Empty(@a) then ]%%x%%[ endif ]%%");
        only("<p>% [ if Empty(@a) then ]%%x%%[ endif ]%%");
        only("%%[ if Empty(@a) then ]%%x%[ else ]%%y%[ endif ]%%".replace("%[ else ]%%", "").as_str());
    }

    #[test]
    fn no_error_where_the_structure_is_whole_without_the_code() {
        for text in [
            "%[ if Empty(@a) then ]%%x%[ endif ]%%",
            "%%[ if Empty(@a) then ]%%x\nnext ]%%%%[ endif ]%%",
            "%%[ for @i = 1 to 2 do ]%%x\nnext @i ]%%%%[ next @i ]%%",
        ] {
            let found = crate::tests::diagnostics(text);
            assert!(found.iter().all(|d| d.severity != sfmc_diagnostics::Severity::Error), "{text}");
        }
    }

    #[test]
    fn silent_on_closers_and_brackets() {
        silent("amp/stray-block-close", "%%[ set @a = ']%%' ]%% %%[Shoe Size]%% [50%] ]% a]%%[ set @b = 1 ]%%");
    }
}
