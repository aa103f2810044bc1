use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::harness::{Client, apply, pushed, range, summary, with};

pub(crate) const BLOCK: &str = "retrieve/c/bu/asset/block/header.asset-block-meta.html";
pub(crate) const PAGE: &str = "retrieve/c/bu/asset/message/mail.asset-message-meta.html";
pub(crate) const PAGE_TEXT: &str = "😀%%[ set @name = 1 ]%%%%=ContentBlockByKey('Header')=%%";
pub(crate) const BLOCK_TEXT: &str = "<p>\n😀%%=v(@NAME)=%%</p>";

pub(crate) struct Project(pub(crate) tempfile::TempDir);

impl Project {
    pub(crate) fn empty() -> Project {
        Project(tempfile::tempdir().unwrap())
    }

    pub(crate) fn new() -> Project {
        let project = Project::empty();
        project.write(BLOCK, BLOCK_TEXT);
        project.write(PAGE, PAGE_TEXT);
        let metadata =
            json!({ "customerKey": "header", "name": "The header", "r__folder_Path": "Content Builder/Shop" });
        project.write("retrieve/c/bu/asset/block/header.asset-block-meta.json", &metadata.to_string());
        project
    }

    pub(crate) fn path(&self, file: &str) -> std::path::PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn uri(&self, file: &str) -> String {
        uri(&self.path(file))
    }

    pub(crate) async fn client(&self, capabilities: Value) -> Client {
        let mut client = Client::start();
        let folders = json!([{ "uri": uri(self.0.path()), "name": "project" }]);
        let params =
            json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities });
        let result = client.call("initialize", params).await;
        assert_eq!(result["capabilities"]["workspace"]["workspaceFolders"]["supported"], true);
        client.notify("initialized", json!({})).await;
        client
    }
}

pub(crate) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

