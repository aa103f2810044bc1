//! The loop: sole owner of the host. Events come in the order in which the client's messages came; each is handled at once, and nothing
//! here waits for anybody but, in a write, for readers to stop.

mod configuration;
mod diagnostics;
mod inclusions;
mod workspace;

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, mpsc},
    time::Instant,
};

use serde_json::Value;
use sfmc_db::Host;
use tokio::sync::oneshot;
use tower_lsp::{
    jsonrpc::{Error, Result},
    ls_types::{
        Diagnostic, DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
        DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams,
        InitializeResult,
    },
};

use crate::{
    ServerOptions,
    capabilities::Session,
    configuration::{Configuration, FileLevels, FileTables, Stamps},
    documents::{Document, Documents, Text},
    handlers,
    lifecycle::{self, Lifecycle},
    outbox::Outbox,
    partial::Begun,
    readers::Readers,
    requests::{Basis, Context, Outcome, Request, WorkspaceContext, panic_message},
    transport::Wire,
    uris::DocumentPath,
    workspace::Index,
};

use workspace::Scan;

/// How many interrupted requests are answered at once. A client may pile them up while somebody types, and all that run have to be stopped
/// for the next edit.
const AGAIN_AT_ONCE: usize = 2;

/// Where an answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T>>;

/// Everything that the loop reacts to.
pub(crate) enum Event {
    Initialize(Box<InitializeParams>, Reply<InitializeResult>),
    Initialized,
    Open(DidOpenTextDocumentParams),
    Change(DidChangeTextDocumentParams),
    Close(DidCloseTextDocumentParams),
    ChangeConfiguration(DidChangeConfigurationParams),
    WatchedFiles(DidChangeWatchedFilesParams),
    WorkspaceFolders(DidChangeWorkspaceFoldersParams),
    Request(Box<dyn Request>),
    /// A request that an edit interrupted, to be answered for the new text.
    Again(Box<dyn Request>),
    /// A request that is refused if the document that it is about was edited since this version, and answered if something else was written.
    Interrupted(Box<dyn Request>, i32),
    /// One of those has ended, answered or interrupted again.
    AgainEnded,
    Shutdown(Reply<()>),

    /// The client told its settings.
    Settings(Value),
    /// The configuration of a document was read.
    LevelsReady {
        document: DocumentPath,
        generation: u64,
        levels: FileLevels,
    },
    /// The tables that a document sees were read.
    TablesReady {
        document: DocumentPath,
        generation: u64,
        tables: FileTables,
    },
    /// It is time to read the configuration, and what hangs on it, anew.
    Reload,
    /// Configuration files were read for their problems alone.
    ConfigurationRead,
    /// It is time to look at the files of the workspace.
    ScanWorkspace,
    /// It has been a while since somebody looked at them.
    ScanWorkspaceAgain,
    /// What was found; nothing if that failed.
    WorkspaceScanned(Option<Arc<Index>>),

    /// What the contents do that open pages include.
    InclusionsFound(inclusions::Found),

    /// It is time to look at configuration files.
    CheckConfiguration,
    /// What was found then.
    Stamps(Stamps),
    /// The diagnostics of a document in a certain state.
    DiagnosticsReady {
        document: DocumentPath,
        revision: u64,
        outcome: Outcome<Vec<Diagnostic>>,
    },
    /// The server ends.
    Stop,
}

/// The sending end of the one channel. Sending never waits.
pub(crate) type Sender = mpsc::Sender<Event>;

/// The one channel.
pub(crate) fn channel() -> (Sender, mpsc::Receiver<Event>) {
    mpsc::channel()
}

