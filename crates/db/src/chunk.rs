//! What a chunk holds, and its tree.

use std::cell::RefCell;

use rowan::{GreenNodeBuilder, NodeOrToken};
use rustc_hash::FxHashMap;
use sfmc_ampscript::{Control, Deferred, Parse, RegionText, Workspace, parse_region};
use sfmc_host::{Region, RegionFlags, RegionKind, region_problems};
use sfmc_syntax::{GreenNode, GreenToken, NodeCache, Problem, SyntaxKind, SyntaxNode, TextSize};

use crate::inputs::{Chunk, Page};

/// The text of a chunk and what the scanner found in it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ChunkSource {
    /// The text.
    pub text: Box<str>,
    /// Its regions, in bytes from the chunk's start.
    pub regions: Box<[Region]>,
    /// What the scanner found wrong between and in them, in bytes from the chunk's start.
    pub problems: Box<[Problem]>,
}

/// A region of code in a parsed chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRegion {
    /// Its index among the chunk's regions.
    pub region: u32,
    /// Index of the first of its control statements in [`ChunkParse::controls`].
    pub first_control: u32,
    /// What its last statement lacks, if it does.
    pub dangling: Option<Deferred>,
    /// What it begins with, if that begins no statement.
    pub continues: Option<Deferred>,
}

/// The tree of a chunk and what its parsers said. All ranges are in bytes from the chunk's start.
#[derive(Clone, Debug)]
pub struct ChunkParse {
    /// A `CHUNK` node whose text is the chunk's.
    pub green: GreenNode,
    /// Problems in order of place, those of the scanner too.
    pub problems: Vec<Problem>,
    /// Control statements in order.
    pub controls: Vec<Control>,
    /// Regions of code in order.
    pub code: Vec<CodeRegion>,
}

impl ChunkParse {
    /// A cursor on the tree. Not `Send`: make it where it is used.
    pub fn syntax(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }
}

/// What a thread keeps between chunks: buffers, nodes to share, and regions that it parsed before. A page says the same thing often
/// (`%%[endif]%%`), and of a chunk that was edited all regions but one are as they were. Emptied now and then, because it only grows.
#[derive(Default)]
struct Parsers {
    cache: NodeCache,
    workspace: Workspace,
    known: FxHashMap<Box<str>, (GreenNode, Parse)>,
    chunks: u32,
}

const CHUNKS_PER_CACHE: u32 = 64;

/// Longer regions are seldom the same, and costly to compare.
const MAX_KNOWN_LEN: usize = 256;

thread_local! {
    static PARSERS: RefCell<Parsers> = RefCell::default();
}

impl Parsers {
    /// The tree of a region and what the parser said. Both depend on nothing but its text, once it has both its delimiters.
    fn region(&mut self, region: RegionText<'_>) -> (GreenNode, Parse) {
        let whole = region.open > 0 && region.close > 0 && region.text.len() <= MAX_KNOWN_LEN;
        if whole && let Some(known) = self.known.get(region.text) {
            return known.clone();
        }
        let mut builder = GreenNodeBuilder::with_cache(&mut self.cache);
        let parse = parse_region(&mut self.workspace, region, &mut builder);
        let parsed = (builder.finish(), parse);
        if whole {
            self.known.insert(region.text.into(), parsed.clone());
        }
        parsed
    }
}

/// Parses a chunk: all its regions under one node.
#[salsa::tracked(no_eq, returns(ref))]
pub fn chunk_parse(db: &dyn salsa::Database, chunk: Chunk) -> ChunkParse {
    let source = chunk.source(db);
    PARSERS.with_borrow_mut(|parsers| {
        parsers.chunks += 1;
        if parsers.chunks > CHUNKS_PER_CACHE {
            parsers.cache = NodeCache::default();
            parsers.known.clear();
            parsers.chunks = 0;
        }
        parse_source(source, parsers)
    })
}

fn parse_source(source: &ChunkSource, parsers: &mut Parsers) -> ChunkParse {
    // Text and opaque regions are made into tokens here rather than by a builder, which would hash all of them for its cache.
    let mut children = Vec::with_capacity(2 * source.regions.len() + 1);
    let token = |kind: SyntaxKind, text: &str| NodeOrToken::Token(GreenToken::new(kind.into(), text));
    let text = &*source.text;
    let mut problems = source.problems.to_vec();
    let mut controls = Vec::new();
    let mut code = Vec::new();
    let mut done = 0;
    for (index, region) in source.regions.iter().enumerate() {
        let range = region.range();
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        if start > done {
            children.push(token(SyntaxKind::TEXT, &text[done..start]));
        }
        done = end;
        let content = &text[start..end];
        // What is wrong with a region that is cut is known where it ends: the fold over the page tells.
        if region.open > 0 {
            problems.extend(region_problems(region));
        }
        let Some(kind) = region.kind.code() else {
            children.push(token(opaque(region.kind), content));
            continue;
        };
        let region_text = RegionText { text: content, code: kind, open: region.open, close: region.close };
        let (node, parse) = parsers.region(region_text);
        children.push(NodeOrToken::Node(node));
        let base = range.start();
        let unterminated = region.has(RegionFlags::UNTERMINATED);
        code.push(CodeRegion {
            region: u32::try_from(index).unwrap_or(u32::MAX),
            first_control: u32::try_from(controls.len()).unwrap_or(u32::MAX),
            dangling: parse.outline.dangling.filter(|_| !unterminated).map(|d| d.shifted(base)),
            continues: parse.outline.continues.map(|d| d.shifted(base)),
        });
        // In a region that does not end nothing else is reported: it would only follow from that.
        if !unterminated {
            problems.extend(parse.problems.into_iter().map(|p| p.shifted(base)));
        }
        controls.extend(parse.outline.controls.into_iter().map(|control| Control {
            kind: control.kind,
            keyword: control.keyword + base,
            name: control.name.map(|r| r + base),
            incomplete: control.incomplete,
        }));
    }
    if done < text.len() {
        children.push(token(SyntaxKind::TEXT, &text[done..]));
    }
    problems.sort_by_key(|p| (p.range.start(), p.range.end(), p.kind));
    let green = GreenNode::new(SyntaxKind::CHUNK.into(), children);
    ChunkParse { green, problems, controls, code }
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

/// The tree of a whole page: one `CHUNK` under the root for each chunk. For tests and for printing; features go through the chunk.
pub fn page_tree(db: &dyn salsa::Database, page: Page) -> GreenNode {
    let children = page.chunks(db).iter().map(|&chunk| chunk_parse(db, chunk).green.clone().into());
    GreenNode::new(SyntaxKind::ROOT.into(), children.collect::<Vec<_>>())
}

/// The size of a text, which is never over 4 GB.
pub(crate) fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}
