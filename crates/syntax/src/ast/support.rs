//! How generated getters find what they get.
//!
//! A cursor of rowan is an allocation, and its iterators make one for every child they pass, and one ahead. The getters are what all
//! analysis stands on, so they look among the green children, which are a slice, and make a cursor of what is wanted alone.

use std::marker::PhantomData;

use rowan::{NodeOrToken, TextRange, TextSize};

use super::{AstNode, AstToken};
use crate::{Lang, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

/// The children of a node that can be cast to `N`, in order.
#[derive(Clone, Debug)]
pub struct AstChildren<N> {
    inner: Children,
    node: PhantomData<N>,
}

impl<N: AstNode> AstChildren<N> {
    /// Those of a node.
    pub fn of(parent: &SyntaxNode) -> AstChildren<N> {
        AstChildren { inner: Children::of(parent), node: PhantomData }
    }
}

impl<N: AstNode> Iterator for AstChildren<N> {
    type Item = N;

    fn next(&mut self) -> Option<N> {
        self.inner.find(N::can_cast)?.into_node().and_then(N::cast)
    }
}

/// The children of a node, nodes and tokens, from one on.
#[derive(Clone, Debug)]
pub(super) struct Children {
    parent: SyntaxNode,
    /// The index of the next child, and where it begins.
    index: usize,
    start: TextSize,
}

impl Children {
    pub(super) fn of(parent: &SyntaxNode) -> Children {
        Children { parent: parent.clone(), index: 0, start: parent.text_range().start() }
    }

    /// The next child of a wanted kind.
    pub(super) fn find(&mut self, wanted: impl FnMut(SyntaxKind) -> bool) -> Option<SyntaxElement> {
        let found = find_from(&self.parent, self.index, self.start, wanted)?;
        (self.index, self.start) = (found.index + 1, found.range.end());
        found.element(&self.parent)
    }
}

/// A child that has no cursor yet.
struct Found {
    index: usize,
    range: TextRange,
    /// It is the first child that is a node.
    first_node: bool,
}

impl Found {
    fn element(&self, parent: &SyntaxNode) -> Option<SyntaxElement> {
        if self.first_node {
            return parent.first_child().map(SyntaxElement::from);
        }
        if self.index == 0 {
            return parent.first_child_or_token();
        }
        if self.range.is_empty() {
            return self.behind_others(parent);
        }
        parent.child_or_token_at_range(self.range)
    }

    /// One without text, which shares its place with others: it is counted from the last before it that has some.
    fn behind_others(&self, parent: &SyntaxNode) -> Option<SyntaxElement> {
        let children = parent.green().children();
        let len_of = |index: usize| {
            children.clone().nth(index).map_or(TextSize::new(0), |child| match child {
                NodeOrToken::Node(node) => node.text_len(),
                NodeOrToken::Token(token) => token.text_len(),
            })
        };
        let before = (0..self.index).rev().map(|index| (index, len_of(index))).find(|(_, len)| *len > TextSize::new(0));
        let (mut at, mut element) = match before {
            Some((index, len)) => {
                let range = TextRange::at(self.range.start().checked_sub(len)?, len);
                (index, parent.child_or_token_at_range(range)?)
            }
            None => (0, parent.first_child_or_token()?),
        };
        while at < self.index {
            element = element.next_sibling_or_token()?;
            at += 1;
        }
        Some(element)
    }
}

fn find_from(
    parent: &SyntaxNode,
    index: usize,
    mut start: TextSize,
    mut wanted: impl FnMut(SyntaxKind) -> bool,
) -> Option<Found> {
    let mut children = parent.green().children();
    if index > 0 {
        children.nth(index - 1)?;
    }
    // Of what stands before `index` nobody knows here whether it is a node.
    let mut nodes = index > 0;
    for (n, child) in children.enumerate() {
        let (kind, len, is_node) = match child {
            NodeOrToken::Node(node) => (node.kind(), node.text_len(), true),
            NodeOrToken::Token(token) => (token.kind(), token.text_len(), false),
        };
        if wanted(<Lang as rowan::Language>::kind_from_raw(kind)) {
            let range = TextRange::at(start, len);
            return Some(Found { index: index + n, range, first_node: is_node && !nodes });
        }
        nodes |= is_node;
        start += len;
    }
    None
}

/// The first child of a wanted kind.
pub(super) fn find(parent: &SyntaxNode, wanted: impl FnMut(SyntaxKind) -> bool) -> Option<SyntaxElement> {
    find_from(parent, 0, parent.text_range().start(), wanted)?.element(parent)
}

/// The first child that is an `N`.
pub(super) fn child<N: AstNode>(parent: &SyntaxNode) -> Option<N> {
    find(parent, N::can_cast)?.into_node().and_then(N::cast)
}

/// The children that are an `N`.
pub(super) fn children<N: AstNode>(parent: &SyntaxNode) -> AstChildren<N> {
    AstChildren::of(parent)
}

/// The first token of this kind among the children.
pub(super) fn token(parent: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    find(parent, |other| other == kind)?.into_token()
}

/// The tokens of this kind among the children.
pub(super) fn tokens(parent: &SyntaxNode, kind: SyntaxKind) -> impl Iterator<Item = SyntaxToken> + use<> {
    let mut children = Children::of(parent);
    std::iter::from_fn(move || children.find(|other| other == kind)?.into_token())
}

/// The first token among the children that is a `T`.
pub(super) fn first_token<T: AstToken>(parent: &SyntaxNode) -> Option<T> {
    find(parent, T::can_cast)?.into_token().and_then(T::cast)
}

/// The kinds of the children, nodes and tokens.
pub(super) fn kinds(parent: &SyntaxNode) -> impl Iterator<Item = SyntaxKind> {
    parent.green().children().map(|child| match child {
        NodeOrToken::Node(node) => <Lang as rowan::Language>::kind_from_raw(node.kind()),
        NodeOrToken::Token(token) => <Lang as rowan::Language>::kind_from_raw(token.kind()),
    })
}

/// The `N` in slot number `wanted`, where `separators[i]` stand between slots `i` and `i + 1`: for `target '=' value` the
/// target is what comes before `=` and the value what comes after it, also when one of them is missing. When the separator
/// itself is missing, the second `N` goes to the next slot.
pub(super) fn slot<N: AstNode>(parent: &SyntaxNode, wanted: usize, separators: &[&[SyntaxKind]]) -> Option<N> {
    let mut slot = 0;
    let mut filled = false;
    let mut start = parent.text_range().start();
    for (index, child) in parent.green().children().enumerate() {
        let len = match child {
            NodeOrToken::Token(token) => {
                let kind = <Lang as rowan::Language>::kind_from_raw(token.kind());
                let rest = separators.get(slot..).unwrap_or_default();
                if let Some(skipped) = rest.iter().position(|kinds| kinds.contains(&kind)) {
                    slot += skipped + 1;
                    filled = false;
                }
                token.text_len()
            }
            NodeOrToken::Node(node) => {
                if N::can_cast(<Lang as rowan::Language>::kind_from_raw(node.kind())) {
                    if filled {
                        slot += 1;
                    }
                    filled = true;
                    if slot == wanted {
                        let range = TextRange::at(start, node.text_len());
                        let found = Found { index, range, first_node: false };
                        return found.element(parent)?.into_node().and_then(N::cast);
                    }
                }
                node.text_len()
            }
        };
        start += len;
        if slot > wanted {
            return None;
        }
    }
    None
}
