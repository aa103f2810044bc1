//! Diagnostics for a client that does not ask for them: computed once the queue is empty, published unless they are stale by then.

use tower_lsp::ls_types::{Diagnostic, PublishDiagnosticsParams, Uri};

use super::{Event, EventLoop};
use crate::{
    handlers,
    requests::{Outcome, attempt},
    uris::DocumentPath,
};

impl EventLoop {
    fn pushes_diagnostics(&self) -> bool {
        !self.session.client.pulls_diagnostics
    }

    /// Starts work on every document whose diagnostics the client has not got.
    pub(super) fn start_diagnostics(&mut self) {
        if !self.pushes_diagnostics() {
            return;
        }
        let mut ready = Vec::new();
        for document in self.documents.iter_mut() {
            if document.needs_diagnostics && document.levels.is_some() && !document.path.is_configuration() {
                document.needs_diagnostics = false;
                ready.push(document.path.clone());
            }
        }
        for path in ready {
            let Some(document) = self.documents.get(&path) else { continue };
            let Some(context) = self.context(document, "diagnostics") else { continue };
            let (revision, events) = (document.revision, self.events.clone());
            self.runtime.spawn_blocking(move || {
                let outcome = attempt(&context, handlers::file_diagnostics);
                // The loop may be about to write.
                drop(context);
                let _ = events.send(Event::DiagnosticsReady { document: path, revision, outcome });
            });
        }
    }

    /// Publishes what was found, if it is still what there is to find.
    pub(super) fn diagnostics_ready(&mut self, path: &DocumentPath, revision: u64, outcome: Outcome<Vec<Diagnostic>>) {
        let Some(document) = self.documents.get_mut(path) else { return };
        if document.revision != revision {
            tracing::trace!("stale diagnostics of {}", document.uri.as_str());
            return;
        }
        match outcome {
            Outcome::Done(diagnostics) => self.outbox.publish(PublishDiagnosticsParams {
                uri: document.uri.clone(),
                diagnostics,
                version: Some(document.version),
            }),
            // Another document was edited.
            Outcome::Cancelled => document.needs_diagnostics = true,
            Outcome::Panicked(message) => tracing::error!("no diagnostics of {}: {message}", document.uri.as_str()),
        }
    }

    /// Takes back what was pushed for a document.
    pub(crate) fn withdraw_diagnostics(&self, path: &DocumentPath, uri: Uri) {
        if self.pushes_diagnostics() && !path.is_configuration() {
            self.outbox.publish(PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None });
        }
    }
}
