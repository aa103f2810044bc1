//! tower-lsp's side. Every method first sends its event, and only then may wait: tower-lsp runs handlers beside each other, and whichever
//! waited first could be overtaken.

use tokio::sync::oneshot;
use tower_lsp::{
    LanguageServer,
    jsonrpc::Result,
    ls_types::{
        self as lsp, CompletionItem, DidChangeConfigurationParams, DidChangeTextDocumentParams,
        DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
        DidOpenTextDocumentParams, InitializeParams, InitializeResult, InitializedParams,
    },
};

use crate::{
    event_loop::{Event, Reply, Sender},
    handlers::{
        CodeAction, CodeLens, Completion, DocumentDiagnostic, DocumentHighlight, DocumentLink, DocumentSymbol,
        FoldingRange, GotoDeclaration, GotoDefinition, Hover, IncomingCalls, InlayHint, OnTypeFormatting,
        OutgoingCalls, PrepareCallHierarchy, PrepareRename, References, Rename, ResolveCodeLens, SelectionRange,
        SemanticTokensFull, SemanticTokensFullDelta, SemanticTokensRange, SignatureHelp, Unresolved, WorkspaceSymbol,
        resolve,
    },
    requests::{Handler, Pending, PendingInWorkspace, WorkspaceHandler, internal_error},
};

/// Turns messages into events.
#[derive(Debug)]
pub(crate) struct Backend {
    events: Sender,
}

/// A method of tower-lsp for each request: `method => Handler`.
macro_rules! requests {
    ($($method:ident => $handler:ty;)*) => {
        $(
            fn $method(
                &self,
                params: <$handler as Handler>::Params,
            ) -> impl Future<Output = Result<<$handler as Handler>::Answer>> + Send {
                self.request::<$handler>(params)
            }
        )*
    };
}

/// The same for requests about the workspace.
macro_rules! workspace_requests {
    ($($method:ident => $handler:ty;)*) => {
        $(
            fn $method(
                &self,
                params: <$handler as WorkspaceHandler>::Params,
            ) -> impl Future<Output = Result<<$handler as WorkspaceHandler>::Answer>> + Send {
                let (request, answer) = PendingInWorkspace::<$handler>::new(params);
                self.notify(Event::Request(Box::new(request)));
                answer
            }
        )*
    };
}

impl Backend {
    pub(crate) fn new(events: Sender) -> Backend {
        Backend { events }
    }

    fn notify(&self, event: Event) {
        if self.events.send(event).is_err() {
            tracing::warn!("the server is stopping; a message is dropped");
        }
    }

    async fn ask<T: Send>(&self, event: impl FnOnce(Reply<T>) -> Event + Send) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.notify(event(reply));
        answer.await.unwrap_or_else(|_| Err(internal_error("the server is stopping".to_owned())))
    }

    pub(crate) fn request<H: Handler>(
        &self,
        params: H::Params,
    ) -> impl Future<Output = Result<H::Answer>> + Send + use<H> {
        let (request, answer) = Pending::<H>::new(params);
        self.notify(Event::Request(Box::new(request)));
        answer
    }
}

impl LanguageServer for Backend {
    requests! {
        code_action => CodeAction;
        code_lens => CodeLens;
        completion => Completion;
        diagnostic => DocumentDiagnostic;
        document_highlight => DocumentHighlight;
        document_link => DocumentLink;
        document_symbol => DocumentSymbol;
        hover => Hover;
        signature_help => SignatureHelp;
        folding_range => FoldingRange;
        goto_declaration => GotoDeclaration;
        goto_definition => GotoDefinition;
        inlay_hint => InlayHint;
        on_type_formatting => OnTypeFormatting;
        prepare_call_hierarchy => PrepareCallHierarchy;
        prepare_rename => PrepareRename;
        references => References;
        rename => Rename;
        selection_range => SelectionRange;
        semantic_tokens_full => SemanticTokensFull;
        semantic_tokens_full_delta => SemanticTokensFullDelta;
        semantic_tokens_range => SemanticTokensRange;
    }

    workspace_requests! {
        incoming_calls => IncomingCalls;
        outgoing_calls => OutgoingCalls;
        symbol => WorkspaceSymbol;
    }

    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        self.ask(|reply| Event::Initialize(Box::new(params), reply)).await
    }

    async fn code_lens_resolve(&self, mut lens: lsp::CodeLens) -> Result<lsp::CodeLens> {
        if let Some(unresolved) = Unresolved::new(&lens) {
            lens.command = self.request::<ResolveCodeLens>(unresolved).await?;
        }
        Ok(lens)
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        Ok(resolve(item))
    }

    async fn initialized(&self, _: InitializedParams) {
        self.notify(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.ask(Event::Shutdown).await
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.notify(Event::Open(params));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.notify(Event::Change(params));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.notify(Event::Close(params));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.notify(Event::ChangeConfiguration(params));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.notify(Event::WorkspaceFolders(params));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.notify(Event::WatchedFiles(params));
    }
}
