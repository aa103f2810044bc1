use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// `else if` is an ELSE with another IF in it; another branch of the same IF is written `elseif`.
    ///
    /// ## Why
    /// The IF inside needs an ENDIF of its own. With one ENDIF too few the page does not compile; with both it does the same as `elseif`.
    /// Source: ampscript.md, section 3 (IF); the Sage grammar, run on both.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @tier == "gold" then ]%%A%%[ else if @tier == "silver" then ]%%B%%[ endif endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @tier == "gold" then ]%%A%%[ elseif @tier == "silver" then ]%%B%%[ endif ]%%
    /// ```
    ///
    /// ## Off
    /// Where nested IFs are written on one line by intention.
    pub ElseIfTwoWords {
        id: "amp/else-if-two-words",
        aliases: ["else-if"],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for ElseIfTwoWords {
    const KIND: ProblemKind = ProblemKind::ElseIfTwoWords;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "`else if` opens another `if`, which needs its own `endif`")
            .help("write `elseif` for another branch of the same `if`, and remove the `endif` that is then too many");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_both_words() {
        check(
            "amp/else-if-two-words",
            "
%%[ if @a then else if @b then endif endif ]%%
//             ^^^^^^^ `else if` opens another `if`
",
        );
    }

    #[test]
    fn silent_on_one_word_and_on_a_line_of_its_own() {
        silent("amp/else-if-two-words", "%%[ if @a then elseif @b then else\n  if @c then endif\nendif ]%% else if");
        silent("amp/else-if-two-words", "%%[ if @a then else ]%%x%%[ if @b then endif endif ]%%");
    }
}
