//! What tables the code of a project can name: the data extensions that mcdev has written down, those that the configuration names, and who
//! sees which.
//!
//! A file sees what its business unit sees. One that stands in none of mcdev's folders sees what the configuration says: the data extensions of
//! the unit that it names, if it names one. Everything is read when somebody asks for it, once; see [`cache`].

mod cache;
mod configured;
mod csv;
mod unit;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::{QueryActivity, QueryInfo, system::System};
use sfmc_schema::Schema;

pub use cache::{TableCache, TablesFingerprint};

use crate::{
    mcdev::{self, Layout, MARKER, Unit},
    settings::{FileSettings, Settings},
};

/// The tables of a project, as far as somebody asked for them.
#[derive(Debug, Default)]
pub(crate) struct ProjectTables {
    cache: Arc<TableCache>,
    /// By folder.
    layouts: Mutex<FxHashMap<PathBuf, Option<Arc<Layout>>>>,
    schemas: Mutex<FxHashMap<Viewer, Arc<OnceLock<Schema>>>>,
}

/// Who sees the same: the files of a configuration and a business unit.
type Viewer = (PathBuf, Option<Unit>);

impl ProjectTables {
    /// What was read before is only read again where it has changed.
    pub(crate) fn new(cache: Arc<TableCache>) -> ProjectTables {
        ProjectTables { cache, ..ProjectTables::default() }
    }

    /// What the code of a file sees, given by its absolute path.
    pub(crate) fn schema(&self, system: &dyn System, path: &Path, settings: &Settings) -> Schema {
        let unit = self.unit_that_counts(system, path, settings);
        let slot = {
            let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(schemas.entry((settings.root().to_owned(), unit.clone())).or_default())
        };
        // The lock is not held while the disk is asked.
        slot.get_or_init(|| unit::schema(system, &self.cache, unit.as_ref(), settings)).clone()
    }

    /// Whether anything is known that code of a file could name, beside the data views.
    pub(crate) fn may_have_any(&self, system: &dyn System, path: &Path, settings: &Settings) -> bool {
        !settings.tables().is_empty() || self.unit_that_counts(system, path, settings).is_some()
    }

    /// What is known of a file of SQL beside its text.
    pub(crate) fn query(&self, system: &dyn System, path: &Path, settings: &FileSettings) -> Arc<QueryInfo> {
        let metadata = mcdev::query_metadata_of(path);
        let activity = metadata.map(|file| self.cache.query(system, &file).unwrap_or_default());
        let activity = activity.or_else(|| settings.is_query().then(QueryActivity::default));
        Arc::new(QueryInfo { activity, unit: self.unit(system, path).map(|unit| unit.kind()) })
    }

    /// What tells whether something of this has changed for some files, without reading more than names and times.
    pub(crate) fn fingerprint(
        &self,
        system: &dyn System,
        files: impl IntoIterator<Item = (Settings, PathBuf)>,
    ) -> TablesFingerprint {
        let mut found = TablesFingerprint::default();
        let mut viewers = FxHashSet::default();
        for (settings, path) in files {
            if let Some(metadata) = mcdev::query_metadata_of(&path) {
                found.file(system, &metadata);
            }
            let unit = self.unit_that_counts(system, &path, &settings);
            if !viewers.insert((settings.root().to_owned(), unit.clone())) {
                continue;
            }
            if let Some(unit) = unit {
                found.file(system, &unit.root.join(MARKER));
                unit::fingerprint(system, &unit, &mut found);
            }
            configured::fingerprint(system, &settings, &mut found);
        }
        found
    }

    /// The business unit that a file belongs to, or else the one that the configuration names.
    fn unit_that_counts(&self, system: &dyn System, path: &Path, settings: &Settings) -> Option<Unit> {
        self.unit(system, path).or_else(|| {
            let name = settings.tables().unit.as_deref().map(Path::new)?;
            let layout = self.layout(system, path.parent()?);
            let layout = layout.map_or_else(|| Layout::usual(settings.root()), |layout| (*layout).clone());
            layout.unit(name)
        })
    }

    /// The business unit that a file belongs to.
    fn unit(&self, system: &dyn System, path: &Path) -> Option<Unit> {
        match self.layout(system, path.parent()?) {
            Some(layout) => layout.unit_of(path),
            None => Layout::guess(path)?.unit_of(path),
        }
    }

    /// The folders of the project around a folder: the nearest one with a marker.
    fn layout(&self, system: &dyn System, folder: &Path) -> Option<Arc<Layout>> {
        let known = |folder: &Path| {
            let layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
            layouts.get(folder).cloned()
        };
        let mut unknown = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(layout) = known(folder) {
                found = layout;
                break;
            }
            unknown.push(folder.to_owned());
            if system.exists(&folder.join(MARKER)) {
                found = Some(Arc::new(Layout::read(system, folder)));
                break;
            }
        }
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        for folder in unknown {
            layouts.insert(folder, found.clone());
        }
        found
    }
}

/// Whether a file says what tables there are, by its name: the metadata of a data extension, the marker of a project, a file such as
/// the configuration may name; or the folder of the first.
pub fn describes_tables(path: &Path) -> bool {
    mcdev::is_data_extension(path)
        || mcdev::is_data_extension_folder(path)
        || cache::is_csv(path)
        || path.file_name().is_some_and(|name| name == MARKER)
}

/// What is known of a file of SQL by its path alone.
pub fn query_info(path: &Path) -> Arc<QueryInfo> {
    let activity = mcdev::query_metadata_of(path).map(|_| QueryActivity::default());
    let unit = Layout::guess(path).and_then(|layout| layout.unit_of(path));
    Arc::new(QueryInfo { activity, unit: unit.map(|unit| unit.kind()) })
}

#[cfg(test)]
mod tests;
