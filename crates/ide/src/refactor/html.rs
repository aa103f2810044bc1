//! What of HTML a region stands in, for whoever puts something in front of it or into it.

use sfmc_db::{chunk_html, page_html, page_map};
use sfmc_host::html::{AttributeUse, HtmlContext, Quote};
use sfmc_syntax::{TextRange, TextSize};

use super::Site;

/// What the region around a range stands in.
pub(super) fn html_context(site: &Site<'_>, range: TextRange) -> Option<HtmlContext> {
    let index = page_map(site.db, site.page).chunk_at(range.start())?;
    let position = page_map(site.db, site.page).chunks().get(index)?;
    let entry = page_html(site.db, site.page).get(index)?;
    let regions = &position.chunk.source(site.db).regions;
    let region = regions.iter().position(|region| (region.range() + position.start).contains_range(range))?;
    chunk_html(site.db, position.chunk, *entry).contexts.get(region).copied()
}

/// Whether a region is where an address begins: how a send tracks that depends on what stands there.
pub(super) fn begins_link(site: &Site<'_>, range: TextRange) -> bool {
    let Some(HtmlContext::AttributeValue { used_as: AttributeUse::Url, quote }) = html_context(site, range) else {
        return false;
    };
    let opens = match quote {
        Quote::None => "=",
        Quote::Single => "'",
        Quote::Double => "\"",
    };
    let before = range.start().checked_sub(TextSize::new(1)).map(|at| TextRange::new(at, range.start()));
    before.is_none_or(|before| site.layout.slice(before) == opens)
}

/// Where the tag begins that has a region in a quoted value of an attribute; none where other code stands in between, and where that is not
/// sure.
pub(super) fn tag_start(site: &Site<'_>, region: TextRange) -> Option<TextSize> {
    let before = site.layout.slice(TextRange::up_to(region.start()));
    let tag = before.get(before.rfind('<')?..)?;
    let is_plain = tag.get(1..)?.starts_with(|c: char| c.is_ascii_alphabetic()) && !tag.contains(['%', '{', '>']);
    let mut quote = None;
    for c in tag.chars().filter(|c| matches!(c, '"' | '\'')) {
        match quote {
            None => quote = Some(c),
            Some(open) if open == c => quote = None,
            Some(_) => {}
        }
    }
    // Else `<` may stand in a value itself.
    (is_plain && quote.is_some() && tag.ends_with(['"', '\''])).then(|| region.start() - TextSize::of(tag))
}
