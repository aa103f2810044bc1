//! Lines and columns of a text in the encodings that clients use.

use memchr::memchr_iter;
use rowan::TextSize;

/// How a client counts columns. `Scalar` (UTF-32) is also what the command line prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PositionEncoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units; what the protocol falls back to.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl PositionEncoding {
    /// How many columns `text` takes.
    pub fn measure(self, text: &str) -> u32 {
        let n = match self {
            PositionEncoding::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            PositionEncoding::Utf16 => text.chars().map(char::len_utf16).sum(),
            PositionEncoding::Utf32 => text.chars().count(),
        };
        u32::try_from(n).unwrap_or(u32::MAX)
    }

    /// The byte offset in `line` of a column; a column past the end or inside a character is moved back to the nearest
    /// place that exists.
    pub fn byte_offset(self, line: &str, column: u32) -> usize {
        let column = column as usize;
        match self {
            _ if line.is_ascii() => column.min(line.len()),
            PositionEncoding::Utf8 => line.floor_char_boundary(column),
            _ => {
                let mut seen = 0;
                for (at, c) in line.char_indices() {
                    seen += if self == PositionEncoding::Utf16 { c.len_utf16() } else { 1 };
                    if seen > column {
                        return at;
                    }
                }
                line.len()
            }
        }
    }
}

/// A line and a column, both counted from 0; what a column counts depends on the [`PositionEncoding`] asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LineCol {
    /// The line, from 0.
    pub line: u32,
    /// The column, from 0.
    pub col: u32,
}

/// Where the lines of a text begin. A line ends after `\n`; a lone `\r` is no line end, `\r\n` is one.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct LineIndex {
    starts: Vec<TextSize>,
}

fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> LineIndex {
        let mut starts = vec![TextSize::new(0)];
        starts.extend(memchr_iter(b'\n', text.as_bytes()).map(|at| size(at + 1)));
        LineIndex { starts }
    }

    /// How many lines there are: one more than there are line ends.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: a text has at least one line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Where a line begins; past the last line: `None`.
    pub fn line_start(&self, line: u32) -> Option<TextSize> {
        self.starts.get(line as usize).copied()
    }

    /// The line that `offset` stands in.
    pub fn line_of(&self, offset: TextSize) -> u32 {
        let after = self.starts.partition_point(|&start| start <= offset);
        u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The text of a line without its line end.
    pub fn line_text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let Some(start) = self.line_start(line) else {
            return "";
        };
        let end = self.line_start(line + 1).map_or(text.len(), usize::from);
        let line = text.get(usize::from(start)..end).unwrap_or("");
        line.strip_suffix('\n').map_or(line, |l| l.strip_suffix('\r').unwrap_or(l))
    }

    /// Line and column of `offset` in `text`, which must be the text the index was made of. An offset past the end or inside a
    /// character is moved back to a place that exists.
    pub fn line_col(&self, text: &str, offset: TextSize, encoding: PositionEncoding) -> LineCol {
        let offset = text.floor_char_boundary(usize::from(offset));
        let line = self.line_of(size(offset));
        let start = self.line_start(line).map_or(0, usize::from);
        LineCol { line, col: encoding.measure(text.get(start..offset).unwrap_or("")) }
    }

    /// The offset of a line and column. A column past the end of its line is the line's end (before `\n` or `\r\n`), a line past
    /// the last is the end of the text.
    pub fn offset(&self, text: &str, at: LineCol, encoding: PositionEncoding) -> TextSize {
        let Some(start) = self.line_start(at.line) else {
            return size(text.len());
        };
        let line = self.line_text(text, at.line);
        start + size(encoding.byte_offset(line, at.col))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_counts_its_own_units() {
        let text = "a\r\n😀é%%=v()=%%\n";
        let index = LineIndex::new(text);
        let at = TextSize::of("a\r\n😀é");
        for (encoding, col) in [(PositionEncoding::Utf8, 6), (PositionEncoding::Utf16, 3), (PositionEncoding::Utf32, 2)]
        {
            let found = index.line_col(text, at, encoding);
            assert_eq!(found, LineCol { line: 1, col });
            assert_eq!(index.offset(text, found, encoding), at);
        }
        assert_eq!(index.len(), 3);
    }

    #[test]
    fn clamps_what_does_not_exist() {
        let text = "😀\r\nb";
        let index = LineIndex::new(text);
        let utf16 = PositionEncoding::Utf16;
        assert_eq!(index.offset(text, LineCol { line: 0, col: 99 }, utf16), TextSize::of("😀"));
        assert_eq!(index.offset(text, LineCol { line: 0, col: 1 }, utf16), TextSize::new(0));
        assert_eq!(index.offset(text, LineCol { line: 9, col: 0 }, utf16), TextSize::of(text));
        assert_eq!(index.line_col(text, TextSize::new(2), utf16), LineCol { line: 0, col: 0 });
    }
}
