use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Where OR and AND stand side by side, parentheses say which belongs together.
    ///
    /// ## Why
    /// The sources disagree on `a or b and c`: community documentation groups AND first, `a or (b and c)`; Sage reads from left to right,
    /// `(a or b) and c`. What the platform does is not known; the official documentation only says that parentheses decide. Of
    /// `a and b or c` all sources say the same, and nothing is said of it.
    /// Source: ampscript.md, sections 4 (precedence) and 14 (1).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @vip == 1 or @points > 100 and @optIn == 1 then set @offer = "A" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @vip == 1 or (@points > 100 and @optIn == 1) then set @offer = "A" endif ]%%
    /// ```
    ///
    /// ## Off
    /// When the page was tested with every combination of values.
    pub MixedAndOr {
        id: "amp/mixed-and-or",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for MixedAndOr {
    const KIND: ProblemKind = ProblemKind::MixedAndOr;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "`or` and `and` without parentheses: sources disagree on how they group")
            .help("write `a or (b and c)` or `(a or b) and c`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_expression() {
        check(
            "amp/mixed-and-or",
            "
%%[ if @a or @b == 1 and @c then endif ]%%
//     ^^^^^^^^^^^^^^^^^^^^ sources disagree
",
        );
    }

    #[test]
    fn silent_where_both_ways_are_the_same() {
        silent(
            "amp/mixed-and-or",
            "%%[ if @a == 1 and @b == 2 or @c == 3 then elseif @a or (@b and @c) then endif ]%% a or b and c",
        );
        silent("amp/mixed-and-or", "%%[ if (@a or @b) and @c or @d then endif ]%%");
    }
}
