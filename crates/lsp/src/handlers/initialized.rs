//! `initialized`: from here on the server may ask and register.

use serde_json::json;
use tower_lsp::ls_types::Registration;

use crate::{conversions::SOURCE, event_loop::EventLoop};

pub(crate) fn initialized(state: &mut EventLoop) {
    let client = &state.session.client;
    let mut registrations = Vec::new();
    if client.registers_configuration {
        registrations.push(Registration {
            id: "configuration".to_owned(),
            method: "workspace/didChangeConfiguration".to_owned(),
            register_options: Some(json!({ "section": SOURCE })),
        });
    }
    if client.registers_watched_files {
        let globs = [
            "**/sfmc-analyzer.toml",
            "**/.sfmc-analyzer.toml",
            "**/.mcdevrc.json",
            "**/*-meta.*",
            "**/dataExtension",
            "**/*.{amp,ampscript,html,htm,ssjs,csv}",
        ];
        let watchers = globs.map(|glob| json!({ "globPattern": glob }));
        registrations.push(Registration {
            id: "watched-files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: Some(json!({ "watchers": watchers })),
        });
    } else {
        state.check_configuration_later();
    }
    if !registrations.is_empty() {
        state.outbox.register(registrations);
    }
    if client.configuration {
        state.outbox.ask_for_settings();
    }
}
