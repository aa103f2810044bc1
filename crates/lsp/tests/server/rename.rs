use serde_json::{Value, json};

use crate::harness::{Client, PAGE, apply, pushed, range, with};

const TEXT: &str = "😀%%[ var @a set @A = '😀@a' ]%%\n😀%%=Concat('😀', @a, @b)=%%<script runat=\"server\">\n\
                    Variable.SetValue('@a', '😀');</script>";

fn at(line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": PAGE }, "position": { "line": line, "character": character } })
}

fn to(line: u32, character: u32, name: &str) -> Value {
    let mut params = at(line, character);
    params["newName"] = json!(name);
    params
}

/// The reason for which a request is refused.
async fn reason(client: &mut Client, method: &str, params: Value) -> String {
    let id = client.request(method, params).await;
    let answer = client.answer(id).await;
    assert_eq!(answer["error"]["code"], -32803, "{answer}");
    answer["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn renamed_everywhere() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, TEXT).await;
    let found = client.call("textDocument/prepareRename", at(1, 18)).await;
    assert_eq!(found, json!({ "range": range((1, 18), (1, 20)), "placeholder": "@a" }));
    let edit = client.call("textDocument/rename", to(1, 18, "@offer")).await;
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": PAGE, "version": 1 }));
    let after = "😀%%[ var @offer set @offer = '😀@a' ]%%\n😀%%=Concat('😀', @offer, @b)=%%<script runat=\"server\">\n\
                 Variable.SetValue('@offer', '😀');</script>";
    assert_eq!(apply(TEXT, &change["edits"]), after);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn for_clients_without_versions() {
    let mut client = Client::ready(with(pushed(), "/workspace", "workspaceEdit", json!({}))).await;
    client.open(PAGE, TEXT).await;
    let edit = client.call("textDocument/rename", to(2, 20, "offer")).await;
    assert!(apply(TEXT, &edit["changes"][PAGE]).contains("SetValue('@offer'"));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_with_a_reason() {
    let mut client = Client::ready(pushed()).await;
    // Never opened.
    assert_eq!(client.call("textDocument/prepareRename", at(0, 0)).await, Value::Null);
    assert_eq!(client.call("textDocument/rename", to(0, 0, "x")).await, Value::Null);
    client.open(PAGE, TEXT).await;
    for (line, character) in [(0, 0), (0, 25), (1, 8), (99, 0), (u32::MAX, u32::MAX)] {
        let expected = "Only variables can be renamed, and none stands here";
        assert_eq!(reason(&mut client, "textDocument/prepareRename", at(line, character)).await, expected);
        assert_eq!(reason(&mut client, "textDocument/rename", to(line, character, "x")).await, expected);
    }
    let taken = reason(&mut client, "textDocument/rename", to(0, 11, "@B")).await;
    assert!(taken.contains("already has a variable `@b`"), "{taken}");
    let invalid = reason(&mut client, "textDocument/rename", to(0, 11, "my name")).await;
    assert!(invalid.starts_with("`my name` is no name of a variable"), "{invalid}");
    client.change(PAGE, 2, json!([{ "text": "%%=v(@@ExecCtx)=%%" }])).await;
    let system = reason(&mut client, "textDocument/prepareRename", at(0, 8)).await;
    assert!(system.starts_with("System variables"), "{system}");
    client.stop().await;
}
