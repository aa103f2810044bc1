//! What stands between the client's pipes and tower-lsp.
//!
//! tower-lsp reads and writes well-formed streams well, but it stops reading for good at the first message that it cannot read, answers
//! what comes together with `initialize` as if it had come before, cancels what is unanswered when `exit` comes, and reads nothing
//! while the client does not read. So everything goes through here first:
//!
//! - [`read`] takes the stream apart, answers what is no message itself, and hands on only what tower-lsp can read;
//! - after `initialize` it hands on nothing until that is answered, so that a client need not wait;
//! - before `exit`, and at the end of the input, it waits a moment for the answers that are still to come;
//! - what the server writes is kept until the client takes it ([`Output`]), so that a client that reads slowly does not stop the server
//!   from reading; while much is kept, diagnostics are held back ([`Backlog`]).

mod frames;

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    sync::{mpsc, watch},
};
use tower_lsp::jsonrpc::{Error, Id, Request, Response};

use self::frames::{Decoder, Frame, encode};

/// How long the answers that are still to come are waited for when the client has said its last word.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// How the client's input ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputEnd {
    /// With `exit`.
    Exit,
    /// Without: the client is gone.
    Closed,
}

/// How many requests were handed to tower-lsp and are not answered.
#[derive(Clone, Debug)]
struct Unanswered(Arc<watch::Sender<i64>>);

impl Unanswered {
    fn add(&self, n: i64) {
        self.0.send_modify(|count| *count += n);
    }

    async fn none(&self) {
        // The sender is `self`, so it cannot be gone.
        let _ = self.0.subscribe().wait_for(|count| *count <= 0).await;
    }
}

/// How many bytes wait to be written.
#[derive(Clone, Debug)]
pub(crate) struct Backlog(Arc<watch::Sender<usize>>);

impl Backlog {
    /// With more than this, what nobody asked for is held back.
    const LIMIT: usize = 1 << 20;

    /// Waits until the client takes what it gets.
    pub(crate) async fn is_small(&self) {
        // The sender is `self`, so it cannot be gone.
        let _ = self.0.subscribe().wait_for(|&bytes| bytes < Backlog::LIMIT).await;
    }

    fn add(&self, bytes: usize) {
        self.0.send_modify(|backlog| *backlog += bytes);
    }

    fn remove(&self, bytes: usize) {
        self.0.send_modify(|backlog| *backlog = backlog.saturating_sub(bytes));
    }
}

/// Puts messages on the wire at once, behind all that was written before: for what must arrive before the answer that follows.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    // Weak, because what is to be written ends when nobody else can write any more.
    frames: mpsc::WeakUnboundedSender<Vec<u8>>,
    backlog: Backlog,
}

impl Wire {
    pub(crate) fn notify(&self, method: &str, params: &Value) {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        let frame = encode(message.to_string().as_bytes());
        let Some(frames) = self.frames.upgrade() else { return };
        self.backlog.add(frame.len());
        // Nobody is there any more: the end comes by itself.
        let _ = frames.send(frame);
    }

    /// A wire, and both ends of what it writes to.
    #[cfg(test)]
    pub(crate) fn for_tests() -> (Wire, mpsc::UnboundedSender<Vec<u8>>, mpsc::UnboundedReceiver<Vec<u8>>) {
        let (frames, out) = mpsc::unbounded_channel();
        (Wire { frames: frames.downgrade(), backlog: Backlog(Arc::new(watch::Sender::new(0))) }, frames, out)
    }
}

/// The four ends: two for tower-lsp, two for the tasks that move bytes.
pub(crate) struct Transport {
    /// What tower-lsp reads from.
    pub(crate) input: Input,
    /// What tower-lsp writes to.
    pub(crate) output: Output,
    /// For [`read`].
    pub(crate) reader: Reader,
    /// For [`write()`].
    pub(crate) writer: Writer,
    /// What is between the last two.
    pub(crate) backlog: Backlog,
    /// A way past tower-lsp.
    pub(crate) wire: Wire,
}

/// Everything that [`read`] needs besides the client's stream.
pub(crate) struct Reader {
    messages: mpsc::UnboundedSender<Vec<u8>>,
    replies: mpsc::UnboundedSender<Vec<u8>>,
    unanswered: Unanswered,
}

/// What is to be written.
pub(crate) struct Writer {
    frames: mpsc::UnboundedReceiver<Vec<u8>>,
    backlog: Backlog,
}

impl Transport {
    pub(crate) fn new() -> Transport {
        let (messages, input) = mpsc::unbounded_channel();
        let (replies, writer) = mpsc::unbounded_channel();
        let unanswered = Unanswered(Arc::new(watch::Sender::new(0)));
        let backlog = Backlog(Arc::new(watch::Sender::new(0)));
        let wire = Wire { frames: replies.downgrade(), backlog: backlog.clone() };
        let output = Output { frames: replies.clone(), unanswered: unanswered.clone(), backlog: backlog.clone() };
        Transport {
            input: Input { messages: input, current: Vec::new(), at: 0 },
            output,
            reader: Reader { messages, replies, unanswered },
            writer: Writer { frames: writer, backlog: backlog.clone() },
            backlog,
            wire,
        }
    }
}

/// A message as tower-lsp reads it: what this accepts, that accepts, so nothing can stop it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Response(#[allow(dead_code, reason = "it has to be read, no more")] Response),
    Request(Request),
}

