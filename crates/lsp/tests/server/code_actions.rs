use serde_json::{Value, json};

use crate::harness::{Client, PAGE, apply, pulled, pushed, range, with};

const BROKEN: &str = "<p>\n😀 %%[ if @a && @b ]%%x%%[ endif ]%%\n";

async fn actions(client: &mut Client, uri: &str, range: Value, context: Value) -> Value {
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
    client.call("textDocument/codeAction", params).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_mends() {
    let mut client = Client::ready(pulled()).await;
    let mut text = BROKEN.to_owned();
    client.open(PAGE, &text).await;
    for (version, left) in [(2, 1), (3, 0)] {
        let report = client.pull(PAGE).await;
        let diagnostic = &report["items"][0];
        let context = json!({ "diagnostics": [diagnostic] });
        let found = actions(&mut client, PAGE, diagnostic["range"].clone(), context).await;
        let action = &found[0];
        assert_eq!((&action["kind"], &action["isPreferred"]), (&json!("quickfix"), &json!(true)));
        assert_eq!(action["diagnostics"], json!([diagnostic]));
        let change = &action["edit"]["documentChanges"][0];
        assert_eq!(change["textDocument"], json!({ "uri": PAGE, "version": version - 1 }));
        let edits = change["edits"].clone();
        text = apply(&text, &edits);
        let edits = edits.as_array().unwrap().iter();
        let changes: Vec<_> = edits.map(|edit| json!({ "range": edit["range"], "text": edit["newText"] })).collect();
        client.change(PAGE, version, json!(changes)).await;
        assert_eq!(client.text(PAGE).await, text.as_str());
        assert_eq!(client.pull(PAGE).await["items"].as_array().unwrap().len(), left, "{text}");
    }
    assert_eq!(text, "<p>\n😀 %%[ if @a and @b then ]%%x%%[ endif ]%%\n");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_have_findings_and_fixes() {
    let mut client = Client::ready(pulled()).await;
    let uri = "file:///no/such/folder/retrieve/c/_ParentBU_/query/k.query-meta.sql";
    client.open_as("sql", uri, "SELECT `a` FROM t\nSELECT @b FROM t").await;
    let report = client.pull(uri).await;
    let rules: Vec<_> = report["items"].as_array().unwrap().iter().map(|item| item["code"].clone()).collect();
    assert!(rules.contains(&json!("sql/limit")) && rules.contains(&json!("sql/multi-statement")), "{rules:?}");
    let found = actions(&mut client, uri, range((0, 8), (0, 8)), json!({ "diagnostics": [] })).await;
    let titles: Vec<_> = found.as_array().unwrap().iter().map(|action| action["title"].clone()).collect();
    assert!(titles.contains(&json!("Write `[a]`")), "{titles:?}");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_touches_the_range() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, BROKEN).await;
    let titles = |found: Value| -> Vec<String> {
        let titles = found.as_array().unwrap().iter().map(|action| action["title"].as_str().unwrap().to_owned());
        titles.filter(|title| !title.starts_with("Suppress")).collect()
    };
    let context = || json!({ "diagnostics": [], "only": ["quickfix"] });
    let all = titles(actions(&mut client, PAGE, range((0, 0), (9, 0)), context()).await);
    assert_eq!(all, ["Replace `&&` by `and`", "Insert `then`"]);
    let one = titles(actions(&mut client, PAGE, range((1, 13), (1, 13)), context()).await);
    assert_eq!(one, ["Replace `&&` by `and`"]);
    let none = titles(actions(&mut client, PAGE, range((0, 0), (0, 2)), context()).await);
    assert!(none.is_empty());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_asked_for() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, BROKEN).await;
    const FIX: &str = "quickfix";
    const ALL: &str = "source.fixAll.sfmc-analyzer";
    for (only, expected) in [
        (json!(["quickfix"]), &[FIX][..]),
        (json!([""]), &[ALL, FIX]),
        (json!(["source.fixAll", "quickfix"]), &[ALL, FIX]),
        (json!(["source.fixAll.sfmc-analyzer"]), &[ALL]),
        (json!(["source"]), &[ALL]),
        (json!(["source.fixAll.other"]), &[]),
        (json!(["source.fix"]), &[]),
        (json!(["quickfix.other"]), &[]),
        (json!(["source.organizeImports"]), &[]),
    ] {
        let context = json!({ "diagnostics": [], "only": only });
        let found = actions(&mut client, PAGE, range((0, 0), (9, 0)), context).await;
        let mut kinds: Vec<&str> =
            found.as_array().into_iter().flatten().map(|action| action["kind"].as_str().unwrap()).collect();
        kinds.retain(|kind| !kind.starts_with("refactor"));
        kinds.sort_unstable();
        kinds.dedup();
        kinds.reverse();
        assert_eq!(kinds, expected, "{only}");
    }
    client.stop().await;
}

