//! The ground that every language of the engine stands on: ranges, line index, encodings and edits; the one
//! [`SyntaxKind`] space and the rowan types over it; the event sink that turns a parser's output into a tree; the typed
//! AST that is generated from `grammars/`; and the [`cursor`] that the host scanner and the lexers share, so that both
//! end a string or a comment at the same byte.
//!
//! Invariant: no salsa, no I/O, no async, no serde. A tree is a value of one piece of text and knows nothing of files.

pub mod ast;
pub mod cursor;
mod edit_trail;
pub mod event;
pub mod flat;
pub mod line_index;
pub mod misspelling;
pub mod openers;
pub mod personalization;
mod problem;
mod region;
mod text_edit;
mod tree;

mod generated {
    pub(crate) mod kinds;
}

pub use edit_trail::EditTrail;
pub use generated::kinds::SyntaxKind;
pub use line_index::{LineCol, LineIndex, PositionEncoding};
pub use problem::{Problem, ProblemClass, ProblemKind};
pub use region::{RegionOffset, RegionRange};
pub use rowan::{TextRange, TextSize};
pub use smol_str::SmolStr;
pub use text_edit::{ApplyError, TextEdit, apply_edits};
pub use tree::{
    GreenNode, GreenNodeData, GreenToken, GreenTokenData, Lang, NodeCache, NodeOrToken, SyntaxElement, SyntaxNode,
    SyntaxToken, WalkEvent,
};
