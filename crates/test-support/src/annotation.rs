//! Expectations that stand under the text which they are about.

use std::{fmt::Write as _, ops::Range};

/// What a test expects at a place, as an annotation line says it.
///
/// An annotation line begins (after blanks) with `//`, then blanks and a mark, then a blank and a message. It points at
/// the line before it, or the one before the annotations above it, in columns of characters:
///
/// | line | range |
/// |---|---|
/// | `//   ^^^ message` | the characters above the carets |
/// | `//   \| message` | the empty range before the character above the bar |
/// | `//   ^^^... message` | begins above the first caret and ends somewhere on a later line |
/// | `//<^^ message` | from above the first slash (where no caret can stand) to the last caret |
/// | `//<\| message` | the empty range above the first slash |
///
/// The message may begin with a severity, a rule or both: `error[amp/x] text`, `error: text`, `[amp/x] text`. Everything
/// else that begins with `//` is a comment of the language and stays in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The bytes of the file that it is about.
    pub range: Range<usize>,
    /// Whether only the range's start is exact: what is found ends on a later line.
    pub open_end: bool,
    /// `error`, `warning`, `info` or `hint`, if it says so.
    pub severity: Option<String>,
    /// The rule, if it names one.
    pub rule: Option<String>,
    /// A part of the message; empty for any.
    pub message: String,
}

/// What was found at a place. An empty severity or rule says that findings of this kind have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found<'a> {
    /// The bytes of the file that it is about.
    pub range: Range<usize>,
    /// `error`, `warning`, `info` or `hint`.
    pub severity: &'a str,
    /// The rule.
    pub rule: &'a str,
    /// The whole message.
    pub message: &'a str,
}

impl<'a> From<(Range<usize>, &'a str)> for Found<'a> {
    fn from((range, message): (Range<usize>, &'a str)) -> Found<'a> {
        Found { range, message, ..Found::default() }
    }
}

const SEVERITIES: [&str; 4] = ["error", "warning", "info", "hint"];

/// An annotation line whose columns are not yet offsets.
pub(crate) struct Note<'a> {
    columns: Range<usize>,
    open_end: bool,
    line: &'a str,
    message: &'a str,
}

/// Reads an annotation line; `None` for every other line.
pub(crate) fn parse_line(line: &str) -> Option<Note<'_>> {
    let line = line.trim_end();
    let indented = line.trim_start_matches([' ', '\t']);
    let slashes = line.len() - indented.len();
    let rest = indented.strip_prefix("//")?;
    let (from_slashes, rest) = match rest.strip_prefix('<') {
        Some(rest) => (true, rest),
        None => (false, rest.trim_start_matches([' ', '\t'])),
    };
    // Everything up to here is ASCII: bytes are columns.
    let mark = line.len() - rest.len();
    let carets = rest.len() - rest.trim_start_matches('^').len();
    let bar = carets == 0 && rest.starts_with('|');
    if carets == 0 && !bar && !from_slashes {
        return None;
    }
    let start = if from_slashes { slashes } else { mark };
    let end = if bar { start } else { mark + carets };
    let rest = &rest[carets + usize::from(bar)..];
    let (open_end, message) = match rest.strip_prefix("...") {
        Some(message) if !bar => (true, message),
        _ => (false, rest),
    };
    let ends_here = message.is_empty() || message.starts_with([' ', '\t']);
    ends_here.then(|| Note { columns: start..end, open_end, line, message: message.trim() })
}

impl Note<'_> {
    /// Looks the columns up.
    #[track_caller]
    pub(crate) fn resolve(&self, offset: impl Fn(usize) -> Option<usize>) -> Annotation {
        let (Some(start), Some(end)) = (offset(self.columns.start), offset(self.columns.end)) else {
            panic!("this annotation points past the end of the line before it: {}", self.line);
        };
        let (severity, rule, message) = split_message(self.message);
        Annotation {
            range: start..end,
            open_end: self.open_end,
            severity: severity.map(str::to_owned),
            rule: rule.map(str::to_owned),
            message: message.to_owned(),
        }
    }
}

