//! What is open where the fold stands. Pages can open thousands of things: which of a kind is the innermost is known and not searched for.

use super::{Frame, Opened};

/// How many kinds there are.
const KINDS: usize = 4;

/// The constructs that are open, the innermost last.
#[derive(Default)]
pub(super) struct Open {
    frames: Vec<Frame>,
    /// Where those of each kind stand, in order.
    of: [Vec<usize>; KINDS],
    /// Where those stand whose statements are in braces, in order.
    braced: Vec<usize>,
}

impl Open {
    pub(super) fn len(&self) -> usize {
        self.frames.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub(super) fn last(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// The innermost one. What it is and whether it is braced do not change by this.
    pub(super) fn last_mut(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    pub(super) fn push(&mut self, frame: Frame) {
        self.of[frame.opened as usize].push(self.frames.len());
        self.frames.push(frame);
    }

    pub(super) fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop()?;
        self.of[frame.opened as usize].pop();
        self.braced.pop_if(|at| *at == self.frames.len());
        Some(frame)
    }

    /// How many of a kind are open.
    pub(super) fn count(&self, opened: Opened) -> usize {
        self.of[opened as usize].len()
    }

    pub(super) fn any(&self, opened: Opened) -> bool {
        self.count(opened) > 0
    }

    /// Where the innermost of a kind stands.
    pub(super) fn innermost(&self, opened: Opened) -> Option<usize> {
        self.of[opened as usize].last().copied()
    }

    /// The innermost of a kind.
    pub(super) fn innermost_mut(&mut self, opened: Opened) -> Option<&mut Frame> {
        let at = self.innermost(opened)?;
        self.frames.get_mut(at)
    }

    /// The innermost construct of two kinds around the innermost of all, and not that itself.
    pub(super) fn around_last(&self, kinds: [Opened; 2]) -> Option<&Frame> {
        let last = self.frames.len().checked_sub(1)?;
        let of_kind = |kind: Opened| self.of[kind as usize].iter().rev().copied().find(|at| *at < last);
        self.frames.get(kinds.into_iter().filter_map(of_kind).max()?)
    }

    /// The statements of the innermost one stand in braces.
    pub(super) fn brace_last(&mut self) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if !std::mem::replace(&mut frame.braced, true) {
            self.braced.push(self.frames.len() - 1);
        }
    }

    /// Where the innermost one stands whose statements are in braces.
    pub(super) fn innermost_braced(&self) -> Option<usize> {
        self.braced.last().copied()
    }
}
