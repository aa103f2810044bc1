use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::harness::{Client, pulled, pushed, range, summary, with};

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

/// What is shown has the severities of the settings, whoever asks whom, and gets them without an edit.
#[tokio::test(flavor = "multi_thread")]
async fn severities_change_while_diagnostics_are_shown() {
    const OPERATOR: &str = "amp/unsupported-operator";
    let severity = |found: &[Value]| {
        found.iter().find(|found| found["code"] == OPERATOR).map(|found| found["severity"].as_u64().unwrap())
    };
    let levels = [("hint", Some(4)), ("off", None), ("warning", Some(2)), ("info", Some(3)), ("error", Some(1))];
    let settings = |level: &str| json!({ "rules": { OPERATOR: level } });

    // Pushed, for two documents, of which one has a file that says something else: the client's settings come before it.
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("sfmc-analyzer.toml"), format!("[rules]\n'{OPERATOR}' = 'error'\n")).unwrap();
    let pages = [uri(&folder.path().join("a.html")), uri(&own.join("b.html"))];
    let mut client = Client::ready(pushed()).await;
    for page in &pages {
        client.open(page, TEXT).await;
        assert_eq!(severity(&client.diagnostics_of(1).await), Some(1));
    }
    for (level, expected) in levels {
        *client.settings.lock().unwrap() = settings(level);
        client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
        let mut waiting = pages.to_vec();
        while !waiting.is_empty() {
            let told = client.diagnostics().await;
            assert_eq!(told["version"], 1);
            assert_eq!(severity(told["diagnostics"].as_array().unwrap()), expected, "{level}");
            waiting.retain(|page| told["uri"] != page.as_str());
        }
    }
    client.stop().await;

    // Pulled: what was sent before is not said to be unchanged.
    let mut client = Client::ready(pulled()).await;
    client.open("untitled:a", TEXT).await;
    let mut last = client.pull("untitled:a").await;
    for (level, expected) in levels {
        *client.settings.lock().unwrap() = settings(level);
        client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
        client.told("workspace/diagnostic/refresh").await;
        let document = json!({ "textDocument": { "uri": "untitled:a" }, "previousResultId": last["resultId"] });
        last = client.call("textDocument/diagnostic", document.clone()).await;
        assert_eq!(severity(last["items"].as_array().unwrap()), expected, "{level}");
        let again = json!({ "textDocument": { "uri": "untitled:a" }, "previousResultId": last["resultId"] });
        assert_eq!(client.call("textDocument/diagnostic", again).await["kind"], "unchanged");
    }
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

