mod damaged;

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::json;
use sfmc_db::system::DiskSystem;
use sfmc_diagnostics::{FixKind, Group, Severity};
use sfmc_syntax::{LineIndex, PositionEncoding};

use super::*;
use crate::options::{Context, ErrorOn, Level, ParameterHints, Platform, RuleName};

const fn rule(id: &'static str, aliases: &'static [&'static str]) -> Rule {
    let (group, severity, fix) = (Group::Suspicious, Severity::Error, FixKind::None);
    Rule { id, aliases, group, severity, on_by_default: true, fix, since: "0.1.0", docs: "" }
}

static UNKNOWN: Rule = rule("amp/unknown-function", &["no-unknown"]);
static STAR: Rule = rule("sql/select-star", &[]);
static RULES: &[&Rule] = &[&UNKNOWN, &STAR];

fn parse(text: &str) -> ConfigFile {
    ConfigFile::parse(Path::new("sfmc-analyzer.toml"), text.to_owned(), RULES)
}

/// Shows each problem under its line.
fn render(file: &ConfigFile) -> String {
    let index = LineIndex::new(&file.text);
    let mut out = String::new();
    for problem in &file.problems {
        let at = index.line_col(&file.text, problem.range.start(), PositionEncoding::Utf32);
        let line = index.line_text(&file.text, at.line);
        let marked = &file.text[problem.range];
        let width = marked.lines().next().unwrap_or("").chars().count().max(1);
        let _ = writeln!(out, "{line}\n{}{} {}", " ".repeat(at.col as usize), "^".repeat(width), problem.message);
        if let Some(help) = &problem.help {
            let _ = writeln!(out, "  help: {help}");
        }
    }
    out
}

#[track_caller]
#[allow(clippy::needless_pass_by_value, reason = "so that a call is one `expect!`")]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&render(&parse(text)));
}

#[test]
fn everything_there_is() {
    let file = parse(
        r#"
target = "next"
api-version = 67
context = "unknown"
error-on = "warning"
select = ["all"]
ignore = ["sql/"]

[rules]
"amp/unknown-*" = "off"
no-unknown = "hint"

[contexts]
"emails/**" = "email"

[files]
include = ["*.txt"]
exclude = ["vendor"]

[inlay-hints]
parameters = "all"
ends = false

[code-lens]
references = true

[[overrides]]
files = ["old/**"]
target = "engagement"
context = "sms"
ignore = ["amp"]
rules = { suspicious = "info" }
"#,
    );
    assert_eq!(render(&file), "");
    let options = file.options;
    assert_eq!((options.target, options.api_version), (Some(Platform::Next), Some(67)));
    assert_eq!((options.context, options.error_on), (Some(Context::Unknown), Some(ErrorOn::Warning)));
    assert_eq!(options.rules.select, Some(vec![RuleName("all".to_owned())]));
    assert_eq!(options.rules.rules[&RuleName("no-unknown".to_owned())], Level::Hint);
    assert_eq!(options.contexts.len(), 1);
    assert_eq!((options.files.include.len(), options.files.exclude.len()), (1, 1));
    let hints = options.inlay_hints;
    assert_eq!((hints.parameters, hints.ends, hints.types), (Some(ParameterHints::All), Some(false), None));
    assert_eq!(options.code_lens.references, Some(true));
    let [other] = options.overrides.as_slice() else { panic!("{:?}", options.overrides) };
    assert_eq!((other.target, other.context), (Some(Platform::Engagement), Some(Context::Sms)));
    assert_eq!((other.rules.ignore.len(), other.rules.rules.len()), (1, 1));
    assert_eq!(parse("").options, Options::default());
}

