//! `initialize`: what client and server can do, and how columns are counted.

use std::{path::PathBuf, sync::Arc};

use tower_lsp::ls_types::{InitializeParams, InitializeResult, ServerInfo};

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
    state.configuration = Configuration::new(workspace_folder(params).as_deref());
    if let Some(options) = &params.initialization_options {
        let problems = state.configuration.set_initial(options);
        state.settings_changed(problems);
    }
    if let Some(process) = params.process_id {
        state.watch_client(process);
    }
    state.lifecycle.initialize();
    let version = Some(state.options.version.clone());
    let server_info = Some(ServerInfo { name: "sfmc-analyzer".to_owned(), version });
    let _ = reply.send(Ok(InitializeResult { capabilities, server_info, offset_encoding: None }));
}

/// Where documents are that are in no folder: the first folder of the workspace.
#[allow(deprecated, reason = "older clients have nothing else")]
fn workspace_folder(params: &InitializeParams) -> Option<PathBuf> {
    let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    let mut folders = folders.chain(&params.root_uri).map(DocumentPath::new);
    folders.find_map(|folder| Some(folder.file()?.to_owned())).or_else(|| params.root_path.as_ref().map(PathBuf::from))
}
