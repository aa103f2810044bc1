//! What the contents do that open pages include: what the editor shows of them counts before what lies on the disk.

use std::{path::Path, sync::Arc};

use rustc_hash::FxHashMap;
use sfmc_db::{FileId, FileKind, Included, Page, Snapshot};
use sfmc_semantic::{included, page_effects};

use super::Workspace;

/// For each open page: what the contents do that it includes, as far as that is known. Whoever owns the host tells the pages, and asks again
/// when one of them is told something else: with what a content does it can become known what is included behind it.
pub fn included_contents(workspace: &Workspace, snapshot: &Snapshot) -> Vec<(FileId, Arc<Included>)> {
    let db = snapshot.db();
    let pages = snapshot.pages().into_iter();
    // What is shown of another revision, or was never saved, is no file of the project.
    let pages = pages.filter(|(path, page)| page.kind(db) == FileKind::Page && path.is_absolute());
    let open: FxHashMap<Arc<Path>, Page> = pages.collect();
    let effects = |file: &Path| match open.get(file) {
        Some(&page) => Some(Arc::clone(page_effects(db, page))),
        None => workspace.files.get(file).map(|mentions| Arc::clone(&mentions.effects)),
    };
    let known = open.iter().filter_map(|(path, &page)| {
        let includes = &page_effects(db, page).includes;
        Some((snapshot.file(path)?, Arc::new(included(&workspace.contents, path, includes, effects))))
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use sfmc_lint::DefaultLevels;

    use super::*;
    use crate::workspace::testing::Project;

    /// Tells the pages until nothing changes.
    fn tell(project: &mut Project) -> usize {
        for round in 0.. {
            let found = included_contents(&project.workspace, &project.snapshot());
            let db = project.host.db();
            let is_new = |(file, known): &(FileId, Arc<Included>)| {
                project.host.page(*file).is_some_and(|page| page.included(db) != known)
            };
            let found: Vec<_> = found.into_iter().filter(is_new).collect();
            if found.is_empty() {
                return round;
            }
            for (file, known) in found {
                project.host.set_included(file, known);
            }
        }
        0
    }

    fn findings(project: &Project, file: FileId) -> Vec<&'static str> {
        let found = crate::diagnostics(&project.snapshot(), file, &DefaultLevels);
        found.iter().map(|found| found.rule.id).collect()
    }

    const PAGE: &str = "<html>%%[ set @title = 'x' set @own = 1 ]%%%%=ContentBlockByKey('header')=%%%%=v(@name)=%%%%=v(@nme)=%%</html>";

    #[test]
    fn what_a_content_does_counts_in_the_page() {
        let mut project = Project::new(&[
            ("block/header", "%%=ContentBlockByKey('logo')=%%%%=v(@title)=%%"),
            ("block/logo", "%%[ set @name = 'y' ]%%"),
            ("message/page", PAGE),
        ]);
        let file = project.open("message/page", PAGE);
        assert_eq!(findings(&project, file), [""; 0], "nothing is known");
        assert_eq!(tell(&mut project), 1);
        assert_eq!(findings(&project, file), ["amp/unused-variable", "amp/unset-variable"]);
        // What the editor shows of it.
        let header = project.open("block/header", "%%=v(@title)=%%%%=v(@own)=%%%%[ set @nme = 1 set @name = 1 ]%%");
        tell(&mut project);
        assert_eq!(findings(&project, file), [""; 0]);
        project.host.replace(header, None, "%%=ContentBlockById(1)=%%").unwrap();
        tell(&mut project);
        assert_eq!(findings(&project, file), [""; 0], "not known any more");
    }

    #[test]
    fn names_that_become_known_with_what_is_included_before() {
        let page = "<html>%%[ set @k = 'menu' ]%%%%=ContentBlockByKey('header')=%%%%=ContentBlockByKey(@k)=%%%%=v(@nme)=%%</html>";
        let mut project = Project::new(&[("block/header", "x"), ("block/menu", "x"), ("message/page", page)]);
        let file = project.open("message/page", page);
        assert_eq!(tell(&mut project), 2);
        assert_eq!(findings(&project, file), ["amp/unset-variable"]);
        let page = project.host.page(file).unwrap();
        assert!(!sfmc_semantic::page_variables(project.host.db(), page).opaque);
    }
}
