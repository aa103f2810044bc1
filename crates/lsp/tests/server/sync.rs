use serde_json::{Value, json};
use sfmc_test_support::Rng;

use crate::harness::{Client, PAGE, pushed, range, with};

#[tokio::test(flavor = "multi_thread")]
async fn edits_stay_in_order() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "").await;
    let mut expected = String::new();
    for version in 2..502 {
        let at = u32::try_from(expected.len()).unwrap();
        let word = format!("{version} ");
        client.change(PAGE, version, json!([{ "range": range((0, at), (0, at)), "text": word }])).await;
        expected += &word;
    }
    assert_eq!(client.text(PAGE).await, expected);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_in_every_encoding() {
    // Behind `é😀` stands what is replaced.
    for (encoding, column) in [("utf-8", 6), ("utf-16", 3), ("utf-32", 2)] {
        let capabilities = with(pushed(), "", "general", json!({ "positionEncodings": [encoding] }));
        let mut client = Client::ready(capabilities).await;
        client.open(PAGE, "line\r\né😀old\r\n").await;
        let changes = json!([
            { "range": range((1, column), (1, column + 3)), "text": "new😀" },
            { "range": range((1, column), (1, column)), "text": "[" },
            // Behind the end of a line is its end, behind the last line the end of the text.
            { "range": range((1, 99), (1, 99)), "text": "]" },
            { "range": range((2, 0), (3, 0)), "text": "end" },
        ]);
        client.change(PAGE, 2, changes).await;
        assert_eq!(client.text(PAGE).await, "line\r\né😀[new😀]\r\nend", "{encoding}");
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_edits_leave_what_the_client_has() {
    let mut client = Client::ready(with(pushed(), "", "general", json!({ "positionEncodings": ["utf-32"] }))).await;
    let mut rng = Rng::new(7);
    let mut text: Vec<char> = "<p>%%[ if @a then ]%%é😀\n%%[ endif ]%%</p>\n".chars().collect();
    client.open(PAGE, &text.iter().collect::<String>()).await;
    let pieces = ["%%[", "]%%", "\n", "x", "😀", "%%=v(@a)=%%", "/*", "*/", "'", ""];
    for version in 2..200 {
        let start = rng.below(text.len() + 1);
        let end = (start + rng.below(4)).min(text.len());
        let place = |at: usize| {
            let before = &text[..at];
            let line = before.iter().filter(|&&c| c == '\n').count();
            let column = before.iter().rev().take_while(|&&c| c != '\n').count();
            (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
        };
        let piece = pieces[rng.below(pieces.len())];
        client.change(PAGE, version, json!([{ "range": range(place(start), place(end)), "text": piece }])).await;
        text.splice(start..end, piece.chars());
    }
    assert_eq!(client.text(PAGE).await, text.iter().collect::<String>());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_text_at_once() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "old").await;
    client.change(PAGE, 2, json!([{ "text": "new" }, { "range": range((0, 3), (0, 3)), "text": "er" }])).await;
    assert_eq!(client.text(PAGE).await, "newer");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_document_under_two_spellings() {
    let mut client = Client::ready(pushed()).await;
    client.open("file:///no/such/p%20a.html", "x").await;
    assert_eq!(client.text("file:///no/such/p%20%61.html").await, "x");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_are_no_files() {
    let mut client = Client::ready(pushed()).await;
    for uri in ["untitled:Untitled-1", "vscode-vfs://github/owner/repo/page.html"] {
        client.open(uri, "%%[ if @a then ]%%").await;
        let told = client.diagnostics().await;
        assert_eq!(told["uri"], uri);
        assert_ne!(told["diagnostics"], json!([]));
        client.change(uri, 2, json!([{ "text": "fine" }])).await;
        assert!(client.diagnostics_of(2).await.is_empty());
        client.close(uri).await;
        assert_eq!(client.diagnostics().await["diagnostics"], json!([]));
        assert_eq!(client.text(uri).await, Value::Null);
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn languages_that_are_left_alone() {
    let mut client = Client::ready(pushed()).await;
    for (language, analysed) in [
        ("html", true),
        ("ampscript", true),
        ("plaintext", true),
        ("ssjs", false),
        ("sql", true),
        ("javascript", false),
    ] {
        let uri = format!("file:///no/such/{language}");
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": "%%[ if @a then ]%%" });
        client.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
        let told = client.diagnostics().await;
        assert_eq!(told["diagnostics"] != json!([]), analysed, "{language}");
    }
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_forgets() {
    let mut client = Client::ready(pushed()).await;
    client.open(PAGE, "%%[ if @a then ]%%").await;
    assert_ne!(client.diagnostics().await["diagnostics"], json!([]));
    client.close(PAGE).await;
    let told = client.diagnostics().await;
    assert_eq!((&told["uri"], &told["diagnostics"]), (&json!(PAGE), &json!([])));
    assert_eq!(client.text(PAGE).await, Value::Null);
    client.open(PAGE, "%%[ if @a then ]%%").await;
    assert_ne!(client.diagnostics().await["diagnostics"], json!([]));
    client.stop().await;
}
