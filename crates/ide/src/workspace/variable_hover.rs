//! Where is this variable set, if not in its page? In what is rendered together with it.

use sfmc_db::{FileId, Snapshot};
use sfmc_syntax::TextSize;

use super::{FilePlaces, Workspace, title, variables::first_definitions_elsewhere};
use crate::{hover::Hover, markup::inline_code};

/// Of more files only the first are told.
const MAX_FILES: usize = 5;

/// Adds to what is said of a variable where other files set it that are rendered together with its page; nothing if the page sets it itself.
pub fn add_definition_elsewhere(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    hover: &mut Hover,
) {
    let show = |found: FilePlaces| {
        let text = found.view.snapshot.text(found.view.file).unwrap_or_default();
        let before = |at: TextSize| text.get(..usize::from(at)).unwrap_or_default().matches('\n').count() + 1;
        let first = found.ranges.first().map_or(1, |range| before(range.start()));
        let more = if found.ranges.len() > 1 { " and further on" } else { "" };
        format!("{}, line {first}{more}", inline_code(&title(workspace, &found.view.path)))
    };
    let found = first_definitions_elsewhere(workspace, snapshot, file, offset, MAX_FILES, show);
    let Some((shown, more)) = found else { return };
    let more = if more > 0 { format!("; and in {more} more files") } else { String::new() };
    hover.text.text(format!("Set in {}{more}.", shown.join("; ")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Project;

    #[test]
    fn where_the_included_content_sets_it() {
        let page = "%%=ContentBlockByKey('header')=%%%%=v(@brand)=%%%%[ set @own = 1 ]%%%%=v(@own)=%%";
        let mut project = Project::new(&[("block/header", "<p>\n%%[ set @brand = 1 ]%%"), ("message/page", page)]);
        let file = project.open("message/page", page);
        let snapshot = project.snapshot();
        let said = |what: &str| {
            let offset = TextSize::try_from(page.rfind(what).unwrap() + 1).unwrap();
            let mut found = crate::hover(&snapshot, file, offset).unwrap();
            add_definition_elsewhere(&project.workspace, &snapshot, file, offset, &mut found);
            found.text.markdown()
        };
        assert!(said("@brand").ends_with("Set in `The header`, line 2."), "{}", said("@brand"));
        assert!(!said("@own").contains("The header"));
        assert!(!said("v(@own").contains("The header"));
    }

    #[test]
    fn of_many_files_only_the_first_are_looked_into() {
        let names: Vec<String> = (0..20).map(|number| format!("message/page{number:02}")).collect();
        let mut files = vec![("block/header", "%%=v(@brand)=%%")];
        let page = "%%[ set @brand = 1 ]%%%%=ContentBlockByKey('header')=%%";
        files.extend(names.iter().map(|name| (name.as_str(), page)));
        let mut project = Project::new(&files);
        let file = project.open("block/header", "%%=v(@brand)=%%");
        let snapshot = project.snapshot();
        let offset = TextSize::new(8);
        let mut found = crate::hover(&snapshot, file, offset).unwrap();
        add_definition_elsewhere(&project.workspace, &snapshot, file, offset, &mut found);
        let said = found.text.markdown();
        assert!(said.contains("`The page04`, line 1; and in 15 more files."), "{said}");
        assert_eq!(project.reads(), MAX_FILES);
    }
}
