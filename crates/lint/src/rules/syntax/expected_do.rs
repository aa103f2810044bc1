use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    context::{CheckProblem, Context},
    surroundings::{ends_or_begins_statement, in_case_of_line, in_text, upcoming},
};

declare_rule! {
    /// The head of FOR ends with DO.
    ///
    /// ## Why
    /// DO is part of the statement; without it the page does not compile and nothing of it is shown.
    /// Source: ampscript.md, section 3 (`for_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    pub ExpectedDo {
        id: "amp/expected-do",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for ExpectedDo {
    const KIND: ProblemKind = ProblemKind::ExpectedDo;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let place = problem.range.end();
        let word = ctx.text(problem.range);
        let keyword = in_case_of_line(ctx, problem.range.start(), "do");
        if word == "{" {
            ctx.report::<Self>(problem.range, "expected `do` after the last value, found `{`")
                .help("AMPscript has no braces: `for @i = 1 to 9 do … next @i`");
            return;
        }
        if !word.is_empty() {
            ctx.report::<Self>(problem.range, format!("expected `do` after the last value, found `{word}`"))
                .fix(format!("write `{keyword}`"), [TextEdit::replace(problem.range, keyword)]);
            return;
        }
        let glued = ctx.line_after(place).starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let in_text = in_text(ctx.line_before(place));
        let ends = ends_or_begins_statement(upcoming(ctx, place));
        let edit = TextEdit::insert(place, format!(" {keyword}{}", if glued { " " } else { "" }));
        let report = ctx.report::<Self>(problem.range, "expected `do` after the last value");
        if in_text {
            // The text that is not closed is the mistake.
        } else if ends {
            report.fix(format!("insert `{keyword}`"), [edit]);
        } else {
            // `for @i = 1 to 9 by 2`: with DO after the 9 the page would compile and count by one.
            report.unsafe_fix(format!("insert `{keyword}`"), [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::surroundings::{ends_or_begins_statement, in_text, upcoming};
    use crate::{
        context::Context,
        tests::{check, diagnostics, fixed, silent},
    };

    #[test]
    fn after_the_last_value() {
        check(
            "amp/expected-do",
            "
%%[ for @i = 1 to RowCount(@rows)
//                               | expected `do` after the last value
  set @row = Row(@rows, @i)
next @i ]%%
",
        );
    }

    #[test]
    fn silent_on_complete_loops() {
        silent("amp/expected-do", "%%[ for @i = 1 to 3 do next for @i = 3 downto 1\ndo next @i ]%% for each to 3");
    }

    #[test]
    fn inserts_it() {
        fixed("amp/expected-do", "%%[ for @i = 1 to 3 next @i ]%%", "%%[ for @i = 1 to 3 do next @i ]%%");
        fixed("amp/expected-do", "%%[ for @i = 1 to (3)next ]%%", "%%[ for @i = 1 to (3) do next ]%%");
        fixed("amp/expected-do", "%%[ for @i = 1 to 3 ]%%x%%[ next ]%%", "%%[ for @i = 1 to 3 do ]%%x%%[ next ]%%");
    }

    #[test]
    fn not_unseen_when_more_follows() {
        let found = diagnostics("%%[ for @i = 1 to 9 by 2 next @i ]%%");
        let fix = found.iter().find(|d| d.rule.id == "amp/expected-do").and_then(|d| d.fixes.first()).unwrap();
        assert_eq!(fix.applicability, sfmc_diagnostics::Applicability::Unsafe);
    }

    #[test]
    fn no_fix_in_a_text() {
        let found = diagnostics("%%[ for @i = 1 to \"3 ]%%");
        let mut found = found.iter().filter(|d| d.rule.id == "amp/expected-do");
        assert!(found.all(|d| d.fixes.is_empty()));
        assert!(in_text("don't %%[ set @a = \"x \"\" "));
        assert!(in_text("%%[[type=load] set @a = [First "));
        assert!(!in_text("don't %%[ set @a = \"it's\" set @b = [It's] "));
    }

    #[test]
    fn where_a_statement_ends() {
        for rest in ["", "]%%", "=%%", "</script>", "SET @b", "next", "else", "if @a"] {
            assert!(ends_or_begins_statement((rest, false)), "{rest}");
        }
        for rest in ["by 2", "nextrow", "'x'", "@b", ") ]%%", "set ", "next, @b", "Now()"] {
            assert!(!ends_or_begins_statement((rest, false)), "{rest}");
        }
        assert!(ends_or_begins_statement(("Now()", true)));
    }

    #[test]
    fn what_comes_next() {
        let ctx = Context::for_chunk("a /* b */ \r\n\n /**/c d\n /* e");
        let at = |offset: u32| upcoming(&ctx, offset.into());
        assert_eq!(at(0), ("a /* b */ ", false));
        assert_eq!(at(1), ("c d", true));
        assert_eq!(at(21), ("/* e", true));
        assert_eq!(at(27), ("", false));
    }
}
