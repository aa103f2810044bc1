//! What is open at a place of a page? The IFs and FORs around it, also where the page is not finished.

use sfmc_ampscript::ControlKind;
use sfmc_db::{Chunk, Db, Fact, Page, chunk_facts};
use sfmc_syntax::SmolStr;

use crate::structure::{Place, PlaceKind};

/// An IF or FOR that is open somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opener {
    /// Its keyword.
    pub at: Place,
    /// Whether it is a FOR.
    pub is_loop: bool,
    /// The counter of a FOR.
    pub counter: Option<SmolStr>,
    /// Of an IF: its ELSE stands before the place.
    pub has_else: bool,
}

/// The IFs and FORs that are open before a control statement of a page, outermost first: `before` is its chunk and its place in
/// [`sfmc_db::ChunkParse::controls`]. An end closes what it can close; what stands above that is taken as closed by it.
pub fn open_before(db: &dyn Db, page: Page, before: (Chunk, usize)) -> Vec<Opener> {
    let mut open: Vec<Opener> = Vec::new();
    for &chunk in page.chunks(db).iter() {
        for fact in chunk_facts(db, chunk).iter() {
            let Fact::Control { index, kind, name, .. } = fact else { continue };
            if chunk == before.0 && *index as usize >= before.1 {
                return open;
            }
            step(&mut open, Place { chunk, index: *index, kind: PlaceKind::Keyword }, *kind, name.as_ref());
        }
        if chunk == before.0 {
            break;
        }
    }
    open
}

fn step(open: &mut Vec<Opener>, at: Place, kind: ControlKind, name: Option<&SmolStr>) {
    let mut close = |is_loop: bool| {
        if let Some(found) = open.iter().rposition(|opener| opener.is_loop == is_loop) {
            open.truncate(found);
        }
    };
    match kind {
        ControlKind::If | ControlKind::GuessedIf => {
            open.push(Opener { at, is_loop: false, counter: None, has_else: false });
        }
        ControlKind::For | ControlKind::GuessedFor => {
            open.push(Opener { at, is_loop: true, counter: name.cloned(), has_else: false });
        }
        ControlKind::Else => {
            if let Some(found) = open.iter().rposition(|opener| !opener.is_loop) {
                open.truncate(found + 1);
                open[found].has_else = true;
            }
        }
        ControlKind::Endif | ControlKind::EndIf | ControlKind::IfEndWord => close(false),
        ControlKind::Next | ControlKind::LoopEnd | ControlKind::LoopEndWord => close(true),
        _ => {}
    }
}

/// The IF or FOR that an ELSEIF, ELSE, ENDIF or NEXT belongs to, if it is sure: `place` is its keyword.
pub fn opener_of(db: &dyn Db, page: Page, place: Place) -> Option<Opener> {
    if place.kind != PlaceKind::Keyword || crate::page_structure(db, page).is_wrong() {
        return None;
    }
    let kind = sfmc_db::chunk_parse(db, place.chunk).controls.get(place.index as usize)?.kind;
    let is_loop = match kind {
        ControlKind::Else | ControlKind::Elseif | ControlKind::Endif | ControlKind::EndIf => false,
        ControlKind::Next => true,
        _ => return None,
    };
    open_before(db, page, (place.chunk, place.index as usize)).pop().filter(|opener| opener.is_loop == is_loop)
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind, chunk_parse};

    use super::*;
    use crate::place_range;

    /// For each end of a page: the text from its opener on.
    fn openers(text: &str) -> Vec<Option<&str>> {
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        let mut found = Vec::new();
        for &chunk in page.chunks(&db).iter() {
            for (index, control) in chunk_parse(&db, chunk).controls.iter().enumerate() {
                if !matches!(control.kind, ControlKind::If | ControlKind::For) {
                    let at = Place { chunk, index: u32::try_from(index).unwrap(), kind: PlaceKind::Keyword };
                    let opener = opener_of(&db, page, at);
                    found.push(
                        opener.map(|opener| &text[usize::from(place_range(&db, opener.at).unwrap().start())..][..8]),
                    );
                }
            }
        }
        found
    }

    #[test]
    fn across_blocks() {
        let text = "%%[ if @aa then ]%%%%[ for @i = 1 to 3 do if @b then else endif next @i else ]%%%%[ endif ]%%";
        assert_eq!(
            openers(text),
            [Some("if @b th"), Some("if @b th"), Some("for @i ="), Some("if @aa t"), Some("if @aa t")]
        );
    }

    #[test]
    fn nothing_is_said_of_a_page_that_is_wrong() {
        assert_eq!(openers("%%[ if @aa then for @i = 1 to 2 do endif ]%%"), [None]);
    }
}
