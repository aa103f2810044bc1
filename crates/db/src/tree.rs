//! Lossless trees, for whoever asks: editor features and printing. Checking a page needs none of them.

use std::cell::RefCell;

use rowan::GreenNodeBuilder;
use sfmc_ampscript::{RegionText, Workspace, parse_region};
use sfmc_host::RegionKind;
use sfmc_syntax::{GreenNode, GreenToken, NodeCache, NodeOrToken, SyntaxKind, SyntaxNode};

use crate::{
    inputs::{Chunk, FileKind, Page},
    sql::sql_chunk_tree,
};

/// What a thread keeps between trees: buffers, and nodes to share. Emptied now and then, because it only grows.
#[derive(Default)]
struct Builders {
    cache: NodeCache,
    workspace: Workspace,
    chunks: u32,
}

const CHUNKS_PER_CACHE: u32 = 64;

thread_local! {
    static BUILDERS: RefCell<Builders> = RefCell::default();
}

/// The tree of a chunk: a `CHUNK` node whose text is the chunk's.
#[salsa::tracked(no_eq, returns(clone))]
pub fn chunk_tree(db: &dyn salsa::Database, chunk: Chunk) -> GreenNode {
    let source = chunk.source(db);
    BUILDERS.with_borrow_mut(|builders| {
        builders.chunks += 1;
        if builders.chunks > CHUNKS_PER_CACHE {
            builders.cache = NodeCache::default();
            builders.chunks = 0;
        }
        // Text and opaque regions are made into tokens here rather than by a builder, which would hash all of them for its cache.
        let mut children = Vec::with_capacity(2 * source.regions.len() + 1);
        let token = |kind: SyntaxKind, text: &str| NodeOrToken::Token(GreenToken::new(kind.into(), text));
        let text = &*source.text;
        let mut done = 0;
        for region in &source.regions {
            let range = region.range();
            let start = usize::from(range.start());
            if start > done {
                children.push(token(SyntaxKind::TEXT, &text[done..start]));
            }
            done = usize::from(range.end());
            let content = &text[range];
            let Some(code) = region.kind.code() else {
                children.push(token(opaque(region.kind), content));
                continue;
            };
            let region = RegionText { text: content, code, open: region.open, close: region.close };
            let mut builder = GreenNodeBuilder::with_cache(&mut builders.cache);
            parse_region(&mut builders.workspace, region, &mut builder);
            children.push(NodeOrToken::Node(builder.finish()));
        }
        if done < text.len() {
            children.push(token(SyntaxKind::TEXT, &text[done..]));
        }
        GreenNode::new(SyntaxKind::CHUNK.into(), children)
    })
}

/// A cursor on the tree of a chunk. Not `Send`: make it where it is used.
pub fn chunk_syntax(db: &dyn salsa::Database, chunk: Chunk) -> SyntaxNode {
    SyntaxNode::new_root(chunk_tree(db, chunk))
}

/// The tree of a whole page: one `CHUNK` under the root for each chunk. For tests and for printing; features go through the chunk.
pub fn page_tree(db: &dyn salsa::Database, page: Page) -> GreenNode {
    let tree = match page.kind(db) {
        FileKind::Page | FileKind::Other => chunk_tree,
        FileKind::Sql => sql_chunk_tree,
    };
    let children = page.chunks(db).iter().map(|&chunk| tree(db, chunk).into());
    GreenNode::new(SyntaxKind::ROOT.into(), children.collect::<Vec<_>>())
}

fn opaque(kind: RegionKind) -> SyntaxKind {
    match kind {
        RegionKind::Personalization => SyntaxKind::PERSONALIZATION,
        RegionKind::Syndication => SyntaxKind::SYNDICATION,
        RegionKind::TemplateTag => SyntaxKind::TEMPLATE_TAG,
        RegionKind::CtrlTag => SyntaxKind::CTRL_TAG,
        RegionKind::ServerScript => SyntaxKind::SERVER_SCRIPT,
        // Code is parsed, not kept as one token.
        RegionKind::Block | RegionKind::Inline | RegionKind::ScriptBlock => SyntaxKind::TEXT,
    }
}
