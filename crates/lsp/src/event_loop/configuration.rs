//! Settings and configuration files: read on other threads, because disks may be slow, and taken over when that is done.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use sfmc_project::ConfigProblem;
use tower_lsp::ls_types::PublishDiagnosticsParams;

use super::{Event, EventLoop};
use crate::{
    configuration::{self, FileLevels, Stamps},
    conversions,
    uris::{DocumentPath, file_uri},
};

/// How often configuration files are looked at for a client that does not watch them for us.
const CHECK_CONFIGURATION: Duration = Duration::from_secs(2);

impl EventLoop {
    /// Takes over what the client answered.
    pub(crate) fn set_client_settings(&mut self, settings: &Value) {
        let problems = self.configuration.set_client(settings);
        self.settings_changed(problems);
    }

    /// Tells the user what is wrong with the client's settings, if they changed, and reads anew what they decide.
    pub(crate) fn settings_changed(&mut self, problems: Option<Vec<ConfigProblem>>) {
        let Some(problems) = problems else { return };
        for problem in problems {
            let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
            self.outbox.warn(format!("sfmc-analyzer: setting `{}`: {}{help}", problem.key, problem.message));
        }
        self.read_all_levels();
    }

    /// Reads the configuration files anew.
    pub(crate) fn reload_configuration(&mut self) {
        self.configuration.reload();
        self.read_all_levels();
    }

    fn read_all_levels(&mut self) {
        let documents: Vec<_> = self.documents.iter().map(|document| document.path.clone()).collect();
        for document in documents {
            self.read_levels(document);
        }
    }

    /// Reads the configuration of a document, somewhere else.
    pub(crate) fn read_levels(&mut self, document: DocumentPath) {
        let (configs, generation) = (self.configuration.reader(), self.configuration.generation());
        let events = self.events.clone();
        self.reading += 1;
        self.runtime.spawn_blocking(move || {
            let levels = configuration::read_levels(&configs, &document);
            let _ = events.send(Event::LevelsReady { document, generation, levels });
        });
    }

    /// Reads the configuration that holds for a folder, for what is wrong in it.
    pub(crate) fn read_folder(&mut self, folder: PathBuf) {
        let (configs, events) = (self.configuration.reader(), self.events.clone());
        self.reading += 1;
        self.runtime.spawn_blocking(move || {
            configuration::read_folder(&configs, &folder);
            let _ = events.send(Event::ConfigurationRead);
        });
    }

    /// Takes over the configuration of a document, unless it is out of date.
    pub(super) fn levels_ready(&mut self, path: &DocumentPath, generation: u64, levels: FileLevels) {
        let is_stale = generation != self.configuration.generation();
        if let Some(document) = self.documents.get_mut(path).filter(|_| !is_stale) {
            let old = document.levels.replace(levels);
            if old != document.levels {
                document.touch();
                self.refresh |= old.is_some();
            }
            for request in std::mem::take(&mut document.waiting) {
                self.request(request, None);
            }
        }
        self.configuration_read();
    }

    /// One of the threads that read the configuration has finished.
    pub(super) fn configuration_read(&mut self) {
        self.reading -= 1;
        self.publish_configuration_problems();
        if self.reading == 0 && std::mem::take(&mut self.refresh) && self.session.client.diagnostic_refresh {
            self.outbox.refresh_diagnostics();
        }
    }

    fn publish_configuration_problems(&mut self) {
        for file in self.configuration.changed_problems(self.reading == 0) {
            let Some(uri) = file_uri(&file.path) else { continue };
            let diagnostics = conversions::diagnostics_in_text(&file.text, &uri, &file.diagnostics(), &self.session);
            self.outbox.publish(PublishDiagnosticsParams { uri, diagnostics, version: None });
        }
    }

    /// Looks at configuration files after a while.
    pub(crate) fn check_configuration_later(&self) {
        let events = self.events.clone();
        self.runtime.spawn(async move {
            tokio::time::sleep(CHECK_CONFIGURATION).await;
            let _ = events.send(Event::CheckConfiguration);
        });
    }

    /// Looks at configuration files, somewhere else.
    pub(super) fn check_configuration(&self) {
        let files = self.documents.iter().filter_map(|document| document.path.file()?.parent());
        let folders: Vec<_> = files.map(Path::to_owned).collect();
        let events = self.events.clone();
        self.runtime.spawn_blocking(move || {
            let _ = events.send(Event::Stamps(configuration::stamps(&folders)));
        });
    }

    /// Reads the configuration anew if its files are not what they were.
    pub(super) fn compare_stamps(&mut self, stamps: Stamps) {
        let changed = self.stamps.as_ref().is_some_and(|old| *old != stamps);
        self.stamps = Some(stamps);
        if changed {
            self.reload_configuration();
        }
        self.check_configuration_later();
    }
}
