use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::harness::{Client, pulled, pushed, summary, with};

const TEXT: &str = "%%[ if @a && @b then ]%%x";
const OFF: &str = "[rules]\n'amp/unsupported-operator' = 'off'\n";

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn changed(path: &Path) -> Value {
    json!({ "changes": [{ "uri": uri(path), "type": 2 }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn files_decide() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    fs::write(&config, OFF).unwrap();
    let page = uri(&folder.path().join("a/page.html"));
    let mut client = Client::ready(pushed()).await;
    client.open(&page, TEXT).await;
    assert_eq!(summary(&client.diagnostics_of(1).await), "0:4-0:6 amp/missing-endif\n");

    fs::write(&config, "[rules]\n'amp/unsupported-operator' = 'hint'\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed(&config)).await;
    let found = client.diagnostics_of(1).await;
    assert_eq!((&found[1]["code"], &found[1]["severity"]), (&json!("amp/unsupported-operator"), &json!(4)));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_files_are_told_there() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    fs::write(&config, "error-on = 'never'\n[rules]\n'amp/unsupported-operater' = 'off'\n").unwrap();
    for capabilities in [pushed(), pulled()] {
        let mut client = Client::ready(capabilities).await;
        client.open(&uri(&folder.path().join("page.html")), "x").await;
        let told = loop {
            let told = client.diagnostics().await;
            if told["uri"] == uri(&config) {
                break told;
            }
        };
        let found = told["diagnostics"].as_array().unwrap();
        assert_eq!(summary(found), "2:0-2:26 config/invalid\n");

        fs::write(&config, OFF).unwrap();
        client.notify("workspace/didChangeWatchedFiles", changed(&config)).await;
        let told = loop {
            let told = client.diagnostics().await;
            if told["uri"] == uri(&config) {
                break told;
            }
        };
        assert_eq!(told["diagnostics"], json!([]));
        fs::write(&config, "error-on = 'never'\n[rules]\n'amp/unsupported-operater' = 'off'\n").unwrap();
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_without_documents_and_taken_back_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    fs::write(&config, "x = 1\n").unwrap();
    let mut client = Client::ready(pushed()).await;
    client.notify("workspace/didChangeWatchedFiles", changed(&config)).await;
    let told = client.diagnostics().await;
    assert_eq!((&told["uri"], told["diagnostics"].as_array().unwrap().len()), (&json!(uri(&config)), 1));
    fs::remove_file(&config).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed(&config)).await;
    let told = client.diagnostics().await;
    assert_eq!((&told["uri"], &told["diagnostics"]), (&json!(uri(&config)), &json!([])));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_pulls_is_asked_to_pull_again() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    let page = uri(&folder.path().join("page.html"));
    let mut client = Client::ready(pulled()).await;
    client.open(&page, TEXT).await;
    assert_eq!(client.pull(&page).await["items"].as_array().unwrap().len(), 2);
    fs::write(&config, OFF).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed(&config)).await;
    client.told("workspace/diagnostic/refresh").await;
    assert_eq!(client.pull(&page).await["items"].as_array().unwrap().len(), 1);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_looked_at_for_who_does_not_watch() {
    let folder = tempfile::tempdir().unwrap();
    let page = uri(&folder.path().join("page.html"));
    let mut client = Client::ready(with(pushed(), "/workspace", "didChangeWatchedFiles", json!({}))).await;
    client.open(&page, TEXT).await;
    assert_eq!(client.diagnostics_of(1).await.len(), 2);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    fs::write(folder.path().join("sfmc-analyzer.toml"), OFF).unwrap();
    assert_eq!(client.diagnostics_of(1).await.len(), 1);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_settings_decide() {
    let off = json!({ "rules": { "amp/unsupported-operator": "off" } });

    // In `initialize`.
    let mut client = Client::start();
    let params = json!({ "capabilities": json!({}), "initializationOptions": off });
    client.call("initialize", params).await;
    client.notify("initialized", json!({})).await;
    client.open("untitled:a", TEXT).await;
    assert_eq!(client.diagnostics_of(1).await.len(), 1);
    client.stop().await;

    // They count while the client has no others.
    let mut client = Client::start();
    let params = json!({ "capabilities": pushed(), "initializationOptions": off });
    client.call("initialize", params).await;
    client.notify("initialized", json!({})).await;
    client.told("workspace/configuration").await;
    client.text("untitled:a").await;
    client.open("untitled:a", TEXT).await;
    assert_eq!(client.diagnostics_of(1).await.len(), 1);
    client.stop().await;

    // When the server asks.
    let mut client = Client::start();
    *client.settings.lock().unwrap() = off.clone();
    client.initialize(pushed()).await;
    client.told("workspace/configuration").await;
    while {
        client.open("untitled:a", TEXT).await;
        client.diagnostics_of(1).await.len() != 1
    } {}
    // And when they change.
    *client.settings.lock().unwrap() = Value::Null;
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
    assert_eq!(client.diagnostics_of(1).await.len(), 2);
    client.stop().await;

    // From a client that cannot be asked.
    let mut client = Client::ready(json!({})).await;
    client.open("untitled:a", TEXT).await;
    assert_eq!(client.diagnostics_of(1).await.len(), 2);
    let settings = json!({ "settings": { "sfmc-analyzer": off, "other": {} } });
    client.notify("workspace/didChangeConfiguration", settings).await;
    assert_eq!(client.diagnostics_of(1).await.len(), 1);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_clients_settings_are_shown() {
    let mut client = Client::start();
    *client.settings.lock().unwrap() = json!({ "error-on": "sometimes" });
    client.initialize(pushed()).await;
    let message = client.told("window/showMessage").await;
    assert!(message["message"].as_str().unwrap().contains("error-on"), "{message}");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_open_keeps_its_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    fs::write(&config, "x = 1\n").unwrap();
    let mut client = Client::ready(pushed()).await;
    let document = json!({ "uri": uri(&config), "languageId": "toml", "version": 1, "text": "x = 1\n" });
    client.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    assert_eq!(client.diagnostics().await["diagnostics"].as_array().unwrap().len(), 1);
    client.change(&uri(&config), 2, json!([{ "text": "" }])).await;
    client.close(&uri(&config)).await;
    assert_eq!(client.all_told("textDocument/publishDiagnostics").await, [] as [Value; 0]);
    client.stop().await;
}
