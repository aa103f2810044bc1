//! The language server: [`serve`] over any pair of streams, [`run_stdio`] over standard input and output.
//!
//! ```text
//! stdin → transport → tower-lsp → Backend → one channel → EventLoop (owns the Host)
//!                                     ↑                      ├ a thread for each request, with a snapshot
//! stdout ← transport ← tower-lsp ← answers, Outbox ←─────────┘
//! ```
//!
//! Invariants:
//! - Only this crate names types of the protocol, and only `conversions` knows that a column may be anything but bytes.
//! - A handler of `backend` does nothing before it has sent its event: the order of messages is the order of events.
//! - Only the `event_loop` has the host. Whoever reads gets a snapshot there, registered under a name (`readers`), and drops it
//!   before the answer leaves: a write waits for all of them, and a watchdog names those that keep one waiting.
//! - No request can end or stop the server: a panic is its answer, cancelling it answers at once, and the loop waits for none of them.

mod backend;
mod capabilities;
mod configuration;
mod conversions;
mod documents;
mod edits;
mod event_loop;
mod handlers;
mod lifecycle;
mod navigation;
mod outbox;
mod partial;
mod places;
mod readers;
mod requests;
#[cfg(feature = "testing")]
mod testing;
mod tokens;
mod transport;
mod uris;
mod workspace;

use std::{process::ExitCode, sync::Arc, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::{LspService, Server};

use self::{
    backend::Backend,
    event_loop::{Event, EventLoop},
    lifecycle::Lifecycle,
    outbox::Outbox,
    transport::{InputEnd, Transport},
};

/// How many messages tower-lsp may work on at once. A message waits for nothing but its answer, and one that cancels or edits must never
/// stand behind requests that are slow: so in effect there is no limit.
const CONCURRENCY: usize = 1 << 16;

/// How long the last bytes may take to be written.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What the caller decides.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The version that is reported to the client.
    pub version: String,
}

impl Default for ServerOptions {
    fn default() -> ServerOptions {
        ServerOptions { version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerExit {
    /// The client asked for it with `shutdown` and `exit`.
    Orderly,
    /// `exit` came without `shutdown`, or the client is gone.
    Abandoned,
}

impl From<ServerExit> for ExitCode {
    fn from(exit: ServerExit) -> ExitCode {
        match exit {
            ServerExit::Orderly => ExitCode::SUCCESS,
            ServerExit::Abandoned => ExitCode::FAILURE,
        }
    }
}

/// Serves one client until it says `exit`, closes its end, or dies. Needs a tokio runtime with time.
pub async fn serve<I, O>(stdin: I, stdout: O, options: ServerOptions) -> ServerExit
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let Transport { input, output, reader, writer, backlog, wire } = Transport::new();
    let (events, queue) = event_loop::channel();
    let lifecycle = Arc::new(Lifecycle::default());

    let mut start = None;
    let builder = LspService::build(|client| {
        start = Some(client);
        Backend::new(events.clone())
    });
    #[cfg(feature = "testing")]
    let builder = testing::routes(builder);
    let (service, socket) = builder.finish();
    if let Some(client) = start {
        let outbox = Outbox::new(client, events.clone(), backlog);
        EventLoop::new(outbox, wire, events.clone(), options, Arc::clone(&lifecycle)).start(queue);
    }

    let seen = Arc::clone(&lifecycle);
    let mut reading = tokio::spawn(transport::read(stdin, reader, move || seen.is_initialized()));
    let seen = Arc::clone(&lifecycle);
    let writing = tokio::spawn(async move {
        if transport::write(stdout, writer).await.is_err() {
            seen.stop("the client takes no messages any more");
        }
    });
    let mut serving = Box::pin(Server::new(input, output, socket).concurrency_level(CONCURRENCY).serve(service));
    let end = tokio::select! {
        () = &mut serving => tokio::time::timeout(LAST_WORDS, &mut reading).await.ok().and_then(Result::ok),
        end = &mut reading => {
            // tower-lsp ends when it has read to the end of the input, unless a request is never answered.
            let _ = tokio::time::timeout(LAST_WORDS, &mut serving).await;
            end.ok()
        }
        () = lifecycle.stopped() => None,
    };
    // Only now nobody is left who could write, and the writer ends when it has written everything.
    drop(serving);
    reading.abort();
    let _ = events.send(Event::Stop);
    let _ = tokio::time::timeout(LAST_WORDS, writing).await;
    match end {
        Some(InputEnd::Exit) if lifecycle.is_shut_down() => ServerExit::Orderly,
        _ => ServerExit::Abandoned,
    }
}

/// Serves the client at standard input and output. The exit code is 0 after `shutdown` and `exit`, otherwise 1.
pub fn run_stdio(options: ServerOptions) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("sfmc-lsp")
        // Trees of the deepest nesting that parsers make are walked and dropped by recursion.
        .thread_stack_size(8 * 1024 * 1024)
        .enable_time()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let exit = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), options));
    // A thread that waits for standard input cannot be stopped; the process ends without it.
    runtime.shutdown_background();
    exit.into()
}
