//! `initialize`: what client and server can do, and how columns are counted.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tower_lsp::ls_types::{InitializeParams, InitializeResult, ServerInfo, Uri};

use crate::{
    capabilities::Session,
    configuration::Configuration,
    event_loop::{EventLoop, Reply, invalid_request},
    uris::DocumentPath,
};

pub(crate) fn initialize(state: &mut EventLoop, params: &InitializeParams, reply: Reply<InitializeResult>) {
    if state.lifecycle.is_initialized() {
        let _ = reply.send(Err(invalid_request("the server is initialized")));
        return;
    }
    let session = Session::new(&params.capabilities);
    tracing::info!(client = ?params.client_info, session = ?session, "initialize");
    let capabilities = session.server_capabilities();
    state.session = Arc::new(session);
    let folders = workspace_folders(params);
    state.configuration = Configuration::new(folders.first().map(PathBuf::as_path));
    if let Some(options) = &params.initialization_options {
        let problems = state.configuration.set_initial(options);
        state.settings_changed(problems);
    }
    if let Some(process) = params.process_id {
        state.watch_client(process);
    }
    state.lifecycle.initialize();
    state.set_folders(folders);
    let version = Some(state.options.version.clone());
    let server_info = Some(ServerInfo { name: "sfmc-analyzer".to_owned(), version });
    let _ = reply.send(Ok(InitializeResult { capabilities, server_info, offset_encoding: None }));
}

/// The folders of the workspace. The first is where documents are that are in none.
#[allow(deprecated, reason = "older clients have nothing else")]
fn workspace_folders(params: &InitializeParams) -> Vec<PathBuf> {
    let path = |uri: &Uri| DocumentPath::new(uri).file().map(Path::to_owned);
    let folders: Vec<PathBuf> =
        params.workspace_folders.iter().flatten().filter_map(|folder| path(&folder.uri)).collect();
    if !folders.is_empty() {
        return folders;
    }
    let root = params.root_uri.as_ref().and_then(path);
    root.or_else(|| params.root_path.as_ref().map(PathBuf::from).filter(|path| path.is_absolute()))
        .into_iter()
        .collect()
}
