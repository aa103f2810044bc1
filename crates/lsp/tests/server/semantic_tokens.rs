use serde_json::{Value, json};

use crate::harness::{Client, PAGE, pushed, range, with};

const TEXT: &str = "😀%%[ var @a\nset @a = 'x' ]%%\n<p>%%=Lookup(@b)=%%</p>";

async fn client(encoding: &str) -> Client {
    let capabilities = with(pushed(), "/general", "positionEncodings", json!([encoding]));
    let requests = json!({ "requests": { "range": true, "full": { "delta": true } }, "tokenTypes": [], "tokenModifiers": [], "formats": ["relative"] });
    let mut client = Client::start();
    let result = client.initialize(with(capabilities, "/textDocument", "semanticTokens", requests)).await;
    let provider = &result["capabilities"]["semanticTokensProvider"];
    assert_eq!(provider["full"], json!({ "delta": true }), "{provider}");
    assert_eq!(provider["legend"]["tokenTypes"][6], "variable");
    client
}

fn document() -> Value {
    json!({ "textDocument": { "uri": PAGE } })
}

async fn full(client: &mut Client) -> (String, Vec<u64>) {
    let answer = client.call("textDocument/semanticTokens/full", document()).await;
    (answer["resultId"].as_str().unwrap().to_owned(), numbers(&answer["data"]))
}

async fn delta(client: &mut Client, id: &str) -> Value {
    let mut params = document();
    params["previousResultId"] = json!(id);
    client.call("textDocument/semanticTokens/full/delta", params).await
}

fn numbers(data: &Value) -> Vec<u64> {
    data.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
}

fn applied(mut tokens: Vec<u64>, answer: &Value) -> Vec<u64> {
    for edit in answer["edits"].as_array().unwrap() {
        let [start, count] = ["start", "deleteCount"].map(|key| usize::try_from(edit[key].as_u64().unwrap()).unwrap());
        let new = edit.get("data").map(numbers).unwrap_or_default();
        tokens.splice(start..start + count, new);
    }
    tokens
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_in_every_encoding() {
    for (encoding, first) in [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)] {
        let mut client = client(encoding).await;
        client.open(PAGE, TEXT).await;
        let (_, tokens) = full(&mut client).await;
        assert_eq!(tokens[..15], [0, first, 3, 8, 0, 0, 4, 3, 3, 0, 0, 4, 2, 6, 1], "{encoding}");
        let mut params = document();
        params["range"] = range((2, 0), (2, 5));
        let found = numbers(&client.call("textDocument/semanticTokens/range", params).await["data"]);
        assert_eq!(found[..10], [2, 3, 3, 8, 0, 0, 3, 6, 5, 8], "{encoding}");
        assert_eq!(found.len(), 4 * 5);
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_told_as_one() {
    let mut client = client("utf-16").await;
    client.open(PAGE, TEXT).await;
    let (mut id, mut tokens) = full(&mut client).await;
    let edits = [
        json!([{ "range": range((0, 0), (0, 0)), "text": "\n\n" }]),
        json!([{ "range": range((3, 9), (3, 12)), "text": "Concat(@x, 1)" }]),
        json!([{ "range": range((3, 0), (4, 0)), "text": "" }]),
        json!([{ "text": "" }]),
        json!([{ "text": TEXT }]),
    ];
    for (version, edit) in (2..).zip(edits) {
        client.change(PAGE, version, edit.clone()).await;
        let answer = delta(&mut client, &id).await;
        tokens = applied(tokens, &answer);
        id = answer["resultId"].as_str().unwrap().to_owned();
        let (new_id, fresh) = full(&mut client).await;
        assert_eq!(tokens, fresh, "{edit}");
        id.clone_from(&new_id);
    }
    let same = delta(&mut client, &id).await;
    assert_eq!(same["edits"], json!([]));
    // An answer that is not the last one is forgotten.
    assert_eq!(numbers(&delta(&mut client, &id).await["data"]), tokens);
    client.close(PAGE).await;
    client.open(PAGE, TEXT).await;
    assert!(delta(&mut client, "7").await["data"].is_array(), "the document was closed in between");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_for_who_colours() {
    let mut client = Client::start();
    let result = client.initialize(pushed()).await;
    assert!(result["capabilities"].get("semanticTokensProvider").is_none());
    client.stop().await;
}
