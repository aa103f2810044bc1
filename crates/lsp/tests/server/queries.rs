//! Files of SQL: what is asked of pages is asked of queries, and answered from what is known of tables.

use serde_json::{Value, json};

use crate::harness::{Client, apply, pulled, with, within};

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

/// The name behind the place is replaced by who asks for that alone.
#[tokio::test(flavor = "multi_thread")]
async fn completion_before_a_name() {
    let range = |start: u32, end: u32| json!({ "start": { "line": 0, "character": start }, "end": { "line": 0, "character": end } });
    let text = "SELECT s.JobID FROM _Sent s";
    let mut client = opened(text).await;
    let columns = client.call("textDocument/completion", at(0, 9)).await;
    assert_eq!(columns["items"][0]["textEdit"]["range"], range(9, 9));
    // In the middle of a name all of it is replaced.
    let columns = client.call("textDocument/completion", at(0, 11)).await;
    assert_eq!(columns["items"][0]["textEdit"]["range"], range(9, 14));
    client.stop().await;
    let both = json!({ "completionItem": { "insertReplaceSupport": true } });
    let mut client = Client::ready(with(pulled(), "/textDocument", "completion", both)).await;
    client.open_as("sql", URI, text).await;
    let columns = client.call("textDocument/completion", at(0, 9)).await;
    let edit = &columns["items"][0]["textEdit"];
    assert_eq!((&edit["insert"], &edit["replace"]), (&range(9, 9), &range(9, 14)));
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
    assert_eq!(client.call("textDocument/documentLink", of_all()).await, json!([]));
    assert_eq!(client.call("textDocument/prepareCallHierarchy", at(0, 9)).await, json!([]));
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

const EXTENSION: &str = "retrieve/c/bu/dataExtension/o.dataExtension-meta.json";

/// A project with a data extension and a query activity that writes to it.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let field = |name: &str, key: bool| json!({ "Name": name, "FieldType": "Text", "MaxLength": 50, "IsPrimaryKey": key, "IsRequired": key });
    let extension = json!({
        "CustomerKey": "orders",
        "Name": "My Orders",
        "Fields": [field("Id", true), field("First Name", false)],
    });
    write(EXTENSION, &serde_json::to_string_pretty(&extension).unwrap());
    let activity = json!({
        "key": "q", "name": "q", "targetKey": "orders", "targetName": "My Orders", "r__dataExtension_key": "orders",
        "targetUpdateTypeName": "Overwrite",
    });
    write("retrieve/c/bu/query/q.query-meta.json", &activity.to_string());
    write("retrieve/c/bu/query/q.query-meta.sql", "");
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn data_extensions_of_a_project() {
    let project = project();
    let uri = |file: &str| format!("file://{}", project.path().join(file).display());
    let query = uri("retrieve/c/bu/query/q.query-meta.sql");
    let mut client = Client::start();
    let folders = json!([{ "uri": format!("file://{}", project.path().display()), "name": "project" }]);
    let capabilities = with(pulled(), "/textDocument", "completion", completion());
    let params =
        json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities });
    client.call("initialize", params).await;
    client.notify("initialized", json!({})).await;
    let text = "SELECT o.Id, o.[First Name], o.Town AS x\nFROM [My Orders] o";
    client.open_as("sql", &query, text).await;
    // What tables there are is read while the first questions come.
    let unknown = json!("sql/unknown-column");
    within(async {
        while !client.pull(&query).await["items"].as_array().unwrap().iter().any(|item| item["code"] == unknown) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
    let at = |line: u32, character: u32| json!({ "textDocument": { "uri": query }, "position": { "line": line, "character": character } });
    let columns = client.call("textDocument/completion", at(0, 9)).await;
    assert!(labels(&columns).contains(&"First Name"), "{columns}");
    let tables = client.call("textDocument/completion", at(1, 6)).await;
    let table = tables["items"].as_array().unwrap().iter().find(|item| item["label"] == "My Orders").unwrap().clone();
    assert_eq!(table["textEdit"]["newText"], "[My Orders]");
    let hover = client.call("textDocument/hover", at(0, 9)).await;
    assert!(hover["contents"]["value"].as_str().unwrap().contains("primary key"), "{hover}");
    let metadata = std::fs::read_to_string(project.path().join(EXTENSION)).unwrap();
    for (place, name) in [(at(1, 8), "My Orders"), (at(0, 17), "First Name")] {
        let found = client.call("textDocument/definition", place).await;
        assert_eq!(found[0]["uri"], uri(EXTENSION));
        let start = &found[0]["range"]["start"];
        let line = metadata.lines().nth(start["line"].as_u64().unwrap().try_into().unwrap()).unwrap();
        let column: usize = start["character"].as_u64().unwrap().try_into().unwrap();
        assert!(line[column..].starts_with(name), "{found}");
    }
    let lenses = client.call("textDocument/codeLens", json!({ "textDocument": { "uri": query } })).await;
    let titles: Vec<&Value> = lenses.as_array().unwrap().iter().map(|lens| &lens["command"]["title"]).collect();
    assert_eq!(titles, ["overwrites [My Orders]", "reads [My Orders]"]);
    let mut hints = json!({ "textDocument": { "uri": query } });
    hints["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let hints = client.call("textDocument/inlayHint", hints).await;
    assert_eq!(hints[0]["label"], ": nvarchar(50) → Text(50)");
    client.stop().await;
}
