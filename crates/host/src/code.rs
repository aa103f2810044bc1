//! Where a region of AMPscript code ends: the walk from its opener to its closer, and what to make of the delimiters on the way.
//!
//! Source: ampscript.md section 1.2; ampscript-edge-cases.md 13, 14, 19, 23, 40.

use memchr::{memchr, memchr2, memmem};
use sfmc_syntax::{
    Problem, ProblemKind,
    cursor::{self, Code, Found, Step},
    personalization,
};

use crate::{
    RegionFlags, RegionKind,
    scan::{PartSize, problem},
    script_tag::{self, Language},
    sea::{Looked, Shape},
};

/// An inline expression longer than this has no end.
const MAX_INLINE: usize = 4096;
/// A region nested in another must end within this many bytes.
const MAX_NESTED: usize = 4096;
/// When the code of the outer region goes on for so many bytes without an error behind a nested region, it is code indeed.
const CODE_AGAIN: usize = 512;
/// The deepest nesting that is taken for one.
const MAX_DEPTH: usize = 4;
/// How far a region's own closer may be behind another kind's, to be the one that was meant.
const MAX_OWN_CLOSER: usize = 64 * 1024;

/// A region of code where the scanner enters it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) code: Code,
    /// Where the region or this part of it begins.
    pub(crate) start: usize,
    /// The length of its opening delimiter; 0 in a later part.
    pub(crate) open: usize,
    /// Whether no error character stood in it so far.
    pub(crate) clean: bool,
}

/// Where a region or a part of one ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) shape: Shape,
    /// When it is cut here, whether it was clean up to here.
    pub(crate) cut: Option<bool>,
    pub(crate) seen: usize,
}

/// Walks from `entry` to the end of the region, or to where it is cut.
pub(crate) fn walk(text: &[u8], entry: Entry, size: PartSize, problems: &mut Vec<Problem>) -> Part {
    let body = entry.start + entry.open;
    let window = match entry.code {
        Code::Inline => inline_window(text, body),
        Code::Block | Code::Script => Looked::new(text.len(), body),
    };
    let mut walk = Walk {
        text: &text[..window.what],
        entry,
        clean: entry.clean,
        flags: RegionFlags::default(),
        seen: window.seen,
        own_closer: 0,
        parens: Parens { open: 0, at: body },
        delimiter: (0, false),
    };
    let mut at = body;
    // What is nested in a region that does not end can stand behind its end, and only follows from that.
    let known = problems.len();
    loop {
        let step = cursor::next(entry.code, walk.text, at, entry.code != Code::Inline);
        walk.seen = walk.seen.max(step.seen);
        at = step.end;
        match step.found {
            Found::Close => {
                if entry.code == Code::Inline && !walk.clean {
                    walk.seen = walk.seen.max(step.end + 1);
                    if is_address(&walk.text[body..step.start]) && text.get(step.end) == Some(&b'=') {
                        // The `=` is the address's, what follows an opener.
                        return walk.unterminated(step.start + 1);
                    }
                }
                return walk.ended(step, RegionFlags::default());
            }
            Found::Statement => {
                let len = step.start - entry.start;
                if len >= size.min() && (size.is_anchor(text, step.start) || len >= size.max()) {
                    walk.seen = walk.seen.max(step.start + PartSize::ANCHOR);
                    let part = walk.part(step.start, 0, RegionFlags::CONTINUES);
                    return Part { cut: Some(walk.clean), ..part };
                }
            }
            Found::Error => {
                walk.clean = false;
                let one_byte = step.end == step.start + 1;
                if entry.code == Code::Inline && one_byte && is_page_text(walk.text, step.start) {
                    walk.cut_at_line_end(step.end);
                }
            }
            Found::Quoted => {
                if walk.ends_attribute(step.start) {
                    problems.truncate(known);
                    return walk.unterminated(step.start);
                }
            }
            Found::ForeignClose(code) => {
                // Behind page text it belongs to the page: the browser's script, another region.
                if walk.clean && walk.accepts(code, step) {
                    // What was expected tells the rule which region this is.
                    let wanted = match walk.entry.code {
                        Code::Block => "]%%",
                        Code::Inline => "=%%",
                        Code::Script => "</script>",
                    };
                    // `%%[=v(@a)=%%`: what is wrong is the opener, and the parser says so.
                    let opener = walk.entry.code == Code::Block
                        && code == Code::Inline
                        && entry.open > 0
                        && is_printed_value(&walk.text[body..step.start]);
                    if !opener {
                        problems.push(problem(ProblemKind::MismatchedClose, step.start, step.end).expected(wanted));
                    }
                    return walk.ended(step, RegionFlags::MISMATCHED_CLOSE);
                }
                walk.clean = false;
            }
            Found::BlockOpen | Found::InlineOpen | Found::ScriptTag => {
                let opener = opener(walk.text, step);
                walk.seen = walk.seen.max(opener.seen);
                let Some(inner) = opener.what else {
                    walk.clean = false;
                    continue;
                };
                // `%%=v(@a)" href="%%=v(@b)=%%"`: the other is no value of this one.
                let apart = entry.code == Code::Inline
                    && step.found == Found::InlineOpen
                    && !personalization::value_belongs(&walk.text[..step.start]);
                let nested = match inner {
                    Inner::Code(first) if walk.clean && !apart => nested(text, entry.code, first),
                    _ => Looked::new(None, 0),
                };
                walk.seen = walk.seen.max(nested.seen);
                let Some(nested) = nested.what else {
                    problems.truncate(known);
                    return walk.unterminated(step.start);
                };
                problems.extend(nested.openers.iter().map(|opener| opener.problem()));
                walk.flags |= RegionFlags::NESTED;
                at = nested.end;
            }
            Found::End => {
                problems.truncate(known);
                return walk.unterminated(walk.text.len());
            }
        }
    }
}

