//! `workspace/didChangeWorkspaceFolders`: a folder was added to the workspace, or removed.

use tower_lsp::ls_types::DidChangeWorkspaceFoldersParams;

use crate::{event_loop::EventLoop, uris::DocumentPath};

pub(crate) fn did_change_workspace_folders(state: &mut EventLoop, params: &DidChangeWorkspaceFoldersParams) {
    let path = |folder: &tower_lsp::ls_types::WorkspaceFolder| {
        DocumentPath::new(&folder.uri).file().map(std::path::Path::to_owned)
    };
    let removed: Vec<_> = params.event.removed.iter().filter_map(path).collect();
    let mut folders = state.folders.clone();
    folders.retain(|folder| !removed.contains(folder));
    folders.extend(params.event.added.iter().filter_map(path));
    state.set_folders(folders);
}
