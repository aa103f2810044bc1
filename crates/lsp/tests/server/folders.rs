//! What becomes of the workspace: folders that come and go while the server runs, what fails in them, and business units that share contents.

use std::fs;

use serde_json::{Value, json};

use crate::{
    harness::{Client, PATIENCE, logged, pushed},
    workspace::{BLOCK, BLOCK_TEXT, PAGE, PAGE_TEXT, Project, at, uri},
};

/// Waits until something holds, but not for ever.
macro_rules! eventually {
    ($holds:expr) => {
        let began = std::time::Instant::now();
        while !$holds {
            assert!(began.elapsed() < PATIENCE, "never: {}", stringify!($holds));
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
}

/// The names of all symbols of the workspace that are like a query.
async fn names(client: &mut Client, query: &str) -> Vec<String> {
    let found = client.call("workspace/symbol", json!({ "query": query })).await;
    let mut names: Vec<String> =
        found.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The variables that the workspace sets, of those that these tests know.
async fn variables(client: &mut Client) -> Vec<String> {
    let mut found = Vec::new();
    for query in ["@bad", "@good", "@name", "@offer"] {
        found.extend(names(client, query).await.into_iter().filter(|name| name.starts_with('@')));
    }
    found
}

async fn change_folders(client: &mut Client, added: &[&Project], removed: &[&Project]) {
    let folders = |projects: &[&Project]| -> Value {
        projects.iter().map(|project| json!({ "uri": uri(project.0.path()), "name": "project" })).collect()
    };
    let event = json!({ "added": folders(added), "removed": folders(removed) });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event })).await;
}

