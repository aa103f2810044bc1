//! Which files are rendered together? A page and all that it includes share their variables, and so do two blocks that one page includes.

use std::{path::Path, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::Snapshot;
use sfmc_semantic::Mentions;

use super::Workspace;

/// Files and what they include. A content of several files is one thing.
pub(super) struct Renders {
    /// For each thing: its files, by path.
    files: Vec<Vec<Arc<Path>>>,
    of_file: FxHashMap<Arc<Path>, usize>,
    includes: Vec<Vec<usize>>,
    included_by: Vec<Vec<usize>>,
    mentions: FxHashMap<Arc<Path>, Arc<Mentions>>,
}

/// The files that share a variable with one.
pub(super) struct Sharing {
    /// Those that name it, by path.
    pub(super) naming: Vec<Arc<Path>>,
    /// All that are rendered together with one of those, by path: a variable of another name in them would be met too.
    pub(super) together: Vec<Arc<Path>>,
}

impl Renders {
    pub(super) fn new(workspace: &Workspace, snapshot: &Snapshot) -> Renders {
        let mentions = workspace.mentions(snapshot);
        let mut paths: Vec<&Arc<Path>> = mentions.keys().collect();
        paths.sort();
        let mut files: Vec<Vec<Arc<Path>>> = Vec::new();
        let mut of_file = FxHashMap::default();
        let mut of_content: FxHashMap<&Path, usize> = FxHashMap::default();
        for path in paths {
            let new = files.len();
            let thing = match workspace.content(path) {
                Some(content) => *of_content.entry(content.file()).or_insert(new),
                None => new,
            };
            if thing == new {
                files.push(Vec::new());
            }
            files[thing].push(Arc::clone(path));
            of_file.insert(Arc::clone(path), thing);
        }
        let mut includes = vec![Vec::new(); files.len()];
        let mut included_by = vec![Vec::new(); files.len()];
        for (path, mentioned) in &mentions {
            let from = of_file[path];
            for inclusion in &mentioned.includes {
                for content in workspace.contents.resolve(&inclusion.name, path) {
                    let Some(&to) = of_file.get(content.file()) else { continue };
                    includes[from].push(to);
                    included_by[to].push(from);
                }
            }
        }
        Renders { files, of_file, includes, included_by, mentions }
    }

    /// What a file mentions.
    pub(super) fn mentions(&self, file: &Path) -> Option<&Mentions> {
        self.mentions.get(file).map(|mentions| &**mentions)
    }

    /// All files, by path.
    pub(super) fn files(&self) -> impl Iterator<Item = &Arc<Path>> {
        self.files.iter().flatten()
    }

    /// The files that share the variable `key` with a file, itself among them.
    pub(super) fn sharing(&self, file: &Path, key: &str) -> Sharing {
        let mut naming: FxHashSet<usize> = FxHashSet::default();
        let mut together: FxHashSet<usize> = FxHashSet::default();
        let mut queue: Vec<usize> = self.of_file.get(file).copied().into_iter().collect();
        naming.extend(&queue);
        while let Some(thing) = queue.pop() {
            for other in self.rendered_with(thing) {
                together.insert(other);
                if self.names(other, key) && naming.insert(other) {
                    queue.push(other);
                }
            }
        }
        let paths = |things: FxHashSet<usize>| {
            let mut paths: Vec<Arc<Path>> = things.into_iter().flat_map(|thing| self.files[thing].clone()).collect();
            paths.sort();
            paths
        };
        let mut naming = paths(naming);
        naming.retain(|path| &**path == file || self.file_names(path, key));
        Sharing { naming, together: paths(together) }
    }

    /// Everything that some page renders together with a thing: what includes it, and all that that includes.
    fn rendered_with(&self, thing: usize) -> FxHashSet<usize> {
        let above = reach([thing], &self.included_by);
        reach(above, &self.includes)
    }

    fn names(&self, thing: usize, key: &str) -> bool {
        self.files[thing].iter().any(|file| self.file_names(file, key))
    }

    fn file_names(&self, file: &Path, key: &str) -> bool {
        self.mentions(file).is_some_and(|found| found.variables.iter().any(|variable| variable.name == key))
    }
}

/// What can be reached from somewhere, that included.
fn reach(from: impl IntoIterator<Item = usize>, edges: &[Vec<usize>]) -> FxHashSet<usize> {
    let mut queue: Vec<usize> = from.into_iter().collect();
    let mut found: FxHashSet<usize> = queue.iter().copied().collect();
    while let Some(thing) = queue.pop() {
        queue.extend(edges[thing].iter().copied().filter(|&next| found.insert(next)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Project;

    fn sharing(project: &Project, file: &str, key: &str) -> (Vec<String>, usize) {
        let renders = Renders::new(&project.workspace, &project.snapshot());
        let found = renders.sharing(&project.path(file), key);
        (found.naming.iter().map(|path| project.name(path)).collect(), found.together.len())
    }

    #[test]
    fn only_what_one_page_renders_together() {
        let project = Project::new(&[
            ("block/header", "%%=ContentBlockByKey('logo')=%%"),
            ("block/logo", "%%=v(@name)=%%"),
            ("block/lone", "%%=v(@name)=%%"),
            ("message/one", "%%[ set @name = 1 set @own = 2 ]%%%%=ContentBlockByKey('header')=%%"),
            ("message/two", "%%[ set @own = 1 ]%%%%=ContentBlockByKey('Header')=%%"),
            ("message/three", "%%[ set @name = 1 ]%%"),
        ]);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(sharing(&project, "message/one", "name"), (names(&["block/logo", "message/one"]), 4));
        assert_eq!(sharing(&project, "block/logo", "name"), (names(&["block/logo", "message/one"]), 4));
        assert_eq!(sharing(&project, "message/two", "own"), (names(&["message/two"]), 3));
        assert_eq!(sharing(&project, "block/lone", "name"), (names(&["block/lone"]), 1));
    }

    #[test]
    fn a_block_that_names_it_ties_its_pages_together() {
        let project = Project::new(&[
            ("block/header", "%%=v(@name)=%%"),
            ("message/one", "%%[ set @name = 1 ]%%%%=ContentBlockByKey('header')=%%"),
            ("message/two", "%%[ set @name = 1 ]%%%%=ContentBlockByKey('header')=%%"),
        ]);
        assert_eq!(sharing(&project, "message/one", "name").0.len(), 3);
    }

    #[test]
    fn circles_end() {
        let project = Project::new(&[
            ("block/a", "%%=ContentBlockByKey('b')=%%%%=ContentBlockByKey('a')=%%%%=v(@x)=%%"),
            ("block/b", "%%=ContentBlockByKey('a')=%%%%=v(@x)=%%"),
        ]);
        assert_eq!(sharing(&project, "block/a", "x").0.len(), 2);
    }
}
