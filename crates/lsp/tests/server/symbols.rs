use expect_test::expect;
use serde_json::{Value, json};

use crate::harness::{Client, PAGE, pushed, with};

const TEXT: &str = "😀%%[ var @a if @a == 1 then ]%%\n%%=ContentBlockByKey('promo')=%%%%[ endif ]%%";

fn tree(symbols: &Value, level: usize) -> String {
    let mut out = String::new();
    for symbol in symbols.as_array().unwrap() {
        let range = symbol.get("selectionRange").unwrap_or(&symbol["location"]["range"]);
        let start = &range["start"];
        let container =
            symbol.get("containerName").and_then(Value::as_str).map(|name| format!(" in {name}")).unwrap_or_default();
        let (indent, name) = ("  ".repeat(level), symbol["name"].as_str().unwrap());
        out += &format!("{indent}{name} {} {}:{}{container}\n", symbol["kind"], start["line"], start["character"]);
        if let Some(children) = symbol.get("children") {
            out += &tree(children, level + 1);
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn nested() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, TEXT).await;
    let symbols = client.call("textDocument/documentSymbol", json!({ "textDocument": { "uri": PAGE } })).await;
    expect![[r#"
        @a 13 0:10
        if @a == 1 17 0:13
          ContentBlockByKey 'promo' 2 1:3
    "#]]
    .assert_eq(&tree(&symbols, 0));
    assert_eq!(symbols[1]["range"]["end"], json!({ "line": 1, "character": 41 }));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn flat() {
    let mut client = Client::ready(with(pushed(), "/textDocument", "documentSymbol", json!({}))).await;
    client.open(PAGE, TEXT).await;
    let symbols = client.call("textDocument/documentSymbol", json!({ "textDocument": { "uri": PAGE } })).await;
    expect![[r#"
        @a 13 0:10
        if @a == 1 17 0:13
        ContentBlockByKey 'promo' 2 1:3 in if @a == 1
    "#]]
    .assert_eq(&tree(&symbols, 0));
    assert_eq!(symbols[0]["location"]["uri"], PAGE);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deep() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, &"%%[ if @a then ]%%".repeat(2000)).await;
    let symbols = client.call("textDocument/documentSymbol", json!({ "textDocument": { "uri": PAGE } })).await;
    assert_eq!(symbols.as_array().unwrap().len(), 1);
    client.stop().await;
}
