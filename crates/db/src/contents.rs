//! The contents of a project that pages can include: what they are called, and the files that hold them.
//!
//! Data alone; `project` reads it off what mcdev lays on disk. A content belongs to a business unit. What a page means by a name is what its
//! own business unit calls so, or else what the parent shares; of two copies of a unit on disk (`retrieve/` and `deploy/`) the one that
//! holds the page.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use sfmc_syntax::SmolStr;

/// How code calls a content.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ContentName {
    /// By its customer key.
    Key(SmolStr),
    /// By its folder and its name, with `\` between.
    Path(SmolStr),
}

impl ContentName {
    /// What it is called, whatever the spelling: keys and paths do not depend on case, and the folder that all others stand in has another
    /// name in each language.
    pub fn normal(&self) -> ContentName {
        match self {
            ContentName::Key(key) => ContentName::Key(key.trim().to_lowercase().into()),
            ContentName::Path(path) => {
                let path = path.trim().to_lowercase().replace('/', "\\");
                let path = path.trim_matches('\\');
                // A path of one part names no folder, and nothing in the outermost one.
                let inner = path.split_once('\\').map_or_else(|| path.to_owned(), |(_, inner)| format!("\\{inner}"));
                ContentName::Path(inner.into())
            }
        }
    }
}

/// A business unit, by its place in [`Contents::units`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnitId(pub u32);

/// A business unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The folders that hold its files.
    pub folders: Vec<PathBuf>,
    /// The unit whose shared contents it can include.
    pub parent: Option<UnitId>,
}

/// A content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its customer key.
    pub key: String,
    /// Its name, where its metadata could be read.
    pub name: Option<String>,
    /// The folder that it stands in, as its metadata writes it: with `/` between.
    pub folder: Option<String>,
    /// The business unit.
    pub unit: UnitId,
    /// Which of the unit's folders holds it.
    pub root: u32,
    /// The files with its code, the main one first; never empty.
    pub files: Vec<PathBuf>,
    /// The variables that its metadata names, as in the subject line of an e-mail: without `@`, in lower case and in order, each once.
    pub named: Vec<SmolStr>,
}

impl Content {
    /// The file that shows what it is.
    pub fn file(&self) -> &Path {
        self.files.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// How ContentBlockByName calls it.
    pub fn path(&self) -> Option<String> {
        let (name, folder) = (self.name.as_ref()?, self.folder.as_ref()?);
        Some(format!("{}\\{name}", folder.replace('/', "\\")))
    }
}

/// The contents of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    units: Vec<Unit>,
    contents: Vec<Content>,
    by_name: FxHashMap<ContentName, Vec<u32>>,
    by_file: FxHashMap<PathBuf, u32>,
}

impl Contents {
    /// From units and contents.
    pub fn new(units: Vec<Unit>, contents: Vec<Content>) -> Contents {
        let mut by_name: FxHashMap<ContentName, Vec<u32>> = FxHashMap::default();
        let mut by_file = FxHashMap::default();
        for (index, content) in (0..).zip(&contents) {
            let mut add = |name: ContentName| by_name.entry(name.normal()).or_default().push(index);
            add(ContentName::Key(content.key.as_str().into()));
            if let Some(path) = content.path() {
                add(ContentName::Path(path.into()));
            }
            for file in &content.files {
                by_file.insert(file.clone(), index);
            }
        }
        Contents { units, contents, by_name, by_file }
    }

    /// All of them.
    pub fn all(&self) -> &[Content] {
        &self.contents
    }

    /// The content that a file holds, or a part of.
    pub fn of_file(&self, file: &Path) -> Option<&Content> {
        self.contents.get(*self.by_file.get(file)? as usize)
    }

    /// What a page means by a name: one content, or several where the project does not say which. The page is given by its path; one that
    /// belongs to no business unit can mean those of any.
    pub fn resolve(&self, name: &ContentName, from: &Path) -> Vec<&Content> {
        let found = self.by_name.get(&name.normal());
        found.map_or_else(Vec::new, |found| self.meant(found, self.unit_of(from)))
    }

