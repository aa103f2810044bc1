//! The files of the workspace that nobody opened: found and read on a thread that may wait, and what they mention kept.
//!
//! There is one way to learn of changes: to scan again. A scan looks at the stamps of all files and reads those that changed, so it does
//! not matter who noticed what, or whether the client watches files at all.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashMap;
use sfmc_db::{Database, FileInfo, system::Stamp};
use sfmc_ide::{Graph, Mentions, Texts, Vocabulary, Workspace, mentions_of};
use sfmc_project::{Configs, ContentReader, discover, read_page};
use sfmc_schema::Schema;

use crate::requests::panic_message;

/// More files are not read: somebody opened a folder that is no project.
const MAX_FILES: usize = 50_000;

/// How many bytes a database may hold before a new one is taken: inputs are never freed.
const MAX_BYTES: usize = 256 << 10;

/// What was found, and what is needed to find out what has changed since.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pub(crate) workspace: Workspace,
    stamps: FxHashMap<Arc<Path>, Stamp>,
    contents: ContentReader,
}

/// Reads files as the project says.
#[derive(Debug)]
struct ProjectTexts(Arc<Configs>);

impl Texts for ProjectTexts {
    fn read(&self, path: &Path) -> Option<(String, FileInfo)> {
        read_page(&self.0, path)
    }

    fn real(&self, path: &Path) -> Option<PathBuf> {
        self.0.system().real(path)
    }

    fn schema(&self, path: &Path) -> Schema {
        self.0.schema(path)
    }
}

impl Index {
    /// Of no files.
    pub(crate) fn empty(configs: &Arc<Configs>) -> Index {
        let texts = Arc::new(ProjectTexts(Arc::clone(configs)));
        Index { workspace: Workspace::empty(texts), stamps: FxHashMap::default(), contents: ContentReader::default() }
    }

    /// Looks at the files in some folders again. `progress` is told now and then how many of how many files have been read.
    pub(crate) fn scan(
        &self,
        folders: &[PathBuf],
        configs: &Arc<Configs>,
        mut progress: impl FnMut(usize, usize),
    ) -> Index {
        let mut found = discover(folders, configs).files;
        if found.len() > MAX_FILES {
            tracing::warn!("{} files in the workspace; the first {MAX_FILES} are looked at", found.len());
            found.truncate(MAX_FILES);
        }
        let mut next = Index { contents: self.contents.clone(), ..Index::empty(configs) };
        let mut files = FxHashMap::default();
        let mut reader = Reader::new(configs);
        let total = found.len();
        for (done, file) in found.into_iter().enumerate() {
            let path: Arc<Path> = file.path.into();
            #[cfg(feature = "testing")]
            crate::testing::trap_scan(&path);
            let Ok(stamp) = configs.system().stamp(&path) else { continue };
            let known = self.stamps.get(&path).filter(|known| **known == stamp);
            let mentions = match known.and_then(|_| self.workspace.files.get(&path)) {
                Some(mentions) => Arc::clone(mentions),
                None => {
                    progress(done, total);
                    reader.mentions(&path)
                }
            };
            next.stamps.insert(Arc::clone(&path), stamp);
            files.insert(path, mentions);
        }
        let contents = next.contents.contents(configs.system(), files.keys().map(|path| &**path));
        next.workspace.graph = match files == *self.workspace.files && contents == *self.workspace.contents {
            true => Arc::clone(&self.workspace.graph),
            false => Arc::new(Graph::new(&contents, &files)),
        };
        next.workspace.contents = Arc::new(contents);
        next.workspace.vocabulary = match files == *self.workspace.files {
            true => Arc::clone(&self.workspace.vocabulary),
            false => Arc::new(Vocabulary::new(files.values().map(|mentions| &**mentions))),
        };
        next.workspace.files = Arc::new(files);
        next
    }
}

/// Reads file after file.
struct Reader<'a> {
    configs: &'a Configs,
    db: Database,
    bytes: usize,
}

impl Reader<'_> {
    fn new(configs: &Configs) -> Reader<'_> {
        Reader { configs, db: Database::default(), bytes: 0 }
    }

    /// What a file mentions: nothing if it is no page or cannot be read, and nothing either if the engine fails on it.
    fn mentions(&mut self, path: &Path) -> Arc<Mentions> {
        let read = || {
            let (text, info) = read_page(self.configs, path)?;
            #[cfg(feature = "testing")]
            crate::testing::trap_read(&text);
            self.bytes += text.len();
            if self.bytes > MAX_BYTES {
                (self.db, self.bytes) = (Database::default(), text.len());
            }
            Some(mentions_of(&self.db, &text, info))
        };
        let caught = catch_unwind(AssertUnwindSafe(read));
        caught
            .unwrap_or_else(|payload| {
                tracing::error!("{}: {}", path.display(), panic_message(&*payload));
                self.db = Database::default();
                None
            })
            .unwrap_or_default()
    }
}
