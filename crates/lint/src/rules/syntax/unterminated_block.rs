use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A block that `%%[` opens ends with `]%%`.
    ///
    /// ## Why
    /// What stands between the two is code. Without the end the text of the page that follows is read as code too, and the page
    /// does not compile. Nothing else is reported from such a block: it would only follow from this.
    /// Source: ampscript.md, section 1.2.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @name = AttributeValue("FirstName")
    /// <p>Hello %%=v(@name)=%%</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @name = AttributeValue("FirstName") ]%%
    /// <p>Hello %%=v(@name)=%%</p>
    /// ```
    pub UnterminatedBlock {
        id: "amp/unterminated-block",
        aliases: ["sfmc/amp-balanced-delimiters"],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for UnterminatedBlock {
    const KIND: ProblemKind = ProblemKind::UnterminatedBlock;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "this `%%[` has no `]%%`").help("write `]%%` where the code ends");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_opener() {
        check(
            "amp/unterminated-block",
            "
<p>%%[ set @a = 1
// ^^^ error: this `%%[` has no `]%%`
</p>
",
        );
    }

    #[test]
    fn before_the_next_region() {
        check(
            "amp/unterminated-block",
            "
<p>%%[ set @a = 1 </p>
// ^^^ this `%%[` has no `]%%`
%%[ set @b = 2 ]%%
",
        );
    }

    #[test]
    fn the_end_in_a_string_or_a_comment_is_none() {
        silent("amp/unterminated-block", "%%[ set @a = ']%%' /* ]%% */ ]%% text");
        check(
            "amp/unterminated-block",
            "
<p>%%[ set @a = ']%%'
// ^^^ this `%%[` has no `]%%`
",
        );
    }

    #[test]
    fn silent_on_what_ends() {
        silent(
            "amp/unterminated-block",
            "%%[ set @a = [x]]%% %%[Shoe Size]%% 100%% [off] %%[[type=load;name=A] var @a ]%%",
        );
    }
}
