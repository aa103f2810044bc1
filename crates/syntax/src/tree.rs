//! rowan's types over the one kind space.

use crate::SyntaxKind;

pub use rowan::{GreenNode, GreenNodeData, GreenToken, GreenTokenData, NodeCache, NodeOrToken, WalkEvent};

/// The language of every tree: AMPscript, server-side JavaScript, SQL and the text between them share one kind space, so
/// that a whole page is one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {}

const KINDS: usize = 1024;

/// Kind by number; numbers that no kind has read as [`SyntaxKind::ERROR_TOKEN`].
static BY_NUMBER: [SyntaxKind; KINDS] = {
    let mut table = [SyntaxKind::ERROR_TOKEN; KINDS];
    let mut i = 0;
    while i < SyntaxKind::ALL.len() {
        let kind = SyntaxKind::ALL[i];
        table[kind as usize] = kind;
        i += 1;
    }
    table
};

impl From<SyntaxKind> for rowan::SyntaxKind {
    fn from(kind: SyntaxKind) -> Self {
        rowan::SyntaxKind(kind as u16)
    }
}

impl SyntaxKind {
    /// The kind with this number.
    pub fn from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        BY_NUMBER.get(raw.0 as usize).copied().unwrap_or(SyntaxKind::ERROR_TOKEN)
    }

    /// Blanks and comments, the erroneous ones too: what the parser does not see.
    pub fn is_trivia(self) -> bool {
        use SyntaxKind::*;
        matches!(self, WHITESPACE | COMMENT | LINE_COMMENT | HTML_COMMENT | NESTED_DELIMITER)
    }

    /// A keyword of AMPscript.
    pub fn is_ampscript_keyword(self) -> bool {
        (SyntaxKind::VAR_KW..=SyntaxKind::FALSE_KW).contains(&self)
    }

    /// Words of SQL, reserved or not, where they stand for themselves.
    pub fn is_sql_keyword(self) -> bool {
        use SyntaxKind::*;
        matches!(
            self,
            RESERVED_WORD | JOIN_HINT | SET_KW | IF_KW | THEN_KW | ELSE_KW | FOR_KW | NEXT_KW | AND_KW | OR_KW | NOT_KW
        ) || (SELECT_KW..=VALUE_KW).contains(&self)
    }
}

impl rowan::Language for Lang {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        SyntaxKind::from_raw(raw)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        kind.into()
    }
}

/// A node with its parent and offset; not `Send`: make one from a green node where it is used.
pub type SyntaxNode = rowan::SyntaxNode<Lang>;
/// A token with its parent and offset.
pub type SyntaxToken = rowan::SyntaxToken<Lang>;
/// A node or a token.
pub type SyntaxElement = rowan::SyntaxElement<Lang>;