#[test]
fn unknown_options() {
    check(
        r#"
error_on = "error"
exclude = ["a"]
colour = true
[files]
exlude = ["b"]
[rules]
error-on = "hint"
[[overrides]]
files = ["a"]
exclude = ["b"]
"#,
        expect![[r#"
            error_on = "error"
            ^^^^^^^^ there is no option `error_on`
              help: did you mean `error-on`?
            exclude = ["a"]
            ^^^^^^^ there is no option `exclude`
              help: `exclude` has to stand under `[files]`
            colour = true
            ^^^^^^ there is no option `colour`
              help: the options here are `api-version`, `code-lens`, `context`, `contexts`, `error-on`, `files`, `ignore`, `inlay-hints`, `overrides`, `rules`, `schema`, `select`, `target`, `variable-names`
            exlude = ["b"]
            ^^^^^^ `[files]` has no option `exlude`
              help: did you mean `exclude`?
            error-on = "hint"
            ^^^^^^^^ there is no rule or group `error-on`
              help: `error-on` has to stand above the first `[table]` of the file
            exclude = ["b"]
            ^^^^^^^ `[[overrides]]` has no option `exclude`
              help: `exclude` has to stand under `[files]`
        "#]],
    );
}

#[test]
fn wrong_types_and_values() {
    check(
        r#"
error-on = "warn"
target = "Engagment"
api-version = "67.0"
context = 3
select = "amp"
ignore = ["amp", 1, ["sql"]]
contexts = ["a"]
[rules]
amp = true
sql = "fatal"
"sql/select-star" = { level = "off" }
[files]
include = 2026-01-01
[inlay-hints]
ends = "False"
types = 1
parameters = true
[code-lens]
reference = true
[[overrides]]
files = []
api-version = 64
[[overrides]]
context = "email"
"#,
        expect![[r#"
            error-on = "warn"
                       ^^^^^^ `error-on` cannot be `warn`
              help: did you mean `warning`?
            target = "Engagment"
                     ^^^^^^^^^^^ `target` cannot be `Engagment`
              help: did you mean `engagement`?
            api-version = "67.0"
                          ^^^^^^ `api-version` has to be a whole number, not a string
              help: write `api-version = 67`
            context = 3
                      ^ `context` has to be one of `email`, `cloudpage`, `sms`, `push`, `script` and `unknown`, not a number
            select = "amp"
                     ^^^^^ `select` has to be a list, not a string
              help: write `select = ["amp"]`
            ignore = ["amp", 1, ["sql"]]
                             ^ what stands in `ignore` has to be a string, not a number
            ignore = ["amp", 1, ["sql"]]
                                ^^^^^^^ what stands in `ignore` has to be a string, not a list
            contexts = ["a"]
                       ^^^^^ `contexts` has to be a table, not a list
            amp = true
                  ^^^^ `amp` has to be one of `off`, `hint`, `info`, `warning` and `error`, not a boolean
            sql = "fatal"
                  ^^^^^^^ `sql` cannot be `fatal`
              help: it is one of `off`, `hint`, `info`, `warning` and `error`
            "sql/select-star" = { level = "off" }
                                ^^^^^^^^^^^^^^^^^ `sql/select-star` has to be one of `off`, `hint`, `info`, `warning` and `error`, not a table
            include = 2026-01-01
                      ^^^^^^^^^^ `include` has to be a list, not a date
            ends = "False"
                   ^^^^^^^ `ends` has to be `true` or `false`, not a string
              help: write `ends = false`
            types = 1
                    ^ `types` has to be `true` or `false`, not a number
            parameters = true
                         ^^^^ `parameters` has to be one of `none`, `literals` and `all`, not a boolean
            reference = true
            ^^^^^^^^^ `[code-lens]` has no option `reference`
              help: did you mean `references`?
            files = []
                    ^^ `files` is empty
            api-version = 64
                          ^^ `api-version` cannot be 64
              help: it is a number from 65 to 999
            [[overrides]]
            ^^^^^^^^^^^^^ `[[overrides]]` has no `files`
        "#]],
    );
}

#[test]
fn unknown_rules() {
    check(
        r#"
select = ["amp/unknown-funktion", "sq", "", "a b"]
[rules]
select-star = "off"
nonsense = "off"
"#,
        expect![[r#"
            select = ["amp/unknown-funktion", "sq", "", "a b"]
                      ^^^^^^^^^^^^^^^^^^^^^^ there is no rule or group `amp/unknown-funktion`
              help: did you mean `amp/unknown-function`?
            select = ["amp/unknown-funktion", "sq", "", "a b"]
                                              ^^^^ there is no rule or group `sq`
              help: did you mean `sql`?
            select = ["amp/unknown-funktion", "sq", "", "a b"]
                                                    ^^ the name of a rule is missing
              help: `sfmc-analyzer rules` lists what there is
            select = ["amp/unknown-funktion", "sq", "", "a b"]
                                                        ^^^^^ `a b` is not the name of a rule or a group
              help: `sfmc-analyzer rules` lists what there is
            select-star = "off"
            ^^^^^^^^^^^ there is no rule or group `select-star`
              help: did you mean `sql/select-star`?
            nonsense = "off"
            ^^^^^^^^ there is no rule or group `nonsense`
              help: `sfmc-analyzer rules` lists what there is
        "#]],
    );
}

#[test]
fn bad_globs() {
    check(
        r#"
[files]
exclude = ["a[b", "a\\b", "../x", "!a", "", "ok"]
[contexts]
"{a" = "email"
"#,
        expect![[r#"
            exclude = ["a[b", "a\\b", "../x", "!a", "", "ok"]
                       ^^^^^ this is no glob: unclosed character class; missing ']'
            exclude = ["a[b", "a\\b", "../x", "!a", "", "ok"]
                              ^^^^^^ the folders of a glob are separated by `/`
              help: write `a/b`
            exclude = ["a[b", "a\\b", "../x", "!a", "", "ok"]
                                      ^^^^^^ a glob cannot lead out of the folder of the configuration file
              help: put a configuration file into the folder that is meant
            exclude = ["a[b", "a\\b", "../x", "!a", "", "ok"]
                                              ^^^^ a glob cannot be negated
              help: name what is meant, instead of everything else
            exclude = ["a[b", "a\\b", "../x", "!a", "", "ok"]
                                                    ^^ this glob is empty
              help: `**` stands for all files
            "{a" = "email"
            ^^^^ this is no glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
        "#]],
    );
}

#[test]
fn contradictions() {
    check(
        r#"
select = ["amp", "sql/select-star"]
ignore = ["amp/unknown-function", "amp"]
api-version = 67
[rules]
"amp/unknown-function" = "error"
no-unknown = "hint"
suspicious = "info"
[[overrides]]
files = ["a"]
ignore = ["sql"]
rules = { sql = "hint" }
"#,
        expect![[r#"
            ignore = ["amp/unknown-function", "amp"]
                                              ^^^^^ `amp` under `ignore` contradicts `amp` under `select`
              help: what they name is off; remove one of the two
            api-version = 67
            ^^^^^^^^^^^ `api-version` means nothing without `target = "next"`
              help: add the target, or remove the version
            "amp/unknown-function" = "error"
            ^^^^^^^^^^^^^^^^^^^^^^ `amp/unknown-function` under `rules` contradicts `amp/unknown-function` under `ignore`
              help: what they name is off; remove one of the two
            no-unknown = "hint"
            ^^^^^^^^^^ `no-unknown` under `rules` contradicts `amp/unknown-function` under `ignore`
              help: what they name is off; remove one of the two
            rules = { sql = "hint" }
                      ^^^ `sql` under `rules` contradicts `sql` under `ignore`
              help: what they name is off; remove one of the two
        "#]],
    );
}

#[test]
fn data_extensions() {
    check(
        r#"
[schema]
unit = 7
files = ["../x"]
[[schema.tables]]
key = "k"
[[schema.tables]]
name = "Orders"
columns = [{ name = "Id", type = "Txt", length = 0 }, { type = "text" }, "Name"]
"#,
        expect![[r#"
            unit = 7
                   ^ `unit` has to be a string, not a number
            files = ["../x"]
                     ^^^^^^ a glob cannot lead out of the folder of the configuration file
              help: put a configuration file into the folder that is meant
            [[schema.tables]]
            ^^^^^^^^^^^^^^^^^ what stands in `tables` has no `name`
            columns = [{ name = "Id", type = "Txt", length = 0 }, { type = "text" }, "Name"]
                                             ^^^^^ `type` cannot be `Txt`
              help: did you mean `text`?
            columns = [{ name = "Id", type = "Txt", length = 0 }, { type = "text" }, "Name"]
                                                             ^ `length` cannot be 0
              help: it is a number from 1 to 4000
            columns = [{ name = "Id", type = "Txt", length = 0 }, { type = "text" }, "Name"]
                                                                  ^^^^^^^^^^^^^^^^^ what stands in `columns` has no `name`
            columns = [{ name = "Id", type = "Txt", length = 0 }, { type = "text" }, "Name"]
                                                                                     ^^^^^^ what stands in `columns` has to be a table, not a string
        "#]],
    );
}

#[test]
fn settings_of_an_editor() {
    let (options, problems) = Options::from_client(
        &json!({"sfmc-analyzer": {
            "trace": {"server": "verbose"},
            "error-on": null,
            "rules": {"amp": "off", "ampp": "off"},
            "overrides": [{"files": ["a"], "contxt": "email"}],
            "files": {"exclude": "vendor"},
            "colour": null,
        }}),
        RULES,
    );
    assert_eq!(options.rules.rules.len(), 1);
    let shown: Vec<_> = problems
        .iter()
        .map(|ConfigProblem { key, message, help, .. }| {
            format!("{key}: {message}; {}\n", help.as_deref().unwrap_or(""))
        })
        .collect();
    expect![[r#"
        files.exclude: `exclude` has to be a list, not a string; write `exclude = ["vendor"]`
        overrides[0].contxt: `[[overrides]]` has no option `contxt`; did you mean `context`?
        rules.ampp: there is no rule or group `ampp`; did you mean `amp`?
    "#]]
    .assert_eq(&shown.concat());
    assert_eq!(Options::from_client(&json!({"select": ["amp"]}), RULES).0.rules.select.unwrap().len(), 1);
    assert_eq!(Options::from_client(&json!(null), RULES), (Options::default(), Vec::new()));
    assert_eq!(Options::from_client(&json!([]), RULES).1.len(), 1);
}

#[test]
fn reading() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let path = write(".sfmc-analyzer.toml", b"\xEF\xBB\xBFerror-on = 'hint'");
    std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
    assert_eq!(ConfigFile::find(&DiskSystem, &folder.path().join("a/b")), Some(path.clone()));
    assert_eq!(ConfigFile::read(&DiskSystem, &path, RULES).options.error_on, Some(ErrorOn::Hint));

    let path = write("sfmc-analyzer.toml", b"# \xFC\nerror-on = 'info'");
    assert_eq!(ConfigFile::find(&DiskSystem, &folder.path().join("a/b")), Some(path.clone()));
    let file = ConfigFile::read(&DiskSystem, &path, RULES);
    assert_eq!(file.options.error_on, Some(ErrorOn::Info));
    expect![[r#"
        # ü
        ^ there is also a `.sfmc-analyzer.toml` in this folder, which is not used
          help: remove one of the two
        # ü
          ^ TOML has to be UTF-8, and this file is not from here on
          help: save it with the encoding UTF-8
    "#]]
    .assert_eq(&render(&file));
    assert!(file.diagnostics().iter().all(|found| found.rule.id == "config/invalid"));

    let file = ConfigFile::read(&DiskSystem, folder.path(), RULES);
    expect![[r#"

        ^ the configuration is not used: this is a folder, not a file
          help: name a file
    "#]]
    .assert_eq(&render(&file));
}

#[test]
fn patterns_of_names() {
    check(
        "variable-names = '[a-z'",
        expect![[r#"
            variable-names = '[a-z'
                             ^^^^^^ this is no regular expression: unclosed character class
        "#]],
    );
    check("variable-names = '^[A-Z]'", expect![[""]]);
}
