use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// ELSE is the last branch of an IF.
    ///
    /// ## Why
    /// An ELSEIF after it is a compile error: nothing of the page is shown.
    /// Source: ampscript.md, section 3 (`if_stmt`); the Sage grammar, run on it.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @tier == "gold" then ]%%A%%[ else ]%%C%%[ elseif @tier == "silver" then ]%%B%%[ endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @tier == "gold" then ]%%A%%[ elseif @tier == "silver" then ]%%B%%[ else ]%%C%%[ endif ]%%
    /// ```
    pub ElseifAfterElse {
        id: "amp/elseif-after-else",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for ElseifAfterElse {
    const KIND: ProblemKind = ProblemKind::ElseifAfterElse;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let report = ctx
            .report::<Self>(problem.range, "`elseif` after the `else` of its `if`")
            .help("move this branch in front of the `else`");
        if let Some(alternative) = problem.related {
            report.related(alternative, "the `else`");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, silent};

    #[test]
    fn on_the_keyword() {
        check(
            "amp/elseif-after-else",
            "
%%[ if @a then ]%%A%%[ else ]%%B%%[ elseif @b then endif ]%%
//                                  ^^^^^^ `elseif` after the `else`
",
        );
    }

    #[test]
    fn says_where_the_else_is() {
        let found = diagnostics("%%[ if @a then else ]%%x%%[ elseif @b then endif ]%%");
        let found = found.iter().find(|d| d.rule.id == "amp/elseif-after-else").unwrap();
        assert_eq!(found.related[0].range, sfmc_syntax::TextRange::new(15.into(), 19.into()));
    }

    #[test]
    fn silent_on_nested_ones() {
        silent("amp/elseif-after-else", "%%[ if @a then else if @b then elseif @c then else endif endif ]%%");
    }
}
