//! Tests written as Markdown: prose that says why, blocks that are files, and what the tool has to say of them.
//!
//! ````markdown
//! # Loops
//!
//! The engine ignores the name after NEXT.
//!
//! ```ampscript
//! %%[ for @i = 1 to 3 do next @j ]%%
//! ```
//!
//! ```diagnostics
//! warning[amp/next-variable-mismatch] 1:29 this loop counts with `@i`, not `@j`
//! ```
//! ````
//!
//! - A fenced block is a file; its info string is a language, perhaps a path (```` ```html /cart.html ````) and further
//!   words. Without a path the first block of a language is `/page.<language>`. Blocks without a language and those
//!   marked `text` are prose.
//! - A `diagnostics` block ends a case; so does a heading. One heading can have several cases. A case without such a block
//!   expects that nothing is found.
//! - A case is named after the headings that it stands under.
//!
//! With `UPDATE_EXPECT=1` in the environment [`check_file`] writes the blocks instead of comparing them.

mod markdown;

use std::{fmt, fmt::Write as _, ops::Range, path::Path};

use markdown::Block;

/// The cases of one Markdown file.
#[derive(Clone, Debug)]
pub struct Suite {
    source: String,
    /// The cases in their order.
    pub cases: Vec<Case>,
}

/// Some files and what is to be found in them.
#[derive(Clone, Debug)]
pub struct Case {
    /// The headings above it: `Loops > A bare NEXT`, with `#2` for the second case under one heading.
    pub name: String,
    /// The line of its first block, from 1.
    pub line: usize,
    /// The files; at least one.
    pub files: Vec<CaseFile>,
    /// The lines of the `diagnostics` block.
    pub expected: Vec<String>,
    /// What a rewrite replaces: the content of the block, or the empty place at which to put one.
    slot: Slot,
}

/// A file of a [`Case`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// The first word of the info string, in lower case: `html`, `ampscript`, `toml`.
    pub language: String,
    /// Its path; begins with `/`.
    pub path: String,
    /// The other words of the info string.
    pub words: Vec<String>,
    /// Its text.
    pub text: String,
    /// Where the text begins in the Markdown, as a line from 1.
    pub line: usize,
}

#[derive(Clone, Debug)]
enum Slot {
    Content(Range<usize>),
    Missing(usize),
}

/// A finding, as a `diagnostics` block writes it: `error[amp/x] 1:4 message`, with `/path:` before the line number when
/// the case has several files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The path of the file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// `error`, `warning`, `info` or `hint`.
    pub severity: String,
    /// The rule.
    pub rule: String,
    /// The message.
    pub message: String,
}

/// Why a suite failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What differs, case by case.
    pub message: String,
    /// The Markdown with which it would not have failed.
    pub rewritten: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Runs the suite in the file at `path` and panics where it fails; with `UPDATE_EXPECT=1` it rewrites the file instead.
