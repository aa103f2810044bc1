//! What data extensions there are counts in queries that are open, whoever changes it.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::harness::{Client, PATIENCE, pulled, pushed, summary, with};

const EXTENSION: &str = "retrieve/c/bu/dataExtension/o.dataExtension-meta.json";
const QUERY: &str = "retrieve/c/bu/query/q.query-meta.sql";
const TEXT: &str = "SELECT o.City AS City FROM Orders o";
const UNKNOWN: &str = "0:9-0:13 sql/unknown-column\n";

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Project {
        let project = Project(tempfile::tempdir().unwrap());
        project.write(EXTENSION, &extension(&["Id"]));
        project.write(QUERY, TEXT);
        project
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.0.path().join(file)).unwrap();
    }

    fn uri(&self, file: &str) -> String {
        uri(&self.0.path().join(file))
    }

    async fn client(&self, capabilities: Value) -> Client {
        let mut client = Client::start();
        let folders = json!([{ "uri": uri(self.0.path()), "name": "project" }]);
        let params =
            json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities });
        client.call("initialize", params).await;
        client.notify("initialized", json!({})).await;
        client
    }

    async fn changed(&self, client: &mut Client, file: &str) {
        let changes = json!([{ "uri": self.uri(file), "type": 2 }]);
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn extension(fields: &[&str]) -> String {
    let fields: Vec<_> =
        fields.iter().map(|name| json!({ "Name": name, "FieldType": "Text", "MaxLength": 50 })).collect();
    json!({ "Name": "Orders", "CustomerKey": "orders", "Fields": fields }).to_string()
}

/// What a client is told of a document in the end: the first that is as wanted.
async fn told(client: &mut Client, uri: &str, wanted: &str) {
    loop {
        let told = client.diagnostics().await;
        if told["uri"] == uri && summary(told["diagnostics"].as_array().unwrap()) == wanted {
            return;
        }
    }
}

/// Neovim 0.11 asks for diagnostics, and cannot be told to ask again.
#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_told_to_ask_again_is_answered_when_tables_are_known() {
    let project = Project::new();
    let capabilities = with(pulled(), "/workspace", "diagnostics", json!({ "refreshSupport": false }));
    for _ in 0..10 {
        let mut client = project.client(capabilities.clone()).await;
        let query = project.uri(QUERY);
        client.open_as("sql", &query, TEXT).await;
        let found = client.pull(&query).await;
        assert_eq!(summary(found["items"].as_array().unwrap()), UNKNOWN);
        client.stop().await;
    }
}

/// A rename is asked for once: it knows the fields that the query has to give out.
#[tokio::test(flavor = "multi_thread")]
async fn a_rename_waits_for_the_tables() {
    let project = Project::new();
    let activity = json!({
        "key": "q", "name": "q", "targetKey": "o", "targetName": "Orders", "r__dataExtension_key": "o",
        "targetUpdateTypeName": "Overwrite",
    });
    project.write("retrieve/c/bu/query/q.query-meta.json", &activity.to_string());
    for _ in 0..10 {
        let mut client = project.client(pulled()).await;
        let query = project.uri(QUERY);
        client.open_as("sql", &query, "SELECT 'x' AS Id FROM Orders o").await;
        let place = json!({ "line": 0, "character": 15 });
        let params = json!({ "textDocument": { "uri": query }, "position": place, "newName": "zz" });
        let id = client.request("textDocument/rename", params).await;
        let error = client.answer(id).await;
        assert!(error.to_string().contains("is a field of `Orders`"), "{error}");
        client.stop().await;
    }
}

/// Nobody asks a second time where the pointer rests, or where a name leads.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_once_waits_for_the_tables() {
    let project = Project::new();
    for (language, file, text, character) in [
        ("sql", QUERY, "SELECT o.Id AS Name FROM Orders o", 9),
        ("html", "retrieve/c/bu/asset/block/b.asset-block-meta.html", "%%=Lookup('Orders', 'Id', 'Id', 1)=%%", 22),
    ] {
        for method in ["textDocument/hover", "textDocument/definition"] {
            for _ in 0..5 {
                let mut client = project.client(pulled()).await;
                let page = project.uri(file);
                client.open_as(language, &page, text).await;
                let place = json!({ "line": 0, "character": character });
                let params = json!({ "textDocument": { "uri": page }, "position": place });
                let found = client.call(method, params).await.to_string();
                let known = if method.ends_with("hover") { "Text(50)" } else { "o.dataExtension-meta.json" };
                assert!(found.contains(known), "{method} {text}: {found}");
                client.stop().await;
            }
        }
    }
}

