//! Edits one after the other, as edits of the text that they began with: what an editor can apply at once.

use rowan::{TextRange, TextSize};

use crate::TextEdit;

/// What became of a text.
#[derive(Clone, Debug)]
pub struct EditTrail {
    pieces: Vec<Piece>,
    len: TextSize,
}

/// A part of the text as it is now.
#[derive(Clone, Debug)]
enum Piece {
    /// It stood there from the beginning.
    Kept(TextRange),
    /// An edit brought it.
    New(String),
}

impl Piece {
    fn len(&self) -> TextSize {
        match self {
            Piece::Kept(range) => range.len(),
            Piece::New(text) => TextSize::of(text.as_str()),
        }
    }

    /// The part of it between two of its bytes; `None` if that is empty.
    fn part(&self, from: TextSize, to: TextSize) -> Option<Piece> {
        if from >= to {
            return None;
        }
        Some(match self {
            Piece::Kept(range) => Piece::Kept(TextRange::new(range.start() + from, range.start() + to)),
            Piece::New(text) => Piece::New(text.get(usize::from(from)..usize::from(to))?.to_owned()),
        })
    }
}

impl EditTrail {
    /// Nothing has happened to `text` yet.
    pub fn new(text: &str) -> EditTrail {
        let whole = TextRange::up_to(TextSize::of(text));
        EditTrail { pieces: vec![Piece::Kept(whole)], len: whole.end() }
    }

    /// Edits of the text as it is now, applied at once; they must be such that [`crate::apply_edits`] takes them.
    pub fn push(&mut self, edits: &[TextEdit]) {
        let mut sorted: Vec<&TextEdit> = edits.iter().collect();
        sorted.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
        let mut pieces = Vec::with_capacity(self.pieces.len() + 2 * sorted.len());
        let mut done = TextSize::new(0);
        for edit in sorted {
            self.copy(TextRange::new(done.min(edit.range.start()), edit.range.start()), &mut pieces);
            if !edit.new_text.is_empty() {
                pieces.push(Piece::New(edit.new_text.clone()));
            }
            done = edit.range.end();
        }
        let now = self.pieces.iter().map(Piece::len).sum::<TextSize>();
        self.copy(TextRange::new(done.min(now), now), &mut pieces);
        self.pieces = pieces;
    }

    /// The pieces of a range of the text as it is now.
    fn copy(&self, range: TextRange, into: &mut Vec<Piece>) {
        let mut start = TextSize::new(0);
        for piece in &self.pieces {
            let end = start + piece.len();
            let (from, to) = (range.start().max(start), range.end().min(end));
            if from < to {
                into.extend(piece.part(from - start, to - start));
            }
            start = end;
        }
    }

    /// All that happened, as edits of the first text: in order of place, none touching another.
    pub fn finish(self) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let (mut done, mut new_text) = (TextSize::new(0), String::new());
        let last = Piece::Kept(TextRange::empty(self.len));
        for piece in self.pieces.into_iter().chain([last]) {
            match piece {
                Piece::New(text) => new_text.push_str(&text),
                Piece::Kept(range) => {
                    if range.start() > done || !new_text.is_empty() {
                        let gap = TextRange::new(done, range.start());
                        edits.push(TextEdit::replace(gap, std::mem::take(&mut new_text)));
                    }
                    done = range.end();
                }
            }
        }
        edits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply_edits;

    fn edit(a: u32, b: u32, s: &str) -> TextEdit {
        TextEdit::replace(TextRange::new(a.into(), b.into()), s)
    }

    #[track_caller]
    fn check(text: &str, rounds: &[&[TextEdit]], expected: &[TextEdit]) {
        let mut trail = EditTrail::new(text);
        let mut now = text.to_owned();
        for edits in rounds {
            now = apply_edits(&now, edits).unwrap();
            trail.push(edits);
        }
        let found = trail.finish();
        assert_eq!(found, expected);
        assert_eq!(apply_edits(text, &found).unwrap(), now);
    }

    #[test]
    fn one_after_the_other() {
        check("abcdef", &[], &[]);
        check("", &[&[edit(0, 0, "x")]], &[edit(0, 0, "x")]);
        check("abcdef", &[&[edit(1, 2, "")], &[edit(1, 2, "X")]], &[edit(1, 3, "X")]);
        check(
            "abcdef",
            &[&[edit(4, 4, "__"), edit(0, 1, "")], &[edit(4, 5, "y")]],
            &[edit(0, 1, ""), edit(4, 4, "_y")],
        );
        check("abcdef", &[&[edit(3, 3, "12")], &[edit(3, 5, "")]], &[]);
        check("abcdef", &[&[edit(0, 6, "12")], &[edit(1, 1, "x")], &[edit(0, 0, "é")]], &[edit(0, 6, "é1x2")]);
    }
}
