//! Which content does this call include, where does it lie, and who else includes it?

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sfmc_db::{Content, ContentName, FileId, Snapshot};
use sfmc_semantic::{Inclusion, page_mentions};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use super::{FilePlaces, View, Workspace, renders::Renders};
use crate::{code::CodeAt, cursor::token_at, variables::variable_at};

/// From a call to what it includes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentTarget {
    /// What names the content: the argument, without its quotation marks.
    pub origin: TextRange,
    /// The files to show, by path; at least one. Several where the project does not say which is meant.
    pub files: Vec<PathBuf>,
    /// What they are called.
    pub title: String,
}

/// What the call around an offset includes; nothing on a variable, which comes from elsewhere.
pub fn content_definition(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
) -> Option<ContentTarget> {
    let found = inclusions_at(snapshot, file, offset);
    let mut targets = found.iter().filter_map(|found| target(workspace, snapshot, file, found));
    let mut first = targets.next()?;
    for other in targets {
        first.files.extend(other.files);
        first.title = format!("{}, {}", first.title, other.title);
    }
    first.files.sort();
    first.files.dedup();
    Some(first)
}

/// The literal names of contents in a file that lead to one, in order.
pub fn content_links(workspace: &Workspace, snapshot: &Snapshot, file: FileId) -> Vec<ContentTarget> {
    let Some(page) = snapshot.page(file) else { return Vec::new() };
    let includes = page_mentions(snapshot.db(), page).includes.clone();
    includes
        .iter()
        .filter(|found| found.literal.is_some())
        .filter_map(|found| target(workspace, snapshot, file, found))
        .collect()
}

/// All calls in the workspace that include what the call around an offset does. This file first, then by path.
pub fn content_references<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    show: impl FnMut(FilePlaces) -> T,
) -> Option<Vec<T>> {
    let found = inclusion_at(snapshot, file, offset)?;
    let path = snapshot.path(file)?;
    let meant = workspace.contents.resolve(&found.name, &path);
    // What nobody knows is the same where it is called the same.
    let is_same = |name: &ContentName, from: &Path| match meant.is_empty() {
        true => name.normal() == found.name.normal() && workspace.contents.resolve(name, from).is_empty(),
        false => workspace.contents.resolve(name, from).iter().any(|other| meant.contains(other)),
    };
    let renders = Renders::new(workspace, snapshot);
    let mut files: Vec<&Arc<Path>> = match meant.is_empty() {
        true => renders.files().collect(),
        false => meant.iter().flat_map(|content| renders.including(content.file())).chain([&path]).collect(),
    };
    files.sort_by_key(|file| (**file != path, Arc::clone(file)));
    files.dedup();
    Some(inclusions(&renders, &files, is_same, show))
}

/// The arguments that name a content, file by file.
pub(super) fn inclusions<T>(
    renders: &Renders<'_>,
    files: &[&Arc<Path>],
    is_meant: impl Fn(&ContentName, &Path) -> bool,
    show: impl FnMut(FilePlaces) -> T,
) -> Vec<T> {
    let places = files.iter().filter_map(|path| {
        let is_meant = |found: &&Inclusion| is_meant(&found.name, path);
        renders.mentions(path)?.includes.iter().find(is_meant)?;
        let view = renders.view(path)?;
        // As the file is now: it can have changed since it was looked at.
        let mentions = page_mentions(view.snapshot.db(), view.page()?);
        let mut ranges: Vec<TextRange> =
            mentions.includes.iter().filter(is_meant).map(|found| found.argument).collect();
        // One call may name it in several ways.
        ranges.dedup();
        (!ranges.is_empty()).then_some(FilePlaces { view, ranges })
    });
    places.map(show).collect()
}

fn target(workspace: &Workspace, snapshot: &Snapshot, file: FileId, found: &Inclusion) -> Option<ContentTarget> {
    let contents = workspace.contents.resolve(&found.name, &snapshot.path(file)?);
    let first = contents.first()?;
    let origin = found.literal.unwrap_or(found.argument);
    let title = first.name.as_ref().unwrap_or(&first.key).clone();
    let mut files: Vec<PathBuf> = contents.iter().map(|content: &&Content| content.file().to_owned()).collect();
    files.sort();
    Some(ContentTarget { origin, files, title })
}

