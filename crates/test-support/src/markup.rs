//! Cursors, selections and indentation in the raw strings of tests.

use std::ops::Range;

/// The mark of a cursor; two of them enclose a selection.
pub const CURSOR: &str = "$0";

/// `text` without its cursor, and where that stood.
///
/// # Panics
/// Unless there is exactly one `$0`.
#[track_caller]
pub fn extract_cursor(text: &str) -> (String, usize) {
    let (text, marks) = take_marks(text);
    match marks[..] {
        [at] => (text, at),
        _ => panic!("one `$0` expected, {} found in:\n{text}", marks.len()),
    }
}

/// `text` without its marks, and the selection between them; a single cursor is an empty selection.
///
/// # Panics
/// Unless there are one or two `$0`.
#[track_caller]
pub fn extract_range(text: &str) -> (String, Range<usize>) {
    let (text, marks) = take_marks(text);
    match marks[..] {
        [at] => (text, at..at),
        [start, end] => (text, start..end),
        _ => panic!("one or two `$0` expected, {} found in:\n{text}", marks.len()),
    }
}

/// Removes the indentation that all lines share and a line end at the very beginning, so that a raw string can stand
/// indented in its test. Lines of blanks do not count, and lose what they have of the shared indentation.
pub fn trim_indent(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let indent_of = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(indent_of).min();
    let shared = shared.unwrap_or(0);
    text.split_inclusive('\n').map(|line| &line[shared.min(indent_of(line))..]).collect()
}

/// `text` without cursor marks, and where they stood in what is left.
pub(crate) fn take_marks(text: &str) -> (String, Vec<usize>) {
    let mut kept = String::with_capacity(text.len());
    let mut marks = Vec::new();
    let mut copied = 0;
    for at in marks_in(text) {
        kept.push_str(&text[copied..at]);
        marks.push(kept.len());
        copied = at + CURSOR.len();
    }
    kept.push_str(&text[copied..]);
    (kept, marks)
}

/// Where the cursor marks of `text` stand. A price is none: `$0.99`, `$05`.
pub(crate) fn marks_in(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices(CURSOR).map(|(at, _)| at).filter(|at| {
        let after = &text[at + CURSOR.len()..];
        let after = after.strip_prefix(['.', ',']).unwrap_or(after);
        !after.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_and_selection() {
        assert_eq!(extract_cursor("é$0b"), ("éb".to_owned(), 2));
        assert_eq!(extract_range("a$0bc$0d"), ("abcd".to_owned(), 1..3));
        assert_eq!(extract_range("ab$0"), ("ab".to_owned(), 2..2));
    }

    #[test]
    fn a_price_is_no_cursor() {
        assert_eq!(
            extract_cursor("only $0.99 or $0,50 or $05: @a$0"),
            ("only $0.99 or $0,50 or $05: @a".to_owned(), 30)
        );
        assert_eq!(extract_cursor("Platform$0.Function"), ("Platform.Function".to_owned(), 8));
    }

    #[test]
    #[should_panic(expected = "one `$0` expected, 2 found")]
    fn two_cursors_are_refused() {
        extract_cursor("$0a$0");
    }

    #[test]
    fn indentation_goes() {
        assert_eq!(trim_indent("\n    a\n\n      b\n  \n    "), "a\n\n  b\n\n");
        assert_eq!(trim_indent("a\n  b"), "a\n  b");
        assert_eq!(trim_indent("\t\ta\r\n\t\tb"), "a\r\nb");
    }
}
