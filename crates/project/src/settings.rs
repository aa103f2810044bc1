//! What the configuration means for a file: [`Settings`].

mod layer;
mod selection;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rustc_hash::FxHashMap;
use sfmc_catalog::{Context, Environment};
use sfmc_diagnostics::{Rule, Severity};

use self::{layer::Layer, selection::Selection};
use crate::{
    globs::Globs,
    mcdev,
    name_pattern::VariableNames,
    options::{ErrorOn, Options, ParameterHints, Platform, SchemaOptions},
    paths::normalized,
};

/// The configuration of a folder, resolved. Cheap to clone.
///
/// It is made of layers of [`Options`], of which a later one decides over an earlier one; within a layer, what stands under
/// `overrides` decides over the rest, and a later override over an earlier one.
#[derive(Clone)]
pub struct Settings(Arc<Inner>);

struct Inner {
    root: PathBuf,
    rules: Arc<RuleTable>,
    layers: Vec<Layer>,
    error_on: Option<Severity>,
    notes: Notes,
    variable_names: Option<Arc<VariableNames>>,
    /// The files that these name.
    table_files: Globs,
    tables: SchemaOptions,
    include: Globs,
    exclude: Globs,
    queries: Globs,
    /// The settings of every combination of overrides that was met.
    resolved: Mutex<FxHashMap<Variant, FileSettings>>,
}

/// The rules, by their ids.
#[derive(Debug, Default)]
struct RuleTable {
    rules: Vec<&'static Rule>,
    index: FxHashMap<&'static str, usize>,
}

/// What distinguishes the settings of files.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Variant {
    /// For each layer, the overrides that apply.
    overrides: Vec<Vec<usize>>,
    context: Option<Context>,
    is_block: bool,
    is_query: bool,
}

impl Settings {
    /// Layers options over the defaults. Relative paths and globs start from `root`, which is absolute.
    ///
    /// What is wrong with the options was reported when they were read, and has no effect here.
    pub fn new(root: &Path, rules: &[&'static Rule], layers: &[&Options]) -> Settings {
        let index = rules.iter().enumerate().map(|(index, rule)| (rule.id, index)).collect();
        let error_on = layers.iter().filter_map(|options| options.error_on).next_back();
        let files = || layers.iter().map(|options| &options.files);
        let tables = SchemaOptions::layered(layers.iter().map(|options| &options.schema));
        Settings(Arc::new(Inner {
            root: normalized(root),
            rules: Arc::new(RuleTable { rules: rules.to_vec(), index }),
            layers: layers.iter().map(|options| Layer::new(options)).collect(),
            error_on: error_on.unwrap_or(ErrorOn::Error).severity(),
            notes: Notes::new(layers),
            variable_names: variable_names(layers),
            table_files: Globs::new(&tables.files),
            tables,
            include: Globs::new(files().flat_map(|files| &files.include)),
            exclude: Globs::new(files().flat_map(|files| &files.exclude)),
            queries: Globs::new(files().flat_map(|files| &files.queries)),
            resolved: Mutex::default(),
        }))
    }

    /// The folder that globs start from: that of the configuration file.
    pub fn root(&self) -> &Path {
        &self.0.root
    }

    /// Whether a finding makes a check fail.
    pub fn is_failure(&self, severity: Severity) -> bool {
        self.0.error_on.is_some_and(|least| severity >= least)
    }

    /// Whether a walk has to leave out a file or a folder.
    pub fn excludes(&self, path: &Path) -> bool {
        self.0.exclude.is_match(&self.relative(path))
    }

    /// Whether a walk has to take a file whatever its name is.
    pub fn includes(&self, path: &Path) -> bool {
        self.0.include.is_match(&self.relative(path))
    }

    /// Whether the configuration names a file as one that describes a data extension.
    pub(crate) fn names_table_file(&self, path: &Path) -> bool {
        path.starts_with(self.root()) && self.0.table_files.is_match(&self.relative(path))
    }

    /// What data extensions there are beside those that mcdev has written down.
    pub(crate) fn tables(&self) -> &SchemaOptions {
        &self.0.tables
    }

    /// What holds for a file, given by its absolute path or by the one from [`Settings::root`].
    ///
    /// Where it runs: as a glob of the configuration says; else `found`, which is what else the project says and is only
    /// asked then; else as the option `context` says.
    pub fn for_file(&self, path: &Path, found: impl FnOnce() -> Option<Context>) -> FileSettings {
        let path = self.relative(path);
        let variant = self.variant(&path, found);
        let mut resolved = self.0.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(settings) = resolved.get(&variant) {
            return settings.clone();
        }
        let settings = self.resolve(&variant);
        resolved.insert(variant, settings.clone());
        settings
    }

    fn relative(&self, path: &Path) -> PathBuf {
        let path = normalized(path);
        path.strip_prefix(self.root()).map(Path::to_owned).unwrap_or(path)
    }

    fn variant(&self, path: &Path, found: impl FnOnce() -> Option<Context>) -> Variant {
        let layers = &self.0.layers;
        // That a file can run anywhere is an answer, too.
        let context = match layers.iter().rev().find_map(|layer| layer.context(path)) {
            Some(configured) => configured.known(),
            None => found().or_else(|| layers.iter().rev().find_map(|layer| layer.fallback_context)?.known()),
        };
        // Wherever it is said to run, it is included there.
        let is_block = mcdev::is_block(path);
        let is_query = self.0.queries.is_match(path);
        Variant { overrides: layers.iter().map(|layer| layer.overrides(path)).collect(), context, is_block, is_query }
    }

    fn resolve(&self, variant: &Variant) -> FileSettings {
        let mut selection = Selection::new(&self.0.rules.rules);
        let (mut platform, mut api_version) = (Platform::default(), None);
        for (layer, overrides) in self.0.layers.iter().zip(&variant.overrides) {
            for table in layer.tables(overrides) {
                selection.apply(&table.rules);
                platform = table.target.unwrap_or(platform);
                api_version = table.api_version.or(api_version);
            }
        }
        FileSettings(Arc::new(Resolved {
            rules: Arc::clone(&self.0.rules),
            severities: selection.severities(),
            notes: self.0.notes,
            variable_names: self.0.variable_names.clone(),
            environment: Environment {
                context: variant.context,
                platform: platform.with_api_version(api_version),
                is_block: variant.is_block,
            },
            is_query: variant.is_query,
        }))
    }
}

/// The pattern that the last layer gives; mistakes were reported where they stand.
fn variable_names(layers: &[&Options]) -> Option<Arc<VariableNames>> {
    let written = layers.iter().rev().find_map(|options| options.variable_names.as_deref())?;
    VariableNames::new(written).ok().map(Arc::new)
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("root", &self.0.root).finish_non_exhaustive()
    }
}

