//! `textDocument/didChange`: edits, each in the text that the one before left.

use sfmc_db::Change;
use tower_lsp::ls_types::DidChangeTextDocumentParams;

use crate::{conversions, documents::Text, event_loop::EventLoop, uris::DocumentPath};

pub(crate) fn did_change(state: &mut EventLoop, params: DidChangeTextDocumentParams) {
    let identifier = params.text_document;
    let uri = identifier.uri.as_str();
    let path = DocumentPath::new(&identifier.uri);
    let Some(document) = state.documents.get_mut(&path) else {
        tracing::warn!("an edit of {uri}, which is not open; ignored");
        return;
    };
    if identifier.version <= document.version {
        let (old, new) = (document.version, identifier.version);
        tracing::warn!("an edit of {uri} to version {new}, which is at version {old} already; ignored");
        return;
    }
    document.version = identifier.version;
    state.refuse_waiting(&path);
    let Some(document) = state.documents.get_mut(&path) else { return };
    let mut changes: Vec<Change> = params.content_changes.into_iter().map(conversions::change).collect();
    let (info, encoding) = (document.info(), state.session.encoding);
    let file = match document.text {
        Text::Known(file) => file,
        Text::OutOfStep => {
            // Only all of the text helps.
            let Some(whole) = changes.iter().rposition(|change| change.range.is_none()) else { return };
            let text = std::mem::take(&mut changes[whole].new_text);
            changes.drain(..=whole);
            let tables = document.tables.clone();
            let file = state.write(|host| {
                let file = host.set_text(path.as_path(), text, info);
                host.set_query(file, tables.query);
                host.set_schema(file, tables.schema);
                file
            });
            if let Some(document) = state.documents.get_mut(&path) {
                document.text = Text::Known(file);
            }
            tracing::info!("{uri} is in step again");
            file
        }
    };
    if let Some(document) = state.documents.get_mut(&path) {
        document.touch();
    }
    #[cfg(feature = "testing")]
    crate::testing::trap(&changes);
    match state.write(|host| host.edit(file, &changes, encoding)) {
        Ok(()) => state.show_to_readers(&path),
        Err(error) => state.lose(&path, &error.to_string()),
    }
}
