//! The built binary, from outside: what it prints where, and how it ends.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests lay files out and fail by panicking")]

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

fn sfmc(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sfmc-analyzer")).args(arguments).current_dir(folder).output().unwrap()
}

fn with_stdin(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sfmc-analyzer"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A process that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// The findings of a JSON run as `path rule line:column-line:column`.
fn json(output: &Output) -> Vec<String> {
    let value: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stdout)));
    let findings = value.as_array().unwrap().iter();
    findings
        .map(|f| {
            let at = |end: &str| format!("{}:{}", f["range"][end]["line"], f["range"][end]["column"]);
            let (path, rule) = (f["path"].as_str().unwrap(), f["rule"].as_str().unwrap());
            format!("{path} {rule} {}-{}", at("start"), at("end"))
        })
        .collect()
}

#[test]
fn findings_of_a_folder_and_how_it_ends() {
    let folder = folder(&[
        ("a.html", "<p>😀 %%=Lokup('d','c','k',1)=%%</p>".as_bytes()),
        ("sub/b.amp", b"%%[ set @a = 1 ]%%"),
        ("sub/c.txt", b"%%[ if @a ]%%"),
        ("ignored/d.html", b"%%[ if @a ]%%"),
        (".gitignore", b"ignored/\n"),
    ]);
    let output = sfmc(folder.path(), &["check", "--output-format", "json"]);
    assert_eq!(json(&output), ["a.html amp/unknown-function 1:9-1:14"]);
    assert_eq!((code(&output), text(&output.stderr).as_str()), (1, ""));
    let output = sfmc(folder.path(), &["check", "sub"]);
    assert_eq!((code(&output), text(&output.stdout).contains("No problems in 1 file")), (0, true));
    // A file that is named is checked whatever it is called.
    let output = sfmc(folder.path(), &["check", "sub/c.txt", "--output-format", "json"]);
    assert_eq!(json(&output), ["sub/c.txt amp/expected-then 1:10-1:10"]);
}

#[test]
fn json_has_everything_of_a_finding() {
    let output =
        with_stdin(&["check", "-", "--stdin-filename", "x.html", "--output-format", "json"], b"%%[ if @a endif ]%%");
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &value[0];
    assert_eq!(finding["path"], "x.html");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["message"], "expected `then` after the condition");
    assert_eq!(finding["byteRange"], serde_json::json!([9, 9]));
    assert_eq!(finding["help"], Value::Null);
    assert!(finding["url"].as_str().unwrap().ends_with("amp/expected-then"));
    let fix = &finding["fixes"][0];
    assert_eq!(fix["applicability"], "safe");
    assert_eq!(fix["edits"][0], serde_json::json!({"byteRange": [9, 9], "newText": " then"}));
}

