//! What a page does to the variables of those that include it, and what those that it includes do to its own.
//!
//! Variables are known in the whole render (ampscript.md section 6). What one page does is a query over its own code; what all does that a
//! page includes is put together from these by whoever has the other pages, and is an input of the page ([`sfmc_db::Included`]).

use std::{path::Path, sync::Arc};

use rustc_hash::FxHashSet;
use sfmc_db::{Beside, Content, ContentEffects, ContentName, Contents, Db, FileKind, Included, Page};
use sfmc_syntax::SmolStr;

use crate::{
    body::chunk_body,
    environment::has_slots,
    flow::{OccurrenceKind, Variable, chunk_flow, page_variables},
    inclusions::inclusions,
};

/// What a page does to variables by itself, and what it includes. Without places: it stays the same where code only moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageEffects {
    /// What its own code does.
    pub own: ContentEffects,
    /// The contents that it includes by names that are known, each once.
    pub includes: Vec<ContentName>,
    /// It can do more than this: its structure is wrong, it is put together by something else, or it runs code that nothing names.
    pub opaque: bool,
}

impl Default for PageEffects {
    /// Of what nobody has looked at.
    fn default() -> PageEffects {
        PageEffects { own: ContentEffects::default(), includes: Vec::new(), opaque: true }
    }
}

/// What a page does to variables by itself, and what it includes.
#[salsa::tracked(returns(ref))]
pub fn page_effects(db: &dyn Db, page: Page) -> Arc<PageEffects> {
    if page.kind(db) != FileKind::Page {
        return Arc::default();
    }
    let variables = page_variables(db, page);
    let named = |which: fn(&Variable) -> bool| {
        let mut names: Vec<SmolStr> = variables
            .variables
            .iter()
            .filter(|variable| which(variable))
            .map(|variable| variable.name.clone())
            .collect();
        names.sort_unstable();
        names
    };
    let is_set = |variable: &Variable| variable.definitions().next().is_some();
    let is_read = |variable: &Variable| {
        variable.occurrences.iter().any(|occurrence| !matches!(occurrence.kind, OccurrenceKind::Define(_)))
    };
    let mut includes = Vec::new();
    let mut known = FxHashSet::default();
    for &chunk in page.chunks(db).iter() {
        for (.., name) in inclusions(chunk_body(db, chunk), || chunk_flow(db, page, chunk)) {
            if known.insert(name.normal()) {
                includes.push(name);
            }
        }
    }
    Arc::new(PageEffects {
        own: ContentEffects { sets: named(is_set), reads: named(is_read) },
        includes,
        opaque: variables.unnamed || has_slots(db, page),
    })
}

/// A page that includes more than this, by whatever ways, is not followed.
const MAX_CONTENTS: usize = 256;

/// What the contents that a page includes do, as far as that is known: `effects` gives what a file does. The page is given by its path and
/// by what it includes.
pub fn included(
    contents: &Contents,
    page: &Path,
    includes: &[ContentName],
    mut effects: impl FnMut(&Path) -> Option<Arc<PageEffects>>,
) -> Included {
    let known = includes.iter().filter_map(|name| {
        let found = all_effects(contents, page, only(contents, name, page)?, &mut effects)?;
        Some((name.clone(), Arc::new(found)))
    });
    let known: Included = known.collect();
    known.with_beside(beside(contents, page, &mut effects))
}

/// What is rendered with a page, as it belongs to the same content: its other files, with all that they include, and what its metadata says.
fn beside(contents: &Contents, page: &Path, effects: &mut impl FnMut(&Path) -> Option<Arc<PageEffects>>) -> Beside {
    let mut found = Beside::default();
    let Some(content) = contents.of_file(page) else { return found };
    found.effects.reads.extend(content.named.iter().cloned());
    for file in content.files.iter().filter(|file| file.as_path() != page) {
        let Some(own) = effects(file) else {
            found.opaque = true;
            continue;
        };
        found.opaque |= own.opaque;
        found.effects.sets.extend(own.own.sets.iter().cloned());
        found.effects.reads.extend(own.own.reads.iter().cloned());
        for name in &own.includes {
            let included = only(contents, name, file);
            match included.and_then(|included| all_effects(contents, page, included, effects)) {
                Some(included) => {
                    found.effects.sets.extend(included.sets);
                    found.effects.reads.extend(included.reads);
                }
                None => found.opaque = true,
            }
        }
    }
    for names in [&mut found.effects.sets, &mut found.effects.reads] {
        names.sort_unstable();
        names.dedup();
    }
    found
}

/// The content that a page means by a name, if that is sure.
fn only<'c>(contents: &'c Contents, name: &ContentName, page: &Path) -> Option<&'c Content> {
    match contents.resolve(name, page)[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// What a content does with all that it includes, if that is known.
fn all_effects(
    contents: &Contents,
    page: &Path,
    content: &Content,
    effects: &mut impl FnMut(&Path) -> Option<Arc<PageEffects>>,
) -> Option<ContentEffects> {
    let mut found = ContentEffects::default();
    let mut seen: FxHashSet<&Path> = [content.file()].into_iter().collect();
    let mut queue = vec![content];
    while let Some(content) = queue.pop() {
        for file in &content.files {
            let own = effects(file).filter(|own| !own.opaque)?;
            found.sets.extend(own.own.sets.iter().cloned());
            found.reads.extend(own.own.reads.iter().cloned());
            for name in &own.includes {
                // Shared contents name what the unit has that sends, which is not always what theirs has.
                let next = only(contents, name, page)?;
                if only(contents, name, file)?.file() != next.file() {
                    return None;
                }
                if seen.insert(next.file()) {
                    queue.push(next);
                }
            }
        }
        if seen.len() > MAX_CONTENTS {
            return None;
        }
    }
    for names in [&mut found.sets, &mut found.reads] {
        names.sort_unstable();
        names.dedup();
    }
    Some(found)
}
