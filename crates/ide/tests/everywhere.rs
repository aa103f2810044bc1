//! Every question at every place of nasty pages and of the shipped example: an answer or none, never a panic, and ranges that fit.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "all of this is tests")]

use std::path::{Path, PathBuf};

use sfmc_db::{FileKind, Host};
use sfmc_ide::{CompletionOptions, InlayHintOptions, ParameterHints, completions, hover, inlay_hints, signature_help};
use sfmc_syntax::{TextRange, TextSize};

const NASTY: &[&str] = &[
    "😀%%[ set @ä = \"x😀\" /* @a */ set @b = Lookup('d', 'c', ]%%%%=v(@b%%first name%%\n%%=v(\"a\n]%% %%[ [x] ]]%%%%[Foo]%%",
    "%%[[type=post;name=go] if not (@a == 1 then for @i = 1 to RowCount(@r) do next @i %%[ endif endif ]%%",
    "%%[ set @@x = [Shoe Size set = = 5 ) ) ( , ( next for to do then else elseif var , @a @b end if ]%%",
    "<script runat=server language=ampscript>set @a = Msg(0).Noun(1) // x\n</script ><script runat=server>Variable.SetValue('@a', 1)</script>",
    "%%=UpsertDE(@d, 99999999999999999999, 'k', , , IIf(1,2,3,4,5,6=%%%%=%%%%[%%%%",
    "%%=\"",
    "%%[ '",
    "%%[ /*",
    "%%",
    "%%[",
    "%%=",
    "%%[ set",
    "%%[ @",
    "%%=Lookup(",
    "%",
    "",
    "%%a",
    "%%[[type=",
    "‘x’ %%[ set @a = ‘x’ ]%%",
];

fn ask_everywhere(text: &str) {
    ask_file(text, FileKind::Page);
}

fn ask_file(text: &str, kind: FileKind) {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.to_owned(), kind);
    let snapshot = host.snapshot();
    let len = text.len();
    let fits = |range: TextRange, at: usize| {
        assert!(usize::from(range.end()) <= len && text.is_char_boundary(range.start().into()), "{at} in {text:?}");
        assert!(text.is_char_boundary(range.end().into()), "{at} in {text:?}");
    };
    let options = InlayHintOptions { parameters: ParameterHints::All, ends: true, types: true };
    let hints = inlay_hints(&snapshot, file, TextRange::up_to(TextSize::of(text)), options);
    assert!(hints.is_sorted_by_key(|hint| hint.at));
    for hint in hints {
        fits(TextRange::empty(hint.at), hint.at.into());
        hint.target.into_iter().for_each(|target| fits(target, hint.at.into()));
    }
    for at in (0..=len + 2).filter(|&at| at > len || text.is_char_boundary(at)) {
        let offset = TextSize::try_from(at).unwrap();
        if let Some(found) = hover(&snapshot, file, offset) {
            fits(found.range, at);
            assert!(found.range.contains_inclusive(offset), "{at} in {text:?}");
        }
        if let Some(found) = signature_help(&snapshot, file, offset) {
            fits(found.range, at);
            assert!(found.parameters.iter().all(|parameter| found.label.get(parameter.label.clone()).is_some()));
            assert!(found.active.is_none_or(|active| active < found.parameters.len()));
        }
        if let Some(found) = completions(&snapshot, file, offset, CompletionOptions { snippets: true }, None) {
            fits(found.replace, at);
            assert!(found.replace.contains_inclusive(offset), "{at} in {text:?}");
            assert!(!text[found.replace].contains('\n'), "clients take edits of one line: {at} in {text:?}");
        }
    }
}

const NASTY_QUERIES: &[&str] = &[
    "SELECT 😀.[é, 'x\n FROM (SELECT TOP ( a.* FROM _Sent.[b]]c] AS ( JOIN x ON CASE WHEN END WHERE é IN (1, (SELECT",
    "-- é\nSELECT /* é */ s.Status AS [x y], DATEADD(é, FROM _Subscribers s JOIN _Sent AS t ON WHERE s.Status = 'é",
    "WITH c (x, AS (SELECT 1) SELECT * FROM c UNION ALL (SELECT 2) ORDER BY x;;\nGO\nnotes é\n\nDROP TABLE t",
    "SELECT CAST(x AS ), CONVERT(é(, s.[\n, x AT TIME ZONE '😀', {{{a}}}.x, [{{b}}] FROM {{{c}}}_d AS s, Ent.",
    "SELECT a, b FROM t WHERE\n\n\nSELECT c FROM u ORDER BY",
    "",
];

#[test]
fn nasty_queries() {
    for text in NASTY_QUERIES {
        ask_file(text, FileKind::Sql);
        for at in (0..text.len()).filter(|&at| text.is_char_boundary(at)).step_by(5) {
            ask_file(&text[..at], FileKind::Sql);
        }
    }
}

#[test]
fn nasty_pages() {
    for text in NASTY {
        ask_everywhere(text);
    }
}

#[test]
fn prefixes_of_a_nasty_page() {
    let text = NASTY[0];
    for at in (0..text.len()).filter(|&at| text.is_char_boundary(at)) {
        ask_everywhere(&text[..at]);
    }
}

#[test]
fn the_example() {
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../test-fixtures"))];
    let mut pages = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|name| ["html", "amp", "ampscript"].iter().any(|known| name == *known))
            {
                let text = std::fs::read_to_string(&path).unwrap();
                if text.len() < 8000 {
                    ask_everywhere(&text);
                    pages += 1;
                }
            }
        }
    }
    assert!(pages > 0);
}

#[test]
fn a_file_that_nobody_knows() {
    let host = Host::default();
    let file = host.file_id(Path::new("/other.html"));
    let snapshot = host.snapshot();
    let at = TextSize::new(3);
    assert_eq!(hover(&snapshot, file, at), None);
    assert_eq!(signature_help(&snapshot, file, at), None);
    assert_eq!(completions(&snapshot, file, at, CompletionOptions::default(), None), None);
}

#[test]
fn more_variables_than_anybody_reads() {
    let mut text: String = (0..2000).map(|n| format!("%%[ set @name{n} = 1 ]%%")).collect();
    text.push_str("%%=v(@name1999x");
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.clone(), FileKind::Page);
    let options = CompletionOptions { snippets: true };
    let ask = |typed: &str| {
        let at = text.rfind("@name1999x").unwrap() + typed.len();
        completions(&host.snapshot(), file, TextSize::try_from(at).unwrap(), options, None).unwrap()
    };
    let all = ask("@");
    assert!(all.incomplete && all.items.len() < 2000);
    assert!(ask("@name1999").items.iter().any(|item| item.label == "@name1999"));
}
