//! The state machine: a page's text to regions, one item at a time.

use memchr::{memchr_iter, memchr2, memrchr2};
use sfmc_syntax::{
    Problem, ProblemKind, TextRange, TextSize,
    cursor::{self, Code},
};

use crate::{
    Region, RegionFlags, RegionKind,
    code::{self, Entry},
    merge_parts, region_problems,
    script_tag::{Language, ScriptTag},
    sea::{self, Opener, Shape},
};

/// What the scanner stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ScanState {
    /// The text between regions.
    #[default]
    Sea,
    /// A block or script block that was cut.
    Code {
        /// Which.
        code: Code,
        /// Whether no error character stood in it so far, which decides what an opener in it means.
        clean: bool,
    },
    /// The body of a server script that was cut.
    ServerScript,
}

/// One step of the scanner: at most one region or part of one, with the text before it.
///
/// Items follow each other without a gap. An item without a region is text: the last of the page, or a run so long that it was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where it begins, in bytes of the page's text.
    pub start: usize,
    /// Where it ends: a place to start again from.
    pub end: usize,
    /// The scanner's state at `end`.
    pub state: ScanState,
    /// The region, which ends where the item ends.
    pub region: Option<Region>,
    /// What is wrong, in bytes of the page's text, but for what [`region_problems`] tells of whole regions.
    pub problems: Vec<Problem>,
    /// The byte after the last one that was looked at to decide all this: an edit that begins there or later does not change it. The
    /// end of the text counts as one more byte, so that this can be one more than the text's length; then an item changes even when
    /// something is appended to the text.
    pub seen: usize,
}

/// How large the pieces are into which long regions and long runs of text are cut.
///
/// Cuts are made where the next few bytes happen to be what [`PartSize::is_anchor`] likes, so that a scan that came another way, after
/// an edit, soon cuts at the same places again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PartSize(usize);

impl PartSize {
    /// How many bytes decide whether a place is an anchor.
    pub(crate) const ANCHOR: usize = 16;

    pub(crate) fn min(self) -> usize {
        self.0 / 2
    }

    /// From here on any place will do.
    pub(crate) fn max(self) -> usize {
        self.0 * 2
    }

    /// One line in so many that a part, which also has a least size, has about the wanted one.
    pub(crate) fn is_anchor(self, text: &[u8], at: usize) -> bool {
        let bytes = &text[at..text.len().min(at + Self::ANCHOR)];
        let hash = bytes.iter().fold(0u32, |hash, &b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193));
        let every = u32::try_from(self.0 / 256).unwrap_or(u32::MAX).max(1);
        (hash >> 7).is_multiple_of(every)
    }
}

/// An offset or length as it is stored. Texts of 4 GB and more are not scanned.
pub(crate) fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A problem at a range in bytes.
pub(crate) fn problem(kind: ProblemKind, start: usize, end: usize) -> Problem {
    Problem::new(kind, TextRange::new(TextSize::new(offset(start)), TextSize::new(offset(end))))
}

/// Scans a text from any restart point of it.
#[derive(Clone, Debug)]
pub struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    state: ScanState,
    size: PartSize,
}

impl<'t> Scanner<'t> {
    /// The size of the parts into which long regions and long runs of text are cut, in bytes, on average.
    pub const PART_SIZE: usize = 8 * 1024;

