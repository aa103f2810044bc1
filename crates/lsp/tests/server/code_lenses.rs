use std::fs;

use serde_json::{Value, json};

use crate::harness::{Client, PAGE, pushed, range, with};

const TEXT: &str = "😀%%[ var @a set @é = @a set @a = 1 ]%%\n😀%%=v(@É)=%%\n";
const COMMAND: &str = "sfmc-analyzer.showReferences";

fn on() -> Value {
    json!({ "code-lens": { "references": true } })
}

fn refreshed() -> Value {
    with(pushed(), "/workspace", "codeLens", json!({ "refreshSupport": true }))
}

fn commanding() -> Value {
    let mut capabilities = pushed();
    capabilities["experimental"] = json!({ "commands": { "commands": ["other", COMMAND] } });
    capabilities
}

async fn started(capabilities: Value) -> Client {
    let mut client = Client::start();
    *client.settings.lock().unwrap() = on();
    let params = json!({ "capabilities": capabilities, "initializationOptions": on() });
    client.call("initialize", params).await;
    client.notify("initialized", json!({})).await;
    client
}

async fn lenses(client: &mut Client, uri: &str) -> Value {
    client.call("textDocument/codeLens", json!({ "textDocument": { "uri": uri } })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn places_in_the_clients_units() {
    for (encoding, columns) in
        [("utf-8", [[12, 14], [19, 22]]), ("utf-16", [[10, 12], [17, 19]]), ("utf-32", [[9, 11], [16, 18]])]
    {
        let mut client = started(with(pushed(), "/general", "positionEncodings", json!([encoding]))).await;
        assert_eq!(lenses(&mut client, PAGE).await, Value::Null);
        client.open(PAGE, TEXT).await;
        let found = lenses(&mut client, PAGE).await;
        let ranges: Vec<_> = found.as_array().unwrap().iter().map(|lens| lens["range"].clone()).collect();
        assert_eq!(ranges, columns.map(|[start, end]| range((0, start), (0, end))), "{encoding}");
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_waits_until_somebody_looks() {
    let mut client = started(commanding()).await;
    client.open(PAGE, TEXT).await;
    let found = lenses(&mut client, PAGE).await;
    assert!(found.as_array().unwrap().iter().all(|lens| lens.get("command").is_none()), "{found}");
    let resolved = client.call("codeLens/resolve", found[0].clone()).await;
    assert_eq!((&resolved["range"], &resolved["data"]), (&found[0]["range"], &found[0]["data"]));
    let place = |start, end| json!({ "uri": PAGE, "range": range((0, start), (0, end)) });
    let arguments = json!([PAGE, { "line": 0, "character": 10 }, [place(22, 24), place(29, 31)]]);
    let expected = json!({ "title": "2 references", "command": COMMAND, "arguments": arguments });
    assert_eq!(resolved["command"], expected);
    let resolved = client.call("codeLens/resolve", found[1].clone()).await;
    assert_eq!(resolved["command"]["title"], "1 reference");

    // An edit in between counts; a variable that is gone is named nowhere.
    client.change(PAGE, 2, json!([{ "text": "%%[ set @a = 1 ]%%%%=v(@a)=%%%%=v(@a)=%%%%=v(@A)=%%" }])).await;
    let titles = [&found[0], &found[1]].map(|lens| lens.clone());
    for (lens, title) in titles.into_iter().zip(["3 references", "0 references"]) {
        assert_eq!(client.call("codeLens/resolve", lens).await["command"]["title"], title);
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_command_there_is_only_a_title() {
    let mut client = started(pushed()).await;
    client.open(PAGE, TEXT).await;
    let found = lenses(&mut client, PAGE).await;
    let resolved = client.call("codeLens/resolve", found[0].clone()).await;
    assert_eq!(resolved["command"], json!({ "title": "2 references", "command": "" }));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn off_unless_it_is_switched_on() {
    let mut client = Client::ready(refreshed()).await;
    client.told("workspace/configuration").await;
    client.open(PAGE, TEXT).await;
    assert_eq!(lenses(&mut client, PAGE).await, json!([]));
    for (settings, count) in [(on(), 2), (Value::Null, 0)] {
        *client.settings.lock().unwrap() = settings;
        client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
        client.told("workspace/codeLens/refresh").await;
        assert_eq!(lenses(&mut client, PAGE).await.as_array().unwrap().len(), count);
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn references_in_other_files_count() {
    let folder = tempfile::tempdir().unwrap();
    let assets = folder.path().join("retrieve/c/bu/asset");
    fs::create_dir_all(assets.join("block")).unwrap();
    fs::write(assets.join("block/head.asset-block-meta.html"), "<p>%%=v(@A)=%%%%=v(@a)=%%</p>").unwrap();
    fs::write(assets.join("block/head.asset-block-meta.json"), "{ \"customerKey\": \"head\", \"name\": \"Head\" }")
        .unwrap();
    let text = "%%[ set @a = 1 ]%%%%=ContentBlockByKey('head')=%%";
    let page = assets.join("message/page.asset-message-meta.html");
    fs::create_dir_all(page.parent().unwrap()).unwrap();
    fs::write(&page, text).unwrap();
    let uri = |path: &std::path::Path| format!("file://{}", path.display());
    let mut client = Client::start();
    *client.settings.lock().unwrap() = on();
    let folders = json!([{ "uri": uri(folder.path()), "name": "workspace" }]);
    let params = json!({ "capabilities": commanding(), "initializationOptions": on(), "workspaceFolders": folders });
    client.call("initialize", params).await;
    client.notify("initialized", json!({})).await;
    client.open(&uri(&page), text).await;
    let found = lenses(&mut client, &uri(&page)).await;
    let resolved = client.call("codeLens/resolve", found[0].clone()).await;
    assert_eq!(resolved["command"]["title"], "2 references", "{resolved}");
    let block = uri(&assets.join("block/head.asset-block-meta.html"));
    assert_eq!(resolved["command"]["arguments"][2][0]["uri"], block);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lenses_that_are_not_ours_or_no_longer() {
    let mut client = started(commanding()).await;
    for data in
        [Value::Null, json!(1), json!({ "uri": "not a uri", "variable": 1 }), json!({ "uri": PAGE, "variable": "a" })]
    {
        let lens = json!({ "range": range((0, 0), (9, 9)), "data": data });
        let resolved = client.call("codeLens/resolve", lens.clone()).await;
        assert_eq!((&resolved["range"], resolved.get("command")), (&lens["range"], None));
    }
    client.stop().await;
}
