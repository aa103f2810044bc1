//! Lines and columns as reports count them: from 1, columns in Unicode scalar values.

use std::ops::Range;

use sfmc_syntax::{LineIndex, TextSize};

/// How many bytes lie between two places at which the characters before them are counted once and for all.
const STEP: usize = 256;

/// Lines and columns of a text, each answer in constant time: a minified page is one line of a megabyte, and counting
/// from its beginning for each of thousands of findings would be quadratic.
pub(crate) struct Positions<'t> {
    text: &'t str,
    lines: LineIndex,
    /// How many characters stand before every `STEP`th byte; `None` when it is as many as bytes.
    counts: Option<Vec<usize>>,
}

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: usize,
    /// The column.
    pub(crate) column: usize,
}

impl<'t> Positions<'t> {
    pub(crate) fn new(text: &'t str) -> Positions<'t> {
        let counts = (!text.is_ascii()).then(|| {
            // With a last count for an offset at the very end of the last step.
            let mut counts = vec![0];
            let mut seen = 0;
            for step in text.as_bytes().chunks(STEP) {
                seen += characters(step);
                counts.push(seen);
            }
            counts
        });
        Positions { text, lines: LineIndex::new(text), counts }
    }

    /// The text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// How many lines there are.
    pub(crate) fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The line (from 0) that `offset` stands in.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.lines.line_of(size(offset)) as usize
    }

    /// Where a line (from 0) stands, without its line end; past the last line it is the empty end of the text.
    pub(crate) fn line(&self, line: usize) -> Range<usize> {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let start = self.lines.line_start(line).map_or(self.text.len(), usize::from);
        start..start + self.lines.line_text(self.text, line).len()
    }

    /// The position of `offset`; one that does not exist is moved back to one that does.
    pub(crate) fn at(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line_of(offset);
        let start = self.line(line).start;
        let column = self.characters_before(offset) - self.characters_before(start);
        Position { line: line + 1, column: column + 1 }
    }

    fn characters_before(&self, offset: usize) -> usize {
        match &self.counts {
            None => offset,
            Some(counts) => {
                let step = offset / STEP;
                counts[step] + characters(&self.text.as_bytes()[step * STEP..offset])
            }
        }
    }
}

fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}

/// How many characters begin in `bytes`.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| !(0x80..0xC0).contains(&byte)).count()
}

#[cfg(test)]
mod tests {
    use sfmc_syntax::PositionEncoding;

    use super::*;

    #[test]
    fn agrees_with_the_line_index() {
        let texts = ["", "abc\r\n\ndef", "a😀é\nü", &"é".repeat(STEP), &"a\n😀".repeat(STEP), &"ab".repeat(STEP)];
        for text in texts {
            let positions = Positions::new(text);
            let index = LineIndex::new(text);
            for offset in 0..text.len() + 3 {
                let at = positions.at(offset);
                let expected = index.line_col(text, size(offset), PositionEncoding::Utf32);
                assert_eq!((at.line - 1, at.column - 1), (expected.line as usize, expected.col as usize));
            }
        }
    }
}
