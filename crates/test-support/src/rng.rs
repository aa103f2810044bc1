//! Chance that is the same on every run.

use std::ops::Range;

/// A random generator (xorshift64*): small, quick and, for one seed, always the same; good enough to choose edits.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A generator; seeds that lie close together give sequences that do not.
    pub fn new(seed: u64) -> Rng {
        // One step of splitmix64; the state of a xorshift must not be 0.
        let z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Rng { state: (z ^ (z >> 31)).max(1) }
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `n`.
    ///
    /// # Panics
    /// When `n` is 0.
    #[track_caller]
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "no number lies below 0");
        // The product's upper half: the lower bits of a xorshift are its weak ones.
        let product = u128::from(self.next_u64()) * n as u128;
        (product >> 64) as usize
    }

    /// True once in `n` times.
    #[track_caller]
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of `items`.
    ///
    /// # Panics
    /// When there are none.
    #[track_caller]
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A place in `text`, its end included, that is not inside a character.
    pub fn place(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }

    /// A range of `text` of at most `longest` bytes whose ends are not inside characters.
    pub fn range(&mut self, text: &str, longest: usize) -> Range<usize> {
        let start = self.place(text);
        let end = (start + self.below(longest + 1)).min(text.len());
        start..text.floor_char_boundary(end)
    }

    /// An edit of `text` like those that people make: mostly an insertion of one of `words` or a small deletion, at times
    /// a replacement, a repetition of what stands elsewhere, or a large deletion.
    ///
    /// # Panics
    /// When there are no words.
    #[track_caller]
    pub fn edit(&mut self, text: &str, words: &[&str]) -> Edit {
        let word = *self.pick(words);
        match self.below(10) {
            0..=4 => Edit { range: self.range(text, 0), new_text: word.to_owned() },
            5 | 6 => Edit { range: self.range(text, 4), new_text: String::new() },
            7 => Edit { range: self.range(text, 12), new_text: word.to_owned() },
            8 => {
                let copied = self.range(text, 80);
                Edit { range: self.range(text, 0), new_text: text[copied].to_owned() }
            }
            _ => Edit { range: self.range(text, text.len() / 2), new_text: String::new() },
        }
    }
}

/// A replacement of a range of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub new_text: String,
}

impl Edit {
    /// `text` after the edit.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        [&text[..self.range.start], &self.new_text, &text[self.range.end..]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_sequence() {
        let numbers = |seed| {
            let mut rng = Rng::new(seed);
            (0..50).map(|_| rng.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
        assert!(numbers(0).iter().all(|&n| n < 1000));
    }

    #[test]
    fn every_item_has_its_turn() {
        let mut rng = Rng::new(1);
        let mut seen = [0; 5];
        for _ in 0..1000 {
            seen[*rng.pick(&[0, 1, 2, 3, 4])] += 1;
        }
        assert!(seen.iter().all(|&n| (120..280).contains(&n)), "{seen:?}");
    }

    #[test]
    fn edits_can_be_applied() {
        let mut rng = Rng::new(3);
        let mut text = String::from("<p>😀é</p>");
        for _ in 0..2000 {
            text = rng.edit(&text, &["%%[", "]%%", "é", "😀", "\r\n"]).apply(&text);
        }
        assert_eq!(Rng::new(5).range("", 9), 0..0);
    }
}
