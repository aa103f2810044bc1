//! What is the content that a call names? What the project calls it, where it lies, how large it is, and how many pages include it.

use std::path::Path;

use sfmc_db::{Content, ContentName, FileId, Snapshot};
use sfmc_syntax::TextSize;

use super::{Workspace, content::inclusion_at, renders::Renders};
use crate::{
    hover::Hover,
    markup::{Markup, inline_code},
};

/// Of more contents of one name only the first are told.
const MAX_CONTENTS: usize = 5;

/// What there is to know of the content whose name stands at an offset.
pub fn content_hover(workspace: &Workspace, snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<Hover> {
    let found = inclusion_at(snapshot, file, offset).filter(|found| found.argument.contains_inclusive(offset))?;
    let contents = workspace.contents.resolve(&found.name, &snapshot.path(file)?);
    let mut doc = Markup::default();
    match contents.as_slice() {
        // Where the project keeps no contents at all, that one is missing says nothing.
        [] if workspace.contents.all().is_empty() => return None,
        [] => doc.text(format!("No file of the workspace holds the content with this {}.", kind_of(&found.name))),
        [only] => {
            describe(workspace, snapshot, only, &mut doc);
            included_by(workspace, snapshot, only.file(), &mut doc);
        }
        several => {
            doc.text(format!("{} contents are called so; the files do not say which of them is meant.", several.len()));
            for content in several.iter().take(MAX_CONTENTS) {
                describe(workspace, snapshot, content, &mut doc);
            }
        }
    }
    Some(Hover { range: found.argument, text: doc })
}

fn kind_of(name: &ContentName) -> &'static str {
    match name {
        ContentName::Key(_) => "key",
        ContentName::Path(_) => "name",
    }
}

fn describe(workspace: &Workspace, snapshot: &Snapshot, content: &Content, doc: &mut Markup) {
    doc.text(content.path().or_else(|| content.name.clone()).unwrap_or_else(|| content.key.clone()));
    doc.labelled("Key", inline_code(&content.key));
    let file = |path: &std::path::PathBuf| {
        let size = workspace.text(snapshot, path).map(|text| format!(" ({})", size_text(&text))).unwrap_or_default();
        format!("{}{size}", inline_code(&path.display().to_string()))
    };
    let files: Vec<String> = content.files.iter().map(file).collect();
    doc.labelled(if files.len() == 1 { "File" } else { "Files" }, files.join(", "));
}

/// How large a text is: `1 line, 34 bytes`.
fn size_text(text: &str) -> String {
    let count = |count: usize, what: &str| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
    format!("{}, {}", count(text.lines().count(), "line"), count(text.len(), "byte"))
}

fn included_by(workspace: &Workspace, snapshot: &Snapshot, path: &Path, doc: &mut Markup) {
    match Renders::new(workspace, snapshot).including(path).len() {
        0 => {}
        1 => doc.text("Included by 1 file of the workspace."),
        count => doc.text(format!("Included by {count} files of the workspace.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{testing::size, workspace::testing::Project};

    fn hover_at(project: &mut Project, page: &str, what: &str) -> Option<(String, String)> {
        let file = project.open("message/page", page);
        let at = size(page.find(what).unwrap() + 1);
        let hover = content_hover(&project.workspace, &project.snapshot(), file, at)?;
        Some((page[hover.range].to_owned(), hover.text.plain()))
    }

    const PAGE: &str = "%%=ContentBlockByKey('Header')=%%%%[ set @k = 'menu' ]%%%%=ContentBlockByKey(Concat(@k, ''))=%%\
                        %%=ContentBlockByName(\"My Content\\None\")=%%%%=Concat('header')=%%";

    #[test]
    fn what_is_known_of_a_content() {
        let mut project = Project::new(&[
            ("block/header", "<p>\n</p>\n"),
            ("block/menu", "%%=ContentBlockByKey('HEADER')=%%"),
            ("message/page", PAGE),
        ]);
        let (at, text) = hover_at(&mut project, PAGE, "'Header'").unwrap();
        assert_eq!(at, "'Header'");
        assert_eq!(
            text,
            "Content Builder\\Shop\\The header\n\nKey: `header`\n\nFile: `/p/block/header.html` (2 lines, 9 bytes)\n\n\
             Included by 2 files of the workspace."
        );
        let (at, text) = hover_at(&mut project, PAGE, "''").unwrap();
        assert_eq!(at, "Concat(@k, '')");
        assert!(text.contains("The menu") && text.ends_with("Included by 1 file of the workspace."), "{text}");
        let (_, text) = hover_at(&mut project, PAGE, "None").unwrap();
        assert_eq!(text, "No file of the workspace holds the content with this name.");
        assert_eq!(hover_at(&mut project, PAGE, "'header'"), None, "no content");
        // As the editor shows it.
        project.open("block/header", "é");
        assert!(hover_at(&mut project, PAGE, "'Header'").unwrap().1.contains("(1 line, 2 bytes)"));
    }

    #[test]
    fn nothing_where_no_contents_are_known() {
        let mut project = Project::new(&[("block/header", "")]);
        project.workspace = Workspace::empty(project.workspace.texts.clone());
        assert_eq!(hover_at(&mut project, PAGE, "'Header'"), None);
    }

    #[test]
    fn contents_of_one_name() {
        let mut project = Project::new(&[("block/header", "a"), ("other/header", "b"), ("message/page", PAGE)]);
        let (_, text) = hover_at(&mut project, PAGE, "'Header'").unwrap();
        assert!(text.starts_with("2 contents are called so"), "{text}");
        assert!(text.contains("/p/block/header.html") && text.contains("/p/other/header.html"), "{text}");
    }
}
