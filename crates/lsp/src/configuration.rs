//! The configuration of documents: read from files on threads that may wait, never in the loop. A file of it that is open in the client is
//! what the client shows, saved or not.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashMap;
use serde_json::Value;
use sfmc_db::{
    QueryInfo,
    system::{DiskSystem, OverlaySystem, Stamp},
};

use sfmc_project::{
    ConfigFile, ConfigProblem, Configs, FileSettings, Options, Settings, TableCache, TablesFingerprint, all_rules,
    metadata_of,
};
use sfmc_schema::Schema;

use crate::{requests::survive, uris::DocumentPath};

/// What the project says about a document: the severities of rules, and where it runs.
pub(crate) type FileLevels = FileSettings;

/// What the project says about the tables of a document: those that it sees, and the one that its query fills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileTables {
    pub(crate) schema: Schema,
    pub(crate) query: Arc<QueryInfo>,
}

/// The client's settings and the configuration files.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// Where documents are that are in no folder.
    folder: PathBuf,
    /// What files are read from: the client's texts, in front of the disk.
    system: OverlaySystem,
    /// What came with `initialize`; counts as long as the client has no other settings.
    initial: Value,
    client: Options,
    /// What was read of data extensions: thousands of files, of which hardly any changes.
    tables: Arc<TableCache>,
    configs: Arc<Configs>,
    /// Counts how often it changed; what was read for an older one is stale.
    generation: u64,
    /// The globs of files with tables that the client watches.
    watched: BTreeSet<String>,
    /// The files whose problems the client was told, by path.
    published: FxHashMap<PathBuf, Arc<ConfigFile>>,
}

impl Configuration {
    /// For a workspace.
    pub(crate) fn new(folder: Option<&Path>) -> Configuration {
        let folder = folder.unwrap_or(Path::new("/")).to_owned();
        let system = OverlaySystem::new(Arc::new(DiskSystem));
        let client = Options::default();
        let tables = Arc::default();
        Configuration {
            configs: configs(&folder, &system, &client, &tables),
            tables,
            folder,
            system,
            initial: Value::Null,
            client,
            generation: 0,
            watched: BTreeSet::new(),
            published: FxHashMap::default(),
        }
    }

    /// What the client shows of a file counts; without a text, what is on the disk. Takes effect when the configuration is read anew.
    pub(crate) fn show(&self, path: &Path, text: Option<&str>) {
        match text {
            Some(text) => self.system.open(path, text),
            None => self.system.close(path),
        }
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// What reads settings. For threads that may wait.
    pub(crate) fn reader(&self) -> Arc<Configs> {
        Arc::clone(&self.configs)
    }

    /// Takes over the settings that came with `initialize`.
    pub(crate) fn set_initial(&mut self, settings: &Value) -> Option<Vec<ConfigProblem>> {
        self.initial.clone_from(settings);
        self.set_client(settings)
    }

    /// Takes the client's settings over. `None` if they are what they were, otherwise what is wrong with them.
    pub(crate) fn set_client(&mut self, settings: &Value) -> Option<Vec<ConfigProblem>> {
        let settings = if settings.is_null() { &self.initial } else { settings };
        let (client, problems) = Options::from_client(settings, &all_rules());
        if client == self.client && problems.is_empty() {
            return None;
        }
        self.client = client;
        self.reload();
        Some(problems)
    }

    /// What the client has to watch from now on, and was not asked to before: files with tables that the configuration names.
    pub(crate) fn unwatched(&mut self) -> Vec<String> {
        let mut globs = self.configs.table_globs();
        globs.retain(|glob| self.watched.insert(glob.clone()));
        globs.into_iter().collect()
    }

    /// Forgets what was read, because it may have changed.
    pub(crate) fn reload(&mut self) {
        self.generation += 1;
        self.configs = configs(&self.folder, &self.system, &self.client, &self.tables);
    }

    /// The configuration files whose problems are not those that the client was told. When `complete`, everything that is used has been
    /// read, and what has not been is used no more.
    pub(crate) fn changed_problems(&mut self, complete: bool) -> Vec<Arc<ConfigFile>> {
        let files = self.configs.files();
        let mut changed = Vec::new();
        for file in &files {
            let is_told = match self.published.get(&file.path) {
                // In another text the same bytes can be in another line.
                Some(told) => told.problems == file.problems && (file.problems.is_empty() || told.text == file.text),
                None => file.problems.is_empty(),
            };
            if !is_told {
                self.published.insert(file.path.clone(), Arc::clone(file));
                changed.push(Arc::clone(file));
            }
        }
        if complete {
            let gone = |path: &PathBuf, _: &mut Arc<ConfigFile>| !files.iter().any(|file| file.path == *path);
            for (path, told) in self.published.extract_if(gone) {
                if !told.problems.is_empty() {
                    changed.push(Arc::new(ConfigFile { path, ..ConfigFile::default() }));
                }
            }
        }
        changed
    }
}

fn configs(folder: &Path, system: &OverlaySystem, client: &Options, tables: &Arc<TableCache>) -> Arc<Configs> {
    let system = Arc::new(system.clone());
    let configs = Configs::new(folder, &all_rules()).with_system(system).with_client(client.clone());
    Arc::new(configs.with_tables(Arc::clone(tables)))
}

/// Reads what holds for a document.
pub(crate) fn read_levels(configs: &Configs, document: &DocumentPath) -> FileLevels {
    let read = || match document {
        DocumentPath::File(path) => configs.file_settings(path),
        DocumentPath::Virtual(_) => {
            let folder = configs.folder();
            configs.for_folder(folder).for_file(&folder.join("untitled"), || None)
        }
    };
    // Whatever happens there must be an answer: requests wait for it.
    let nothing = || Settings::new(Path::new("/"), &all_rules(), &[]).for_file(document.as_path(), || None);
    survive(read).unwrap_or_else(nothing)
}

/// Reads what tables a document sees. The first of a business unit reads all of its data extensions.
pub(crate) fn read_tables(configs: &Configs, document: &DocumentPath) -> FileTables {
    let read = |path: &Path| FileTables { schema: configs.schema(path), query: configs.query_info(path) };
    document.file().and_then(|path| survive(|| read(path))).unwrap_or_default()
}

/// Reads what holds for the files of a folder, for what is wrong with it.
pub(crate) fn read_folder(configs: &Configs, folder: &Path) {
    survive(|| configs.for_folder(folder));
}

/// What tells whether something changed that is read for documents: the files with their stamps, and of the many that describe tables one
/// number.
pub(crate) type Stamps = (Vec<(PathBuf, Option<Stamp>)>, TablesFingerprint);

/// Looks for what is read for these documents without reading it: configuration files, and mcdev's metadata.
pub(crate) fn stamps(configs: &Configs, documents: &[PathBuf]) -> Stamps {
    let system = configs.system();
    let files = documents.iter().filter_map(|document| ConfigFile::find(system, document.parent()?));
    let mut found: Vec<_> = files.chain(documents.iter().flat_map(|document| metadata_of(document))).collect();
    found.sort();
    found.dedup();
    let found = found.into_iter().map(|path| (path.clone(), system.stamp(&path).ok()));
    (found.collect(), configs.tables_fingerprint(documents))
}
