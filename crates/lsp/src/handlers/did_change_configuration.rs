//! `workspace/didChangeConfiguration`: the client's settings changed.

use tower_lsp::ls_types::DidChangeConfigurationParams;

use crate::{conversions::SOURCE, event_loop::EventLoop};

pub(crate) fn did_change_configuration(state: &mut EventLoop, params: &DidChangeConfigurationParams) {
    if state.session.client.configuration {
        // What comes with the message may be of everybody, or of nobody.
        state.outbox.ask_for_settings();
    } else if params.settings.get(SOURCE).is_some() {
        state.set_client_settings(&params.settings);
    }
}