    /// Those of some contents of one name that a page of a unit means.
    fn meant(&self, found: &[u32], from: Option<(UnitId, u32)>) -> Vec<&Content> {
        let found: Vec<&Content> = found.iter().filter_map(|&index| self.contents.get(index as usize)).collect();
        let Some((unit, root)) = from else { return found };
        let own = |content: &&Content| content.unit == unit;
        let here = |content: &&Content| own(content) && content.root == root;
        let parent = self.units.get(unit.0 as usize).and_then(|unit| unit.parent);
        let shared = |content: &&Content| Some(content.unit) == parent;
        let select = |which: &dyn Fn(&&Content) -> bool| found.iter().copied().filter(which).collect::<Vec<_>>();
        [select(&here), select(&own), select(&shared)].into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Whether a page of a unit can include a content at all.
    fn can_mean(&self, content: u32, from: Option<(UnitId, u32)>) -> bool {
        let Some((unit, _)) = from else { return true };
        let parent = self.units.get(unit.0 as usize).and_then(|unit| unit.parent);
        let owner = self.contents.get(content as usize).map(|content| content.unit);
        owner == Some(unit) || (parent.is_some() && owner == parent)
    }

    /// The contents that a page can include, each key once, by key.
    pub fn visible(&self, from: &Path) -> Vec<&Content> {
        let unit = self.unit_of(from);
        let keys = self.by_name.iter().filter(|(name, _)| matches!(name, ContentName::Key(_)));
        let meant = |found: &[u32]| match *found {
            // Hardly any project has two of one name, and it has thousands of names.
            [only] if self.can_mean(only, unit) => self.contents.get(only as usize),
            [_] => None,
            _ => self.meant(found, unit).first().copied(),
        };
        let mut found: Vec<&Content> = keys.filter_map(|(_, found)| meant(found)).collect();
        found.sort_by(|a, b| (&a.key, &a.files).cmp(&(&b.key, &b.files)));
        found
    }

    /// The business unit that a file belongs to, and in which of its folders it stands.
    fn unit_of(&self, file: &Path) -> Option<(UnitId, u32)> {
        (0..).zip(&self.units).find_map(|(unit, found)| {
            let root = (0..).zip(&found.folders).find(|(_, folder)| file.starts_with(folder))?.0;
            Some((UnitId(unit), root))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(key: &str, unit: u32, root: u32, file: &str) -> Content {
        Content {
            key: key.to_owned(),
            name: Some(format!("{key} name")),
            folder: Some("Content Builder/Shared".to_owned()),
            unit: UnitId(unit),
            root,
            files: vec![file.into()],
            named: Vec::new(),
        }
    }

    fn project() -> Contents {
        let unit = |name: &str, parent| Unit {
            folders: vec![format!("/p/retrieve/c/{name}").into(), format!("/p/deploy/c/{name}").into()],
            parent,
        };
        Contents::new(
            vec![unit("_ParentBU_", None), unit("bu", Some(UnitId(0))), unit("other", None)],
            vec![
                content("Header", 0, 0, "/p/retrieve/c/_ParentBU_/header.html"),
                content("Header", 1, 0, "/p/retrieve/c/bu/header.html"),
                content("Header", 1, 1, "/p/deploy/c/bu/header.html"),
                content("Footer", 0, 0, "/p/retrieve/c/_ParentBU_/footer.html"),
                content("Menu", 1, 0, "/p/retrieve/c/bu/menu.html"),
            ],
        )
    }

    fn key(key: &str) -> ContentName {
        ContentName::Key(key.into())
    }

    #[test]
    fn the_own_unit_comes_first_and_of_it_the_own_folder() {
        let project = project();
        let files = |name: &str, from: &str| -> Vec<String> {
            let found = project.resolve(&key(name), Path::new(from));
            found.iter().map(|content| content.file().display().to_string()).collect()
        };
        assert_eq!(files("header", "/p/deploy/c/bu/a.html"), ["/p/deploy/c/bu/header.html"]);
        assert_eq!(files(" HEADER ", "/p/retrieve/c/bu/x/a.html"), ["/p/retrieve/c/bu/header.html"]);
        assert_eq!(files("menu", "/p/deploy/c/bu/a.html"), ["/p/retrieve/c/bu/menu.html"]);
        assert_eq!(files("footer", "/p/deploy/c/bu/a.html"), ["/p/retrieve/c/_ParentBU_/footer.html"]);
        assert_eq!(files("menu", "/p/retrieve/c/_ParentBU_/a.html"), [""; 0]);
        assert_eq!(files("footer", "/p/retrieve/c/other/a.html"), [""; 0], "not a child");
        assert_eq!(files("header", "/elsewhere/a.html").len(), 3);
        assert_eq!(files("nothing", "/elsewhere/a.html"), [""; 0]);
    }

    #[test]
    fn paths_do_not_depend_on_case_or_on_the_outermost_folder() {
        let project = project();
        let from = Path::new("/p/retrieve/c/bu/a.html");
        for path in
            [r"Content Builder\Shared\Menu Name", r"content builder\SHARED\menu name", r"Inhalte\shared\Menu name"]
        {
            assert_eq!(project.resolve(&ContentName::Path(path.into()), from).len(), 1, "{path}");
        }
        assert!(project.resolve(&ContentName::Path(r"Content Builder\Menu name".into()), from).is_empty());
    }

    #[test]
    fn what_a_page_can_include() {
        let project = project();
        let names: Vec<_> = project
            .visible(Path::new("/p/deploy/c/bu/a.html"))
            .iter()
            .map(|content| content.file().to_owned())
            .collect();
        assert_eq!(
            names,
            ["/p/retrieve/c/_ParentBU_/footer.html", "/p/deploy/c/bu/header.html", "/p/retrieve/c/bu/menu.html"]
                .map(PathBuf::from)
        );
    }
}
