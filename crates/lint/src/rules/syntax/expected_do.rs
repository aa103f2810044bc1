use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

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

/// What comes after `offset`, to the end of its line, when blanks, line ends and comments are skipped, and whether a line end was among
/// them. Empty at the end of the text.
pub(crate) fn upcoming<'a>(ctx: &Context<'a>, mut offset: TextSize) -> (&'a str, bool) {
    let mut own_line = false;
    loop {
        let line = ctx.line_after(offset);
        let rest = line.trim_start();
        if let Some(end) = rest.starts_with("/*").then(|| rest.find("*/")).flatten() {
            offset += TextSize::of(line) - TextSize::of(&rest[end + 2..]);
            continue;
        }
        let line_end = TextRange::at(offset + TextSize::of(line), TextSize::new(1));
        if !rest.is_empty() || ctx.text(line_end).is_empty() {
            return (rest, own_line);
        }
        own_line = true;
        offset = line_end.end();
    }
}

/// Whether the region ends with `rest`, or a statement begins with it beyond doubt. On a line of its own a call is one.
pub(crate) fn ends_or_begins_statement((rest, own_line): (&str, bool)) -> bool {
    let after = rest.trim_start_matches(|c: char| c == '_' || c.is_alphanumeric());
    let word = &rest[..rest.len() - after.len()];
    let after = after.trim_start();
    match word.to_ascii_lowercase().as_str() {
        "" => rest.is_empty() || ["]%%", "=%%", "</"].iter().any(|closer| rest.starts_with(closer)),
        // Without the variable it can be a word in a text whose quotes do not match, or a name that lacks its `@`.
        "var" | "set" | "for" => after.starts_with('@'),
        "if" | "elseif" | "else" | "endif" | "next" => !after.starts_with([')', ',', '=', '"', '\'']),
        _ => own_line && after.starts_with('('),
    }
}

/// Whether the code that `before` ends with stands inside a text or a bracketed name that is not closed.
pub(crate) fn in_text(before: &str) -> bool {
    let openers = ["%%[", "%%="].iter().filter_map(|d| before.rfind(d));
    let mut quote = None;
    for c in before[openers.max().map_or(0, |at| at + 3)..].chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == '[' => quote = Some(']'),
            _ => {}
        }
    }
    quote.is_some()
}

impl CheckProblem for ExpectedDo {
    const KIND: ProblemKind = ProblemKind::ExpectedDo;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let place = problem.range.end();
        let glued = ctx.line_after(place).starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let in_text = in_text(ctx.line_before(place));
        let ends = ends_or_begins_statement(upcoming(ctx, place));
        let edit = TextEdit::insert(place, if glued { " do " } else { " do" });
        let report = ctx.report::<Self>(problem.range, "expected `do` after the last value");
        if in_text {
            // The text that is not closed is the mistake.
        } else if ends {
            report.fix("insert `do`", [edit]);
        } else {
            // `for @i = 1 to 9 by 2`: with DO after the 9 the page would compile and count by one.
            report.unsafe_fix("insert `do`", [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ends_or_begins_statement, in_text, upcoming};
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
