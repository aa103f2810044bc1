//! Code in HTML comments: it runs all the same.
//!
//! Which regions stand in a comment is a question of HTML, and tokenizing the HTML of a page costs more than parsing its code. So a fold
//! over cheap facts finds the regions that stand behind `<!--`, and only if there are any is the HTML asked.

use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use sfmc_db::{Chunk, Db, Page, chunk_html, page_html};
use sfmc_host::{Region, RegionKind, html::HtmlContext};

/// What a comment at some place is, by the marks before it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
enum Comment {
    /// None.
    #[default]
    Outside,
    /// `<!--`, without code in it so far.
    Plain,
    /// `<!--`, with code in it.
    WithCode,
    /// `<!--[if mso]>`: some readers' programs show what stands in it.
    Conditional,
}

/// Looked for between any two regions: made once.
static OPENER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<!--"));
static CLOSER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-->"));

const ENTRIES: [Comment; 4] = [Comment::Outside, Comment::Plain, Comment::WithCode, Comment::Conditional];

/// For each state in which a chunk can begin: the one in which it ends, and the first region of code in each comment.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Comments {
    ways: [(Comment, Vec<u32>); 4],
}

#[salsa::tracked(returns(ref))]
fn chunk_comments(db: &dyn Db, chunk: Chunk) -> Comments {
    let source = chunk.source(db);
    let mut comments = Comments::default();
    let is_code = |region: &Region| region.kind.code().is_some() || region.kind == RegionKind::ServerScript;
    let has = |mark: &Finder<'_>| mark.find(source.text.as_bytes()).is_some();
    if !has(&OPENER) && !has(&CLOSER) {
        // Most chunks: what it begins in it ends in.
        for (entry, way) in ENTRIES.into_iter().zip(&mut comments.ways) {
            way.0 = entry;
            let first = if entry == Comment::Plain { source.regions.iter().position(is_code) } else { None };
            if let Some(first) = first {
                *way = (Comment::WithCode, vec![u32::try_from(first).unwrap_or(u32::MAX)]);
            }
        }
        return comments;
    }
    for (entry, way) in ENTRIES.into_iter().zip(&mut comments.ways) {
        let mut state = entry;
        let mut at = 0;
        for (index, region) in source.regions.iter().enumerate() {
            state = advance(state, &source.text.as_bytes()[at..region.start as usize]);
            at = region.end() as usize;
            if is_code(region) && state == Comment::Plain {
                state = Comment::WithCode;
                way.1.push(u32::try_from(index).unwrap_or(u32::MAX));
            }
        }
        way.0 = advance(state, &source.text.as_bytes()[at..]);
    }
    comments
}

fn advance(mut state: Comment, mut text: &[u8]) -> Comment {
    loop {
        let mark = if state == Comment::Outside { &OPENER } else { &CLOSER };
        let Some(at) = mark.find(text) else { return state };
        text = &text[at + mark.needle().len()..];
        state = match state {
            Comment::Outside if text.starts_with(b"[if") => Comment::Conditional,
            Comment::Outside => Comment::Plain,
            _ => Comment::Outside,
        };
    }
}

/// The first region of code in each HTML comment of a page: chunk, and index among the chunk's regions.
#[salsa::tracked(returns(ref))]
pub fn commented_code(db: &dyn Db, page: Page) -> Arc<[(Chunk, u32)]> {
    let mut state = Comment::Outside;
    let mut found = Vec::new();
    for (n, &chunk) in page.chunks(db).iter().enumerate() {
        let (exit, regions) = &chunk_comments(db, chunk).ways[state as usize];
        found.extend(regions.iter().map(|&region| (n, chunk, region)));
        state = *exit;
    }
    if found.is_empty() {
        return Arc::default();
    }
    let entries = page_html(db, page);
    found.retain(|&(n, chunk, region)| {
        let contexts = entries.get(n).map(|&entry| &chunk_html(db, chunk, entry).contexts);
        contexts.and_then(|contexts| contexts.get(region as usize)) == Some(&HtmlContext::Comment)
    });
    found.into_iter().map(|(_, chunk, region)| (chunk, region)).collect()
}
