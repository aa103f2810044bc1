//! Where texts and quoted names end, also where a quote is missing or one is too much: what follows must not be read as the inverse of
//! what it is.

use super::{LOOK, Lexer};
use crate::{placeholder::is_name, problem::SqlProblemKind, words};

/// How far a quote that closes `'it's'` is looked for behind the one that does not, in bytes.
const MAX_UNESCAPED: usize = 120;

/// How many quotes such a text has at most.
const MAX_QUOTES: usize = 4;

const SMART_QUOTES: &str = "‘’‚“”„‹›";

impl Lexer<'_> {
    /// The end of the text whose quote stands before `body`.
    pub(super) fn string(&mut self, at: usize, body: usize) -> usize {
        let Some(close) = self.close(body) else {
            self.seen = usize::MAX;
            let end = self.line_end(body);
            self.report(SqlProblemKind::UnterminatedString, at, end);
            return end;
        };
        self.seen = self.seen.max(close + 1 + LOOK);
        if !self.is_glued(close + 1) {
            return close + 1;
        }
        let line_end = self.line_end(body);
        if close > line_end {
            // What closes it opens another: `'abc` at the end of a line, `= 'x'` on the next.
            self.report(SqlProblemKind::UnterminatedString, at, line_end);
            return line_end;
        }
        if let Some(end) = self.behind_unescaped(close + 1, line_end) {
            // `''Gold''`, as it stands in strings of scripts
            if close == body && self.text[end..].starts_with('\'') {
                self.report(SqlProblemKind::UnescapedQuote, at, end + 1);
                return end + 1;
            }
            self.report(SqlProblemKind::UnescapedQuote, close, close + 1);
            return end;
        }
        close + 1
    }

    /// The place of the quote that closes the text that begins at `from`; doubled ones do not.
    fn close(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        loop {
            at += memchr::memchr(b'\'', &bytes[at..])?;
            if bytes.get(at + 1) != Some(&b'\'') {
                return Some(at);
            }
            at += 2;
        }
    }

    /// Whether a word that is none of SQL's follows a quote without a blank.
    fn is_glued(&mut self, at: usize) -> bool {
        let rest = &self.text[at..];
        if rest.starts_with('%') {
            return true;
        }
        let len = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        self.seen = self.seen.max(at + len + LOOK);
        let word = &rest[..len];
        len > 0 && !words::is_word_of_sql(word) && !word.starts_with(['@', '#', '$'])
    }

    /// The end of a text that goes on behind a quote which should be doubled: behind the next quote of the line that no word follows.
    fn behind_unescaped(&mut self, from: usize, line_end: usize) -> Option<usize> {
        let limit = self.text.floor_char_boundary(line_end.min(from + MAX_UNESCAPED));
        self.seen = self.seen.max(limit + LOOK);
        let mut at = from;
        for _ in 0..MAX_QUOTES {
            at += memchr::memchr(b'\'', self.text.as_bytes().get(at..limit)?)? + 1;
            if !self.is_glued(at) {
                // `'a'b, ' c'`: this quote opens another text.
                let before = self.text[from..at - 1].chars().next_back()?;
                return (is_name(before) || "!?.%".contains(before)).then_some(at);
            }
        }
        None
    }

    /// The end of a name between `quote`s, which ends on its line.
    pub(super) fn quoted_name(&mut self, at: usize, quote: u8) -> usize {
        let line_end = self.line_end(at + 1);
        self.seen = self.seen.max(line_end + LOOK);
        let mut end = at + 1;
        while let Some(close) = memchr::memchr(quote, &self.text.as_bytes()[end..line_end]) {
            end += close + 1;
            if self.text.as_bytes().get(end) != Some(&quote) {
                self.check_name(at, end);
                return end;
            }
            end += 1;
        }
        if quote == b'`' {
            // That it is none of SQL's is said; what follows the first word is no part of it.
            let name = &self.text[at + 1..line_end];
            let ends = |c: char| c.is_whitespace() || ",.)(;=".contains(c);
            return at + 1 + name.find(ends).unwrap_or(name.len());
        }
        self.give_up_name(at, line_end)
    }

    /// The end of a name in brackets, which ends on its line.
    pub(super) fn bracket_name(&mut self, at: usize) -> usize {
        let line_end = self.line_end(at + 1);
        self.seen = self.seen.max(line_end + LOOK);
        // What nothing closes on this line, nothing closes further on in it; that was said of the first.
        if self.unclosed == line_end {
            return self.behind_name(at, line_end);
        }
        let bytes = &self.text.as_bytes()[..line_end];
        let mut end = at + 1;
        while let Some(next) = memchr::memchr2(b'[', b']', &bytes[end..]).map(|next| end + next) {
            if bytes[next] == b']' && bytes.get(next + 1) == Some(&b']') {
                end = next + 2;
            } else if bytes[next] == b']' {
                self.check_name(at, next + 1);
                return next + 1;
            } else if matches!(bytes[next - 1], b' ' | b'\t' | b',' | b'.' | b'(') && !self.is_escaped(next, line_end) {
                // `[First Name, [Last Name]`: the second is no part of the first.
                if !self.closes(next, line_end) {
                    self.unclosed = line_end;
                }
                return self.give_up_name(at, line_end);
            } else {
                end = next + 1;
            }
        }
        self.unclosed = line_end;
        self.give_up_name(at, line_end)
    }

    /// Whether a bracket stands in a name with the one that closes it doubled, and the name goes on to a bracket of its own:
    /// `[Report [final]].v2]`.
    fn is_escaped(&mut self, open: usize, line_end: usize) -> bool {
        const MAX_REST: usize = 128;
        if !self.closes(open, line_end) || self.text.as_bytes().get(self.bracket + 1) != Some(&b']') {
            return false;
        }
        let rest = &self.text.as_bytes()[self.bracket + 2..line_end.max(self.bracket + 2)];
        let rest = &rest[..rest.len().min(MAX_REST)];
        let mut from = 0;
        while let Some(at) = rest.get(from..).and_then(|rest| memchr::memchr2(b'[', b']', rest)).map(|at| from + at) {
            if rest.get(at) == Some(&b']') {
                return true;
            }
            // Another bracket in the name: `[a [b]] c [d]] e]`.
            let close =
                rest.get(at + 1..).and_then(|rest| memchr::memchr2(b'[', b']', rest)).map(|close| at + 1 + close);
            match close {
                Some(close) if rest.get(close..close + 2) == Some(b"]]") => from = close + 2,
                _ => return false,
            }
        }
        false
    }

    /// Whether a bracket closes something further on in the line.
    fn closes(&mut self, from: usize, line_end: usize) -> bool {
        if self.bracket < from {
            let found = memchr::memchr(b']', &self.text.as_bytes()[from..line_end]);
            self.bracket = found.map_or(self.bracket, |found| from + found);
        }
        (from..line_end).contains(&self.bracket)
    }

    fn check_name(&mut self, at: usize, end: usize) {
        if self.text[at + 1..end - 1].trim().is_empty() {
            self.report(SqlProblemKind::EmptyName, at, end);
        }
    }

    /// Where a name that is not closed was meant to end.
    fn give_up_name(&mut self, at: usize, line_end: usize) -> usize {
        let end = self.behind_name(at, line_end);
        self.report(SqlProblemKind::UnterminatedName, at, end);
        end
    }

    /// The end of a name that nothing closes: brackets that follow each other open one.
    fn behind_name(&self, at: usize, line_end: usize) -> usize {
        let rest = self.text[at + 1..line_end].trim_start_matches('[');
        let name = &rest[..rest.find([',', ')', ';', '=', '[']).unwrap_or(rest.len())];
        line_end - rest.len() + name.trim_end().len()
    }

    /// The end of what stands between typographic quotation marks on one line.
    pub(super) fn smart_quote(&mut self, at: usize) -> usize {
        let mark = self.text[at..].chars().next().map_or(1, char::len_utf8);
        let line_end = self.line_end(at + mark);
        self.seen = self.seen.max(line_end + LOOK);
        let body = &self.text[at + mark..line_end];
        // Between double ones a single one is an apostrophe.
        let double = self.text[at..].starts_with(['“', '„', '”']);
        let mut closes = body.char_indices().filter(|&(_, c)| SMART_QUOTES.contains(c) || c == '\'' || c == '"');
        let first = closes.next();
        let close = if double && first.is_some_and(|(_, c)| c == '’' || c == '‘') {
            closes.take(MAX_QUOTES).find(|&(_, c)| matches!(c, '“' | '”' | '"')).or(first)
        } else {
            first
        };
        let end = at + mark + close.map_or(0, |(n, c)| n + c.len_utf8());
        self.report(SqlProblemKind::SmartQuote, at, end);
        end
    }
}
