//! The text of a page as the event loop holds it: cut into slots, rescanned around an edit.
//!
//! This happens outside salsa, because a query cannot see its previous value. What comes out are chunk inputs: only those whose text or
//! regions changed are set.

use std::ops::Range;

use sfmc_host::{Region, ScanState, Scanner};
use sfmc_syntax::Problem;

use crate::chunk::{ChunkSource, size};

/// How many bytes a chunk holds before it is closed at the next place where that is possible. Twice as many after edits.
pub const MAX_CHUNK_BYTES: usize = 6 * 1024;
/// How many regions a chunk holds before it is closed. Twice as many after edits.
pub const MAX_CHUNK_REGIONS: usize = 64;

/// A chunk smaller than this after an edit takes its successor in.
const MIN_CHUNK_BYTES: usize = 512;

/// A part of the text that is one chunk.
#[derive(Clone, Debug)]
pub(crate) struct Slot<C> {
    /// What identifies the chunk.
    pub(crate) chunk: C,
    /// Its length in bytes.
    len: usize,
    /// The scanner's state where it begins.
    entry: ScanState,
    /// How far past its end the scanner looked to decide what is in it; an edit there can change it.
    reach: usize,
}

/// What a rescan found: the slots `replaced` of before are now `slots`.
#[derive(Debug)]
pub(crate) struct Rescan {
    pub(crate) replaced: Range<usize>,
    pub(crate) slots: Vec<(Slot<()>, ChunkSource)>,
}

/// The text of a page with its slots.
#[derive(Debug)]
pub(crate) struct PageText<C> {
    text: String,
    slots: Vec<Slot<C>>,
}

impl<C> Default for PageText<C> {
    fn default() -> Self {
        PageText { text: String::new(), slots: Vec::new() }
    }
}

impl<C: Copy> PageText<C> {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn slots(&self) -> &[Slot<C>] {
        &self.slots
    }

    /// Replaces the text; all slots go.
    pub(crate) fn set(&mut self, text: String) -> Rescan {
        self.text = text;
        let slots = pack(&self.text, 0, ScanState::default(), 1, |_, _, _| false);
        Rescan { replaced: 0..self.slots.len(), slots }
    }

    /// Replaces `range`, which must lie on character boundaries, and scans again what that can have changed.
    pub(crate) fn edit(&mut self, range: Range<usize>, new_text: &str) -> Rescan {
        self.text.replace_range(range.clone(), new_text);
        // The first slot that holds the edit, or whose contents were decided by text at or behind it.
        let (mut first, mut start) = (self.slots.len(), 0);
        for (index, slot) in self.slots.iter().enumerate() {
            if start + slot.len + slot.reach >= range.start {
                first = index;
                break;
            }
            start += slot.len;
        }
        let entry = self.slots.get(first).map_or(ScanState::default(), |slot| slot.entry);
        if first == self.slots.len() {
            start = 0;
            first = 0;
        }
        let edit_end = range.start + new_text.len();
        // The old boundary that comes next, in coordinates of the new text; only those behind the edit still mean anything.
        let old_slots = &self.slots;
        let mut next = first;
        let mut boundary = start;
        let shift = |old: usize| (old + new_text.len()).saturating_sub(range.len());
        let mut resynced = self.slots.len();
        let slots = pack(&self.text, start, entry, 2, |at, state, pending| {
            if at < edit_end {
                return false;
            }
            while next < old_slots.len() && (boundary < range.end || shift(boundary) < at) {
                boundary += old_slots[next].len;
                next += 1;
            }
            let Some(slot) = old_slots.get(next) else {
                return false;
            };
            if shift(boundary) != at || slot.entry != state {
                return false;
            }
            // A chunk that became small takes its neighbour in.
            if pending < MIN_CHUNK_BYTES && pending + slot.len <= MAX_CHUNK_BYTES {
                return false;
            }
            resynced = next;
            true
        });
        Rescan { replaced: first..resynced, slots }
    }

    /// Puts the slots of a rescan in, under the chunks that they got.
    pub(crate) fn replace(&mut self, replaced: Range<usize>, slots: Vec<Slot<C>>) {
        self.slots.splice(replaced, slots);
        debug_assert_eq!(self.slots.iter().map(|s| s.len).sum::<usize>(), self.text.len());
    }
}

impl Slot<()> {
    pub(crate) fn with<C>(self, chunk: C) -> Slot<C> {
        Slot { chunk, len: self.len, entry: self.entry, reach: self.reach }
    }
}

/// The chunks of a text that nobody will edit.
pub(crate) fn chunks_of(text: &str) -> impl Iterator<Item = ChunkSource> + use<> {
    pack(text, 0, ScanState::default(), 1, |_, _, _| false).into_iter().map(|(_, source)| source)
}

/// Scans from `start` and packs what is found into slots, until the end or until `stop` says, at a boundary between two items, that the
/// old slots go on from here. It is told the place, the scanner's state and the size of the slot that would end here.
fn pack(
    text: &str,
    start: usize,
    entry: ScanState,
    slack: usize,
    mut stop: impl FnMut(usize, ScanState, usize) -> bool,
) -> Vec<(Slot<()>, ChunkSource)> {
    let mut slots = Vec::new();
    let mut scanner = Scanner::new(text, start, entry);
    let mut open = Open::at(start, entry);
    while let Some(item) = scanner.next_item() {
        open.seen = open.seen.max(item.seen);
        open.regions.extend(item.region);
        open.problems.extend(item.problems);
        let (end, state) = (item.end, item.state);
        let full = end - open.start >= MAX_CHUNK_BYTES * slack || open.regions.len() >= MAX_CHUNK_REGIONS * slack;
        let stopped = stop(end, state, end - open.start);
        if full || stopped {
            slots.push(open.close(text, end));
            open = Open::at(end, state);
        }
        if stopped {
            return slots;
        }
    }
    if open.start < text.len() {
        slots.push(open.close(text, text.len()));
    }
    slots
}

/// A slot that is being filled, in coordinates of the text.
struct Open {
    start: usize,
    entry: ScanState,
    seen: usize,
    regions: Vec<Region>,
    problems: Vec<Problem>,
}

impl Open {
    fn at(start: usize, entry: ScanState) -> Open {
        Open { start, entry, seen: start, regions: Vec::new(), problems: Vec::new() }
    }

    fn close(self, text: &str, end: usize) -> (Slot<()>, ChunkSource) {
        let base = size(self.start);
        let slot = Slot { chunk: (), len: end - self.start, entry: self.entry, reach: self.seen.saturating_sub(end) };
        let source = ChunkSource {
            text: text[self.start..end].into(),
            regions: self.regions.iter().map(|region| region.relative_to(base)).collect(),
            problems: self
                .problems
                .into_iter()
                .map(|mut problem| {
                    problem.range -= base;
                    problem.related = problem.related.map(|r| r - base);
                    problem
                })
                .collect(),
        };
        (slot, source)
    }
}
