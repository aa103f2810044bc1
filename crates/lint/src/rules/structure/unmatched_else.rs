use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// ELSE and ELSEIF are branches of an IF that is open.
    ///
    /// ## Why
    /// Without an open IF the keyword is a compile error: nothing of the page is shown.
    /// Source: ampscript.md, sections 3 (`if_stmt`) and 3.1.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @vip then ]%%Welcome back%%[ endif else ]%%Welcome
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @vip then ]%%Welcome back%%[ else ]%%Welcome%%[ endif ]%%
    /// ```
    pub UnmatchedElse {
        id: "amp/unmatched-else",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for UnmatchedElse {
    const KIND: ProblemKind = ProblemKind::UnmatchedElse;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let keyword = ctx.text(problem.range);
        ctx.report::<Self>(problem.range, format!("`{keyword}` without an open `if`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_keyword() {
        check(
            "amp/unmatched-else",
            "
<p>%%[ if @b then endif else ]%%x%%[ endif ELSEIF @a then ]%%y%%</p>
//                      ^^^^ `else` without an open `if`
//                                         ^^^^^^ `ELSEIF` without an open `if`
",
        );
    }

    #[test]
    fn what_follows_belongs_to_the_missing_if() {
        let found =
            crate::tests::diagnostics("%%[ elseif @a then ]%%x%%[ elseif @b then ]%%y%%[ else ]%%z%%[ endif ]%%");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn silent_across_blocks() {
        silent("amp/unmatched-else", "%%[ if @a then ]%%x%%[ elseif @b then ]%%y%%[ else ]%%z%%[ endif ]%% else");
    }
}
