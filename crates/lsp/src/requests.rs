//! How a request is answered: from a snapshot, on a thread of its own, stopped when the client cancels it or the text changes.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sfmc_db::{Cancelled, Db, FileId, FileKind, Snapshot};
use sfmc_ide::Workspace;
use tokio::sync::oneshot;
use tower_lsp::{
    jsonrpc::{Error, ErrorCode, Result},
    ls_types::Uri,
};

use crate::{
    capabilities::Session,
    configuration::FileLevels,
    documents::OpenDocuments,
    event_loop::{Event, Sender},
    partial::Begun,
    readers::Reader,
    tokens::LastTokens,
    transport::Wire,
};

/// What becomes of a request whose document changed while it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnEdit {
    /// It is about the document as a whole: it is answered for the new text.
    Again,
    /// It names places in the old text: it is refused, and the client asks again if it still wants to know.
    Refuse,
}

/// Which answers have to wait until the tables are known that a document sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NeedsTables {
    /// None: what is known is said.
    Never,
    /// Those about a query.
    InQueries,
    /// Those about pages, too, whose code names data extensions.
    Always,
}

/// A request about a document. One for each method, in `handlers/`.
///
/// What is about the workspace as a whole is a [`WorkspaceHandler`].
pub(crate) trait Handler: Send + 'static {
    /// The name of the method.
    const METHOD: &'static str;
    /// What an edit does to it.
    const ON_EDIT: OnEdit;
    /// Whether its answer is wrong as long as the files of the workspace are not known.
    const NEEDS_WORKSPACE: bool = false;
    /// Whether its answer is wrong as long as nobody knows the tables, and the client is not told to ask again. Who wants to change the text
    /// is not.
    const NEEDS_TABLES: NeedsTables = NeedsTables::Never;
    /// What the client sends.
    type Params: Send + 'static;
    /// What it gets.
    type Answer: Send + 'static;

    /// The document that it is about.
    fn document(params: &Self::Params) -> &Uri;

    /// What is said about a document that is not open.
    fn nothing() -> Self::Answer;

    /// The answer. Runs on a thread of its own, and is unwound when the text changes.
    fn handle(context: &Context, params: &Self::Params) -> Result<Self::Answer>;
}

/// A request about the workspace. It waits until the files are known, and is answered again for the new text when one changes.
pub(crate) trait WorkspaceHandler: Send + 'static {
    /// The name of the method.
    const METHOD: &'static str;
    /// What the client sends.
    type Params: Send + 'static;
    /// What it gets.
    type Answer: Send + 'static;

    /// The answer. Runs on a thread of its own, and is unwound when a text changes.
    fn handle(context: &WorkspaceContext, params: &Self::Params) -> Result<Self::Answer>;
}

/// What a request about the workspace is answered from.
#[derive(Debug)]
pub(crate) struct WorkspaceContext {
    pub(crate) reader: Reader,
    pub(crate) session: Arc<Session>,
    pub(crate) workspace: Workspace,
    pub(crate) documents: Arc<OpenDocuments>,
    pub(crate) wire: Wire,
    pub(crate) begun: Begun,
}

impl WorkspaceContext {
    pub(crate) fn snapshot(&self) -> &Snapshot {
        self.reader.snapshot()
    }
}

/// What a request is answered from.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) reader: Reader,
    pub(crate) session: Arc<Session>,
    pub(crate) workspace: Workspace,
    pub(crate) documents: Arc<OpenDocuments>,
    pub(crate) file: FileId,
    /// As the client wrote it when it opened the document.
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) levels: FileLevels,
    /// The tables that the document sees were read.
    pub(crate) has_tables: bool,
    pub(crate) tokens: Arc<Mutex<LastTokens>>,
    pub(crate) wire: Wire,
    pub(crate) begun: Begun,
}

impl Context {
    pub(crate) fn snapshot(&self) -> &Snapshot {
        self.reader.snapshot()
    }
}

/// What work that can be interrupted reads from.
pub(crate) trait Reads {
    fn reads(&self) -> &Snapshot;
}

impl Reads for Context {
    fn reads(&self) -> &Snapshot {
        self.snapshot()
    }
}

impl Reads for WorkspaceContext {
    fn reads(&self) -> &Snapshot {
        self.snapshot()
    }
}

/// Whether somebody wants to write. It stays true until the snapshot is dropped: the write waits for that.
fn write_waits(snapshot: &Snapshot) -> bool {
    let ask = || snapshot.db().unwind_if_revision_cancelled();
    Cancelled::catch(AssertUnwindSafe(ask)).is_err()
}

/// What a request is answered from, according to what it is about.
pub(crate) enum Basis {
    Document(Context),
    Workspace(WorkspaceContext),
}

