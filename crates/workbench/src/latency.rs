//! How long does a server take to answer? Measured as a client does, from the request to the answer, through the protocol, in a workspace
//! of many files made for it: a business unit with messages that include blocks.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sfmc_lsp::{ServerOptions, serve};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};

/// A message has so many bytes, and the open page about as many.
const PAGE: usize = 100_000;
const BLOCK: usize = 4_000;

pub(crate) fn run(files: usize, rounds: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(files.max(10), rounds.max(1)))
}

async fn measure(files: usize, rounds: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let unit = folder.path().join("retrieve/c/bu/asset");
    fs::create_dir_all(unit.join("block"))?;
    fs::create_dir_all(unit.join("message"))?;
    let mut bytes = 0;
    for n in 0..files - 1 {
        let text = block(n, files);
        bytes += text.len();
        let path = unit.join(format!("block/b{n}.asset-block-meta.html"));
        fs::write(path.with_extension("json"), metadata(n))?;
        fs::write(path, text)?;
    }
    let page = unit.join("message/page.asset-message-meta.html");
    let text = page_text(files);
    fs::write(&page, &text)?;
    println!("{files} files, {:.1} MB; the open page has {} KB", bytes as f64 / 1e6, text.len() / 1000);

    let (near, far) = tokio::io::duplex(1 << 20);
    let (server_in, server_out) = tokio::io::split(far);
    tokio::spawn(serve(server_in, server_out, ServerOptions::default()));
    let (reading, writing) = tokio::io::split(near);
    let mut client = Client { reading: BufReader::new(reading), writing, next_id: 0 };
    let uri = uri(&page);
    let started = Instant::now();
    let folders = json!([{ "uri": self::uri(folder.path()), "name": "workspace" }]);
    let kinds = json!(["quickfix", "refactor", "source"]);
    let capabilities = json!({
        "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
        "textDocument": { "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": kinds } } } },
    });
    let mut params =
        json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities });
    params["initializationOptions"] = json!({ "code-lens": { "references": true } });
    client.ask("initialize", params).await?;
    client.tell("initialized", json!({})).await?;
    client.ask("workspace/symbol", json!({ "query": "nothing of this name" })).await?;
    println!("{:32} {:>9.1?}", "from start to a known workspace", started.elapsed());
    let document = json!({ "uri": uri, "languageId": "ampscript", "version": 1, "text": text });
    client.tell("textDocument/didOpen", json!({ "textDocument": document })).await?;

    let positions = positions(&text, rounds);
    let at = |n: usize| {
        let (line, character) = positions[n % positions.len()];
        json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
    };
    let with = |n: usize, name: &str, value: Value| {
        let mut params = at(n);
        params[name] = value;
        params
    };
    let range = |n: usize| {
        let line = positions[n % positions.len()].0;
        let range = json!({ "start": { "line": line, "character": 0 }, "end": { "line": line + 60, "character": 0 } });
        json!({ "textDocument": { "uri": uri }, "range": range })
    };
    let whole = |_: usize| json!({ "textDocument": { "uri": uri } });
    // The first answer about a page waits until it has been read; whoever types has that behind him.
    let started = Instant::now();
    client.ask("textDocument/completion", at(0)).await?;
    println!("{:32} {:>9.1?}", "the first answer of a page", started.elapsed());
    client.ask("textDocument/diagnostic", whole(0)).await?;
    let lenses = client.ask("textDocument/codeLens", whole(0)).await?;
    let lenses = lenses.as_array().filter(|lenses| !lenses.is_empty()).context("no code lenses")?;
    type Params<'a> = Box<dyn Fn(usize) -> Value + 'a>;
    let requests: Vec<(&str, Params<'_>)> = vec![
        ("textDocument/completion", Box::new(at)),
        ("textDocument/hover", Box::new(at)),
        ("textDocument/definition", Box::new(at)),
        ("textDocument/documentHighlight", Box::new(at)),
        ("textDocument/signatureHelp", Box::new(at)),
        ("textDocument/prepareRename", Box::new(at)),
        ("textDocument/references", Box::new(|n| with(n, "context", json!({ "includeDeclaration": true })))),
        ("textDocument/rename", Box::new(|n| with(n, "newName", json!("@renamed_for_a_moment")))),
        ("textDocument/documentSymbol", Box::new(whole)),
        ("textDocument/foldingRange", Box::new(whole)),
        ("textDocument/documentLink", Box::new(whole)),
        ("textDocument/semanticTokens/range", Box::new(range)),
        ("textDocument/semanticTokens/full", Box::new(whole)),
        ("textDocument/inlayHint", Box::new(range)),
        (
            "textDocument/inlayHint of all",
            Box::new(|n| {
                let mut params = range(n);
                params["range"]["start"] = json!({ "line": 0, "character": 0 });
                params["range"]["end"] = json!({ "line": text.lines().count(), "character": 0 });
                params
            }),
        ),
        ("textDocument/codeLens", Box::new(whole)),
        ("codeLens/resolve", Box::new(|n| lenses[n % lenses.len()].clone())),
        (
            "textDocument/codeAction",
            Box::new(|n| {
                let mut params = range(n);
                params["context"] = json!({ "diagnostics": [] });
                params
            }),
        ),
        ("workspace/symbol", Box::new(|n| json!({ "query": format!("name{}", n % 50) }))),
    ];
    println!("{:32} {:>9} {:>9} {:>9}", "", "p50", "p99", "max");
    for (what, params) in &requests {
        let method = what.split(' ').next().unwrap_or(what);
        let mut times = Vec::with_capacity(rounds);
        for n in 0..rounds {
            let params = params(n);
            let started = Instant::now();
            client.ask(method, params).await.with_context(|| (*method).to_owned())?;
            times.push(started.elapsed());
        }
        report(what, times);
    }
    let version = while_typing(&mut client, &uri, &positions, rounds).await?;
    large_page(&mut client, &uri, version, rounds).await
}

