//! Which IF or FOR does a keyword belong to, and what else does?

use sfmc_db::{Db, Page, chunk_parse, chunk_syntax, page_map};
use sfmc_semantic::{ControlFrame, Place, PlaceKind, page_frames, place_range};
use sfmc_syntax::{SyntaxKind, SyntaxNode, TextRange, TextSize};

use crate::cursor::{TokenAt, token_at, token_of_byte, trimmed};

/// A keyword of a control statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeywordAt {
    /// Itself, in bytes of the page.
    pub(crate) range: TextRange,
    /// The statement that it belongs to.
    pub(crate) place: Place,
}

/// The keyword of a control statement at an offset.
pub(crate) fn keyword_at(db: &dyn Db, page: Page, offset: TextSize) -> Option<KeywordAt> {
    let found = token_at(db, page, offset, may_be_keyword)?;
    let statement = found.token.parent().filter(|node| is_control(node.kind()))?;
    let place = place_of(db, &found, &statement)?;
    Some(KeywordAt { range: found.range(), place })
}

/// The control statement around a token, by its keyword.
pub(crate) fn statement_of(db: &dyn Db, found: &TokenAt) -> Option<Place> {
    let statement = found.token.parent_ancestors().find(|node| is_control(node.kind()))?;
    place_of(db, found, &statement)
}

fn may_be_keyword(kind: SyntaxKind) -> bool {
    // `end` of `end if` is a word.
    kind == SyntaxKind::IDENT || kind.is_ampscript_keyword()
}

fn is_control(kind: SyntaxKind) -> bool {
    use SyntaxKind::{ELSE_STMT, ELSEIF_STMT, ENDIF_STMT, FOR_STMT, IF_STMT, NEXT_STMT};
    matches!(kind, IF_STMT | ELSEIF_STMT | ELSE_STMT | ENDIF_STMT | FOR_STMT | NEXT_STMT)
}

fn place_of(db: &dyn Db, found: &TokenAt, statement: &SyntaxNode) -> Option<Place> {
    let chunk = found.position.chunk;
    let start = trimmed(statement).start();
    let controls = &chunk_parse(db, chunk).controls;
    let index = controls.iter().position(|control| control.keyword.start() == start)?;
    Some(Place { chunk, index: u32::try_from(index).ok()?, kind: PlaceKind::Keyword })
}

/// The IF or FOR that a control statement belongs to.
pub(crate) fn frame_of(db: &dyn Db, page: Page, place: Place) -> Option<&ControlFrame> {
    page_frames(db, page).iter().find(|frame| frame.keywords().any(|keyword| keyword == place))
}

/// Where a place stands in the page.
pub(crate) fn range_of(db: &dyn Db, page: Page, place: Place) -> Option<TextRange> {
    page_map(db, page).range_in(place.chunk, place_range(db, place)?)
}

/// The whole statement of a keyword: `if @a then`.
pub(crate) fn head_range(db: &dyn Db, page: Page, place: Place) -> Option<TextRange> {
    let head = statement_node(db, place).map(|statement| trimmed(&statement));
    page_map(db, page).range_in(place.chunk, head.or_else(|| place_range(db, place))?)
}

/// The statement of a keyword in words, without comments and without THEN or DO: `if @a == 1`. About `max` bytes of it at most; nothing where
/// it is the keyword alone.
pub(crate) fn head_text(db: &dyn Db, place: Place, max: usize) -> Option<String> {
    let statement = statement_node(db, place)?;
    let mut text = String::new();
    let mut gap = false;
    for token in statement.descendants_with_tokens().filter_map(|element| element.into_token()) {
        match token.kind() {
            kind if kind.is_trivia() => gap = !text.is_empty(),
            SyntaxKind::THEN_KW | SyntaxKind::DO_KW => {}
            _ if text.len() > max => return Some(shortened(text, max)),
            _ => {
                if std::mem::take(&mut gap) {
                    text.push(' ');
                }
                // A string can go over lines.
                text.extend(token.text().chars().map(|c| if c.is_control() { ' ' } else { c }));
            }
        }
    }
    text.contains(' ').then(|| shortened(text, max))
}

/// A text of so many bytes at most, cut between characters.
pub(crate) fn shortened(mut text: String, max: usize) -> String {
    if text.len() > max {
        text.truncate(text.floor_char_boundary(max));
        text.push('…');
    }
    text
}

/// All keywords of an IF or FOR: IF, THEN, ELSEIF, ELSE, ENDIF; FOR, TO, DO, NEXT.
pub(crate) fn keyword_ranges(db: &dyn Db, page: Page, frame: &ControlFrame) -> Vec<TextRange> {
    use SyntaxKind::{DO_KW, DOWNTO_KW, THEN_KW, TO_KW};
    let mut found = Vec::new();
    for place in frame.keywords() {
        found.extend(range_of(db, page, place));
        let Some(statement) = statement_node(db, place) else { continue };
        let tokens = statement.children_with_tokens().filter_map(|element| element.into_token());
        let joints = tokens.filter(|token| matches!(token.kind(), THEN_KW | TO_KW | DOWNTO_KW | DO_KW));
        let map = page_map(db, page);
        found.extend(joints.filter_map(|token| map.range_in(place.chunk, token.text_range())));
    }
    found
}

pub(crate) fn statement_node(db: &dyn Db, place: Place) -> Option<SyntaxNode> {
    let start = place_range(db, place)?.start();
    token_of_byte(&chunk_syntax(db, place.chunk), start)?.parent().filter(|node| is_control(node.kind()))
}
