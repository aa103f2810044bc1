//! References and renames of variables over all files that share them.
//!
//! What is found goes file by file to `show`, which makes of it what the caller keeps: thousands of files cannot be looked into at once.

use std::{path::Path, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::{FileId, FileKind, Snapshot};
use sfmc_syntax::{SmolStr, TextEdit, TextRange, TextSize};

use super::{View, Workspace, renders::Renders, title};
use crate::{
    definition::declaration_of,
    references::references,
    rename::{self, RenameError},
    treated::is_out_of_reach,
    variables::{Named, Use, key, places, variable_at},
};

/// Places in a file, in order; at least one.
#[derive(Debug)]
pub struct FilePlaces {
    /// The file.
    pub view: View,
    /// The places.
    pub ranges: Vec<TextRange>,
}

/// Edits of a file, in order; at least one.
#[derive(Debug)]
pub struct FileEdits {
    /// The file.
    pub view: View,
    /// The edits.
    pub edits: Vec<TextEdit>,
}

/// The places that name the variable at an offset, in this file and in all that share it: those that include this one, those that it
/// includes, and what is rendered together with it. This file first, then by path. Without the declaration unless it is wanted.
pub fn references_everywhere<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    with_declaration: bool,
    mut show: impl FnMut(FilePlaces) -> T,
) -> Option<Vec<T>> {
    if is_sql(snapshot, file) {
        let ranges = references(snapshot, file, offset, with_declaration)?;
        let view = View { snapshot: snapshot.clone(), file, path: snapshot.path(file)? };
        return Some(if ranges.is_empty() { Vec::new() } else { vec![show(FilePlaces { view, ranges })] });
    }
    let (path, key, own) = variable(snapshot, file, offset)?;
    let declaration = declaration_of(&places_in(&own, &key)?).map(|named| named.range);
    let renders = Renders::new(workspace, snapshot);
    let sharing = renders.sharing(&path, &key);
    // A file that belongs to no folder of the workspace shares nothing.
    let others = sharing.naming.iter().filter(|other| **other != path);
    let found = std::iter::once(&path).chain(others).filter_map(|file| {
        let view = renders.view(file)?;
        let left_out = declaration.filter(|_| !with_declaration && *file == path);
        let places = places_in(&view, &key)?;
        let ranges: Vec<TextRange> =
            places.iter().map(|named| named.range).filter(|range| Some(*range) != left_out).collect();
        (!ranges.is_empty()).then_some(FilePlaces { view, ranges })
    });
    Some(found.map(show).collect())
}

