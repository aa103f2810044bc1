//! What was read of descriptions of data extensions and of query activities, by file: a file is read again when its stamp is another one.
//!
//! A project can have thousands of them, so that they are read in parallel. One that is damaged, too large or gone while it was read says what it
//! said when it could last be read: somebody is about to change it. Whatever is concluded from the absence of a table has to wait until it
//! can be read again ([`Folder::is_complete`]).

use std::{
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rustc_hash::{FxHashMap, FxHasher};
use sfmc_db::{
    QueryActivity,
    system::{Stamp, System},
};
use sfmc_schema::Table;

use super::csv::parse_csv;
use crate::{
    encoding::decode,
    mcdev::{DataExtension, MAX_METADATA, is_data_extension, parse_data_extension, parse_query},
};

/// More descriptions in one folder are not read.
const MAX_FILES: usize = 50_000;

/// The size of a file with comma-separated values up to which it is read: only its first line counts, and data may follow.
const MAX_CSV: u64 = 64 << 20;

/// Fewer files are not worth a thread.
const MIN_SHARE: usize = 32;

/// What was read, kept as long as nothing has changed. Shared by those who ask again later.
#[derive(Debug, Default)]
pub struct TableCache {
    folders: Mutex<FxHashMap<PathBuf, Arc<Mutex<Known>>>>,
    queries: Mutex<FxHashMap<PathBuf, Activity>>,
}

/// What a file says of a query activity, and the stamp that it had then.
type Activity = (Option<Stamp>, Option<QueryActivity>);

/// What is known of some files.
#[derive(Debug, Default)]
struct Known {
    files: FxHashMap<PathBuf, File>,
    folder: Arc<Folder>,
}

/// A file that was read.
#[derive(Clone, Debug)]
struct File {
    stamp: Option<Stamp>,
    /// As it was when it could last be read.
    found: Option<Arc<Found>>,
    /// It can be read now.
    is_good: bool,
}

/// A description of a table.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) table: Arc<Table>,
    /// Whether it says if it is shared.
    pub(super) says_owner: bool,
}

/// Some descriptions of tables, in order of their paths.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) tables: Vec<Arc<Found>>,
    /// There is such a folder.
    pub(super) exists: bool,
    /// There is, and all in it could be read.
    pub(super) is_complete: bool,
}

/// The files that may describe data extensions.
pub(super) struct Listed {
    pub(super) files: Vec<PathBuf>,
    /// There is something that was not looked at.
    pub(super) is_complete: bool,
}

impl TableCache {
    /// What stands in a folder of data extensions. Nothing outside of `root` is read, whatever links say.
    pub(super) fn folder(&self, system: &dyn System, folder: &Path, root: &Path) -> Arc<Folder> {
        self.read(system, folder, || list(system, folder, root))
    }

    /// What stands in files; `name` is what this list of them is called.
    pub(super) fn files(&self, system: &dyn System, name: &Path, list: impl FnOnce() -> Listed) -> Arc<Folder> {
        self.read(system, name, || Some(list()))
    }

    /// The query activity that a file describes: as it was when the file could last be read. None if it never could, or is gone.
    pub(super) fn query(&self, system: &dyn System, file: &Path) -> Option<QueryActivity> {
        let stamp = system.stamp(file).ok();
        let lock = || self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        let before = lock().get(file).cloned();
        let found = match before {
            _ if stamp.is_none() => None,
            Some((known, activity)) if known == stamp => return activity,
            before => {
                let text = read_text(system, file, MAX_METADATA);
                text.and_then(|text| parse_query(&text)).or_else(|| before?.1)
            }
        };
        lock().insert(file.to_owned(), (stamp, found.clone()));
        found
    }

    fn read(&self, system: &dyn System, name: &Path, list: impl FnOnce() -> Option<Listed>) -> Arc<Folder> {
        let known = {
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(folders.entry(name.to_owned()).or_default())
        };
        // Whoever else asks for this one waits, and then finds it.
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(listed) = list() else {
            if known.folder.exists {
                *known = Known::default();
            }
            return Arc::clone(&known.folder);
        };
        let files = in_parallel(listed.files, |path| look_at(system, path, known.files.get(path)));
        let same = files.len() == known.files.len() && files.iter().all(|(_, (_, changed))| !changed);
        let is_complete = listed.is_complete && files.iter().all(|(_, (file, _))| file.is_good);
        if !same || !known.folder.exists || is_complete != known.folder.is_complete {
            let tables = files.iter().filter_map(|(_, (file, _))| file.found.clone()).collect();
            known.folder = Arc::new(Folder { tables, exists: true, is_complete });
        }
        known.files = files.into_iter().map(|(path, (file, _))| (path, file)).collect();
        Arc::clone(&known.folder)
    }
}

