//! What `%%` in the text begins: a block, an inline expression, a personalization string, a syndication directive, or nothing.
//!
//! Source: ampscript.md section 1.1, in its order; section 1.6 for personalization strings.

use memchr::{memchr, memchr_iter, memchr2};
use sfmc_syntax::{
    ProblemKind,
    cursor::{self, Code, Found},
    personalization,
};

use crate::{
    RegionFlags, RegionKind,
    sea::{Looked, Opener, Shape},
};

/// A name longer than this is none.
const MAX_NAME: usize = 256;
/// A syndication directive longer than this is none.
const MAX_DIRECTIVE: usize = 2048;
/// How far to look whether `%%` behind a name opens a region.
const MAX_LOOK: usize = 4096;

/// Decides what the `%%` at `at` begins; see [`crate::sea::classify`].
pub(crate) fn classify(text: &[u8], floor: usize, at: usize) -> Looked<Opener> {
    match text.get(at + 2) {
        Some(b'[') => bracket(text, at),
        Some(b'=') => Opener::Code(Code::Inline, 3).seen(at + 3),
        Some(b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'0'..=b'9' | 0x80..) => {
            let directive = syndication(text, at);
            match directive.what {
                Some(shape) => Opener::Region(shape).seen(directive.seen),
                None => {
                    let name = plain(text, floor, at);
                    name.what.seen(name.seen.max(directive.seen))
                }
            }
        }
        _ => stray(text, floor, at),
    }
}

/// `%%` that begins nothing. Behind `]` or `=` it is a closer that closes nothing.
///
/// `=%%` before a name is rather a value whose personalization string lacks its end (`?id=%%jobid`), unless the `=` ends code.
fn stray(text: &[u8], floor: usize, at: usize) -> Looked<Opener> {
    let resume = at + 1;
    let mut before = text[floor..at].iter().rev();
    let kind = match before.next() {
        Some(b']') => ProblemKind::StrayBlockClose,
        Some(b'=') if !text.get(at + 2).is_some_and(|&b| is_word(b)) => ProblemKind::StrayInlineClose,
        Some(b'=') if before.next() == Some(&b')') => ProblemKind::StrayInlineClose,
        _ => return Opener::text(resume).seen(at + 3),
    };
    Opener::Text { resume, problem: Some((kind, at - 1, at + 2)) }.seen(at + 3)
}

/// `%%[` opens a block, unless all of it is a name in brackets.
fn bracket(text: &[u8], at: usize) -> Looked<Opener> {
    let (end, seen) = personalization::bracketed(text, at);
    let Some(end) = end else {
        return Opener::Code(Code::Block, 3).seen(seen);
    };
    // One word, which could be code as well.
    let flags =
        if text[at + 3..end - 3].iter().all(|&b| is_word(b)) { RegionFlags::AMBIGUOUS } else { RegionFlags::default() };
    Shape::new(RegionKind::Personalization, end, 3, 3).with(flags).seen(seen)
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}

/// What a text between two `%%` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    /// A personalization string.
    Valid(RegionFlags),
    /// One word that was meant as one: `Shoe-Size`.
    Invalid,
    /// Anything else.
    None,
}

/// `%%name%%`.
///
/// The trap is the text between two regions, which stands between two `%%` as well. Behind a region the scanner comes to its closing
/// `%%` never; before a region the second `%%` is its opener. So a name whose closing `%%` could open a region is one only if it does
/// not, see [`opens_region`].
fn plain(text: &[u8], floor: usize, at: usize) -> Looked<Opener> {
    let start = at + 2;
    let limit = text.len().min(start + MAX_NAME);
    let is_name = |b: u8| is_word(b) || matches!(b, b' ' | b'.' | b'-' | b'(' | b')');
    let end = start + text[start..limit].iter().take_while(|&&b| is_name(b)).count();
    let mut seen = end + 2;
    if !text[end..].starts_with(b"%%") {
        let unended = stray(text, floor, at);
        return Looked { seen: seen.max(unended.seen), ..unended };
    }
    let name = classify_name(&text[start..end]);
    if name != Name::None {
        let opens = opens_region(text, end);
        seen = seen.max(opens.seen);
        if !opens.what {
            let end = end + 2;
            let what = match name {
                Name::Valid(flags) => Opener::Region(Shape::new(RegionKind::Personalization, end, 2, 2).with(flags)),
                _ => {
                    let problem = Some((ProblemKind::PersonalizationInvalidName, at, end));
                    Opener::Text { resume: end, problem }
                }
            };
            return what.seen(seen);
        }
    }
    let stray = stray(text, floor, at);
    Looked { seen: seen.max(stray.seen), ..stray }
}