/// Whether a file of a unit is open, or of which language, says nothing of what there is.
#[tokio::test(flavor = "multi_thread")]
async fn data_extensions_are_found_whatever_is_open() {
    let project = Project::new();
    let mut client = project.client(pulled()).await;
    let found = client.call("workspace/symbol", json!({ "query": "orders" })).await;
    assert_eq!(found[0]["name"], "Orders");
    assert_eq!(found[0]["containerName"], "dataExtension");
    client.stop().await;
}

/// Nor that what there is has changed.
#[tokio::test(flavor = "multi_thread")]
async fn data_extensions_come_and_go_while_nothing_is_open() {
    let project = Project::new();
    let mut client = project.client(pulled()).await;
    let query = json!({ "query": "orders" });
    assert_eq!(client.call("workspace/symbol", query.clone()).await[0]["name"], "Orders");
    project.remove(EXTENSION);
    project.changed(&mut client, EXTENSION).await;
    let mut is_found = true;
    for _ in 0..100 {
        is_found = client.call("workspace/symbol", query.clone()).await.to_string().contains("Orders");
        if !is_found {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(!is_found);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_on_the_disk_counts() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let query = project.uri(QUERY);
    client.open_as("sql", &query, TEXT).await;
    told(&mut client, &query, UNKNOWN).await;
    project.write(EXTENSION, &extension(&["Id", "City"]));
    project.changed(&mut client, EXTENSION).await;
    told(&mut client, &query, "").await;
    project.write(EXTENSION, &extension(&["Id"]));
    project.changed(&mut client, EXTENSION).await;
    told(&mut client, &query, UNKNOWN).await;
    // While it is damaged it says what it said.
    project.write(EXTENSION, "{");
    project.changed(&mut client, EXTENSION).await;
    client.change(&query, 2, json!([{ "text": "SELECT o.Town AS Town FROM Orders o" }])).await;
    told(&mut client, &query, UNKNOWN).await;
    // Once it is gone nothing is known of it.
    project.remove(EXTENSION);
    project.changed(&mut client, EXTENSION).await;
    told(&mut client, &query, "").await;
    project.write("retrieve/c/bu/dataExtension/new.dataExtension-meta.json", &extension(&["Id"]));
    project.changed(&mut client, "retrieve/c/bu/dataExtension/new.dataExtension-meta.json").await;
    told(&mut client, &query, UNKNOWN).await;
    client.stop().await;
}

/// Of a folder that is removed nobody tells which files were in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_removed_counts() {
    const FOLDER: &str = "retrieve/c/bu/dataExtension";
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let query = project.uri(QUERY);
    client.open_as("sql", &query, TEXT).await;
    told(&mut client, &query, UNKNOWN).await;
    fs::remove_dir_all(project.0.path().join(FOLDER)).unwrap();
    project.changed(&mut client, FOLDER).await;
    told(&mut client, &query, "").await;
    project.write(EXTENSION, &extension(&["Id"]));
    project.changed(&mut client, FOLDER).await;
    told(&mut client, &query, UNKNOWN).await;
    client.stop().await;
}

/// What the configuration names is watched, whatever it is called.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_configuration_names_counts() {
    let project = Project(tempfile::tempdir().unwrap());
    project.write("sfmc-analyzer.toml", "[schema]\nfiles = ['tables/*.json']\n");
    project.write("tables/orders.json", &extension(&["Id"]));
    project.write("q.sql", TEXT);
    let mut client = project.client(pushed()).await;
    let query = project.uri("q.sql");
    client.open_as("sql", &query, TEXT).await;
    while !client.told("client/registerCapability").await.to_string().contains("**/tables/*.json") {}
    told(&mut client, &query, UNKNOWN).await;
    project.write("tables/orders.json", &extension(&["Id", "City"]));
    project.changed(&mut client, "tables/orders.json").await;
    told(&mut client, &query, "").await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_nobody_tells_of_counts() {
    let project = Project::new();
    let deaf = with(pushed(), "/workspace", "didChangeWatchedFiles", json!({ "dynamicRegistration": false }));
    let mut client = project.client(deaf).await;
    let query = project.uri(QUERY);
    client.open_as("sql", &query, TEXT).await;
    told(&mut client, &query, UNKNOWN).await;
    project.write(EXTENSION, &extension(&["Id", "City"]));
    told(&mut client, &query, "").await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_editor_shows_counts() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let (query, metadata) = (project.uri(QUERY), project.uri(EXTENSION));
    client.open_as("sql", &query, TEXT).await;
    told(&mut client, &query, UNKNOWN).await;
    client.open_as("json", &metadata, &extension(&["Id", "City"])).await;
    told(&mut client, &query, "").await;
    client.change(&metadata, 2, json!([{ "text": extension(&["Id"]) }])).await;
    told(&mut client, &query, UNKNOWN).await;
    // Half typed.
    let half = extension(&["Id", "City"]);
    client.change(&metadata, 3, json!([{ "text": &half[..half.len() - 9] }])).await;
    client.change(&metadata, 4, json!([{ "text": half }])).await;
    told(&mut client, &query, "").await;
    client.close(&metadata).await;
    told(&mut client, &query, UNKNOWN).await;
    client.stop().await;
}

/// A client that asks is told to ask again.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_pull_ask_again() {
    let project = Project::new();
    let mut client = project.client(pulled()).await;
    let query = project.uri(QUERY);
    client.open_as("sql", &query, TEXT).await;
    for (fields, wanted) in [(vec!["Id"], UNKNOWN), (vec!["Id", "City"], ""), (vec!["Id"], UNKNOWN)] {
        project.write(EXTENSION, &extension(&fields));
        project.changed(&mut client, EXTENSION).await;
        loop {
            let report = client.pull(&query).await;
            if summary(report["items"].as_array().unwrap()) == wanted {
                break;
            }
            client.told("workspace/diagnostic/refresh").await;
        }
    }
    client.stop().await;
}

