//! Where chunks stand in their page: prefix sums, so that a position costs a search over chunks and a look into one of them.

use std::sync::Arc;

use memchr::memchr_iter;
use sfmc_syntax::{LineCol, PositionEncoding, TextRange, TextSize};

use crate::{
    chunk::size,
    inputs::{Chunk, Page},
};

/// What positions need of a chunk's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Extent {
    len: TextSize,
    lines: u32,
}

#[salsa::tracked(returns(copy))]
fn chunk_extent(db: &dyn salsa::Database, chunk: Chunk) -> Extent {
    let text = &chunk.source(db).text;
    let lines = u32::try_from(memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX);
    Extent { len: size(text.len()), lines }
}

/// A chunk and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkPosition {
    /// The chunk.
    pub chunk: Chunk,
    /// Its first byte in the page.
    pub start: TextSize,
    /// How many line ends come before it.
    pub line: u32,
}

/// The chunks of a page with their places.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PageMap {
    positions: Box<[ChunkPosition]>,
    len: TextSize,
    lines: u32,
}

/// The map of a page.
#[salsa::tracked(returns(ref))]
pub fn page_map(db: &dyn salsa::Database, page: Page) -> Arc<PageMap> {
    let chunks = page.chunks(db);
    let mut positions = Vec::with_capacity(chunks.len());
    let (mut start, mut line) = (TextSize::new(0), 0);
    for &chunk in chunks.iter() {
        positions.push(ChunkPosition { chunk, start, line });
        let extent = chunk_extent(db, chunk);
        start += extent.len;
        line += extent.lines;
    }
    Arc::new(PageMap { positions: positions.into(), len: start, lines: line })
}

impl PageMap {
    /// The chunks in order.
    pub fn chunks(&self) -> &[ChunkPosition] {
        &self.positions
    }

    /// The length of the page in bytes.
    pub fn len(&self) -> TextSize {
        self.len
    }

    /// Whether the page has no text.
    pub fn is_empty(&self) -> bool {
        self.len == TextSize::new(0)
    }

    /// The index of the chunk that holds the byte at `offset`; the last one for the end of the page.
    pub fn chunk_at(&self, offset: TextSize) -> Option<usize> {
        let after = self.positions.partition_point(|p| p.start <= offset);
        after.checked_sub(1)
    }

    /// Line and column of an offset, in the units of `encoding`. An offset past the end is the end.
    pub fn line_col(&self, db: &dyn salsa::Database, offset: TextSize, encoding: PositionEncoding) -> LineCol {
        let Some(index) = self.chunk_at(offset.min(self.len)) else {
            return LineCol::default();
        };
        let ChunkPosition { chunk, start, line } = self.positions[index];
        let text = &*chunk.source(db).text;
        let end = text.floor_char_boundary(usize::from(offset.min(self.len) - start));
        let before = &text[..end];
        let mut found = LineCol { line, col: 0 };
        match memchr::memrchr(b'\n', before.as_bytes()) {
            Some(at) => {
                found.line += u32::try_from(memchr_iter(b'\n', &before.as_bytes()[..=at]).count()).unwrap_or(0);
                found.col = encoding.measure(&before[at + 1..]);
            }
            None => {
                found.col = encoding.measure(before);
                // The line began in an earlier chunk.
                for position in self.positions[..index].iter().rev() {
                    let text = &*position.chunk.source(db).text;
                    let at = memchr::memrchr(b'\n', text.as_bytes());
                    found.col += encoding.measure(&text[at.map_or(0, |at| at + 1)..]);
                    if at.is_some() {
                        break;
                    }
                }
            }
        }
        found
    }