/// After each letter, what can be written there. Gives the version of the document.
async fn while_typing(client: &mut Client, uri: &str, positions: &[(usize, usize)], rounds: usize) -> Result<usize> {
    let (mut version, mut times) = (1, Vec::with_capacity(rounds));
    for n in 0..rounds {
        let (line, character) = positions[n % positions.len()];
        let at = |character: usize| json!({ "line": line, "character": character });
        for (range, text) in [((character, character), "r"), ((character, character + 1), "")] {
            version += 1;
            let change = json!({ "range": { "start": at(range.0), "end": at(range.1) }, "text": text });
            let document = json!({ "uri": uri, "version": version });
            let params = json!({ "textDocument": document, "contentChanges": [change] });
            client.tell("textDocument/didChange", params).await?;
            if !text.is_empty() {
                let params = json!({ "textDocument": { "uri": uri }, "position": at(character + text.len()) });
                let started = Instant::now();
                client.ask("textDocument/completion", params).await?;
                times.push(started.elapsed());
            }
        }
    }
    report("completion after a letter", times);
    Ok(version)
}

/// After each edit of a page of 1 MB, what became of its colours.
async fn large_page(client: &mut Client, uri: &str, version: usize, rounds: usize) -> Result<()> {
    let mut text = String::new();
    while text.len() < 1_000_000 {
        text.push_str("<p>Some text, %%=v(@firstName)=%%.</p>\n%%[ set @total = Add(@total, Field(@row, 'Sum')) ]%%\n");
    }
    let lines = text.lines().count();
    let document = json!({ "uri": uri, "version": version + 1 });
    client
        .tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }))
        .await?;
    let whole = json!({ "textDocument": { "uri": uri } });
    let mut id = client.ask("textDocument/semanticTokens/full", whole).await?["resultId"].take();
    let mut times = Vec::with_capacity(rounds);
    for n in 0..rounds {
        let at = json!({ "line": n * 7919 % lines / 2 * 2 + 1, "character": 8 });
        let change = json!({ "range": { "start": at, "end": at }, "text": "x" });
        let document = json!({ "uri": uri, "version": version + n + 2 });
        client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] })).await?;
        let params = json!({ "textDocument": { "uri": uri }, "previousResultId": id });
        let started = Instant::now();
        id = client.ask("textDocument/semanticTokens/full/delta", params).await?["resultId"].take();
        times.push(started.elapsed());
    }
    report("full/delta after an edit, 1 MB", times);
    let mut times = Vec::with_capacity(rounds);
    for n in 0..rounds.min(50) {
        let line = n * 6007 % lines / 2 * 2 + 1;
        let at = |character: usize| json!({ "line": line, "character": character });
        let context = json!({ "diagnostics": [] });
        let range = json!({ "start": at(29), "end": at(47) });
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
        let started = Instant::now();
        client.ask("textDocument/codeAction", params).await?;
        times.push(started.elapsed());
    }
    report("codeAction of a selection, 1 MB", times);
    Ok(())
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!("{what:32} {:>9.2?} {:>9.2?} {:>9.2?}", at(50), at(99), times[times.len() - 1]);
}

