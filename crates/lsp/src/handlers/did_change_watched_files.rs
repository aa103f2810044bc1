//! `workspace/didChangeWatchedFiles`: a configuration file was made, changed or removed.

use tower_lsp::ls_types::DidChangeWatchedFilesParams;

use crate::{event_loop::EventLoop, uris::DocumentPath};

pub(crate) fn did_change_watched_files(state: &mut EventLoop, params: &DidChangeWatchedFilesParams) {
    state.reload_configuration();
    // Its mistakes are reported even if no document uses it.
    for change in &params.changes {
        if let Some(folder) = DocumentPath::new(&change.uri).file().and_then(std::path::Path::parent) {
            state.read_folder(folder.to_owned());
        }
    }
}
