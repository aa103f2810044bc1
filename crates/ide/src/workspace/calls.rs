//! Which contents does a page include, and which pages include this one? Pages and contents are to each other what functions are.

use std::{path::Path, sync::Arc};

use sfmc_db::{ContentName, FileId, Snapshot};
use sfmc_semantic::page_mentions;
use sfmc_syntax::{TextRange, TextSize};

use super::{
    View, Workspace,
    content::{content_definition, inclusions},
    renders::Renders,
    title,
    variables::is_sql,
};

/// A page or content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTarget {
    /// The file.
    pub path: Arc<Path>,
    /// What it is called.
    pub title: String,
    /// The folder of Content Builder, or the key.
    pub detail: Option<String>,
}

/// An inclusion, seen from one end.
#[derive(Debug)]
pub struct Call {
    /// The other end.
    pub target: CallTarget,
    /// The file with the calls.
    pub view: View,
    /// The names of the content in it.
    pub ranges: Vec<TextRange>,
}

/// What a hierarchy begins with: the content that the call at an offset includes, or else the file itself.
pub fn call_targets(workspace: &Workspace, snapshot: &Snapshot, file: FileId, offset: TextSize) -> Vec<CallTarget> {
    if is_sql(snapshot, file) {
        return Vec::new();
    }
    let files = match content_definition(workspace, snapshot, file, offset) {
        Some(found) => found.files.iter().map(|path| Arc::from(path.as_path())).collect(),
        None => snapshot.path(file).into_iter().collect::<Vec<Arc<Path>>>(),
    };
    files.into_iter().map(|path| call_target(workspace, path)).collect()
}

/// Who includes the content that a file holds, by path.
pub fn incoming_calls<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    path: &Path,
    mut show: impl FnMut(Call) -> T,
) -> Vec<T> {
    let Some(content) = workspace.content(path) else { return Vec::new() };
    let renders = Renders::new(workspace, snapshot);
    let including = renders.including(path);
    let is_it = |name: &ContentName, from: &Path| workspace.contents.resolve(name, from).contains(&content);
    inclusions(&renders, &including, is_it, |found| {
        let target = call_target(workspace, Arc::clone(&found.view.path));
        show(Call { target, view: found.view, ranges: found.ranges })
    })
}

/// What a file includes, in order of the first place.
pub fn outgoing_calls(workspace: &Workspace, snapshot: &Snapshot, path: &Path) -> Vec<Call> {
    let Some(view) = workspace.view(snapshot, path) else { return Vec::new() };
    let Some(page) = view.page() else { return Vec::new() };
    let mut found: Vec<(Arc<Path>, Vec<TextRange>)> = Vec::new();
    for inclusion in &page_mentions(view.snapshot.db(), page).includes {
        for content in workspace.contents.resolve(&inclusion.name, path) {
            match found.iter_mut().find(|(file, _)| **file == *content.file()) {
                Some((_, ranges)) => ranges.push(inclusion.argument),
                None => found.push((content.file().into(), vec![inclusion.argument])),
            }
        }
    }
    let call = |(file, ranges)| Call { target: call_target(workspace, file), view: view.clone(), ranges };
    found.into_iter().map(call).collect()
}

fn call_target(workspace: &Workspace, path: Arc<Path>) -> CallTarget {
    let content = workspace.content(&path);
    let detail = content.map(|content| content.folder.clone().unwrap_or_else(|| content.key.clone()));
    CallTarget { title: title(workspace, &path), detail, path }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Project;

    #[test]
    fn there_and_back() {
        let text = "%%=ContentBlockByKey('header')=%%%%=ContentBlockByKey('menu')=%%%%=ContentBlockByKey('Header')=%%";
        let mut project = Project::new(&[
            ("block/header", "%%=ContentBlockByKey('menu')=%%"),
            ("block/menu", "x"),
            ("message/page", text),
        ]);
        let file = project.open("message/page", text);
        let snapshot = project.snapshot();
        let targets = |offset: u32| -> Vec<String> {
            let found = call_targets(&project.workspace, &snapshot, file, TextSize::new(offset));
            found.into_iter().map(|target| format!("{} ({})", target.title, target.detail.unwrap())).collect()
        };
        assert_eq!(targets(5), ["The header (Content Builder/Shop)"]);
        assert_eq!(targets(0), ["The page (Content Builder/Shop)"]);
        let show = |calls: Vec<Call>| -> Vec<(String, Vec<String>)> {
            let ranges = |call: &Call| call.ranges.iter().map(|range| call.view.slice(*range)).collect();
            calls.iter().map(|call| (call.target.title.clone(), ranges(call))).collect()
        };
        let named =
            |title: &str, names: &[&str]| (title.to_owned(), names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            show(outgoing_calls(&project.workspace, &snapshot, &project.path("message/page"))),
            [named("The header", &["'header'", "'Header'"]), named("The menu", &["'menu'"])]
        );
        assert_eq!(
            show(incoming_calls(&project.workspace, &snapshot, &project.path("block/menu"), |call| call)),
            [named("The header", &["'menu'"]), named("The page", &["'menu'"])]
        );
        let incoming = |path: &Path| incoming_calls(&project.workspace, &snapshot, path, |call| call);
        assert!(incoming(&project.path("message/page")).is_empty());
        assert!(incoming(Path::new("/nowhere")).is_empty());
    }
}