#[test]
fn levels_and_selection() {
    let page = b"%%[ var @b set @b = 007 if @a ]%%x%%[ endif ]%%";
    let run = |arguments: &[&str]| {
        let arguments = [&["check", "-", "--output-format", "json"], arguments].concat();
        let output = with_stdin(&arguments, page);
        let rules = json(&output).iter().map(|f| f.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>();
        (rules.join(" "), code(&output))
    };
    let (leading, then) = ("amp/leading-zero-number", "amp/expected-then");
    assert_eq!(run(&[]), (format!("{leading} {then}"), 1));
    assert_eq!(run(&["--ignore", then]), (leading.to_owned(), 0));
    assert_eq!(run(&["--ignore", then, "--error-on", "warning"]), (leading.to_owned(), 1));
    assert_eq!(run(&["--select", "suspicious"]), (leading.to_owned(), 0));
    assert_eq!(run(&["--select", "amp/expected-then,style"]), (then.to_owned(), 1));
    assert_eq!(run(&["--select", "amp", "--ignore", "syntax"]), (leading.to_owned(), 0));
}

#[test]
fn mistakes_of_the_call() {
    for (arguments, expected) in [
        (&["check", "--select", "amp/expected-than"][..], "did you mean `amp/expected-then`"),
        (&["check", "nowhere.html"], "nowhere.html"),
        (&["check", "--output-format", "yaml"], "yaml"),
        (&["check", "--config", "no.toml"], "no.toml"),
        (&["check", "-", "x.html"], "standard input"),
        (&["check", "-", "--fix"], "standard input"),
        (&["explain", "amp/unknown-funktion"], "did you mean `amp/unknown-function`"),
        (&["frobnicate"], "frobnicate"),
    ] {
        let output = with_stdin(arguments, b"");
        let said = text(&output.stderr) + &text(&output.stdout);
        assert_eq!(code(&output), 2, "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn fixes_are_written_and_the_rest_is_reported() {
    let page = "\u{feff}<p>é</p>\r\n%%[ if @a && @b set @c == 1 endif ]%%\r\n%%=Lokup('d','c','k',1)=%%";
    let folder = folder(&[("a.html", page.as_bytes())]);
    let read = || std::fs::read_to_string(folder.path().join("a.html")).unwrap();
    let output = sfmc(folder.path(), &["check", "--fix", "--output-format", "json"]);
    let fixed = "\u{feff}<p>é</p>\r\n%%[ if @a and @b then set @c = 1 endif ]%%\r\n%%=Lokup('d','c','k',1)=%%";
    assert_eq!(read(), fixed);
    assert_eq!((json(&output), code(&output)), (vec!["a.html amp/unknown-function 3:4-3:9".to_owned()], 1));
    let output = sfmc(folder.path(), &["check", "--unsafe-fixes"]);
    assert_eq!(read(), fixed.replace("Lokup", "Lookup"));
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).contains("fixed"), "{}", text(&output.stdout));
}

/// What is said of an encoding stays true when other things are fixed, and so does the exit code.
#[test]
fn a_fixed_file_keeps_its_encoding() {
    let folder = folder(&[("a.html", b"<p>\xfc</p>\n%%[ if @a && @b then endif ]%% \xe4")]);
    let output = sfmc(folder.path(), &["check", "--fix", "--error-on", "warning", "--output-format", "json"]);
    assert_eq!((json(&output), code(&output)), (vec!["a.html file/not-utf8 1:4-1:5".to_owned()], 1));
    let fixed = std::fs::read(folder.path().join("a.html")).unwrap();
    assert_eq!(fixed, b"<p>\xfc</p>\n%%[ if @a and @b then endif ]%% \xe4");
}

/// What the configuration would exclude is not known while it cannot be read.
#[test]
fn nothing_is_fixed_under_a_broken_configuration() {
    let page: &[u8] = b"%%[ if @a && @b then endif ]%%";
    let config = b"[files\nexclude = [\"vendor/**\"]";
    let folder = folder(&[("sfmc-analyzer.toml", config), ("vendor/v.html", page), ("a.html", page)]);
    let output = sfmc(folder.path(), &["check", "--fix"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("nothing was fixed"), "{}", text(&output.stderr));
    for path in ["vendor/v.html", "a.html"] {
        assert_eq!(std::fs::read(folder.path().join(path)).unwrap(), page);
    }
}

#[test]
fn encodings() {
    let utf16: Vec<u8> = "\u{feff}%%[ if @a endif ]%% ü".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = folder(&[
        ("utf16.html", &utf16),
        ("cp1252.html", b"<p>\xfc</p> %%[ if @a endif ]%%"),
        ("binary.html", b"%%[\x00\x01\x02 if @a endif ]%%"),
    ]);
    let output = sfmc(folder.path(), &["check", "--output-format", "json"]);
    let found = json(&output);
    assert!(found.contains(&"utf16.html amp/expected-then 1:10-1:10".to_owned()), "{found:?}");
    assert!(found.contains(&"cp1252.html amp/expected-then 1:19-1:19".to_owned()), "{found:?}");
    assert!(found.iter().any(|f| f.starts_with("cp1252.html file/not-utf8 1:4")), "{found:?}");
    assert!(found.iter().any(|f| f.starts_with("binary.html file/binary")), "{found:?}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_neither_hangs_nor_hides_the_rest() {
    let folder = folder(&[("a.html", b"%%[ endif ]%%")]);
    let path = |name: &str| folder.path().join(name);
    assert!(Command::new("mkfifo").arg(path("fifo.html")).status().unwrap().success());
    std::os::unix::fs::symlink(folder.path(), path("loop")).unwrap();
    std::os::unix::fs::symlink(path("self.html"), path("self.html")).unwrap();
    std::os::unix::fs::symlink("nowhere", path("broken.html")).unwrap();
    let output = sfmc(folder.path(), &["check", "--output-format", "json"]);
    assert!(json(&output).contains(&"a.html amp/unmatched-endif 1:5-1:10".to_owned()));
    let output = sfmc(folder.path(), &["check", "fifo.html"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stdout).contains("fifo.html"), "{}", text(&output.stdout));
}

#[test]
fn mistakes_in_the_configuration_have_a_place_and_do_not_stop_the_run() {
    let folder = folder(&[
        ("sfmc-analyzer.toml", b"[rules]\n\"amp/unknown-funktion\" = \"error\"\n\"amp/missing-endif\" = \"off\"\n"),
        ("a.html", b"%%[ if @a then ]%%%%[ endif endif ]%%%%[ if @b then ]%%"),
    ]);
    let output = sfmc(folder.path(), &["check", "--output-format", "json"]);
    let found = json(&output);
    assert_eq!(code(&output), 2);
    assert!(found.iter().any(|f| f.starts_with("sfmc-analyzer.toml config/invalid 2:")), "{found:?}");
    assert!(found.iter().any(|f| f.contains("amp/unmatched-endif")), "{found:?}");
    assert!(!found.iter().any(|f| f.contains("amp/missing-endif")), "{found:?}");
}

#[test]
fn other_languages_are_left_alone() {
    let folder = folder(&[
        ("s.ssjs", b"Platform.Load('core', '1'); if (a && b) { c = 1 + 2; }"),
        ("s.amp", b"<script runat=\"server\">var a = \"%%[ if\";</script>"),
    ]);
    let output = sfmc(folder.path(), &["check", "--output-format", "json"]);
    assert_eq!((json(&output), code(&output)), (Vec::new(), 0));
}

#[test]
fn queries_are_checked_and_fixed() {
    let query = "-- sfmc-ignore-file sql/unused-example\r\nSELECT `a`, NVL(b, 'x') AS b\r\nFROM t\r\nORDER BY a\r\nLIMIT 5;\r\n";
    let folder = folder(&[
        ("q.sql", query.as_bytes()),
        (
            "retrieve/c/b/query/k.query-meta.sql",
            b"SELECT a FROM t\nSELECT b FROM t /* sfmc-ignore sql/multi-statement */",
        ),
        ("select.txt", b"/* c */ SELECT a FROM t WHERE b ="),
    ]);
    let output = sfmc(folder.path(), &["check", ".", "select.txt", "--fix", "--output-format", "json"]);
    assert_eq!(
        json(&output),
        ["q.sql suppression/unknown-rule 1:21-1:39", "select.txt sql/syntax 1:34-1:34"],
        "{}",
        text(&output.stderr)
    );
    let fixed = std::fs::read_to_string(folder.path().join("q.sql")).unwrap();
    let expected =
        "-- sfmc-ignore-file sql/unused-example\r\nSELECT TOP 5 [a], COALESCE(b, 'x') AS b\r\nFROM t\r\nORDER BY a\r\n";
    assert_eq!(fixed, expected);
}

#[test]
fn one_statement_where_the_configuration_says_so() {
    let queries = b"SELECT a FROM t\nSELECT b FROM t";
    let folder = folder(&[
        ("sfmc-analyzer.toml", b"[files]\nqueries = ['activities']"),
        ("activities/a.sql", queries),
        ("notes/a.sql", queries),
    ]);
    let output = sfmc(folder.path(), &["check", "--output-format", "json"]);
    assert_eq!(json(&output), ["activities/a.sql sql/multi-statement 2:1-2:7"]);
}

#[test]
fn a_huge_file_is_checked() {
    let unit = "<p>Hello %%=v(@name)=%%</p>\n";
    let mut page = unit.repeat(20_000_000 / unit.len());
    page.push_str("%%[ endif ]%%");
    let folder = folder(&[("huge.html", page.as_bytes())]);
    let output = sfmc(folder.path(), &["check", "--output-format", "json"]);
    assert_eq!(json(&output).len(), 1);
}

#[test]
fn explains_and_lists() {
    let here = Path::new(".");
    let output = sfmc(here, &["explain", "unknown-function"]);
    assert!(text(&output.stdout).contains("19691"));
    let output = sfmc(here, &["rules", "--output-format", "json"]);
    let rules: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(rules.as_array().unwrap().len() > 80);
    let output = sfmc(here, &["--version"]);
    assert!(text(&output.stdout).starts_with("sfmc-analyzer 0."));
    let output = sfmc(here, &["schema"]);
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(schema["properties"]["rules"].is_object());
}

#[test]
fn parses_without_loss() {
    let page = "\u{feff}<p>%%=v(@a)=%%</p>\r\n%%[ if ( \u{a0}]%% {{x}}";
    assert_eq!(with_stdin(&["parse", "-", "--check"], page.as_bytes()).status.code(), Some(0));
    let output = with_stdin(&["parse", "-", "--json"], b"%%=v(@a)=%%");
    let tree: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(tree["kind"], "ROOT");
    let output = with_stdin(&["parse", "-"], b"SELECT a FROM [b");
    assert!(text(&output.stdout).contains("SQL_SELECT_STMT@0..16"), "{}", text(&output.stdout));
}
