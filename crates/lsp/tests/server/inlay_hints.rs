use std::fs;

use serde_json::{Value, json};

use crate::harness::{Client, PAGE, pushed, range, with};

const TEXT: &str = "<p>😀%%[ if @a then set @é = 1 set @rows = LookupRows('😀', 'Id', 1) ]%%\n\
                    \n\n\n\n\n\n\n\n\n\
                    <b>😀%%=Lookup('d', '😀', 'Id', @id)=%%</b>\n\
                    😀%%[ endif ]%%\n";

fn refreshed() -> Value {
    with(pushed(), "/workspace", "inlayHint", json!({ "refreshSupport": true }))
}

async fn hints(client: &mut Client, uri: &str, range: Value) -> Value {
    let params = json!({ "textDocument": { "uri": uri }, "range": range });
    client.call("textDocument/inlayHint", params).await
}

fn everything() -> Value {
    range((0, 0), (99, 0))
}

/// Line, column and label of each hint.
fn short(hints: &Value) -> Vec<String> {
    let label = |hint: &Value| match &hint["label"] {
        Value::String(label) => label.clone(),
        parts => parts[0]["value"].as_str().unwrap().to_owned(),
    };
    let hints = hints.as_array().unwrap().iter();
    let line = |hint: &Value| format!("{}:{} {}", hint["position"]["line"], hint["position"]["character"], label(hint));
    hints.map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn places_and_ranges_in_the_clients_units() {
    for (encoding, columns) in [("utf-8", [43, 22, 30, 13]), ("utf-16", [40, 20, 26, 11]), ("utf-32", [39, 19, 24, 10])]
    {
        let capabilities = with(pushed(), "/general", "positionEncodings", json!([encoding]));
        let mut client = Client::ready(capabilities).await;
        assert_eq!(hints(&mut client, PAGE, everything()).await, Value::Null);
        client.open(PAGE, TEXT).await;
        let found = hints(&mut client, PAGE, everything()).await;
        let [rows, column, search, end] = columns;
        let expected = [
            format!("0:{rows} : rowset"),
            format!("10:{column} returnColumn:"),
            format!("10:{search} searchColumn:"),
            format!("11:{end} if @a"),
        ];
        assert_eq!(short(&found), expected, "{encoding}");
        let some = hints(&mut client, PAGE, range((10, column + 1), (11, 0))).await;
        assert_eq!(short(&some), expected[2..3], "{encoding}");
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_and_where_they_lead() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, TEXT).await;
    let found = hints(&mut client, PAGE, everything()).await;
    let kinds: Vec<_> = found.as_array().unwrap().iter().map(|hint| hint["kind"].as_u64()).collect();
    assert_eq!(kinds, [Some(1), Some(2), Some(2), None]);
    assert_eq!((&found[0]["paddingLeft"], &found[0]["paddingRight"]), (&Value::Null, &Value::Null));
    assert_eq!((&found[1]["paddingLeft"], &found[1]["paddingRight"]), (&Value::Null, &json!(true)));
    assert_eq!(found[1]["tooltip"]["kind"], "plaintext");
    let end = &found[3];
    assert_eq!((&end["paddingLeft"], &end["paddingRight"]), (&json!(true), &Value::Null));
    let place = json!({ "uri": PAGE, "range": range((0, 9), (0, 19)) });
    assert_eq!(end["label"], json!([{ "value": "if @a", "location": place }]));
    assert_eq!(end["tooltip"]["value"], "if @a\n\nLine 1.");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_can_be_switched() {
    let mut client = Client::start();
    client.initialize(refreshed()).await;
    client.told("workspace/configuration").await;
    client.open(PAGE, TEXT).await;
    for (settings, expected) in [
        (json!({ "inlay-hints": { "parameters": "none" } }), vec![1, 3]),
        (json!({ "inlay-hints": { "ends": false } }), vec![1, 2, 2]),
        (json!({ "inlay-hints": { "types": false } }), vec![2, 2, 3]),
        (json!({ "inlay-hints": { "parameters": "all", "ends": false, "types": false } }), vec![2, 2]),
        (json!({ "inlay-hints": { "parameters": "none", "ends": false, "types": false } }), vec![]),
        (Value::Null, vec![1, 2, 2, 3]),
    ] {
        // Whoever asks now gets what held before, and is asked to ask again.
        hints(&mut client, PAGE, everything()).await;
        *client.settings.lock().unwrap() = settings.clone();
        client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
        client.told("workspace/inlayHint/refresh").await;
        let found = hints(&mut client, PAGE, everything()).await;
        let kinds: Vec<_> = found.as_array().unwrap().iter().map(|hint| hint["kind"].as_u64().unwrap_or(3)).collect();
        assert_eq!(kinds, expected, "{settings}");
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_switch_them_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("sfmc-analyzer.toml"), "[inlay-hints]\nparameters = 'none'\n").unwrap();
    let page = format!("file://{}", folder.path().join("page.html").display());
    // A client that cannot be asked to ask again is not.
    let mut client = Client::ready(pushed()).await;
    client.open(&page, TEXT).await;
    assert_eq!(short(&hints(&mut client, &page, everything()).await), ["0:40 : rowset", "11:11 if @a"]);
    fs::write(folder.path().join("sfmc-analyzer.toml"), "[inlay-hints]\ntypes = false\n").unwrap();
    let change = json!({ "uri": format!("file://{}", folder.path().join("sfmc-analyzer.toml").display()), "type": 2 });
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] })).await;
    while hints(&mut client, &page, everything()).await.as_array().unwrap().len() != 3 {}
    assert!(client.all_told("workspace/inlayHint/refresh").await.is_empty());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_that_are_none() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, TEXT).await;
    for asked in [range((11, 5), (0, 0)), range((500, 0), (u32::MAX, u32::MAX)), range((0, 0), (u32::MAX, u32::MAX))] {
        hints(&mut client, PAGE, asked).await;
    }
    client.change(PAGE, 2, json!([{ "text": "" }])).await;
    assert_eq!(hints(&mut client, PAGE, everything()).await, json!([]));
    client.stop().await;
}
