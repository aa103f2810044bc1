//! The variables that stand in code which does not parse: it may have read them, or asked for them.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_db::{Chunk, Db, Page, chunk_parse};
use sfmc_host::Region;
use sfmc_syntax::{ProblemClass, SmolStr};

use crate::lexemes::{LexemeKind, Lexemes};

/// No more of a line is read: minified pages are one line.
const LONGEST: usize = 1024;

/// The names, without `@` and in lower case, between what does not parse and the end of its line or region.
#[salsa::tracked(returns(ref))]
fn chunk_misread(db: &dyn Db, chunk: Chunk) -> Arc<[SmolStr]> {
    let source = chunk.source(db);
    let mut regions = source.regions.iter().map(Region::range).peekable();
    let mut found = FxHashSet::default();
    for problem in chunk_parse(db, chunk).problems.iter().filter(|found| found.kind.class() == ProblemClass::Error) {
        // Problems and regions both are in order of place.
        while regions.next_if(|region| region.end() < problem.range.start()).is_some() {}
        let Some(region) = regions.peek().filter(|region| region.contains_inclusive(problem.range.start())) else {
            continue;
        };
        let line = source.text.get(usize::from(problem.range.start())..usize::from(region.end())).unwrap_or("");
        let line = line[..line.floor_char_boundary(LONGEST)].lines().next().unwrap_or("");
        let code = Lexemes::of(line);
        let variables = code.all.iter().filter(|lexeme| lexeme.kind == LexemeKind::Variable);
        found.extend(variables.map(|name| code.text(name).trim_start_matches('@').to_ascii_lowercase()));
    }
    let mut found: Vec<SmolStr> = found.into_iter().map(SmolStr::from).collect();
    found.sort_unstable();
    found.into()
}

/// The same of all of a page, each once.
#[salsa::tracked(returns(ref))]
pub(super) fn page_misread(db: &dyn Db, page: Page) -> Arc<[SmolStr]> {
    let names = page.chunks(db).iter().flat_map(|&chunk| chunk_misread(db, chunk).iter());
    let mut found: Vec<SmolStr> = names.collect::<FxHashSet<_>>().into_iter().cloned().collect();
    found.sort_unstable();
    found.into()
}