///
/// # Panics
/// When the file cannot be read or written, or a case fails.
#[track_caller]
#[allow(
    clippy::disallowed_methods,
    reason = "a test reads its own suite, as expect-test does; nothing is checked here"
)]
pub fn check_file(path: impl AsRef<Path>, run: impl FnMut(&Case) -> Vec<Finding>) {
    let path = path.as_ref();
    let source = match std::fs::read_to_string(path) {
        Ok(source) => source,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let Err(failure) = Suite::parse(&source).check(run) else {
        return;
    };
    // The values that expect-test takes for yes.
    if std::env::var("UPDATE_EXPECT").is_ok_and(|value| !value.is_empty()) {
        if let Err(error) = std::fs::write(path, failure.rewritten) {
            panic!("{}: {error}", path.display());
        }
    } else {
        panic!("{}: {failure}\nrun with UPDATE_EXPECT=1 to rewrite the file", path.display());
    }
}

impl Suite {
    /// Reads the cases.
    ///
    /// # Panics
    /// When a case has two files of one path or a `diagnostics` block without files.
    #[track_caller]
    pub fn parse(source: &str) -> Suite {
        let mut headings: Vec<(usize, String)> = Vec::new();
        let mut cases: Vec<Case> = Vec::new();
        let mut open: Option<Case> = None;
        for block in markdown::blocks(source) {
            match block {
                Block::Heading { level, title } => {
                    cases.extend(open.take());
                    headings.retain(|(outer, _)| *outer < level);
                    headings.push((level, title.to_owned()));
                }
                Block::Fence(fence) => {
                    let mut info = fence.info.split_whitespace();
                    let language = info.next().unwrap_or("").to_ascii_lowercase();
                    let content = fence.content.clone();
                    match language.as_str() {
                        "" | "text" => {}
                        "diagnostics" => {
                            let Some(mut case) = open.take() else {
                                panic!("line {}: a `diagnostics` block without a file before it", fence.line);
                            };
                            let lines = source[content.clone()].lines().map(str::trim);
                            case.expected = lines.filter(|l| !l.is_empty()).map(str::to_owned).collect();
                            case.slot = Slot::Content(content);
                            cases.push(case);
                        }
                        _ => {
                            let case = open.get_or_insert_with(|| Case {
                                name: name(&headings, &cases),
                                line: fence.line,
                                files: Vec::new(),
                                expected: Vec::new(),
                                slot: Slot::Missing(fence.end),
                            });
                            let path = info.clone().find(|word| word.starts_with('/'));
                            let path = path.map_or_else(|| format!("/page.{language}"), str::to_owned);
                            assert!(
                                case.files.iter().all(|file| file.path != path),
                                "line {}: two files `{path}` in one case",
                                fence.line
                            );
                            let words = info.filter(|word| !word.starts_with('/')).map(str::to_owned).collect();
                            let text = fence.text(source);
                            case.files.push(CaseFile { language, path, words, text, line: fence.line + 1 });
                            case.slot = Slot::Missing(fence.end);
                        }
                    }
                }
            }
        }
        cases.extend(open);
        Suite { source: source.to_owned(), cases }
    }

    /// Runs all cases; a case fails when what `run` finds, sorted, is not what its block says.
    ///
    /// # Errors
    /// When cases fail: what differs, and the Markdown with the blocks as they would have to be.
    pub fn check(&self, mut run: impl FnMut(&Case) -> Vec<Finding>) -> Result<(), Failure> {
        let mut message = String::new();
        let mut rewritten = String::new();
        let mut copied = 0;
        for case in &self.cases {
            let actual = case.lines(run(case));
            if actual == case.expected {
                continue;
            }
            let _ = write!(message, "\n{} (line {}):\n{}", case.name, case.line, diff(&case.expected, &actual));
            let block: String = actual.iter().map(|line| format!("{line}\n")).collect();
            let (start, end, block) = match &case.slot {
                Slot::Content(range) => (range.start, range.end, block),
                Slot::Missing(at) => (*at, *at, format!("\n```diagnostics\n{block}```\n")),
            };
            rewritten.push_str(&self.source[copied..start]);
            rewritten.push_str(&block);
            copied = end;
        }
        rewritten.push_str(&self.source[copied..]);
        if message.is_empty() { Ok(()) } else { Err(Failure { message, rewritten }) }
    }
}

impl Case {
    /// The file at `path`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn file(&self, path: &str) -> &CaseFile {
        match self.files.iter().find(|file| file.path == path) {
            Some(file) => file,
            None => panic!("no file `{path}` in case `{}`", self.name),
        }
    }

    /// The findings as the lines of a block: sorted by file, place and rule.
    fn lines(&self, mut findings: Vec<Finding>) -> Vec<String> {
        let order = |path: &str| self.files.iter().position(|file| file.path == path);
        findings.sort_by(|a, b| {
            let files = order(&a.path).cmp(&order(&b.path));
            files.then_with(|| place(a).cmp(&place(b))).then_with(|| a.message.cmp(&b.message))
        });
        // A block of configuration beside the one file does not make paths necessary.
        let several = self.files.iter().filter(|file| file.language != "toml").count() > 1;
        let line = |f: Finding| {
            let path = if several { format!("{}:", f.path) } else { String::new() };
            format!("{}[{}] {path}{}:{} {}", f.severity, f.rule, f.line, f.column, f.message)
        };
        findings.into_iter().map(line).collect()
    }
}

fn place(finding: &Finding) -> (usize, usize, &str) {
    (finding.line, finding.column, &finding.rule)
}

fn name(headings: &[(usize, String)], before: &[Case]) -> String {
    let titles: Vec<&str> = headings.iter().map(|(_, title)| title.as_str()).collect();
    let base = titles.join(" > ");
    let same = before.iter().filter(|case| {
        let rest = case.name.strip_prefix(&base);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" #"))
    });
    match same.count() {
        0 => base,
        n => format!("{base} #{}", n + 1),
    }
}

