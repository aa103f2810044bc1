//! What tests are written in: fixture markup with cursors and annotations ([`Fixture`]), suites in Markdown ([`suite`]),
//! and a small random generator for sequences of edits ([`Rng`]), and what holds work to the size of its input ([`assert_linear`]).
//!
//! Invariant: depends on nothing, so that the unit tests of every crate can use it and still see one version of each
//! type. Positions are therefore plain byte offsets (`usize`), and what was found is given as [`Found`].

mod annotation;
mod fixture;
mod markup;
mod rng;

pub mod suite;
mod work;

pub use annotation::{Annotation, Found, compare, render};
pub use fixture::{Fixture, FixtureFile};
pub use markup::{CURSOR, extract_cursor, extract_range, trim_indent};
pub use rng::{Edit, Rng};
pub use work::assert_linear;