/// Waits for what is told next about a file.
async fn told(client: &mut Client, path: &Path) -> Vec<Value> {
    loop {
        let told = client.diagnostics().await;
        if told["uri"] == uri(path) {
            return told["diagnostics"].as_array().unwrap().clone();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_open_is_what_the_editor_shows() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    fs::write(&config, "x = 1\n").unwrap();
    let mut client = Client::ready(pushed()).await;
    client.open_as("toml", &uri(&config), "x = 1\n").await;
    assert_eq!(summary(&told(&mut client, &config).await), "0:0-0:1 config/invalid\n");
    // An edit moves the mistake, another one mends it; nothing is saved.
    let line = range((0, 0), (0, 0));
    client.change(&uri(&config), 2, json!([{ "range": line, "text": "# a\n" }])).await;
    assert_eq!(summary(&told(&mut client, &config).await), "1:0-1:1 config/invalid\n");
    // So does one after which it stands at the same byte, but in another line.
    client.change(&uri(&config), 3, json!([{ "text": "#\n#\nx = 1\n" }])).await;
    assert_eq!(summary(&told(&mut client, &config).await), "2:0-2:1 config/invalid\n");
    client.change(&uri(&config), 4, json!([{ "text": OFF }])).await;
    assert_eq!(told(&mut client, &config).await, [] as [Value; 0]);

    // What is told is also what counts.
    let page = folder.path().join("page.html");
    client.open(&uri(&page), TEXT).await;
    assert_eq!(told(&mut client, &page).await.len(), 1);
    client.change(&uri(&config), 5, json!([{ "text": "" }])).await;
    assert_eq!(told(&mut client, &page).await.len(), 2);
    client.change(&uri(&config), 6, json!([{ "text": OFF }])).await;
    assert_eq!(told(&mut client, &page).await.len(), 1);

    // Closed without saving: the disk counts again.
    client.close(&uri(&config)).await;
    let (mut of_page, mut of_config) = (0, 0);
    while (of_page, of_config) != (2, 1) {
        let told = client.diagnostics().await;
        let count = told["diagnostics"].as_array().unwrap().len();
        if told["uri"] == uri(&page) { of_page = count } else { of_config = count }
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mistakes_of_the_disk_are_told_again_when_no_document_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    fs::write(&config, "x = 1\n").unwrap();
    let mut client = Client::ready(pushed()).await;
    client.open_as("toml", &uri(&config), "").await;
    // What was read before it was open may be told first.
    client.close(&uri(&config)).await;
    while told(&mut client, &config).await.len() != 1 {}
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_saved_yet_counts() {
    let folder = tempfile::tempdir().unwrap();
    let (config, page) = (folder.path().join("sfmc-analyzer.toml"), folder.path().join("page.html"));
    let mut client = Client::ready(pushed()).await;
    client.open(&uri(&page), TEXT).await;
    assert_eq!(told(&mut client, &page).await.len(), 2);
    client.open_as("toml", &uri(&config), OFF).await;
    assert_eq!(told(&mut client, &page).await.len(), 1);
    client.close(&uri(&config)).await;
    assert_eq!(told(&mut client, &page).await.len(), 2);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_page_runs_reaches_the_engine() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    fs::write(&config, "contexts = { 'a' = 'email' }\n").unwrap();
    let page = uri(&folder.path().join("a/page.html"));
    let mut client = Client::ready(pulled()).await;
    client.open(&page, TEXT).await;
    assert_eq!(client.context(&page).await, "email");

    // From the file,
    fs::write(&config, "contexts = { 'a' = 'push' }\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed(&config)).await;
    client.told("workspace/diagnostic/refresh").await;
    assert_eq!(client.context(&page).await, "push");
    // from the client's settings, which decide over it,
    *client.settings.lock().unwrap() = json!({ "contexts": { "a": "sms" } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
    client.told("workspace/diagnostic/refresh").await;
    assert_eq!(client.context(&page).await, "sms");
    // and it stays when the text is sent anew, after an edit that does not fit, too.
    client.change(&page, 2, json!([{ "text": "x" }])).await;
    assert_eq!(client.context(&page).await, "sms");
    client.change(&page, 3, json!([{ "range": range((9, 0), (9, 0)), "text": "x" }])).await;
    client.change(&page, 4, json!([{ "text": "y" }])).await;
    assert_eq!((client.text(&page).await, client.context(&page).await), (json!("y"), json!("sms")));
    client.close(&page).await;
    client.open(&page, TEXT).await;
    assert_eq!(client.context(&page).await, "sms");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_are_pushed_anew_for_another_context() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfmc-analyzer.toml");
    let mut client = Client::ready(pushed()).await;
    client.open(&uri(&folder.path().join("page.html")), TEXT).await;
    client.diagnostics_of(1).await;
    fs::write(&config, "context = 'email'\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed(&config)).await;
    client.diagnostics_of(1).await;
    client.stop().await;
}

const WEB_PAGE: &str = r#"{ "assetType": { "name": "webpage" } }"#;

#[tokio::test(flavor = "multi_thread")]
async fn metadata_of_mcdev_is_read_and_watched() {
    let folder = tempfile::tempdir().unwrap();
    let asset = folder.path().join("asset/asset/k");
    fs::create_dir_all(&asset).unwrap();
    let metadata = asset.join("k.asset-asset-meta.json");
    fs::write(&metadata, WEB_PAGE).unwrap();
    let page = uri(&asset.join("content.asset-asset-meta.html"));
    let mut client = Client::ready(pulled()).await;
    let globs = client.told("client/registerCapability").await.to_string();
    assert!(globs.contains("**/*-meta.*"), "{globs}");
    client.open(&page, TEXT).await;
    assert_eq!(client.context(&page).await, "cloudpage");

    fs::write(&metadata, "{}").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed(&metadata)).await;
    client.told("workspace/diagnostic/refresh").await;
    assert_eq!(client.context(&page).await, Value::Null);
    // In the editor, not saved; and closed again.
    client.open_as("json", &uri(&metadata), WEB_PAGE).await;
    client.told("workspace/diagnostic/refresh").await;
    assert_eq!(client.context(&page).await, "cloudpage");
    client.close(&uri(&metadata)).await;
    client.told("workspace/diagnostic/refresh").await;
    assert_eq!(client.context(&page).await, Value::Null);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_is_looked_at_for_who_does_not_watch() {
    let folder = tempfile::tempdir().unwrap();
    let page = uri(&folder.path().join("k.asset-asset-meta.html"));
    let mut client = Client::ready(with(pulled(), "/workspace", "didChangeWatchedFiles", json!({}))).await;
    client.open(&page, TEXT).await;
    assert_eq!(client.context(&page).await, Value::Null);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    fs::write(folder.path().join("k.asset-asset-meta.json"), WEB_PAGE).unwrap();
    client.told("workspace/diagnostic/refresh").await;
    assert_eq!(client.context(&page).await, "cloudpage");
    client.stop().await;
}
