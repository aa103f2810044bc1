//! Files of SQL: what is asked of pages is asked of queries, and answered from what is known of tables.

use serde_json::{Value, json};

use crate::harness::{Client, apply, pulled, with};

const URI: &str = "file:///no/such/query.sql";

const QUERY: &str = "SELECT s.JobID AS job,\n  COUNT(*) AS \"käufe 😀\", DATEADD(day, 1, o.EventDate) AS d\n\
    FROM _Sent s\nJOIN _Open o ON o.JobID = s.JobID\nGROUP BY s.JobID, o.EventDate\n";

async fn opened(text: &str) -> Client {
    let mut client = Client::ready(with(pulled(), "/textDocument", "completion", completion())).await;
    client.open_as("sql", URI, text).await;
    client
}

fn completion() -> Value {
    json!({ "completionItem": { "snippetSupport": true, "resolveSupport": { "properties": ["documentation"] } } })
}

fn at(line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": URI }, "position": { "line": line, "character": character } })
}

fn of_all() -> Value {
    json!({ "textDocument": { "uri": URI } })
}

fn labels(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn completion_of_tables_columns_and_functions() {
    let mut client = opened("SELECT s. FROM _Se").await;
    let tables = client.call("textDocument/completion", at(0, 18)).await;
    assert_eq!(labels(&tables)[0], "_Sent");
    assert_eq!(tables["items"][0]["textEdit"]["range"]["start"], json!({ "line": 0, "character": 15 }));
    client.change(URI, 2, json!([{ "text": "SELECT s. FROM _Sent s" }])).await;
    let columns = client.call("textDocument/completion", at(0, 9)).await;
    assert!(labels(&columns).contains(&"JobID") && !labels(&columns).contains(&"DATEADD"), "{columns}");
    client.change(URI, 3, json!([{ "text": "SELECT dateadd" }])).await;
    let functions = client.call("textDocument/completion", at(0, 14)).await;
    let item = functions["items"][0].clone();
    assert_eq!(item["label"], "DATEADD");
    let resolved = client.call("completionItem/resolve", item).await;
    assert!(resolved["documentation"]["value"].as_str().unwrap().contains("interval"), "{resolved}");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_somewhere() {
    let mut client = opened(QUERY).await;
    let hover = client.call("textDocument/hover", at(0, 10)).await;
    assert!(hover["contents"]["value"].as_str().unwrap().contains("JobID"), "{hover}");
    let signature = client.call("textDocument/signatureHelp", at(1, 39)).await;
    assert_eq!(signature["signatures"][0]["activeParameter"], 1, "{signature}");
    let definition = client.call("textDocument/definition", at(0, 7)).await;
    assert_eq!(definition[0]["range"]["start"], json!({ "line": 2, "character": 11 }), "{definition}");
    let references = json!({
        "textDocument": { "uri": URI }, "position": { "line": 2, "character": 11 }, "context": { "includeDeclaration": true },
    });
    let references = client.call("textDocument/references", references).await;
    assert_eq!(references.as_array().unwrap().len(), 4, "{references}");
    let highlights = client.call("textDocument/documentHighlight", at(2, 11)).await;
    assert_eq!(highlights.as_array().unwrap().len(), 4);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename() {
    let mut client = opened(QUERY).await;
    let target = client.call("textDocument/prepareRename", at(2, 11)).await;
    assert_eq!(target["placeholder"], "s");
    let mut params = at(2, 11);
    params["newName"] = json!("sent mails");
    let edit = client.call("textDocument/rename", params.clone()).await;
    let after = apply(QUERY, &edit["documentChanges"][0]["edits"]);
    assert!(after.starts_with("SELECT [sent mails].JobID") && after.contains("FROM _Sent [sent mails]"), "{after}");
    params["newName"] = json!("o");
    assert_eq!(client.refused("textDocument/rename", params).await, -32803);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_structure() {
    let mut client = opened(QUERY).await;
    let symbols = client.call("textDocument/documentSymbol", of_all()).await;
    assert_eq!(symbols[0]["name"], "SELECT … FROM _Sent, _Open");
    let folds = client.call("textDocument/foldingRange", of_all()).await;
    assert_eq!((&folds[0]["startLine"], &folds[0]["endLine"]), (&json!(0), &json!(4)), "{folds}");
    let tokens = client.call("textDocument/semanticTokens/full", of_all()).await;
    assert_eq!(tokens["data"].as_array().unwrap()[..5], [json!(0), json!(0), json!(6), json!(3), json!(0)]);
    let mut selection = of_all();
    selection["positions"] = json!([{ "line": 3, "character": 19 }]);
    let selection = client.call("textDocument/selectionRange", selection).await;
    assert_eq!(selection[0]["range"]["start"], json!({ "line": 3, "character": 18 }), "{selection}");
    let lenses = client.call("textDocument/codeLens", of_all()).await;
    assert_eq!(lenses[0]["command"]["title"], "reads _Sent, _Open");
    let mut hints = of_all();
    hints["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let hints = client.call("textDocument/inlayHint", hints).await;
    assert_eq!(hints[0], json!({ "position": { "line": 0, "character": 21 }, "label": ": int", "kind": 1 }), "{hints}");
    for method in ["textDocument/documentLink"] {
        assert_eq!(client.call(method, of_all()).await, json!([]), "{method}");
    }
    assert_eq!(client.call("textDocument/prepareCallHierarchy", at(0, 9)).await, Value::Null);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refactoring() {
    let mut client = opened("SELECT *\nFROM (SELECT JobID, ListID FROM _Sent j) q").await;
    let params = json!({
        "textDocument": { "uri": URI },
        "range": { "start": { "line": 0, "character": 7 }, "end": { "line": 0, "character": 7 } },
        "context": { "diagnostics": [], "only": ["refactor.rewrite"] },
    });
    let found = client.call("textDocument/codeAction", params).await;
    let star = found.as_array().unwrap().iter().find(|action| action["title"] == "Write out the columns of the star");
    let edit = star.unwrap()["edit"]["documentChanges"][0]["edits"].clone();
    let text = "SELECT *\nFROM (SELECT JobID, ListID FROM _Sent j) q";
    assert_eq!(apply(text, &edit), "SELECT JobID, ListID\nFROM (SELECT JobID, ListID FROM _Sent j) q");
    client.stop().await;
}