struct Walk<'t> {
    /// The page, or as much of it as the region may take.
    text: &'t [u8],
    entry: Entry,
    clean: bool,
    flags: RegionFlags,
    seen: usize,
    /// Where the region's own closer stands next, once somebody asked; all before it is known not to end the region.
    own_closer: usize,
    parens: Parens,
    /// The delimiter of code that stands next, once somebody asked, and whether it opens something.
    delimiter: (usize, bool),
}

/// How many parentheses are open at a place, but for those in strings.
struct Parens {
    open: isize,
    at: usize,
}

impl Entry {
    /// Where the scanner meets an opener.
    pub(crate) fn at_opener(code: Code, start: usize, open: usize) -> Entry {
        Entry { code, start, open, clean: true }
    }
}

impl Walk<'_> {
    fn part(&self, end: usize, close: usize, flag: RegionFlags) -> Part {
        let kind = RegionKind::of_code(self.entry.code);
        let shape = Shape::new(kind, end, self.entry.open, close).with(self.flags | flag);
        Part { shape, cut: None, seen: self.seen }
    }

    fn ended(&self, closer: Step, flag: RegionFlags) -> Part {
        self.part(closer.end, closer.end - closer.start, flag)
    }

    /// The region ends at `end` without a closer; an inline expression at its first line end or percent signs if that is before.
    fn unterminated(&self, end: usize) -> Part {
        let body = self.entry.start + self.entry.open;
        let end = match self.entry.code {
            Code::Inline => inline_end(self.text, body, end),
            Code::Block | Code::Script => end,
        };
        let part = self.part(end, 0, RegionFlags::UNTERMINATED);
        // A line end is two bytes, so are percent signs.
        Part { seen: part.seen.max(end + 2), ..part }
    }

    /// From here on a closer on a later line is not believed to be this region's.
    fn cut_at_line_end(&mut self, from: usize) {
        let line = memchr(b'\n', &self.text[from..]);
        self.text = &self.text[..line.map_or(self.text.len(), |n| from + n)];
        self.seen = self.seen.max(self.text.len() + 1);
    }

    /// Whether the quote at `quote`, right behind a value, ends the attribute that an inline expression without end stands in:
    /// `<a href="%%=v(@a)" class="b">%%=v(@c)=%%`. So it is when the expression is whole, and behind the quote code is opened before any
    /// is closed.
    fn ends_attribute(&mut self, quote: usize) -> bool {
        if quote >= self.delimiter.0 {
            self.delimiter = self.next_delimiter(quote + 1);
        }
        while self.parens.at < quote {
            let at = self.parens.at;
            match self.text[at] {
                b'"' | b'\'' => self.parens.at = cursor::string_end(self.entry.code, self.text, at).end.max(at + 1),
                byte => {
                    self.parens.open += isize::from(byte == b'(') - isize::from(byte == b')');
                    self.parens.at += 1;
                }
            }
        }
        self.delimiter.1 && self.parens.open <= 0
    }

    /// Where the next delimiter of code stands at or behind `from`, wherever that is, and whether it opens something.
    fn next_delimiter(&mut self, from: usize) -> (usize, bool) {
        let mut at = from;
        while let Some(skip) = memchr(b'%', &self.text[at..]) {
            at += skip;
            self.seen = self.seen.max(at + 3);
            match &self.text[at - 1..] {
                [b'=', b'%', b'%', ..] => return (at, false),
                [_, b'%', b'%', b'[' | b'=', ..] => return (at, true),
                [_, b'%', b'%', ..] => at += 2,
                _ => at += 1,
            }
        }
        self.seen = self.seen.max(self.text.len() + 1);
        (self.text.len(), false)
    }

    /// Whether another kind's closer ends this region: when no closer of its own comes before the next opener.
    ///
    /// Only blocks and script blocks stand in for each other in the engine, but `=%%` for `]%%` and the reverse are what people
    /// mistype. `</script>` ends no inline expression: that one was left open in a client script.
    fn accepts(&mut self, closer: Code, step: Step) -> bool {
        match (self.entry.code, closer) {
            (Code::Inline, Code::Script) | (Code::Script, Code::Inline) => return false,
            _ if step.end <= self.own_closer => return false,
            _ => {}
        }
        let own = own_closer(self.text, self.entry.code, step.end);
        self.seen = self.seen.max(own.seen);
        self.own_closer = own.what.unwrap_or(0);
        own.what.is_none()
    }
}

