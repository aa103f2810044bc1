//! Trees that are read once from front to back: a list in preorder, without trivia, without allocation for each node.
//!
//! What a checker wants to know of code it learns in one pass. A [`rowan`] tree, which is shared, lossless and kept, costs several times as
//! much and is made where an editor asks for one.

use std::sync::Arc;

use crate::{SyntaxKind, TextRange, TextSize, event::TreeSink};

/// A node or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item {
    kind: SyntaxKind,
    is_node: bool,
    start: u32,
    end: u32,
    /// The place of the item behind this one and everything in it.
    next: u32,
}

/// The tree of a region; ranges are in bytes from the region's start. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatTree {
    items: Arc<[Item]>,
}

impl FlatTree {
    /// The node that holds everything; none if there is no node at all.
    pub fn root(&self) -> Option<FlatNode<'_>> {
        (!self.items.is_empty()).then_some(FlatNode { items: &self.items, index: 0 })
    }
}

/// A node or a token of a [`FlatTree`].
#[derive(Clone, Copy, Debug)]
pub struct FlatNode<'t> {
    items: &'t [Item],
    index: usize,
}

impl<'t> FlatNode<'t> {
    fn item(self) -> Item {
        self.items[self.index]
    }

    /// Its kind.
    pub fn kind(self) -> SyntaxKind {
        self.item().kind
    }

    /// Whether it is a node and no token.
    pub fn is_node(self) -> bool {
        self.item().is_node
    }

    /// From its first token that means something to its last.
    pub fn range(self) -> TextRange {
        let Item { start, end, .. } = self.item();
        TextRange::new(TextSize::new(start), TextSize::new(end))
    }

    /// What it consists of, in order, without blanks and comments.
    pub fn children(self) -> impl Iterator<Item = FlatNode<'t>> + use<'t> {
        let items = self.items;
        let end = self.item().next as usize;
        let mut index = self.index + 1;
        std::iter::from_fn(move || {
            let child = (index < end).then_some(FlatNode { items, index })?;
            index = items[index].next as usize;
            Some(child)
        })
    }

    /// The nodes among its children.
    pub fn nodes(self) -> impl Iterator<Item = FlatNode<'t>> + use<'t> {
        self.children().filter(|child| child.is_node())
    }

    /// The tokens among its children.
    pub fn tokens(self) -> impl Iterator<Item = FlatNode<'t>> + use<'t> {
        self.children().filter(|child| !child.is_node())
    }
}

/// Makes flat trees, one after the other.
#[derive(Debug, Default)]
pub struct FlatBuilder {
    items: Vec<Item>,
    open: Vec<usize>,
}

impl FlatBuilder {
    /// The tree that was built; the builder is as new.
    pub fn finish(&mut self) -> FlatTree {
        debug_assert!(self.open.is_empty(), "every node that starts must finish");
        self.open.clear();
        let tree = FlatTree { items: self.items.as_slice().into() };
        self.items.clear();
        tree
    }
}

fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl TreeSink for FlatBuilder {
    fn start_node(&mut self, kind: SyntaxKind, offset: usize) {
        self.open.push(self.items.len());
        let start = size(offset);
        self.items.push(Item { kind, is_node: true, start, end: start, next: 0 });
    }

    fn token(&mut self, kind: SyntaxKind, text: &str, offset: usize) {
        if kind.is_trivia() {
            return;
        }
        let (start, end) = (size(offset), size(offset + text.len()));
        let next = size(self.items.len() + 1);
        self.items.push(Item { kind, is_node: false, start, end, next });
    }

    fn finish_node(&mut self) {
        let Some(node) = self.open.pop() else { return };
        let end = self.items.last().map_or(0, |item| item.end);
        let next = size(self.items.len());
        let node = &mut self.items[node];
        node.end = end.max(node.start);
        node.next = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Token, build};

    #[test]
    fn nodes_begin_and_end_with_tokens_that_mean_something() {
        use SyntaxKind::{BLOCK, IDENT, LITERAL, NAME_EXPR, WHITESPACE};
        let token = |kind, len| Token { kind, len };
        let tokens =
            [token(WHITESPACE, 1), token(IDENT, 2), token(WHITESPACE, 3), token(IDENT, 1), token(WHITESPACE, 1)];
        let start = |kind| Event::Start { kind, forward: 0 };
        let mut events = [
            start(BLOCK),
            start(NAME_EXPR),
            Event::Token { kind: IDENT },
            Event::Finish,
            start(LITERAL),
            Event::Token { kind: IDENT },
            Event::Finish,
            Event::Finish,
        ];
        let mut builder = FlatBuilder::default();
        build(&mut builder, " ab   c ", &tokens, &mut events);
        let tree = builder.finish();
        let root = tree.root().unwrap();
        let found: Vec<_> = root.nodes().map(|node| (node.kind(), node.range())).collect();
        let range = |start: u32, end: u32| TextRange::new(start.into(), end.into());
        assert_eq!(found, [(NAME_EXPR, range(1, 3)), (LITERAL, range(6, 7))]);
        assert_eq!(root.tokens().count(), 0);
        assert_eq!(root.nodes().next().unwrap().tokens().count(), 1);
    }
}