/// `error[amp/x] text` in its parts.
fn split_message(message: &str) -> (Option<&str>, Option<&str>, &str) {
    let word = message.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(message.len());
    let (severity, rest) = message.split_at(word);
    let known = SEVERITIES.contains(&severity);
    if let Some((rule, text)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        && (known || severity.is_empty())
    {
        let text = text.strip_prefix(':').unwrap_or(text);
        return (known.then_some(severity), Some(rule), text.trim_start());
    }
    match rest.strip_prefix(':') {
        Some(text) if known => (Some(severity), None, text.trim_start()),
        _ => (None, None, message),
    }
}

impl Annotation {
    fn accepts(&self, text: &str, found: &Found<'_>) -> bool {
        let range = if self.open_end {
            let line_end = text[self.range.end..].find('\n').map_or(text.len(), |n| self.range.end + n);
            found.range.start == self.range.start && found.range.end > line_end
        } else {
            found.range == self.range
        };
        range
            && self.severity.as_deref().is_none_or(|severity| severity == found.severity)
            && self.rule.as_deref().is_none_or(|rule| rule == found.rule)
            && found.message.contains(&self.message)
    }
}

/// Compares `found` with what `expected` of `text`: each expectation must be met by one finding, and no finding may be
/// left over.
///
/// # Errors
/// What differs, for a panic: the missing, the unexpected, and everything that was found written as annotations, ready to
/// be copied into the test.
pub fn compare(text: &str, expected: &[Annotation], found: &[Found<'_>]) -> Result<(), String> {
    let mut left: Vec<&Found<'_>> = found.iter().collect();
    let mut by_length: Vec<&Annotation> = expected.iter().collect();
    // The most demanding first, lest a short message takes the finding that only a longer one describes.
    by_length.sort_by_key(|a| std::cmp::Reverse((a.rule.is_some(), a.severity.is_some(), a.message.len())));
    let mut missing = Vec::new();
    for annotation in by_length {
        match left.iter().position(|found| annotation.accepts(text, found)) {
            Some(at) => {
                left.remove(at);
            }
            None => missing.push(annotation),
        }
    }
    if missing.is_empty() && left.is_empty() {
        return Ok(());
    }
    missing.sort_by_key(|a| (a.range.start, a.range.end));
    let mut out = String::from("what was found differs from the annotations\n");
    if !missing.is_empty() {
        out.push_str("\nexpected, but not found:\n");
    }
    for a in missing {
        let (severity, rule) = (a.severity.as_deref().unwrap_or(""), a.rule.as_deref().unwrap_or(""));
        let found = Found { range: a.range.clone(), severity, rule, message: &a.message };
        describe(&mut out, text, &found, a.open_end);
    }
    if !left.is_empty() {
        out.push_str("\nfound, but not expected:\n");
    }
    for found in left {
        describe(&mut out, text, found, false);
    }
    let _ = write!(out, "\nall that was found, as annotations:\n\n{}", render(text, found));
    Err(out)
}

fn describe(out: &mut String, text: &str, found: &Found<'_>, open_end: bool) {
    let (line, column) = line_col(text, found.range.start);
    let (end_line, end_column) = line_col(text, found.range.end);
    let end = match () {
        () if open_end => "...".to_owned(),
        () if end_line == line => format!("{end_column}"),
        () => format!("{end_line}:{end_column}"),
    };
    let excerpt: String = text.get(found.range.clone()).unwrap_or("").chars().take(40).collect();
    let _ = writeln!(out, "  {line}:{column}-{end} {excerpt:?} {}", label(found));
}

/// Line and column from 1, in characters.
fn line_col(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn label(found: &Found<'_>) -> String {
    match (found.severity, found.rule) {
        ("", "") => found.message.to_owned(),
        (severity, "") => format!("{severity}: {}", found.message),
        (severity, rule) => format!("{severity}[{rule}] {}", found.message),
    }
}

/// `text` with annotation lines under its lines for everything that was found: the markup that would accept it. The two
/// kinds of range that no annotation can express (one or two columns at the very beginning of a line) are written as a
/// comment.
pub fn render(text: &str, found: &[Found<'_>]) -> String {
    let mut found: Vec<&Found<'_>> = found.iter().collect();
    found.sort_by_key(|f| (f.range.start, f.range.end));
    let mut found = found.into_iter().peekable();
    let mut out = String::new();
    let mut start = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    loop {
        let line = lines.next().unwrap_or("");
        out.push_str(line);
        let end = start + line.len();
        let last = lines.peek().is_none();
        while let Some(f) = found.next_if(|f| last || f.range.start < end) {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            let shown = line.trim_end_matches(['\n', '\r']);
            let columns = |offset: usize| {
                let within = shown.floor_char_boundary(offset.saturating_sub(start).min(shown.len()));
                shown[..within].chars().count()
            };
            let (from, to) = (columns(f.range.start), columns(f.range.end));
            let open = if f.range.end > end { "..." } else { "" };
            let mark = match (from, to) {
                (0 | 1, to) if from == to => "<|".to_owned(),
                (0, 3..) => format!("<{}", "^".repeat(to - 3)),
                (0 | 1, _) => format!(" (columns {from} to {to})"),
                (from, to) if from == to => format!("{}|", " ".repeat(from - 2)),
                (from, to) => format!("{}{}", " ".repeat(from - 2), "^".repeat(to - from)),
            };
            let _ = writeln!(out, "//{mark}{open} {}", label(f));
        }
        if last {
            return out;
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fixture;

    fn expect(line: &str) -> Annotation {
        parse_line(line).unwrap().resolve(Some)
    }

    #[test]
    fn severity_and_rule() {
        let parts = |message| {
            let a = expect(&format!("// ^ {message}"));
            (a.severity.unwrap_or_default(), a.rule.unwrap_or_default(), a.message)
        };
        let owned = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(parts("error[amp/x] text"), owned("error", "amp/x", "text"));
        assert_eq!(parts("[amp/x]: text"), owned("", "amp/x", "text"));
        assert_eq!(parts("hint: text"), owned("hint", "", "text"));
        assert_eq!(parts("error in [x] there"), owned("", "", "error in [x] there"));
        assert_eq!(parts("@a[0]: no"), owned("", "", "@a[0]: no"));
        assert_eq!(parts(""), owned("", "", ""));
    }

    #[test]
    fn only_marks_make_an_annotation() {
        for comment in ["// text", "//", "", "//- /a", "// ^x", "// ||", "//^text", "a // ^", "//|x"] {
            assert!(parse_line(comment).is_none(), "{comment}");
        }
        assert_eq!(expect("//^^").range, 2..4);
        assert_eq!(expect("  //<").range, 2..5);
        assert_eq!(expect("//<|").range, 0..0);
        assert!(expect("// ^... x").open_end);
    }

    #[test]
    fn what_is_rendered_is_accepted() {
        let text = "abc def\nnext\n\nend";
        let found: Vec<Found<'_>> = vec![
            (0..3, "at the start").into(),
            (4..7, "a word").into(),
            (4..17, "over lines").into(),
            (7..7, "empty").into(),
            (8..8, "empty at the start").into(),
            (17..17, "at the end").into(),
        ];
        let markup = render(text, &found);
        assert_eq!(
            markup,
            "abc def\n//< at the start\n//  ^^^ a word\n//  ^^^... over lines\n//     | empty\n\
             next\n//<| empty at the start\n\nend\n// | at the end\n"
        );
        let fixture = Fixture::parse(&markup);
        assert_eq!(fixture.files[0].text, "abc def\nnext\n\nend\n");
        fixture.files[0].check(&found);
    }

    #[test]
    fn the_difference_is_readable() {
        let fixture = Fixture::parse("%%=Lokup('é')=%%\n// ^^^^^ error[amp/unknown] no such\n//       ^^^ other");
        let found = [Found { range: 3..8, severity: "warning", rule: "amp/unknown", message: "no such function" }];
        let difference = compare(&fixture.files[0].text, &fixture.files[0].annotations, &found).unwrap_err();
        assert_eq!(
            difference,
            r#"what was found differs from the annotations

expected, but not found:
  1:4-9 "Lokup" error[amp/unknown] no such
  1:10-13 "'é'" other

found, but not expected:
  1:4-9 "Lokup" warning[amp/unknown] no such function

all that was found, as annotations:

%%=Lokup('é')=%%
// ^^^^^ warning[amp/unknown] no such function
"#
        );
    }

    #[test]
    fn the_longer_message_chooses_first() {
        let expected = [expect("// ^ a"), expect("// ^ ab")];
        let found: [Found<'_>; 2] = [(3..4, "ab").into(), (3..4, "ac").into()];
        assert_eq!(compare("xxxxx", &expected, &found), Ok(()));
    }
}
