use std::{path::Path, time::Instant};

use serde_json::{Value, json};
use sfmc_db::{FileKind, Host};
use sfmc_lint::DefaultLevels;
use sfmc_syntax::PositionEncoding;

use crate::harness::{Client, PAGE, pulled, pushed, range, summary, with};

const BROKEN: &str = "<p>\n😀é😀 %%[ if @a && @b then ]%%x%%[ endif ]%%\n";

#[tokio::test(flavor = "multi_thread")]
async fn columns_behind_emoji_in_every_encoding() {
    for (encoding, column) in [("utf-8", 21), ("utf-16", 16), ("utf-32", 14)] {
        let capabilities = with(pushed(), "", "general", json!({ "positionEncodings": [encoding] }));
        let mut client = Client::ready(capabilities).await;
        client.open(PAGE, BROKEN).await;
        let found = client.diagnostics_of(1).await;
        let expected = format!("1:{column}-1:{} amp/unsupported-operator\n", column + 2);
        assert_eq!(summary(&found), expected, "{encoding}");
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_diagnostic_says() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, BROKEN).await;
    let told = client.diagnostics().await;
    assert_eq!((&told["uri"], &told["version"]), (&json!(PAGE), &json!(1)));
    let diagnostic = &told["diagnostics"][0];
    assert_eq!(diagnostic["source"], "sfmc-analyzer");
    assert_eq!(diagnostic["severity"], 1);
    let rule = sfmc_lint::rule("amp/unsupported-operator").unwrap();
    assert_eq!(diagnostic["code"], rule.id);
    assert_eq!(diagnostic["codeDescription"]["href"], rule.url());
    assert!(!diagnostic["message"].as_str().unwrap().is_empty());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_client_understands() {
    let mut client = Client::ready(json!({})).await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    let found = client.diagnostics_of(1).await;
    let names: Vec<_> = found[0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["code", "message", "range", "severity", "source"]);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pushed_after_every_pause() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "%%[ if @a then ]%%x").await;
    assert_eq!(client.diagnostics_of(1).await.len(), 1);
    client.change(PAGE, 2, json!([{ "range": range((0, 19), (0, 19)), "text": "%%[ endif ]%%" }])).await;
    assert_eq!(client.diagnostics_of(2).await, [] as [Value; 0]);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_diagnostics_are_dropped() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, &"%%[ if @a then ]%%x%%[ endif ]%%\n".repeat(2000)).await;
    for version in 2..=200 {
        client.change(PAGE, version, json!([{ "range": range((0, 0), (0, 0)), "text": "%%[ if @a then ]%%" }])).await;
    }
    let last = client.diagnostics_of(200).await;
    assert_eq!(last.len(), 199);
    let told = client.all_told("textDocument/publishDiagnostics").await;
    let versions: Vec<_> = told.iter().map(|told| told["params"]["version"].as_i64().unwrap()).collect();
    // Never one for an older text after one for a newer, and never one with the findings of another version.
    assert!(versions.is_sorted(), "{versions:?}");
    for told in &told {
        let version = told["params"]["version"].as_u64().unwrap();
        assert_eq!(told["params"]["diagnostics"].as_array().unwrap().len() as u64, version - 1, "version {version}");
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_pushed_to_who_pulls() {
    let mut client = Client::ready(pulled()).await;
    client.open(PAGE, BROKEN).await;
    let report = client.pull(PAGE).await;
    assert_eq!(report["kind"], "full");
    assert_eq!(summary(report["items"].as_array().unwrap()), "1:16-1:18 amp/unsupported-operator\n");
    client.close(PAGE).await;
    assert_eq!(client.all_told("textDocument/publishDiagnostics").await, [] as [Value; 0]);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_are_unchanged_are_not_sent_again() {
    let mut client = Client::ready(pulled()).await;
    client.open(PAGE, BROKEN).await;
    let first = client.pull(PAGE).await;
    let ask = |id: &Value| json!({ "textDocument": { "uri": PAGE }, "previousResultId": id });
    let again = client.call("textDocument/diagnostic", ask(&first["resultId"])).await;
    assert_eq!((&again["kind"], &again["resultId"]), (&json!("unchanged"), &first["resultId"]));
    // An edit behind it all changes no finding.
    client.change(PAGE, 2, json!([{ "range": range((2, 0), (2, 0)), "text": "<br>" }])).await;
    assert_eq!(client.call("textDocument/diagnostic", ask(&first["resultId"])).await["kind"], "unchanged");
    // The same findings elsewhere are others, also where only the columns are: `é` and `ab` have two bytes each.
    client.change(PAGE, 3, json!([{ "range": range((1, 2), (1, 3)), "text": "ab" }])).await;
    let moved = client.call("textDocument/diagnostic", ask(&first["resultId"])).await;
    assert_eq!(moved["kind"], "full");
    assert_ne!(moved["resultId"], first["resultId"]);
    assert_eq!(summary(moved["items"].as_array().unwrap()), "1:17-1:19 amp/unsupported-operator\n");
    let unknown = client.call("textDocument/diagnostic", ask(&json!("of another server"))).await;
    assert_eq!(unknown["kind"], "full");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_as_on_the_command_line() {
    let page = "<p>\r\n😀 %%[ if @a && @b ]%%\r\n%%[ for @i = 1 to 3 set @x == 2 next @j else ]%%\n%%=v(@x=%% 😀 %%[ set ]%%\n";
    let path = Path::new("/no/such/folder/page.html");
    let mut host = Host::default();
    let file = host.set_text(path, page.to_owned(), FileKind::Page);
    let snapshot = host.snapshot();
    let expected = sfmc_ide::diagnostics(&snapshot, file, &DefaultLevels);
    assert!(expected.len() > 2);

    let mut client = Client::ready(pulled()).await;
    client.open(PAGE, page).await;
    let report = client.pull(PAGE).await;
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), expected.len());
    for (item, expected) in items.iter().zip(&expected) {
        let encoding = PositionEncoding::Utf16;
        let at = sfmc_ide::positions::line_cols(&snapshot, file, expected.range, encoding).unwrap();
        assert_eq!(item["range"], range((at.start.line, at.start.col), (at.end.line, at.end.col)));
        assert_eq!(item["code"], expected.rule.id);
        assert!(item["message"].as_str().unwrap().starts_with(&expected.message));
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_line_with_many_findings() {
    // One line of a megabyte, with a finding and an emoji in each of its 20,000 regions.
    let text = "😀%%[ if @a && @b then ]%%<td>%%[ endif ]%%".repeat(20_000);
    for capabilities in [pushed(), pulled()] {
        let mut client = Client::ready(capabilities.clone()).await;
        let started = Instant::now();
        client.open(PAGE, &text).await;
        let found = if capabilities == pushed() {
            client.diagnostics_of(1).await
        } else {
            client.pull(PAGE).await["items"].as_array().unwrap().clone()
        };
        let took = started.elapsed();
        assert_eq!(found.len(), 20_000);
        let width = "😀%%[ if @a && @b then ]%%<td>%%[ endif ]%%".encode_utf16().count() as u64;
        assert_eq!(found[19_999]["range"]["start"]["character"], 19_999 * width + 12);
        eprintln!("1 MB on one line, 20,000 findings: {took:?}");
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn related_places() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "😀%%[ if @a then else else endif ]%%").await;
    let found = client.diagnostics_of(1).await;
    assert_eq!(summary(&found), "0:22-0:26 amp/duplicate-else\n");
    let related = &found[0]["relatedInformation"][0]["location"];
    assert_eq!((&related["uri"], &related["range"]), (&json!(PAGE), &range((0, 17), (0, 21))));
    client.stop().await;
}
