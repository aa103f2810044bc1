use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Blanks in code are spaces, tabs and line ends.
    ///
    /// ## Why
    /// Non-breaking spaces and other foreign blanks come from word processors and web pages and cannot be seen. The grammar knows
    /// none of them, so that a page may be refused for one.
    /// Source: ampscript.md, section 2 (`ws`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @offer = "A" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @offer = "A" ]%%
    /// ```
    pub NonAsciiWhitespace {
        id: "amp/non-ascii-whitespace",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Safe,
        since: "0.1.0",
    }
}

/// What takes no room: it may have slipped into the middle of a word.
fn has_no_width(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

fn name(c: char) -> &'static str {
    match c {
        '\u{a0}' => "non-breaking space",
        '\u{202f}' => "narrow non-breaking space",
        '\u{3000}' => "ideographic space",
        '\u{200b}' => "zero-width space",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte order mark",
        '\u{85}' | '\u{2028}' | '\u{2029}' => "foreign line end",
        _ => "foreign blank",
    }
}

impl CheckProblem for NonAsciiWhitespace {
    const KIND: ProblemKind = ProblemKind::NonAsciiWhitespace;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let text = ctx.text(problem.range);
        let first = text.chars().next().unwrap_or('\u{a0}');
        let before = ctx.line_before(problem.range.start());
        let after = ctx.line_after(problem.range.end());
        let is_apart = before.is_empty()
            || after.is_empty()
            || before.ends_with(char::is_whitespace)
            || after.starts_with(char::is_whitespace);
        let report = ctx
            .report::<Self>(problem.range, format!("{} (U+{:04X}) in code", name(first), u32::from(first)))
            .help("blanks in code are spaces, tabs and line ends");
        if !text.chars().all(has_no_width) {
            report.fix("replace by a space", [TextEdit::replace(problem.range, " ")]);
        } else if is_apart {
            report.fix("remove it", [TextEdit::delete(problem.range)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_run() {
        check(
            "amp/non-ascii-whitespace",
            "
%%[ set\u{a0}\u{a0}@a = 1 ]%%
//     ^^ warning: non-breaking space (U+00A0) in code
",
        );
    }

    #[test]
    fn becomes_a_space() {
        fixed("amp/non-ascii-whitespace", "%%[ set\u{a0}\u{3000}@a = 1 ]%%", "%%[ set @a = 1 ]%%");
        fixed("amp/non-ascii-whitespace", "%%[ set \u{200b}@a = 1 ]%%", "%%[ set @a = 1 ]%%");
    }

    #[test]
    fn no_fix_where_it_may_stand_in_a_word() {
        let found = diagnostics("%%[ set @na\u{200b}me = 1 ]%%");
        let blank = found.iter().find(|d| d.rule.id == "amp/non-ascii-whitespace").unwrap();
        assert!(blank.fixes.is_empty());
    }

    #[test]
    fn silent_in_strings_comments_and_text() {
        silent("amp/non-ascii-whitespace", "%%[ set @a = 'x\u{a0}y' /* \u{a0} */ ]%% x\u{a0}y %%=v(\t@a\r\n)=%%");
    }
}