/// A request that waits to be answered, whatever its method is.
pub(crate) trait Request: Send {
    /// Its method.
    fn method(&self) -> &'static str;

    /// The document that it is about; none if it is about the workspace.
    fn document(&self) -> Option<&Uri>;

    /// Whether it has to wait until the files of the workspace are known.
    fn needs_workspace(&self) -> bool;

    /// Whether it has to wait until the tables are known, if it is about a file of a kind.
    fn needs_tables(&self, kind: FileKind) -> bool;

    /// Whether an edit makes it pointless: it names places in the old text.
    fn refuses_edits(&self) -> bool;

    /// Whether nobody wants the answer any more.
    fn is_cancelled(&self) -> bool;

    /// Answers that the text has changed since.
    fn refuse(self: Box<Self>);

    /// Answers as for a document that is not open.
    fn answer_nothing(self: Box<Self>);

    /// Answers. Where an edit comes in between, it may come back as [`Event::Again`].
    fn answer(self: Box<Self>, basis: Basis, events: &Sender);
}

/// A request of a method.
pub(crate) struct Pending<H: Handler> {
    params: H::Params,
    reply: oneshot::Sender<Result<H::Answer>>,
    cancellation: Cancellation,
}

impl<H: Handler> Pending<H> {
    /// The request, and what waits for its answer. Dropping that cancels it.
    pub(crate) fn new(params: H::Params) -> (Pending<H>, impl Future<Output = Result<H::Answer>> + Send) {
        let (reply, cancellation, wait) = expect_answer();
        (Pending { params, reply, cancellation }, wait)
    }
}

impl<H: Handler> Request for Pending<H> {
    fn method(&self) -> &'static str {
        H::METHOD
    }

    fn document(&self) -> Option<&Uri> {
        Some(H::document(&self.params))
    }

    fn needs_workspace(&self) -> bool {
        H::NEEDS_WORKSPACE
    }

    fn needs_tables(&self, kind: FileKind) -> bool {
        match H::NEEDS_TABLES {
            NeedsTables::Never => false,
            NeedsTables::InQueries => kind == FileKind::Sql,
            NeedsTables::Always => true,
        }
    }

    fn refuses_edits(&self) -> bool {
        H::ON_EDIT == OnEdit::Refuse
    }

    fn refuse(self: Box<Self>) {
        let _ = self.reply.send(Err(Error::content_modified()));
    }

    fn is_cancelled(&self) -> bool {
        self.reply.is_closed()
    }

    fn answer_nothing(self: Box<Self>) {
        let _ = self.reply.send(Ok(H::nothing()));
    }

    fn answer(self: Box<Self>, basis: Basis, events: &Sender) {
        let Basis::Document(context) = basis else {
            self.answer_nothing();
            return;
        };
        let _span = tracing::debug_span!("request", method = H::METHOD, version = context.version).entered();
        self.cancellation.reads(context.snapshot());
        let outcome = attempt(&context, |context| H::handle(context, &self.params));
        let (version, begun) = (context.version, context.begun.get());
        // Nothing is sent while a write may wait for the snapshot.
        drop(context);
        let answer = match outcome {
            Outcome::Done(answer) => answer,
            Outcome::Cancelled if self.is_cancelled() => return,
            Outcome::Cancelled if begun => Err(Error::content_modified()),
            Outcome::Cancelled if H::ON_EDIT == OnEdit::Again => {
                tracing::debug!("the text changed; answering again");
                let _ = events.send(Event::Again(self));
                return;
            }
            Outcome::Cancelled => {
                let _ = events.send(Event::Interrupted(self, version));
                return;
            }
            Outcome::Panicked(message) => {
                tracing::error!("{} failed: {message}", H::METHOD);
                Err(internal_error(message))
            }
        };
        let _ = self.reply.send(answer);
    }
}

/// A request about the workspace.
pub(crate) struct PendingInWorkspace<H: WorkspaceHandler> {
    params: H::Params,
    reply: oneshot::Sender<Result<H::Answer>>,
    cancellation: Cancellation,
}

impl<H: WorkspaceHandler> PendingInWorkspace<H> {
    /// The request, and what waits for its answer. Dropping that cancels it.
    pub(crate) fn new(params: H::Params) -> (PendingInWorkspace<H>, impl Future<Output = Result<H::Answer>> + Send) {
        let (reply, cancellation, wait) = expect_answer();
        (PendingInWorkspace { params, reply, cancellation }, wait)
    }
}

