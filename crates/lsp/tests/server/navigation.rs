use serde_json::{Value, json};

use crate::harness::{Client, PAGE, pushed, range, with};

const TEXT: &str = "😀%%[ var @a set @a = 1 ]%%\n😀%%=Concat('😀', @A)=%%\n%%[ if @a then ]%%\n😀%%[ endif ]%%";

/// Every request that asks about a position.
const METHODS: [&str; 4] = [
    "textDocument/definition",
    "textDocument/declaration",
    "textDocument/references",
    "textDocument/documentHighlight",
];

fn at(line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": PAGE }, "position": { "line": line, "character": character } })
}

/// A position, with whatever else the methods want.
fn anything(line: u32, character: u32) -> Value {
    let mut params = at(line, character);
    params["context"] = json!({ "includeDeclaration": true });
    params["newName"] = json!("@fresh");
    params
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_and_declarations() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, TEXT).await;
    let found = client.call("textDocument/definition", at(1, 18)).await;
    assert_eq!(found, json!([{ "uri": PAGE, "range": range((0, 17), (0, 19)) }]));
    let found = client.call("textDocument/declaration", at(1, 18)).await;
    assert_eq!(found, json!([{ "uri": PAGE, "range": range((0, 10), (0, 12)) }]));
    let found = client.call("textDocument/definition", at(3, 8)).await;
    assert_eq!(found, json!([{ "uri": PAGE, "range": range((2, 4), (2, 6)) }]));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_for_who_understands_them() {
    let capabilities = with(pushed(), "/textDocument", "definition", json!({ "linkSupport": true }));
    let mut client = Client::ready(capabilities).await;
    client.open(PAGE, TEXT).await;
    let found = client.call("textDocument/definition", at(1, 18)).await;
    let link = json!([{
        "originSelectionRange": range((1, 18), (1, 20)),
        "targetUri": PAGE,
        "targetRange": range((0, 13), (0, 23)),
        "targetSelectionRange": range((0, 17), (0, 19)),
    }]);
    assert_eq!(found, link);
    let found = client.call("textDocument/declaration", at(1, 18)).await;
    assert_eq!(found, json!([{ "uri": PAGE, "range": range((0, 10), (0, 12)) }]));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn references_and_highlights() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, TEXT).await;
    let ranges = [range((0, 10), (0, 12)), range((0, 17), (0, 19)), range((1, 18), (1, 20)), range((2, 7), (2, 9))];
    for (declaration, from) in [(true, 0), (false, 1)] {
        let mut params = at(2, 9);
        params["context"] = json!({ "includeDeclaration": declaration });
        let found = client.call("textDocument/references", params).await;
        let expected: Vec<_> = ranges[from..].iter().map(|range| json!({ "uri": PAGE, "range": range })).collect();
        assert_eq!(found, json!(expected));
    }
    let found = client.call("textDocument/documentHighlight", at(2, 9)).await;
    let expected: Vec<_> =
        ranges.iter().zip([3, 3, 2, 2]).map(|(range, kind)| json!({ "range": range, "kind": kind })).collect();
    assert_eq!(found, json!(expected));
    let found = client.call("textDocument/documentHighlight", at(3, 11)).await;
    let ranges = [range((2, 4), (2, 6)), range((2, 10), (2, 14)), range((3, 6), (3, 11))];
    let expected: Vec<_> = ranges.iter().map(|range| json!({ "range": range, "kind": 1 })).collect();
    assert_eq!(found, json!(expected));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_where_there_is_nothing() {
    let mut client = Client::ready(pushed()).await;
    // Never opened.
    for method in METHODS {
        assert_eq!(client.call(method, anything(0, 0)).await, Value::Null, "{method}");
    }
    client.open(PAGE, TEXT).await;
    for method in METHODS {
        for (line, character) in [(0, 0), (0, 1), (99, 99), (u32::MAX, u32::MAX), (1, 2)] {
            assert_eq!(client.call(method, anything(line, character)).await, Value::Null, "{method}");
        }
    }
    client.stop().await;
}
