use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A quote in a string is written twice; a backslash before it means nothing.
    ///
    /// ## Why
    /// The backslash is a character of the text, and the quote behind it ends the string. What follows is read as code.
    /// Source: ampscript.md, section 2 (strings); ampscript-edge-cases.md, 58.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @title = "The \"best\" offer" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @title = "The ""best"" offer" ]%%
    /// ```
    pub BackslashEscape {
        id: "amp/backslash-escape",
        aliases: ["quote-escape"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// The edits that double every quote which a backslash was meant to escape, up to the quote that was meant to end the string; nothing
/// if there is none on the line.
fn doubled(ctx: &Context<'_>, escape: TextRange) -> Option<Vec<TextEdit>> {
    let quote = ctx.text(escape).strip_prefix('\\')?;
    let quote_byte = *quote.as_bytes().first()?;
    if ctx.line_before(escape.start()).ends_with('\\') {
        return None;
    }
    let twice = quote.repeat(2);
    let mut edits = vec![TextEdit::replace(escape, twice.clone())];
    let rest = ctx.line_after(escape.end()).as_bytes();
    let mut at = 0;
    loop {
        match rest.get(at..)? {
            [b, ..] if *b == quote_byte => return Some(edits),
            [b'\\', b, ..] if *b == quote_byte => {
                let start = escape.end() + TextSize::try_from(at).ok()?;
                edits.push(TextEdit::replace(TextRange::at(start, TextSize::new(2)), twice.clone()));
                at += 2;
            }
            // A backslash that was meant to escape itself.
            [b'\\', b'\\', ..] | [] => return None,
            _ => at += 1,
        }
    }
}

impl CheckProblem for BackslashEscape {
    const KIND: ProblemKind = ProblemKind::BackslashEscape;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let quote = ctx.text(problem.range).trim_start_matches('\\');
        let help = format!("write the quote twice: `{quote}{quote}`");
        let edits = doubled(ctx, problem.range);
        let report =
            ctx.report::<Self>(problem.range, "a backslash does not escape the quote: the string ends here").help(help);
        if let Some(edits) = edits {
            report.unsafe_fix("double the quotes instead", edits);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_backslash_and_quote() {
        check(
            "amp/backslash-escape",
            r#"
%%[ set @a = "a\"b" ]%%
//             ^^ warning: a backslash does not escape the quote: the string ends here
"#,
        );
    }

    #[test]
    fn doubles_the_quotes() {
        fixed("amp/backslash-escape", r#"%%[ set @a = "a\"b" ]%%"#, r#"%%[ set @a = "a""b" ]%%"#);
        fixed("amp/backslash-escape", r#"%%[ set @a = 'It\'s "so"' ]%%"#, r#"%%[ set @a = 'It''s "so"' ]%%"#);
        fixed(
            "amp/backslash-escape",
            r#"%%[ set @a = "the \"best\" one" ]%%"#,
            r#"%%[ set @a = "the ""best"" one" ]%%"#,
        );
    }

    #[test]
    fn no_fix_without_an_end() {
        for text in [r#"%%[ set @a = "a\"b ]%%"#, r#"%%[ set @a = "a\\"b" ]%%"#] {
            let found = diagnostics(text);
            let escape = found.iter().find(|d| d.rule.id == "amp/backslash-escape").unwrap();
            assert!(escape.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_where_the_string_was_to_end() {
        silent("amp/backslash-escape", r#"%%[ set @a = Concat("C:\temp\", 'it''s', "a\nb") set @b = '\' ]%% \"x\""#);
    }
}
