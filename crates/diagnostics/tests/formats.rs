//! One report in every output format, compared with a file for each.

use expect_test::expect_file;
use sfmc_diagnostics::{
    Applicability, Diagnostic, Fix, FixKind, Group, Related, Rule, Severity,
    format::{FileReport, OutputFormat, Summary, Terminal},
};
use sfmc_syntax::{TextEdit, TextRange, TextSize};

static NEXT: Rule = Rule {
    id: "amp/next-variable-mismatch",
    aliases: &[],
    group: Group::Suspicious,
    severity: Severity::Warning,
    on_by_default: true,
    fix: FixKind::Safe,
    since: "0.1.0",
    docs: "",
};

static FUNCTION: Rule = Rule {
    id: "amp/unknown-function",
    aliases: &[],
    group: Group::Correctness,
    severity: Severity::Error,
    on_by_default: true,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    docs: "",
};

const CART: &str = "\
<table>
%%[ for @i = 1 to RowCount(@rows) do ]%%
  <tr><td>%%=Lokup('Größe', 'é', @i)=%%</td></tr>
%%[ next @j ]%%
</table>
";

const SUBJECT: &str = "Hello %%=Propercase(FirstName)=%%, %%=ProperCas(LastName)=%% \u{1F600} %%=Nope()=%%";

fn find(text: &str, part: &str) -> TextRange {
    let before = text.split(part).next().unwrap_or_default();
    TextRange::at(TextSize::of(before), TextSize::of(part))
}

fn cart() -> Vec<Diagnostic> {
    let mut unknown = Diagnostic::new(&FUNCTION, find(CART, "Lokup"), "there is no function `Lokup`");
    unknown.help = Some("functions are listed at https://sfmc-analyzer.github.io/functions".to_owned());
    unknown.fixes = vec![Fix {
        title: "write `Lookup`".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![TextEdit::replace(find(CART, "Lokup"), "Lookup")],
    }];
    let mut next = Diagnostic::new(&NEXT, find(CART, "@j"), "this loop counts with `@i`, not `@j`");
    next.related = vec![Related { range: find(CART, "@i"), message: "the counter".to_owned() }];
    next.fixes = vec![Fix {
        title: "close it by its own name".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![TextEdit::replace(find(CART, "@j"), "@i")],
    }];
    vec![unknown, next]
}

fn subject() -> Vec<Diagnostic> {
    let mut nope = Diagnostic::new(&FUNCTION, find(SUBJECT, "Nope"), "there is no function `Nope`");
    nope.severity = Severity::Info;
    vec![nope]
}

#[test]
fn every_format_has_a_golden_file() {
    let (cart, subject) = (cart(), subject());
    let files = [
        FileReport { path: "emails/cart.html", text: CART, diagnostics: &cart },
        FileReport { path: "emails/empty.html", text: "", diagnostics: &[] },
        FileReport { path: "emails/subject.amp", text: SUBJECT, diagnostics: &subject },
    ];
    let mut summary = Summary::default();
    for file in &files {
        summary.add_file(file.diagnostics);
    }
    for &format in OutputFormat::ALL {
        let mut out = Vec::new();
        format.write(files, &summary, Terminal::default(), &mut out).unwrap();
        let path = format!("{}/tests/golden/report.{format}", env!("CARGO_MANIFEST_DIR"));
        expect_file![path].assert_eq(&String::from_utf8(out).unwrap());
    }
}

#[test]
fn json_is_one_array_of_complete_findings() {
    let (cart, subject) = (cart(), subject());
    let files = [
        FileReport { path: "a \"quoted\".html", text: CART, diagnostics: &cart },
        FileReport { path: "b.amp", text: SUBJECT, diagnostics: &subject },
    ];
    let mut out = Vec::new();
    OutputFormat::Json.write(files, &Summary::default(), Terminal::default(), &mut out).unwrap();
    let array: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let expected = serde_json::json!({
        "path": "a \"quoted\".html",
        "rule": "amp/next-variable-mismatch",
        "severity": "warning",
        "message": "this loop counts with `@i`, not `@j`",
        "range": { "start": { "line": 4, "column": 10 }, "end": { "line": 4, "column": 12 } },
        "byteRange": [111, 113],
        "help": null,
        "url": "https://sfmc-analyzer.github.io/rules/amp/next-variable-mismatch",
        "fixes": [{
            "title": "close it by its own name",
            "applicability": "safe",
            "edits": [{ "byteRange": [111, 113], "newText": "@i" }],
        }],
    });
    assert_eq!(array[1], expected);
    // The face before it is one character of four bytes.
    assert_eq!(array[2]["range"]["start"]["column"], 67);
    assert_eq!(array.as_array().map(Vec::len), Some(3));
}

#[test]
fn json_of_nothing_is_an_empty_array() {
    let mut out = Vec::new();
    OutputFormat::Json.write([], &Summary::default(), Terminal::default(), &mut out).unwrap();
    assert_eq!(out, b"[]\n");
}
