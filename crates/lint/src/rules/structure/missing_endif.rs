use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Every IF is closed by ENDIF, in the same block or a later one.
    ///
    /// ## Why
    /// An IF that is still open at the end of the page, or where a loop around it ends, is a compile error: nothing of the page is
    /// shown. `else if` in two words opens a second IF and needs a second ENDIF.
    /// Source: ampscript.md, sections 3 (`if_stmt`) and 3.1.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @vip then ]%% Welcome back
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @vip then ]%% Welcome back %%[ endif ]%%
    /// ```
    pub MissingEndif {
        id: "amp/missing-endif",
        aliases: ["sfmc/amp-balanced-control-flow"],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for MissingEndif {
    const KIND: ProblemKind = ProblemKind::MissingEndif;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "this `if` has no `endif`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_if() {
        check(
            "amp/missing-endif",
            "
%%[ if @a then ]%%x
//  ^^ this `if` has no `endif`
",
        );
    }

    #[test]
    fn closed_by_the_end_of_its_loop() {
        check(
            "amp/missing-endif",
            "
%%[ for @i = 1 to 3 do if @a then next @i ]%%
//                     ^^ this `if` has no `endif`
",
        );
    }

    #[test]
    fn silent_across_blocks() {
        silent("amp/missing-endif", "%%[ if @a then ]%%x%%[ else ]%%y%%[ endif ]%%");
    }
}
