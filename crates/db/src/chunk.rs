//! What a chunk holds, and what the parsers say of it.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use sfmc_ampscript::{Control, Deferred, Parse, RegionText, Workspace, parse_region};
use sfmc_host::{Region, RegionFlags, region_problems};
use sfmc_syntax::{
    Problem, TextSize,
    flat::{FlatBuilder, FlatTree},
};

use crate::inputs::Chunk;

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

/// What the parsers said of a chunk. All ranges are in bytes from the chunk's start.
#[derive(Clone, Debug)]
pub struct ChunkParse {
    /// For each of [`ChunkParse::code`]: its tree, in bytes from the region's start.
    pub trees: Vec<FlatTree>,
    /// Problems in order of place, those of the scanner too.
    pub problems: Vec<Problem>,
    /// Control statements in order.
    pub controls: Vec<Control>,
    /// Regions of code in order.
    pub code: Vec<CodeRegion>,
}

/// What a thread keeps between chunks: buffers, nodes to share, and regions that it parsed before. A page says the same thing often
/// (`%%[endif]%%`), and of a chunk that was edited all regions but one are as they were. Emptied now and then, because it only grows.
#[derive(Default)]
struct Parsers {
    workspace: Workspace,
    builder: FlatBuilder,
    known: FxHashMap<Box<str>, (FlatTree, Parse)>,
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
    fn region(&mut self, region: RegionText<'_>) -> (FlatTree, Parse) {
        let whole = region.open > 0 && region.close > 0 && region.text.len() <= MAX_KNOWN_LEN;
        if whole && let Some(known) = self.known.get(region.text) {
            return known.clone();
        }
        let parse = parse_region(&mut self.workspace, region, &mut self.builder);
        let parsed = (self.builder.finish(), parse);
        if whole {
            self.known.insert(region.text.into(), parsed.clone());
        }
        parsed
    }
}

/// Parses a chunk. What is lossless and can be shown is [`crate::chunk_tree`], for whoever asks.
#[salsa::tracked(no_eq, returns(ref))]
pub fn chunk_parse(db: &dyn salsa::Database, chunk: Chunk) -> ChunkParse {
    let source = chunk.source(db);
    PARSERS.with_borrow_mut(|parsers| {
        parsers.chunks += 1;
        if parsers.chunks > CHUNKS_PER_CACHE {
            parsers.known.clear();
            parsers.chunks = 0;
        }
        parse_source(source, parsers)
    })
}

fn parse_source(source: &ChunkSource, parsers: &mut Parsers) -> ChunkParse {
    let text = &*source.text;
    let mut problems = source.problems.to_vec();
    let mut controls = Vec::new();
    let mut code = Vec::new();
    let mut trees = Vec::new();
    for (index, region) in source.regions.iter().enumerate() {
        let range = region.range();
        // What is wrong with a region that is cut is known where it ends: the fold over the page tells.
        if region.open > 0 {
            problems.extend(region_problems(region));
        }
        let Some(kind) = region.kind.code() else {
            continue;
        };
        let region_text = RegionText { text: &text[range], code: kind, open: region.open, close: region.close };
        let (tree, parse) = parsers.region(region_text);
        trees.push(tree);
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
    problems.sort_by_key(|p| (p.range.start(), p.range.end(), p.kind));
    ChunkParse { problems, controls, code, trees }
}

/// The size of a text, which is never over 4 GB.
pub(crate) fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}
