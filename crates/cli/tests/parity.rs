//! The command line and the editor report the same: every page of the shipped example through both, as a user starts them.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files and fail by panicking")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

/// A client that can do just enough.
struct Client {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    id: u64,
}

impl Client {
    fn start(root: &Path) -> Client {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sfmc-analyzer"))
            .args(["server", "--stdio"])
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut client = Client { child, stdin, stdout, id: 0 };
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-32"] },
            "textDocument": { "diagnostic": {} },
        });
        let answer =
            client.request("initialize", &json!({ "processId": null, "rootUri": null, "capabilities": capabilities }));
        assert_eq!(answer["capabilities"]["positionEncoding"], "utf-32");
        client.notify("initialized", &json!({}));
        client
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.stdin, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.stdin.flush().unwrap();
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == json!(self.id) && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{message}");
                return message["result"].clone();
            }
            if message.get("method").is_some() && message.get("id").is_some() {
                let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": null });
                self.send(&answer);
            }
        }
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.stdout.read_line(&mut line).unwrap() > 0, "the server is gone");
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stdout.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn stop(mut self) {
        self.request("shutdown", &Value::Null);
        self.notify("exit", &Value::Null);
        assert!(self.child.wait().unwrap().success());
    }
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-fixtures/example").canonicalize().unwrap()
}

/// Rule, severity from 1 (error) to 4 (hint), range with lines and columns from 0, message.
type Finding = (String, u64, [u64; 4], String);

fn checked(path: &Path) -> Vec<Finding> {
    let output = Command::new(env!("CARGO_BIN_EXE_sfmc-analyzer"))
        .args(["check", "--output-format", "json"])
        .arg(path)
        .output()
        .unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |value: &Value| value.as_u64().unwrap();
    let finding = |f: &Value| {
        let severity =
            ["error", "warning", "info", "hint"].iter().position(|s| f["severity"] == *s).unwrap() as u64 + 1;
        let range = &f["range"];
        let range =
            [&range["start"]["line"], &range["start"]["column"], &range["end"]["line"], &range["end"]["column"]];
        let text = |key: &str| f[key].as_str().unwrap().to_owned();
        (text("rule"), severity, range.map(|n| number(n) - 1), text("message"))
    };
    found.as_array().unwrap().iter().map(finding).collect()
}

fn edited(client: &mut Client, path: &Path) -> Vec<Finding> {
    let uri = format!("file://{}", path.display());
    let text = std::fs::read_to_string(path).unwrap();
    let document = json!({ "uri": uri, "languageId": "html", "version": 1, "text": text });
    client.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    let report = client.request("textDocument/diagnostic", &json!({ "textDocument": { "uri": uri } }));
    let number = |value: &Value| value.as_u64().unwrap();
    let finding = |d: &Value| {
        let range = &d["range"];
        let range =
            [&range["start"]["line"], &range["start"]["character"], &range["end"]["line"], &range["end"]["character"]];
        // An editor gets the advice together with the message.
        let message = d["message"].as_str().unwrap().lines().next().unwrap().to_owned();
        (d["code"].as_str().unwrap().to_owned(), number(&d["severity"]), range.map(number), message)
    };
    report["items"].as_array().unwrap().iter().map(finding).collect()
}

#[test]
fn the_same_findings_in_both() {
    let root = example();
    let mut client = Client::start(&root);
    let mut total = 0;
    for page in ["emails/welcome.html", "emails/cart-reminder.html", "cloudpages/preferences.html", "blocks/footer.amp"]
    {
        let path = root.join(page);
        let expected = checked(&path);
        assert_eq!(edited(&mut client, &path), expected, "{page}");
        total += expected.len();
    }
    assert!(total >= 8, "the example has mistakes in it");
    client.stop();
}
