//! The variables that stand in code which does not parse: it may have read them, or asked for them.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_db::{Chunk, Db, Page, chunk_parse};
use sfmc_host::Region;
use sfmc_syntax::{ProblemClass, ProblemKind, SmolStr};

use crate::{
    lexemes::{LexemeKind, Lexemes},
    surroundings::is_name,
};

/// No more of a line is read: minified pages are one line.
const LONGEST: usize = 1024;

/// The names, without `@` and in lower case, between what does not parse and the end of its line or region; of what has no end, as far as
/// it may go on; and in text that a closer stands behind, as code does whose opener is not one.
#[salsa::tracked(returns(ref))]
fn chunk_misread(db: &dyn Db, chunk: Chunk) -> Arc<[SmolStr]> {
    let source = chunk.source(db);
    let mut regions = source.regions.iter().map(Region::range).peekable();
    let mut found = FxHashSet::default();
    let mut region_end = 0;
    for problem in &chunk_parse(db, chunk).problems {
        let start = usize::from(problem.range.start());
        // Problems and regions both are in order of place.
        while let Some(region) = regions.next_if(|region| region.end() < problem.range.start()) {
            region_end = usize::from(region.end());
        }
        if matches!(problem.kind, ProblemKind::StrayBlockClose | ProblemKind::StrayInlineClose) {
            let text = source.text.get(region_end..start).unwrap_or("");
            let text = &text[text.ceil_char_boundary(text.len().saturating_sub(LONGEST))..];
            let whole = problem.kind == ProblemKind::StrayBlockClose;
            let line = if whole { text } else { text.rsplit('\n').next().unwrap_or("") };
            found.extend(names(line));
            continue;
        }
        let region = regions.peek().filter(|region| region.contains_inclusive(problem.range.start()));
        let Some(region) = region.filter(|_| problem.kind.class() == ProblemClass::Error) else { continue };
        let rest = source.text.get(start..usize::from(region.end())).unwrap_or("");
        let rest = &rest[..rest.floor_char_boundary(LONGEST)];
        if matches!(
            problem.kind,
            ProblemKind::UnterminatedString | ProblemKind::UnterminatedComment | ProblemKind::UnterminatedBracketName
        ) {
            found.extend(names(rest));
            continue;
        }
        let code = Lexemes::of(rest.lines().next().unwrap_or(""));
        let variables = code.all.iter().filter(|lexeme| lexeme.kind == LexemeKind::Variable);
        found.extend(variables.map(|name| code.text(name).trim_start_matches('@').to_ascii_lowercase()));
    }
    let mut found: Vec<SmolStr> = found.into_iter().map(SmolStr::from).collect();
    found.sort_unstable();
    found.into()
}

/// The names of variables in a text.
fn names(text: &str) -> impl Iterator<Item = String> {
    let names = text.split('@').skip(1).map(|after| &after[..after.find(|c| !is_name(c)).unwrap_or(after.len())]);
    names.filter(|name| !name.is_empty()).map(str::to_ascii_lowercase)
}

/// The same of all of a page, each once.
#[salsa::tracked(returns(ref))]
pub(super) fn page_misread(db: &dyn Db, page: Page) -> Arc<[SmolStr]> {
    let names = page.chunks(db).iter().flat_map(|&chunk| chunk_misread(db, chunk).iter());
    let mut found: Vec<SmolStr> = names.collect::<FxHashSet<_>>().into_iter().cloned().collect();
    found.sort_unstable();
    found.into()
}