/// Whoever only moved the cursor does not hear what could be done to the whole file.
#[tokio::test(flavor = "multi_thread")]
async fn all_fixes_at_once() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, BROKEN).await;
    let title = "Apply all safe fixes in this file";
    for (trigger, offered) in [(1, true), (2, false)] {
        let context = json!({ "diagnostics": [], "triggerKind": trigger });
        let found = actions(&mut client, PAGE, range((0, 0), (0, 0)), context).await;
        let action = found.as_array().unwrap().iter().find(|action| action["title"] == title);
        assert_eq!(action.is_some(), offered);
        if let Some(action) = action {
            let text = apply(BROKEN, &action["edit"]["documentChanges"][0]["edits"]);
            assert_eq!(text, "<p>\n😀 %%[ if @a and @b then ]%%x%%[ endif ]%%\n");
        }
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_silenced() {
    let mut client = Client::ready(pulled()).await;
    let text = "<p>\n😀 %%=Special(1)=%%\n";
    client.open(PAGE, text).await;
    let diagnostic = client.pull(PAGE).await["items"][0].clone();
    let context = json!({ "diagnostics": [diagnostic] });
    let found = actions(&mut client, PAGE, diagnostic["range"].clone(), context).await;
    let action =
        found.as_array().unwrap().iter().find(|a| a["title"] == "Suppress `amp/unknown-function` here").unwrap();
    assert_eq!(action["diagnostics"], json!([diagnostic]));
    let text = apply(text, &action["edit"]["documentChanges"][0]["edits"]);
    assert_eq!(text, "<p>\n😀 %%[ /* sfmc-ignore amp/unknown-function */ ]%%%%=Special(1)=%%\n");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_selected_is_refactored() {
    let mut client = Client::ready(pushed()).await;
    let text = "<p>😀%%=Concat('😀', Trim([City]))=%%</p>\n";
    client.open(PAGE, text).await;
    let selected = || range((0, 21), (0, 33));
    for (only, count) in [("refactor.extract", 1), ("refactor", 1), ("refactor.inline", 0), ("refactor.extract.x", 0)] {
        let found = actions(&mut client, PAGE, selected(), json!({ "diagnostics": [], "only": [only] })).await;
        assert_eq!(found.as_array().map_or(0, Vec::len), count, "{only}");
        if count == 1 {
            assert_eq!(found[0]["title"], "Extract into variable `@trim`");
            assert_eq!(found[0].get("diagnostics"), None);
            let text = apply(text, &found[0]["edit"]["documentChanges"][0]["edits"]);
            assert_eq!(text, "<p>😀%%[ set @trim = Trim([City]) ]%%%%=Concat('😀', @trim)=%%</p>\n");
        }
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_without_versions() {
    let mut client = Client::ready(with(pushed(), "/workspace", "workspaceEdit", json!({}))).await;
    client.open(PAGE, BROKEN).await;
    let found = actions(&mut client, PAGE, range((0, 0), (9, 0)), json!({ "diagnostics": [] })).await;
    let edit = &found[0]["edit"];
    assert_eq!(edit.get("documentChanges"), None);
    assert!(apply(BROKEN, &edit["changes"][PAGE]).contains("@a and @b"));
    client.stop().await;
}