/// Edits and changes of the schema at the same time: nobody waits for the other, and what is told last is right.
#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_changes_while_somebody_types() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let query = project.uri(QUERY);
    client.open_as("sql", &query, TEXT).await;
    for version in 2..40 {
        let fields: &[&str] = if version % 2 == 0 { &["Id", "City"] } else { &["Id"] };
        project.write(EXTENSION, &extension(fields));
        project.changed(&mut client, EXTENSION).await;
        client.change(&query, version, json!([{ "text": format!("{TEXT} -- {version}") }])).await;
    }
    project.write(EXTENSION, &extension(&["City"]));
    project.changed(&mut client, EXTENSION).await;
    client.change(&query, 40, json!([{ "text": "SELECT o.Id AS Id FROM Orders o" }])).await;
    told(&mut client, &query, "0:9-0:11 sql/unknown-column\n").await;
    client.stop().await;
}

/// Right after a query was opened its tables may not have been read: the answer says so, and the client asks again.
#[tokio::test(flavor = "multi_thread")]
async fn completion_does_not_pass_for_all_before_tables_are_known() {
    let project = Project::new();
    let mut client = project.client(pulled()).await;
    client.open_as("sql", &project.uri(QUERY), TEXT).await;
    let place = json!({ "textDocument": { "uri": project.uri(QUERY) }, "position": { "line": 0, "character": 29 } });
    let began = std::time::Instant::now();
    loop {
        assert!(began.elapsed() < PATIENCE, "never all of them");
        let found = client.call("textDocument/completion", place.clone()).await;
        let offered = found["items"].as_array().unwrap().iter().any(|item| item["label"] == "Orders");
        assert!(offered || found["isIncomplete"] == true, "{found}");
        if offered && found["isIncomplete"] == false {
            break;
        }
    }
    client.stop().await;
}
