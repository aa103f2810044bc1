//! Files that are no valid TOML.

use expect_test::expect;
use sfmc_syntax::TextSize;

use super::{check, parse};
use crate::{
    config::ConfigProblem,
    options::{ErrorOn, RuleName},
};

#[test]
fn syntax_errors() {
    check(
        r#"
error-on = warning
target: "next"
context = "email
[rules]
amp/unknown-function = "off"
sql = "off"
sql = "error"
"#,
        expect![[r#"
            error-on = warning
                       ^^^^^^^ a string has to be quoted
              help: write `"warning"`
            target: "next"
                    ^ key with no value, expected `=`
            context = "email
                            ^ invalid basic string, expected `"`
            amp/unknown-function = "off"
            ^^^^^^^^^^^^^^^^^^^^ a key with such characters has to be quoted
              help: write `"amp/unknown-function"`
            sql = "error"
            ^^^ duplicate key
              help: the first one counts
        "#]],
    );
    check(
        "[rules\nsql = 1\n",
        expect![[r#"
            [rules
                  ^ unclosed table, expected `]`
            sql = 1
            ^^^ there is no option `sql`
              help: the options here are `api-version`, `code-lens`, `context`, `contexts`, `error-on`, `files`, `ignore`, `inlay-hints`, `overrides`, `rules`, `schema`, `select`, `target`, `variable-names`
        "#]],
    );
    check(
        "select = [\"sql\", [contexts]\n\"a\" = \"email\"\n",
        expect![[r#"
        select = ["sql", [contexts]
                 ^ this list is not closed
    "#]],
    );
    check(
        "{\n  \"rules\": {}\n}\n",
        expect![[r#"
        {
        ^ invalid key-value pair, expected key
          "rules": {}
                 ^ key with no value, expected `=`
        }
        ^ invalid key-value pair, expected key
    "#]],
    );
    check(
        "[files]\nexclude = [\n  'a',\n  'b',\ninclude = [{ a = 1\n[rules]\nsql = \"\"\"é\n",
        expect![[r#"
        exclude = [
                  ^ this list is not closed
        include = [{ a = 1
                  ^ this list is not closed
        sql = """é
              ^ this string is not closed
    "#]],
    );
    check(
        "<<<<<<< HEAD\nsql\n=======\n>>>>>>> x\n",
        expect![[r#"
        <<<<<<< HEAD
                ^ key with no value, expected `=`
        sql
           ^ key with no value, expected `=`
        =======
        ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
        >>>>>>> x
                ^ key with no value, expected `=`
    "#]],
    );
    check(
        "x = \"\"\"é",
        expect![[r#"
        x = """é
            ^ this string is not closed
    "#]],
    );
}

#[test]
fn the_rest_of_a_broken_file_applies() {
    let options = parse(
        "error-on = warning\nignore = ['nonsense', 'amp', 2]\ntarget = 3\n[rules]\nsql/select-star = 'hint'\nx\n[files\n\
         [contexts]\na = 'email'\n[[overrides]]\nfiles = ['[', 'b']\nrules = { sql = 'off', y = 'off' }",
    )
    .options;
    assert_eq!(options.error_on, Some(ErrorOn::Warning));
    assert_eq!(options.rules.ignore, [RuleName("amp".to_owned())]);
    assert_eq!(options.rules.rules.len(), 1);
    assert_eq!(options.contexts.len(), 1);
    assert_eq!(options.overrides[0].files.len(), 1);
    assert_eq!(options.overrides[0].rules.rules.len(), 1);
}

#[test]
fn the_rest_of_the_file_survives_any_line() {
    let lines = [
        "x",
        "x 'e'",
        "= 3",
        "x: 1",
        "{ a = 1 }",
        "\"x\"",
        "x = [1",
        "x = { a = 1",
        "x = 'a",
        "x = \"\"\"a",
        "]",
        "]]",
        "[a.b",
        "x = 'a' b",
        "é = 1",
        "é",
        "x = @",
        "\\",
        "x..y = 1",
        ".x = 1",
        "x.=1",
        "x = 1,",
        "- x",
        "x = tru",
        "<<<<<<< HEAD",
        "=======",
        ">>>>>>> x",
        "\0",
        "x = [\n'a',\n'b'",
        "x = [[1],",
        "x = {",
        "x = '''",
        "x = [ # c",
    ];
    for line in lines {
        let file = parse(&format!("{line}\nerror-on = 'hint'\n[contexts]\na = 'email'\n"));
        assert_eq!(file.options.contexts.len(), 1, "{line}: {:?}", file.problems);
        // What follows the header of another table belongs to that.
        assert!(line.starts_with('[') || file.options.error_on.is_some(), "{line}: {:?}", file.problems);
        assert!(!file.problems.is_empty(), "{line}");
    }
}

/// No input may make the check panic, or report outside of the text.
#[test]
fn damaged_configurations() {
    let good = "target = 'é'\nselect = [\"amp\"]\n[rules]\n'sql/x' = \"off\"\n[[overrides]]\nfiles = ['a']\n";
    let inserts = ["", "[", "]", "\"", "'", "=", "\n", "é", ".", "{", "\u{a0}", "\\", "\0", ","];
    for at in (0..=good.len()).filter(|&at| good.is_char_boundary(at)) {
        for insert in inserts {
            let (before, after) = good.split_at(at);
            for rest in [after, after.get(1..).unwrap_or(""), ""] {
                let file = parse(&format!("{before}{insert}{rest}"));
                let end = TextSize::of(file.text.as_str());
                for ConfigProblem { range, message, .. } in &file.problems {
                    assert!(range.end() <= end && !message.contains("mistake of"), "{range:?} {message}");
                    let _ = &file.text[*range];
                }
            }
        }
    }
}