/// Reads the client's messages until `exit` or the end. `initialized` says whether the server is.
pub(crate) async fn read<I>(mut stdin: I, reader: Reader, initialized: impl Fn() -> bool) -> InputEnd
where
    I: AsyncRead + Unpin,
{
    let mut decoder = Decoder::default();
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let Some(frame) = decoder.next() else {
            match stdin.read(&mut bytes).await {
                Ok(0) => break,
                Ok(n) => decoder.feed(&bytes[..n]),
                Err(error) => {
                    tracing::error!("cannot read from the client: {error}");
                    break;
                }
            }
            continue;
        };
        let body = match frame {
            Frame::Body(body) => body,
            Frame::Garbage => {
                tracing::warn!("the client sent bytes that are no message; skipped");
                reader.reply(Id::Null, Error::parse_error());
                continue;
            }
        };
        match parse(&body) {
            Ok(Message::Response(_)) => reader.pass(&body),
            Ok(Message::Request(request)) => match request.method() {
                "" => reader.refuse(&body),
                "initialize" if request.id().is_some() && !initialized() => {
                    reader.unanswered.add(1);
                    reader.pass(&body);
                    reader.unanswered.none().await;
                }
                "exit" if request.id().is_none() => {
                    reader.last_answers().await;
                    reader.pass(&body);
                    return InputEnd::Exit;
                }
                // tower-lsp drops these in silence, even requests.
                method if method.starts_with("$/") && request.id().is_some() => {
                    let id = request.id().cloned().unwrap_or_default();
                    reader.reply(id, Error::method_not_found());
                }
                _ => {
                    reader.unanswered.add(i64::from(request.id().is_some()));
                    reader.pass(&body);
                }
            },
            Err(error) if error.is_data() => reader.refuse(&body),
            Err(error) => {
                tracing::warn!("the client sent a message that is not JSON: {error}");
                decoder.rewind_to_header(&body);
                reader.reply(Id::Null, Error::parse_error());
            }
        }
    }
    reader.last_answers().await;
    InputEnd::Closed
}

fn parse(body: &[u8]) -> serde_json::Result<Message> {
    let text = std::str::from_utf8(body).map_err(|error| serde_json::Error::io(io::Error::other(error)))?;
    serde_json::from_str(text)
}

impl Reader {
    fn pass(&self, body: &[u8]) {
        // Nobody is there any more: the end comes by itself.
        let _ = self.messages.send(encode(body));
    }

    fn reply(&self, id: Id, error: Error) {
        let response = Response::from_error(id, error);
        if let Ok(body) = serde_json::to_vec(&response) {
            let _ = self.replies.send(encode(&body));
        }
    }

    /// Answers JSON that is no message.
    fn refuse(&self, body: &[u8]) {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let is_answer =
            value.get("method").is_none() && (value.get("result").is_some() || value.get("error").is_some());
        if is_answer {
            tracing::warn!("the client sent an answer that cannot be read");
            return;
        }
        tracing::warn!("the client sent JSON that is no message");
        let id = value.get("id").cloned().unwrap_or(json!(null));
        let id = serde_json::from_value(id).unwrap_or_default();
        self.reply(id, Error::invalid_request());
    }

    async fn last_answers(&self) {
        if tokio::time::timeout(LAST_ANSWERS, self.unanswered.none()).await.is_err() {
            tracing::warn!("the client left before all its requests were answered");
        }
    }
}

/// Writes what there is to write, until nobody can write any more or the client takes nothing any more.
///
/// # Errors
/// When the client takes nothing any more.
pub(crate) async fn write<O>(mut stdout: O, writer: Writer) -> io::Result<()>
where
    O: AsyncWrite + Unpin,
{
    let Writer { mut frames, backlog } = writer;
    while let Some(frame) = frames.recv().await {
        let mut next = Some(frame);
        while let Some(frame) = next {
            stdout.write_all(&frame).await?;
            backlog.remove(frame.len());
            next = frames.try_recv().ok();
        }
        stdout.flush().await?;
    }
    stdout.shutdown().await
}

/// Well-formed messages, as a stream of bytes.
pub(crate) struct Input {
    messages: mpsc::UnboundedReceiver<Vec<u8>>,
    current: Vec<u8>,
    at: usize,
}

impl AsyncRead for Input {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.at == self.current.len() {
            match self.messages.poll_recv(cx) {
                Poll::Ready(Some(message)) => (self.current, self.at) = (message, 0),
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            }
        }
        let n = buffer.remaining().min(self.current.len() - self.at);
        buffer.put_slice(&self.current[self.at..self.at + n]);
        self.at += n;
        Poll::Ready(Ok(()))
    }
}

/// Takes everything at once and counts the answers in it. tower-lsp writes whole messages only.
pub(crate) struct Output {
    frames: mpsc::UnboundedSender<Vec<u8>>,
    unanswered: Unanswered,
    backlog: Backlog,
}

impl AsyncWrite for Output {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let answers = frames::count(bytes, |body| !body.starts_with(br#"{"jsonrpc":"2.0","method""#));
        self.backlog.add(bytes.len());
        if self.frames.send(bytes.to_vec()).is_err() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if answers > 0 {
            self.unanswered.add(-answers);
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
