//! Where text between quotes ends, and where it was meant to end when it does not.

use memchr::{memchr, memmem};

use super::{Code, End, line_end, statement_start};

/// Where the string that begins with the quote at `start` ends.
///
/// A doubled quote is a quote of the text; line ends and delimiters are text too. When the next quote plainly is not the closing one
/// (it opens another string, or stands in the page behind the region's closer), this string does not end: see [`give_up`].
pub fn string_end(code: Code, text: &[u8], start: usize) -> End {
    let quote = text[start];
    let mut at = start + 1;
    let close = loop {
        let Some(skip) = memchr(quote, &text[at..]) else {
            break None;
        };
        at += skip + 1;
        if text.get(at) == Some(&quote) {
            at += 1;
        } else {
            break Some(at - 1);
        }
    };
    // A closing quote looks one word on: whether it is doubled, or something stands right behind it.
    let seen = close.unwrap_or(text.len() - 1) + 2;
    let Some(close) = close else {
        return End { end: give_up(code, text, start, text.len()).end, terminated: false, seen };
    };
    let (glued, looked) = glued_word(text, close + 1);
    let seen = seen.max(looked.min(text.len() + 1));
    // Asked of the string and not of its line: a line can hold all the strings of a page.
    let one_line = memchr(b'\n', &text[start..close]).is_none();
    // From here on the end may depend on nothing behind the region's closer: the lexer does not see it.
    let closer = match code {
        Code::Block | Code::Script if one_line && !glued => None,
        _ => code.unbalanced_closer(text, start + 1, close),
    };
    // `href="%%=RedirectTo("https://x.example)=%%">`: the quote is that of the attribute around the expression.
    let (value, looked) =
        if glued || one_line && closer.is_none() { (!glued, 0) } else { goes_on(code, text, close + 1) };
    let seen = seen.max(looked);
    let closer = closer.filter(|_| !one_line || !value);
    let end = match closer {
        Some(closer) => Some(give_up(code, text, start, closer).end),
        None if one_line => {
            if glued {
                ends_earlier(code, text, start, close)
            } else {
                None
            }
        }
        None => match argument_of_line(&text[start..close]).filter(|_| !value) {
            Some(len) => Some(start + len),
            None => belongs_to_another_string(code, text, start, close, glued)
                .then(|| give_up(code, text, start, close).end),
        },
    };
    match end {
        Some(end) => End { end, terminated: false, seen },
        None => End { end: close + 1, terminated: true, seen },
    }
}

/// Whether something stands right behind a closing quote where nothing can: no blank, no punctuation, no keyword. Such a quote opens
/// another string, or closes an attribute of the page. And the byte after the last one looked at.
fn glued_word(text: &[u8], at: usize) -> (bool, usize) {
    /// Longer words are no keywords; how much longer need not be known.
    const LONGEST: usize = 8;
    const KEYWORDS: [&str; 14] =
        ["and", "or", "then", "to", "downto", "do", "set", "var", "if", "elseif", "else", "endif", "for", "next"];
    match text.get(at..) {
        Some([]) | None => return (false, at + 1),
        Some([b'/', b'*', ..] | [b'%', b'%', ..]) => return (false, at + 2),
        Some([b'#' | b'%' | b'{' | b'@' | b'/', ..]) => return (true, at + 2),
        _ => {}
    }
    let word = text[at..].iter().take(LONGEST).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b >= 0x80);
    let end = at + word.count();
    let keyword = KEYWORDS.iter().any(|keyword| text[at..end].eq_ignore_ascii_case(keyword.as_bytes()));
    (end > at && !keyword && smart_quote(text, at).is_none(), end + 1)
}

