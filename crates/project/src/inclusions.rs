//! What the contents of a project do to the pages that include them. Found out when a page asks: most pages include nothing, and most
//! contents are included by few.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustc_hash::FxHashMap;
use sfmc_db::{ContentEffects, Contents, Database, Page};
use sfmc_semantic::{PageEffects, included, includes_contents, page_effects};

use crate::{
    configs::Configs,
    mcdev::{ContentReader, holds_content, is_message},
    pages::read_page,
};

/// What a page includes can become known only with what it includes before. More rounds than this are for pages that nobody writes.
const MAX_ROUNDS: usize = 8;

/// The contents that some files hold, and what they do.
#[derive(Debug)]
pub(crate) struct Inclusions<'a> {
    configs: &'a Configs,
    /// The files that hold contents, by absolute paths.
    files: Vec<PathBuf>,
    contents: OnceLock<Contents>,
    effects: Mutex<FxHashMap<PathBuf, Option<Arc<PageEffects>>>>,
}

impl<'a> Inclusions<'a> {
    /// Of the contents that some files hold.
    pub(crate) fn new<'f>(configs: &'a Configs, files: impl IntoIterator<Item = &'f Path>) -> Inclusions<'a> {
        let files = files.into_iter().filter(|file| holds_content(file)).map(|file| configs.absolute(file));
        Inclusions { configs, files: files.collect(), contents: OnceLock::new(), effects: Mutex::default() }
    }

    /// Tells a page what the contents do that it includes.
    pub(crate) fn tell(&self, db: &mut Database, page: Page, path: &Path) {
        // Of all contents only messages have parts and a subject line.
        if self.files.is_empty() || !(includes_contents(db, page) || is_message(path)) {
            return;
        }
        let path = self.configs.absolute(path);
        for _ in 0..MAX_ROUNDS {
            let effects = Arc::clone(page_effects(db, page));
            if effects.includes.is_empty() && (effects.own == ContentEffects::default() || !is_message(&path)) {
                return;
            }
            let known = included(self.contents(), &path, &effects.includes, |file| self.effects(file));
            if known == **page.included(db) {
                return;
            }
            db.set_included(page, Arc::new(known));
        }
    }

    fn contents(&self) -> &Contents {
        self.contents.get_or_init(|| {
            let files = self.files.iter().map(PathBuf::as_path);
            ContentReader::default().contents(self.configs.system(), files)
        })
    }

    /// What a file does; nothing is known of one that cannot be read, and of one that the engine fails on, which is said where that file is
    /// checked.
    fn effects(&self, file: &Path) -> Option<Arc<PageEffects>> {
        let known = || self.effects.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(file) {
            return found.clone();
        }
        // Two workers may both come by; the lock is not held while one of them reads.
        let find = || {
            let (text, info) = read_page(self.configs, file)?;
            let db = Database::default();
            Some(Arc::clone(page_effects(&db, db.add_page(&text, info))))
        };
        let found = catch_unwind(AssertUnwindSafe(find)).ok().flatten();
        known().insert(file.to_owned(), found.clone());
        found
    }
}
