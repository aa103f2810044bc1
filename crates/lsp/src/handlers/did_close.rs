//! `textDocument/didClose`: the document is forgotten.

use tower_lsp::ls_types::DidCloseTextDocumentParams;

use crate::{event_loop::EventLoop, uris::DocumentPath};

pub(crate) fn did_close(state: &mut EventLoop, params: &DidCloseTextDocumentParams) {
    let path = DocumentPath::new(&params.text_document.uri);
    state.refuse_waiting(&path);
    let Some(document) = state.documents.remove(&path) else {
        tracing::warn!("{} was closed, which is not open; ignored", params.text_document.uri.as_str());
        return;
    };
    if let Some(file) = document.file() {
        state.write(|host| host.remove(file));
    }
    for request in document.waiting {
        request.answer_nothing();
    }
    state.withdraw_diagnostics(&path, document.uri);
    state.show_to_readers(&path);
    // What was not saved is gone, and what was may not be known yet.
    state.scan_soon();
}
