//! Directives in comments that silence findings.
//!
//! ```text
//! sfmc-ignore amp/unknown-function, amp/other: they are defined by the wrapper
//! sfmc-ignore-file sql: generated
//! ```
//!
//! The first form is about a line, the second about a file. Both name what they silence — as a [`Selector`] does, so that
//! `syntax`, `amp/` and even `all` are possible, but never nothing — and may give a reason after a colon. A directive
//! takes a line of a comment from its beginning; the word in the middle of a sentence is none.
//!
//! This module reads directives. Which rules the names stand for, which line is meant and whether a directive is of any use
//! is decided where the findings are known.
//!
//! [`Selector`]: crate::selector::Selector

use std::sync::LazyLock;

use chumsky::{
    error::{RichPattern, RichReason},
    prelude::*,
};
use memchr::{memchr, memmem, memrchr};
use sfmc_syntax::{TextRange, TextSize};

/// The word that every directive begins with.
pub const WORD: &str = "sfmc-ignore";

/// A directive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Directive {
    /// What it is about.
    pub kind: DirectiveKind,
    /// What it silences, as written; at least one.
    pub rules: Vec<RuleName>,
    /// Where its reason stands.
    pub reason: Option<TextRange>,
    /// All of it, from its first word to the end of its reason.
    pub range: TextRange,
}

/// What a directive is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DirectiveKind {
    /// `sfmc-ignore`: a line.
    Line,
    /// `sfmc-ignore-file`: the file.
    File,
}

/// The name of a rule, a group or a prefix in a directive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuleName {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub range: TextRange,
}

/// A directive that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DirectiveError {
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// Where.
    pub range: TextRange,
}

/// The directives of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Directives {
    /// Those that can be read, in their order.
    pub found: Vec<Directive>,
    /// What is wrong with the others.
    pub errors: Vec<DirectiveError>,
}

static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(WORD));

/// The directives of `text`. `comments` are the ranges of what its comments contain, without the marks that begin and end
/// them, in any order; they are not asked for unless the text has the word of a directive somewhere.
pub fn directives(text: &str, comments: impl IntoIterator<Item = TextRange>) -> Directives {
    let mut directives = Directives::default();
    if FINDER.find(text.as_bytes()).is_none() {
        return directives;
    }
    for comment in comments {
        if let Some(content) = text.get(usize::from(comment.start())..usize::from(comment.end())) {
            directives.read_comment(content, comment.start());
        }
    }
    directives
}

impl Directives {
    /// Adds the directives of one comment, whose content begins at `offset` of its file.
    pub fn read_comment(&mut self, content: &str, offset: TextSize) {
        let bytes = content.as_bytes();
        let mut from = 0;
        while let Some(word) = FINDER.find(&bytes[from..]).map(|at| from + at) {
            let line_start = memrchr(b'\n', &bytes[..word]).map_or(0, |at| at + 1);
            let line_end = memchr(b'\n', &bytes[word..]).map_or(bytes.len(), |at| word + at);
            // Whatever else stands in this line, no other directive begins in it.
            from = line_end;
            let before = content[line_start..word].trim_matches(|c: char| c.is_whitespace() || c == '*');
            let line = content[word..line_end].trim_end_matches(|c: char| c.is_whitespace() || c == '*');
            // `sfmc-ignored` is prose, `sfmc-ignore-line` a mistake worth telling of.
            let is_word = !line[WORD.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
            if before.is_empty() && is_word {
                self.read_directive(line, offset + size(word));
            }
        }
    }

    fn read_directive(&mut self, line: &str, offset: TextSize) {
        let range = |span: SimpleSpan| TextRange::new(offset + size(span.start), offset + size(span.end));
        let whole = TextRange::at(offset, size(line.len()));
        let (parsed, errors) = directive().parse(line).into_output_errors();
        if let Some(error) = errors.first() {
            self.errors
                .push(DirectiveError { message: describe(error), range: range_of(error, line).map_or(whole, range) });
        } else if let Some((kind, rules, reason)) = parsed {
            let rules = rules.into_iter().map(|(name, at)| RuleName { name: name.to_owned(), range: range(at) });
            let reason = reason.map(range);
            self.found.push(Directive { kind, rules: rules.collect(), reason, range: whole });
        }
    }
}

fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}

type Parsed<'a> = (DirectiveKind, Vec<(&'a str, SimpleSpan)>, Option<SimpleSpan>);
type Error<'a> = Rich<'a, char>;

const A_RULE: &str = "the name of a rule";

/// The grammar of one directive: `word rule ("," rule)* (":" reason?)?`.
fn directive<'a>() -> impl Parser<'a, &'a str, Parsed<'a>, extra::Err<Error<'a>>> {
    let chars = |is: fn(&char) -> bool| any().filter(is).repeated();
    let blank = chars(|c| c.is_whitespace());
    let word = chars(|c| c.is_alphanumeric() || *c == '-').to_slice().try_map(|word: &str, span| match word {
        WORD => Ok(DirectiveKind::Line),
        "sfmc-ignore-file" => Ok(DirectiveKind::File),
        _ => {
            let message = format!("there is no directive `{word}`, only `sfmc-ignore` and `sfmc-ignore-file`");
            Err(Rich::custom(span, message))
        }
    });
    let rule = chars(|c| !c.is_whitespace() && !matches!(c, ',' | ':'))
        .at_least(1)
        .to_slice()
        .map_with(|name: &str, e| (name, e.span()))
        .labelled(A_RULE);
    let rules = rule.separated_by(just(',').padded_by(blank)).at_least(1).collect();
    let reason = just(':').ignore_then(blank).ignore_then(any().repeated().to_slice().map_with(|text: &str, e| {
        let span: SimpleSpan = e.span();
        (!text.is_empty()).then_some(span)
    }));
    let reason = blank.ignore_then(reason.or_not()).map(Option::flatten);
    word.then_ignore(blank)
        .then(rules)
        .then(reason)
        .then_ignore(end())
        .map(|((kind, rules), reason)| (kind, rules, reason))
}

