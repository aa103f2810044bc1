use serde_json::{Value, json};

use crate::harness::{Client, PAGE, apply, pushed, range};

fn at(line: u32, character: u32, ch: &str, options: &Value) -> Value {
    json!({
        "textDocument": { "uri": PAGE },
        "position": { "line": line, "character": character },
        "ch": ch,
        "options": options,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_begun_behind_then() {
    let mut client = Client::ready(pushed()).await;
    let text = "😀%%[\r\n\tif @a == '😀' then\r\n\t\r\n]%%\r\n";
    client.open(PAGE, text).await;
    let blanks = json!({ "tabSize": 3, "insertSpaces": true });
    let tabs = json!({ "tabSize": 3, "insertSpaces": false });
    for (options, expected) in [
        // The page indents by tabs.
        (blanks, "😀%%[\r\n\tif @a == '😀' then\r\n\t\t\r\n\tendif\r\n]%%\r\n"),
        (tabs.clone(), "😀%%[\r\n\tif @a == '😀' then\r\n\t\t\r\n\tendif\r\n]%%\r\n"),
    ] {
        let edits = client.call("textDocument/onTypeFormatting", at(2, 1, "\n", &options)).await;
        assert_eq!(edits[0]["range"], range((2, 0), (2, 1)));
        assert_eq!(apply(text, &edits), expected);
    }
    let edits = client.call("textDocument/onTypeFormatting", at(2, 1, "x", &tabs)).await;
    assert_eq!(edits, Value::Null);
    for (line, character) in [(0, 0), (1, 3), (3, 0), (99, 99)] {
        let edits = client.call("textDocument/onTypeFormatting", at(line, character, "\n", &tabs)).await;
        assert_ne!(edits[0]["newText"], "endif", "{edits}");
    }
    client.stop().await;
}
