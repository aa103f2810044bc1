use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A comparison has two sides; a range is two comparisons joined by AND.
    ///
    /// ## Why
    /// `1 < @n < 3` compiles in Sage, but its second operator compares the result of the first, which is true or false.
    /// Source: ampscript.md, section 4 (`comparison`); the Sage grammar, run on it.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if 18 <= @age < 65 then set @offer = "A" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if 18 <= @age and @age < 65 then set @offer = "A" endif ]%%
    /// ```
    pub ChainedComparison {
        id: "amp/chained-comparison",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for ChainedComparison {
    const KIND: ProblemKind = ProblemKind::ChainedComparison;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "one of these operators compares the result of another comparison")
            .help("write each comparison out and join them: `a < b and b < c`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_expression() {
        check(
            "amp/chained-comparison",
            "
%%[ if 1 < @n < 3 or @a == @b == @c then endif ]%%
//     ^^^^^^^^^^ compares the result of another comparison
//                   ^^^^^^^^^^^^^^ compares the result of another comparison
",
        );
    }

    #[test]
    fn silent_on_single_comparisons() {
        silent(
            "amp/chained-comparison",
            "%%[ if 1 < @n and @n < 3 or (@a == @b) == @c then endif ]%% 1 < 2 < 3 %%=v(@a)=%%",
        );
    }
}
