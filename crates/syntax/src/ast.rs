//! The typed view of trees. Nodes are generated from `grammars/`; what the grammar cannot say is written here by hand.
//!
//! A typed node is a [`SyntaxNode`] of the right kind and nothing more: it is made where it is used and costs a reference
//! count. Trees of half-written code have every shape, so every getter returns an `Option` or an iterator.

mod ext;
mod generated;
pub mod sql;
mod support;
mod token;

use rowan::TextRange;

use crate::{SyntaxKind, SyntaxNode};

pub use ext::{CompareOp, LiteralValue, LogicalOp, LoopDirection, Region};
pub use generated::*;
pub use support::AstChildren;
pub use token::{AstToken, BlockHeader, IntegerLiteral, ScriptOpen, StringLiteral, VariableName};

/// A typed view of a node.
pub trait AstNode: Sized {
    /// Whether a node of this kind can be one of these.
    fn can_cast(kind: SyntaxKind) -> bool;

    /// `syntax` as one of these, if it is one.
    fn cast(syntax: SyntaxNode) -> Option<Self>;

    /// The node.
    fn syntax(&self) -> &SyntaxNode;

    /// Where it stands, without the blanks around it.
    fn range(&self) -> TextRange {
        self.syntax().text_range()
    }
}

#[cfg(test)]
mod tests;