/// Whether the error character at `at` is rather of the page than a mistake in code: of `%%name%%` or of an end tag.
fn is_page_text(text: &[u8], at: usize) -> bool {
    text[at] == b'%' || (text[at] == b'/' && text[at - 1] == b'<')
}

/// Whether code ends like an address that goes on behind a call, `v(@a)&b`: the end of the expression is missing.
fn is_address(code: &[u8]) -> bool {
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b';' | b'&' | b'=');
    let len = code.iter().rev().take_while(|b| part(b)).count();
    let (call, parameters) = code.split_at(code.len() - len);
    call.ends_with(b")") && parameters.starts_with(b"&") && !parameters.ends_with(b"&")
}

/// Whether code is a value behind the `=` of a second opener: of one line, and glued to the sign. What looks else is a sign too many.
fn is_printed_value(code: &[u8]) -> bool {
    matches!(code, [b'=', first, ..] if !first.is_ascii_whitespace()) && memchr(b'\n', code).is_none()
}

/// How much of the text an inline expression that begins before `body` may take.
///
/// Without any closer near it is not worth looking behind its first line end or percent signs, where it is given up.
fn inline_window(text: &[u8], body: usize) -> Looked<usize> {
    let mut limit = text.len().min(body + MAX_INLINE);
    // An unended expression ends with the window at the latest, and that must be between characters.
    while text.get(limit).is_some_and(|b| b & 0xC0 == 0x80) {
        limit -= 1;
    }
    let end = inline_end(text, body, limit);
    let from = end.saturating_sub(1).max(body);
    match memmem::find(&text[from..limit], b"=%%") {
        Some(n) => Looked::new(limit, from + n + 3),
        None => {
            let what = if text[end..].starts_with(b"%%") { end + 2 } else { end };
            Looked::new(what, what.max(limit) + 1)
        }
    }
}

/// Where an inline expression without end is given up: before the first line end or percent signs, and before `limit`.
fn inline_end(text: &[u8], body: usize, limit: usize) -> usize {
    let mut at = body;
    while let Some(skip) = memchr2(b'\n', b'%', &text[at..limit]) {
        at += skip;
        match text[at..limit] {
            [b'\n', ..] if at > body && text[at - 1] == b'\r' => return at - 1,
            [b'\n', ..] | [b'%', b'%', ..] => return at,
            _ => at += 1,
        }
    }
    limit
}

/// The next closer of `code`'s own kind as plain text, if no opener comes before it; that of an inline expression on the same line.
/// Strings are not looked at, so that the search never has to go on behind the next opener.
fn own_closer(text: &[u8], code: Code, from: usize) -> Looked<Option<usize>> {
    let limit = text.len().min(from + MAX_OWN_CLOSER);
    let limit = match code {
        Code::Inline => memchr(b'\n', &text[from..limit]).map_or(limit, |n| from + n),
        Code::Block | Code::Script => limit,
    };
    let rest = &text[..limit];
    let mut at = from;
    while let Some(skip) = memchr2(b'%', b'<', &rest[at..]) {
        at += skip;
        let closer = if rest[at] == b'%' && at > from { at - 1 } else { at };
        if let Some(len) = code.closer(rest, closer) {
            return Looked::new(Some(closer), closer + len);
        }
        if matches!(rest[at..], [b'%', b'%', b'[' | b'=', ..]) || cursor::is_script_tag(rest, at) {
            return Looked::new(None, at + 8);
        }
        at += 1;
    }
    Looked::new(None, limit + 1)
}

