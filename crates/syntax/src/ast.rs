//! The typed view of trees. Nodes are generated from `grammars/`; what the grammar cannot say is written here by hand.
//!
//! A typed node is a [`SyntaxNode`] of the right kind and nothing more: it is made where it is used and costs a reference
//! count. Trees of half-written code have every shape, so every getter returns an `Option` or an iterator.

mod ext;
mod generated;
pub mod sql;
mod token;

use std::marker::PhantomData;

use rowan::{NodeOrToken, TextRange};

use crate::{Lang, SyntaxKind, SyntaxNode, SyntaxToken};

pub use ext::{CompareOp, LiteralValue, LogicalOp, LoopDirection, Region};
pub use generated::*;
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

/// The children of a node that can be cast to `N`, in order.
#[derive(Clone, Debug)]
pub struct AstChildren<N> {
    inner: rowan::SyntaxNodeChildren<Lang>,
    node: PhantomData<N>,
}

impl<N: AstNode> Iterator for AstChildren<N> {
    type Item = N;

    fn next(&mut self) -> Option<N> {
        self.inner.find_map(N::cast)
    }
}

/// How generated getters find what they get.
mod support {
    use super::{AstChildren, AstNode, NodeOrToken, PhantomData, SyntaxKind, SyntaxNode, SyntaxToken};

    /// The first child that is an `N`.
    pub(super) fn child<N: AstNode>(parent: &SyntaxNode) -> Option<N> {
        parent.children().find_map(N::cast)
    }

    /// The children that are an `N`.
    pub(super) fn children<N: AstNode>(parent: &SyntaxNode) -> AstChildren<N> {
        AstChildren { inner: parent.children(), node: PhantomData }
    }

    /// The first token of this kind among the children.
    pub(super) fn token(parent: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
        tokens(parent, kind).next()
    }

    /// The tokens of this kind among the children.
    pub(super) fn tokens(parent: &SyntaxNode, kind: SyntaxKind) -> impl Iterator<Item = SyntaxToken> + use<> {
        let tokens = parent.children_with_tokens().filter_map(NodeOrToken::into_token);
        tokens.filter(move |token| token.kind() == kind)
    }

    /// The `N` in slot number `wanted`, where `separators[i]` stand between slots `i` and `i + 1`: for `target '=' value` the
    /// target is what comes before `=` and the value what comes after it, also when one of them is missing. When the separator
    /// itself is missing, the second `N` goes to the next slot.
    pub(super) fn slot<N: AstNode>(parent: &SyntaxNode, wanted: usize, separators: &[&[SyntaxKind]]) -> Option<N> {
        let mut slot = 0;
        let mut filled = false;
        for child in parent.children_with_tokens() {
            match child {
                NodeOrToken::Token(token) => {
                    let rest = separators.get(slot..).unwrap_or_default();
                    if let Some(skipped) = rest.iter().position(|kinds| kinds.contains(&token.kind())) {
                        slot += skipped + 1;
                        filled = false;
                    }
                }
                NodeOrToken::Node(node) if N::can_cast(node.kind()) => {
                    if filled {
                        slot += 1;
                    }
                    filled = true;
                    if slot == wanted {
                        return N::cast(node);
                    }
                }
                NodeOrToken::Node(_) => {}
            }
            if slot > wanted {
                return None;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
