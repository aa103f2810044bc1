use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Every `)` closes a `(` of the same statement.
    ///
    /// ## Why
    /// The page does not compile and nothing of it is shown. Whether one parenthesis is too many or one before it is missing only its
    /// author knows.
    /// Source: ampscript.md, section 4 (`call`, `primary`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=ProperCase(Trim(@firstName)))=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=ProperCase(Trim(@firstName))=%%
    /// ```
    pub UnmatchedCloseParen {
        id: "amp/unmatched-close-paren",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for UnmatchedCloseParen {
    const KIND: ProblemKind = ProblemKind::UnmatchedCloseParen;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "`)` without an open `(`")
            .unsafe_fix("delete the parenthesis", [TextEdit::delete(problem.range)]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_parenthesis() {
        check(
            "amp/unmatched-close-paren",
            "
%%[ set @a = Add(1, 2)) if (@a == 1)) then endif ]%%
//                    ^ `)` without an open `(`
//                                  ^ `)` without an open `(`
",
        );
    }

    #[test]
    fn silent_on_balanced_calls() {
        silent("amp/unmatched-close-paren", "%%[ set @a = Concat(')', Lowercase(@b), [a) b]) /* ) */ ]%% :) )");
    }

    #[test]
    fn deletes_it() {
        fixed("amp/unmatched-close-paren", "%%=v(@a))=%%", "%%=v(@a)=%%");
        fixed("amp/unmatched-close-paren", "%%[ set @a = 1) ]%%", "%%[ set @a = 1 ]%%");
    }
}
