//! Which token stands at a place of a page? Found through the chunks: the tree of a whole page is never asked.

use sfmc_db::{ChunkPosition, Db, FileKind, Page, chunk_syntax, page_map, sql_syntax};
use sfmc_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize};

/// A token, with where its chunk stands.
#[derive(Clone, Debug)]
pub(crate) struct TokenAt {
    pub(crate) token: SyntaxToken,
    pub(crate) position: ChunkPosition,
}

impl TokenAt {
    pub(crate) fn range(&self) -> TextRange {
        self.token.text_range() + self.position.start
    }

    pub(crate) fn kind(&self) -> SyntaxKind {
        self.token.kind()
    }
}

/// The token that holds the byte at `offset`.
pub(crate) fn token_of(db: &dyn Db, page: Page, offset: TextSize) -> Option<TokenAt> {
    let map = page_map(db, page);
    if offset >= map.len() {
        return None;
    }
    let position = *map.chunks().get(map.chunk_at(offset)?)?;
    let root = match page.kind(db) {
        FileKind::Page | FileKind::Other => chunk_syntax(db, position.chunk),
        FileKind::Sql => sql_syntax(db, position.chunk),
    };
    let token = token_of_byte(&root, offset - position.start)?;
    Some(TokenAt { token, position })
}

/// The token that holds a byte of a tree, by halving: a block may have thousands of statements.
pub(crate) fn token_of_byte(root: &SyntaxNode, at: TextSize) -> Option<SyntaxToken> {
    let range = TextRange::at(at, TextSize::new(1));
    let mut node = root.clone();
    loop {
        match node.child_or_token_at_range(range)? {
            NodeOrToken::Node(child) => node = child,
            NodeOrToken::Token(token) => return Some(token),
        }
    }
}

/// The token of a kind that is wanted at a place: the one that goes on there, or else the one that ends there.
pub(crate) fn token_at(
    db: &dyn Db,
    page: Page,
    offset: TextSize,
    wanted: impl Fn(SyntaxKind) -> bool,
) -> Option<TokenAt> {
    let before = offset.checked_sub(TextSize::new(1));
    let found = [Some(offset), before].into_iter().flatten().filter_map(|offset| token_of(db, page, offset));
    found.into_iter().find(|found| wanted(found.kind()))
}

/// The statement around a token, without the blanks at its ends; the token itself where there is none.
pub(crate) fn statement_range(token: &SyntaxToken) -> TextRange {
    let is_region =
        |kind| matches!(kind, SyntaxKind::BLOCK | SyntaxKind::INLINE | SyntaxKind::SCRIPT_BLOCK | SyntaxKind::CHUNK);
    let statement = token.parent_ancestors().take_while(|node| !is_region(node.kind())).last();
    statement.map_or(token.text_range(), |statement| trimmed(&statement))
}

/// A node without the blanks and comments at its ends.
pub(crate) fn trimmed(node: &SyntaxNode) -> TextRange {
    let is_solid = |token: &SyntaxToken| !token.kind().is_trivia() && !token.text_range().is_empty();
    // From both ends: what lies between may be thousands of tokens.
    let walk = |from: Option<SyntaxToken>, step: fn(&SyntaxToken) -> Option<SyntaxToken>| {
        let inside = |token: &SyntaxToken| node.text_range().contains_range(token.text_range());
        std::iter::successors(from, step).take_while(inside).find(is_solid)
    };
    let first = walk(node.first_token(), SyntaxToken::next_token);
    let last = walk(node.last_token(), SyntaxToken::prev_token);
    if let (Some(first), Some(last)) = (first, last) {
        return first.text_range().cover(last.text_range());
    }
    // A step ends at a node without tokens, and nothing may be solid.
    let tokens = node.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let solid = tokens.filter(is_solid).map(|token| token.text_range()).reduce(TextRange::cover);
    solid.unwrap_or_else(|| TextRange::empty(node.text_range().start()))
}
