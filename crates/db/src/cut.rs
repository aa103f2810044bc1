//! Where a text is cut into chunks: a page between regions, SQL between statements.

use sfmc_host::{Region, ScanState, Scanner};
use sfmc_syntax::Problem;

use crate::{
    chunk::{ChunkSource, size},
    inputs::FileKind,
};

/// How many bytes a chunk of a page holds before it is closed at the next place where that is possible. Twice as many after edits.
pub const MAX_CHUNK_BYTES: usize = 6 * 1024;
/// How many regions a chunk holds before it is closed. Twice as many after edits.
pub const MAX_CHUNK_REGIONS: usize = 64;

/// A chunk of a page that is smaller than this after an edit takes its successor in.
const MIN_CHUNK_BYTES: usize = 512;

/// Who cuts a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The template scanner: a chunk is a run of regions.
    #[default]
    Regions,
    /// SQL's splitter: a chunk is a piece, one statement as a rule. What a statement means is asked chunk by chunk, so that they are never
    /// put together however small they are.
    Statements,
}

impl From<FileKind> for Cut {
    fn from(kind: FileKind) -> Cut {
        match kind {
            FileKind::Page | FileKind::Other => Cut::Regions,
            FileKind::Sql => Cut::Statements,
        }
    }
}

/// A part of the text that is one chunk.
#[derive(Clone, Debug)]
pub(crate) struct Slot<C> {
    /// What identifies the chunk.
    pub(crate) chunk: C,
    /// Its length in bytes.
    pub(crate) len: usize,
    /// The scanner's state where it begins.
    pub(crate) entry: ScanState,
    /// How far past its end one had to look to decide what is in it; an edit there can change it.
    pub(crate) reach: usize,
}

impl Slot<()> {
    pub(crate) fn with<C>(self, chunk: C) -> Slot<C> {
        Slot { chunk, len: self.len, entry: self.entry, reach: self.reach }
    }
}

impl Cut {
    /// Cuts from `start` on, until the end or until `stop` says, where a slot could end, that the old slots go on from here. It is told the
    /// place, the scanner's state and the size of the slot that would end here. With more `slack` slots of a page become larger.
    pub(crate) fn slots(
        self,
        text: &str,
        start: usize,
        entry: ScanState,
        slack: usize,
        stop: impl FnMut(usize, ScanState, usize) -> bool,
    ) -> Vec<(Slot<()>, ChunkSource)> {
        match self {
            Cut::Regions => regions(text, start, entry, slack, stop),
            Cut::Statements => statements(text, start, stop),
        }
    }

    /// Whether a slot of `len` bytes takes in the next one, of `next` bytes.
    pub(crate) fn joins(self, len: usize, next: usize) -> bool {
        self == Cut::Regions && len < MIN_CHUNK_BYTES && len + next <= MAX_CHUNK_BYTES
    }

    /// The chunks of a text that nobody will edit.
    pub(crate) fn chunks(self, text: &str) -> impl Iterator<Item = ChunkSource> + use<> {
        self.slots(text, 0, ScanState::default(), 1, |_, _, _| false).into_iter().map(|(_, source)| source)
    }
}

/// Each piece of SQL is a slot. What is wrong with it and what is in it is the parser's to say.
fn statements(
    text: &str,
    start: usize,
    mut stop: impl FnMut(usize, ScanState, usize) -> bool,
) -> Vec<(Slot<()>, ChunkSource)> {
    let mut slots = Vec::new();
    for piece in sfmc_sql::pieces(text, start) {
        let end = usize::from(piece.range.end());
        let len = usize::from(piece.range.len());
        let reach = usize::from(piece.seen).saturating_sub(end);
        let source = ChunkSource { text: text[piece.range].into(), ..ChunkSource::default() };
        slots.push((Slot { chunk: (), len, entry: ScanState::default(), reach }, source));
        if stop(end, ScanState::default(), len) {
            break;
        }
    }
    slots
}

/// Scans from `start` and packs what is found into slots.
fn regions(
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