/// What the loop owns.
pub(crate) struct EventLoop {
    pub(crate) host: Host,
    pub(crate) documents: Documents,
    pub(crate) configuration: Configuration,
    pub(crate) session: Arc<Session>,
    pub(crate) outbox: Outbox,
    wire: Wire,
    pub(crate) options: ServerOptions,
    pub(crate) lifecycle: Arc<Lifecycle>,
    pub(crate) readers: Readers,
    /// The folders of the workspace.
    pub(crate) folders: Vec<PathBuf>,
    /// The files in them, as they were when they were looked at last.
    index: Arc<Index>,
    scan: Scan,
    /// The files have been looked at once.
    scanned: bool,
    /// They will be looked at after a while, unasked.
    scans_again: bool,
    /// Requests that wait for that.
    waiting_for_workspace: Vec<Box<dyn Request>>,
    /// Requests that an edit interrupted.
    again: VecDeque<Box<dyn Request>>,
    /// How many of them are being answered.
    running_again: usize,
    events: Sender,
    runtime: tokio::runtime::Handle,
    inclusions: inclusions::Inclusions,
    /// How many threads read configuration files.
    reading: usize,
    /// A document whose settings changed since the client was last asked to pull.
    refresh: bool,
    /// The configuration is about to be read anew.
    reload: bool,
    /// Open files whose edits changed what is read for documents.
    reread: Vec<DocumentPath>,
    stamps: Option<Stamps>,
}

impl EventLoop {
    /// Must be called in a tokio runtime.
    pub(crate) fn new(
        outbox: Outbox,
        wire: Wire,
        events: Sender,
        options: ServerOptions,
        lifecycle: Arc<Lifecycle>,
    ) -> EventLoop {
        let configuration = Configuration::new(None);
        EventLoop {
            host: Host::default(),
            documents: Documents::default(),
            index: Arc::new(Index::empty(&configuration.reader())),
            configuration,
            folders: Vec::new(),
            scan: Scan::Idle,
            scanned: false,
            scans_again: false,
            waiting_for_workspace: Vec::new(),
            session: Arc::default(),
            outbox,
            wire,
            options,
            lifecycle,
            readers: Readers::default(),
            again: VecDeque::new(),
            running_again: 0,
            events,
            runtime: tokio::runtime::Handle::current(),
            inclusions: inclusions::Inclusions::default(),
            reading: 0,
            refresh: false,
            reload: false,
            reread: Vec::new(),
            stamps: None,
        }
    }

    /// Starts the loop's thread.
    pub(crate) fn start(mut self, queue: mpsc::Receiver<Event>) {
        let lifecycle = Arc::clone(&self.lifecycle);
        let thread = std::thread::Builder::new()
            .name("sfmc-lsp-loop".to_owned())
            .stack_size(8 * 1024 * 1024)
            .spawn(move || self.run(&queue));
        if let Err(error) = thread {
            lifecycle.stop(&format!("cannot start a thread: {error}"));
        }
    }

    fn run(&mut self, queue: &mpsc::Receiver<Event>) {
        while let Ok(event) = queue.recv() {
            let mut next = Some(event);
            while let Some(event) = next {
                if matches!(event, Event::Stop) {
                    self.readers.stop(&mut self.host);
                    return;
                }
                if !self.handle_safely(event) {
                    return;
                }
                next = queue.try_recv().ok();
            }
            // Only now: an edit that already waits would make this work for nothing.
            self.reread();
            self.start_again();
            self.start_inclusions();
            self.start_diagnostics();
        }
    }

