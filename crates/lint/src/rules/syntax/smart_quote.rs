use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Strings stand between straight quotes, `"` or `'`.
    ///
    /// ## Why
    /// Typographic quotes, as word processors put them, begin no string, and the page does not compile. In the text of a string
    /// they are characters like any other.
    /// Source: ampscript.md, section 2 (strings); ampscript-edge-cases.md, 64.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @greeting = “Hello” ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @greeting = "Hello" ]%%
    /// ```
    pub SmartQuote {
        id: "amp/smart-quote",
        aliases: ["sfmc/amp-no-smart-quotes"],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// Whether the two marks are a pair in some language, and not two halves of two pairs.
fn is_pair(open: char, close: char) -> bool {
    matches!(
        (open, close),
        ('“' | '„' | '”' | '"', '”')
            | ('“' | '”' | '„', '"')
            | ('„', '“')
            | ('‘' | '‚' | '’' | '\'', '’')
            | ('‘' | '’' | '‚', '\'')
            | ('‚', '‘')
            | ('‹', '›')
            | ('›', '‹')
    )
}

/// The straight quote for a text between two typographic ones: of the same width, or the other if the text holds that one.
///
/// A single straight quote of the other kind in it would rather be half of a mixed pair: `“a", ”`.
fn straight(open: char, inner: &str) -> Option<char> {
    let (same, other) = if matches!(open, '“' | '”' | '„' | '"') { ('"', '\'') } else { ('\'', '"') };
    if !inner.contains(same) {
        return Some(same);
    }
    let even = inner.matches(same).count().is_multiple_of(2);
    (even && !inner.contains(other)).then_some(other)
}

impl CheckProblem for SmartQuote {
    const KIND: ProblemKind = ProblemKind::SmartQuote;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let mut inner = ctx.text(problem.range).chars();
        let (open, close) = (inner.next().unwrap_or('“'), inner.next_back());
        let inner = inner.as_str();
        // Glued to a word or a string the mark is an apostrophe, or the text goes on: `‘John’s’`.
        let glue = |c: char| matches!(c, '"' | '\'') || c.is_alphanumeric();
        let glued = ctx.line_before(problem.range.start()).ends_with(glue)
            || ctx.line_after(problem.range.end()).starts_with(glue);
        let message = match close {
            Some(close) => format!("`{open}` and `{close}` enclose no string"),
            None => format!("`{open}` begins no string"),
        };
        let report = ctx.report::<Self>(problem.range, message).help("strings stand between `\"` or `'`");
        if let Some(close) = close
            && !glued
            && is_pair(open, close)
            && let Some(quote) = straight(open, inner)
        {
            let edit = TextEdit::replace(problem.range, format!("{quote}{inner}{quote}"));
            report.fix(format!("replace both by `{quote}`"), [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_quoted_text_or_the_mark() {
        check(
            "amp/smart-quote",
            "
%%[ set @a = “Hello” ]%%
//           ^^^^^^^ error: `“` and `”` enclose no string
%%=v(‘x)=%%
//   ^ `‘` begins no string
",
        );
    }

    #[test]
    fn replaces_both() {
        fixed("amp/smart-quote", "%%[ set @a = “Hello” ]%%", "%%[ set @a = \"Hello\" ]%%");
        fixed("amp/smart-quote", "%%[ set @a = „it's“ ]%%", "%%[ set @a = \"it's\" ]%%");
        fixed("amp/smart-quote", "%%[ set @a = ’’ ]%%", "%%[ set @a = '' ]%%");
        fixed("amp/smart-quote", "%%[ set @a = ‘John’s’ ]%%", "%%[ set @a = 'John’s' ]%%");
        fixed("amp/smart-quote", "%%[ set @a = \"x” ]%%", "%%[ set @a = \"x\" ]%%");
        fixed("amp/smart-quote", "%%=Concat(“a\", 'b')=%%", "%%=Concat(\"a\", 'b')=%%");
        fixed("amp/smart-quote", "%%=Concat(“say \"hi\"”, ‘x’)=%%", "%%=Concat('say \"hi\"', ‘x’)=%%");
    }

    #[test]
    fn no_fix_where_the_end_is_in_doubt() {
        for text in ["%%[ set @a = “it's \"so\"” ]%%", "%%[ set @a = “x ]%%"] {
            let found = diagnostics(text);
            let quote = found.iter().find(|d| d.rule.id == "amp/smart-quote").unwrap();
            assert!(quote.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_in_strings_comments_and_text() {
        silent("amp/smart-quote", "%%[ set @a = 'It’s “so”' /* “x” */ set @b = [Kim’s] ]%% “It’s”");
    }
}
