use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::surroundings::{ends_or_begins_statement, expects_value, upcoming};

declare_rule! {
    /// ENDIF is one word.
    ///
    /// ## Why
    /// `end` is read as an attribute and the `if` after it begins another IF, which has no condition: the page does not compile and
    /// nothing of it is shown.
    /// Source: ampscript.md, section 3 (`if_stmt`); the Sage grammar, run on it.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @vip == "true" then set @offer = "A" end if ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @vip == "true" then set @offer = "A" endif ]%%
    /// ```
    pub EndIfTwoWords {
        id: "amp/end-if-two-words",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for EndIfTwoWords {
    const KIND: ProblemKind = ProblemKind::EndIfTwoWords;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        let words: Vec<&str> = found.split_whitespace().collect();
        // `set @a=end if`: the words would become a value.
        let ends = ends_or_begins_statement(upcoming(ctx, problem.range.end()))
            && !expects_value(ctx.line_before(problem.range.start()));
        let report = ctx.report::<Self>(problem.range, "expected `endif`, found two words");
        match words[..] {
            [end, if_] if ends && !found.contains(['\n', '\r']) => {
                report.fix("write `endif`", [TextEdit::replace(problem.range, format!("{end}{if_}"))]);
            }
            // `end` on its own, and an IF with its condition after it.
            _ => {
                report.help("an IF is closed by `endif`; one that begins here needs its own");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_both_words() {
        check(
            "amp/end-if-two-words",
            "
%%[ if @a then set @b = 1 end if ]%%
//                        ^^^^^^ expected `endif`
",
        );
    }

    #[test]
    fn silent_on_one_word() {
        silent("amp/end-if-two-words", "%%[ if @a then endif set @end = 1 if @b then ENDIF ]%% end if");
    }

    #[test]
    fn joins_the_words() {
        fixed("amp/end-if-two-words", "%%[ if @a then End If ]%%", "%%[ if @a then EndIf ]%%");
        fixed(
            "amp/end-if-two-words",
            "%%[ if @a then\nend  if\nset @b = 1 ]%%",
            "%%[ if @a then\nendif\nset @b = 1 ]%%",
        );
    }

    #[test]
    fn silent_where_a_value_is_missing() {
        silent("amp/end-if-two-words", "%%[ if @a then set @b=end if ]%%");
    }

    #[test]
    fn silent_when_another_if_begins() {
        silent("amp/end-if-two-words", "%%[ if @a then end\nif @b then endif ]%%");
        silent("amp/end-if-two-words", "%%[ if @a then end if @b then endif ]%%");
    }
}