/// What the call around an offset includes: the innermost. Where that may be one of several, the first.
pub(super) fn inclusion_at(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<Inclusion> {
    inclusions_at(snapshot, file, offset).into_iter().next()
}

/// What the call around an offset may include: the innermost.
fn inclusions_at(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Vec<Inclusion> {
    calls_at(snapshot, file, offset).unwrap_or_default()
}

fn calls_at(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<Vec<Inclusion>> {
    let page = snapshot.page(file)?;
    // Cheap where there is no code, as in most places.
    if CodeAt::new(snapshot.db(), page, offset).is_none() {
        token_at(snapshot.db(), page, offset, |kind| kind == SyntaxKind::SERVER_SCRIPT)?;
    }
    if variable_at(snapshot.db(), page, offset).is_some() {
        return None;
    }
    let includes = page_mentions(snapshot.db(), page).includes.iter();
    let mut around: Vec<&Inclusion> = includes.filter(|found| found.call.contains_inclusive(offset)).collect();
    let innermost = around.iter().min_by_key(|found| found.call.len())?.call;
    around.retain(|found| found.call == innermost);
    Some(around.into_iter().cloned().collect())
}

impl View {
    /// The text of a range.
    pub fn slice(&self, range: TextRange) -> String {
        let text = self.snapshot.text(self.file).unwrap_or_default();
        text.get(std::ops::Range::from(range)).unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Project;

    const PAGE: &str = "%%=ContentBlockByKey('Header')=%% %%[ set @k = 'menu' ]%%%%=ContentBlockByKey(@k)=%%\n\
                        %%=ContentBlockByName(\"Content Builder\\Shop\\The footer\")=%% %%=ContentBlockByKey('gone')=%% %%=Concat('header')=%%";

    fn project() -> Project {
        Project::new(&[
            ("block/header", ""),
            ("block/menu", "%%=ContentBlockByKey('HEADER')=%%"),
            ("block/footer", ""),
            ("message/page", PAGE),
        ])
    }

    fn at(what: &str) -> TextSize {
        TextSize::new(u32::try_from(PAGE.find(what).unwrap()).unwrap() + 1)
    }

    #[test]
    fn from_a_call_to_the_file() {
        let mut project = project();
        let file = project.open("message/page", PAGE);
        let go = |what: &str| {
            let found = content_definition(&project.workspace, &project.snapshot(), file, at(what))?;
            let files: Vec<_> = found.files.iter().map(|path| project.name(path)).collect();
            Some((PAGE[found.origin].to_owned(), files.join(" ")))
        };
        let header = Some(("Header".to_owned(), "block/header".to_owned()));
        assert_eq!(go("'Header'"), header);
        assert_eq!(go("ContentBlockByKey('Header"), header);
        assert_eq!(go("@k)"), None, "the variable");
        assert_eq!(go("ContentBlockByKey(@k"), Some(("@k".to_owned(), "block/menu".to_owned())));
        assert_eq!(go("The footer").unwrap().1, "block/footer");
        assert_eq!(go("'gone'"), None);
        assert_eq!(go("'header')=%%"), None, "no content");
    }

    #[test]
    fn links_are_literals_that_lead_somewhere() {
        let mut project = project();
        let file = project.open("message/page", PAGE);
        let found = content_links(&project.workspace, &project.snapshot(), file);
        let found: Vec<_> = found.iter().map(|link| (&PAGE[link.origin], link.title.as_str())).collect();
        assert_eq!(found, [("Header", "The header"), ("Content Builder\\Shop\\The footer", "The footer")]);
    }

    #[test]
    fn references_in_all_files() {
        let mut project = project();
        let file = project.open("message/page", PAGE);
        let of = |what: &str| -> Vec<(String, Vec<String>)> {
            let found =
                content_references(&project.workspace, &project.snapshot(), file, at(what), |found| found).unwrap();
            let places = |found: &FilePlaces| found.ranges.iter().map(|range| found.view.slice(*range)).collect();
            found.iter().map(|found| (project.name(&found.view.path), places(found))).collect()
        };
        let own = |name: &str| ("message/page".to_owned(), vec![name.to_owned()]);
        assert_eq!(of("'Header'"), [own("'Header'"), ("block/menu".to_owned(), vec!["'HEADER'".to_owned()])]);
        assert_eq!(of("'gone'"), [own("'gone'")]);
    }
}
