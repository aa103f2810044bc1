use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// An IF has one ELSE at most.
    ///
    /// ## Why
    /// A second ELSE is a compile error: nothing of the page is shown. A branch with a condition of its own is written with ELSEIF.
    /// Source: ampscript.md, section 3 (`if_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @tier == "gold" then ]%%A%%[ else ]%%B%%[ else ]%%C%%[ endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @tier == "gold" then ]%%A%%[ elseif @tier == "silver" then ]%%B%%[ else ]%%C%%[ endif ]%%
    /// ```
    pub DuplicateElse {
        id: "amp/duplicate-else",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for DuplicateElse {
    const KIND: ProblemKind = ProblemKind::DuplicateElse;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let report = ctx
            .report::<Self>(problem.range, "this `if` has an `else` already")
            .help("a branch with a condition is written `elseif … then`, before the `else`");
        if let Some(first) = problem.related {
            report.related(first, "the first `else`");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, silent};

    #[test]
    fn on_the_second() {
        check(
            "amp/duplicate-else",
            "
%%[ if @a then ]%%A%%[ else ]%%B%%[ else ]%%C%%[ endif ]%%
//                                  ^^^^ this `if` has an `else` already
",
        );
    }

    #[test]
    fn says_which_is_the_first() {
        let found = diagnostics("%%[ if @a then else ]%%x%%[ else endif ]%%");
        let found = found.iter().find(|d| d.rule.id == "amp/duplicate-else").unwrap();
        assert_eq!(found.related[0].range, sfmc_syntax::TextRange::new(15.into(), 19.into()));
    }

    #[test]
    fn silent_on_nested_ones() {
        silent("amp/duplicate-else", "%%[ if @a then ]%%A%%[ else if @b then ]%%B%%[ else ]%%C%%[ endif endif ]%%");
    }
}