/// The edits that give the variable at an offset another name in all files that share it.
///
/// # Errors
/// When nothing there can be renamed, the name is none, or a file that is rendered together with one of them has a variable of that name.
pub fn rename_everywhere<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    new_name: &str,
    mut show: impl FnMut(FileEdits) -> T,
) -> Result<Vec<T>, RenameError> {
    // What is wrong with the name, or taken in this file, is told as for one file.
    let own = rename::rename(snapshot, file, offset, new_name)?;
    if is_sql(snapshot, file) {
        let path = snapshot.path(file).ok_or(RenameError::NoVariable)?;
        let view = View { snapshot: snapshot.clone(), file, path };
        return Ok(if own.is_empty() { Vec::new() } else { vec![show(FileEdits { view, edits: own })] });
    }
    let Some((path, old_key, own_places)) = variable(snapshot, file, offset) else {
        return Err(RenameError::NoVariable);
    };
    let name = rename::valid_name(new_name)?;
    let new_key = key(name);
    let renders = Renders::new(workspace, snapshot);
    let sharing = renders.sharing(&path, &old_key);
    if new_key != old_key {
        let taken = sharing.together.iter().find(|other| {
            let mentions = renders.mentions(other);
            **other != path && mentions.is_some_and(|found| found.names(&new_key))
        });
        if let Some(other) = taken {
            return Err(RenameError::TakenIn { name: name.to_owned(), file: title(workspace, other) });
        }
    }
    if let Some((one, other)) = same_file(workspace, &path, &sharing.naming) {
        return Err(RenameError::SameFile(one.display().to_string(), other.display().to_string()));
    }
    let in_metadata = |key: &SmolStr| {
        let contents = sharing.together.iter().filter_map(|file| workspace.content(file));
        let found = contents.into_iter().find(|content| content.named.binary_search(key).is_ok());
        found.map(|content| title(workspace, content.file()))
    };
    if let Some(file) = in_metadata(&old_key) {
        return Err(RenameError::InMetadata { name: old_key.to_string(), file });
    }
    if let Some(file) = in_metadata(&new_key).filter(|_| new_key != old_key) {
        return Err(RenameError::TakenIn { name: name.to_owned(), file });
    }
    let in_text = |other: &Path| RenameError::InTextOf { name: old_key.to_string(), file: title(workspace, other) };
    let others = || sharing.together.iter().filter(|other| **other != path);
    if let Some(other) =
        others().find(|other| renders.mentions(other).is_some_and(|found| found.may_put_together(&old_key)))
    {
        return Err(in_text(other));
    }
    let mut found = vec![show(FileEdits { view: own_places, edits: own })];
    for other in sharing.naming.iter().filter(|other| **other != path) {
        let view = renders.view(other);
        let Some((view, places)) = view.and_then(|view| Some((places_in(&view, &old_key)?, view))).map(|(p, v)| (v, p))
        else {
            return Err(RenameError::Unreadable(title(workspace, other)));
        };
        if view.page().is_some_and(|page| is_out_of_reach(view.snapshot.db(), page, &old_key)) {
            return Err(in_text(other));
        }
        let edits: Vec<TextEdit> =
            places.iter().map(|named| TextEdit { range: named.name, new_text: name.to_owned() }).collect();
        if !edits.is_empty() {
            found.push(show(FileEdits { view, edits }));
        }
    }
    Ok(found)
}

/// Whether a file is one of SQL: what a statement gives names to it shares with nobody.
pub(super) fn is_sql(snapshot: &Snapshot, file: FileId) -> bool {
    snapshot.page(file).is_some_and(|page| page.kind(snapshot.db()) == FileKind::Sql)
}

/// Two paths that lead to one file.
fn same_file<'a>(workspace: &Workspace, path: &'a Path, others: &'a [Arc<Path>]) -> Option<(&'a Path, &'a Path)> {
    let others = others.iter().map(|other| &**other).filter(|other| *other != path);
    let mut known = FxHashMap::default();
    let mut paths = std::iter::once(path).chain(others);
    paths.find_map(|path| Some((known.insert(workspace.texts.real(path)?, path)?, path)))
}

/// Where the variable that is read at an offset is set in other files that are rendered together with this one; nothing if this page sets
/// it. By path.
pub fn definition_elsewhere<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    show: impl FnMut(FilePlaces) -> T,
) -> Option<Vec<T>> {
    Some(first_definitions_elsewhere(workspace, snapshot, file, offset, usize::MAX, show)?.0)
}

/// What is first of [`definition_elsewhere`], and how many files are left: those are not looked into.
pub(super) fn first_definitions_elsewhere<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    limit: usize,
    show: impl FnMut(FilePlaces) -> T,
) -> Option<(Vec<T>, usize)> {
    let (path, key, own) = variable(snapshot, file, offset)?;
    let is_set = |named: &Named| named.how.is_definition() && named.how != Use::Declare;
    if places_in(&own, &key)?.iter().any(is_set) {
        return None;
    }
    let renders = Renders::new(workspace, snapshot);
    let mut others = renders.together(&path).into_iter().filter(|other| ***other != *path && renders.sets(other, &key));
    let found = others.by_ref().filter_map(|other| {
        let view = renders.view(other)?;
        let ranges: Vec<TextRange> =
            places_in(&view, &key)?.iter().filter(|named| is_set(named)).map(|named| named.range).collect();
        (!ranges.is_empty()).then_some(FilePlaces { view, ranges })
    });
    let found: Vec<T> = found.take(limit).map(show).collect();
    (!found.is_empty()).then(|| (found, others.count()))
}

