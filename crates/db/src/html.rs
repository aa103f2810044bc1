//! Where in HTML the regions of a page stand. Computed only when somebody asks: parsing needs none of it.

use std::sync::Arc;

use sfmc_host::html::{HtmlChunk, HtmlState, html_context};

use crate::inputs::{Chunk, Page};

/// The HTML contexts of the regions of a chunk that begins in `entry`.
#[salsa::tracked(returns(ref))]
pub fn chunk_html(db: &dyn salsa::Database, chunk: Chunk, entry: HtmlState) -> HtmlChunk {
    let source = chunk.source(db);
    html_context(&source.text, &source.regions, entry)
}

/// What each chunk of a page begins in, in order.
#[salsa::tracked(returns(ref))]
pub fn page_html(db: &dyn salsa::Database, page: Page) -> Arc<[HtmlState]> {
    let mut state = HtmlState::default();
    let mut entries = Vec::with_capacity(page.chunks(db).len());
    for &chunk in page.chunks(db).iter() {
        entries.push(state);
        state = chunk_html(db, chunk, state).exit;
    }
    entries.into()
}
