//! What lies beside the file that is open: the other pages of the workspace, as far as they have something in common with it.
//!
//! Of pages that nobody opened only their [`Mentions`] are kept; whoever needs more of one opens a [`View`] of it, which costs a parse.
//! What the editor shows of a file counts before what lies on the disk.

mod calls;
mod content;
mod content_hover;
mod included;
#[cfg(test)]
mod indirect;
#[cfg(test)]
mod properties;
mod renders;
mod symbols;
mod tables;
mod variable_hover;
mod variables;
mod vocabulary;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashMap;
use sfmc_db::{Content, Contents, Database, FileId, FileInfo, FileKind, Host, Page, Snapshot};
use sfmc_schema::Schema;
pub use sfmc_semantic::Mentions;
use sfmc_semantic::page_mentions;

pub use calls::{Call, CallTarget, call_targets, incoming_calls, outgoing_calls};
pub use content::{ContentTarget, content_definition, content_links, content_references};
pub use content_hover::content_hover;
pub use included::included_contents;
pub use renders::Graph;
pub use symbols::{WorkspaceSymbol, WorkspaceSymbolKind, workspace_symbols};
pub use tables::{table_definition, table_references};
pub use variable_hover::add_definition_elsewhere;
pub use variables::{FileEdits, FilePlaces, definition_elsewhere, references_everywhere, rename_everywhere};
pub(crate) use variables::{NamesElsewhere, file_title, names_elsewhere, variables_elsewhere};
pub use vocabulary::Vocabulary;

/// Gives the texts of files that nobody opened.
pub trait Texts: fmt::Debug + Send + Sync {
    /// The text of a file, and what is known of it beside that; none if it cannot be read.
    fn read(&self, path: &Path) -> Option<(String, FileInfo)>;

    /// Where a file lies when links are followed; none if it cannot be found.
    fn real(&self, path: &Path) -> Option<PathBuf>;

    /// The tables that the code of a file can name. Files of a folder see the same.
    fn schema(&self, _path: &Path) -> Schema {
        Schema::default()
    }
}

/// The files of a workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The contents that its pages can include.
    pub contents: Arc<Contents>,
    /// What its pages mention, as they lie on the disk.
    pub files: Arc<FxHashMap<Arc<Path>, Arc<Mentions>>>,
    /// Which of them include which.
    pub graph: Arc<Graph>,
    /// What its pages call things, as they lie on the disk.
    pub vocabulary: Arc<Vocabulary>,
    /// Where texts come from.
    pub texts: Arc<dyn Texts>,
}

/// A file to look into.
#[derive(Clone, Debug)]
pub struct View {
    /// The database that holds it: that of the editor's files, or one of its own.
    pub snapshot: Snapshot,
    /// Which file of that.
    pub file: FileId,
    /// Where it lies.
    pub path: Arc<Path>,
}

impl View {
    fn page(&self) -> Option<Page> {
        self.snapshot.page(self.file)
    }
}

impl Workspace {
    /// A workspace without files.
    pub fn empty(texts: Arc<dyn Texts>) -> Workspace {
        Workspace {
            contents: Arc::default(),
            files: Arc::default(),
            graph: Arc::default(),
            vocabulary: Arc::default(),
            texts,
        }
    }

    /// Looks into a file, open or not.
    pub fn view(&self, snapshot: &Snapshot, path: &Path) -> Option<View> {
        if let Some(file) = snapshot.file(path).filter(|&file| snapshot.page(file).is_some()) {
            return Some(View { snapshot: snapshot.clone(), file, path: path.into() });
        }
        let (text, info) = self.texts.read(path)?;
        let mut host = Host::default();
        let file = host.set_text(path, text, info);
        Some(View { snapshot: host.snapshot(), file, path: path.into() })
    }

    /// The text of a file, as the editor shows it if it is open.
    fn text(&self, snapshot: &Snapshot, path: &Path) -> Option<String> {
        let open = snapshot.file(path).and_then(|file| snapshot.text(file));
        open.or_else(|| Some(self.texts.read(path)?.0))
    }

    /// The content that a file holds, or a part of.
    fn content(&self, file: &Path) -> Option<&Content> {
        self.contents.of_file(file)
    }
}

/// What a text mentions. It becomes a page of the database and stays one.
pub fn mentions_of(db: &Database, text: &str, info: FileInfo) -> Arc<Mentions> {
    match info.kind {
        FileKind::Page => Arc::clone(page_mentions(db, db.add_page(text, info))),
        FileKind::Sql | FileKind::Other => Arc::default(),
    }
}

/// What a file is called in lists: the content that it holds, or its name.
fn title(workspace: &Workspace, file: &Path) -> String {
    let content = workspace.content(file);
    let name = content.map(|content| content.name.as_ref().unwrap_or(&content.key).clone());
    name.unwrap_or_else(|| file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned())
}

#[cfg(test)]
pub(crate) mod testing;
