use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A block holds statements.
    ///
    /// ## Why
    /// A block of blanks runs nothing and prints nothing.
    /// Source: ampscript.md, section 1; Sage's tests of an empty block between text.
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>Hello</p>%%[ ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>Hello</p>%%[ /* greeting */ ]%%
    /// ```
    ///
    /// ## Off
    /// Where empty blocks are place holders that another tool fills.
    pub EmptyBlock {
        id: "amp/empty-block",
        aliases: ["sfmc/amp-no-empty-block"],
        group: Style,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for EmptyBlock {
    const KIND: ProblemKind = ProblemKind::EmptyBlock;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        // No fix: what stands around the block could become a delimiter, and a rule does not see beyond the region.
        ctx.report::<Self>(problem.range, "this block is empty").unnecessary();
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_block() {
        check(
            "amp/empty-block",
            "
<p>%%[ ]%%</p>
// ^^^^^^^ this block is empty
",
        );
    }

    #[test]
    fn silent_on_blocks_that_hold_something() {
        silent("amp/empty-block", "%%[ /* later */ ]%%%%[ set @a = '' ]%%%%[Name]%% [ ] ]%%");
    }
}
