use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Two NOTs in a row undo each other.
    ///
    /// ## Why
    /// The condition is the same without them and easier to read.
    /// Source: ampscript.md, section 4 (`not_expr`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if not not Empty(@coupon) then set @coupon = "WELCOME" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if Empty(@coupon) then set @coupon = "WELCOME" endif ]%%
    /// ```
    ///
    /// ## Off
    /// Where NOT NOT is meant to make a boolean of a value.
    pub DoubleNot {
        id: "amp/double-not",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for DoubleNot {
    const KIND: ProblemKind = ProblemKind::DoubleNot;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "the second `not` undoes the first").help("leave both out");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_both() {
        check(
            "amp/double-not",
            "
%%[ if @a and NOT  not Empty(@b) then endif ]%%
//            ^^^^^^^^ the second `not` undoes the first
",
        );
    }

    #[test]
    fn silent_on_single_ones() {
        silent(
            "amp/double-not",
            "%%[ if not Empty(@a) and not Empty(@b) then elseif not (not @a) then endif ]%% not not",
        );
    }
}
