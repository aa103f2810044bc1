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
async fn only_what_touches_the_range() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, BROKEN).await;
    let titles = |found: Value| -> Vec<String> {
        found.as_array().unwrap().iter().map(|action| action["title"].as_str().unwrap().to_owned()).collect()
    };
    let context = || json!({ "diagnostics": [] });
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
    for (only, count) in [
        (json!(["quickfix"]), 2),
        (json!([""]), 2),
        (json!(["source.fixAll", "quickfix"]), 2),
        (json!(["refactor"]), 0),
        (json!(["quickfix.other"]), 0),
        (json!(["source"]), 0),
    ] {
        let context = json!({ "diagnostics": [], "only": only });
        let found = actions(&mut client, PAGE, range((0, 0), (9, 0)), context).await;
        assert_eq!(found.as_array().map_or(0, Vec::len), count, "{only}");
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
