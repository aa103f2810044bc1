//! The text between regions: what can open one there, found as fast as memory is read, and what it turns out to be.

use memchr::{memchr2, memchr3};
use sfmc_syntax::{
    ProblemKind,
    cursor::{self, Code},
};

use crate::{
    Region, RegionFlags, RegionKind, percent,
    scan::offset,
    script_tag::{self, Language, ScriptTag},
};

/// What stands at a place of the text that looks like an opener.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Opener {
    /// A region that is known as a whole.
    Region(Shape),
    /// The opening delimiter of AMPscript code, in bytes.
    Code(Code, usize),
    /// A script tag of a server language; its body follows unless it closes itself.
    Script(ScriptTag),
    /// Text up to `resume`, perhaps with something to say about it.
    Text { resume: usize, problem: Option<(ProblemKind, usize, usize)> },
}

/// A region without its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) kind: RegionKind,
    pub(crate) end: usize,
    pub(crate) open: usize,
    pub(crate) close: usize,
    pub(crate) flags: RegionFlags,
}

impl Shape {
    pub(crate) fn new(kind: RegionKind, end: usize, open: usize, close: usize) -> Shape {
        Shape { kind, end, open, close, flags: RegionFlags::default() }
    }

    pub(crate) fn with(mut self, flags: RegionFlags) -> Shape {
        self.flags = flags;
        self
    }

    pub(crate) fn seen(self, seen: usize) -> Looked<Opener> {
        Opener::Region(self).seen(seen)
    }

    /// The region of this shape that begins at `start`.
    pub(crate) fn region(self, start: usize) -> Region {
        Region {
            start: offset(start),
            len: offset(self.end - start),
            open: offset(self.open),
            close: offset(self.close),
            kind: self.kind,
            flags: self.flags,
        }
    }
}

/// An answer and how far the scanner looked for it; see [`crate::Item::seen`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked<T> {
    pub(crate) what: T,
    pub(crate) seen: usize,
}

impl<T> Looked<T> {
    pub(crate) fn new(what: T, seen: usize) -> Looked<T> {
        Looked { what, seen }
    }
}

impl Opener {
    pub(crate) fn text(resume: usize) -> Opener {
        Opener::Text { resume, problem: None }
    }

    pub(crate) fn seen(self, seen: usize) -> Looked<Opener> {
        Looked::new(self, seen)
    }
}

/// Whether these three bytes begin something that [`classify`] wants to see: `%%`, `{{`, `<sc…`, `<ct…` and `</c…`.
#[inline(always)]
fn is_candidate(a: u8, b: u8, c: u8) -> bool {
    let percent = (a == b'%') & (b == b'%');
    let brace = (a == b'{') & (b == b'{');
    let (b, c) = (b | 0x20, c | 0x20);
    let script = (a == b'<') & (b == b's') & (c == b'c');
    let ctrl = (a == b'<') & (((b == b'c') & (c == b't')) | ((b == b'/') & (c == b'c')));
    percent | brace | script | ctrl
}

const BLOCK: usize = 64;

/// The first place in `from..to` where a region could open. Looks at most two bytes past it or past `to`.
pub(crate) fn find_candidate(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    // Written so that the compiler makes vectors of it.
    while at < to
        && let Some(window) = text.get(at..at + BLOCK + 2)
    {
        let mut hits = [0u8; BLOCK];
        let (b, c) = (&window[1..=BLOCK], &window[2..BLOCK + 2]);
        let mut any = 0;
        for (i, hit) in hits.iter_mut().enumerate() {
            *hit = u8::from(is_candidate(window[i], b[i], c[i]));
            any |= *hit;
        }
        if any != 0
            && let Some(first) = hits.iter().position(|&hit| hit != 0)
        {
            return (at + first < to).then_some(at + first);
        }
        at += BLOCK;
    }
    let byte = |at: usize| text.get(at).copied().unwrap_or(0);
    (at..to).find(|&at| is_candidate(byte(at), byte(at + 1), byte(at + 2)))
}

