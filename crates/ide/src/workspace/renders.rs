//! Which files are rendered together? A page and all that it includes share their variables, and so do two blocks that one page includes.

use std::{path::Path, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::{Contents, Db, FileKind, Snapshot};
use sfmc_semantic::{Mentions, page_mentions};

use super::{View, Workspace};

/// Pages and contents, and what they include. A content of several files is one thing.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// For each thing: its files, by path.
    files: Vec<Vec<Arc<Path>>>,
    of_file: FxHashMap<Arc<Path>, usize>,
    includes: Vec<Vec<usize>>,
    included_by: Vec<Vec<usize>>,
}

impl Graph {
    /// From what files mention.
    pub fn new(contents: &Contents, mentions: &FxHashMap<Arc<Path>, Arc<Mentions>>) -> Graph {
        let mut graph = Graph::default();
        let mut paths: Vec<&Arc<Path>> = mentions.keys().collect();
        paths.sort();
        for path in paths {
            graph.add(contents, path);
        }
        for (path, mentioned) in mentions {
            let Some(&from) = graph.of_file.get(path) else { continue };
            let included: Vec<usize> = graph.included(contents, path, mentioned).collect();
            for to in included {
                graph.includes[from].push(to);
                graph.included_by[to].push(from);
            }
        }
        graph
    }

    /// Adds a file: to what else holds its content, or as a thing of its own.
    fn add(&mut self, contents: &Contents, path: &Arc<Path>) -> usize {
        let siblings = contents.of_file(path).map_or(&[][..], |content| &content.files);
        let known = siblings.iter().find_map(|sibling| self.of_file.get(sibling.as_path()).copied());
        let thing = known.unwrap_or_else(|| {
            self.files.push(Vec::new());
            self.includes.push(Vec::new());
            self.included_by.push(Vec::new());
            self.files.len() - 1
        });
        self.files[thing].push(Arc::clone(path));
        self.of_file.insert(Arc::clone(path), thing);
        thing
    }

    /// What a file includes, of that which is in the workspace.
    fn included<'a>(
        &'a self,
        contents: &'a Contents,
        path: &'a Path,
        mentions: &'a Mentions,
    ) -> impl Iterator<Item = usize> + 'a {
        let resolved = mentions.includes.iter().flat_map(|inclusion| {
            let found = contents.resolve(&inclusion.name, path);
            // A page outside of all business units can mean those of any: that ties nothing together.
            let is_sure = found.iter().all(|content| (content.unit, content.root) == (found[0].unit, found[0].root));
            if is_sure { found } else { Vec::new() }
        });
        resolved.filter_map(|content| self.of_file.get(content.file()).copied())
    }
}

/// The files of a workspace as the editor shows those that are open, and as they lie on the disk the others.
pub(super) struct Renders<'a> {
    workspace: &'a Workspace,
    snapshot: &'a Snapshot,
    open: FxHashMap<Arc<Path>, Arc<Mentions>>,
    /// Open files that are not in the workspace, or not yet.
    more: Graph,
    /// Of things with an open file: what they include now.
    live: FxHashMap<usize, Vec<usize>>,
}

/// The files that share a variable with one.
pub(super) struct Sharing {
    /// Those that name it, by path.
    pub(super) naming: Vec<Arc<Path>>,
    /// All that are rendered together with one of those, by path: a variable of another name in them would be met too.
    pub(super) together: Vec<Arc<Path>>,
}

