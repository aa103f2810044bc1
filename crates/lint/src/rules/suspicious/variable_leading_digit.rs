use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// The name of a variable begins with a letter or `_`.
    ///
    /// ## Why
    /// The documentation allows letters, digits and `_` anywhere in a name, Salesforce's open reimplementation of the language no
    /// digit at its beginning. A name that begins with a letter is read alike by everybody.
    /// Source: ampscript.md, section 14 (number 14).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @2ndOffer = "B" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @secondOffer = "B" ]%%
    /// ```
    ///
    /// ## Off
    /// Turn it off if your pages use such names and are known to work.
    pub VariableLeadingDigit {
        id: "amp/variable-leading-digit",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for VariableLeadingDigit {
    const KIND: ProblemKind = ProblemKind::VariableLeadingDigit;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let name = ctx.text(problem.range);
        ctx.report::<Self>(problem.range, format!("`{name}` begins with a digit, which not every reader accepts"))
            .help("begin the name with a letter");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_name() {
        check(
            "amp/variable-leading-digit",
            "
%%[ set @2row = 1 ]%%
//      ^^^^^ info: `@2row` begins with a digit, which not every reader accepts
",
        );
    }

    #[test]
    fn silent_on_digits_elsewhere() {
        silent("amp/variable-leading-digit", "%%[ set @row2 = '@2row' set @_2 = 2 /* @2 */ ]%% @2row");
    }
}