    /// Handles an event. A panic costs the document that it was about, not the server; `false` if not even that could be saved.
    fn handle_safely(&mut self, event: Event) -> bool {
        let started = Instant::now();
        let document = match &event {
            Event::Open(params) => Some(DocumentPath::new(&params.text_document.uri)),
            Event::Change(params) => Some(DocumentPath::new(&params.text_document.uri)),
            Event::Close(params) => Some(DocumentPath::new(&params.text_document.uri)),
            _ => None,
        };
        let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.handle(event))) else {
            let took = started.elapsed();
            if took > crate::readers::PATIENCE {
                tracing::warn!("handling an event took {took:?}");
            }
            return true;
        };
        tracing::error!("the loop failed: {}", panic_message(&*payload));
        let saved = catch_unwind(AssertUnwindSafe(|| {
            if let Some(document) = document {
                self.lose(&document, "the server failed at an edit of it");
            }
        }));
        if saved.is_err() {
            self.lifecycle.stop("the loop failed twice");
        }
        saved.is_ok()
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(params, reply) => handlers::initialize(self, &params, reply),
            Event::Initialized => handlers::initialized(self),
            Event::Open(params) => handlers::did_open(self, params),
            Event::Change(params) => handlers::did_change(self, params),
            Event::Close(params) => handlers::did_close(self, &params),
            Event::ChangeConfiguration(params) => handlers::did_change_configuration(self, &params),
            Event::WatchedFiles(params) => handlers::did_change_watched_files(self, &params),
            Event::WorkspaceFolders(params) => handlers::did_change_workspace_folders(self, &params),
            Event::Request(request) => {
                self.request(request, None);
            }
            Event::Again(request) => self.again.push_back(request),
            Event::Interrupted(request, version) => self.interrupted(request, version),
            Event::AgainEnded => self.running_again -= 1,
            Event::Shutdown(reply) => handlers::shutdown(self, reply),
            Event::Settings(settings) => self.set_client_settings(&settings),
            Event::LevelsReady { document, generation, levels } => self.levels_ready(&document, generation, levels),
            Event::TablesReady { document, generation, tables } => self.tables_ready(&document, generation, tables),
            Event::Reload => self.reload(),
            Event::ConfigurationRead => self.configuration_read(),
            Event::ScanWorkspace => self.scan_workspace(),
            Event::ScanWorkspaceAgain => self.scan_again(),
            Event::WorkspaceScanned(index) => self.workspace_scanned(index),
            Event::InclusionsFound(found) => self.inclusions_found(found),
            Event::CheckConfiguration => self.check_configuration(),
            Event::Stamps(stamps) => self.compare_stamps(stamps),
            Event::DiagnosticsReady { document, revision, outcome } => {
                self.diagnostics_ready(&document, revision, outcome);
            }
            Event::Stop => {}
        }
    }

    /// Everything that changes the host goes through here: readers are stopped first, so that it need not wait for them to finish.
    pub(crate) fn write<T>(&mut self, work: impl FnOnce(&mut Host) -> T) -> T {
        self.inclusions_changed();
        self.readers.stop(&mut self.host);
        work(&mut self.host)
    }

    /// Gives up a document whose text is no longer the client's.
    pub(crate) fn lose(&mut self, path: &DocumentPath, reason: &str) {
        let Some(document) = self.documents.get_mut(path) else { return };
        let Text::Known(file) = std::mem::replace(&mut document.text, Text::OutOfStep) else { return };
        document.revision += 1;
        document.needs_diagnostics = false;
        let uri = document.uri.clone();
        let name = path.as_path().file_name().unwrap_or(path.as_path().as_os_str()).to_string_lossy().into_owned();
        tracing::error!("{} is out of step with the client: {reason}", uri.as_str());
        self.outbox.warn(format!("sfmc-analyzer: {name} is out of step with the editor; close it and open it again"));
        self.withdraw_diagnostics(path, uri);
        self.write(|host| host.remove(file));
        self.show_to_readers(path);
    }

    /// Starts a request on a thread of its own, or keeps it until what it needs is known; `false` if there was nothing to start.
    fn request(&mut self, request: Box<dyn Request>, after: Option<Event>) -> bool {
        if request.needs_workspace() && !request.is_cancelled() && (!self.scanned || self.scan != Scan::Idle) {
            self.waiting_for_workspace.push(request);
            return false;
        }
        self.answer(request, after)
    }

    /// The text of a document is another one: requests that still wait and name places in the old one are refused.
    pub(crate) fn refuse_waiting(&mut self, path: &DocumentPath) {
        let is_about = |request: &dyn Request| {
            request.refuses_edits() && request.document().is_some_and(|uri| DocumentPath::new(uri) == *path)
        };
        let mut refused: Vec<_> = self.waiting_for_workspace.extract_if(.., |request| is_about(&**request)).collect();
        let (again, kept) = self.again.drain(..).partition(|request| is_about(&**request));
        self.again = kept;
        refused.extend::<VecDeque<_>>(again);
        if let Some(document) = self.documents.get_mut(path) {
            refused.extend(document.waiting.extract_if(.., |request| request.refuses_edits()));
        }
        for request in refused {
            request.refuse();
        }
    }

    fn answer(&mut self, request: Box<dyn Request>, after: Option<Event>) -> bool {
        if request.is_cancelled() {
            return false;
        }
        let basis = match request.document().map(DocumentPath::new) {
            Some(path) => {
                let Some(document) = self.documents.get_mut(&path) else {
                    tracing::debug!("{} for {}, which is not open", request.method(), path.as_path().display());
                    request.answer_nothing();
                    return false;
                };
                if document.file().is_none() {
                    request.answer_nothing();
                    return false;
                }
                // What changes the text is asked for once.
                let is_final = !self.session.client.diagnostic_refresh || request.refuses_edits();
                let must_know = request.needs_tables(document.kind) && is_final;
                if document.levels.is_none() || (must_know && !document.has_tables) {
                    document.waiting.push(request);
                    return false;
                }
                let document = self.documents.get(&path);
                let context = document.and_then(|document| self.context(document, request.method()));
                let Some(context) = context else { return false };
                Basis::Document(context)
            }
            None => Basis::Workspace(self.workspace_context(request.method())),
        };
        let events = self.events.clone();
        self.runtime.spawn_blocking(move || {
            request.answer(basis, &events);
            if let Some(event) = after {
                let _ = events.send(event);
            }
        });
        true
    }

    /// A write interrupted a request that names places in the text of its document.
    fn interrupted(&mut self, request: Box<dyn Request>, version: i32) {
        let document = request.document().map(DocumentPath::new);
        let document = document.and_then(|path| self.documents.get(&path));
        match document.is_some_and(|document| document.version == version) {
            true => self.again.push_back(request),
            false => request.refuse(),
        }
    }

    /// Starts requests that an edit interrupted.
    fn start_again(&mut self) {
        while self.running_again < AGAIN_AT_ONCE
            && let Some(request) = self.again.pop_front()
        {
            if self.request(request, Some(Event::AgainEnded)) {
                self.running_again += 1;
            }
        }
    }

    /// What work on a document needs, with a snapshot that is registered under a name.
    /// `None` while its text or its configuration is not known.
    fn context(&self, document: &Document, by: &'static str) -> Option<Context> {
        let (file, levels) = (document.file()?, document.levels.clone()?);
        Some(Context {
            reader: self.readers.read(&self.host, by),
            session: Arc::clone(&self.session),
            workspace: self.index.workspace.clone(),
            documents: Arc::new(self.documents.open()),
            file,
            uri: document.uri.clone(),
            version: document.version,
            levels,
            has_tables: document.has_tables,
            tokens: Arc::clone(&document.tokens),
            wire: self.wire.clone(),
            begun: Begun::default(),
        })
    }

    fn workspace_context(&self, by: &'static str) -> WorkspaceContext {
        WorkspaceContext {
            reader: self.readers.read(&self.host, by),
            session: Arc::clone(&self.session),
            workspace: self.index.workspace.clone(),
            documents: Arc::new(self.documents.open()),
            wire: self.wire.clone(),
            begun: Begun::default(),
        }
    }

    /// Ends the server when the client's process ends.
    pub(crate) fn watch_client(&self, process: u32) {
        lifecycle::watch_client(process, &self.lifecycle, &self.runtime);
    }
}

/// What is said when a request makes no sense now.
pub(crate) fn invalid_request(message: &'static str) -> Error {
    Error { message: message.into(), ..Error::invalid_request() }
}
