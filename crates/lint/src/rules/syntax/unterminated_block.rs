use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    context::{CheckProblem, Context},
    delimiters::block_closer,
};

declare_rule! {
    /// A block that `%%[` opens ends with `]%%`.
    ///
    /// ## Why
    /// What stands between the two is code. Without the end the text of the page that follows is read as code too, and the page
    /// does not compile. `]%` and `] %%` end nothing. Nothing else is reported from such a block: it would only follow from this.
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
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for UnterminatedBlock {
    const KIND: ProblemKind = ProblemKind::UnterminatedBlock;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        if let Some(closer) = block_closer(ctx, problem.range) {
            let found = ctx.text(closer);
            ctx.report::<Self>(closer, format!("`{found}` closes no block: did you mean `]%%`?"))
                .related(problem.range, "this `%%[` has no `]%%`")
                .unsafe_fix("write `]%%`", [TextEdit::replace(closer, "]%%")]);
            return;
        }
        ctx.report::<Self>(problem.range, "this `%%[` has no `]%%`").help("write `]%%` where the code ends");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

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
    fn at_a_misspelt_closer() {
        check(
            "amp/unterminated-block",
            "
<p>%%[ set @a = 1
set @b = '100%]' ]%</p>
//               ^^ error: `]%` closes no block: did you mean `]%%`?
",
        );
        check(
            "amp/unterminated-block",
            "\n%%[ set @c = [Rate] ] %%\n//                  ^^^^ `] %%` closes no block\n",
        );
        check("amp/unterminated-block", "\n%%[ set @d = 1 }%% text\n//             ^^^ `}%%` closes no block\n");
        fixed("amp/unterminated-block", "%%[ set @a = 1 ]% text", "%%[ set @a = 1 ]%% text");
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
