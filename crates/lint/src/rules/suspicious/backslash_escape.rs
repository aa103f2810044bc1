use sfmc_diagnostics::Severity;
use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A quote in a string is written twice; a backslash before it means nothing.
    ///
    /// ## Why
    /// The backslash is a character of the text, and the quote behind it ends the string. What follows is read as code. Where the quotes
    /// come out even all the same, the next backslash stands outside of a string, and no page compiles with one there. Where there is
    /// none, this is a warning beside what is wrong with the rest.
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
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// The edits that double every quote which a backslash was meant to escape: from the first, in its string and in those that follow it on
/// the line, for all of them are read at cross-purposes; nothing where one of them does not end there.
fn doubled(ctx: &Context<'_>, escape: TextRange) -> Option<Vec<TextEdit>> {
    let quote = ctx.text(escape).strip_prefix('\\')?;
    if ctx.line_before(escape.start()).ends_with('\\') {
        return None;
    }
    let mut edits = vec![TextEdit::replace(escape, quote.repeat(2))];
    let mut open = quote.bytes().next();
    let rest = ctx.line_after(escape.end());
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match open {
            // A backslash that was meant to escape itself.
            Some(_) if byte == b'\\' && next == Some(b'\\') => return None,
            Some(quote) if byte == b'\\' && next == Some(quote) => {
                let start = escape.end() + TextSize::try_from(at).ok()?;
                let twice = char::from(quote).to_string().repeat(2);
                edits.push(TextEdit::replace(TextRange::at(start, TextSize::new(2)), twice));
                at += 1;
            }
            Some(quote) if byte == quote => open = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'') => open = Some(byte),
            // The code ends here; what follows is text of the page.
            None if rest.get(at..).is_some_and(|rest| rest.starts_with("]%%") || rest.starts_with("=%%")) => break,
            None => {}
        }
        at += 1;
    }
    open.is_none().then_some(edits)
}

/// Whether a character stands outside strings behind the one that ends with an escape with which no token begins, such as another
/// backslash or the colon of an address, up to the end of the line or of the code.
fn is_refused(rest: &str) -> bool {
    let mut open = None;
    for (at, c) in rest.char_indices() {
        match open {
            Some(quote) if c == quote => open = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => open = Some(c),
            None if matches!(c, '\\' | ':') => return true,
            None if ["]%%", "=%%", "/*", "["].iter().any(|end| rest[at..].starts_with(end)) => return false,
            None => {}
        }
    }
    false
}

impl CheckProblem for BackslashEscape {
    const KIND: ProblemKind = ProblemKind::BackslashEscape;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let quote = ctx.text(problem.range).trim_start_matches('\\');
        let help = format!("write the quote twice: `{quote}{quote}`");
        let edits = doubled(ctx, problem.range);
        let refused = is_refused(ctx.line_after(problem.range.end()));
        let message = if !quote.is_empty() && ctx.line_after(problem.range.end()).starts_with(quote) {
            "a backslash does not escape the quote: with the next one it is a quote of the text"
        } else {
            "a backslash does not escape the quote: the string ends here"
        };
        let report = ctx.report::<Self>(problem.range, message).help(help);
        let report = if refused { report } else { report.severity(Severity::Warning) };
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
    fn doubles_those_of_all_strings_of_the_line() {
        fixed(
            "amp/backslash-escape",
            r#"%%[ set @j = Concat("{\"a\": \"", @x, "\"}") ]%%"#,
            r#"%%[ set @j = Concat("{""a"": """, @x, """}") ]%%"#,
        );
        fixed(
            "amp/backslash-escape",
            r#"%%[ set @j = "{\"id\": \"1\", \"n\": \"" set @k = Concat(@j,@n,"\"}") ]%% \"text\""#,
            r#"%%[ set @j = "{""id"": ""1"", ""n"": """ set @k = Concat(@j,@n,"""}") ]%% \"text\""#,
        );
    }

    #[test]
    fn an_error_where_a_backslash_is_left_outside() {
        check(
            "amp/backslash-escape",
            r#"
%%[ set @x = "say \"hi\"" ]%%
//                ^^ error: a backslash does not escape the quote
%%[ set @y = "say \"hi" set @z = "x" ]%% \
//                ^^ warning: a backslash does not escape the quote
"#,
        );
    }

    #[test]
    fn an_error_where_an_address_is_left_outside() {
        check(
            "amp/backslash-escape",
            r#"
%%[ set @x = "<a href=\"https://x.example\">x</a>" ]%%
//                    ^^ error: a backslash does not escape the quote
"#,
        );
        let text = r#"%%[ set @x = "<a href=\"https://x.example\">x</a>" ]%%"#;
        assert_eq!(diagnostics(text).iter().filter(|d| d.rule.id != "amp/unused-variable").count(), 1);
        fixed("amp/backslash-escape", text, r#"%%[ set @x = "<a href=""https://x.example"">x</a>" ]%%"#);
    }

    #[test]
    fn an_error_where_an_address_without_protocol_is_left_outside() {
        check(
            "amp/backslash-escape",
            r#"
%%[ set @h = "<img src=\"//cdn.example/x.png\">" ]%%%%=v(@h)=%%
//                     ^^ error: a backslash does not escape the quote
"#,
        );
        let text = r#"%%[ set @h = "<img src=\"//cdn.example/x.png\">" ]%%%%=v(@h)=%%"#;
        assert_eq!(diagnostics(text).len(), 1);
        fixed("amp/backslash-escape", text, r#"%%[ set @h = "<img src=""//cdn.example/x.png"">" ]%%%%=v(@h)=%%"#);
        silent("amp/backslash-escape", "%%[ set @h = \"C:\\temp\\\" // the \"folder\"\n]%%%%=v(@h)=%%");
    }

    #[test]
    fn known_by_what_follows_on_the_line() {
        fixed("amp/backslash-escape", r#"%%[ set @q = "5\" pipe" ]%%"#, r#"%%[ set @q = "5"" pipe" ]%%"#);
        fixed("amp/backslash-escape", r#"%%[ set @q = "5\"" ]%%"#, r#"%%[ set @q = "5""" ]%%"#);
        fixed("amp/backslash-escape", r#"%%=Concat("5\" x 7\"", "a")=%%"#, r#"%%=Concat("5"" x 7""", "a")=%%"#);
        check(
            "amp/backslash-escape",
            r#"
%%[ set @q = "5\"" ]%%
//             ^^ warning: a backslash does not escape the quote: with the next one it is a quote of the text
"#,
        );
        silent("amp/backslash-escape", r#"%%[ set @q = Concat("C:\temp\", "a) ]%%"#);
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
