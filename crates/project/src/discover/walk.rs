//! The files in a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use ignore::{DirEntry, WalkBuilder, WalkState};
use sfmc_db::system::Unreadable;
use sfmc_diagnostics::Severity;

use super::{Candidate, FoundFile, PathProblem, Root};
use crate::{configs::Configs, file_name, paths::displayed};

/// Left out of every walk, whatever the configuration says. A walk that is sent to one of them or into it goes there.
const NEVER: &[&str] = &["node_modules"];

/// Finds the files in a folder, in parallel and in no particular order.
pub(super) fn walk(
    root: &Root<'_>,
    configs: &Configs,
    candidates: &mut Vec<Candidate>,
    problems: &mut Vec<PathProblem>,
) {
    let folder = configs.absolute(root.named);
    if configs.for_absolute_folder(&folder).excludes(&folder) {
        problems.push(PathProblem {
            path: displayed(root.named),
            message: "nothing in this folder is checked: the configuration excludes it".to_owned(),
            help: Some("name its files, or change `exclude` under `[files]`".to_owned()),
            severity: Severity::Warning,
        });
        return;
    }
    let visitor = Visitor { root, folder, configs, found: Mutex::default() };
    let blocked = Arc::new(Mutex::new(Vec::new()));
    let has_readable_parents = root.real.ancestors().all(|folder| !has_blocking_gitignore(folder));
    if !has_readable_parents {
        lock(&blocked).push(root.real.clone());
    }
    let is_open = {
        let blocked = Arc::clone(&blocked);
        move |entry: &DirEntry| {
            let is_folder = entry.file_type().is_some_and(|file_type| file_type.is_dir());
            let is_open = !is_folder || !has_blocking_gitignore(entry.path());
            if !is_open {
                lock(&blocked).push(entry.path().to_owned());
            }
            is_open
        }
    };
    if has_readable_parents {
        // Where no link is followed, the path of a file below the real path of the root is the real path of the file.
        WalkBuilder::new(&root.real)
            .require_git(false)
            .ignore(false)
            .filter_entry(is_open)
            .build_parallel()
            .run(|| Box::new(|entry| visitor.visit(entry)));
    }
    let found = visitor.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    candidates.extend(found.candidates);
    problems.extend(found.problems);
    for path in lock(&blocked).iter() {
        problems.push(PathProblem {
            path: root.displayed(path.strip_prefix(&root.real).unwrap_or(path)),
            message: "nothing in this folder is checked: its `.gitignore` is not a file".to_owned(),
            help: Some("remove it".to_owned()),
            severity: Severity::Error,
        });
    }
}

impl Root<'_> {
    /// A path inside of the root as it is shown.
    fn displayed(&self, inner: &Path) -> PathBuf {
        if inner.as_os_str().is_empty() { displayed(self.named) } else { displayed(&self.named.join(inner)) }
    }
}

/// Whether whoever opened the `.gitignore` of a folder would wait, since it is a pipe or a device.
fn has_blocking_gitignore(folder: &Path) -> bool {
    let metadata = fs::metadata(folder.join(".gitignore"));
    metadata.is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

struct Visitor<'a> {
    root: &'a Root<'a>,
    /// The absolute path of the root as it was named, by which the configuration knows it.
    folder: PathBuf,
    configs: &'a Configs,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
    problems: Vec<PathProblem>,
}

impl Visitor<'_> {
    fn visit(&self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => self.entry(&entry),
            Err(error) => {
                self.error(&error);
                WalkState::Continue
            }
        }
    }

    fn entry(&self, entry: &DirEntry) -> WalkState {
        if let Some(error) = entry.error() {
            tracing::debug!("{}: {error}", entry.path().display());
        }
        let (Some(file_type), Ok(inner)) = (entry.file_type(), entry.path().strip_prefix(&self.root.real)) else {
            return WalkState::Continue;
        };
        if inner.as_os_str().is_empty() {
            return WalkState::Continue;
        }
        let path = self.folder.join(inner);
        let settings = self.configs.for_absolute_folder(path.parent().unwrap_or(&path));
        if NEVER.iter().any(|name| entry.file_name() == *name) || settings.excludes(&path) {
            return WalkState::Skip;
        }
        if file_type.is_dir() || !(file_name::is_code(&path) || settings.includes(&path)) {
            return WalkState::Continue;
        }
        if file_type.is_symlink() {
            self.link(entry.path(), inner);
        } else if file_type.is_file() {
            self.take(entry.path().to_owned(), inner, false);
        } else {
            self.skip(inner, Unreadable::special(file_type), Severity::Warning);
        }
        WalkState::Continue
    }

    /// A link whose name says that it leads to code.
    fn link(&self, link: &Path, inner: &Path) {
        let target = fs::metadata(link).and_then(|metadata| Ok((metadata, fs::canonicalize(link)?)));
        match target {
            Ok((metadata, real)) if metadata.is_file() && real.starts_with(&self.root.real) => {
                self.take(real, inner, true);
            }
            Ok(_) => tracing::debug!("{}: a link that is not followed", link.display()),
            Err(error) => self.skip(inner, Unreadable::from_io(link, &error), Severity::Warning),
        }
    }

    fn take(&self, real: PathBuf, inner: &Path, is_link: bool) {
        let found = FoundFile { path: self.root.displayed(inner), is_named: false };
        let candidate = Candidate { real, order: self.root.order, is_link, found };
        lock(&self.found).candidates.push(candidate);
    }

    fn skip(&self, inner: &Path, why: Unreadable, severity: Severity) {
        let problem = PathProblem::new(&self.root.displayed(inner), why);
        lock(&self.found).problems.push(PathProblem { severity, ..problem });
    }

    /// A folder that cannot be listed. What is wrong with a line of a `.gitignore` is git's business.
    fn error(&self, error: &ignore::Error) {
        let gone = error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
        let (Some(path), Some(reason)) = (path_of(error), error.io_error()) else {
            tracing::debug!("{error}");
            return;
        };
        if gone || path.ends_with(".gitignore") || error.is_partial() {
            tracing::debug!("{error}");
            return;
        }
        let inner = path.strip_prefix(&self.root.real).unwrap_or(path);
        self.skip(inner, Unreadable::from_io(path, reason), Severity::Error);
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
