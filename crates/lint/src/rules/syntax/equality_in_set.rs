use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// SET and FOR assign with a single `=`.
    ///
    /// ## Why
    /// `==` compares two values. After the variable of SET or FOR only `=` can stand; with `==` the page does not compile and nothing of it
    /// is shown.
    /// Source: ampscript.md, section 3 (`set_stmt`, `for_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @language == "en" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @language = "en" ]%%
    /// ```
    pub EqualityInSet {
        id: "amp/equality-in-set",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for EqualityInSet {
    const KIND: ProblemKind = ProblemKind::EqualityInSet;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        // `= =` as well.
        let found = ctx.text(problem.range);
        ctx.report::<Self>(problem.range, format!("expected `=`, found `{found}`"))
            .help("`=` assigns, `==` compares")
            .fix(format!("replace `{found}` by `=`"), [TextEdit::replace(problem.range, "=")]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_operator() {
        check(
            "amp/equality-in-set",
            "
%%[ set @a == 1 for @i == 1 to 3 do next ]%%
//         ^^ expected `=`, found `==`
//                     ^^ expected `=`, found `==`
",
        );
    }

    #[test]
    fn silent_on_assignments() {
        silent(
            "amp/equality-in-set",
            "%%[ set @a = '==' if @a == 1 then set @b = IIf(@a == 1, 2, 3) endif ]%% set @a == 1",
        );
    }

    #[test]
    fn replaces_it() {
        fixed("amp/equality-in-set", "%%[ set @a==1 ]%%", "%%[ set @a=1 ]%%");
        fixed("amp/equality-in-set", "%%[ for @i == 1 to 3 do next ]%%", "%%[ for @i = 1 to 3 do next ]%%");
    }
}
