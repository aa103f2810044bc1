//! A project for tests: contents of one business unit.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rustc_hash::FxHashMap;
use sfmc_db::{Content, Contents, FileId, FileInfo, FileKind, Host, Snapshot, Unit, UnitId};

use super::{Texts, Workspace};

#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) workspace: Workspace,
    pub(crate) host: Host,
    files: Vec<(Arc<Path>, String)>,
    reads: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Given {
    files: Vec<(Arc<Path>, String)>,
    reads: Arc<AtomicUsize>,
}

impl Texts for Given {
    fn read(&self, path: &Path) -> Option<(String, FileInfo)> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let text = self.files.iter().find(|(known, _)| **known == *path)?.1.clone();
        Some((text, FileKind::Page.into()))
    }

    fn real(&self, path: &Path) -> Option<PathBuf> {
        // A folder that is a link to the project itself.
        let inner = path.strip_prefix("/p/link").ok().map(|inner| Path::new("/p").join(inner));
        Some(inner.unwrap_or_else(|| path.to_owned()))
    }
}

impl Project {
    /// Files by `subtype/key`, with their texts. None is open.
    pub(crate) fn new(files: &[(&str, &str)]) -> Project {
        let files: Vec<(Arc<Path>, String)> =
            files.iter().map(|(name, text)| (path(name), (*text).to_owned())).collect();
        let contents = files.iter().map(|(path, _)| {
            let key = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let name = Some(format!("The {key}"));
            let folder = Some("Content Builder/Shop".to_owned());
            Content { key, name, folder, unit: UnitId(0), root: 0, files: vec![path.to_path_buf()], named: Vec::new() }
        });
        let contents = Arc::new(Contents::new(vec![unit()], contents.collect()));
        let mentioned = files.iter().map(|(path, text)| {
            let db = sfmc_db::Database::default();
            (Arc::clone(path), super::mentions_of(&db, text, FileKind::Page.into()))
        });
        let mentioned: FxHashMap<Arc<Path>, Arc<super::Mentions>> = mentioned.collect();
        let graph = Arc::new(super::Graph::new(&contents, &mentioned));
        let vocabulary = Arc::new(super::Vocabulary::new(mentioned.values().map(|mentions| &**mentions)));
        let reads = Arc::new(AtomicUsize::new(0));
        let texts = Arc::new(Given { files: files.clone(), reads: Arc::clone(&reads) });
        let workspace = Workspace { contents, files: Arc::new(mentioned), graph, vocabulary, texts };
        Project { workspace, host: Host::default(), files, reads }
    }

    /// Opens a file, with another text than it has on the disk.
    pub(crate) fn open(&mut self, name: &str, text: &str) -> FileId {
        self.host.set_text(&path(name), text.to_owned(), FileKind::Page)
    }

    /// Lets the metadata of a content name a variable.
    pub(crate) fn name_in_metadata(&mut self, key: &str, variable: &str) {
        let contents = self.workspace.contents.all().iter().cloned().map(|mut content| {
            content.named.extend((content.key == key).then(|| variable.into()));
            content
        });
        self.workspace.contents = Arc::new(Contents::new(vec![unit()], contents.collect()));
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.host.snapshot()
    }

    pub(crate) fn path(&self, name: &str) -> Arc<Path> {
        path(name)
    }

    pub(crate) fn name(&self, path: &Path) -> String {
        path.strip_prefix("/p").unwrap().with_extension("").to_str().unwrap().to_owned()
    }

    /// How often a file was read from the disk.
    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }

    /// The text of a file on the disk.
    pub(crate) fn text(&self, name: &str) -> &str {
        &self.files.iter().find(|(known, _)| *known == path(name)).unwrap().1
    }
}

fn unit() -> Unit {
    Unit { folders: vec!["/p".into()], parent: None }
}

fn path(name: &str) -> Arc<Path> {
    Path::new(&format!("/p/{name}.html")).into()
}