/// What an editor shows beside the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Notes {
    /// At which arguments the names of parameters.
    pub parameters: ParameterHints,
    /// At an end what it ends.
    pub ends: bool,
    /// At a variable the type of its value.
    pub types: bool,
    /// Above a variable how often it is named.
    pub references: bool,
}

impl Notes {
    fn new(layers: &[&Options]) -> Notes {
        let hints = || layers.iter().rev().map(|options| &options.inlay_hints);
        let lenses = || layers.iter().rev().map(|options| &options.code_lens);
        Notes {
            parameters: hints().find_map(|hints| hints.parameters).unwrap_or_default(),
            ends: hints().find_map(|hints| hints.ends).unwrap_or(true),
            types: hints().find_map(|hints| hints.types).unwrap_or(true),
            references: lenses().find_map(|lenses| lenses.references).unwrap_or(false),
        }
    }
}

/// What the configuration says about a file. Cheap to clone; files about which it says the same share it, and two are equal
/// when they say the same.
#[derive(Clone)]
pub struct FileSettings(Arc<Resolved>);

struct Resolved {
    rules: Arc<RuleTable>,
    severities: Vec<Option<Severity>>,
    notes: Notes,
    variable_names: Option<Arc<VariableNames>>,
    environment: Environment,
    is_query: bool,
}

impl FileSettings {
    /// How severe the findings of a rule are; `None` if it is off. A rule that the configuration was resolved without has its
    /// own defaults.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        match self.0.rules.index.get(rule.id) {
            Some(&index) => self.0.severities[index],
            None => rule.on_by_default.then_some(rule.severity),
        }
    }

    /// The severities of all rules, in the order in which [`Settings::new`] got them.
    pub fn severities(&self) -> &[Option<Severity>] {
        &self.0.severities
    }

    /// What an editor shows beside the code.
    pub fn notes(&self) -> Notes {
        self.0.notes
    }

    /// What names of variables have to look like, if the configuration says it.
    pub(crate) fn variable_names(&self) -> Option<&VariableNames> {
        self.0.variable_names.as_deref()
    }

    /// Where the file runs, and on what.
    pub fn environment(&self) -> Environment {
        self.0.environment
    }

    /// Whether the file holds the query of one query activity.
    pub fn is_query(&self) -> bool {
        self.0.is_query
    }
}

impl PartialEq for FileSettings {
    fn eq(&self, other: &FileSettings) -> bool {
        let (a, b) = (&*self.0, &*other.0);
        Arc::ptr_eq(&self.0, &other.0)
            || a.environment == b.environment
                && a.is_query == b.is_query
                && a.notes == b.notes
                && a.variable_names == b.variable_names
                && a.severities == b.severities
                && a.rules.rules == b.rules.rules
    }
}

impl Eq for FileSettings {}

impl fmt::Debug for FileSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileSettings").field("environment", &self.0.environment).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
