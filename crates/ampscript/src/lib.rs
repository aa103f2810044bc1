//! AMPscript: one logos lexer over the text of a region and a parser that takes fragments.
//!
//! Invariants: parsing never fails, it returns a tree and problems; the tree's text is the input; the parser needs no
//! more of a page than one region, because IF, FOR and their ends are statements of a flat list whose pairing is a
//! property of the page ([`Outline`] says what the fold needs). No tree is deeper than [`MAX_DEPTH`] plus a constant, so that
//! nothing that recurses over it can overflow a stack. No salsa, no I/O.
//!
//! Source of every fact: the AMPscript specification, sections 2 (lexical), 3 (statements) and 4 (expressions).

mod lexer;
mod parser;

pub use lexer::{RegionText, lex};
pub use parser::{BARE_FUNCTIONS, Control, ControlKind, Deferred, MAX_DEPTH, Outline, Parse, Workspace, parse_region};
