//! Where mcdev keeps the files of a project, and which business unit one of them belongs to.
//!
//! `.mcdevrc.json` marks the folder of a project and says what its folders are called. Without one, whatever stands below a folder `retrieve`
//! or `deploy` is taken for a project. What lies beside that file and holds secrets (`.mcdev-auth.json`) is never opened.

use std::path::{Component, Path, PathBuf};

use serde_json::Value;
use sfmc_db::{UnitKind, system::System};

use super::PARENT;
use crate::encoding::decode;

/// The file that marks a project.
pub(crate) const MARKER: &str = ".mcdevrc.json";

/// The size of that file up to which it is read.
const MAX_MARKER: u64 = 2 << 20;

/// What the folders of a project are called unless it says otherwise.
const RETRIEVE: &str = "retrieve";
const DEPLOY: &str = "deploy";

/// The folders of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The folder of the project.
    pub(crate) root: PathBuf,
    /// What was read off the platform.
    retrieve: PathBuf,
    /// What is to be written to it.
    deploy: PathBuf,
}

/// A business unit of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Unit {
    /// The folder of the project.
    pub(crate) root: PathBuf,
    /// Its folder of what was read off the platform.
    pub(crate) retrieve: PathBuf,
    /// Its folder of what is to be written.
    pub(crate) deploy: PathBuf,
}

impl Unit {
    /// Whether it is the parent of all others.
    pub(crate) fn kind(&self) -> UnitKind {
        match self.retrieve.file_name().is_some_and(|name| name == PARENT) {
            true => UnitKind::Parent,
            false => UnitKind::Child,
        }
    }

    /// The parent of all units, which may be itself.
    pub(crate) fn parent(&self) -> Unit {
        let parent = |folder: &Path| folder.with_file_name(PARENT);
        Unit { root: self.root.clone(), retrieve: parent(&self.retrieve), deploy: parent(&self.deploy) }
    }
}

impl Layout {
    /// The folders of a project whose marker stands in `root`.
    pub(crate) fn read(system: &dyn System, root: &Path) -> Layout {
        let text = system.read(&root.join(MARKER), MAX_MARKER).ok().and_then(|bytes| Some(decode(bytes).ok()?.text));
        let marker: Value = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let folder = |name: &str| {
            let configured = marker["directories"][name].as_str().map(Path::new).filter(|path| stays_inside(path));
            root.join(configured.unwrap_or(Path::new(name)))
        };
        Layout { root: root.to_owned(), retrieve: folder(RETRIEVE), deploy: folder(DEPLOY) }
    }

    /// The folders of a project in `root`, as mcdev calls them.
    pub(crate) fn usual(root: &Path) -> Layout {
        Layout { root: root.to_owned(), retrieve: root.join(RETRIEVE), deploy: root.join(DEPLOY) }
    }

    /// The folders of a project without a marker, as far as the path of a file in it shows them.
    pub(crate) fn guess(path: &Path) -> Option<Layout> {
        let is_known = |folder: &&Path| folder.file_name().is_some_and(|name| name == RETRIEVE || name == DEPLOY);
        path.ancestors().skip(1).find(is_known)?.parent().map(Layout::usual)
    }

    /// The business unit that a file belongs to.
    pub(crate) fn unit_of(&self, path: &Path) -> Option<Unit> {
        let inner = [&self.retrieve, &self.deploy].into_iter().find_map(|folder| path.strip_prefix(folder).ok())?;
        let mut names = inner.components();
        let (credential, unit) = (names.next()?, names.next()?);
        // Files are in folders of their types; what is not in one is in no unit.
        names.next()?;
        self.unit(&Path::new(credential.as_os_str()).join(unit))
    }

    /// The business unit of a name: `credential/unit`.
    pub(crate) fn unit(&self, name: &Path) -> Option<Unit> {
        let is_name = stays_inside(name) && name.components().count() == 2;
        is_name.then(|| Unit {
            root: self.root.clone(),
            retrieve: self.retrieve.join(name),
            deploy: self.deploy.join(name),
        })
    }
}

/// Whether a path leads to something inside of the folder that it starts from.
fn stays_inside(path: &Path) -> bool {
    let mut parts = path.components();
    path.components().next().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use sfmc_db::system::MemorySystem;

    use super::*;

    fn unit(layout: &Layout, path: &str) -> Option<String> {
        layout.unit_of(Path::new(path)).map(|unit| format!("{} {}", unit.retrieve.display(), unit.deploy.display()))
    }

    #[test]
    fn folders_that_the_project_names() {
        let system = MemorySystem::default();
        let read = |text: &str| {
            system.write("/p/.mcdevrc.json", text);
            Layout::read(&system, Path::new("/p"))
        };
        let named = read(r#"{"directories": {"retrieve": "in/", "deploy": "out/now"}}"#);
        let expected = Some("/p/in/c/b /p/out/now/c/b".to_owned());
        assert_eq!(unit(&named, "/p/in/c/b/query/k.query-meta.sql"), expected);
        assert_eq!(unit(&named, "/p/out/now/c/b/query/k.query-meta.sql"), expected);
        for path in ["/p/retrieve/c/b/query/k.sql", "/p/in/c/k.sql", "/p/in/c/b", "/in/c/b/k/k.sql", "/p/in"] {
            assert_eq!(unit(&named, path), None, "{path}");
        }
        for text in ["", "{", "[]", r#"{"directories": {"retrieve": "../x", "deploy": "/etc"}}"#] {
            assert_eq!(read(text), Layout::usual(Path::new("/p")), "{text}");
        }
    }

    #[test]
    fn folders_without_a_project() {
        let layout = Layout::guess(Path::new("/p/deploy/c/b/query/k.sql")).unwrap();
        assert_eq!(unit(&layout, "/p/retrieve/c/b/query/k.sql").as_deref(), Some("/p/retrieve/c/b /p/deploy/c/b"));
        assert_eq!(Layout::guess(Path::new("/p/retrieved/c/b/query/k.sql")), None);
        assert_eq!(Layout::guess(Path::new("/retrieve")), None);
    }

    #[test]
    fn units_and_their_parent() {
        let layout = Layout::usual(Path::new("/p"));
        let unit = layout.unit(Path::new("c/b")).unwrap();
        assert_eq!((unit.kind(), unit.parent().kind()), (UnitKind::Child, UnitKind::Parent));
        assert_eq!(unit.parent().retrieve, Path::new("/p/retrieve/c/_ParentBU_"));
        assert_eq!(unit.parent().parent(), unit.parent());
        for name in ["", "c", "c/b/d", "../b", "c/..", "/c/b"] {
            assert_eq!(layout.unit(Path::new(name)), None, "{name}");
        }
    }
}
