use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A number has one decimal point at most.
    ///
    /// ## Why
    /// `1.2.3` is no number but two or more behind each other, and the page does not do what was meant. A version or a date is
    /// text.
    /// Source: ampscript.md, section 2 (numbers); ampscript-edge-cases.md, 73.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @version = 1.2.3 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @version = "1.2.3" ]%%
    /// ```
    pub InvalidNumber {
        id: "amp/invalid-number",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for InvalidNumber {
    const KIND: ProblemKind = ProblemKind::InvalidNumber;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let number = ctx.text(problem.range);
        ctx.report::<Self>(problem.range, format!("`{number}` has more than one decimal point"))
            .help(format!("if it is no number, write it as text: `\"{number}\"`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_number() {
        check(
            "amp/invalid-number",
            "
%%[ set @a = -1.2.3 ]%%
//           ^^^^^^ error: `-1.2.3` has more than one decimal point
",
        );
    }

    #[test]
    fn silent_on_numbers_strings_and_text() {
        silent("amp/invalid-number", "%%[ set @a = 1.23 set @b = '1.2.3' set @c = [1.2.3] ]%% 1.2.3");
    }
}
