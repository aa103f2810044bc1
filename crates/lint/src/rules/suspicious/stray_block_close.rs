use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// `]%%` in the text of the page closes nothing and is text.
    ///
    /// ## Why
    /// The page is read, and whoever opens it sees the three characters. Mostly a block above ended earlier than meant, or its
    /// opener was lost.
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
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for StrayBlockClose {
    const KIND: ProblemKind = ProblemKind::StrayBlockClose;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "`]%%` without an open block is shown as text")
            .help("remove it, or write `%%[` where the code begins");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

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
    fn silent_on_closers_and_brackets() {
        silent("amp/stray-block-close", "%%[ set @a = ']%%' ]%% %%[Shoe Size]%% [50%] ]% a]%%[ set @b = 1 ]%%");
    }
}