/// Does the same for many files, on several threads. They are threads of their own: one of a pool that waits for the others would take up
/// something else meanwhile, and that may need what this one holds.
fn in_parallel<T: Send>(files: Vec<PathBuf>, work: impl Fn(&Path) -> T + Sync) -> Vec<(PathBuf, T)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len() / MIN_SHARE);
    if threads < 2 {
        return files.into_iter().map(|path| (path.clone(), work(&path))).collect();
    }
    let share = files.len().div_ceil(threads);
    let done: Vec<Vec<T>> = std::thread::scope(|scope| {
        let work = &work;
        let shares = files.chunks(share);
        let start = shares.map(|paths| scope.spawn(move || paths.iter().map(|path| work(path)).collect()));
        // All of them are started before one is waited for.
        let running: Vec<_> = start.collect();
        let ends = running.into_iter().map(std::thread::ScopedJoinHandle::join);
        ends.map(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    files.into_iter().zip(done.into_iter().flatten()).collect()
}

/// Reads a file unless it is what it was; says whether it is another one now.
fn look_at(system: &dyn System, path: &Path, before: Option<&File>) -> (File, bool) {
    // Before it is read: what changes meanwhile is read again.
    let stamp = system.stamp(path).ok();
    if let Some(before) = before.filter(|before| before.stamp == stamp && stamp.is_some()) {
        return (before.clone(), false);
    }
    let read = read_table(system, path).map(Arc::new);
    let is_good = read.is_some();
    if !is_good {
        tracing::debug!("{}: says nothing of a data extension", path.display());
    }
    let found = read.or_else(|| before?.found.clone());
    (File { stamp, found, is_good }, true)
}

fn read_table(system: &dyn System, path: &Path) -> Option<Found> {
    let is_csv = is_csv(path);
    let text = read_text(system, path, if is_csv { MAX_CSV } else { MAX_METADATA })?;
    if is_csv {
        return Some(Found { table: Arc::new(parse_csv(&text, path)?), says_owner: true });
    }
    let DataExtension { table, says_owner } = parse_data_extension(&text, path)?;
    Some(Found { table: Arc::new(table), says_owner })
}

fn read_text(system: &dyn System, path: &Path, limit: u64) -> Option<String> {
    Some(decode(system.read(path, limit).ok()?).ok()?.text)
}

/// Whether a file holds comma-separated values, by its name.
pub(super) fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

/// The descriptions in a folder, by path; none if there is no such folder inside of `root`.
fn list(system: &dyn System, folder: &Path, root: &Path) -> Option<Listed> {
    let entries = fs::read_dir(folder).ok()?;
    let root = system.real(root)?;
    let is_inside = |path: &Path| system.real(path).is_some_and(|real| real.starts_with(&root));
    if !is_inside(folder) {
        tracing::debug!("{}: leads out of the project, and is not followed", folder.display());
        return None;
    }
    let mut listed = Listed { files: Vec::new(), is_complete: true };
    for entry in entries {
        let Ok(entry) = entry else {
            listed.is_complete = false;
            continue;
        };
        let path = entry.path();
        if !is_data_extension(&path) {
            continue;
        }
        let is_link = entry.file_type().is_ok_and(|file_type| file_type.is_symlink());
        if (is_link && !is_inside(&path)) || listed.files.len() >= MAX_FILES {
            listed.is_complete = false;
            continue;
        }
        listed.files.push(path);
    }
    listed.files.sort();
    Some(listed)
}

/// What some files are, in one number: another one means that one of them has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TablesFingerprint(u64);

impl TablesFingerprint {
    /// Adds a file, which may be missing.
    pub(super) fn file(&mut self, system: &dyn System, path: &Path) {
        let mut hasher = FxHasher::default();
        (self.0, path, system.stamp(path).ok().map(|stamp| (stamp.len, stamp.modified))).hash(&mut hasher);
        self.0 = hasher.finish();
    }

    /// Adds the descriptions in a folder.
    pub(super) fn folder(&mut self, system: &dyn System, folder: &Path, root: &Path) {
        for path in list(system, folder, root).map(|listed| listed.files).unwrap_or_default() {
            self.file(system, &path);
        }
    }
}