/// The lines of both, those of one side only marked with `-` (expected) and `+` (found).
fn diff(expected: &[String], actual: &[String]) -> String {
    let mut out = String::new();
    let (mut e, mut a) = (expected, actual);
    // Short lists of mostly unique lines: resynchronising at the next common line is all that a reader needs.
    loop {
        match (e, a) {
            ([], []) => return out,
            ([line, e_rest @ ..], [other, a_rest @ ..]) if line == other => {
                let _ = writeln!(out, "    {line}");
                (e, a) = (e_rest, a_rest);
            }
            ([line, e_rest @ ..], _) if !a.contains(line) => {
                let _ = writeln!(out, "  - {line}");
                e = e_rest;
            }
            (_, [line, a_rest @ ..]) => {
                let _ = writeln!(out, "  + {line}");
                a = a_rest;
            }
            ([line, e_rest @ ..], []) => {
                let _ = writeln!(out, "  - {line}");
                e = e_rest;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITE: &str = "\
# Loops

Prose, `code` and

    indented code # no heading

```ampscript
%%[ next @j ]%%
```

```diagnostics
warning[amp/next] 1:5 first
```

## Two files

````html /cart.html email
```
<p>
````
```toml
[rules]
```

# Other

```text
prose
```
~~~sql
~~~
```diagnostics
```
```sql /q.sql
SELECT 1
```
";

    fn finding(path: &str, line: usize, column: usize, message: &str) -> Finding {
        let (severity, rule) = ("warning".to_owned(), "amp/next".to_owned());
        Finding { path: path.to_owned(), line, column, severity, rule, message: message.to_owned() }
    }

    #[test]
    fn cases_of_a_suite() {
        let suite = Suite::parse(SUITE);
        let names: Vec<&str> = suite.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["Loops", "Loops > Two files", "Other", "Other #2"]);
        let [loops, two, empty, last] = &suite.cases[..] else { panic!() };
        assert_eq!(loops.file("/page.ampscript").text, "%%[ next @j ]%%\n");
        assert_eq!((loops.line, loops.files[0].line), (7, 8));
        assert_eq!(loops.expected, ["warning[amp/next] 1:5 first"]);
        assert_eq!(two.file("/cart.html").text, "```\n<p>\n");
        assert_eq!(two.file("/cart.html").words, ["email"]);
        assert_eq!(two.file("/page.toml").text, "[rules]\n");
        assert!(two.expected.is_empty());
        assert_eq!(empty.file("/page.sql").text, "");
        assert_eq!(last.file("/q.sql").text, "SELECT 1\n");
    }

    #[test]
    fn a_suite_that_holds() {
        let found = |case: &Case| match case.name.as_str() {
            "Loops" => vec![finding("/page.ampscript", 1, 5, "first")],
            _ => Vec::new(),
        };
        assert_eq!(Suite::parse(SUITE).check(found), Ok(()));
    }

    #[test]
    fn a_suite_that_fails_can_be_rewritten() {
        let found = |case: &Case| match case.name.as_str() {
            "Loops" => vec![
                finding("/page.ampscript", 10, 1, "third"),
                finding("/page.ampscript", 2, 1, "second"),
                finding("/page.ampscript", 1, 5, "first"),
            ],
            "Loops > Two files" => vec![finding("/cart.html", 1, 1, "inserted")],
            _ => Vec::new(),
        };
        let failure = Suite::parse(SUITE).check(found).unwrap_err();
        assert_eq!(
            failure.message,
            "\nLoops (line 7):\n    warning[amp/next] 1:5 first\n  + warning[amp/next] 2:1 second\n  \
             + warning[amp/next] 10:1 third\n\nLoops > Two files (line 17):\n  + warning[amp/next] 1:1 inserted\n"
        );
        assert!(
            failure
                .rewritten
                .contains("```toml\n[rules]\n```\n\n```diagnostics\nwarning[amp/next] 1:1 inserted\n```\n\n# Other")
        );
        assert_eq!(Suite::parse(&failure.rewritten).check(found), Ok(()));
    }

    #[test]
    fn paths_are_written_where_there_are_several() {
        let suite = Suite::parse("```html\n```\n```sql\n```\n");
        let found = vec![finding("/page.sql", 1, 1, "b"), finding("/page.html", 9, 1, "a")];
        assert_eq!(
            suite.cases[0].lines(found),
            ["warning[amp/next] /page.html:9:1 a", "warning[amp/next] /page.sql:1:1 b"]
        );
    }

    #[test]
    fn both_sides_of_a_difference() {
        let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(diff(&lines("a b c"), &lines("a x c y")), "    a\n  - b\n  + x\n    c\n  + y\n");
        assert_eq!(diff(&lines("a b"), &lines("b a")), "  + b\n    a\n  - b\n");
    }
}