impl<H: WorkspaceHandler> Request for PendingInWorkspace<H> {
    fn method(&self) -> &'static str {
        H::METHOD
    }

    fn document(&self) -> Option<&Uri> {
        None
    }

    fn needs_workspace(&self) -> bool {
        true
    }

    fn needs_tables(&self, _kind: FileKind) -> bool {
        false
    }

    fn refuses_edits(&self) -> bool {
        false
    }

    fn refuse(self: Box<Self>) {
        let _ = self.reply.send(Err(Error::content_modified()));
    }

    fn is_cancelled(&self) -> bool {
        self.reply.is_closed()
    }

    fn answer_nothing(self: Box<Self>) {
        let _ = self.reply.send(Err(internal_error("the workspace is not known".to_owned())));
    }

    fn answer(self: Box<Self>, basis: Basis, events: &Sender) {
        let Basis::Workspace(context) = basis else {
            self.answer_nothing();
            return;
        };
        let _span = tracing::debug_span!("request", method = H::METHOD).entered();
        self.cancellation.reads(context.snapshot());
        let outcome = attempt(&context, |context| H::handle(context, &self.params));
        let begun = context.begun.get();
        // Nothing is sent while a write may wait for the snapshot.
        drop(context);
        let answer = match outcome {
            Outcome::Done(answer) => answer,
            Outcome::Cancelled if self.is_cancelled() => return,
            Outcome::Cancelled if !begun => {
                let _ = events.send(Event::Again(self));
                return;
            }
            Outcome::Cancelled => Err(Error::content_modified()),
            Outcome::Panicked(message) => {
                tracing::error!("{} failed: {message}", H::METHOD);
                Err(internal_error(message))
            }
        };
        let _ = self.reply.send(answer);
    }
}

/// Where an answer goes, how to stop working at it, and what waits for it: dropping that cancels.
fn expect_answer<T: Send>() -> (oneshot::Sender<Result<T>>, Cancellation, impl Future<Output = Result<T>> + Send) {
    let (reply, answer) = oneshot::channel();
    let cancellation = Cancellation::default();
    let cancel = CancelOnDrop(cancellation.clone());
    let wait = async move {
        let _cancel = cancel;
        answer.await.unwrap_or_else(|_| Err(internal_error("the server is stopping".to_owned())))
    };
    (reply, cancellation, wait)
}

pub(crate) fn internal_error(message: String) -> Error {
    Error { code: ErrorCode::InternalError, message: message.into(), data: None }
}

/// A request that was understood and cannot be fulfilled: the client shows the reason.
pub(crate) fn request_failed(reason: impl std::fmt::Display) -> Error {
    const REQUEST_FAILED: i64 = -32803;
    let reason = reason.to_string();
    let mut chars = reason.chars();
    let sentence: String = chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default();
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: sentence.into(), data: None }
}

/// How work on a snapshot ended.
#[derive(Debug)]
pub(crate) enum Outcome<T> {
    Done(T),
    /// Somebody wants to write, or nobody wants to know.
    Cancelled,
    Panicked(String),
}

/// Works on a snapshot. A bug in a rule must not end the server, so a panic ends here.
pub(crate) fn attempt<C: Reads, T>(context: &C, work: impl FnOnce(&C) -> T) -> Outcome<T> {
    let caught = catch_unwind(AssertUnwindSafe(|| Cancelled::catch(AssertUnwindSafe(|| work(context)))));
    match caught {
        Ok(Ok(value)) => Outcome::Done(value),
        // Salsa says this also when the request that ran the query was stopped for a write.
        Ok(Err(Cancelled::PropagatedPanic)) if !write_waits(context.reads()) => {
            Outcome::Panicked("internal error: a query that another request ran failed".to_owned())
        }
        Ok(Err(_)) => Outcome::Cancelled,
        Err(payload) => Outcome::Panicked(panic_message(&*payload)),
    }
}

/// Works where no panic may end the thread.
pub(crate) fn survive<T>(work: impl FnOnce() -> T) -> Option<T> {
    let result = catch_unwind(AssertUnwindSafe(work));
    result.map_err(|payload| tracing::error!("{}", panic_message(&*payload))).ok()
}

pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("internal error: {}", text.unwrap_or("unknown"))
}

/// Tells the queries of a request to stop.
#[derive(Clone, Default)]
struct Cancellation(Arc<Shared>);

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    /// Stops the queries that run for it, once they do.
    stop: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl Cancellation {
    /// From now on the queries on this snapshot are what is stopped.
    fn reads(&self, snapshot: &Snapshot) {
        let token = snapshot.db().cancellation_token();
        *self.stop() = Some(Box::new(move || token.cancel()));
        if self.0.cancelled.load(Ordering::SeqCst) {
            self.cancel();
        }
    }

    fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        if let Some(stop) = &*self.stop() {
            stop();
        }
    }

    fn stop(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Fn() + Send>>> {
        self.0.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct CancelOnDrop(Cancellation);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
