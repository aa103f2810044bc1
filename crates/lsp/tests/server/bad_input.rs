use serde_json::{Value, json};
use sfmc_lsp::ServerExit;

use crate::harness::{Client, PAGE, frame, logged, pulled, pushed, range, summary};

async fn ready() -> Client {
    let mut client = Client::ready(pulled()).await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    client
}

/// It goes on: typing and asking work.
async fn goes_on(mut client: Client) {
    client.open("untitled:after", "a").await;
    client.change("untitled:after", 2, json!([{ "range": range((0, 1), (0, 1)), "text": "b" }])).await;
    assert_eq!(client.text("untitled:after").await, "ab");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_a_document_that_is_not_open() {
    let mut client = ready().await;
    client.change("file:///other.html", 2, json!([{ "text": "x" }])).await;
    assert_eq!(client.text("file:///other.html").await, Value::Null);
    assert!(logged("an edit of file:///other.html, which is not open; ignored"));
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_document_that_is_not_open() {
    let mut client = ready().await;
    client.close("file:///other.html").await;
    client.close(PAGE).await;
    client.close(PAGE).await;
    client.text(PAGE).await;
    assert!(logged("file:///other.html was closed, which is not open; ignored"));
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_twice() {
    let mut client = ready().await;
    client.open(PAGE, "again").await;
    assert_eq!(client.text(PAGE).await, "again");
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_about_a_document_that_is_not_open() {
    let mut client = ready().await;
    let document = json!({ "uri": "file:///other.html" });
    let report = client.pull("file:///other.html").await;
    assert_eq!((&report["kind"], &report["items"]), (&json!("full"), &json!([])));
    let symbols = client.call("textDocument/documentSymbol", json!({ "textDocument": document })).await;
    assert_eq!(symbols, Value::Null);
    let params = json!({ "textDocument": document, "range": range((0, 0), (0, 0)), "context": { "diagnostics": [] } });
    assert_eq!(client.call("textDocument/codeAction", params).await, Value::Null);
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_that_go_back() {
    let mut client = ready().await;
    client.change(PAGE, 5, json!([{ "text": "five" }])).await;
    client.change(PAGE, 4, json!([{ "text": "four" }])).await;
    client.change(PAGE, 5, json!([{ "text": "five again" }])).await;
    client.change(PAGE, -1, json!([{ "text": "minus one" }])).await;
    assert_eq!(client.text(PAGE).await, "five");
    assert!(logged("page.html to version 4, which is at version 5 already; ignored"));
    client.change(PAGE, 9, json!([{ "text": "nine" }])).await;
    assert_eq!(client.text(PAGE).await, "nine");
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_does_not_fit() {
    for bad in [
        range((7, 0), (7, 1)),
        range((0, 3), (0, 1)),
        range((1, 0), (0, 0)),
        range((u32::MAX, u32::MAX), (u32::MAX, u32::MAX)),
    ] {
        let mut client = Client::ready(pushed()).await;
        client.open(PAGE, "%%[ if @a then ]%%").await;
        assert_eq!(client.diagnostics_of(1).await.len(), 1);
        client.change(PAGE, 2, json!([{ "range": bad, "text": "x" }])).await;
        let message = client.told("window/showMessage").await;
        assert_eq!(message["type"], 2);
        assert!(message["message"].as_str().unwrap().contains("page.html is out of step"), "{message}");
        let told = client.diagnostics().await;
        assert_eq!((&told["uri"], &told["diagnostics"]), (&json!(PAGE), &json!([])));
        // Nothing is known about it, and nothing is said, until all of it comes.
        client.change(PAGE, 3, json!([{ "range": range((0, 0), (0, 0)), "text": "x" }])).await;
        assert_eq!(client.text(PAGE).await, Value::Null);
        assert_eq!(client.all_told("window/showMessage").await, [] as [Value; 0]);
        let changes = json!([{ "text": "lost" }, { "text": "%%[ if @a then ]%" }, { "range": range((0, 17), (0, 17)), "text": "%" }]);
        client.change(PAGE, 4, changes).await;
        assert_eq!(client.text(PAGE).await, "%%[ if @a then ]%%");
        assert_eq!(client.diagnostics_of(4).await.len(), 1);
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_out_of_step_can_be_opened_again() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    // Waited for, because what is told of the other document is of version 1, too.
    assert_eq!(summary(&client.diagnostics_of(1).await), "0:4-0:6 amp/missing-endif\n");
    client.change(PAGE, 2, json!([{ "range": range((9, 0), (9, 0)), "text": "x" }])).await;
    client.told("window/showMessage").await;
    client.close(PAGE).await;
    client.open(PAGE, "%%[ endif ]%%").await;
    assert_eq!(summary(&client.diagnostics_of(1).await), "0:4-0:9 amp/unmatched-endif\n");
    assert_eq!(client.text(PAGE).await, "%%[ endif ]%%");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_inside_of_characters() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "😀😀").await;
    client.change(PAGE, 2, json!([{ "range": range((0, 1), (0, 3)), "text": "x" }])).await;
    let text = client.text(PAGE).await;
    assert!(text.is_null() || text.as_str().unwrap().contains('x'), "{text}");
    let params = json!({ "textDocument": { "uri": PAGE }, "range": range((0, 1), (u32::MAX, 9)), "context": { "diagnostics": [] } });
    client.call("textDocument/codeAction", params).await;
    let params =
        json!({ "textDocument": { "uri": PAGE }, "range": range((9, 1), (0, 0)), "context": { "diagnostics": [] } });
    client.call("textDocument/codeAction", params).await;
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_are_unknown() {
    let mut client = ready().await;
    assert_eq!(
        client
            .refused(
                "textDocument/moniker",
                json!({ "textDocument": { "uri": PAGE }, "position": { "line": 0, "character": 0 } })
            )
            .await,
        -32601
    );
    assert_eq!(client.refused("sfmc/unheardOf", json!({})).await, -32601);
    assert_eq!(client.refused("$/unheardOf", json!({})).await, -32601);
    client.notify("sfmc/unheardOf", json!({})).await;
    client.notify("$/setTrace", json!({ "value": "off" })).await;
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_make_no_sense() {
    let mut client = ready().await;
    for params in [
        json!({}),
        json!([]),
        json!({ "textDocument": 1 }),
        json!({ "textDocument": { "uri": "no uri" } }),
        Value::Null,
    ] {
        assert_eq!(client.refused("textDocument/documentSymbol", params.clone()).await, -32602, "{params}");
        client.notify("textDocument/didChange", params.clone()).await;
        client.notify("textDocument/didOpen", params).await;
    }
    client.notify("$/cancelRequest", json!({ "id": {} })).await;
    client.notify("$/cancelRequest", json!({ "id": 4711 })).await;
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_and_a_notification_mixed_up() {
    let mut client = ready().await;
    let params = json!({ "textDocument": { "uri": PAGE } });
    assert_eq!(client.refused("textDocument/didClose", params.clone()).await, -32600);
    client.notify("textDocument/documentSymbol", params).await;
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_is_no_message() {
    let mut client = ready().await;
    for (message, id) in [
        (json!([]), Value::Null),
        (json!(1), Value::Null),
        (json!({}), Value::Null),
        (json!({ "jsonrpc": "1.0", "id": 90, "method": "shutdown" }), json!(90)),
        (json!({ "jsonrpc": "2.0", "id": 91, "method": 5 }), json!(91)),
        (json!({ "jsonrpc": "2.0", "id": "a" }), json!("a")),
        (json!({ "jsonrpc": "2.0", "id": [], "method": "shutdown" }), Value::Null),
        (json!({ "jsonrpc": "2.0", "id": 1.5, "method": "shutdown" }), Value::Null),
        (json!({ "jsonrpc": "2.0", "method": "" }), Value::Null),
    ] {
        client.send(&message).await;
        let answer = client.answer(id).await;
        assert_eq!(answer["error"]["code"], -32600, "{message}: {answer}");
    }
    client
        .send_bytes(b"Content-Length: 53\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"shutdown\"  }")
        .await;
    assert_eq!(client.answer(2).await["error"]["code"], -32600);
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nobody_asked_for() {
    let mut client = ready().await;
    client.send(&json!({ "jsonrpc": "2.0", "id": 4711, "result": null })).await;
    client.send(&json!({ "jsonrpc": "2.0", "id": null, "error": { "code": 1, "message": "x" } })).await;
    client.send(&json!({ "jsonrpc": "2.0", "id": 4711, "error": { "code": 1, "message": "x", "more": 1 } })).await;
    client.send(&json!({ "jsonrpc": "2.0", "id": 4711, "error": 5 })).await;
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_no_json() {
    let mut client = ready().await;
    let bad: [&[u8]; 5] = [b"{\"jsonrpc\":", b"\xff\xfe{}", b"{\"a\":\"\xc3\x28\"}", b" ", b"\x00\x00"];
    for body in bad {
        client.send_bytes(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await;
        client.send_bytes(body).await;
        assert_eq!(client.answer(Value::Null).await["error"]["code"], -32700, "{body:?}");
    }
    let deep = "[".repeat(100_000);
    client.send_bytes(format!("Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes()).await;
    assert_eq!(client.answer(Value::Null).await["error"]["code"], -32700);
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_frames() {
    let mut client = ready().await;
    let bad: [&[u8]; 7] = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x00\x01\x02\xff\n\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"Content-Length: 4000000000\r\n\r\n",
    ];
    for bytes in bad {
        client.send_bytes(bytes).await;
        assert_eq!(client.answer(Value::Null).await["error"]["code"], -32700, "{bytes:?}");
        // One word for all garbage up to the next message.
        assert_eq!(client.text(PAGE).await, "%%[ if @a then ]%%");
    }
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_that_are_wrong() {
    let mut client = ready().await;
    let good = frame(&json!({ "jsonrpc": "2.0", "id": "good", "method": "sfmc/unheardOf" }));
    let body = br#"{"jsonrpc":"2.0","id":"bad","method":"sfmc/unheardOf"}"#;
    for length in [body.len() - 7, body.len() + good.len() - 3] {
        client.send_bytes(format!("Content-Length: {length}\r\n\r\n").as_bytes()).await;
        client.send_bytes(body).await;
        client.send_bytes(&good).await;
        assert_eq!(client.answer("good").await["error"]["code"], -32601);
        assert_eq!(client.answer(Value::Null).await["error"]["code"], -32700);
    }
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_of_other_clients() {
    let mut client = ready().await;
    for header in [
        "content-length: ",
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: ",
        "Content-Type: x\r\nContent-Length:",
    ] {
        let body = r#"{"jsonrpc":"2.0","id":"x","method":"sfmc/unheardOf"}"#;
        client.send_bytes(format!("{header}{}\r\n\r\n{body}", body.len()).as_bytes()).await;
        assert_eq!(client.answer("x").await["error"]["code"], -32601, "{header}");
    }
    goes_on(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_in_the_middle_of_a_message() {
    let mut client = ready().await;
    client.send_bytes(b"Content-Length: 500\r\n\r\n{\"jsonrpc\"").await;
    client.hang_up().await;
    assert_eq!(client.exit().await, ServerExit::Abandoned);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_id_for_two_requests() {
    let mut client = ready().await;
    let message = json!({ "jsonrpc": "2.0", "id": 77, "method": "sfmc/testSleep", "params": { "textDocument": { "uri": PAGE }, "milliseconds": 50 } });
    client.send(&message).await;
    client.send(&message).await;
    let answers = [client.answer(77).await, client.answer(77).await];
    assert!(answers.iter().any(|answer| answer["error"]["code"] == -32600), "{answers:?}");
    assert!(answers.iter().any(|answer| answer["result"] == true), "{answers:?}");
    goes_on(client).await;
}