/// Whether what stands behind a closing quote at `at`, blanks between, can follow a value there: punctuation, a comparison, a keyword,
/// a comment, the end of the line in a block, the next statement's variable there, and the end of the code. And the byte after the last one looked at.
fn goes_on(code: Code, text: &[u8], at: usize) -> (bool, usize) {
    let blank = |b: &&u8| matches!(b, b' ' | b'\t') || code == Code::Inline && b.is_ascii_whitespace();
    let at = at + text.get(at..).unwrap_or(&[]).iter().take_while(blank).count();
    let answer = match text.get(at..).unwrap_or(&[]) {
        [] | [b',' | b')' | b'=' | b'!' | b']' | b'%' | b'\r' | b'\n' | b'"' | b'\'', ..] | [b'/', b'*', ..] => true,
        // `"Hello" @b = 1`: an assignment that lacks SET. Glued to the quote it is no statement.
        [b'@', ..] => code != Code::Inline && text.get(at - 1).is_some_and(u8::is_ascii_whitespace),
        [b'>', ..] => code != Code::Inline,
        [b'<', b'/', ..] => code == Code::Script,
        [b'<', next, ..] => !next.is_ascii_alphabetic(),
        [b, ..] if b.is_ascii_alphabetic() => {
            let (word, looked) = glued_word(text, at);
            // In a block the next statement can be a call.
            return (!word || code != Code::Inline && text.get(at - 1).is_some_and(u8::is_ascii_whitespace), looked);
        }
        _ => false,
    };
    (answer, at + 2)
}

/// `"Name, @name,` and more lines up to the quote of another argument: where the first line ends, whose comma was meant as one of code.
fn argument_of_line(string: &[u8]) -> Option<usize> {
    let line = string.get(..line_end(string, 0))?.trim_ascii_end();
    let tag = || memchr(b'<', string.get(line.len()..).unwrap_or(&[])).is_some();
    (line.ends_with(b",") && string.trim_ascii_end().ends_with(b",") && !tag()).then_some(line.len())
}

/// Where a string was meant to end that goes on, on its line, to a quote with a word glued to it.
fn ends_earlier(code: Code, text: &[u8], start: usize, close: usize) -> Option<usize> {
    let given_up = give_up(code, text, start, close);
    if given_up.stopped {
        return Some(given_up.end);
    }
    // `Concat("a, "b")`, but not `"<a style="x, "y">"`.
    let body = text[start + 1..close].trim_ascii_end();
    (body.ends_with(b",") && memchr(b'<', body).is_none()).then(|| start + body.len())
}

struct GivenUp {
    end: usize,
    /// Something stands there that is no text of a string.
    stopped: bool,
}

/// Where a string that does not end was meant to end: behind a typographic mark that an argument ends with, before what begins like a
/// statement, before the region's closer and before `*/`, and nowhere behind `limit`.
fn give_up(code: Code, text: &[u8], start: usize, limit: usize) -> GivenUp {
    let mut end = start + 1;
    let mut stopped = false;
    while end < limit && !stopped {
        let line = line_end(text, end).min(limit);
        while end < line && !stopped {
            let rest = &text[end..limit];
            if let Some(len) = smart_quote(text, end)
                && matches!(rest[len..].trim_ascii_start().first(), Some(b',' | b')'))
            {
                return GivenUp { end: end + len, stopped: true };
            }
            stopped = code.closer(text, end).is_some()
                || rest.starts_with(b"*/")
                || (rest[0].is_ascii_whitespace() && statement_start(&rest[1..], 0).is_some());
            end += usize::from(!stopped);
        }
        if stopped {
            break;
        }
        let next = line + text[line..limit].iter().take_while(|b| b.is_ascii_whitespace()).count();
        stopped = next < limit && begins_statement(&text[next..line_end(text, next).min(limit)]);
        if stopped || next == limit {
            break;
        }
        end = next;
    }
    while end > start + 1 && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    GivenUp { end, stopped }
}

