//! How far does a guard have to reach? What the statements behind it set nobody may read where they did not run: a row, rows and objects that
//! are not set end the page, so that a guard which leaves their readers outside would only move the failure.
//!
//! Scalars that come of these are another matter: where there is no row they are not set, and not set is empty. Only who cannot do with an
//! empty value has to be inside. But what else is set on the way to the last reader belongs to the page, and where somebody reads it behind
//! the guard there is none to offer.

mod demands;
mod sets;

use std::cell::LazyCell;

use sfmc_db::page_map;
use sfmc_semantic::page_frames;
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use self::sets::Sets;
use super::{Site, region_of};
use crate::{
    actions::trial::MAX_BYTES,
    control::range_of,
    cursor::{TokenAt, token_of, trimmed},
    elements::Elements,
};

/// How often a guard may turn out to end too early: each time the page is walked again.
const MAX_ROUNDS: usize = 16;

/// What a guard asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// Rows: without them the page would end.
    Rows,
    /// A value: without it the page would go on.
    Value,
}

/// Where a guard ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) end: TextSize,
    /// It ends in code; else in text, behind a region.
    pub(super) in_code: bool,
}

/// The end of a guard that begins with some statements, so that it holds all that reads what needs them; none where it cannot, and where that
/// would take long to say.
pub(super) fn reach(site: &Site<'_>, guarded: TextRange, asks: Asks) -> Option<Reach> {
    if usize::from(page_map(site.db, site.page).len()) > MAX_BYTES {
        return None;
    }
    let elements = LazyCell::new(|| Elements::of(site.db, site.page));
    let mut reach = Reach { end: guarded.end(), in_code: true };
    for _ in 0..MAX_ROUNDS {
        let range = TextRange::new(guarded.start(), reach.end);
        let sets = Sets::within(site, range, guarded)?;
        let Some(last) = sets.last_reader(site, range, asks)?.filter(|last| *last > reach.end) else {
            return Some(reach);
        };
        reach = settle(site, &elements, range.start(), last)?;
    }
    None
}

/// Where a guard can end that has to reach to a place: behind whole statements, whole IFs and FORs, and whole elements of HTML.
fn settle(site: &Site<'_>, elements: &Elements, start: TextSize, last: TextSize) -> Option<Reach> {
    let first = token_of(site.db, site.page, start)?;
    let mut end = last;
    for _ in 0..MAX_ROUNDS {
        let before = end;
        let here = token_of(site.db, site.page, end.checked_sub(TextSize::new(1))?)?;
        let block = block_of(&here);
        end = match block {
            // A statement, or blanks between them, and the delimiters.
            Some(_) => end.max(statement_end(&here).unwrap_or(end)),
            None => end.max(region_end(&here).unwrap_or(end)),
        };
        let range = TextRange::new(start, end);
        for frame in page_frames(site.db, site.page).iter() {
            let inside = |place| range_of(site.db, site.page, place).is_some_and(|at| range.contains(at.start()));
            if inside(frame.opener) {
                let close = range_of(site.db, site.page, frame.end?)?;
                let close = statement_end(&token_of(site.db, site.page, close.start())?)?;
                end = end.max(close);
            } else if frame.keywords().any(inside) {
                return None;
            }
        }
        let in_one_block = block.is_some() && block == block_of(&first);
        if !in_one_block {
            // Text stands in between: no half of an element may.
            end = end.max(elements.balanced(start, end)?);
        }
        if end == before {
            return Some(Reach { end, in_code: block.is_some() });
        }
    }
    None
}

/// Where the block around a token begins, if the token is not behind its end. None in a region that cannot take an ENDIF, and in text.
fn block_of(found: &TokenAt) -> Option<TextSize> {
    let is_block = |kind| matches!(kind, SyntaxKind::BLOCK | SyntaxKind::SCRIPT_BLOCK);
    let block = found.token.parent_ancestors().find(|node| is_block(node.kind()))?;
    let is_close = matches!(found.kind(), SyntaxKind::BLOCK_CLOSE | SyntaxKind::SCRIPT_CLOSE);
    (!is_close).then(|| block.text_range().start() + found.position.start)
}

fn statement_end(found: &TokenAt) -> Option<TextSize> {
    let (_, statement) = region_of(&found.token.parent()?)?;
    Some(trimmed(&statement).end() + found.position.start)
}

fn region_end(found: &TokenAt) -> Option<TextSize> {
    let region = found.token.parent_ancestors().find(|node| super::is_region(node.kind()))?;
    Some(region.text_range().end() + found.position.start)
}
