//! `textDocument/didOpen`: from now on the client's text counts.

use std::sync::Arc;

use sfmc_project::query_info;
use tower_lsp::ls_types::DidOpenTextDocumentParams;

use crate::{
    configuration::FileTables,
    documents::{Document, Text, file_kind},
    event_loop::EventLoop,
    uris::DocumentPath,
};

pub(crate) fn did_open(state: &mut EventLoop, params: DidOpenTextDocumentParams) {
    let item = params.text_document;
    let path = DocumentPath::new(&item.uri);
    let kind = file_kind(&item.language_id, &path, &item.text);
    let old = state.documents.remove(&path);
    if old.is_some() {
        tracing::warn!("{} was opened twice", item.uri.as_str());
    }
    // What its name says is known at once.
    let tables = FileTables { query: path.file().map(query_info).unwrap_or_default(), ..FileTables::default() };
    let file = state.write(|host| {
        let file = host.set_text(path.as_path(), item.text, kind);
        host.set_query(file, Arc::clone(&tables.query));
        file
    });
    state.documents.insert(Document {
        uri: item.uri,
        path: path.clone(),
        version: item.version,
        kind,
        text: Text::Known(file),
        levels: None,
        tables,
        has_tables: false,
        // What was computed for the document before is stale too.
        revision: old.as_ref().map_or(0, |old| old.revision + 1),
        waiting: old.map(|old| old.waiting).unwrap_or_default(),
        needs_diagnostics: true,
        tokens: Arc::default(),
    });
    state.show_to_readers(&path);
    state.read_levels(path);
}
