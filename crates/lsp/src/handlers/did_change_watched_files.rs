//! `workspace/didChangeWatchedFiles`: a configuration file, a metadata file or a page was made, changed or removed.

use tower_lsp::ls_types::DidChangeWatchedFilesParams;

use crate::{event_loop::EventLoop, uris::DocumentPath};

pub(crate) fn did_change_watched_files(state: &mut EventLoop, params: &DidChangeWatchedFilesParams) {
    let changed: Vec<_> = params.changes.iter().map(|change| DocumentPath::new(&change.uri)).collect();
    let (configurations, others): (Vec<_>, Vec<_>) = changed.iter().partition(|path| path.is_configuration());
    // mcdev writes thousands of files at once, of which hardly any belongs to what is open.
    let is_used = |path: &&DocumentPath| path.file().is_some_and(|path| state.is_read_for_documents(path));
    if !configurations.is_empty() || others.iter().any(is_used) {
        state.reload_configuration();
    } else if others.iter().any(|path| path.file().is_some_and(|path| state.is_about_tables(path))) {
        state.reload_soon();
    }
    state.scan_soon();
    // Its mistakes are reported even if no document uses it.
    for path in configurations {
        state.read_folder_of(path);
    }
}
