//! Which configuration holds for which folder: [`Configs`].

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rustc_hash::FxHashMap;
use sfmc_db::{
    QueryInfo,
    system::{DiskSystem, System},
};
use sfmc_diagnostics::Rule;
use sfmc_schema::Schema;

use crate::{
    config::ConfigFile,
    mcdev::Metadata,
    options::{Glob, Options},
    paths::normalized,
    settings::{FileSettings, Settings},
    tables::{ProjectTables, TableCache, TablesFingerprint},
};

/// All configurations of a run. Each file has the configuration that is nearest above it; it is read when a file asks for
/// it for the first time, and so is mcdev's metadata. To notice that either has changed, make a new one of these.
#[derive(Debug)]
pub struct Configs {
    folder: PathBuf,
    system: Arc<dyn System>,
    rules: Vec<&'static Rule>,
    client: Options,
    command_line: Options,
    choice: Choice,
    found: Mutex<Found>,
    metadata: Metadata,
    tables: ProjectTables,
}

#[derive(Debug)]
enum Choice {
    Nearest,
    This(PathBuf),
    None,
}

#[derive(Debug, Default)]
struct Found {
    folders: FxHashMap<PathBuf, Settings>,
    /// By the path of the configuration; `None` where there is none.
    settings: FxHashMap<Option<PathBuf>, Settings>,
    files: Vec<Arc<ConfigFile>>,
}