pub(crate) fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_over_two_files() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let (page, block) = (project.uri(PAGE), project.uri(BLOCK));
    client.open(&page, PAGE_TEXT).await;
    let mut params = at(&page, 0, 10);
    params["newName"] = json!("who");
    let edit = client.call("textDocument/rename", params.clone()).await;
    let [own, other] = edit["documentChanges"].as_array().unwrap().as_slice() else { panic!("{edit}") };
    assert_eq!(own["textDocument"], json!({ "uri": page, "version": 1 }));
    assert_eq!(apply(PAGE_TEXT, &own["edits"]), PAGE_TEXT.replace("@name", "@who"));
    assert_eq!(other["textDocument"], json!({ "uri": block, "version": null }));
    assert_eq!(apply(BLOCK_TEXT, &other["edits"]), BLOCK_TEXT.replace("@NAME", "@who"));
    // What the editor shows of the other file counts, saved or not.
    client.open(&block, "%%[ set @who = @name ]%%").await;
    let id = client.request("textDocument/rename", params.clone()).await;
    let refused = client.answer(id).await;
    let reason = "`The header`, which is rendered together with this page, already has a variable `@who`";
    assert_eq!(refused["error"]["message"], reason, "{refused}");
    client.change(&block, 2, json!([{ "text": "%%=v(@name)=%%" }])).await;
    let edit = client.call("textDocument/rename", params).await;
    assert_eq!(edit["documentChanges"][1]["textDocument"], json!({ "uri": block, "version": 2 }));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn references_and_definitions_in_other_files() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let (page, block) = (project.uri(PAGE), project.uri(BLOCK));
    client.open(&page, PAGE_TEXT).await;
    let mut params = at(&page, 0, 10);
    params["context"] = json!({ "includeDeclaration": true });
    let found = client.call("textDocument/references", params).await;
    let expected = json!([
        { "uri": page, "range": range((0, 10), (0, 15)) },
        { "uri": block, "range": range((1, 7), (1, 12)) },
    ]);
    assert_eq!(found, expected);
    let in_name = at(&page, 0, 48);
    let found = client.call("textDocument/definition", in_name.clone()).await;
    assert_eq!(found, json!([{ "uri": block, "range": range((0, 0), (0, 0)) }]));
    let hover = client.call("textDocument/hover", in_name).await.to_string();
    assert!(hover.contains("Content Builder") && hover.contains("The header"), "{hover}");
    let links = client.call("textDocument/documentLink", json!({ "textDocument": { "uri": page } })).await;
    assert_eq!(links, json!([{ "range": range((0, 45), (0, 51)), "target": block, "tooltip": "The header" }]));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn references_in_pieces() {
    const FILES: usize = 400;
    let project = Project::new();
    for n in 0..FILES {
        let text = PAGE_TEXT.replace("1", &n.to_string()).repeat(4);
        project.write(&format!("retrieve/c/bu/asset/message/mail{n}.asset-message-meta.html"), &text);
    }
    let mut client = project.client(pushed()).await;
    client.call("workspace/symbol", json!({ "query": "" })).await;
    let block = project.uri(BLOCK);
    client.open(&block, BLOCK_TEXT).await;
    let mut params = at(&block, 1, 8);
    params["context"] = json!({ "includeDeclaration": true });
    let whole = client.call("textDocument/references", params.clone()).await;
    assert_eq!(whole.as_array().unwrap().len(), FILES * 4 + 2);
    assert!(client.told_before("$/progress").is_empty(), "nobody asked for pieces");
    params["partialResultToken"] = json!("mine");
    let rest = client.call("textDocument/references", params).await;
    // All of them came before the answer.
    let pieces = client.told_before("$/progress");
    assert!(
        pieces.iter().all(|piece| piece["token"] == Value::Null && piece["params"]["token"] == "mine"),
        "{pieces:?}"
    );
    let found = pieces.iter().map(|piece| &piece["params"]["value"]).chain([&rest]);
    let found: Vec<&Value> = found.flat_map(|found| found.as_array().unwrap()).collect();
    assert_eq!(found, whole.as_array().unwrap().iter().collect::<Vec<_>>());
    assert!(pieces.is_empty() || rest == json!([]));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_on_the_disk_is_seen() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let names = async |client: &mut Client, query: &str| -> Vec<String> {
        let found = client.call("workspace/symbol", json!({ "query": query })).await;
        found.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&mut client, "header").await, ["The header"]);
    assert_eq!(names(&mut client, "@na").await, ["@name"]);
    project.write("more/footer.html", "%%[ set @named = 1 ]%%");
    fs::remove_file(project.path(PAGE)).unwrap();
    let changes = ["more/footer.html", PAGE].map(|file| json!({ "uri": project.uri(file), "type": 2 }));
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    assert_eq!(names(&mut client, "@na").await, ["@named"]);
    assert_eq!(names(&mut client, "").await, ["The header", "footer.html"]);
    let folders = json!({ "added": [], "removed": [{ "uri": uri(project.0.path()), "name": "project" }] });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": folders })).await;
    assert!(names(&mut client, "").await.is_empty());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_includes_what() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let (page, block) = (project.uri(PAGE), project.uri(BLOCK));
    client.open(&page, PAGE_TEXT).await;
    let found = client.call("textDocument/prepareCallHierarchy", at(&page, 0, 48)).await;
    assert_eq!(found[0]["uri"], block);
    assert_eq!(found[0]["name"], "The header");
    let incoming = client.call("callHierarchy/incomingCalls", json!({ "item": found[0] })).await;
    assert_eq!(incoming[0]["from"]["uri"], page);
    assert_eq!(incoming[0]["fromRanges"], json!([range((0, 44), (0, 52))]));
    let found = client.call("textDocument/prepareCallHierarchy", at(&page, 0, 0)).await;
    assert_eq!(found[0]["uri"], page);
    let outgoing = client.call("callHierarchy/outgoingCalls", json!({ "item": found[0] })).await;
    assert_eq!(outgoing[0]["to"]["uri"], block);
    let nowhere = json!({ "item": { "name": "x", "kind": 2, "uri": "untitled:x", "range": range((0, 0), (0, 0)), "selectionRange": range((0, 0), (0, 0)) } });
    assert_eq!(client.call("callHierarchy/outgoingCalls", nowhere).await, json!([]));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_the_workspace_is_told() {
    let project = Project::new();
    let capabilities = with(pushed(), "", "window", json!({ "workDoneProgress": true }));
    let mut client = project.client(capabilities).await;
    let created = client.told("window/workDoneProgress/create").await;
    let begun = client.told("$/progress").await;
    assert_eq!(begun["token"], created["token"]);
    assert_eq!(begun["value"]["kind"], "begin");
    loop {
        let told = client.told("$/progress").await;
        if told["value"]["kind"] == "end" {
            break;
        }
        assert_eq!(told["value"]["kind"], "report");
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_that_waits_is_refused_when_the_text_changes() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let page = project.uri(PAGE);
    client.open(&page, PAGE_TEXT).await;
    let mut params = at(&page, 0, 10);
    params["newName"] = json!("who");
    // Nothing is known of the files yet.
    let id = client.request("textDocument/rename", params).await;
    client.change(&page, 2, json!([{ "range": range((0, 0), (0, 0)), "text": "%%=v(@other)=%%\n" }])).await;
    assert_eq!(client.answer(id).await["error"]["code"], -32801);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answered_while_files_change_all_the_time() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let page = project.uri(PAGE);
    client.open(&page, PAGE_TEXT).await;
    let changes = json!({ "changes": [{ "uri": project.uri(BLOCK), "type": 2 }] });
    let mut params = at(&page, 0, 10);
    params["context"] = json!({ "includeDeclaration": true });
    let id = client.request("textDocument/references", params).await;
    for _ in 0..100 {
        client.notify("workspace/didChangeWatchedFiles", changes.clone()).await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(client.answer(id).await["result"].as_array().unwrap().len(), 2);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_out_of_step_is_not_edited() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let (page, block) = (project.uri(PAGE), project.uri(BLOCK));
    client.open(&page, PAGE_TEXT).await;
    client.open(&block, "%%=v(@name)=%%").await;
    client.change(&block, 2, json!([{ "range": range((9, 9), (0, 0)), "text": "x" }])).await;
    let mut params = at(&page, 0, 10);
    params["newName"] = json!("who");
    let id = client.request("textDocument/rename", params).await;
    let message = client.answer(id).await["error"]["message"].to_string();
    assert!(message.contains("out of step"), "{message}");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_counts_as_the_editor_shows_it() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let page = project.uri(PAGE);
    client.open(&page, &PAGE_TEXT.replace("Header", "other")).await;
    let definition = at(&page, 0, 48);
    assert_eq!(client.call("textDocument/definition", definition.clone()).await, Value::Null);
    let metadata = project.uri("retrieve/c/bu/asset/block/header.asset-block-meta.json");
    client.open_as("json", &metadata, &json!({ "customerKey": "other" }).to_string()).await;
    let found = client.call("textDocument/definition", definition).await;
    assert_eq!(found[0]["uri"], project.uri(BLOCK));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_contents_do_counts_in_the_pages_that_include_them() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    let (page, block) = (project.uri(PAGE), project.uri(BLOCK));
    client.open(&page, "<html>%%[ set @title = 1 set @name = 2 ]%%%%=ContentBlockByKey('Header')=%%</html>").await;
    // Until the workspace is known nothing is said.
    let found = told_of(&mut client, &page, |found| !found.is_empty()).await;
    assert_eq!(found, "0:14-0:20 amp/unused-variable\n");
    // What the editor shows of the block counts, saved or not.
    client.open(&block, "%%=v(@title)=%%").await;
    let found = told_of(&mut client, &page, |found| found.contains("0:29")).await;
    assert_eq!(found, "0:29-0:34 amp/unused-variable\n");
    client.change(&block, 2, json!([{ "text": "%%=v(@title)=%%%%=v(@name)=%%" }])).await;
    told_of(&mut client, &page, str::is_empty).await;
    client.close(&block).await;
    told_of(&mut client, &page, |found| found.contains("0:14")).await;
    client.stop().await;
}

/// What a client is told of a document in the end: the first that is as wanted.
async fn told_of(client: &mut Client, uri: &str, wanted: impl Fn(&str) -> bool) -> String {
    loop {
        let told = client.diagnostics().await;
        let found = summary(told["diagnostics"].as_array().unwrap());
        if told["uri"] == uri && wanted(&found) {
            return found;
        }
    }
}
