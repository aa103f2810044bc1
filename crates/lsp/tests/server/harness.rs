//! A client: it speaks frames over streams in memory, and keeps everything it is told until a test asks for it.

use std::{
    collections::VecDeque,
    future::Future,
    io,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use sfmc_lsp::{ServerExit, ServerOptions, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf},
    sync::mpsc,
    task::JoinHandle,
};

/// Everything that servers log in this process.
static LOG: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(|| {
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let log: Arc<Mutex<Vec<u8>>> = Arc::default();
    let sink = Arc::clone(&log);
    let level = tracing::level_filters::LevelFilter::WARN;
    let writer = move || Sink(Arc::clone(&sink));
    tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(writer).init();
    log
});

/// What was logged, in all tests so far.
pub(crate) fn logs() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned()
}

pub(crate) fn logged(text: &str) -> bool {
    logs().contains(text)
}

/// Nothing takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Where documents are.
pub(crate) const PAGE: &str = "file:///no/such/folder/page.html";

pub(crate) struct Client {
    stdin: WriteHalf<DuplexStream>,
    messages: mpsc::UnboundedReceiver<Value>,
    kept: VecDeque<Value>,
    next_id: i64,
    server: JoinHandle<ServerExit>,
    pub(crate) settings: Arc<Mutex<Value>>,
    answers: mpsc::UnboundedReceiver<Value>,
}

/// What a client can do that can do everything and pushes nothing: it waits for diagnostics.
pub(crate) fn pushed() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "workspace": {
            "configuration": true,
            "workspaceEdit": { "documentChanges": true },
            "didChangeConfiguration": { "dynamicRegistration": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "diagnostics": { "refreshSupport": true },
        },
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true,
                "tagSupport": { "valueSet": [1, 2] },
                "codeDescriptionSupport": true,
                "versionSupport": true,
            },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } },
                "isPreferredSupport": true,
            },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
        },
    })
}

/// The same for a client that asks for diagnostics.
pub(crate) fn pulled() -> Value {
    with(pushed(), "/textDocument", "diagnostic", json!({ "dynamicRegistration": false }))
}

/// `value` with one property set.
pub(crate) fn with(mut value: Value, parent: &str, name: &str, property: Value) -> Value {
    value.pointer_mut(parent).unwrap()[name] = property;
    value
}

impl Client {
    /// A server that has heard nothing yet.
    pub(crate) fn start() -> Client {
        Client::with_buffer(1 << 20)
    }

    pub(crate) fn with_buffer(size: usize) -> Client {
        LazyLock::force(&LOG);
        let (near, far) = tokio::io::duplex(size);
        let (server_in, server_out) = tokio::io::split(far);
        let (stdout, stdin) = tokio::io::split(near);
        let server = tokio::spawn(serve(server_in, server_out, ServerOptions::default()));
        let (tell, messages) = mpsc::unbounded_channel();
        let (answer, answers) = mpsc::unbounded_channel();
        let settings = Arc::new(Mutex::new(Value::Null));
        tokio::spawn(read(stdout, tell, answer, Arc::clone(&settings)));
        Client { stdin, messages, kept: VecDeque::new(), next_id: 0, server, settings, answers }
    }

    /// A server that is ready, for a client with these capabilities.
    pub(crate) async fn ready(capabilities: Value) -> Client {
        let mut client = Client::start();
        client.initialize(capabilities).await;
        client
    }

    /// Initializes, and returns the result.
    pub(crate) async fn initialize(&mut self, capabilities: Value) -> Value {
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        let result = self.call("initialize", params).await;
        self.notify("initialized", json!({})).await;
        result
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.flush_answers().await;
        within(self.stdin.write_all(bytes)).await.unwrap();
        self.stdin.flush().await.unwrap();
    }

