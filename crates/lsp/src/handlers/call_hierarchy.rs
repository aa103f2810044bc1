//! `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls` and `callHierarchy/outgoingCalls`: what does this page include, and
//! what includes it?

use sfmc_ide::CallTarget;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
        CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, SymbolKind, Uri,
    },
};

use crate::{
    conversions,
    documents::OpenDocuments,
    partial::Pieces,
    places,
    requests::{Context, Handler, OnEdit, WorkspaceContext, WorkspaceHandler},
    uris::DocumentPath,
};

pub(crate) struct PrepareCallHierarchy;

impl Handler for PrepareCallHierarchy {
    const METHOD: &'static str = "textDocument/prepareCallHierarchy";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    const NEEDS_WORKSPACE: bool = true;
    type Params = CallHierarchyPrepareParams;
    type Answer = Option<Vec<CallHierarchyItem>>;

    fn document(params: &CallHierarchyPrepareParams) -> &Uri {
        &params.text_document_position_params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &CallHierarchyPrepareParams) -> Result<Self::Answer> {
        let (snapshot, file) = (context.snapshot(), context.file);
        let position = params.text_document_position_params.position;
        let Some(offset) = conversions::offset(snapshot, file, position, context.session.encoding) else {
            return Ok(None);
        };
        let targets = sfmc_ide::call_targets(&context.workspace, snapshot, file, offset);
        Ok(Some(targets.into_iter().filter_map(|target| item(&context.documents, target)).collect()))
    }
}

pub(crate) struct IncomingCalls;

impl WorkspaceHandler for IncomingCalls {
    const METHOD: &'static str = "callHierarchy/incomingCalls";
    type Params = CallHierarchyIncomingCallsParams;
    type Answer = Option<Vec<CallHierarchyIncomingCall>>;

    fn handle(context: &WorkspaceContext, params: &CallHierarchyIncomingCallsParams) -> Result<Self::Answer> {
        let path = DocumentPath::new(&params.item.uri);
        let mut pieces =
            Pieces::new(&context.wire, &context.begun, params.partial_result_params.partial_result_token.as_ref());
        sfmc_ide::incoming_calls(&context.workspace, context.snapshot(), path.as_path(), |call| {
            let from_ranges = places::ranges(&call.view, context.session.encoding, &call.ranges);
            let from = item(&context.documents, call.target);
            pieces.add(from.map(|from| CallHierarchyIncomingCall { from, from_ranges }));
        });
        Ok(Some(pieces.finish()))
    }
}

pub(crate) struct OutgoingCalls;

impl WorkspaceHandler for OutgoingCalls {
    const METHOD: &'static str = "callHierarchy/outgoingCalls";
    type Params = CallHierarchyOutgoingCallsParams;
    type Answer = Option<Vec<CallHierarchyOutgoingCall>>;

    fn handle(context: &WorkspaceContext, params: &CallHierarchyOutgoingCallsParams) -> Result<Self::Answer> {
        let path = DocumentPath::new(&params.item.uri);
        let found = sfmc_ide::outgoing_calls(&context.workspace, context.snapshot(), path.as_path());
        let calls = found.into_iter().filter_map(|call| {
            let from_ranges = places::ranges(&call.view, context.session.encoding, &call.ranges);
            Some(CallHierarchyOutgoingCall { to: item(&context.documents, call.target)?, from_ranges })
        });
        Ok(Some(calls.collect()))
    }
}

/// A file as an item. Its range is its beginning: where it ends only matters to whoever shows it, and they open it.
fn item(documents: &OpenDocuments, target: CallTarget) -> Option<CallHierarchyItem> {
    let (uri, _) = documents.identify(&target.path)?;
    Some(CallHierarchyItem {
        name: target.title,
        kind: SymbolKind::MODULE,
        tags: None,
        detail: target.detail,
        uri,
        range: Default::default(),
        selection_range: Default::default(),
        data: None,
    })
}
