//! From the files and folders of the command line to the files to check: [`discover`].

mod walk;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use rustc_hash::FxHashSet;
use sfmc_db::system::Unreadable;
use sfmc_diagnostics::{Diagnostic, Severity, similar::closest};
use sfmc_syntax::TextRange;

use crate::{configs::Configs, paths::displayed, source::ReadErrorKind};

/// What there is to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// The files, by path, each once.
    pub files: Vec<FoundFile>,
    /// What could not be looked at, by path.
    pub problems: Vec<PathProblem>,
}

/// A file to check.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// Its path as it is to be shown: as it was named, or below the folder as that was named. A relative path starts from
    /// [`Configs::folder`].
    pub path: PathBuf,
    /// Whether the file itself was named, rather than a folder around it.
    pub is_named: bool,
}

/// A file or folder that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathProblem {
    /// Its path, as [`FoundFile::path`].
    pub path: PathBuf,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// How bad it is.
    pub severity: Severity,
}

impl PathProblem {
    /// The problem as a finding in the file or folder.
    pub fn diagnostic(&self) -> Diagnostic {
        let rule = &crate::rules::FILE_UNREADABLE;
        let mut diagnostic = Diagnostic::new(rule, TextRange::default(), self.message.clone());
        diagnostic.severity = self.severity;
        diagnostic.help.clone_from(&self.help);
        diagnostic
    }

    fn new(path: &Path, why: Unreadable) -> PathProblem {
        let kind = ReadErrorKind::from(why);
        PathProblem {
            path: displayed(path),
            message: kind.to_string(),
            help: Some(kind.help().to_owned()),
            severity: Severity::Error,
        }
    }
}

impl fmt::Display for PathProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

/// Finds the files to check.
///
/// A file that is named is taken, whatever it is called and whatever the configuration says. Of a folder, those files are
/// taken whose names say that they hold code, and those that the configuration includes; hidden ones, those that a
/// `.gitignore` names (inside of a repository or not) and those that the configuration excludes are left out, `node_modules`
/// too. A folder that is named is looked into even if the walk of a folder around it had left it out, but for what the
/// configuration excludes: that is told. Symbolic
/// links are followed where they are named. In a folder, links to other folders are not followed, and links to files only
/// to files in the same folder, so that a walk ends and stays where it was sent.
///
/// A file that is reached in several ways is taken once, by the name that leads to it first.
pub fn discover(paths: &[PathBuf], configs: &Configs) -> Discovered {
    let mut candidates = Vec::new();
    let mut problems = Vec::new();
    let mut walked = FxHashSet::default();
    for (order, path) in paths.iter().enumerate() {
        let real = match inspect(path, configs) {
            Ok(real) => real,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let root = Root { named: path, real: real.path, order };
        if !real.is_folder {
            candidates.push(Candidate::named(root));
        } else if walked.insert(root.real.clone()) {
            walk::walk(&root, configs, &mut candidates, &mut problems);
        }
    }
    // The same thing may be met in a folder and named; the latter is worse.
    problems.sort_by(|a, b| (&a.path, &a.message, b.severity).cmp(&(&b.path, &b.message, a.severity)));
    problems.dedup_by(|a, b| (&a.path, &a.message) == (&b.path, &b.message));
    Discovered { files: once(candidates), problems }
}

/// A way that leads to a file.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// Which file it is: its path without symbolic links.
    real: PathBuf,
    /// The argument that led to it.
    order: usize,
    is_link: bool,
    found: FoundFile,
}

impl Candidate {
    fn named(root: Root<'_>) -> Candidate {
        let found = FoundFile { path: displayed(root.named), is_named: true };
        Candidate { real: root.real, order: root.order, is_link: false, found }
    }
}

/// An argument that exists.
struct Root<'a> {
    named: &'a Path,
    /// Its absolute path without symbolic links.
    real: PathBuf,
    order: usize,
}

/// Keeps the first of the ways that lead to the same file.
fn once(mut candidates: Vec<Candidate>) -> Vec<FoundFile> {
    candidates.sort_unstable();
    let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match kept.last_mut().filter(|last| last.real == candidate.real) {
            Some(last) => last.found.is_named |= candidate.found.is_named,
            None => kept.push(candidate),
        }
    }
    let mut files: Vec<_> = kept.into_iter().map(|candidate| candidate.found).collect();
    files.sort_unstable();
    files
}

struct Real {
    path: PathBuf,
    is_folder: bool,
}

/// Looks at an argument without opening it.
fn inspect(path: &Path, configs: &Configs) -> Result<Real, PathProblem> {
    let absolute = configs.folder().join(path);
    let look = || {
        let metadata = fs::metadata(&absolute)?;
        Ok((metadata, fs::canonicalize(&absolute)?))
    };
    let (metadata, real) = look().map_err(|error| {
        let why = Unreadable::from_io(&absolute, &error);
        let is_missing = why == Unreadable::Missing;
        let mut problem = PathProblem::new(path, why);
        if is_missing {
            problem.help = meant(path, configs.folder()).or(problem.help);
        }
        problem
    })?;
    let is_folder = metadata.is_dir();
    if !is_folder && !metadata.is_file() {
        return Err(PathProblem::new(path, Unreadable::special(metadata.file_type())));
    }
    Ok(Real { path: real, is_folder })
}

/// What a path that does not exist was probably meant to be.
fn meant(path: &Path, folder: &Path) -> Option<String> {
    if path.to_str().is_some_and(|text| text.contains(['*', '?', '[', '{'])) {
        let help = "patterns are for the shell, and it found nothing for this one; name a folder instead";
        return Some(help.to_owned());
    }
    // The outermost part that is not there.
    let missing = path.ancestors().take_while(|path| !folder.join(path).exists()).last()?;
    let parent = missing.parent()?;
    let entries = fs::read_dir(folder.join(parent)).ok()?;
    let mut names: Vec<_> =
        entries.take(10_000).filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let found = closest(missing.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    let rest = path.strip_prefix(missing).ok()?;
    let mut meant = parent.join(found);
    if !rest.as_os_str().is_empty() {
        meant.push(rest);
    }
    Some(format!("did you mean `{}`?", displayed(&meant).display()))
}

#[cfg(test)]
mod tests;
