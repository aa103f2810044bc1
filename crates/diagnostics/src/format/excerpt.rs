//! Cutting the few lines that a report shows out of a text, and the few columns that it shows out of a line.
//!
//! Whatever the size of the page, what is given to the renderer is small: the library that draws it walks over all that
//! it is given, once for every finding, and a minified page is one line of a megabyte.

use std::ops::Range;

use super::positions::Positions;

/// What stands where something was left out of a line.
const ELLIPSIS: &str = "…";

/// How many characters around a place are shown even where there is no room for them.
const LEAST_CONTEXT: usize = 8;

/// Some consecutive lines of a text, long ones cut.
pub(crate) struct Excerpt {
    /// The lines, each with `\n` as its line end.
    pub(crate) source: String,
    /// The number of the first line, from 1.
    pub(crate) first_line: usize,
    /// What was copied, in ascending order.
    pieces: Vec<Piece>,
}

/// `original` of the text stands at `at` of the excerpt.
struct Piece {
    original: Range<usize>,
    at: usize,
}

impl Excerpt {
    /// The `lines` (from 0) of a text, each cut to about `width` characters such that both ends of every range in `shown`
    /// are there.
    pub(crate) fn new(positions: &Positions<'_>, lines: Range<usize>, shown: &[Range<usize>], width: usize) -> Excerpt {
        let mut excerpt = Excerpt { source: String::new(), first_line: lines.start + 1, pieces: Vec::new() };
        for line in lines {
            excerpt.push_line(positions, line, shown, width);
        }
        excerpt
    }

    fn push_line(&mut self, positions: &Positions<'_>, line: usize, shown: &[Range<usize>], width: usize) {
        let range = positions.line(line);
        let text = &positions.text()[range.clone()];
        // An offset in a part that is left out stands for the place before the dots.
        self.pieces.push(Piece { original: range.start..range.start, at: self.source.len() });
        let mut copied = 0;
        for window in windows(text, range.start, shown, width) {
            if window.start > copied {
                self.source.push_str(ELLIPSIS);
            }
            copied = window.end;
            let original = range.start + window.start..range.start + window.end;
            self.pieces.push(Piece { original, at: self.source.len() });
            self.source.push_str(&text[window]);
        }
        if copied < text.len() {
            self.source.push_str(ELLIPSIS);
        }
        self.source.push('\n');
    }

    /// Where `offset` of the text is in the excerpt; the line ends of a line are its end.
    pub(crate) fn place(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.original.start <= offset);
        let Some(piece) = after.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return 0;
        };
        piece.at + offset.min(piece.original.end) - piece.original.start
    }

    /// Where `range` of the text is in the excerpt.
    pub(crate) fn span(&self, range: &Range<usize>) -> Range<usize> {
        self.place(range.start)..self.place(range.end)
    }
}

/// The parts of a line to show, in ascending order and with something between them. `start` is where the line begins in
/// the text that the `shown` ranges are of.
fn windows(line: &str, start: usize, shown: &[Range<usize>], width: usize) -> Vec<Range<usize>> {
    if forward(line, 0, width) == line.len() {
        return std::iter::once(0..line.len()).collect();
    }
    let mut places: Vec<Range<usize>> = Vec::new();
    for range in shown {
        if range.end < start || range.start > start + line.len() {
            continue;
        }
        let from = range.start.saturating_sub(start);
        let to = (range.end - start).min(line.len());
        if forward(line, from, width / 2) >= to {
            places.push(from..to);
        } else {
            // Too long to be shown: its beginning and its end.
            places.push(from..forward(line, from, width / 4));
            places.push(back(line, to, width / 8)..to);
        }
    }
    if places.is_empty() {
        places.push(0..0);
    }
    places.sort_by_key(|place| (place.start, place.end));
    let used: usize = places.iter().map(|place| line[place.clone()].chars().count()).sum();
    let context = (width.saturating_sub(used) / places.len()).max(2 * LEAST_CONTEXT);
    let mut windows: Vec<Range<usize>> = Vec::new();
    for place in places {
        let window = widen(line, place, context);
        match windows.last_mut() {
            // What the dots would stand for is hardly longer than they are.
            Some(last) if window.start <= last.end + 2 * ELLIPSIS.len() => {
                last.end = last.end.max(window.end);
            }
            _ => windows.push(window),
        }
    }
    windows
}

/// `place` with `context` characters more around it, half of them on each side as long as there are any.
fn widen(line: &str, place: Range<usize>, context: usize) -> Range<usize> {
    let start = back(line, place.start, context / 2);
    let before = line[start..place.start].chars().count();
    let end = forward(line, place.end, context - before);
    let after = line[place.end..end].chars().count();
    back(line, start, context - before - after)..end
}

/// The place `n` characters after `at`, or the end.
fn forward(text: &str, at: usize, n: usize) -> usize {
    text[at..].char_indices().nth(n).map_or(text.len(), |(further, _)| at + further)
}

/// The place `n` characters before `at`, or the beginning.
fn back(text: &str, at: usize, n: usize) -> usize {
    match n.checked_sub(1) {
        Some(n) => text[..at].char_indices().nth_back(n).map_or(0, |(start, _)| start),
        None => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `line` cut to 20 characters around `place`, and what of it the place still covers.
    fn cut(line: &str, place: Range<usize>) -> (String, String) {
        let excerpt = Excerpt::new(&Positions::new(line), 0..1, std::slice::from_ref(&place), 20);
        let marked = excerpt.source[excerpt.span(&place)].to_owned();
        (excerpt.source, marked)
    }

    #[test]
    fn a_short_line_is_whole() {
        assert_eq!(cut("12345678901234567890", 3..5).0, "12345678901234567890\n");
        assert_eq!(cut("", 0..0).0, "\n");
    }

    #[test]
    fn a_long_line_is_cut_around_its_places() {
        let line = "abcdefghij".repeat(10);
        let cut = |place| cut(&line, place);
        let owned = |source: &str, marked: &str| (source.to_owned(), marked.to_owned());
        assert_eq!(cut(0..2), owned("abcdefghijabcdefghij…\n", "ab"));
        assert_eq!(cut(50..52), owned("…bcdefghijabcdefghija…\n", "ab"));
        assert_eq!(cut(100..100), owned("…abcdefghijabcdefghij\n", ""));
        let (source, marked) = ("…cdefghijabcdefghijabc…abcdefghijabcdefgh…\n", "abcdefghijabc…abcdefghij");
        assert_eq!(cut(10..90), owned(source, marked));
    }

    #[test]
    fn several_places_of_a_line() {
        let line = "😀bcdefghij".repeat(100);
        let excerpt = Excerpt::new(&Positions::new(&line), 0..1, &[0..4, 26..30, 988..992], 40);
        assert_eq!(excerpt.source, "😀bcdefghij😀bcdefghij😀bcdefghi…cdefghij😀bcdefghi…\n");
        let none = Excerpt::new(&Positions::new(&line), 0..1, &[], 20);
        assert_eq!(none.source, "😀bcdefghij😀bcdefghij…\n");
    }

    #[test]
    fn lines_keep_their_numbers() {
        let text = "one\r\ntwo\r\n\r\nfour";
        let positions = Positions::new(text);
        let excerpt = Excerpt::new(&positions, 1..4, &[], 20);
        assert_eq!((excerpt.source.as_str(), excerpt.first_line), ("two\n\nfour\n", 2));
        for (place, offset) in [(0, 5), (3, 8), (3, 9), (4, 10), (5, 12), (9, 16)] {
            assert_eq!(excerpt.place(offset), place, "{offset}");
        }
    }
}
