//! From a parser's events to a tree.
//!
//! A parser sees only tokens that mean something and says what it finds as a flat list of events; [`build`] puts blanks and
//! comments back in and hands nodes and tokens to a [`TreeSink`]. So a parser can wrap what it has already parsed (`precede`) and never
//! handles trivia.

use rowan::{GreenNodeBuilder, NodeCache};

use crate::SyntaxKind;

/// A token of a region: its kind and its length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: SyntaxKind,
    /// How long it is, in bytes.
    pub len: u32,
}

/// One step of a parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A node begins. `forward` is the distance to the `Start` of a node that contains this one but was recognised later;
    /// 0 for none. [`SyntaxKind::TOMBSTONE`] marks an abandoned node.
    Start {
        /// The node's kind.
        kind: SyntaxKind,
        /// Distance to the enclosing node's `Start`.
        forward: u32,
    },
    /// The innermost open node ends.
    Finish,
    /// The next token that is not trivia, under the kind it has here.
    Token {
        /// The kind it gets in the tree.
        kind: SyntaxKind,
    },
}

/// What a tree is made by.
pub trait TreeSink {
    /// A node begins at `offset`.
    fn start_node(&mut self, kind: SyntaxKind, offset: usize);

    /// The next token, at `offset`.
    fn token(&mut self, kind: SyntaxKind, text: &str, offset: usize);

    /// The node that began last ends.
    fn finish_node(&mut self);
}

impl TreeSink for GreenNodeBuilder<'_> {
    fn start_node(&mut self, kind: SyntaxKind, _: usize) {
        GreenNodeBuilder::start_node(self, kind.into());
    }

    fn token(&mut self, kind: SyntaxKind, text: &str, _: usize) {
        GreenNodeBuilder::token(self, kind.into(), text);
    }

    fn finish_node(&mut self) {
        GreenNodeBuilder::finish_node(self);
    }
}

/// Appends the nodes that `events` describe to `sink`. `tokens` are all tokens of `text`, trivia included, in order.
///
/// Trivia before a node goes outside it, trivia at the end of all events into the innermost open node, so that the tree's text is
/// `text` whatever the parser did.
pub fn build<S: TreeSink>(sink: &mut S, text: &str, tokens: &[Token], events: &mut [Event]) {
    let mut feed = Feed { sink, text, tokens, token: 0, offset: 0 };
    let mut kinds = Vec::new();
    let mut depth = 0usize;
    for i in 0..events.len() {
        match std::mem::replace(&mut events[i], Event::Start { kind: SyntaxKind::TOMBSTONE, forward: 0 }) {
            Event::Start { kind: SyntaxKind::TOMBSTONE, forward: 0 } => {}
            Event::Start { kind, forward } => {
                // The chain of nodes that begin here, innermost first.
                kinds.push(kind);
                let (mut at, mut step) = (i, forward);
                while step != 0 {
                    at += step as usize;
                    let tombstone = Event::Start { kind: SyntaxKind::TOMBSTONE, forward: 0 };
                    step = match std::mem::replace(&mut events[at], tombstone) {
                        Event::Start { kind, forward } => {
                            kinds.push(kind);
                            forward
                        }
                        // Only `precede` writes `forward`, and always to a `Start`.
                        Event::Finish | Event::Token { .. } => 0,
                    };
                }
                if depth > 0 {
                    feed.trivia();
                }
                while let Some(kind) = kinds.pop() {
                    if kind != SyntaxKind::TOMBSTONE {
                        feed.sink.start_node(kind, feed.offset);
                        depth += 1;
                    }
                }
            }
            Event::Finish => {
                depth -= 1;
                if depth == 0 {
                    feed.rest();
                }
                feed.sink.finish_node();
            }
            Event::Token { kind } => {
                feed.trivia();
                feed.bump(kind);
            }
        }
    }
    debug_assert_eq!(depth, 0, "every node that starts must finish");
}

/// Collects the green node of one region: see [`build`].
pub fn build_node(cache: &mut NodeCache, text: &str, tokens: &[Token], events: &mut [Event]) -> rowan::GreenNode {
    let mut builder = GreenNodeBuilder::with_cache(cache);
    build(&mut builder, text, tokens, events);
    builder.finish()
}

struct Feed<'a, S> {
    sink: &'a mut S,
    text: &'a str,
    tokens: &'a [Token],
    token: usize,
    offset: usize,
}

impl<S: TreeSink> Feed<'_, S> {
    fn trivia(&mut self) {
        while let Some(token) = self.tokens.get(self.token)
            && token.kind.is_trivia()
        {
            self.bump(token.kind);
        }
    }

    fn rest(&mut self) {
        while let Some(token) = self.tokens.get(self.token) {
            self.bump(token.kind);
        }
    }

    fn bump(&mut self, kind: SyntaxKind) {
        let Some(token) = self.tokens.get(self.token) else {
            return;
        };
        let end = self.offset + token.len as usize;
        self.sink.token(kind, &self.text[self.offset..end], self.offset);
        self.offset = end;
        self.token += 1;
    }
}
