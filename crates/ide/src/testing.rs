//! What the tests of features share: files from fixtures, and answers written into their text.

use std::path::Path;

use sfmc_db::{FileId, FileKind, Host};
use sfmc_syntax::{TextRange, TextSize};
use sfmc_test_support::Fixture;

/// A host with the text of a fixture, its only file, and the place of `$0` in it.
pub(crate) fn with_cursor(markup: &str) -> (Host, FileId, TextSize, String) {
    let fixture = Fixture::parse(markup);
    let (file, at) = fixture.cursor();
    let (host, id) = host(&file.text);
    (host, id, size(at), file.text.clone())
}

/// A host with the text of a fixture, its only file, and what is selected in it: `$0…$0`, or nothing at `$0`.
pub(crate) fn with_selection(markup: &str) -> (Host, FileId, TextRange, String) {
    let (first, rest) = markup.split_once("$0").unwrap();
    let (selected, last) = rest.split_once("$0").unwrap_or(("", rest));
    let text = [first, selected, last].concat();
    let (host, id) = host(&text);
    (host, id, TextRange::at(size(first.len()), size(selected.len())), text)
}

/// A host with a page.
pub(crate) fn host(text: &str) -> (Host, FileId) {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.to_owned(), FileKind::Page);
    (host, file)
}

/// A host with a file of SQL.
pub(crate) fn sql_host(text: &str) -> (Host, FileId) {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/query.sql"), text.to_owned(), FileKind::Sql);
    (host, file)
}

pub(crate) fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap())
}

/// Lines of a text with `«»` around ranges in it; lines without any are left out.
pub(crate) fn marked(text: &str, ranges: impl IntoIterator<Item = (TextRange, &'static str)>) -> String {
    let mut marks: Vec<(usize, u8, String)> = Vec::new();
    for (range, label) in ranges {
        marks.push((range.start().into(), 1, "«".to_owned()));
        marks.push((range.end().into(), 0, format!("»{label}")));
    }
    marks.sort();
    let mut out = text.to_owned();
    for (at, _, mark) in marks.into_iter().rev() {
        out.insert_str(at, &mark);
    }
    out.lines().filter(|line| line.contains(['«', '»'])).flat_map(|line| [line, "\n"]).collect()
}

/// The text of a page that is cut into several chunks, so that `middle` stands in another chunk than what comes before and behind it.
pub(crate) fn far_apart(parts: &[&str]) -> String {
    let filler = "<p>text</p>\n".repeat(700);
    parts.join(&filler)
}
