//! What does an end end whose IF or FOR is out of sight?

use sfmc_db::{Db, Page, PageMap, page_map};
use sfmc_semantic::page_frames;
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use super::{InlayHint, InlayHintKind, chunks_in};
use crate::{control, cursor::token_of, markup::Markup};

/// An IF or FOR that stands fewer lines above its end is in sight.
const FAR: u32 = 10;

/// A label is not longer.
const MAX_LABEL: usize = 40;

/// Nor is a tooltip.
const MAX_TOOLTIP: usize = 400;

pub(super) fn hints(db: &dyn Db, page: Page, range: TextRange, found: &mut Vec<InlayHint>) {
    let map = page_map(db, page);
    let chunks = chunks_in(map.chunks(), range);
    let (Some(first), Some(last)) = (chunks.first(), chunks.last()) else { return };
    for frame in page_frames(db, page).iter() {
        let Some(keyword) = frame.end.and_then(|end| control::range_of(db, page, end)) else { continue };
        let begins = map.chunk_at(keyword.start()).and_then(|index| map.chunks().get(index));
        if !begins.is_some_and(|position| first.start <= position.start && position.start <= last.start) {
            continue;
        }
        let end = frame.end.and_then(|end| control::head_range(db, page, end));
        let (Some(end), Some(opener)) = (end, control::head_range(db, page, frame.opener)) else { continue };
        let at = end.end();
        if !range.contains_inclusive(at) {
            continue;
        }
        let line = line_of(db, map, opener.start());
        let is_far = line_of(db, map, at).saturating_sub(line) >= FAR;
        if !is_far || is_explained(db, page, at) {
            continue;
        }
        let Some(head) = control::head_text(db, frame.opener, MAX_TOOLTIP) else { continue };
        let mut tooltip = Markup::default();
        tooltip.code(head.clone());
        tooltip.text(format!("Line {}.", line + 1));
        found.push(InlayHint {
            at,
            kind: InlayHintKind::End,
            label: control::shortened(head, MAX_LABEL),
            target: Some(opener),
            tooltip: Some(tooltip),
        });
    }
}

/// The line of a place, counted from 0. The column is not asked for: in a page of one line it is far from free.
fn line_of(db: &dyn Db, map: &PageMap, at: TextSize) -> u32 {
    let position = map.chunk_at(at).and_then(|index| map.chunks().get(index));
    let Some(position) = position else { return 0 };
    let text = position.chunk.source(db).text.as_bytes();
    let before = text.get(..usize::from(at - position.start)).unwrap_or(text);
    position.line + u32::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(u32::MAX)
}

/// Whether a comment follows on the same line: whoever wrote it said what ends.
fn is_explained(db: &dyn Db, page: Page, at: TextSize) -> bool {
    let mut next = token_of(db, page, at).map(|found| found.token);
    while let Some(token) = next {
        if token.kind() == SyntaxKind::COMMENT {
            return true;
        }
        if !token.kind().is_trivia() || token.text().contains('\n') {
            return false;
        }
        next = token.next_token();
    }
    false
}