    /// The offset of a line and column. A column past the end of its line is the line's end, a line past the last the page's end.
    pub fn offset(&self, db: &dyn salsa::Database, at: LineCol, encoding: PositionEncoding) -> TextSize {
        if at.line > self.lines {
            return self.len;
        }
        // The chunk in which the line begins: the last one with fewer line ends before it, or the first.
        let index = self.positions.partition_point(|p| p.line < at.line).saturating_sub(1);
        let mut rest = at.col;
        let mut inside = false;
        for position in &self.positions[index..] {
            let text = &*position.chunk.source(db).text;
            let mut from = 0;
            if !inside {
                let skip = at.line - position.line;
                if skip > 0 {
                    let Some(end) = memchr_iter(b'\n', text.as_bytes()).nth(skip as usize - 1) else {
                        continue;
                    };
                    from = end + 1;
                }
                inside = true;
            }
            let line = &text[from..];
            let end = memchr::memchr(b'\n', line.as_bytes());
            let content = &line[..end.unwrap_or(line.len())];
            let content = if end.is_some() { content.strip_suffix('\r').unwrap_or(content) } else { content };
            let width = encoding.measure(content);
            if end.is_some() || rest < width {
                return position.start + size(from + encoding.byte_offset(content, rest));
            }
            rest -= width;
        }
        self.len
    }

    /// The line that an offset stands in, without its line end.
    pub fn line_range(&self, db: &dyn salsa::Database, offset: TextSize) -> TextRange {
        let Some(index) = self.chunk_at(offset.min(self.len)) else { return TextRange::empty(self.len) };
        let text = |position: &ChunkPosition| position.chunk.source(db).text.as_bytes();
        let here = usize::from(offset.min(self.len) - self.positions[index].start);
        let mut start = TextSize::new(0);
        for (n, position) in self.positions[..=index].iter().enumerate().rev() {
            let before = if n == index { &text(position)[..here] } else { text(position) };
            if let Some(at) = memchr::memrchr(b'\n', before) {
                start = position.start + size(at + 1);
                break;
            }
        }
        let mut end = self.len;
        for (n, position) in self.positions.iter().enumerate().skip(index) {
            let from = if n == index { here } else { 0 };
            if let Some(at) = memchr::memchr(b'\n', &text(position)[from..]) {
                end = position.start + size(from + at);
                break;
            }
        }
        TextRange::new(start, end)
    }

    /// A range of a chunk in the coordinates of the page, if the chunk is one of the page's.
    pub fn range_in(&self, chunk: Chunk, range: TextRange) -> Option<TextRange> {
        let position = self.positions.iter().find(|p| p.chunk == chunk)?;
        Some(range + position.start)
    }
}

impl PageMap {
    /// Turns offsets into lines and columns one after the other: cheap when they come in order, whatever the length of the lines.
    pub fn cursor<'a>(&'a self, db: &'a dyn salsa::Database, encoding: PositionEncoding) -> PositionCursor<'a> {
        PositionCursor { map: self, db, encoding, last: None }
    }
}

/// See [`PageMap::cursor`].
pub struct PositionCursor<'a> {
    map: &'a PageMap,
    db: &'a dyn salsa::Database,
    encoding: PositionEncoding,
    /// The last answer: chunk, offset in it, position.
    last: Option<(usize, usize, LineCol)>,
}

impl std::fmt::Debug for PositionCursor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PositionCursor").field("last", &self.last).finish_non_exhaustive()
    }
}

impl PositionCursor<'_> {
    /// Line and column of an offset; an offset past the end is the end.
    pub fn line_col(&mut self, offset: TextSize) -> LineCol {
        let offset = offset.min(self.map.len);
        let Some(index) = self.map.chunk_at(offset) else {
            return LineCol::default();
        };
        let ChunkPosition { chunk, start, .. } = self.map.positions[index];
        let text = &*chunk.source(self.db).text;
        let end = text.floor_char_boundary(usize::from(offset - start));
        let found = match self.last {
            // Behind the last answer in the same chunk: count on from there.
            Some((last_index, last_end, last)) if last_index == index && last_end <= end => {
                let between = &text[last_end..end];
                let lines = memchr_iter(b'\n', between.as_bytes()).count();
                let tail = between.rfind('\n').map_or(between, |at| &between[at + 1..]);
                let col = self.encoding.measure(tail) + if lines == 0 { last.col } else { 0 };
                LineCol { line: last.line + u32::try_from(lines).unwrap_or(0), col }
            }
            _ => self.map.line_col(self.db, offset, self.encoding),
        };
        self.last = Some((index, end, found));
        found
    }
}