fn metadata(n: usize) -> String {
    json!({ "customerKey": format!("b{n}"), "name": format!("Block {n}"), "r__folder_Path": "Content Builder/Blocks" })
        .to_string()
}

/// A block with variables of its own and two that all share, which includes another one.
fn block(n: usize, files: usize) -> String {
    let mut text = format!(
        "%%=ContentBlockByKey('b{}')=%%\n%%[ set @name{n} = Lookup('Table{}', 'Column{}', 'Id', @id) ]%%\n",
        n / 2 + files,
        n % 40,
        n % 90
    );
    while text.len() < BLOCK {
        text.push_str("<tr><td>Hello %%=v(@firstName)=%%, %%=Concat(@name, ' ', @total)=%%</td></tr>\n");
    }
    text
}

/// A page that includes some of the blocks.
fn page_text(files: usize) -> String {
    let mut text = String::from("%%[ set @id = AttributeValue('Id') set @firstName = 'x' set @total = 0 ]%%\n");
    for n in 0..5 {
        text.push_str(&format!("%%=ContentBlockByKey('b{}')=%%\n", n * files / 6));
    }
    let mut n = 0;
    while text.len() < PAGE {
        n += 1;
        text.push_str(&format!(
            "<p>Some text of a message, %%=v(@firstName)=%%.</p>\n%%[\n  set @rows{n} = LookupRows('Orders', 'Id', @id)\n  \
             if RowCount(@rows{n}) > 0 then\n    set @row = Row(@rows{n}, 1)\n    set @total = Add(@total, Field(@row, 'Sum'))\n  endif\n]%%\n\
             <b>%%=FormatNumber(@total, 'C2')=%%</b>\n"
        ));
    }
    text
}

/// Places of names in a text, spread over it.
fn positions(text: &str, count: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        found.extend(line.match_indices(['@', '(']).map(|(at, _)| (number, at + 1)));
    }
    let step = (found.len() / count).max(1);
    found.into_iter().step_by(step).collect()
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

struct Client {
    reading: BufReader<ReadHalf<DuplexStream>>,
    writing: WriteHalf<DuplexStream>,
    next_id: i64,
}

impl Client {
    async fn send(&mut self, message: &Value) -> Result<()> {
        let body = message.to_string();
        self.writing.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
        Ok(())
    }

    async fn tell(&mut self, method: &str, params: Value) -> Result<()> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params })).await
    }

    /// Asks, and waits for the answer; what the server asks in between is answered with nothing.
    async fn ask(&mut self, method: &str, params: Value) -> Result<Value> {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await?;
        loop {
            let mut message = self.read().await?;
            if message["method"].is_string() {
                if !message["id"].is_null() {
                    self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null })).await?;
                }
                continue;
            }
            if message["id"] == id {
                // Where nothing can be renamed that is the answer.
                if method != "textDocument/rename"
                    && method != "textDocument/prepareRename"
                    && !message["error"].is_null()
                {
                    bail!("{method}: {}", message["error"]);
                }
                return Ok(message["result"].take());
            }
        }
    }

    async fn read(&mut self) -> Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.reading.read_line(&mut line).await? == 0 {
                bail!("the server ended");
            }
            match line.trim() {
                "" => break,
                line => {
                    if let Some(value) = line.strip_prefix("Content-Length: ") {
                        length = value.parse()?;
                    }
                }
            }
        }
        let mut body = vec![0; length];
        self.reading.read_exact(&mut body).await?;
        Ok(serde_json::from_slice(&body)?)
    }
}
