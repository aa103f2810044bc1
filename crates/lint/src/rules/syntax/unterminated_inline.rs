use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    context::{CheckProblem, Context},
    delimiters::inline_closer,
};

declare_rule! {
    /// An inline expression that `%%=` opens ends with `=%%`.
    ///
    /// ## Why
    /// Without the end the text behind the expression is read as code, and the page does not compile.
    /// Source: ampscript.md, section 1.2.
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>Dear %%=v(@name)</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>Dear %%=v(@name)=%%</p>
    /// ```
    pub UnterminatedInline {
        id: "amp/unterminated-inline",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for UnterminatedInline {
    const KIND: ProblemKind = ProblemKind::UnterminatedInline;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        if let Some(closer) = inline_closer(ctx, problem.range) {
            ctx.report::<Self>(closer, "`=%` ends no inline expression: did you mean `=%%`?")
                .related(problem.range, "this `%%=` has no `=%%`")
                .unsafe_fix("write `=%%`", [TextEdit::replace(closer, "=%%")]);
            return;
        }
        ctx.report::<Self>(problem.range, "this `%%=` has no `=%%`").help("write `=%%` behind the expression");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_opener() {
        check(
            "amp/unterminated-inline",
            "
<p>%%=v(@a)</p>
// ^^^ error: this `%%=` has no `=%%`
<p>%%=v(@b)%% %%=v(@c)=%%</p>
// ^^^ this `%%=` has no `=%%`
",
        );
    }

    #[test]
    fn at_a_misspelt_closer() {
        check(
            "amp/unterminated-inline",
            "
<p>%%=v(@a)=% off</p>
//         ^^ error: `=%` ends no inline expression: did you mean `=%%`?
",
        );
        fixed("amp/unterminated-inline", "<p>%%=v(@a)=%</p>", "<p>%%=v(@a)=%%</p>");
    }

    #[test]
    fn silent_on_what_ends() {
        silent("amp/unterminated-inline", "%%=v('=%%')=%% %%=v(@a\n)=%% %%==%% a=%%name%%");
    }

    #[test]
    fn in_an_address() {
        for text in [
            "<img src=\"https://t.example/?h=%%=v(@hash)&b=%%=v(@b64)=%%\">",
            "<img src=\"https://t.example/?h=%%=v(@hash)&amp;b=%%=v(@b64)=%%\">",
            "<img src=\"https://t.example/?h=%%=v(@hash)&a=1&b=%%=v(@b64)=%%&c=%%=v(@c)=%%\">",
        ] {
            let found = crate::tests::diagnostics(text);
            let found: Vec<_> = found.iter().map(|d| (d.rule.id, usize::from(d.range.start()))).collect();
            assert_eq!(found, [("amp/unterminated-inline", text.find("%%=").unwrap())], "{text}");
        }
    }
}
