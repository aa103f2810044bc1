use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Every NEXT closes a FOR that is open.
    ///
    /// ## Why
    /// Without an open FOR the keyword is a compile error: nothing of the page is shown. A FOR that was opened in an IF has to be closed
    /// before its ENDIF.
    /// Source: ampscript.md, sections 3 (`for_stmt`) and 3.1.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 1 to 3 do ]%%<li>%%=v(@i)=%%</li>%%[ next @i next ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to 3 do ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    pub UnmatchedNext {
        id: "amp/unmatched-next",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for UnmatchedNext {
    const KIND: ProblemKind = ProblemKind::UnmatchedNext;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        ctx.report::<Self>(problem.range, format!("`{}` without an open `for`", found.to_ascii_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_keyword() {
        check(
            "amp/unmatched-next",
            "
%%[ for @i = 1 to 3 do ]%%x%%[ next ]%%y%%[ next @i ]%%
//                                          ^^^^ `next` without an open `for`
",
        );
    }

    #[test]
    fn silent_across_blocks() {
        silent("amp/unmatched-next", "%%[ for @i = 1 to 3 do ]%%x%%[ set @next = [Next] ]%%y%%[ next @i ]%% next");
    }
}
