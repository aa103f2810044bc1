//! The text of a page as the event loop holds it: cut into slots, rescanned around an edit.
//!
//! This happens outside salsa, because a query cannot see its previous value. What comes out are chunk inputs: only those whose text or
//! regions changed are set.

use std::ops::Range;

use sfmc_host::ScanState;

use crate::{
    chunk::ChunkSource,
    cut::{Cut, Slot},
};

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
    cut: Cut,
    slots: Vec<Slot<C>>,
}

impl<C> Default for PageText<C> {
    fn default() -> Self {
        PageText { text: String::new(), cut: Cut::default(), slots: Vec::new() }
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
    pub(crate) fn set(&mut self, text: String, cut: Cut) -> Rescan {
        self.text = text;
        self.recut(cut)
    }

    /// Cuts the text afresh; all slots go.
    pub(crate) fn recut(&mut self, cut: Cut) -> Rescan {
        self.cut = cut;
        let slots = cut.slots(&self.text, 0, ScanState::default(), 1, |_, _, _| false);
        Rescan { replaced: 0..self.slots.len(), slots }
    }

    /// Who cuts it.
    pub(crate) fn cut(&self) -> Cut {
        self.cut
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
        let cut = self.cut;
        let slots = cut.slots(&self.text, start, entry, 2, |at, state, pending| {
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
            if cut.joins(pending, slot.len) {
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
