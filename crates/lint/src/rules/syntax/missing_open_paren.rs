use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// The arguments of a function stand in parentheses.
    ///
    /// ## Why
    /// Without the opening one the name is an attribute, what follows a value of its own, and the closing one closes nothing: the page does not
    /// compile.
    /// Source: ampscript.md, section 4 (`call`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @name = Concat @first, " ", @last) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @name = Concat(@first, " ", @last) ]%%
    /// ```
    pub MissingOpenParen {
        id: "amp/missing-open-paren",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for MissingOpenParen {
    const KIND: ProblemKind = ProblemKind::MissingOpenParen;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let gap = problem.range.end();
        let after = ctx.line_after(gap);
        let blanks = TextSize::of(after) - TextSize::of(after.trim_start_matches([' ', '\t']));
        let mut report = ctx.report::<Self>(problem.range, "expected `(` after the function's name");
        if let Some(closer) = problem.related {
            report = report.related(closer, "this `)` closes it");
        }
        // It can be the closing one that is too much.
        report.unsafe_fix("insert `(`", [TextEdit::replace(TextRange::at(gap, blanks), "(")]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn after_the_name() {
        check(
            "amp/missing-open-paren",
            "
%%[ set @a = Concat 'x', 'y') if not Empty @b) then endif ]%%
//                 | expected `(` after the function's name
//                                        | expected `(` after the function's name
%%=v@a)=%%
//  | expected `(` after the function's name
",
        );
    }

    #[test]
    fn nothing_else_is_said() {
        for text in ["%%=v@a)=%%", "%%[ set @a = Concat'x', 'y') ]%%", "%%=Concat(Lowercase @a), 'x')=%%"] {
            assert_eq!(diagnostics(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn silent_where_it_stands() {
        silent("amp/missing-open-paren", "%%[ set @a = Concat ('x', FirstName) set @b = (FirstName) ]%% v @a)");
    }

    #[test]
    fn inserts_it() {
        fixed("amp/missing-open-paren", "%%=v @a)=%%", "%%=v(@a)=%%");
        fixed("amp/missing-open-paren", "%%[ set @a = Concat'x', 'y') ]%%", "%%[ set @a = Concat('x', 'y') ]%%");
    }
}
