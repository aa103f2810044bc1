//! The template scanner: a page's text to regions, and where in HTML each region stands.
//!
//! A page is text, mostly HTML, with regions of server code in it, and server delimiters win over HTML structure: a region may begin
//! inside a tag, an attribute value, an HTML comment or a client script and runs there all the same (ampscript.md section 1). So the
//! scanner knows nothing of HTML but script tags, and [`html`] computes the context of each region afterwards, only when somebody
//! asks.
//!
//! Invariants:
//! - Scanning never fails: any text has regions and problems. Regions are in order, do not overlap and begin and end on character
//!   boundaries; what lies between them is text and is not stored.
//! - The scanner is a state machine that looks only forward. [`Item::end`] and [`Item::state`] are a place to start again from with
//!   the same result, and [`Item::seen`] bounds what an item depends on: an edit at or behind it leaves the item as it is.
//! - Where strings, comments and bracketed names of code end is decided by [`sfmc_syntax::cursor`] alone, which the lexers share.
//! - All work is linear in the length of the text: every look-ahead is bounded, or ends where the next one begins.
//! - No salsa, no I/O, no async, no serde; no position but bytes.

mod code;
pub mod html;
mod percent;
mod region;
mod scan;
mod script_tag;
mod sea;

pub use region::{Region, RegionFlags, RegionKind, merge_parts, region_problems};
pub use scan::{Item, Scan, ScanState, Scanner, full_scan};

#[cfg(test)]
mod tests;
