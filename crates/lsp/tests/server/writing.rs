//! What helps while writing: hover, signature help and completion.

use serde_json::{Value, json};

use crate::harness::{Client, PAGE, apply, pushed, range, with};

const TEXT: &str = "😀%%[ set @tier = 'gold' ]%%\n😀%%=v(@tier)=%% %%=Lookup('d', 'c')=%%\n";

fn able() -> Value {
    let markdown = json!(["markdown", "plaintext"]);
    let client = with(pushed(), "/textDocument", "hover", json!({ "contentFormat": markdown }));
    let information =
        json!({ "documentationFormat": markdown, "parameterInformation": { "labelOffsetSupport": true } });
    let client = with(client, "/textDocument", "signatureHelp", json!({ "signatureInformation": information }));
    let item = json!({
        "snippetSupport": true, "documentationFormat": markdown, "insertReplaceSupport": true,
        "tagSupport": { "valueSet": [1] },
    });
    with(client, "/textDocument", "completion", json!({ "completionItem": item }))
}

async fn at(client: &mut Client, method: &str, uri: &str, line: u32, character: u32) -> Value {
    let position = json!({ "line": line, "character": character });
    let params = json!({ "textDocument": { "uri": uri }, "position": position });
    client.call(&format!("textDocument/{method}"), params).await
}