    /// Answers what the server asked, unless it has gone without waiting for that.
    async fn flush_answers(&mut self) {
        while let Ok(answer) = self.answers.try_recv() {
            within(self.stdin.write_all(&frame(&answer))).await.ok();
        }
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_bytes(&frame(message)).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params })).await;
    }

    /// Sends a request; its id.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message).await;
        id
    }

    /// Sends a request and waits for its result.
    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params).await;
        let answer = self.answer(id).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Sends a request and waits for its error; its code.
    pub(crate) async fn refused(&mut self, method: &str, params: Value) -> i64 {
        let id = self.request(method, params).await;
        self.answer(id).await["error"]["code"].as_i64().unwrap()
    }

    /// The answer to a request.
    pub(crate) async fn answer(&mut self, id: impl Into<Value>) -> Value {
        let id = id.into();
        self.find(|message| message.get("method").is_none() && message["id"] == id).await
    }

    /// The parameters of the next message of a method.
    pub(crate) async fn told(&mut self, method: &str) -> Value {
        self.find(|message| message["method"] == method).await["params"].clone()
    }

    /// The next diagnostics that are pushed.
    pub(crate) async fn diagnostics(&mut self) -> Value {
        self.told("textDocument/publishDiagnostics").await
    }

    /// The diagnostics that are pushed for a version.
    pub(crate) async fn diagnostics_of(&mut self, version: i64) -> Vec<Value> {
        let is_it = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["version"] == version
        };
        self.find(is_it).await["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// The diagnostics that a pull gets.
    pub(crate) async fn pull(&mut self, uri: &str) -> Value {
        self.call("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } })).await
    }

    async fn find(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at).unwrap();
        }
        loop {
            self.flush_answers().await;
            let message = tokio::select! {
                message = within(self.messages.recv()) => message.expect("the server ended"),
                answer = self.answers.recv() => {
                    let Some(answer) = answer else { continue };
                    within(self.stdin.write_all(&frame(&answer))).await.unwrap();
                    continue;
                }
            };
            if wanted(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }

    /// Everything of a method that has come so far and was not asked for.
    pub(crate) fn told_before(&mut self, method: &str) -> Vec<Value> {
        let (found, kept) = self.kept.drain(..).partition(|message| message["method"] == method);
        self.kept = kept;
        Vec::from_iter::<VecDeque<Value>>(found)
    }

    /// Everything of a method that came and was not asked for. To be sure that nothing is on its way, this asks the server something.
    pub(crate) async fn all_told(&mut self, method: &str) -> Vec<Value> {
        self.call("sfmc/testStatus", json!({ "textDocument": { "uri": "untitled:none" } })).await;
        self.told_before(method)
    }

    pub(crate) async fn open(&mut self, uri: &str, text: &str) {
        self.open_as("html", uri, text).await;
    }

    pub(crate) async fn open_as(&mut self, language: &str, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    pub(crate) async fn change(&mut self, uri: &str, version: i64, changes: Value) {
        let params = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes });
        self.notify("textDocument/didChange", params).await;
    }

    pub(crate) async fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } })).await;
    }

    /// What the server believes to be the text of a document; null if it has none.
    pub(crate) async fn text(&mut self, uri: &str) -> Value {
        self.call("sfmc/testStatus", json!({ "textDocument": { "uri": uri } })).await["text"].clone()
    }

    /// Where the engine believes that a document runs; null if it does not know.
    pub(crate) async fn context(&mut self, uri: &str) -> Value {
        self.call("sfmc/testStatus", json!({ "textDocument": { "uri": uri } })).await["context"].clone()
    }

    /// How long a write has waited for readers at most.
    pub(crate) async fn longest_wait(&mut self, uri: &str) -> Duration {
        let status = self.call("sfmc/testStatus", json!({ "textDocument": { "uri": uri } })).await;
        Duration::from_micros(status["longestWriteWaitMicros"].as_u64().unwrap())
    }

    /// Ends as clients should.
    pub(crate) async fn stop(mut self) {
        self.call("shutdown", Value::Null).await;
        self.send(&json!({ "jsonrpc": "2.0", "method": "exit" })).await;
        assert_eq!(self.exit().await, ServerExit::Orderly);
    }

    /// Closes its end.
    pub(crate) async fn hang_up(&mut self) {
        self.stdin.shutdown().await.unwrap();
    }

    pub(crate) async fn exit(self) -> ServerExit {
        within(self.server).await.unwrap()
    }
}

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("too slow")
}

pub(crate) fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

async fn read(
    mut stdout: ReadHalf<DuplexStream>,
    tell: mpsc::UnboundedSender<Value>,
    answer: mpsc::UnboundedSender<Value>,
    settings: Arc<Mutex<Value>>,
) {
    while let Some(message) = read_message(&mut stdout).await {
        if message.get("method").is_some() && message.get("id").is_some() {
            let result = match message["method"].as_str().unwrap() {
                "workspace/configuration" => json!([*settings.lock().unwrap()]),
                _ => Value::Null,
            };
            let _ = answer.send(json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }));
        }
        let _ = tell.send(message);
    }
}

/// The server's frames are exact: anything else is a failure.
async fn read_message(stdout: &mut ReadHalf<DuplexStream>) -> Option<Value> {
    let mut header = Vec::new();
    while !header.ends_with(b"\r\n\r\n") {
        header.push(stdout.read_u8().await.ok()?);
    }
    let header = String::from_utf8(header).unwrap();
    let length = header.trim().strip_prefix("Content-Length: ").unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).await.unwrap();
    Some(serde_json::from_slice(&body).unwrap())
}

/// `line`, `character`, `line`, `character`.
pub(crate) fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let position = |(line, character)| json!({ "line": line, "character": character });
    json!({ "start": position(start), "end": position(end) })
}

/// A text after edits, as a client applies them. Columns are UTF-16.
pub(crate) fn apply(text: &str, edits: &Value) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut column = position["character"].as_u64().unwrap() as usize;
        let mut end = start;
        for c in text[start..].chars() {
            if column == 0 || c == '\n' {
                break;
            }
            column -= c.len_utf16();
            end += c.len_utf8();
        }
        end
    };
    let edits = edits.as_array().unwrap().iter();
    let mut edits: Vec<_> = edits
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"])..offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        text.replace_range(range, new);
    }
    text
}

/// Rule and range of each diagnostic, one a line.
pub(crate) fn summary(diagnostics: &[Value]) -> String {
    let line = |diagnostic: &Value| {
        let at = |end: &str| {
            let position = &diagnostic["range"][end];
            format!("{}:{}", position["line"], position["character"])
        };
        format!("{}-{} {}\n", at("start"), at("end"), diagnostic["code"].as_str().unwrap())
    };
    diagnostics.iter().map(line).collect()
}
