use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A comment that `/*` opens ends with `*/`.
    ///
    /// ## Why
    /// Without its end the comment takes in all that follows, the end of the block too, and the page does not compile.
    /// Source: ampscript.md, section 2 (comments and recovery).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[
    ///   /* the offer of this week
    ///   set @offer = "A"
    /// ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[
    ///   /* the offer of this week */
    ///   set @offer = "A"
    /// ]%%
    /// ```
    pub UnterminatedComment {
        id: "amp/unterminated-comment",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for UnterminatedComment {
    const KIND: ProblemKind = ProblemKind::UnterminatedComment;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "this comment has no `*/`").help("write `*/` where the comment ends");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_its_beginning() {
        check(
            "amp/unterminated-comment",
            "
%%[ set @a = 1 /* note ]%%
//             ^^ error: this comment has no `*/`
text
",
        );
    }

    #[test]
    fn a_later_comment_does_not_end_it() {
        check(
            "amp/unterminated-comment",
            "
%%[ /* one ]%% text %%[ /* two */ set @a = 1 ]%%
//  ^^ this comment has no `*/`
",
        );
    }

    #[test]
    fn silent_on_comments_that_end_and_in_strings() {
        silent("amp/unterminated-comment", "%%[ /* a /* b ]%% */ /**/ set @a = '/*' ]%% /* text");
    }
}
