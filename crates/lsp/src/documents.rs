//! The documents that are open in the client.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::{FileId, FileInfo, FileKind};
use sfmc_project::{Language, classify, is_code};
use tower_lsp::ls_types::Uri;

use crate::{
    configuration::{FileLevels, FileTables},
    requests::Request,
    tokens::LastTokens,
    uris::{DocumentPath, file_uri},
};

/// An open document.
pub(crate) struct Document {
    /// As the client wrote it.
    pub(crate) uri: Uri,
    pub(crate) path: DocumentPath,
    pub(crate) version: i32,
    pub(crate) kind: FileKind,
    pub(crate) text: Text,
    /// What the project says about it; `None` until it was read for the first time.
    pub(crate) levels: Option<FileLevels>,
    /// Requests that came before that, or before the tables that they need.
    pub(crate) waiting: Vec<Box<dyn Request>>,
    /// The tables that it sees; nothing but data views until they were read for the first time.
    pub(crate) tables: FileTables,
    /// They were read.
    pub(crate) has_tables: bool,
    /// The semantic tokens that the client has.
    pub(crate) tokens: Arc<Mutex<LastTokens>>,
    /// Counts changes of text and settings: diagnostics of an older state are stale.
    pub(crate) revision: u64,
    /// The client has not got the diagnostics of this state, and nobody is at it.
    pub(crate) needs_diagnostics: bool,
}

/// Where the text of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// In the host, and it is what the client has.
    Known(FileId),
    /// An edit did not fit: nothing is known about it until the client sends all of it.
    OutOfStep,
}

impl Document {
    /// The file, if its text is known.
    pub(crate) fn file(&self) -> Option<FileId> {
        match self.text {
            Text::Known(file) => Some(file),
            Text::OutOfStep => None,
        }
    }

    /// What is known of it beside its text.
    pub(crate) fn info(&self) -> FileInfo {
        let environment = self.levels.as_ref().map(FileLevels::environment).unwrap_or_default();
        FileInfo { kind: self.kind, environment }
    }

    /// Text or settings changed.
    pub(crate) fn touch(&mut self) {
        self.revision += 1;
        self.needs_diagnostics = true;
    }
}

/// How the client calls the documents that it has open, and which versions they have. By path.
#[derive(Debug, Default)]
pub(crate) struct OpenDocuments {
    open: FxHashMap<PathBuf, (Uri, i32)>,
    /// Those whose text is not known: what lies on the disk is not what the client shows.
    lost: FxHashSet<PathBuf>,
}

impl OpenDocuments {
    /// The URI of a file, as the client wrote it if it is open; and the version if it is. None if nothing can be said of its text.
    pub(crate) fn identify(&self, path: &Path) -> Option<(Uri, Option<i32>)> {
        match self.open.get(path) {
            _ if self.lost.contains(path) => None,
            Some((uri, version)) => Some((uri.clone(), Some(*version))),
            None => Some((file_uri(path)?, None)),
        }
    }
}

/// All of them.
#[derive(Default)]
pub(crate) struct Documents(FxHashMap<DocumentPath, Document>);

impl Documents {
    pub(crate) fn insert(&mut self, document: Document) -> Option<Document> {
        self.0.insert(document.path.clone(), document)
    }

    pub(crate) fn remove(&mut self, path: &DocumentPath) -> Option<Document> {
        self.0.remove(path)
    }

    pub(crate) fn get(&self, path: &DocumentPath) -> Option<&Document> {
        self.0.get(path)
    }

    pub(crate) fn get_mut(&mut self, path: &DocumentPath) -> Option<&mut Document> {
        self.0.get_mut(path)
    }