impl<'a> Renders<'a> {
    pub(super) fn new(workspace: &'a Workspace, snapshot: &'a Snapshot) -> Renders<'a> {
        let db = snapshot.db();
        let pages = snapshot.pages().into_iter();
        // What is shown of another revision, or was never saved, is no file of the project.
        let pages = pages.filter(|(path, page)| page.kind(db) == FileKind::Page && path.is_absolute());
        let open: FxHashMap<Arc<Path>, Arc<Mentions>> =
            pages.map(|(path, page)| (path, Arc::clone(page_mentions(db, page)))).collect();
        let mut renders = Renders { workspace, snapshot, open, more: Graph::default(), live: FxHashMap::default() };
        let mut strangers: Vec<&Arc<Path>> =
            renders.open.keys().filter(|path| !workspace.graph.of_file.contains_key(*path)).collect();
        strangers.sort();
        for path in strangers {
            renders.more.add(&workspace.contents, path);
        }
        let things: FxHashSet<usize> = renders.open.keys().filter_map(|path| renders.thing(path)).collect();
        for thing in things {
            let mut included = Vec::new();
            for path in renders.files_of(thing) {
                let Some(mentions) = renders.mentions(path) else { continue };
                included.extend(workspace.graph.included(&workspace.contents, path, mentions));
            }
            renders.live.insert(thing, included);
        }
        renders
    }

    fn thing(&self, file: &Path) -> Option<usize> {
        let graph = &self.workspace.graph;
        let stranger = || Some(self.more.of_file.get(file)? + graph.files.len());
        graph.of_file.get(file).copied().or_else(stranger)
    }

    fn files_of(&self, thing: usize) -> &[Arc<Path>] {
        let graph = &self.workspace.graph;
        let files = match thing.checked_sub(graph.files.len()) {
            None => graph.files.get(thing),
            Some(stranger) => self.more.files.get(stranger),
        };
        files.map_or(&[], Vec::as_slice)
    }

    fn includes(&self, thing: usize) -> &[usize] {
        let known = || self.workspace.graph.includes.get(thing);
        self.live.get(&thing).or_else(known).map_or(&[], Vec::as_slice)
    }

    fn included_by(&self, thing: usize) -> impl Iterator<Item = usize> {
        let on_disk = self.workspace.graph.included_by.get(thing).map_or(&[][..], Vec::as_slice);
        let on_disk = on_disk.iter().copied().filter(|by| !self.live.contains_key(by));
        let live = self.live.iter().filter(move |(_, included)| included.contains(&thing)).map(|(&by, _)| by);
        on_disk.chain(live)
    }

    /// What a file mentions.
    pub(super) fn mentions(&self, file: &Path) -> Option<&Mentions> {
        self.open.get(file).or_else(|| self.workspace.files.get(file)).map(|mentions| &**mentions)
    }

    /// Looks into a file.
    pub(super) fn view(&self, path: &Path) -> Option<View> {
        self.unwind_if_cancelled();
        self.workspace.view(self.snapshot, path)
    }

    /// Stops what goes on, if somebody waits for that: files are read and parsed in databases of their own, which nobody stops.
    pub(super) fn unwind_if_cancelled(&self) {
        self.snapshot.db().unwind_if_revision_cancelled();
    }

    /// All files, those that belong to one content together.
    pub(super) fn files(&self) -> impl Iterator<Item = &Arc<Path>> {
        self.workspace.graph.files.iter().chain(&self.more.files).flatten()
    }

    /// Whether a file sets a variable.
    pub(super) fn sets(&self, file: &Path, key: &str) -> bool {
        let variables = self.mentions(file).map_or(&[][..], |found| &found.variables);
        variables.iter().any(|variable| variable.name == key && variable.set.is_some())
    }

    /// The files that include the content that a file holds, by path.
    pub(super) fn including(&self, file: &Path) -> Vec<&Arc<Path>> {
        let things: FxHashSet<usize> = self.thing(file).into_iter().flat_map(|thing| self.included_by(thing)).collect();
        let mut found: Vec<&Arc<Path>> = things.into_iter().flat_map(|thing| self.files_of(thing)).collect();
        found.sort();
        found
    }

    /// Everything that some page renders together with a file, itself among it, by path.
    pub(super) fn together(&self, file: &Path) -> Vec<&Arc<Path>> {
        let things = self.thing(file).map(|thing| self.rendered_with(thing)).unwrap_or_default();
        let mut found: Vec<&Arc<Path>> = things.into_iter().flat_map(|thing| self.files_of(thing)).collect();
        found.sort();
        found
    }

    /// The files that share the variable `key` with a file, itself among them.
    pub(super) fn sharing(&self, file: &Path, key: &str) -> Sharing {
        let mut naming: FxHashSet<usize> = FxHashSet::default();
        let mut together: FxHashSet<usize> = FxHashSet::default();
        let mut queue: Vec<usize> = self.thing(file).into_iter().collect();
        naming.extend(&queue);
        while let Some(thing) = queue.pop() {
            self.unwind_if_cancelled();
            for other in self.rendered_with(thing) {
                together.insert(other);
                if self.names(other, key) && naming.insert(other) {
                    queue.push(other);
                }
            }
        }
        let paths = |things: FxHashSet<usize>| {
            let mut paths: Vec<Arc<Path>> =
                things.into_iter().flat_map(|thing| self.files_of(thing)).map(Arc::clone).collect();
            paths.sort();
            paths
        };
        let mut naming = paths(naming);
        naming.retain(|path| &**path == file || self.file_names(path, key));
        Sharing { naming, together: paths(together) }
    }

    /// Everything that some page renders together with a thing: what includes it, and all that that includes.
    fn rendered_with(&self, thing: usize) -> FxHashSet<usize> {
        let above = reach([thing], |thing| self.included_by(thing).collect());
        reach(above, |thing| self.includes(thing).to_vec())
    }

    fn names(&self, thing: usize, key: &str) -> bool {
        self.files_of(thing).iter().any(|file| self.file_names(file, key))
    }

    fn file_names(&self, file: &Path, key: &str) -> bool {
        self.mentions(file).is_some_and(|found| found.names(key))
    }
}

/// What can be reached from somewhere, that included.
fn reach(from: impl IntoIterator<Item = usize>, next: impl Fn(usize) -> Vec<usize>) -> FxHashSet<usize> {
    let mut queue: Vec<usize> = from.into_iter().collect();
    let mut found: FxHashSet<usize> = queue.iter().copied().collect();
    while let Some(thing) = queue.pop() {
        queue.extend(next(thing).into_iter().filter(|&next| found.insert(next)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Project;

    fn sharing(project: &Project, file: &str, key: &str) -> (Vec<String>, usize) {
        let snapshot = project.snapshot();
        let renders = Renders::new(&project.workspace, &snapshot);
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

    #[test]
    fn what_is_no_page_of_the_project_ties_nothing_together() {
        let mut project = Project::new(&[("block/a", "%%=v(@x)=%%"), ("message/one", "%%[ set @x = 1 ]%%")]);
        let text = "%%=ContentBlockByKey('a')=%%%%=ContentBlockByKey('one')=%%%%=v(@x)=%%".to_owned();
        // Of another language, and of another place than a folder.
        project.host.set_text(Path::new("/p/query.sql"), text.clone(), FileKind::Other);
        project.host.set_text(Path::new("git:/p/page.html"), text, FileKind::Page);
        assert_eq!(sharing(&project, "block/a", "x").0, ["block/a"]);
        let text = "%%=ContentBlockByKey('a')=%%%%=ContentBlockByKey('one')=%%";
        project.open("message/two", text);
        assert_eq!(sharing(&project, "block/a", "x").0, ["block/a", "message/one"]);
    }
}