impl Configs {
    /// Configurations for the files in and around the working folder `folder`, which is absolute.
    pub fn new(folder: &Path, rules: &[&'static Rule]) -> Configs {
        Configs {
            folder: normalized(folder),
            system: Arc::new(DiskSystem),
            rules: rules.to_vec(),
            client: Options::default(),
            command_line: Options::default(),
            choice: Choice::Nearest,
            found: Mutex::default(),
            metadata: Metadata::default(),
            tables: ProjectTables::default(),
        }
    }

    /// Keeps what is read of data extensions in a place of which the next one of these can take it.
    #[must_use]
    pub fn with_tables(mut self, cache: Arc<TableCache>) -> Configs {
        self.tables = ProjectTables::new(cache);
        self
    }

    /// Reads from another system than the disk.
    #[must_use]
    pub fn with_system(mut self, system: Arc<dyn System>) -> Configs {
        self.system = system;
        self
    }

    /// Lets the settings of an editor decide over configuration files.
    #[must_use]
    pub fn with_client(mut self, options: Options) -> Configs {
        self.client = options;
        self
    }

    /// Lets the arguments of the command line decide over everything else.
    #[must_use]
    pub fn with_command_line(mut self, options: Options) -> Configs {
        self.command_line = options;
        self
    }

    /// Uses this configuration file for all files.
    #[must_use]
    pub fn with_file(mut self, path: &Path) -> Configs {
        self.choice = Choice::This(self.absolute(path));
        self
    }

    /// Uses no configuration file.
    #[must_use]
    pub fn without_files(mut self) -> Configs {
        self.choice = Choice::None;
        self
    }

    /// The folder that relative paths start from.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What files are read from.
    pub fn system(&self) -> &dyn System {
        &*self.system
    }

    /// The configuration for a file.
    pub fn for_file(&self, path: &Path) -> Settings {
        let path = self.absolute(path);
        self.for_absolute_folder(path.parent().unwrap_or(&path))
    }

    /// What the configuration and the rest of the project say about a file.
    pub fn file_settings(&self, path: &Path) -> FileSettings {
        let path = self.absolute(path);
        self.for_file(&path).for_file(&path, || self.metadata.context(self.system(), &path))
    }

    /// The tables that the code of a file can name.
    pub fn schema(&self, path: &Path) -> Schema {
        let path = self.absolute(path);
        self.tables.schema(self.system(), &path, &self.for_file(&path))
    }

    /// Whether [`Configs::schema`] could know more than the data views: cheap, where that may have to read thousands of files.
    pub fn may_have_tables(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        self.tables.may_have_any(self.system(), &path, &self.for_file(&path))
    }

    /// What is known of a file of SQL beside its text and its tables.
    pub fn query_info(&self, path: &Path) -> Arc<QueryInfo> {
        let path = self.absolute(path);
        self.tables.query(self.system(), &path, &self.file_settings(&path))
    }

    /// What tells whether [`Configs::schema`] or [`Configs::query_info`] would now say something else of some files.
    pub fn tables_fingerprint(&self, paths: &[PathBuf]) -> TablesFingerprint {
        let files = paths.iter().map(|path| self.absolute(path)).map(|path| (self.for_file(&path), path));
        self.tables.fingerprint(self.system(), files)
    }

    /// The configuration for the files that stand in a folder.
    pub fn for_folder(&self, path: &Path) -> Settings {
        self.for_absolute_folder(&self.absolute(path))
    }

    /// Every configuration file that was read, by path.
    pub fn files(&self) -> Vec<Arc<ConfigFile>> {
        let mut files = self.found().files.clone();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// What a client has to watch to tell of the files that the configurations name that were read: globs for any folder.
    pub fn table_globs(&self) -> BTreeSet<String> {
        let found = self.found();
        let files = found.settings.values().flat_map(|settings| &settings.tables().files);
        let globs = files.flat_map(|Glob(glob)| {
            let glob = glob.trim_start_matches("./").trim_matches('/');
            // A folder means what is in it.
            [format!("**/{glob}"), format!("**/{glob}/**")]
        });
        globs.collect()
    }

    /// Whether one of them names this file as one that describes a data extension.
    pub fn names_table_file(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        self.found().settings.values().any(|settings| settings.names_table_file(&path))
    }

    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        normalized(&self.folder.join(path))
    }

    /// The configuration for a folder, given by its absolute path without dots.
    pub(crate) fn for_absolute_folder(&self, folder: &Path) -> Settings {
        if let Some(settings) = self.found().folders.get(folder) {
            return settings.clone();
        }
        // The lock is not held while the disk is asked.
        let config = match &self.choice {
            Choice::Nearest => ConfigFile::find_in(self.system(), folder),
            Choice::This(path) => Some(path.clone()),
            Choice::None => None,
        };
        let settings = match (config, folder.parent(), &self.choice) {
            (None, Some(parent), Choice::Nearest) => self.for_absolute_folder(parent),
            (config, ..) => self.load(config),
        };
        self.found().folders.insert(folder.to_owned(), settings.clone());
        settings
    }

    fn load(&self, config: Option<PathBuf>) -> Settings {
        let mut found = self.found();
        if let Some(settings) = found.settings.get(&config) {
            return settings.clone();
        }
        let file = config.as_deref().map(|path| Arc::new(ConfigFile::read(self.system(), path, &self.rules)));
        let none = Options::default();
        let root = config.as_deref().and_then(Path::parent).unwrap_or(&self.folder);
        let in_file = file.as_ref().map_or(&none, |file| &file.options);
        let settings = Settings::new(root, &self.rules, &[in_file, &self.client, &self.command_line]);
        found.files.extend(file);
        found.settings.insert(config, settings.clone());
        settings
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sfmc_diagnostics::Severity;

    use super::*;
    use sfmc_catalog::Context;

    use crate::{options::ErrorOn, rules::RULES};

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn the_nearest_configuration_counts() {
        let folder = project(&[
            ("sfmc-analyzer.toml", "contexts = { 'a' = 'email' }"),
            ("a/b/.sfmc-analyzer.toml", "contexts = { '/x.html' = 'sms' }"),
        ]);
        let configs = Configs::new(folder.path(), RULES);
        let context = |path: &str| configs.file_settings(Path::new(path)).environment().context;
        assert_eq!(context("a/x.html"), Some(Context::Email));
        assert_eq!(context("a/b/x.html"), Some(Context::Sms));
        assert_eq!(context("a/b/y.html"), None);
        assert_eq!(context("a/b/../x.html"), Some(Context::Email));
        assert_eq!(context("x.html"), None);
        let inner = Configs::new(&folder.path().join("a"), RULES);
        assert_eq!(inner.file_settings(Path::new("x.html")).environment().context, Some(Context::Email));
        assert_eq!(inner.file_settings(Path::new("../x.html")).environment().context, None);
        assert_eq!(configs.files().len(), 2);
        assert_eq!(configs.for_folder(Path::new("a/c")).root(), folder.path());
    }

    #[test]
    fn one_for_all_or_none() {
        let folder = project(&[("sfmc-analyzer.toml", "error-on = 'hint'"), ("ci/ci.toml", "error-on = 'never'")]);
        let fails = |configs: Configs| configs.for_file(Path::new("a.html")).is_failure(Severity::Error);
        let fails_on_hint = |configs: Configs| configs.for_file(Path::new("a.html")).is_failure(Severity::Hint);
        let new = || Configs::new(folder.path(), RULES);
        assert!(fails_on_hint(new()));
        assert!(!fails(new().with_file(Path::new("ci/ci.toml"))));
        assert!(fails(new().without_files()) && !fails_on_hint(new().without_files()));
        let client = Options { error_on: Some(ErrorOn::Never), ..Options::default() };
        assert!(!fails(new().with_client(client.clone())));
        let command_line = Options { error_on: Some(ErrorOn::Error), ..Options::default() };
        assert!(fails(new().with_client(client).with_command_line(command_line)));
    }

    #[test]
    fn a_configuration_that_is_named_has_to_be_there() {
        let folder = project(&[]);
        let configs = Configs::new(folder.path(), RULES).with_file(Path::new("missing.toml"));
        configs.for_file(Path::new("a.html"));
        let files = configs.files();
        assert_eq!(files[0].problems[0].message, "the configuration is not used: there is no such file or folder");
    }
}
