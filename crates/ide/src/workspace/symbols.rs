//! What is there in the workspace that is called so? Pages, contents, data extensions that its files see, and variables that are set.

use std::{
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use rustc_hash::FxHashSet;
use sfmc_db::Snapshot;
use sfmc_schema::{Origin, Schema, Table};
use sfmc_syntax::{TextRange, TextSize};

use super::{View, Workspace, renders::Renders, tables::place_of, title};

/// More are not sent: whoever gets so many types on.
const MAX_SYMBOLS: usize = 256;

/// Files are read for the places in them.
const MAX_FILES: usize = 64;

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkspaceSymbolKind {
    /// A content of the project.
    Content,
    /// Another file.
    File,
    /// A data extension.
    DataExtension,
    /// A variable that a page sets.
    Variable,
}

/// Something in the workspace.
#[derive(Debug)]
pub struct WorkspaceSymbol {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: WorkspaceSymbolKind,
    /// The file.
    pub path: Arc<Path>,
    /// What it stands in: the folder of a content or of the description of a data extension, the file of a variable.
    pub container: Option<String>,
    /// Of a variable: the file, and where it is set first. Of a data extension where its name stands.
    pub place: Option<(Rc<View>, TextRange)>,
}

/// What is called like `query`: its letters stand in the name, in order, whatever their case. Names that begin so come first; contents and
/// files before data extensions and variables, which are only looked for when something was typed.
pub fn workspace_symbols(workspace: &Workspace, snapshot: &Snapshot, query: &str) -> Vec<WorkspaceSymbol> {
    let renders = Renders::new(workspace, snapshot);
    let wanted = query.trim().trim_start_matches('@').to_lowercase();
    // With `@` alone somebody asks for variables.
    let (bare, sigil) = (wanted.is_empty(), query.trim().starts_with('@'));
    let root = common_folder(renders.files());
    let mut found: Vec<Found> = Vec::new();
    for path in renders.files() {
        let content = workspace.content(path);
        let name = title(workspace, path);
        let name = name.strip_suffix(".query-meta.sql").map(str::to_owned).unwrap_or(name);
        let is_main = content.is_none_or(|content| content.file() == &**path);
        let keyed = content.and_then(|content| rank(&content.key, &wanted));
        let rank_of_file = rank(&name, &wanted).into_iter().chain(keyed).min();
        if let Some(rank) = rank_of_file.filter(|_| is_main && !(bare && sigil)) {
            let kind = if content.is_some() { WorkspaceSymbolKind::Content } else { WorkspaceSymbolKind::File };
            found.push((rank, name, kind, Arc::clone(path), None));
        }
        let variables = renders.mentions(path).map_or(&[][..], |mentions| &mentions.variables);
        for variable in variables.iter().filter(|_| !bare || sigil) {
            if let (Some(range), Some(rank)) = (variable.set, rank(&variable.name, &wanted)) {
                let kind = WorkspaceSymbolKind::Variable;
                found.push((rank, format!("@{}", variable.name), kind, Arc::clone(path), Some(range)));
            }
        }
    }
    if !bare {
        let schemas = schemas(workspace, snapshot, &renders);
        found.extend(data_extensions(&schemas).filter_map(|(table, origin)| {
            let keyed = table.key.as_deref().and_then(|key| rank(key, &wanted));
            let rank = rank(&table.name, &wanted).into_iter().chain(keyed).min()?;
            let range = TextRange::empty(TextSize::new(origin.offset));
            let path = Arc::from(origin.path.as_path());
            Some((rank, table.name.to_string(), WorkspaceSymbolKind::DataExtension, path, Some(range)))
        }));
    }
    found.sort_by(|a, b| (a.0, a.2, &a.1, &a.3).cmp(&(b.0, b.2, &b.1, &b.3)));
    found.truncate(MAX_SYMBOLS);
    let mut views: Vec<Rc<View>> = Vec::new();
    let symbols = found.into_iter().filter_map(|(_, name, kind, path, range)| {
        if let (WorkspaceSymbolKind::DataExtension, Some(at)) = (kind, range) {
            return Some(data_extension(&renders, &mut views, name, path, at.start(), &root));
        }
        let (place, name) = match range {
            Some(range) => {
                let known = views.iter().find(|view| view.path == path).map(Rc::clone);
                let view = match known {
                    Some(view) => view,
                    None if views.len() < MAX_FILES => {
                        views.push(Rc::new(renders.view(&path)?));
                        Rc::clone(views.last()?)
                    }
                    None => return None,
                };
                // As it is written; and if the file has changed since it was read, not at all.
                let written = view.slice(range);
                if written.to_lowercase() != name && format!("@{}", written.to_lowercase()) != name {
                    return None;
                }
                (Some((view, range)), format!("@{}", written.trim_start_matches('@')))
            }
            None => (None, name),
        };
        let container = match kind {
            WorkspaceSymbolKind::Content => workspace.content(&path)?.folder.clone(),
            WorkspaceSymbolKind::File | WorkspaceSymbolKind::DataExtension => {
                path.parent().map(|folder| shown_folder(folder, &root))
            }
            WorkspaceSymbolKind::Variable => Some(title(workspace, &path)),
        };
        Some(WorkspaceSymbol { name, kind, path, container, place })
    });
    symbols.collect()
}

/// What files see: those that are open first, as they are known there, and one of each folder for all others.
fn schemas(workspace: &Workspace, snapshot: &Snapshot, renders: &Renders<'_>) -> Vec<Schema> {
    let open = snapshot.pages().into_iter().map(|(_, page)| page.schema(snapshot.db()).clone());
    let mut folders = FxHashSet::default();
    let closed = renders.files().filter(|path| path.parent().is_some_and(|folder| folders.insert(folder)));
    let closed = closed.map(|path| {
        // What a folder sees may have to be read first.
        renders.unwind_if_cancelled();
        workspace.texts.schema(path)
    });
    let mut schemas: Vec<Schema> = Vec::new();
    for schema in open.chain(closed) {
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    schemas
}

/// The folder that all files lie in.
fn common_folder<'p>(files: impl Iterator<Item = &'p Arc<Path>>) -> PathBuf {
    let mut folders = files.filter_map(|path| path.parent());
    let Some(first) = folders.next() else { return PathBuf::new() };
    folders
        .fold(first, |common, folder| common.ancestors().find(|around| folder.starts_with(around)).unwrap_or(common))
        .into()
}

/// How a folder is shown: from where all files lie, or where its way parts from theirs.
fn shown_folder(folder: &Path, root: &Path) -> String {
    let around = root.ancestors().find(|around| folder.starts_with(around)).filter(|around| around.parent().is_some());
    let inner = around.and_then(|around| folder.strip_prefix(around).ok());
    match inner {
        Some(inner) if inner.as_os_str().is_empty() => {
            folder.file_name().map_or(folder, Path::new).display().to_string()
        }
        inner => inner.unwrap_or(folder).display().to_string(),
    }
}

/// The data extensions of schemas, each once, with where they are written down.
fn data_extensions(schemas: &[Schema]) -> impl Iterator<Item = (&Table, &Origin)> {
    let mut seen = FxHashSet::default();
    let tables = schemas.iter().flat_map(|schema| schema.own().list().iter().chain(schema.shared().list()));
    let written = tables.filter_map(|table| Some((&**table, table.origin.as_ref()?)));
    written.filter(move |(_, origin)| seen.insert((&*origin.path, origin.offset)))
}

/// A data extension in the file that describes it.
fn data_extension(
    renders: &Renders<'_>,
    views: &mut Vec<Rc<View>>,
    name: String,
    path: Arc<Path>,
    at: TextSize,
    root: &Path,
) -> WorkspaceSymbol {
    let known = views.iter().find(|view| view.path == path).map(Rc::clone);
    let view = match known {
        // Variables need files, too.
        None if views.len() < MAX_FILES / 2 => {
            let view = renders.view(&path).map(Rc::new);
            views.extend(view.clone());
            view
        }
        known => known,
    };
    let place = view.and_then(|view| {
        let text = view.snapshot.text(view.file)?;
        let range = place_of(&text, &name, at.into());
        Some((view, range))
    });
    let container = path.parent().map(|folder| shown_folder(folder, root));
    WorkspaceSymbol { name, kind: WorkspaceSymbolKind::DataExtension, path, container, place }
}

/// Something that fits: how well, its name, what it is, its file, and of a variable where it is set.
type Found = (Rank, String, WorkspaceSymbolKind, Arc<Path>, Option<TextRange>);

/// How well a name fits; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Same,
    Begins,
    Holds,
    Scattered,
}

