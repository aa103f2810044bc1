//! Positions inside one region, as a type of their own, so that the compiler refuses to mix them with file positions.

use rowan::{TextRange, TextSize};

/// An offset in bytes from the start of a region (its opening delimiter).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RegionOffset(pub u32);

/// A range in bytes from the start of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RegionRange {
    /// Where it begins.
    pub start: RegionOffset,
    /// Where it ends, exclusive.
    pub end: RegionOffset,
}

impl RegionRange {
    /// The range from `start` to `end`, in bytes from the start of the region.
    pub fn new(start: u32, end: u32) -> RegionRange {
        debug_assert!(start <= end);
        RegionRange { start: RegionOffset(start), end: RegionOffset(end) }
    }

    /// The same range in the coordinates of whatever the region starts at `base` of: a chunk or a page.
    pub fn at(self, base: TextSize) -> TextRange {
        TextRange::new(base + TextSize::new(self.start.0), base + TextSize::new(self.end.0))
    }
}
