//! What code stands around a place? The region there as text and tokens, also where it is broken, not closed, or cut over chunks.

use sfmc_ampscript::{RegionText, lex};
use sfmc_db::{Db, Page, page_map};
use sfmc_host::{Region, RegionFlags};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize, cursor::Code};

/// A token of a region, with its place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeToken {
    pub(crate) kind: SyntaxKind,
    pub(crate) range: TextRange,
}

/// A region of AMPscript around a place, or the part of a cut one that decides what is meant there: regions are cut where a statement
/// begins, so that nothing of an earlier part matters.
#[derive(Debug)]
pub(crate) struct CodeAt {
    /// Its text, delimiters included.
    text: String,
    /// Where it begins in the file.
    start: TextSize,
    pub(crate) code: Code,
    /// It has no closing delimiter.
    pub(crate) unterminated: bool,
    /// In order, blanks and comments included.
    pub(crate) tokens: Vec<CodeToken>,
}

impl CodeAt {
    /// The code around the place; none in text, and inside of the delimiters.
    pub(crate) fn new(db: &dyn Db, page: Page, offset: TextSize) -> Option<CodeAt> {
        let map = page_map(db, page);
        if offset > map.len() {
            return None;
        }
        let index = map.chunk_at(offset)?;
        let chunks = map.chunks();
        let in_chunk = |index: usize| {
            let position = chunks[index];
            let regions = &position.chunk.source(db).regions;
            let relative = u32::from(offset.checked_sub(position.start)?);
            let last = regions.partition_point(|region| region.start <= relative);
            // Where a region is cut, the part before the place is meant.
            let found = (last.saturating_sub(2)..last).find(|&n| holds(&regions[n], relative))?;
            Some((index, found))
        };
        let region_at = |(index, n): (usize, usize)| chunks.get(index)?.chunk.source(db).regions.get(n).copied();
        let mut found = in_chunk(index);
        let begins_here =
            |at| region_at(at).is_some_and(|r| r.open == 0 && chunks[index].start + TextSize::new(r.start) == offset);
        if found.is_none_or(begins_here) && chunks[index].start == offset && index > 0 {
            found = in_chunk(index - 1).or(found);
        }
        let mut at = found?;
        let region = region_at(at)?;
        let code = region.kind.code()?;
        let position = chunks[at.0];
        let mut text = position.chunk.source(db).text[region.range()].to_owned();
        let start = position.start + TextSize::new(region.start);
        let mut end = region;
        // What stands right behind the place can be in the next part.
        while end.has(RegionFlags::CONTINUES) && start + TextSize::of(text.as_str()) <= offset {
            at = if region_at((at.0, at.1 + 1)).is_some() { (at.0, at.1 + 1) } else { (at.0 + 1, 0) };
            let Some(part) = region_at(at).filter(|part| part.open == 0) else { break };
            text.push_str(&chunks[at.0].chunk.source(db).text[part.range()]);
            end = part;
        }
        let (close, unterminated) = (end.close, end.has(RegionFlags::UNTERMINATED));
        let (mut tokens, mut problems) = (Vec::new(), Vec::new());
        lex(RegionText { text: &text, code, open: region.open, close }, &mut tokens, &mut problems);
        let mut at = start;
        let tokens = tokens.into_iter().map(|token| {
            let range = TextRange::at(at, TextSize::new(token.len));
            at = range.end();
            CodeToken { kind: token.kind, range }
        });
        let tokens = tokens.collect();
        Some(CodeAt { text, start, code, unterminated, tokens })
    }

    /// The text of a range of the file that lies in it.
    pub(crate) fn text(&self, range: TextRange) -> &str {
        self.text.get(usize::from(range.start() - self.start)..usize::from(range.end() - self.start)).unwrap_or("")
    }

    /// The token that a place belongs to: the one that begins there or goes on there, or else a word that ends there.
    pub(crate) fn token_at(&self, offset: TextSize) -> Option<usize> {
        let after = self.tokens.partition_point(|token| token.range.end() <= offset);
        let here = self.tokens.get(after).filter(|token| token.range.start() <= offset);
        let is_word = |token: &CodeToken| is_word(token.kind);
        if here.is_some_and(is_word) {
            return Some(after);
        }
        let before = after.checked_sub(1).filter(|&n| is_word(&self.tokens[n]) && self.tokens[n].range.end() == offset);
        before.or(here.map(|_| after))
    }

    /// The nearest token before or after one that is no blank or comment.
    pub(crate) fn solid_before(&self, index: usize) -> Option<CodeToken> {
        self.tokens[..index].iter().rev().find(|token| !token.kind.is_trivia()).copied()
    }

    /// Whether the token is, or would stand, where `Msg(0).` has a member: behind its dot.
    pub(crate) fn is_member_of_message(&self, index: usize) -> bool {
        let before = self.tokens.get(..index).unwrap_or_default().iter().rev();
        let mut before = before.filter(|token| !token.kind.is_trivia());
        let mut next_is = |kind: SyntaxKind| before.next().is_some_and(|token| token.kind == kind);
        if !next_is(SyntaxKind::DOT) || !next_is(SyntaxKind::R_PAREN) {
            return false;
        }
        let mut depth = 1;
        for token in before.by_ref() {
            depth = match token.kind {
                SyntaxKind::R_PAREN => depth + 1,
                SyntaxKind::L_PAREN => depth - 1,
                _ => depth,
            };
            if depth == 0 {
                break;
            }
        }
        let name = before.next().filter(|_| depth == 0);
        name.is_some_and(|name| name.kind == SyntaxKind::IDENT && self.text(name.range).eq_ignore_ascii_case("Msg"))
    }

    pub(crate) fn solid_after(&self, index: usize) -> Option<CodeToken> {
        self.tokens.get(index + 1..)?.iter().find(|token| !token.kind.is_trivia()).copied()
    }
}

/// Whether a place is in the content of a region: behind its opener, before its closer.
fn holds(region: &Region, relative: u32) -> bool {
    let content = region.content_range();
    region.kind.code().is_some() && u32::from(content.start()) <= relative && relative <= u32::from(content.end())
}

/// What is written with letters.
pub(crate) fn is_word(kind: SyntaxKind) -> bool {
    use SyntaxKind::{IDENT, SYSTEM_VARIABLE, VARIABLE};
    matches!(kind, IDENT | VARIABLE | SYSTEM_VARIABLE) || kind.is_ampscript_keyword()
}

/// `%%name%%` around a place in text, with its name: `jobid`, `Shoe Size`.
pub(crate) fn personalization_at(db: &dyn Db, page: Page, offset: TextSize) -> Option<(TextRange, String)> {
    let map = page_map(db, page);
    let position = map.chunks()[map.chunk_at(offset)?];
    let relative = offset - position.start;
    let source = position.chunk.source(db);
    let regions = source.regions.iter().filter(|region| region.kind == sfmc_host::RegionKind::Personalization);
    let region = regions.into_iter().find(|region| region.range().contains(relative))?;
    let name = source.text[region.range()].trim_matches('%').trim_start_matches('[').trim_end_matches(']');
    Some((region.range() + position.start, name.trim().to_owned()))
}
