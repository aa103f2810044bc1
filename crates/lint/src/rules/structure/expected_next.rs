use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::surroundings::in_case_of;

declare_rule! {
    /// A FOR is closed by NEXT, and by no other word.
    ///
    /// ## Why
    /// `endfor`, `end for` or a misspelt `nxt` is read as an attribute that does nothing: the FOR stays open, and the page does not compile.
    /// Source: ampscript.md, section 3 (`for_stmt`, expression statements).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do set @last = Row(@orders, @i) endfor ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do set @last = Row(@orders, @i) next @i ]%%
    /// ```
    pub ExpectedNext {
        id: "amp/expected-next",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for ExpectedNext {
    const KIND: ProblemKind = ProblemKind::ExpectedNext;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        // `end` can stand elsewhere than the end that is missing.
        let certain = !["end", "loop", "done", "endif", "next"].iter().any(|word| found.eq_ignore_ascii_case(word));
        let end = in_case_of(found, "next");
        let title = format!("write `{end}`");
        let edit = TextEdit::replace(problem.range, end);
        let report = ctx.report::<Self>(problem.range, format!("expected `next`, found `{found}`"));
        if certain {
            report.fix(title, [edit]);
        } else {
            report.unsafe_fix(title, [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn in_the_case_of_the_word() {
        fixed(
            "amp/expected-next",
            "%%[ FOR @i = 1 TO 3 DO SET @b = 1 ENDFOR ]%%",
            "%%[ FOR @i = 1 TO 3 DO SET @b = 1 NEXT ]%%",
        );
    }

    #[test]
    fn on_the_words_that_end_it() {
        check(
            "amp/expected-next",
            "
%%[ for @i = 1 to 3 do set @b = 1 endfor ]%%
//                                ^^^^^^ expected `next`, found `endfor`
%%[ for @i = 1 to 3 do ]%%x%%[ end for ]%%
//                             ^^^^^^^ expected `next`, found `end for`
%%[ for @i = 1 to 3 do nxt @i ]%%
//                     ^^^ expected `next`, found `nxt`
",
        );
    }

    #[test]
    fn silent_where_nothing_is_open() {
        silent("amp/expected-next", "%%[ for @i = 1 to 3 do set @b = nxt next @i loop ]%% endfor");
    }

    #[test]
    fn writes_it() {
        fixed("amp/expected-next", "%%[ for @i = 1 to 3 do end next @i ]%%", "%%[ for @i = 1 to 3 do next @i ]%%");
        fixed("amp/expected-next", "%%[ for @i = 1 to 3 do EndFor ]%%", "%%[ for @i = 1 to 3 do next ]%%");
    }
}
