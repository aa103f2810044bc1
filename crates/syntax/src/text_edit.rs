//! Replacements of ranges of a text.

use std::fmt;

use rowan::TextRange;

/// Replace `range` by `new_text`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TextEdit {
    /// What is replaced, in bytes of the text before the edit; empty for an insertion.
    pub range: TextRange,
    /// What stands there afterwards.
    pub new_text: String,
}

impl TextEdit {
    /// Replace `range`.
    pub fn replace(range: TextRange, new_text: impl Into<String>) -> TextEdit {
        TextEdit { range, new_text: new_text.into() }
    }

    /// Insert at `offset`.
    pub fn insert(offset: rowan::TextSize, new_text: impl Into<String>) -> TextEdit {
        TextEdit { range: TextRange::empty(offset), new_text: new_text.into() }
    }

    /// Delete `range`.
    pub fn delete(range: TextRange) -> TextEdit {
        TextEdit { range, new_text: String::new() }
    }
}

/// Why a set of edits was refused. Nothing is applied then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplyError {
    /// Two edits touch the same text.
    Overlap(TextRange, TextRange),
    /// The range lies outside the text or inside a character.
    OutOfRange(TextRange),
}

impl fmt::Display for ApplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApplyError::Overlap(a, b) => write!(f, "edits overlap at {a:?} and {b:?}"),
            ApplyError::OutOfRange(r) => write!(f, "edit at {r:?} lies outside the text"),
        }
    }
}

impl std::error::Error for ApplyError {}

/// `text` with all `edits` applied at once: every range is meant in the text as it was before.
///
/// # Errors
/// When two edits overlap (two insertions at one place do not; they keep their order) or one lies outside the text.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Result<String, ApplyError> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|e| (e.range.start(), e.range.end()));
    for pair in sorted.windows(2) {
        if let [a, b] = pair
            && a.range.end() > b.range.start()
        {
            return Err(ApplyError::Overlap(a.range, b.range));
        }
    }
    let grown: usize = sorted.iter().map(|e| e.new_text.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut done = 0;
    for edit in sorted {
        let (start, end) = (usize::from(edit.range.start()), usize::from(edit.range.end()));
        let Some(kept) = text.get(done..start).filter(|_| text.get(start..end).is_some()) else {
            return Err(ApplyError::OutOfRange(edit.range));
        };
        out.push_str(kept);
        out.push_str(&edit.new_text);
        done = end;
    }
    out.push_str(&text[done..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(a: u32, b: u32, s: &str) -> TextEdit {
        TextEdit::replace(TextRange::new(a.into(), b.into()), s)
    }

    #[test]
    fn applies_all_at_once() {
        let out = apply_edits("abcdef", &[edit(4, 5, "E"), edit(0, 1, ""), edit(2, 2, "__")]);
        assert_eq!(out.unwrap(), "b__cdEf");
    }

    #[test]
    fn refuses_overlap_and_foreign_ranges() {
        assert!(matches!(apply_edits("abc", &[edit(0, 2, ""), edit(1, 3, "")]), Err(ApplyError::Overlap(..))));
        assert!(matches!(apply_edits("abc", &[edit(2, 9, "")]), Err(ApplyError::OutOfRange(_))));
        assert!(matches!(apply_edits("é", &[edit(1, 1, "x")]), Err(ApplyError::OutOfRange(_))));
    }
}