    /// A scanner that stands at `start` in `state`: at 0 in the sea, or at the end of an [`Item`] of this text.
    pub fn new(text: &'t str, start: usize, state: ScanState) -> Scanner<'t> {
        Scanner::with_part_size(text, start, state, Scanner::PART_SIZE)
    }

    /// Like [`Scanner::new`] with parts of another size, which changes where regions are cut but not what they are.
    pub fn with_part_size(text: &'t str, start: usize, state: ScanState, size: usize) -> Scanner<'t> {
        Scanner { text: text.as_bytes(), at: start.min(text.len()), state, size: PartSize(size) }
    }

    /// The next item; `None` at the end of the text.
    pub fn next_item(&mut self) -> Option<Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let mut item = Item {
            start: self.at,
            end: self.at,
            state: ScanState::Sea,
            region: None,
            problems: Vec::new(),
            seen: self.at,
        };
        match self.state {
            ScanState::Sea => self.sea(&mut item),
            ScanState::Code { code, clean } => self.code(&mut item, Entry { code, start: self.at, open: 0, clean }),
            ScanState::ServerScript => self.server_script(&mut item, self.at, 0),
        }
        item.seen = item.seen.min(self.text.len() + 1);
        debug_assert!(item.end > item.start);
        self.at = item.end;
        self.state = item.state;
        Some(item)
    }

    fn sea(&self, item: &mut Item) {
        let text = self.text;
        let mut at = item.start;
        let mut limit = item.start.saturating_add(self.size.max());
        loop {
            let to = limit.min(text.len());
            let found = sea::find_candidate(text, at, to);
            if let Some(cut) = self.text_cut(item, at, found.unwrap_or(to)) {
                item.end = cut;
                return;
            }
            let Some(hit) = found else {
                if to == text.len() {
                    item.end = to;
                    item.seen = to + 1;
                    return;
                }
                if let Some(cut) = self.late_text_cut(item, to) {
                    item.end = cut;
                    return;
                }
                at = to.max(at);
                limit += self.size.max();
                continue;
            };
            let opener = sea::classify(text, item.start, hit);
            item.seen = item.seen.max(opener.seen);
            match opener.what {
                Opener::Text { resume, problem: found } => {
                    item.problems.extend(found.map(|(kind, start, end)| problem(kind, start, end)));
                    at = resume;
                }
                Opener::Region(shape) => {
                    item.end = shape.end;
                    item.region = Some(shape.region(hit));
                    return;
                }
                Opener::Code(code, open) => {
                    let problems = item.problems.len();
                    self.code(item, Entry::at_opener(code, hit, open));
                    if !self.is_prose(item, hit) {
                        return;
                    }
                    item.region = None;
                    item.problems.truncate(problems);
                    at = hit + open;
                }
                Opener::Script(tag) => return self.script(item, hit, tag),
            }
        }
    }

    /// Whether the region just found is none: `Save 50%%=great deal`. An inline expression without an end, which follows a number and
    /// does not begin like one.
    fn is_prose(&self, item: &Item, start: usize) -> bool {
        let Some(region) = item.region else {
            return false;
        };
        if region.kind != RegionKind::Inline
            || !region.has(RegionFlags::UNTERMINATED)
            || start == item.start
            || !self.text[start - 1].is_ascii_digit()
        {
            return false;
        }
        let content = self.text[start + region.open as usize..item.end].trim_ascii();
        let word = content.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        word > 0 && !content[word..].trim_ascii_start().starts_with(b"(")
    }

    /// The first anchor in `from..to`, which is text, if there is enough text before it.
    fn text_cut(&self, item: &mut Item, from: usize, to: usize) -> Option<usize> {
        let from = from.max(item.start + self.size.min());
        let lines = memchr_iter(b'\n', self.text.get(from..to)?).map(|n| from + n + 1);
        let cut = lines.into_iter().find(|&at| at < self.text.len() && self.size.is_anchor(self.text, at))?;
        item.seen = item.seen.max(cut + PartSize::ANCHOR);
        Some(cut)
    }

    /// The last place to cut the text before `to`: behind a line end or a tag, where nothing can begin before it and end after it.
    fn late_text_cut(&self, item: &mut Item, to: usize) -> Option<usize> {
        let from = item.start + self.size.min();
        item.seen = item.seen.max(to + 2);
        let cut = from + memrchr2(b'\n', b'>', self.text.get(from..to)?)? + 1;
        // What was found behind the cut belongs to the next item.
        item.problems.retain(|problem| usize::from(problem.range.start()) < cut);
        Some(cut)
    }

    fn script(&self, item: &mut Item, start: usize, tag: ScriptTag) {
        let open = tag.end - start;
        let is_ampscript = tag.language == Language::Ampscript;
        match (is_ampscript, tag.self_closing) {
            (true, false) => self.code(item, Entry::at_opener(Code::Script, start, open)),
            (false, false) => self.server_script(item, start, open),
            (_, true) => {
                let kind = if is_ampscript { RegionKind::ScriptBlock } else { RegionKind::ServerScript };
                let shape = Shape::new(kind, tag.end, open, 0).with(RegionFlags::SELF_CLOSING);
                item.end = tag.end;
                item.region = Some(shape.region(start));
            }
        }
        if let Some(region) = &mut item.region {
            if is_ampscript && !tag.has_runat {
                region.flags |= RegionFlags::MISSING_RUNAT;
            }
            if !tag.closed {
                region.flags |= RegionFlags::UNTERMINATED;
            }
        }
    }

    fn code(&self, item: &mut Item, entry: Entry) {
        let part = code::walk(self.text, entry, self.size, &mut item.problems);
        item.end = part.shape.end;
        item.region = Some(part.shape.region(entry.start));
        item.seen = item.seen.max(part.seen);
        if let Some(clean) = part.cut {
            item.state = ScanState::Code { code: entry.code, clean };
        }
    }

    /// The body of a server script ends at the first `</script>`, whatever it stands in.
    fn server_script(&self, item: &mut Item, start: usize, open: usize) {
        let text = self.text;
        let mut at = start + open;
        let (end, close, flags) = loop {
            let Some(skip) = memchr2(b'<', b'\n', &text[at..]) else {
                item.seen = text.len() + 1;
                break (text.len(), 0, RegionFlags::UNTERMINATED);
            };
            at += skip;
            if text[at] == b'<' {
                item.seen = item.seen.max(cursor::script_close_seen(text, at));
                if let Some(close) = cursor::script_close(text, at) {
                    break (at + close, close, RegionFlags::default());
                }
            } else if at + 1 < text.len() && self.is_server_cut(start, at + 1) {
                item.state = ScanState::ServerScript;
                item.seen = item.seen.max(at + 1 + PartSize::ANCHOR);
                break (at + 1, 0, RegionFlags::CONTINUES);
            }
            at += 1;
        };
        item.end = end;
        let shape = Shape::new(RegionKind::ServerScript, end, open, close).with(flags);
        item.region = Some(shape.region(start));
    }

    fn is_server_cut(&self, start: usize, at: usize) -> bool {
        let len = at - start;
        len >= self.size.min() && (len >= self.size.max() || self.size.is_anchor(self.text, at))
    }
}

impl Iterator for Scanner<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        self.next_item()
    }
}

/// All regions of a page and all that the scanner finds wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Scan {
    /// The regions in order, whole.
    pub regions: Vec<Region>,
    /// The problems in order of place.
    pub problems: Vec<Problem>,
}

/// Scans a whole page. What any way of scanning it in parts must come to.
pub fn full_scan(text: &str) -> Scan {
    let mut problems = Vec::new();
    let parts = Scanner::new(text, 0, ScanState::default()).filter_map(|item| {
        problems.extend(item.problems);
        item.region
    });
    let regions = merge_parts(parts);
    problems.extend(regions.iter().flat_map(region_problems));
    problems.sort_by_key(|p| (p.range.start(), p.range.end(), p.kind));
    Scan { regions, problems }
}
