use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Every FOR is closed by NEXT, in the same block or a later one.
    ///
    /// ## Why
    /// A FOR that is still open at the end of the page, or where an IF around it ends, is a compile error: nothing of the page is shown.
    /// Source: ampscript.md, sections 3 (`for_stmt`) and 3.1.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do ]%%<li>%%=v(@i)=%%</li>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    pub MissingNext {
        id: "amp/missing-next",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for MissingNext {
    const KIND: ProblemKind = ProblemKind::MissingNext;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "this `for` has no `next`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_for() {
        check(
            "amp/missing-next",
            "
%%[ for @i = 1 to 3 do ]%%x
//  ^^^ this `for` has no `next`
",
        );
    }

    #[test]
    fn closed_by_the_end_of_its_if() {
        check(
            "amp/missing-next",
            "
%%[ if @a then for @i = 1 to 3 do ]%%x%%[ endif ]%%
//             ^^^ this `for` has no `next`
",
        );
    }

    #[test]
    fn silent_across_blocks() {
        silent("amp/missing-next", "%%[ for @i = 1 to 3 do ]%%x%%[ for @j = 3 downto 1 do next ]%%y%%[ next @i ]%%");
    }
}
