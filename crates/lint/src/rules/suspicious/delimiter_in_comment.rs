use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Delimiters in a comment mean nothing.
    ///
    /// ## Why
    /// A comment protects them from being read as the end of the code. Some tools, and perhaps some steps before the page is sent,
    /// look for delimiters without regard to comments.
    /// Source: ampscript.md, section 1.2.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* was: %%=v(@old)=%% */ set @offer = "A" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* was: v(@old) */ set @offer = "A" ]%%
    /// ```
    ///
    /// ## Off
    /// Turn it off if no other tool reads your pages.
    pub DelimiterInComment {
        id: "amp/delimiter-in-comment",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for DelimiterInComment {
    const KIND: ProblemKind = ProblemKind::DelimiterInComment;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let delimiter = ctx.text(problem.range);
        ctx.report::<Self>(
            problem.range,
            format!("`{delimiter}` in a comment means nothing, but other tools may take it for code"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_first_of_them() {
        check(
            "amp/delimiter-in-comment",
            "
%%[ /* old: ]%% %%[ */ set @a = 1 ]%%
//          ^^^ hint: `]%%` in a comment means nothing
",
        );
    }

    #[test]
    fn silent_on_other_comments_and_in_text() {
        silent("amp/delimiter-in-comment", "%%[ /* 50%% %%name%% [x] */ set @a = ']%%' ]%% /* %%[ var @b ]%% */");
    }
}