fn classify_name(name: &[u8]) -> Name {
    let is_name_byte = |&b: &u8| b.is_ascii_alphanumeric() || b == b'_';
    let is_name_start = |b: &u8| b.is_ascii_alphabetic() || *b == b'_';
    let starts = name.first().is_some_and(is_name_start);
    let words = || name.split(|&b| b == b' ');
    if starts && words().all(|word| !word.is_empty() && word.iter().all(is_name_byte)) {
        let one = words().nth(1).is_none();
        return Name::Valid(if one { RegionFlags::default() } else { RegionFlags::NEEDS_BRACKETS });
    }
    if starts && is_indexed(name) {
        return Name::Valid(RegionFlags::default());
    }
    let word = |&b: &u8| is_word(b) || matches!(b, b'-' | b'.');
    let ends = |b: Option<&u8>| b.is_some_and(|&b| is_word(b));
    if name.iter().all(word)
        && ends(name.first())
        && ends(name.last())
        && name.iter().any(|&b| b.is_ascii_alphabetic() || b >= 0x80)
    {
        return Name::Invalid;
    }
    Name::None
}

/// `MSG(0).VERB`, `TEXT.NOUN(0)`: names joined by dots with at least one index.
fn is_indexed(name: &[u8]) -> bool {
    let part = |part: &[u8]| {
        let name = part.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        match &part[name..] {
            [] => Some(false).filter(|_| name > 0),
            [b'(', digits @ .., b')'] if name > 0 && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
                Some(true)
            }
            _ => None,
        }
    };
    let parts: Option<Vec<bool>> = name.split(|&b| b == b'.').map(part).collect();
    parts.is_some_and(|parts| parts.contains(&true))
}

/// Whether the `%%` at `at`, which ends a name, opens a region all the same: `%%` of `checked%%[ endif ]%%`.
///
/// Behind `%%name` it can be both. `%%[` is an opener if `]%%` comes before another opener, else a bracket of the text. `%%=` is one
/// if a call and `=%%` follow on the line, else the `=` is of the text: `a=%%a%%=%%b%%`.
fn opens_region(text: &[u8], at: usize) -> Looked<bool> {
    let start = at + 3;
    match text.get(at + 2) {
        Some(b'[') => {
            let limit = text.len().min(start + MAX_LOOK);
            let rest = &text[start..limit];
            for n in memchr_iter(b'%', rest) {
                let found = match &rest[n..] {
                    [b'%', b'%', ..] if n > 0 && rest[n - 1] == b']' => true,
                    [b'%', b'%', b'[' | b'=', ..] => false,
                    _ => continue,
                };
                return Looked::new(found, start + n + 3);
            }
            Looked::new(false, limit + 1)
        }
        Some(b'=') => {
            let line = memchr(b'\n', &text[start..text.len().min(start + MAX_NAME)]);
            let limit = line.map_or(text.len().min(start + MAX_NAME), |n| start + n);
            let step = cursor::next(Code::Inline, &text[..limit], start, false);
            let call = step.found == Found::Close && text[start..step.start].trim_ascii_end().ends_with(b")");
            Looked::new(call, step.seen.max(limit + 1))
        }
        _ => Looked::new(false, at + 3),
    }
}

/// `%%Before;HTTPGet "…"%%` and its like, on one line.
fn syndication(text: &[u8], at: usize) -> Looked<Option<Shape>> {
    let limit = text.len().min(at + MAX_DIRECTIVE);
    let mut rest = &text[at + 2..limit];
    let none = |rest: &[u8]| Looked::new(None, (limit - rest.len()) + 9);
    for phase in [&b"before;"[..], b"after;"] {
        if cursor::starts_with_ignore_case(rest, phase) {
            rest = skip_blanks(&rest[phase.len()..]);
            break;
        }
    }
    let Some(verb) = [&b"httpget"[..], b"httppost"].into_iter().find(|v| cursor::starts_with_ignore_case(rest, v))
    else {
        return none(rest);
    };
    let url = skip_blanks(&rest[verb.len()..]);
    let (Some(&quote @ (b'"' | b'\'')), true) = (url.first(), url.len() < rest.len() - verb.len()) else {
        return none(url);
    };
    let Some(len) = memchr2(quote, b'\n', &url[1..]).filter(|&n| url[1 + n] == quote) else {
        let line = memchr(b'\n', url).map_or(limit, |n| limit - url.len() + n);
        return Looked::new(None, line + 1);
    };
    let behind = skip_blanks(&url[len + 2..]);
    if !behind.starts_with(b"%%") {
        return none(behind);
    }
    let end = limit - behind.len() + 2;
    Looked::new(Some(Shape::new(RegionKind::Syndication, end, 2, 2)), end)
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|b| matches!(b, b' ' | b'\t')).count()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let valid = Name::Valid(RegionFlags::default());
        for name in ["emailaddr", "_subscriberkey", "xtmonth", "MSG(0).VERB", "MSG(0).NOUN(1)", "TEXT.NOUN(0)"] {
            assert_eq!(classify_name(name.as_bytes()), valid, "{name}");
        }
        for name in ["First Name", "a b c"] {
            assert_eq!(classify_name(name.as_bytes()), Name::Valid(RegionFlags::NEEDS_BRACKETS), "{name}");
        }
        for name in ["Shoe-Size", "Order.Id", "2ndName", "Größe"] {
            assert_eq!(classify_name(name.as_bytes()), Name::Invalid, "{name}");
        }
        for name in ["", " off ", "First  Name", "50", "-a", "a-", "MSG(x)", "MSG(0", "(0)", "a.(0)", "a - b"] {
            assert_eq!(classify_name(name.as_bytes()), Name::None, "{name}");
        }
    }
}