fn item<'a>(list: &'a Value, label: &str) -> &'a Value {
    list["items"].as_array().unwrap().iter().find(|item| item["label"] == label).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn offered() {
    let result = Client::start().initialize(able()).await;
    let offered = &result["capabilities"];
    assert_eq!(offered["hoverProvider"], true);
    assert_eq!(offered["signatureHelpProvider"]["triggerCharacters"], json!(["(", ","]));
    assert_eq!(offered["completionProvider"]["resolveProvider"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn hover() {
    let mut client = Client::ready(able()).await;
    client.open(PAGE, TEXT).await;
    let found = at(&mut client, "hover", PAGE, 1, 10).await;
    assert_eq!(found["range"], range((1, 7), (1, 12)));
    assert_eq!(found["contents"]["kind"], "markdown");
    assert!(found["contents"]["value"].as_str().unwrap().starts_with("```ampscript\n@tier: string = \"gold\"\n```"));
    assert_eq!(at(&mut client, "hover", PAGE, 0, 1).await, Value::Null);
    for (line, character) in [(99, 0), (1, 9999), (u32::MAX >> 1, u32::MAX >> 1)] {
        assert_eq!(at(&mut client, "hover", PAGE, line, character).await, Value::Null);
    }
    assert_eq!(at(&mut client, "hover", "file:///never/opened.html", 0, 0).await, Value::Null);
    client.stop().await;

    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, TEXT).await;
    let found = at(&mut client, "hover", PAGE, 1, 10).await;
    assert_eq!(found["contents"]["kind"], "plaintext");
    assert!(found["contents"]["value"].as_str().unwrap().starts_with("@tier: string = \"gold\"\n"));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signature_help() {
    let mut client = Client::ready(able()).await;
    client.open(PAGE, TEXT).await;
    // Behind `'d', `.
    let found = at(&mut client, "signatureHelp", PAGE, 1, 32).await;
    let signature = &found["signatures"][0];
    let label = signature["label"].as_str().unwrap();
    assert!(label.starts_with("Lookup(dataObject: string, "), "{label}");
    assert_eq!(found["activeParameter"], 1);
    let place = &signature["parameters"][1]["label"];
    let (start, end) = (place[0].as_u64().unwrap() as usize, place[1].as_u64().unwrap() as usize);
    assert_eq!(&label[start..end], "returnColumn: string");
    assert_eq!(signature["parameters"][1]["documentation"]["value"], "A column.");
    assert_eq!(at(&mut client, "signatureHelp", PAGE, 0, 10).await, Value::Null);
    assert_eq!(at(&mut client, "signatureHelp", PAGE, 99, 99).await, Value::Null);
    assert_eq!(at(&mut client, "signatureHelp", "file:///never/opened.html", 0, 0).await, Value::Null);
    client.stop().await;

    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "%%=Add(1, 2, ").await;
    let found = at(&mut client, "signatureHelp", PAGE, 0, 13).await;
    assert_eq!(found["signatures"][0]["parameters"][0]["label"], "number1: string or number");
    // None of the two.
    assert_eq!(found["activeParameter"], 2);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn completion() {
    let mut client = Client::ready(able()).await;
    client.open(PAGE, TEXT).await;
    // In `@ti|er`, behind an emoji.
    let list = at(&mut client, "completion", PAGE, 1, 10).await;
    assert_eq!(list["isIncomplete"], false);
    let tier = item(&list, "@tier");
    assert_eq!(tier["textEdit"]["insert"], range((1, 7), (1, 10)));
    assert_eq!(tier["textEdit"]["replace"], range((1, 7), (1, 12)));
    assert_eq!(tier.get("filterText"), None);
    // `Look|up(`
    let list = at(&mut client, "completion", PAGE, 1, 24).await;
    let rows = item(&list, "LookupRows");
    assert_eq!((&rows["textEdit"]["newText"], rows.get("documentation")), (&json!("LookupRows"), None));
    let resolved = client.call("completionItem/resolve", rows.clone()).await;
    assert_eq!(resolved["documentation"]["kind"], "markdown");
    assert!(resolved["documentation"]["value"].as_str().unwrap().contains("LookupRows("));
    // What we never sent comes back as it is.
    let other = json!({ "label": "x", "data": { "function": 1 } });
    assert_eq!(client.call("completionItem/resolve", other.clone()).await, other);
    assert_eq!(at(&mut client, "completion", PAGE, 0, 1).await, Value::Null);
    assert_eq!(at(&mut client, "completion", PAGE, 99, 99).await, Value::Null);
    assert_eq!(at(&mut client, "completion", "file:///never/opened.html", 0, 0).await, Value::Null);
    client.stop().await;
}

/// In the middle of a word: who can choose gets both ranges, who cannot replaces the word; what stands behind it stays single.
#[tokio::test(flavor = "multi_thread")]
async fn completion_within_a_word() {
    let text =
        "😀%%=Lo|kup('d', 'c')=%% 😀%%=v(@ti|er)=%% 😀%%em|ail%% 😀%%=DateAdd('2024', 1, '|Y')=%%%%[ set @tier = 1 ]%%";
    let places: Vec<u32> =
        text.match_indices('|').enumerate().map(|(n, (at, _))| utf16(&text[..at]) - n as u32).collect();
    let text = text.replace('|', "");
    // The proposal, what it leaves of the word behind the place, and the text where it replaces the word.
    let cases = [
        ("LookupRows", 3, "Lokup('d'", "LookupRows('d'"),
        ("@tier", 2, "v(@tier)", "v(@tier)"),
        ("emailaddr", 3, "%%email%%", "%%emailaddr%%"),
        ("MI", 1, "'Y'", "'MI'"),
    ];
    let (mut both, mut one) = (Client::ready(able()).await, Client::ready(pushed()).await);
    both.open(PAGE, &text).await;
    one.open(PAGE, &text).await;
    for (&place, (label, rest, before, after)) in places.iter().zip(cases) {
        let list = at(&mut both, "completion", PAGE, 0, place).await;
        let edit = &item(&list, label)["textEdit"];
        assert_eq!(edit["insert"]["end"], json!({ "line": 0, "character": place }), "{label}");
        assert_eq!(edit["replace"]["end"], json!({ "line": 0, "character": place + rest }), "{label}");
        assert_eq!(edit["insert"]["start"], edit["replace"]["start"], "{label}");
        let list = at(&mut one, "completion", PAGE, 0, place).await;
        let edit = &item(&list, label)["textEdit"];
        assert_eq!(edit["range"]["end"], json!({ "line": 0, "character": place + rest }), "{label}");
        assert_eq!(apply(&text, &json!([edit])), text.replace(before, after), "{label}");
    }
    both.stop().await;
    one.stop().await;
}

fn utf16(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn completion_for_clients_without_snippets() {
    let mut client = Client::ready(pushed()).await;
    let text = "😀%%=Loo=%%";
    client.open(PAGE, text).await;
    let list = at(&mut client, "completion", PAGE, 0, 8).await;
    let lookup = item(&list, "Lookup");
    assert_eq!(lookup.get("insertTextFormat"), None);
    assert_eq!(apply(text, &json!([lookup["textEdit"]])), "😀%%=Lookup=%%");
    client.stop().await;

    let mut client = Client::ready(able()).await;
    client.open(PAGE, text).await;
    let list = at(&mut client, "completion", PAGE, 0, 8).await;
    let lookup = item(&list, "Lookup");
    assert_eq!(lookup["insertTextFormat"], 2);
    assert!(lookup["textEdit"]["newText"].as_str().unwrap().starts_with("Lookup(${1:dataObject}"));
    client.stop().await;
}
