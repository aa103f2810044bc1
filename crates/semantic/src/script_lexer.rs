//! Tokens of server-side JavaScript, as far as it takes to know its strings from its comments, its regular expressions and its code.

use std::{borrow::Cow, ops::Range};

/// What a whole string or regular expression counts as.
const TEXT: &str = "\"";

/// As much of JavaScript as it takes to know strings, comments and regular expressions from code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// The token before ends a value: a slash divides.
    after_value: bool,
}

impl<'t> Lexer<'t> {
    /// At the beginning of a script.
    pub(crate) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, at: 0, after_value: false }
    }

    /// Where the token ends that came last.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The next token: a word, or one character; a whole string or regular expression counts as `"`.
    pub(crate) fn token(&mut self) -> Option<&'t str> {
        self.blank();
        let start = self.at;
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        if is_word(first) {
            let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            self.at += len;
            let word = &rest[..len];
            const OPERATORS: [&str; 11] =
                ["return", "typeof", "case", "in", "delete", "void", "throw", "new", "else", "do", "instanceof"];
            self.after_value = !OPERATORS.contains(&word);
            return Some(word);
        }
        let len = match first {
            '"' | '\'' => string_len(rest, first),
            '/' if !self.after_value => regex_len(rest).unwrap_or(1),
            _ => first.len_utf8(),
        };
        self.at += len;
        let is_text = matches!(first, '"' | '\'') || len > first.len_utf8();
        self.after_value = is_text || matches!(first, ')' | ']' | '}');
        Some(if is_text { TEXT } else { &rest[..len] })
    }

    /// Skips blanks and comments.
    fn blank(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            self.at += match trimmed.as_bytes() {
                [b'/', b'/', ..] => trimmed.find(['\n', '\r']).unwrap_or(trimmed.len()),
                [b'/', b'*', ..] => trimmed[2..].find("*/").map_or(trimmed.len(), |end| end + 4),
                _ => return,
            };
        }
    }

    /// The string that comes next: what stands between its quotation marks.
    pub(crate) fn string(&mut self) -> Option<Range<usize>> {
        self.blank();
        let start = self.at;
        let is_string = self.token()? == TEXT && self.text[start..].starts_with(['"', '\'']);
        let end = self.at.checked_sub(1)?;
        (is_string && start < end && self.text.is_char_boundary(end)).then_some(start + 1..end)
    }

    /// The string that is all of the first argument of a call: what stands between its quotation marks, and where the token behind it ends.
    /// Reads nothing.
    pub(crate) fn literal_argument(mut self) -> Option<(Range<usize>, usize)> {
        if self.token()? != "(" {
            return None;
        }
        let string = self.string()?;
        matches!(self.token()?, "," | ")").then_some((string, self.at))
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c == '$' || c.is_alphanumeric()
}

/// A string with its quotation marks; it ends with its line at the latest.
fn string_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A regular expression with its slashes, if one stands there.
fn regex_len(text: &str) -> Option<usize> {
    let (mut escaped, mut class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '/' if !class => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// What a string says that is written so between its quotation marks.
pub(crate) fn unescaped(written: &str) -> Cow<'_, str> {
    if !written.contains('\\') {
        return Cow::Borrowed(written);
    }
    let mut text = String::new();
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some(letter @ ('x' | 'u')) => {
                let digits: String = rest.by_ref().take(if letter == 'x' { 2 } else { 4 }).collect();
                text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    Cow::Owned(text)
}
