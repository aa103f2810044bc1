use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sfmc_lsp::ServerExit;

use crate::harness::{Client, PAGE, pulled, pushed, with, within};

#[tokio::test(flavor = "multi_thread")]
async fn encodings_are_negotiated() {
    for (offered, chosen) in [
        (json!(["utf-8", "utf-16"]), "utf-8"),
        (json!(["utf-16", "utf-8"]), "utf-16"),
        (json!(["utf-32", "utf-8", "utf-16"]), "utf-32"),
        (json!(["utf-7", "utf-8"]), "utf-8"),
        (json!(["utf-7"]), "utf-16"),
        (json!([]), "utf-16"),
        (Value::Null, "utf-16"),
    ] {
        let mut client = Client::start();
        let capabilities = match &offered {
            Value::Null => json!({}),
            offered => json!({ "general": { "positionEncodings": offered } }),
        };
        let result = client.initialize(capabilities).await;
        assert_eq!(result["capabilities"]["positionEncoding"], chosen, "{offered}");
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_what_the_client_can_use() {
    let result = Client::start().initialize(pushed()).await;
    assert_eq!(result["serverInfo"]["name"], "sfmc-analyzer");
    let offered = &result["capabilities"];
    assert_eq!(offered["textDocumentSync"], json!({ "openClose": true, "change": 2 }));
    let kinds = ["quickfix", "source.fixAll.sfmc-analyzer", "refactor.extract", "refactor.inline", "refactor.rewrite"];
    assert_eq!(offered["codeActionProvider"]["codeActionKinds"], json!(kinds));
    assert_eq!(offered["documentOnTypeFormattingProvider"], json!({ "firstTriggerCharacter": "\n" }));
    let providers = [
        "documentSymbolProvider",
        "definitionProvider",
        "declarationProvider",
        "referencesProvider",
        "documentHighlightProvider",
        "foldingRangeProvider",
        "selectionRangeProvider",
    ];
    for provider in providers {
        assert_eq!(offered[provider], true, "{provider}");
    }
    assert_eq!(offered["documentLinkProvider"], json!({}));
    assert_eq!(offered.get("diagnosticProvider"), None);

    let result = Client::start().initialize(pulled()).await;
    let offered = &result["capabilities"]["diagnosticProvider"];
    assert_eq!(offered["identifier"], "sfmc-analyzer");
    assert_eq!((&offered["interFileDependencies"], &offered["workspaceDiagnostics"]), (&json!(true), &json!(false)));

    let result = Client::start().initialize(json!({})).await;
    assert_eq!(result["capabilities"].get("codeActionProvider"), None);
    // Options are for clients that ask before they rename.
    assert_eq!(result["capabilities"]["renameProvider"], true);
    let asks = with(pushed(), "/textDocument", "rename", json!({ "prepareSupport": true }));
    let result = Client::start().initialize(asks).await;
    assert_eq!(result["capabilities"]["renameProvider"], json!({ "prepareProvider": true }));
}

#[tokio::test(flavor = "multi_thread")]
async fn registers_what_the_client_watches() {
    let mut client = Client::ready(pushed()).await;
    let registered = client.told("client/registerCapability").await.to_string();
    assert!(registered.contains("workspace/didChangeConfiguration"), "{registered}");
    assert!(registered.contains("**/sfmc-analyzer.toml"), "{registered}");
    let asked = client.told("workspace/configuration").await;
    assert_eq!(asked["items"][0]["section"], "sfmc-analyzer");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_after_shutdown_and_exit() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_alone_is_no_orderly_end() {
    let mut client = Client::ready(pushed()).await;
    client.send(&json!({ "jsonrpc": "2.0", "method": "exit" })).await;
    assert_eq!(client.exit().await, ServerExit::Abandoned);

    let mut client = Client::start();
    client.send(&json!({ "jsonrpc": "2.0", "method": "exit" })).await;
    assert_eq!(client.exit().await, ServerExit::Abandoned);
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_with_the_client() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    client.diagnostics().await;
    client.hang_up().await;
    assert_eq!(client.exit().await, ServerExit::Abandoned);
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_with_the_client_while_it_works() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "x").await;
    let params = json!({ "textDocument": { "uri": PAGE }, "milliseconds": 60_000 });
    client.request("sfmc/testSleep", params).await;
    client.text(PAGE).await;
    let started = Instant::now();
    client.hang_up().await;
    assert_eq!(client.exit().await, ServerExit::Abandoned);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_when_the_client_takes_nothing() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let (stdin, _) = tokio::io::split(far);
    // Whatever is written to this fails.
    let (stdout, _) = tokio::io::duplex(1);
    let server = tokio::spawn(sfmc_lsp::serve(stdin, stdout, sfmc_lsp::ServerOptions::default()));
    let mut near = near;
    let initialize = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } });
    tokio::io::AsyncWriteExt::write_all(&mut near, &crate::harness::frame(&initialize)).await.unwrap();
    assert_eq!(within(server).await.unwrap(), ServerExit::Abandoned);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn ends_with_the_clients_process() {
    let mut process = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    let mut client = Client::start();
    client.call("initialize", json!({ "processId": process.id(), "capabilities": {} })).await;
    client.notify("initialized", json!({})).await;
    client.text(PAGE).await;
    process.kill().unwrap();
    // Not waited for: a zombie is dead too.
    assert_eq!(client.exit().await, ServerExit::Abandoned);
    process.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_cannot_be_seen_is_not_watched() {
    let mut client = Client::start();
    client.call("initialize", json!({ "processId": i32::MAX, "capabilities": {} })).await;
    client.notify("initialized", json!({})).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_need_not_wait() {
    let mut client = Client::start();
    let document = json!({ "uri": PAGE, "languageId": "html", "version": 1, "text": "%%[ if @a then ]%%" });
    let messages = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": with(pulled(), "", "window", json!({})) } }),
        json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }),
        json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": document } }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "textDocument/diagnostic", "params": { "textDocument": { "uri": PAGE } } }),
        json!({ "jsonrpc": "2.0", "id": 3, "method": "shutdown" }),
        json!({ "jsonrpc": "2.0", "method": "exit" }),
    ];
    let bytes: Vec<u8> = messages.iter().flat_map(crate::harness::frame).collect();
    client.send_bytes(&bytes).await;
    assert!(client.answer(1).await["result"].is_object());
    assert_ne!(client.answer(2).await["result"]["items"], json!([]));
    assert_eq!(client.answer(3).await["result"], Value::Null);
    assert_eq!(client.exit().await, ServerExit::Orderly);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_before_initialize_is_refused() {
    let mut client = Client::start();
    let params = json!({ "textDocument": { "uri": PAGE } });
    assert_eq!(client.refused("textDocument/documentSymbol", params).await, -32002);
    assert_eq!(client.refused("shutdown", Value::Null).await, -32002);
    client.open(PAGE, "%%[ if @a then ]%%").await;
    client.initialize(pushed()).await;
    assert_eq!(client.text(PAGE).await, Value::Null);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_initialize_is_refused() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "x").await;
    assert_eq!(client.refused("initialize", json!({ "capabilities": {} })).await, -32600);
    assert_eq!(client.text(PAGE).await, "x");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initialize_that_cannot_be_read_can_be_repeated() {
    let mut client = Client::start();
    assert_eq!(client.refused("initialize", json!({ "capabilities": 1 })).await, -32602);
    client.initialize(pushed()).await;
    client.open(PAGE, "x").await;
    assert_eq!(client.text(PAGE).await, "x");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_shutdown_is_refused() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "x").await;
    client.call("shutdown", Value::Null).await;
    let params = json!({ "textDocument": { "uri": PAGE } });
    assert_eq!(client.refused("textDocument/documentSymbol", params).await, -32600);
    client.open(PAGE, "y").await;
    client.send(&json!({ "jsonrpc": "2.0", "method": "exit" })).await;
    assert_eq!(client.exit().await, ServerExit::Orderly);
}
