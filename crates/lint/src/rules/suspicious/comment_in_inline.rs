use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Comments stand in blocks, not in inline expressions.
    ///
    /// ## Why
    /// The documentation allows no comment in `%%= … =%%`. Salesforce's open reimplementation of the language accepts it.
    /// Source: ampscript.md, sections 2 (comments) and 14 (number 7).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @name = RequestParameter("name") ]%%
    /// <p>%%=v(@name) /* as the form sends it */=%%</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* as the form sends it */ set @name = RequestParameter("name") ]%%
    /// <p>%%=v(@name)=%%</p>
    /// ```
    ///
    /// ## Off
    /// Turn it off if your pages use such comments and are known to work.
    pub CommentInInline {
        id: "amp/comment-in-inline",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for CommentInInline {
    const KIND: ProblemKind = ProblemKind::CommentInInline;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "the documentation allows no comment in `%%= … =%%`")
            .help("write the comment in a block");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_comment() {
        check(
            "amp/comment-in-inline",
            "
%%=v(/* x */ @a)=%%
//   ^^^^^^^ info: the documentation allows no comment in `%%= … =%%`
",
        );
    }

    #[test]
    fn silent_in_blocks_and_strings() {
        silent("amp/comment-in-inline", "%%[ /* x */ set @a = 1 ]%% %%=v('/* x */')=%% /* x */");
    }
}