fn describe(error: &Error<'_>) -> String {
    match error.reason() {
        RichReason::Custom(message) => message.clone(),
        RichReason::ExpectedFound { expected, .. } => {
            let wants_rule =
                |pattern: &RichPattern<'_, char>| matches!(pattern, RichPattern::Label(label) if label == A_RULE);
            if expected.iter().any(wants_rule) {
                format!("{A_RULE} is expected here, as in `{WORD} amp/unknown-function: reason`")
            } else {
                "`,` and another rule or `:` and a reason is expected here".to_owned()
            }
        }
    }
}

/// The word at which reading failed; `None` at the end of the directive, where there is nothing to point at.
fn range_of(error: &Error<'_>, line: &str) -> Option<SimpleSpan> {
    let start = error.span().start;
    if let RichReason::Custom(_) = error.reason() {
        return Some(*error.span());
    }
    let rest = line.get(start..).filter(|rest| !rest.is_empty())?;
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len()).max(1);
    Some((start..start + length).into())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// Reads `content` as a comment that begins at 100, and shows what was found with the text of each range.
    fn check(content: &str, expected: &Expect) {
        let text = format!("{}{content}", " ".repeat(100));
        let comment = TextRange::new(100.into(), TextSize::of(&text));
        let found = directives(&text, [comment]);
        let mut lines: Vec<String> = Vec::new();
        for d in &found.found {
            let rules: Vec<&str> = d.rules.iter().map(|rule| &text[rule.range]).collect();
            assert!(d.rules.iter().all(|rule| rule.name == text[rule.range]));
            let reason = d.reason.map(|range| format!(" because `{}`", &text[range])).unwrap_or_default();
            lines.push(format!("{:?} {}{reason} in `{}`", d.kind, rules.join(" + "), &text[d.range]));
        }
        for e in &found.errors {
            lines.push(format!("error at `{}`: {}", &text[e.range], e.message));
        }
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn the_two_forms() {
        check(
            " sfmc-ignore amp/unknown-function, amp/other: defined by the wrapper: see there ",
            &expect![
                "Line amp/unknown-function + amp/other because `defined by the wrapper: see there` in `sfmc-ignore amp/unknown-function, amp/other: defined by the wrapper: see there`"
            ],
        );
        check(
            "sfmc-ignore-file amp/,all ,syntax",
            &expect!["File amp/ + all + syntax in `sfmc-ignore-file amp/,all ,syntax`"],
        );
        check("sfmc-ignore MCE008 :x", &expect!["Line MCE008 because `x` in `sfmc-ignore MCE008 :x`"]);
        check("sfmc-ignore a:", &expect!["Line a in `sfmc-ignore a:`"]);
    }

    #[test]
    fn a_line_of_a_longer_comment() {
        check(
            "*\r\n * The cart.\r\n * sfmc-ignore amp/x: größer 😀\r\n *\tsfmc-ignore-file y\r\n * The end. *",
            &expect![[r#"
                Line amp/x because `größer 😀` in `sfmc-ignore amp/x: größer 😀`
                File y in `sfmc-ignore-file y`"#]],
        );
        check("* sfmc-ignore a *", &expect!["Line a in `sfmc-ignore a`"]);
    }

    #[test]
    fn prose_is_left_alone() {
        check("Use sfmc-ignore amp/x to silence it", &expect![[""]]);
        check("`sfmc-ignore amp/x` silences it", &expect![[""]]);
        check("sfmc-ignored", &expect![[""]]);
        check("see sfmc-ignore\nsfmc_ignore\n sfmc-ignores", &expect![[""]]);
        check("nothing of the kind", &expect![[""]]);
    }

    #[test]
    fn mistakes() {
        check(
            "sfmc-ignore",
            &expect![
                "error at `sfmc-ignore`: the name of a rule is expected here, as in `sfmc-ignore amp/unknown-function: reason`"
            ],
        );
        check(
            "sfmc-ignore: all of it",
            &expect![
                "error at `:`: the name of a rule is expected here, as in `sfmc-ignore amp/unknown-function: reason`"
            ],
        );
        check(
            "sfmc-ignore amp/x,",
            &expect![
                "error at `sfmc-ignore amp/x,`: the name of a rule is expected here, as in `sfmc-ignore amp/unknown-function: reason`"
            ],
        );
        check(
            "sfmc-ignore amp/x,, amp/y",
            &expect![
                "error at `,`: the name of a rule is expected here, as in `sfmc-ignore amp/unknown-function: reason`"
            ],
        );
        check(
            "sfmc-ignore amp/x because of it",
            &expect!["error at `because`: `,` and another rule or `:` and a reason is expected here"],
        );
        check(
            "sfmc-ignore-next-line amp/x",
            &expect![
                "error at `sfmc-ignore-next-line`: there is no directive `sfmc-ignore-next-line`, only `sfmc-ignore` and `sfmc-ignore-file`"
            ],
        );
    }

    #[test]
    fn comments_are_asked_for_only_when_the_word_occurs() {
        let never = std::iter::from_fn(|| panic!("asked"));
        assert_eq!(directives("<p>text</p>", never), Directives::default());
    }
}