/// The variables that other files which are rendered together with one set: in lower case and as written there, without `@`, each with a file
/// that does. By name.
pub(crate) fn variables_elsewhere(
    workspace: &Workspace,
    snapshot: &Snapshot,
    path: &Path,
) -> Vec<(SmolStr, SmolStr, Arc<Path>)> {
    let renders = Renders::new(workspace, snapshot);
    let mut found = Vec::new();
    for other in renders.together(path).into_iter().filter(|other| ***other != *path) {
        let variables = renders.mentions(other).map_or(&[][..], |mentions| &mentions.variables);
        let set = variables.iter().filter(|variable| variable.set.is_some());
        found.extend(set.map(|variable| (variable.name.clone(), variable.written.clone(), Arc::clone(other))));
    }
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// What other files that are rendered together with one name.
#[derive(Debug, Default)]
pub(crate) struct NamesElsewhere {
    /// Variables, without `@` and in lower case.
    pub(crate) names: FxHashSet<SmolStr>,
    /// What may be the beginnings of others, so.
    pub(crate) begun: FxHashSet<SmolStr>,
}

/// What other files that are rendered together with one name.
pub(crate) fn names_elsewhere(workspace: &Workspace, snapshot: &Snapshot, path: &Path) -> NamesElsewhere {
    let renders = Renders::new(workspace, snapshot);
    let together = renders.together(path);
    let mut found = NamesElsewhere::default();
    let contents = together.iter().filter_map(|file| workspace.content(file));
    found.names.extend(contents.flat_map(|content| content.named.iter().cloned()));
    let others = together.into_iter().filter(|other| ***other != *path);
    for mentions in others.filter_map(|other| renders.mentions(other)) {
        found.names.extend(mentions.variables.iter().map(|variable| variable.name.clone()));
        found.begun.extend(mentions.begun.iter().cloned());
    }
    found
}

/// What a file is called in lists.
pub(crate) fn file_title(workspace: &Workspace, path: &Path) -> String {
    title(workspace, path)
}

/// The variable at an offset: the path of the file, the name, and the file itself.
fn variable(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<(Arc<Path>, SmolStr, View)> {
    let page = snapshot.page(file).filter(|_| !is_sql(snapshot, file))?;
    let found = variable_at(snapshot.db(), page, offset)?;
    let path = snapshot.path(file)?;
    Some((Arc::clone(&path), found.key, View { snapshot: snapshot.clone(), file, path }))
}

fn places_in(view: &View, key: &str) -> Option<Vec<Named>> {
    Some(places(view.snapshot.db(), view.page()?, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Project;

    fn at(text: &str, what: &str) -> TextSize {
        TextSize::new(u32::try_from(text.find(what).unwrap()).unwrap() + 1)
    }

    fn project() -> Project {
        Project::new(&[
            ("block/header", "<p>%%=v(@NAME)=%% @name</p>"),
            ("message/one", "%%[ var @name set @name = 1 ]%%%%=ContentBlockByKey('header')=%%"),
            ("message/two", "%%[ set @name = 'x' set @other = 1 ]%%%%=ContentBlockByKey('header')=%%"),
            ("message/far", "%%[ set @name = 1 ]%%"),
        ])
    }

    fn references(project: &mut Project, name: &str, declaration: bool) -> Vec<(String, Vec<String>)> {
        let text = project.text(name).to_owned();
        let file = project.open(name, &text);
        let found = references_everywhere(
            &project.workspace,
            &project.snapshot(),
            file,
            at(&text.to_lowercase(), "@name"),
            declaration,
            |found| found,
        );
        let found = found.unwrap().into_iter().map(|found| {
            let text = found.view.snapshot.text(found.view.file).unwrap();
            (project.name(&found.view.path), found.ranges.iter().map(|range| text[*range].to_owned()).collect())
        });
        found.collect()
    }

    #[test]
    fn references_in_all_files_that_share_it() {
        let expected =
            [("message/one", &["@name", "@name"][..]), ("block/header", &["@NAME"]), ("message/two", &["@name"])];
        let expected: Vec<_> = expected
            .iter()
            .map(|(file, names)| ((*file).to_owned(), names.iter().map(|n| (*n).to_owned()).collect()))
            .collect();
        assert_eq!(references(&mut project(), "message/one", true), expected);
        assert_eq!(references(&mut project(), "message/one", false)[0].1, ["@name"], "without VAR");
        assert_eq!(references(&mut project(), "message/far", true).len(), 1);
    }

    #[test]
    fn what_the_editor_shows_counts() {
        let mut project = project();
        project.open("message/two", "%%[ set @x = 1 ]%%");
        let found = references(&mut project, "block/header", true);
        let files: Vec<_> = found.iter().map(|(file, _)| file.as_str()).collect();
        assert_eq!(files, ["block/header", "message/one"]);
    }

    #[test]
    fn what_only_another_file_sets() {
        let mut project = project();
        let go = |project: &mut Project, name: &str, text: &str| -> Option<Vec<String>> {
            let file = project.open(name, text);
            let offset = at(&text.to_lowercase(), "@name");
            let found = definition_elsewhere(&project.workspace, &project.snapshot(), file, offset, |found| found)?;
            Some(found.iter().map(|found| project.name(&found.view.path)).collect())
        };
        let text = "<p>%%=v(@NAME)=%%</p>";
        assert_eq!(go(&mut project, "block/header", text).unwrap(), ["message/one", "message/two"]);
        assert_eq!(go(&mut project, "block/header", "%%[ var @name ]%%").unwrap().len(), 2, "VAR sets nothing");
        assert_eq!(go(&mut project, "block/header", "%%[ set @name = 1 ]%%%%=v(@name)=%%"), None);
        assert_eq!(go(&mut project, "message/lone", text), None);
        let path = project.path("block/header");
        let names = variables_elsewhere(&project.workspace, &project.snapshot(), &path);
        let names: Vec<_> = names.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["name", "other"]);
    }

    fn rename(project: &mut Project, name: &str, new_name: &str) -> Result<Vec<(String, String)>, String> {
        let text = project.text(name).to_owned();
        let file = project.open(name, &text);
        let offset = at(&text.to_lowercase(), "@name");
        let edits = rename_everywhere(&project.workspace, &project.snapshot(), file, offset, new_name, |found| found);
        let edits = edits.map_err(|error| error.to_string())?;
        Ok(edits
            .into_iter()
            .map(|found| {
                let mut text = found.view.snapshot.text(found.view.file).unwrap();
                for edit in found.edits.iter().rev() {
                    text.replace_range(std::ops::Range::<usize>::from(edit.range), &edit.new_text);
                }
                (project.name(&found.view.path), text)
            })
            .collect())
    }

    #[test]
    fn a_rename_changes_them_all() {
        let found = rename(&mut project(), "block/header", "@who").unwrap();
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "<p>%%=v(@who)=%% @name</p>",
                "%%[ var @who set @who = 1 ]%%%%=ContentBlockByKey('header')=%%",
                "%%[ set @who = 'x' set @other = 1 ]%%%%=ContentBlockByKey('header')=%%",
            ]
        );
        assert_eq!(rename(&mut project(), "message/far", "other").unwrap().len(), 1);
    }

    #[test]
    fn a_file_that_is_there_twice_is_not_edited_twice() {
        let mut project = project();
        // By a link to the project's folder.
        let text = project.text("message/one").to_owned();
        project.open("link/message/one", &text);
        let error = rename(&mut project, "block/header", "who").unwrap_err();
        assert!(error.starts_with("`/p/link/message/one.html` and `/p/message/one.html` are the same file"), "{error}");
    }

    #[test]
    fn a_name_that_another_file_of_them_has_is_refused() {
        let error = rename(&mut project(), "message/one", "Other").unwrap_err();
        assert_eq!(error, "`The two`, which is rendered together with this page, already has a variable `@Other`");
        assert_eq!(rename(&mut project(), "message/one", "NAME").unwrap().len(), 3, "another spelling of the same");
    }
}
