use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    context::{CheckProblem, Context},
    surroundings::{in_text, is_name},
};

declare_rule! {
    /// The condition of IF or ELSEIF ends with THEN.
    ///
    /// ## Why
    /// THEN is part of the statement; without it the page does not compile and nothing of it is shown.
    /// Source: ampscript.md, section 3 (`if_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @tier == "gold" set @offer = "A" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @tier == "gold" then set @offer = "A" endif ]%%
    /// ```
    pub ExpectedThen {
        id: "amp/expected-then",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for ExpectedThen {
    const KIND: ProblemKind = ProblemKind::ExpectedThen;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let place = problem.range.end();
        let glued = ctx.line_after(place).starts_with(is_name);
        let in_text = in_text(ctx.line_before(place));
        let report = ctx.report::<Self>(problem.range, "expected `then` after the condition");
        // Where a text is not closed, that is the mistake.
        if !in_text {
            report.fix("insert `then`", [TextEdit::insert(place, if glued { " then " } else { " then" })]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_end_of_the_condition() {
        check(
            "amp/expected-then",
            r"
%%[ if @a == 1
//            | expected `then` after the condition
set @b = 2 endif ]%%
",
        );
    }

    #[test]
    fn silent_on_complete_statements() {
        silent("amp/expected-then", "%%[ if @a == 1 then elseif Empty(@b) then endif ]%%");
    }

    #[test]
    fn inserts_it() {
        fixed("amp/expected-then", "%%[ if @a endif ]%%", "%%[ if @a then endif ]%%");
        fixed("amp/expected-then", "%%[ if (@a)set @b = 1 endif ]%%", "%%[ if (@a) then set @b = 1 endif ]%%");
    }
}