    /// What they are called.
    pub(crate) fn open(&self) -> OpenDocuments {
        let (open, lost): (Vec<_>, Vec<_>) = self.0.values().partition(|document| document.file().is_some());
        let named =
            |document: &Document| (document.path.as_path().to_owned(), (document.uri.clone(), document.version));
        let lost = lost.into_iter().map(|document| document.path.as_path().to_owned());
        OpenDocuments { open: open.into_iter().map(named).collect(), lost: lost.collect() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Document> {
        self.0.values()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Document> {
        self.0.values_mut()
    }
}

/// What a document is to the engine: pages and queries are analysed, other code is recognised and left alone. The client's language decides; where
/// that follows from an ending that says little, the text does, as on the command line.
pub(crate) fn file_kind(language: &str, path: &DocumentPath, text: &str) -> FileKind {
    let language = language.to_ascii_lowercase();
    let found = path.file().filter(|path| has_vague_ending(path)).map(|path| classify(text, path));
    match (language.as_str(), found) {
        ("ssjs", Some(Language::Page)) => FileKind::Page,
        // What mcdev stores of a code resource is what the platform renders, whatever it is to a browser.
        ("javascript" | "json" | "jsonc", Some(Language::Page)) if path.file().is_some_and(is_resource) => {
            FileKind::Page
        }
        ("sql", _) | ("plaintext", Some(Language::Sql)) => FileKind::Sql,
        ("ssjs" | "javascript" | "typescript" | "json" | "jsonc" | "toml", _) => FileKind::Other,
        (_, Some(Language::Ssjs)) => FileKind::Other,
        _ => FileKind::Page,
    }
}

fn has_vague_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["amp", "ampscript", "ssjs", "sql"].iter().any(|vague| ending.eq_ignore_ascii_case(vague)) || is_resource(path)
}

/// Whether a file is a code resource of mcdev's that editors take for JavaScript or JSON.
fn is_resource(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["js", "jsonc"].iter().any(|known| ending.eq_ignore_ascii_case(known)) && is_code(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let check =
            |language: &str, path: &str, text: &str| file_kind(language, &DocumentPath::File(path.into()), text);
        for language in ["html", "ampscript", "plaintext", "HTML"] {
            assert_eq!(check(language, "/a.html", "var x = 1;"), FileKind::Page);
        }
        assert_eq!(check("SQL", "/a.sql", "SELECT 1"), FileKind::Sql);
        assert_eq!(check("plaintext", "/k.query-meta.sql", "SELECT 1"), FileKind::Sql);
        for language in ["ssjs", "javascript"] {
            assert_eq!(check(language, "/a.html", "%%[ set @a = 1 ]%%"), FileKind::Other);
        }
        assert_eq!(check("ampscript", "/a.amp", "%%[ set @a = 1 ]%%"), FileKind::Page);
        assert_eq!(check("ampscript", "/a.amp", "Platform.Load('core', '1');"), FileKind::Other);
        assert_eq!(check("ssjs", "/a.ssjs", "var x = 1;"), FileKind::Other);
        assert_eq!(check("ssjs", "/a.ssjs", "%%[ set @a = 1 ]%%"), FileKind::Page);
        // What `check` reads as a page is one here, too.
        let resource = "/k.asset-coderesource-meta.js";
        assert_eq!(check("javascript", resource, "%%[ set @a = 1 ]%%\nvar a;"), FileKind::Page);
        assert_eq!(check("jsonc", "/k.asset-coderesource-meta.jsonc", r#"{"a":"%%=v(@a)=%%"}"#), FileKind::Page);
        assert_eq!(check("javascript", resource, "var a = '%%=v(@a)=%%';"), FileKind::Other);
        assert_eq!(check("javascript", "/k.js", "%%[ set @a = 1 ]%%"), FileKind::Other);
        assert_eq!(check("json", "/k.asset-block-meta.json", r#"{"a":"%%=v(@a)=%%"}"#), FileKind::Other);
        let untitled = DocumentPath::Virtual("untitled:a.ssjs".into());
        assert_eq!(file_kind("ssjs", &untitled, "%%[ set @a = 1 ]%%"), FileKind::Other);
    }
}
