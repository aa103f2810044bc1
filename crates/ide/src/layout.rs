//! How a text is laid out: line ends, indentation, what stands alone on its line.

use sfmc_syntax::{TextRange, TextSize};

/// A text and how it is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout<'t> {
    text: &'t str,
}

impl<'t> Layout<'t> {
    pub(crate) fn new(text: &'t str) -> Layout<'t> {
        Layout { text }
    }

    /// The text of a range; empty where it has none.
    pub(crate) fn slice(self, range: TextRange) -> &'t str {
        self.text.get(std::ops::Range::from(range)).unwrap_or("")
    }

    fn before(self, at: TextSize) -> &'t str {
        self.text.get(..usize::from(at)).unwrap_or("")
    }

    fn after(self, at: TextSize) -> &'t str {
        self.text.get(usize::from(at)..).unwrap_or("")
    }

    /// Where the line of a place begins.
    pub(crate) fn line_start(self, at: TextSize) -> TextSize {
        let before = self.before(at);
        TextSize::of(&before[..before.rfind('\n').map_or(0, |end| end + 1)])
    }

    /// Where the line of a place ends, before its line end.
    pub(crate) fn line_end_at(self, at: TextSize) -> TextSize {
        let after = self.after(at);
        let line = after.find('\n').map_or(after, |end| &after[..end]);
        at + TextSize::of(line.strip_suffix('\r').unwrap_or(line))
    }

    /// Where the line behind the one that ends at a place begins, if there is one.
    pub(crate) fn next_line(self, end: TextSize) -> Option<TextSize> {
        let rest = self.after(end);
        let len = if rest.starts_with("\r\n") { 2 } else { u32::from(rest.starts_with('\n')) };
        (len > 0).then(|| end + TextSize::new(len))
    }

    /// The blanks at the beginning of the line of a place.
    pub(crate) fn indentation(self, at: TextSize) -> &'t str {
        let line = self.after(self.line_start(at));
        &line[..line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len())]
    }

    /// Whether nothing but blanks stands before a place in its line.
    pub(crate) fn is_first_on_line(self, at: TextSize) -> bool {
        self.slice(TextRange::new(self.line_start(at), at)).chars().all(|c| c == ' ' || c == '\t')
    }

    /// Whether nothing but blanks stands behind a place in its line.
    pub(crate) fn is_last_on_line(self, at: TextSize) -> bool {
        self.slice(TextRange::new(at, self.line_end_at(at))).chars().all(|c| c == ' ' || c == '\t')
    }

    /// The line end that the text has, by its first.
    pub(crate) fn line_end(self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// What one level more is indented by: a tab where lines begin with tabs, else as many blanks as lines most often have more than the line
    /// before them.
    pub(crate) fn indent_unit(self) -> &'static str {
        const BLANKS: &str = "        ";
        let (mut before, mut votes) = (0, [0usize; BLANKS.len() + 1]);
        for line in self.text.lines().filter(|line| !line.trim().is_empty()) {
            if line.starts_with('\t') {
                return "\t";
            }
            let width = line.len() - line.trim_start_matches(' ').len();
            if let Some(vote) = votes.get_mut(width.saturating_sub(before)) {
                *vote += 1;
            }
            before = width;
        }
        // The smaller one of two that are as frequent.
        let best = (2..votes.len()).rev().max_by_key(|&width| votes.get(width)).unwrap_or(2);
        let width = if votes.get(best) == Some(&0) { 2 } else { best };
        BLANKS.get(..width).unwrap_or("  ")
    }

    /// A range with the line end behind it and the blanks around it, if it is all that stands on its lines.
    pub(crate) fn whole_lines(self, range: TextRange) -> Option<TextRange> {
        if !self.is_first_on_line(range.start()) || !self.is_last_on_line(range.end()) {
            return None;
        }
        let end = self.line_end_at(range.end());
        Some(TextRange::new(self.line_start(range.start()), self.next_line(end).unwrap_or(end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let layout = Layout::new("a\r\n    b\r\n  c");
        let at = TextSize::new(7);
        assert_eq!((layout.indentation(at), layout.line_end(), layout.indent_unit()), ("    ", "\r\n", "    "));
        assert!(layout.is_first_on_line(at) && !layout.is_last_on_line(at));
        assert_eq!(
            layout.whole_lines(TextRange::new(at, at + TextSize::new(1))),
            Some(TextRange::new(3.into(), 10.into()))
        );
        assert_eq!(layout.line_end_at(at), TextSize::new(8));
        assert_eq!(layout.whole_lines(TextRange::empty(at)), None);
        let last = TextSize::new(12);
        assert_eq!(
            layout.whole_lines(TextRange::new(last, last + TextSize::new(1))),
            Some(TextRange::new(10.into(), 13.into()))
        );
    }
}
