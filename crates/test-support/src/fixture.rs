//! Files, cursors and expectations in one raw string.

use std::ops::Range;

use crate::{
    annotation::{self, Annotation, Found},
    markup::{marks_in, take_marks, trim_indent},
};

/// Some files as a test writes them down.
///
/// ```
/// use sfmc_test_support::Fixture;
///
/// let fixture = Fixture::parse("
///     //- /page.html context:email
///     <p>%%=Lokup('a')=%%</p>
///     //    ^^^^^ error[amp/unknown-function] there is no function `Lokup`
///     //- /block.html
///     %%[ set @a = $0 ]%%
/// ");
/// let (file, cursor) = fixture.cursor();
/// assert_eq!(file.path, "/block.html");
/// assert_eq!(&file.text[..cursor], "%%[ set @a = ");
/// assert_eq!(fixture.file("/page.html").text, "<p>%%=Lokup('a')=%%</p>\n");
/// ```
///
/// - The indentation that all lines share is removed, and so is a first line end.
/// - `//- /path key:value …` at the beginning of a line begins a file. Without any there is one file, `/page.html`.
/// - `$0` is the cursor, two of them enclose the selection; `$0.99` is a price.
/// - Annotation lines point at the line before them and are not part of the file: see [`Annotation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixture {
    /// The files in their order; at least one.
    pub files: Vec<FixtureFile>,
}

/// A file of a [`Fixture`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixtureFile {
    /// Its path; begins with `/`.
    pub path: String,
    /// The `key:value` pairs of its header.
    pub meta: Vec<(String, String)>,
    /// Its text, without markup.
    pub text: String,
    /// Where `$0` stood.
    pub marks: Vec<usize>,
    /// What the annotation lines expect, in their order.
    pub annotations: Vec<Annotation>,
}

impl Fixture {
    /// Reads the markup.
    ///
    /// # Panics
    /// When it is not well-formed: text before the first header, an annotation that points nowhere, a path twice.
    #[track_caller]
    pub fn parse(markup: &str) -> Fixture {
        let markup = trim_indent(markup);
        let has_headers = markup.lines().any(|line| line.starts_with(HEADER));
        let mut files: Vec<FixtureFile> = Vec::new();
        if !has_headers {
            files.push(FixtureFile { path: "/page.html".to_owned(), ..FixtureFile::default() });
        }
        // The last kept line with its marks: what the columns of annotations are counted in.
        let mut target: Option<Target> = None;
        for line in markup.split_inclusive('\n') {
            if line.starts_with(HEADER) {
                let file = parse_header(line);
                assert!(files.iter().all(|f| f.path != file.path), "two files `{}`", file.path);
                files.push(file);
                target = None;
                continue;
            }
            let Some(file) = files.last_mut() else {
                assert!(line.trim().is_empty(), "text before the first `//-` header: {line}");
                continue;
            };
            if let Some(note) = annotation::parse_line(line) {
                let Some(target) = &target else {
                    panic!("no line before this annotation for it to point at: {line}");
                };
                file.annotations.push(note.resolve(|column| target.offset(column)));
            } else {
                let (text, marks) = take_marks(line);
                file.marks.extend(marks.iter().map(|at| at + file.text.len()));
                target = Some(Target { start: file.text.len(), markup: line.to_owned() });
                file.text.push_str(&text);
            }
        }
        Fixture { files }
    }

    /// The file at `path`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn file(&self, path: &str) -> &FixtureFile {
        match self.files.iter().find(|file| file.path == path) {
            Some(file) => file,
            None => panic!("no file `{path}` in the fixture"),
        }
    }

    /// The cursor and the file that it stands in.
    ///
    /// # Panics
    /// Unless there is exactly one `$0` in all files.
    #[track_caller]
    pub fn cursor(&self) -> (&FixtureFile, usize) {
        let mut marks = self.files.iter().flat_map(|f| f.marks.iter().map(move |&at| (f, at)));
        match (marks.next(), marks.next()) {
            (Some(cursor), None) => cursor,
            (None, _) => panic!("no `$0` in the fixture"),
            (Some(_), Some(_)) => panic!("more than one `$0` in the fixture"),
        }
    }

    /// The selection and the file that it stands in; a single cursor is an empty selection.
    ///
    /// # Panics
    /// Unless exactly one file has `$0`, once or twice.
    #[track_caller]
    pub fn selection(&self) -> (&FixtureFile, Range<usize>) {
        let mut marked = self.files.iter().filter(|file| !file.marks.is_empty());
        let (Some(file), None) = (marked.next(), marked.next()) else {
            panic!("`$0` expected in exactly one file of the fixture");
        };
        match file.marks[..] {
            [at] => (file, at..at),
            [start, end] => (file, start..end),
            _ => panic!("more than two `$0` in `{}`", file.path),
        }
    }
}