/// How well a name fits what is wanted, which is in lower case; `None` if it does not. Of several words each may fit by itself, as clients
/// compare them.
fn rank(name: &str, wanted: &str) -> Option<Rank> {
    let by_words = || {
        let is_like = |word: &str| rank_of_one(name, word.trim_start_matches('@')).is_some();
        (wanted.contains(char::is_whitespace) && wanted.split_whitespace().all(is_like)).then_some(Rank::Scattered)
    };
    rank_of_one(name, wanted).or_else(by_words)
}

fn rank_of_one(name: &str, wanted: &str) -> Option<Rank> {
    let name = name.to_lowercase();
    if name == wanted {
        return Some(Rank::Same);
    }
    if name.starts_with(wanted) {
        return Some(Rank::Begins);
    }
    if name.contains(wanted) {
        return Some(Rank::Holds);
    }
    let mut letters = name.chars();
    wanted.chars().all(|wanted| letters.any(|letter| letter == wanted)).then_some(Rank::Scattered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Project;

    fn symbols(project: &Project, query: &str) -> Vec<String> {
        let found = workspace_symbols(&project.workspace, &project.snapshot(), query);
        found
            .iter()
            .map(|symbol| {
                let place = symbol.place.as_ref().map(|(view, range)| format!(" {}", view.slice(*range)));
                format!("{:?} {}{}", symbol.kind, symbol.name, place.unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn data_extensions_that_open_files_see() {
        let mut project = Project::new(&[("block/orders", "%%[ set @orders = 1 ]%%")]);
        assert_eq!(symbols(&project, "orders-k"), [""; 0]);
        for name in ["block/orders", "block/other"] {
            let file = project.open(name, "%%[ set @orders = 1 ]%%");
            project.host.set_schema(file, crate::sql::testing::schema());
        }
        assert_eq!(symbols(&project, "orders-k"), ["DataExtension Orders"], "by its key, and once");
        assert_eq!(symbols(&project, "shared t"), ["DataExtension Shared Things"]);
        assert!(symbols(&project, "orders").contains(&"DataExtension Orders".to_owned()));
        let nothing = symbols(&project, "");
        assert!(!nothing.iter().any(|symbol| symbol.starts_with("DataExtension")), "nobody asked for one");
    }

    /// What the files of the workspace see, whether somebody opened one or not.
    #[test]
    fn data_extensions_that_nobody_opened_a_file_of() {
        #[derive(Debug)]
        struct Known;
        impl crate::workspace::Texts for Known {
            fn read(&self, _: &Path) -> Option<(String, sfmc_db::FileInfo)> {
                None
            }
            fn real(&self, path: &Path) -> Option<PathBuf> {
                Some(path.to_owned())
            }
            fn schema(&self, _: &Path) -> Schema {
                crate::sql::testing::schema()
            }
        }
        let mut project = Project::new(&[("block/orders", "x"), ("block/other", "x")]);
        project.workspace.texts = Arc::new(Known);
        assert_eq!(symbols(&project, "orders-k"), ["DataExtension Orders"]);
    }

    #[test]
    fn a_sigil_alone_is_about_variables() {
        let project = Project::new(&[("block/a", "%%[ set @one = 1 ]%%"), ("block/b", "%%[ set @two = 2 ]%%")]);
        assert_eq!(symbols(&project, "@"), ["Variable @one @one", "Variable @two @two"]);
        assert_eq!(symbols(&project, ""), ["Content The a", "Content The b"]);
    }

    #[test]
    fn folders_are_shown_from_where_all_files_lie() {
        let paths: Vec<Arc<Path>> =
            ["/p/a/b/c.html", "/p/a/d/e.html", "/p/a/b/f/g.html"].map(|path| Path::new(path).into()).into();
        let root = common_folder(paths.iter());
        assert_eq!(root, Path::new("/p/a"));
        assert_eq!(shown_folder(Path::new("/p/a/b"), &root), "b");
        assert_eq!(shown_folder(Path::new("/p/a"), &root), "a");
        assert_eq!(shown_folder(Path::new("/p/q/r"), &root), "q/r");
        assert_eq!(shown_folder(Path::new("/q"), &root), "/q");
    }

    #[test]
    fn names_that_fit() {
        let mut project = Project::new(&[
            ("block/header", "%%[ set @headLine = 1 var @header2 ]%%"),
            ("block/footer", "%%[ set @theHeader = 1 set @unread = @head ]%%"),
        ]);
        assert_eq!(symbols(&project, ""), ["Content The footer", "Content The header"]);
        assert_eq!(
            symbols(&project, "HEAD"),
            ["Content The header", "Variable @headLine @headLine", "Variable @theHeader @theHeader"]
        );
        assert_eq!(symbols(&project, "header"), ["Content The header", "Variable @theHeader @theHeader"]);
        assert_eq!(symbols(&project, "@hdl"), ["Variable @headLine @headLine"]);
        assert_eq!(symbols(&project, "xyz"), [""; 0]);
        // Several words, in any order.
        assert_eq!(symbols(&project, "the header"), ["Content The header", "Variable @theHeader @theHeader"]);
        assert_eq!(symbols(&project, "@line head"), ["Variable @headLine @headLine"]);
        assert_eq!(symbols(&project, "line foot"), [""; 0]);
        project.open("block/footer", "%%[ set @HEADER = 1 ]%%");
        assert_eq!(symbols(&project, "header"), ["Content The header", "Variable @HEADER @HEADER"]);
    }
}