/// Decides what opens at a candidate. `floor` is where the text began that it stands in: what lies before is not looked at.
pub(crate) fn classify(text: &[u8], floor: usize, at: usize) -> Looked<Opener> {
    match text[at..] {
        [b'%', ..] => percent::classify(text, floor, at),
        [b'{', ..] => template_tag(text, at),
        _ if cursor::is_script_tag(text, at) => script(text, at),
        [_, b'/', ..] => ctrl_tag(text, at, b"</ctrl:"),
        _ => ctrl_tag(text, at, b"<ctrl:"),
    }
}

fn script(text: &[u8], at: usize) -> Looked<Opener> {
    let tag = script_tag::parse(text, at);
    let region = match tag.language {
        Language::Ampscript => true,
        Language::Server => tag.closed,
        // The tag is text, and regions in its attributes and its body are as live as anywhere.
        Language::Client => false,
    };
    if region { Opener::Script(tag) } else { Opener::text(at + 7) }.seen(tag.seen)
}

/// A tag of a template language longer than this is none.
const MAX_TEMPLATE_TAG: usize = 1024;

/// `{{ … }}`, `{{{ … }}}` and `{{!-- … --}}` (ampscript.md section 1.8). Only the tag: what stands between two is text.
fn template_tag(text: &[u8], at: usize) -> Looked<Opener> {
    let braces = text[at..].iter().take_while(|&&b| b == b'{').count();
    if braces > 3 {
        return Opener::text(at + braces - 3).seen(at + braces + 1);
    }
    let is_comment = braces == 2 && text[at + braces..].starts_with(b"!--");
    let close: &[u8] = match braces {
        3 => b"}}}",
        _ if is_comment => b"--}}",
        _ => b"}}",
    };
    // `{{{a}} …`: perhaps two braces open here, behind one that is text.
    let declined = |seen| Opener::text(at + if braces == 3 { 1 } else { 2 }).seen(seen);
    let limit = text.len().min(at + MAX_TEMPLATE_TAG);
    let mut end = at + braces;
    while let Some(skip) = memchr3(close[0], b'{', b'%', &text[end..limit]) {
        end += skip;
        let rest = &text[end..limit];
        if rest.starts_with(close) {
            let shape = Shape::new(RegionKind::TemplateTag, end + close.len(), braces, close.len());
            return shape.seen(shape.end);
        }
        match rest {
            // A comment may hold tags, but no comment.
            [b'{', b'{', ..] if !is_comment || rest.starts_with(b"{{!--") => {
                return declined(end + 5);
            }
            [b'%', b'%', b'[' | b'=', ..] => return declined(end + 3),
            _ => end += 1,
        }
    }
    declined(limit + 1)
}

/// `<ctrl:NAME … >`, `<ctrl:NAME … />` and `</ctrl:NAME>`: controls that the platform puts in place.
fn ctrl_tag(text: &[u8], at: usize, open: &[u8]) -> Looked<Opener> {
    // `<scr` was seen too before it came to this.
    let declined = |seen: usize| Opener::text(at + 2).seen(seen.max(at + 8));
    if !cursor::starts_with_ignore_case(&text[at..], open) {
        return declined(at + open.len());
    }
    let limit = text.len().min(at + MAX_TEMPLATE_TAG);
    let mut end = at + open.len();
    while let Some(&b) = text[..limit].get(end) {
        match b {
            b'>' => {
                let close = if text[end - 1] == b'/' && open[1] != b'/' { 2 } else { 1 };
                let shape = Shape::new(RegionKind::CtrlTag, end + 1, open.len(), close);
                return shape.seen(end + 1);
            }
            b'<' => return declined(end + 1),
            b'"' | b'\'' => match memchr2(b, b'<', &text[end + 1..limit]) {
                Some(skip) if text[end + 1 + skip] == b => end += skip + 2,
                Some(skip) => return declined(end + skip + 2),
                None => break,
            },
            _ => end += 1,
        }
    }
    declined(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_at_every_distance() {
        for opener in ["%%", "{{", "<script", "<SCript", "<ctrl:", "</ctrl:"] {
            for before in 0..150 {
                let text = " 5 <p>/cs 1a ".repeat(20);
                let text = format!("{}{opener}{}", &text[..before], "x".repeat(before % 70));
                let found = find_candidate(text.as_bytes(), 0, text.len());
                assert_eq!(found, Some(before), "{text}");
                assert_eq!(find_candidate(text.as_bytes(), 0, before), None, "{text}");
            }
        }
    }
}