/// Whether a line begins like a statement, beyond what text of a string would.
fn begins_statement(line: &[u8]) -> bool {
    let word = line.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(line.len());
    let (word, rest) = line.split_at(word);
    let is = |keyword: &[u8]| word.eq_ignore_ascii_case(keyword);
    let glued = rest.first();
    let rest = rest.trim_ascii_start();
    ((is(b"set") || is(b"var") || is(b"for") || is(b"if") || is(b"elseif")) && rest.starts_with(b"@"))
        || (is(b"if") && !rest.is_empty())
        || is(b"endif")
        || is(b"elseif")
        || ((is(b"else") || is(b"next")) && matches!(rest.first(), None | Some(b'@' | b']' | b'=')))
        || (!word.is_empty() && glued == Some(&b'('))
        || (word.is_empty() && (line.starts_with(b"@") || line.starts_with(b"/*")))
}

/// Whether the quote at `close`, lines below the one at `start`, opens another string: it follows `=`, `(` or `,`, and a word is glued
/// to it, or between the two a line begins like a statement or a region opens that does not close.
fn belongs_to_another_string(code: Code, text: &[u8], start: usize, close: usize, glued: bool) -> bool {
    let between = &text[start + 1..close];
    let before = between.trim_ascii_end().last();
    if !matches!(before, Some(b'=' | b'(' | b',')) {
        return false;
    }
    let statement = between.split(|&b| b == b'\n').skip(1).any(|line| {
        let line = line.trim_ascii_start();
        let word = line.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(line.len());
        let (word, rest) = line.split_at(word);
        let rest = rest.trim_ascii_start();
        let is = |keyword: &[u8]| word.eq_ignore_ascii_case(keyword);
        ((is(b"set") || is(b"var") || is(b"for") || is(b"if") || is(b"elseif")) && rest.starts_with(b"@"))
            || ((is(b"if") || is(b"elseif")) && !rest.is_empty())
            || is(b"endif")
            || (glued && begins_statement(line))
    });
    statement || memmem::find(between, code.opener()).is_some()
}

/// The length of the typographic quotation mark at `at`: ‘ ’ ‚ “ ” „ ‹ ›.
pub fn smart_quote(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at..at + 3)? {
        [0xE2, 0x80, 0x98..=0x9A | 0x9C..=0x9E | 0xB9 | 0xBA] => Some(3),
        _ => None,
    }
}

/// Where text between typographic quotation marks ends: after the next mark on the line and before the region's closer; without one,
/// after the first mark. An apostrophe in the text (`‘it’s’`) does not end it, a straight quote in place of the second mark does.
pub fn smart_quote_end(code: Code, text: &[u8], start: usize) -> End {
    let mut at = start + 3;
    let mut seen = at;
    // What ends it when nothing better comes.
    let mut fallback = None;
    let straight = if matches!(text[start + 2], 0x9C..=0x9E) { b'"' } else { b'\'' };
    let mut inner = false;
    while at < text.len() {
        let b = text[at];
        if b == b'\n' || code.closer(text, at).is_some() {
            seen = seen.max(code.closer_seen(text, at)).max(at + 3);
            return fallback.map_or(End { end: start + 3, terminated: false, seen }, |end| End {
                end,
                terminated: true,
                seen,
            });
        }
        if let Some(len) = smart_quote(text, at) {
            let apostrophe = text[at + 2] == 0x99 && is_letter(text.get(at + len)) && is_letter(text.get(at - 1));
            if !apostrophe {
                return End { end: at + len, terminated: true, seen: seen.max(at + len + 1) };
            }
            fallback.get_or_insert(at + len);
            at += len;
            continue;
        }
        if b == straight {
            let ends = !inner
                && !text[at - 1].is_ascii_whitespace()
                && !is_letter(text.get(at + 1))
                && smart_quote(text, at + 1).is_none()
                && text.get(at + 1) != Some(&straight);
            if ends {
                return End { end: at + 1, terminated: true, seen: seen.max(at + 5) };
            }
            inner = !inner;
        }
        if b == code.closer_start() {
            seen = seen.max(code.closer_seen(text, at));
        }
        at += 1;
    }
    let (end, terminated) = fallback.map_or((start + 3, false), |end| (end, true));
    End { end, terminated, seen: text.len() + 1 }
}

fn is_letter(b: Option<&u8>) -> bool {
    b.is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_' || (b >= 0x80 && b != 0xE2))
}
