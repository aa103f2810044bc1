use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Every ENDIF closes an IF that is open.
    ///
    /// ## Why
    /// Without an open IF the keyword is a compile error: nothing of the page is shown. An IF that was opened in a loop has to be closed
    /// before its NEXT.
    /// Source: ampscript.md, sections 3 (`if_stmt`) and 3.1.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @vip then ]%%Welcome back%%[ endif endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @vip then ]%%Welcome back%%[ endif ]%%
    /// ```
    pub UnmatchedEndif {
        id: "amp/unmatched-endif",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for UnmatchedEndif {
    const KIND: ProblemKind = ProblemKind::UnmatchedEndif;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "`endif` without an open `if`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_keyword() {
        check(
            "amp/unmatched-endif",
            "
%%[ if @a then ]%%x%%[ endif ]%%y%%[ endif ]%%
//                                   ^^^^^ `endif` without an open `if`
",
        );
    }

    #[test]
    fn after_the_end_of_the_loop_around_its_if() {
        check(
            "amp/unmatched-endif",
            "
%%[ for @i = 1 to 3 do if @a then next @i endif ]%%
//                                        ^^^^^ `endif` without an open `if`
",
        );
    }

    #[test]
    fn silent_across_blocks() {
        silent("amp/unmatched-endif", "%%[ if @a then ]%%x%%[ if @b then endif ]%%y%%[ endif ]%% endif");
    }
}
