//! Folds, selections and links, and every request at every position.

use serde_json::{Value, json};

use crate::harness::{Client, PAGE, pushed, range, with};

const TEXT: &str = "😀%%[ if @a then ]%%\n<p>\n%%[ endif ]%%<!--\n-->\n😀%%=RedirectTo('https://a.example/😀')=%%\n\
                    😀%%=Concat('😀', RedirectTo('https://a.example/b'))=%%\n";

fn document(uri: &str) -> Value {
    json!({ "textDocument": { "uri": uri } })
}

#[tokio::test(flavor = "multi_thread")]
async fn folds() {
    let mut client = Client::ready(pushed()).await;
    assert_eq!(client.call("textDocument/foldingRange", document(PAGE)).await, Value::Null);
    client.open(PAGE, TEXT).await;
    let found = client.call("textDocument/foldingRange", document(PAGE)).await;
    let expected = json!([{ "startLine": 0, "endLine": 1 }, { "startLine": 2, "endLine": 3, "kind": "comment" }]);
    assert_eq!(found, expected);
    client.stop().await;

    let limited = with(pushed(), "/textDocument", "foldingRange", json!({ "rangeLimit": 1 }));
    let mut client = Client::ready(limited).await;
    client.open(PAGE, TEXT).await;
    assert_eq!(client.call("textDocument/foldingRange", document(PAGE)).await.as_array().unwrap().len(), 1);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn selections() {
    let mut client = Client::ready(pushed()).await;
    let mut params = document(PAGE);
    params["positions"] = json!([{ "line": 5, "character": 14 }, { "line": 99, "character": 99 }]);
    assert_eq!(client.call("textDocument/selectionRange", params.clone()).await, Value::Null);
    client.open(PAGE, TEXT).await;
    let found = client.call("textDocument/selectionRange", params).await;
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!(found[0]["range"], range((5, 13), (5, 15)));
    assert_eq!(found[0]["parent"]["range"], range((5, 12), (5, 16)));
    assert_eq!(found[1], json!({ "range": range((0, 0), (6, 0)) }));
    client.change(PAGE, 2, json!([{ "text": "" }])).await;
    let mut params = document(PAGE);
    params["positions"] = json!([{ "line": 0, "character": 0 }]);
    let found = client.call("textDocument/selectionRange", params).await;
    assert_eq!(found, json!([{ "range": range((0, 0), (0, 0)) }]));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links() {
    let mut client = Client::ready(pushed()).await;
    assert_eq!(client.call("textDocument/documentLink", document(PAGE)).await, Value::Null);
    client.open(PAGE, TEXT).await;
    let found = client.call("textDocument/documentLink", document(PAGE)).await;
    let expected = json!({ "range": range((5, 30), (5, 49)), "target": "https://a.example/b" });
    assert_eq!(found.as_array().unwrap().last(), Some(&expected), "{found}");
    client.stop().await;
}

/// Whatever is asked, wherever: an answer or a reason, never a failure of the server.
#[tokio::test(flavor = "multi_thread")]
async fn every_request_everywhere() {
    let pages = [
        "😀%%[ if @a then ]%%é\n%%[ next @a endif for @i = ( to ]%% %%= @a @b\r\n%%[ set @a = 'x\n]%% {{ x %%a%%",
        "<script runat=\"server\">Variable.SetValue('@a\n",
        "",
    ];
    let mut client = Client::ready(pushed()).await;
    for (version, text) in pages.into_iter().enumerate() {
        let uri = format!("{PAGE}{version}");
        client.open(&uri, text).await;
        for (line, content) in text.split('\n').enumerate() {
            for character in 0..content.encode_utf16().count() + 2 {
                let position = json!({ "line": line, "character": character });
                for method in [
                    "definition",
                    "declaration",
                    "references",
                    "documentHighlight",
                    "prepareRename",
                    "rename",
                    "selectionRange",
                    "inlayHint",
                ] {
                    let mut params = document(&uri);
                    params["position"] = position.clone();
                    params["positions"] = json!([position]);
                    params["range"] = json!({ "start": position, "end": { "line": line + 1, "character": 1 } });
                    params["context"] = json!({ "includeDeclaration": true });
                    params["newName"] = json!("@fresh");
                    let id = client.request(&format!("textDocument/{method}"), params).await;
                    let answer = client.answer(id).await;
                    let code = answer["error"]["code"].as_i64();
                    assert!(code.is_none() || code == Some(-32803), "{method} at {position} of {text:?}: {answer}");
                }
            }
        }
    }
    client.stop().await;
}