/// An opener of code inside a region.
#[derive(Clone, Copy, Debug)]
struct InnerCode {
    code: Code,
    start: usize,
    end: usize,
}

impl InnerCode {
    fn problem(self) -> Problem {
        let kind = match self.code {
            Code::Script => ProblemKind::NestedScriptTag,
            Code::Block | Code::Inline => ProblemKind::NestedBlockDelimiter,
        };
        let opener = if self.code == Code::Inline { "%%=" } else { "%%[" };
        problem(kind, self.start, self.end).expected(opener)
    }
}

/// What the walk met inside a region.
#[derive(Clone, Copy, Debug)]
enum Inner {
    Code(InnerCode),
    /// The tag of a server script, which nests in nothing.
    Server,
}

/// What the opener that the walk met opens; `None` for a script tag that opens no region.
fn opener(text: &[u8], step: Step) -> Looked<Option<Inner>> {
    let (start, end) = (step.start, step.end);
    let code = |code| Looked::new(Some(Inner::Code(InnerCode { code, start, end })), step.seen);
    match step.found {
        Found::BlockOpen => code(Code::Block),
        Found::InlineOpen => code(Code::Inline),
        _ => {
            let tag = script_tag::parse(text, start);
            let what = match tag.language {
                Language::Ampscript if tag.closed && !tag.self_closing => {
                    Some(Inner::Code(InnerCode { code: Code::Script, start, end: tag.end }))
                }
                Language::Server if tag.closed => Some(Inner::Server),
                _ => None,
            };
            Looked::new(what, tag.seen)
        }
    }
}

/// A region nested in another.
struct Nested {
    /// The byte after its closer.
    end: usize,
    /// Its opener and those of the regions nested in it.
    openers: Vec<InnerCode>,
}

/// Whether what `first` opens is nested in clean code of kind `outer`: it closes, and then the outer code goes on without an error
/// character to its own closer, or at least so far that it cannot be the page's text.
///
/// Bounded, because a page can have an opener every few bytes.
fn nested(text: &[u8], outer: Code, first: InnerCode) -> Looked<Option<Nested>> {
    let mut limit = text.len().min(first.start + MAX_NESTED).max(first.end);
    let mut seen = first.end;
    let mut openers = Vec::new();
    let mut first_end = None;
    // Each level with whether its own code is clean; the outer region is the level below all of them.
    let mut levels = [(outer, true); MAX_DEPTH + 1];
    levels[1] = (first.code, true);
    let mut depth = 1;
    let mut at = first.end;
    let accepted = loop {
        let (code, clean) = levels[depth];
        let step = cursor::next(code, &text[..limit], at, false);
        seen = seen.max(step.seen);
        at = step.end;
        match step.found {
            Found::Close => {
                if depth == 0 {
                    break true;
                }
                depth -= 1;
                if depth == 0 && first_end.is_none() {
                    first_end = Some(at);
                    limit = text.len().min(at + CODE_AGAIN);
                }
            }
            Found::BlockOpen | Found::InlineOpen | Found::ScriptTag => {
                let inner = opener(&text[..limit], step);
                seen = seen.max(inner.seen);
                match inner.what {
                    Some(Inner::Code(inner)) if clean && depth < MAX_DEPTH => {
                        depth += 1;
                        levels[depth] = (inner.code, true);
                        if first_end.is_none() {
                            openers.push(inner);
                        }
                        at = inner.end;
                    }
                    _ => break false,
                }
            }
            Found::Error | Found::ForeignClose(_) => {
                if depth == 0 {
                    break false;
                }
                levels[depth].1 = false;
            }
            Found::Statement | Found::Quoted => {}
            Found::End => break first_end.is_some() && limit < text.len(),
        }
    };
    let nested = first_end.filter(|_| accepted).map(|end| {
        openers.insert(0, first);
        Nested { end, openers }
    });
    // Whether the text ends at the limit counts as a look at the byte there.
    Looked::new(nested, seen.max(limit + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_an_inline_expression_is_given_up() {
        let check = |text: &'static str| &text[..inline_end(text.as_bytes(), 3, text.len())];
        assert_eq!(check("%%=v(@a)"), "%%=v(@a)");
        assert_eq!(check("%%=v(@a)\r\nx"), "%%=v(@a)");
        assert_eq!(check("%%=v(@a) 5% %%=b"), "%%=v(@a) 5% ");
        assert_eq!(check("%%=\n"), "%%=");
    }
}