/// The files of the places that name what stands somewhere.
async fn references(client: &mut Client, uri: &str, character: u32) -> Vec<String> {
    let mut params = at(uri, 0, character);
    params["context"] = json!({ "includeDeclaration": true });
    let found = client.call("textDocument/references", params).await;
    let files = found.as_array().into_iter().flatten().map(|place| place["uri"].as_str().unwrap().to_owned());
    let mut files: Vec<String> = files.collect();
    files.dedup();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_come_and_go() {
    let (first, second) = (Project::new(), Project::empty());
    second.write("pages/offer.html", "%%[ set @offer = 1 ]%%");
    let mut client = first.client(pushed()).await;
    assert_eq!(variables(&mut client).await, ["@name"]);
    let page = first.uri(PAGE);
    client.open(&page, PAGE_TEXT).await;
    assert_eq!(references(&mut client, &page, 10).await.len(), 2);

    // Twice is once.
    change_folders(&mut client, &[&second], &[]).await;
    change_folders(&mut client, &[&second], &[]).await;
    assert_eq!(variables(&mut client).await, ["@name", "@offer"]);
    assert_eq!(names(&mut client, "html").await, ["offer.html"]);

    // What is open stays what it is, and shares nothing any more.
    change_folders(&mut client, &[], &[&first]).await;
    assert_eq!(names(&mut client, "offer").await, ["@offer", "offer.html"]);
    assert_eq!(references(&mut client, &page, 10).await.join(" "), page);
    let mut params = at(&page, 0, 10);
    params["newName"] = json!("who");
    let edit = client.call("textDocument/rename", params).await;
    assert_eq!(edit["documentChanges"].as_array().unwrap().len(), 1);

    // One for the other at once, and one that never was there.
    change_folders(&mut client, &[&first], &[&second, &Project::empty()]).await;
    assert_eq!(references(&mut client, &page, 10).await.len(), 2);
    assert!(names(&mut client, "offer").await.is_empty());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_change_faster_than_they_are_read() {
    let (first, second) = (Project::new(), Project::empty());
    for n in 0..200 {
        second.write(&format!("pages/page{n}.html"), "%%[ set @offer = 1 ]%%");
    }
    let mut client = first.client(pushed()).await;
    for round in 0..40 {
        change_folders(&mut client, &[&second], &[]).await;
        if round % 8 == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(30 + round)).await;
        }
        change_folders(&mut client, &[], &[&second]).await;
    }
    // The last word counts, as soon as the look is over that was under way.
    eventually!(names(&mut client, "offer").await.is_empty());
    assert_eq!(variables(&mut client).await, ["@name"]);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_disappears() {
    let (first, second) = (Project::new(), Project::empty());
    second.write("pages/offer.html", "%%[ set @offer = 1 ]%%");
    let mut client = first.client(pushed()).await;
    change_folders(&mut client, &[&second], &[]).await;
    assert_eq!(variables(&mut client).await, ["@name", "@offer"]);
    let page = first.uri(PAGE);
    client.open(&page, PAGE_TEXT).await;

    // Before anybody has noticed: what cannot be read is left out, and not renamed by half.
    fs::remove_dir_all(first.0.path()).unwrap();
    assert_eq!(references(&mut client, &page, 10).await.join(" "), page);
    let mut params = at(&page, 0, 10);
    params["newName"] = json!("who");
    let id = client.request("textDocument/rename", params.clone()).await;
    let answer = client.answer(id).await;
    assert!(answer["error"]["message"].as_str().unwrap().contains("cannot be read"), "{answer}");

    // After that the page is alone.
    let changes = json!({ "changes": [{ "uri": first.uri(BLOCK), "type": 3 }] });
    client.notify("workspace/didChangeWatchedFiles", changes).await;
    eventually!(names(&mut client, "header").await.is_empty());
    let edit = client.call("textDocument/rename", params).await;
    assert_eq!(edit["documentChanges"].as_array().unwrap().len(), 1);
    assert_eq!(names(&mut client, "offer").await, ["@offer", "offer.html"]);

    // And it can come back.
    first.write(BLOCK, BLOCK_TEXT);
    first.write(PAGE, PAGE_TEXT);
    let changes = json!({ "changes": [{ "uri": first.uri(BLOCK), "type": 1 }] });
    client.notify("workspace/didChangeWatchedFiles", changes).await;
    eventually!(references(&mut client, &page, 10).await.len() == 2);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_on_which_the_engine_fails_is_left_out() {
    let project = Project::new();
    project.write("pages/bad.html", "%%[ set @bad = 1 ]%% sfmc/testPanic in one file");
    project.write("pages/good.html", "%%[ set @good = 1 ]%%");
    let mut client = project.client(pushed()).await;
    assert_eq!(variables(&mut client).await, ["@good", "@name"]);
    assert!(logged("bad.html: internal error: as asked"));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_the_workspace_that_fails() {
    let project = Project::new();
    let mut client = project.client(pushed()).await;
    assert_eq!(variables(&mut client).await, ["@name"]);
    // What was known stays known, and whoever waits is answered.
    let trap = "pages/sfmc-test-panic.html";
    project.write(trap, "");
    project.write("pages/good.html", "%%[ set @good = 1 ]%%");
    let changes = json!({ "changes": [{ "uri": project.uri(trap), "type": 1 }] });
    client.notify("workspace/didChangeWatchedFiles", changes.clone()).await;
    let page = project.uri(PAGE);
    client.open(&page, PAGE_TEXT).await;
    eventually!(logged("internal error: as asked"));
    assert_eq!(references(&mut client, &page, 10).await.len(), 2);
    assert_eq!(variables(&mut client).await, ["@name"]);
    // The next look finds everything.
    fs::remove_file(project.path(trap)).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changes).await;
    eventually!(variables(&mut client).await == ["@good", "@name"]);
    client.stop().await;

    // From the beginning.
    project.write(trap, "");
    let mut client = project.client(pushed()).await;
    assert!(variables(&mut client).await.is_empty());
    client.open(&page, PAGE_TEXT).await;
    assert_eq!(references(&mut client, &page, 10).await.join(" "), page);
    client.stop().await;
}

/// Two business units include what their parent shares, one of them something of its own instead.
#[tokio::test(flavor = "multi_thread")]
async fn renders_of_several_business_units() {
    let project = Project::empty();
    let block = |unit: &str, key: &str| format!("retrieve/c/{unit}/asset/block/{key}.asset-block-meta.html");
    let mail = |unit: &str| format!("retrieve/c/{unit}/asset/message/mail.asset-message-meta.html");
    let shared = block("_ParentBU_", "header");
    project.write(&shared, "%%=v(@name)=%%%%=ContentBlockByKey('logo')=%%");
    project.write(&block("_ParentBU_", "logo"), "%%=v(@name)=%%%%=v(@logo)=%%");
    project.write(&block("three", "header"), "%%=v(@name)=%%");
    for unit in ["one", "two", "three"] {
        project.write(&mail(unit), "%%[ set @name = 1 set @own = 2 ]%%%%=ContentBlockByKey('header')=%%");
    }
    let mut client = project.client(pushed()).await;
    let text = |unit: &str| fs::read_to_string(project.path(&mail(unit))).unwrap();
    let [one, two, three] = ["one", "two", "three"].map(|unit| project.uri(&mail(unit)));
    for (uri, unit) in [(&one, "one"), (&three, "three")] {
        client.open(uri, &text(unit)).await;
    }
    let shared_files = [project.uri(&shared), project.uri(&block("_ParentBU_", "logo"))];
    let expected = [vec![one.clone()], shared_files.to_vec(), vec![two.clone()]].concat();
    assert_eq!(references(&mut client, &one, 9).await, expected);
    assert_eq!(references(&mut client, &three, 9).await, [three.clone(), project.uri(&block("three", "header"))]);
    // What only the pages name they do not share, though both render the header.
    assert_eq!(references(&mut client, &one, 23).await.join(" "), one);

    let rename = async |client: &mut Client, uri: &str, character: u32, name: &str| -> Value {
        let mut params = at(uri, 0, character);
        params["newName"] = json!(name);
        let id = client.request("textDocument/rename", params).await;
        client.answer(id).await
    };
    let files = |answer: &Value| -> Vec<String> {
        let changes = answer["result"]["documentChanges"].as_array().unwrap_or_else(|| panic!("{answer}"));
        changes.iter().map(|change| change["textDocument"]["uri"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(files(&rename(&mut client, &one, 9, "who").await), expected);
    assert_eq!(files(&rename(&mut client, &three, 9, "logo").await).len(), 2, "its render has no @logo");
    let refused = rename(&mut client, &one, 9, "logo").await;
    assert!(refused["error"]["message"].as_str().unwrap().contains("already has a variable"), "{refused}");
    // `@own` of the one page is not that of the other, but a name of the header would meet both.
    assert_eq!(files(&rename(&mut client, &one, 23, "mine").await).join(" "), one);
    assert!(rename(&mut client, &one, 9, "own").await["error"].is_object());

    // The unit takes the shared one again.
    fs::remove_file(project.path(&block("three", "header"))).unwrap();
    let changes = json!({ "changes": [{ "uri": project.uri(&block("three", "header")), "type": 3 }] });
    client.notify("workspace/didChangeWatchedFiles", changes).await;
    eventually!(references(&mut client, &three, 9).await.len() == 5);
    client.stop().await;
}
