//! What a page means as a whole. For now its structure: which IF and FOR go with which end, across blocks.
//!
//! Invariant: folds read facts of chunks, never trees or offsets, so that an edit which leaves facts equal runs no fold.

mod commented;
mod structure;

pub use commented::commented_code;
pub use structure::{MAX_NESTING, PageStructure, Place, PlaceKind, StructureProblem, page_structure, place_range};
