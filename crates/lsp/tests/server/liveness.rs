use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Client, PAGE, logged, logs, pulled, pushed, range};

/// How long the slow requests of these tests take unless they are stopped.
const LONG: u64 = 120_000;

/// What is over before this did not wait for one of them. How fast it is, is measured elsewhere: a test says nothing of the machine.
const BEFORE_THEIR_END: Duration = Duration::from_millis(LONG / 2);

fn sleep(milliseconds: u64) -> Value {
    json!({ "textDocument": { "uri": PAGE }, "milliseconds": milliseconds })
}

/// Half of all tries have to be fast: the machine may be busy with other tests.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_request_is_answered_at_once() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "x").await;
    let mut times = Vec::new();
    for _ in 0..5 {
        // More than there are threads for tasks, so that none of them may be waited for.
        let mut ids = Vec::new();
        for _ in 0..20 {
            ids.push(client.request("sfmc/testSleep", sleep(LONG)).await);
        }
        client.text(PAGE).await;
        let started = Instant::now();
        for id in &ids {
            client.notify("$/cancelRequest", json!({ "id": id })).await;
        }
        for id in ids {
            assert_eq!(client.answer(id).await["error"]["code"], -32800);
        }
        times.push(started.elapsed());
    }
    eprintln!("20 requests cancelled in {:?}", median(times.clone()));
    assert!(median(times.clone()) < BEFORE_THEIR_END, "{times:?}");
    // What was cancelled has ended: a write has nobody to wait for.
    tokio::time::sleep(Duration::from_millis(100)).await;
    client.change(PAGE, 2, json!([{ "text": "y" }])).await;
    assert!(client.longest_wait(PAGE).await < BEFORE_THEIR_END);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_goes_on_beside_slow_requests() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    client.diagnostics_of(1).await;
    let mut times = Vec::new();
    for version in 2..22 {
        let mut slow = Vec::new();
        for _ in 0..8 {
            slow.push(client.request("sfmc/testSleep", sleep(LONG)).await);
        }
        let started = Instant::now();
        client.change(PAGE, version, json!([{ "range": range((0, 0), (0, 0)), "text": "x" }])).await;
        client.diagnostics_of(version).await;
        times.push(started.elapsed());
        // The text under them is gone.
        for id in slow {
            assert_eq!(client.answer(id).await["error"]["code"], -32801);
        }
    }
    let waited = client.longest_wait(PAGE).await;
    eprintln!(
        "beside 8 slow requests: keystroke to diagnostics {:?}, longest write wait {waited:?}",
        median(times.clone())
    );
    assert!(median(times.clone()) < BEFORE_THEIR_END, "{times:?}");
    assert!(waited < BEFORE_THEIR_END, "{waited:?}");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_stop_is_waited_for_and_named() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "x").await;
    client.diagnostics_of(1).await;
    let mut params = sleep(2000);
    params["stubborn"] = json!(true);
    let id = client.request("sfmc/testSleep", params).await;
    client.change(PAGE, 2, json!([{ "text": "y" }])).await;
    client.answer(id).await;
    assert_eq!(client.text(PAGE).await, "y");
    assert!(client.longest_wait(PAGE).await > Duration::from_millis(100));
    assert!(logged("a write has waited 100ms for sfmc/testSleep ("), "{:?}", logs());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_the_whole_document_is_answered_for_the_new_text() {
    let mut client = Client::ready(pulled()).await;
    let text = "%%[ if @a then ]%%x%%[ endif ]%%\n".repeat(3000);
    client.open(PAGE, &text).await;
    // All these edits fall into the first analysis of the page.
    let mut ids = Vec::new();
    for version in 2..32 {
        ids.push(client.request("textDocument/diagnostic", json!({ "textDocument": { "uri": PAGE } })).await);
        ids.push(client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": PAGE } })).await);
        client.change(PAGE, version, json!([{ "range": range((0, 0), (0, 0)), "text": "%%[ if @a then ]%%" }])).await;
    }
    let last = client.pull(PAGE).await;
    assert_eq!(last["items"].as_array().unwrap().len(), 30);
    for id in ids {
        let answer = client.answer(id).await;
        assert!(answer.get("error").is_none(), "{}", answer["error"]);
    }
    assert!(client.longest_wait(PAGE).await < BEFORE_THEIR_END, "{:?}", client.longest_wait(PAGE).await);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_request_costs_only_itself() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    let params = json!({ "textDocument": { "uri": PAGE } });
    let id = client.request("sfmc/testPanic", params.clone()).await;
    let error = client.answer(id).await["error"].clone();
    assert_eq!((&error["code"], &error["message"]), (&json!(-32603), &json!("internal error: as asked")));
    assert!(client.call("textDocument/documentSymbol", params).await.is_array());
    client.change(PAGE, 2, json!([{ "text": "fine" }])).await;
    assert!(client.diagnostics_of(2).await.is_empty());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_edit_costs_only_its_document() {
    let mut client = Client::ready(pushed()).await;
    client.open("untitled:other", "%%[ if @a then ]%%").await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    client.change(PAGE, 2, json!([{ "text": "sfmc/testPanic" }])).await;
    let message = client.told("window/showMessage").await;
    assert!(message["message"].as_str().unwrap().contains("page.html is out of step"), "{message}");
    assert_eq!(client.text(PAGE).await, Value::Null);
    assert_eq!(client.text("untitled:other").await, "%%[ if @a then ]%%");
    client.change(PAGE, 3, json!([{ "text": "%%[ if @a then ]%%%%[ if @b then ]%%" }])).await;
    assert_eq!(client.diagnostics_of(3).await.len(), 2);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_into_the_worst_page() {
    // One line of a megabyte, 20,000 findings: what has to be done between queries is long.
    let regions = if cfg!(debug_assertions) { 4000 } else { 20_000 };
    let mut client = Client::ready(pulled()).await;
    client.open(PAGE, &"😀%%[ if @a && @b then ]%%<td>%%[ endif ]%%".repeat(regions)).await;
    client.pull(PAGE).await;
    let mut ids = Vec::new();
    for version in 2..32_u64 {
        ids.push(client.request("textDocument/diagnostic", json!({ "textDocument": { "uri": PAGE } })).await);
        // At every moment of the analysis.
        tokio::time::sleep(Duration::from_millis(3 * version)).await;
        let change = json!([{ "range": range((0, 2), (0, 2)), "text": "x" }]);
        client.change(PAGE, i64::try_from(version).unwrap(), change).await;
    }
    for id in ids {
        let answer = client.answer(id).await;
        assert!(answer.get("error").is_none(), "{}", answer["error"]);
    }
    let waited = client.longest_wait(PAGE).await;
    eprintln!("longest write wait on the worst page: {waited:?}");
    assert!(waited < BEFORE_THEIR_END, "{waited:?}");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_can_still_write() {
    // 64 KB of pipe in each direction, and megabytes of answers.
    let mut client = Client::with_buffer(1 << 16);
    client.initialize(pushed()).await;
    client.open(PAGE, &"%%[ if @a && @b then ]%%".repeat(500)).await;
    for version in 2..300 {
        client.change(PAGE, version, json!([{ "range": range((0, 0), (0, 0)), "text": "x" }])).await;
    }
    let last = client.diagnostics_of(299).await;
    assert!(last.len() >= 1000);
    // What newer ones replace is not kept for it.
    let told = client.all_told("textDocument/publishDiagnostics").await;
    assert!(told.len() < 50, "{}", told.len());
    client.stop().await;
}