impl FixtureFile {
    /// The value of `key` in the header.
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.meta.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// Compares what was found in this file with its annotations.
    ///
    /// # Panics
    /// With a text that says what is missing, what is too much, and how the annotations would have to read.
    #[track_caller]
    pub fn check(&self, found: &[Found<'_>]) {
        if let Err(difference) = annotation::compare(&self.text, &self.annotations, found) {
            panic!("in `{}`: {difference}", self.path);
        }
    }
}

/// What a header begins with; `//- item` is a comment.
const HEADER: &str = "//- /";

/// The line that annotations point at.
struct Target {
    /// Where it begins in the text of the file.
    start: usize,
    /// Itself, with its marks.
    markup: String,
}

impl Target {
    /// The offset in the file of a column; the columns are those that the reader of the test sees, so a `$0` takes two.
    fn offset(&self, column: usize) -> Option<usize> {
        let line = self.markup.trim_end_matches(['\n', '\r']);
        let ends = std::iter::once(line.len());
        let at = line.char_indices().map(|(at, _)| at).chain(ends).nth(column)?;
        let hidden: usize = marks_in(line).map(|mark| at.saturating_sub(mark).min(2)).sum();
        Some(self.start + at - hidden)
    }
}

#[track_caller]
fn parse_header(header: &str) -> FixtureFile {
    let mut words = header.split_whitespace().skip(1);
    let path = words.next().unwrap_or_default().to_owned();
    let pair = |word: &str| match word.split_once(':') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => panic!("`key:value` expected, not `{word}`: {header}"),
    };
    FixtureFile { path, meta: words.map(pair).collect(), ..FixtureFile::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(file: &FixtureFile) -> Vec<(&str, &str)> {
        file.annotations.iter().map(|a| (&file.text[a.range.clone()], a.message.as_str())).collect()
    }

    #[test]
    fn one_file_without_header() {
        let fixture = Fixture::parse("%%[ if ]%%");
        assert_eq!(fixture.files.len(), 1);
        assert_eq!(fixture.files[0].path, "/page.html");
        assert_eq!(fixture.files[0].text, "%%[ if ]%%");
    }

    #[test]
    fn files_and_meta() {
        let fixture = Fixture::parse(
            "
            //- /a.html context:email encoding:utf-16
            <p>
              //- not a header
            </p>
            //- /b/c.sql
            SELECT 1",
        );
        assert_eq!(fixture.file("/a.html").text, "<p>\n  //- not a header\n</p>\n");
        assert_eq!(fixture.file("/a.html").meta("encoding"), Some("utf-16"));
        assert_eq!(fixture.file("/a.html").meta("other"), None);
        assert_eq!(fixture.file("/b/c.sql").text, "SELECT 1");
    }

    #[test]
    fn annotations_point_at_the_line_before_and_go() {
        let fixture = Fixture::parse(
            "
            <p>😀é</p>%%=Lokup()=%%
            //          ^^^^^ no such function
            //                 | something missing
            second
            //<^^^ from the beginning
            ",
        );
        let file = &fixture.files[0];
        assert_eq!(file.text, "<p>😀é</p>%%=Lokup()=%%\nsecond\n");
        assert_eq!(
            ranges(file),
            [("Lokup", "no such function"), ("", "something missing"), ("second", "from the beginning")]
        );
        assert_eq!(file.annotations[1].range.start, file.text.find("=%%").unwrap());
    }

    #[test]
    fn columns_are_those_that_one_sees() {
        let fixture = Fixture::parse(
            "
            ab$0cd$0ef
            //  ^^ cd
            //    ^^^^ ef, with its mark
            ",
        );
        let (file, selection) = fixture.selection();
        assert_eq!(&file.text[selection], "cd");
        assert_eq!(ranges(file), [("cd", "cd"), ("ef", "ef, with its mark")]);
    }

    #[test]
    fn comments_stay() {
        let text = "// a comment\n//\n// x ^ y\n/// ^^\n//- item\n";
        assert_eq!(Fixture::parse(text).files[0].text, text);
    }

    #[test]
    #[should_panic(expected = "points past the end of the line")]
    fn past_the_end() {
        Fixture::parse("abc\n//   ^^^^ no");
    }

    #[test]
    #[should_panic(expected = "more than one `$0`")]
    fn cursors_in_two_files() {
        Fixture::parse("//- /a.html\n$0\n//- /b.html\n$0").cursor();
    }
}
