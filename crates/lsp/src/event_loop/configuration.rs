//! Settings, configuration files and metadata: read on other threads, because disks may be slow, and taken over when that is done.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};
use sfmc_db::{FileId, FileInfo};
use sfmc_project::{ConfigProblem, describes_tables, metadata_of};
use tower_lsp::ls_types::{PublishDiagnosticsParams, Registration};

use super::{Event, EventLoop};
use crate::{
    configuration::{self, FileLevels, FileTables, Stamps},
    conversions,
    documents::Document,
    requests::survive,
    uris::{DocumentPath, file_uri},
};

/// How often configuration files are looked at for a client that does not watch them for us.
const CHECK_CONFIGURATION: Duration = Duration::from_secs(2);

/// Files change in swarms.
const SOON: Duration = Duration::from_millis(100);

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
        self.scan_soon();
    }

    /// Reads the configuration files anew.
    pub(crate) fn reload_configuration(&mut self) {
        // What was to come in a moment comes now.
        self.reload = false;
        self.configuration.reload();
        self.read_all_levels();
        // Other files may belong to it now.
        self.scan_soon();
    }

    /// The same, after a moment: mcdev writes thousands of data extensions at once.
    pub(crate) fn reload_soon(&mut self) {
        if !std::mem::replace(&mut self.reload, true) {
            self.send_later(SOON, Event::Reload);
        }
    }

    /// Reads the configuration files anew, unless somebody did meanwhile.
    pub(super) fn reload(&mut self) {
        if std::mem::take(&mut self.reload) {
            self.reload_configuration();
        }
    }

    /// The text of a document is another one, or there is none any more: what is read from files may have changed with it.
    pub(crate) fn show_to_readers(&mut self, path: &DocumentPath) {
        let Some(file) = path.file().filter(|_| path.is_about_others()) else { return };
        if sfmc_project::is_metadata(file) {
            self.scan_soon();
        }
        let Some(file) = path.file() else { return };
        let document = self.documents.get(path).and_then(Document::file);
        self.configuration.show(file, document.and_then(|file| self.host.text(file)));
        let is_seen = || self.documents.iter().any(|document| document.path.file().is_some_and(|of| of != file));
        let is_used =
            path.is_configuration() || self.is_read_for_documents(file) || self.is_about_tables(file) && is_seen();
        if is_used && !self.reread.contains(path) {
            self.reread.push(path.clone());
        }
    }

    /// Whether a file is metadata of an open document.
    pub(crate) fn is_read_for_documents(&self, file: &Path) -> bool {
        let mut documents = self.documents.iter().filter_map(|document| document.path.file());
        documents.any(|document| metadata_of(document).iter().any(|metadata| metadata == file))
    }

    /// Whether a file says what tables there are, as far as its name says.
    pub(crate) fn is_about_tables(&self, file: &Path) -> bool {
        describes_tables(file) || self.configuration.reader().names_table_file(file)
    }

    /// Reads anew what an edit changed, all at once for as many edits as there were.
    pub(super) fn reread(&mut self) {
        let paths = std::mem::take(&mut self.reread);
        if paths.is_empty() {
            return;
        }
        self.reload_configuration();
        // One that was closed may be the configuration of no document, and its mistakes are told all the same.
        for path in paths.iter().filter(|path| path.is_configuration()) {
            self.read_folder_of(path);
        }
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
        self.reading += 2;
        self.runtime.spawn_blocking(move || {
            let levels = configuration::read_levels(&configs, &document);
            let _ = events.send(Event::LevelsReady { document: document.clone(), generation, levels });
            // Few requests wait for these.
            let tables = configuration::read_tables(&configs, &document);
            let _ = events.send(Event::TablesReady { document, generation, tables });
        });
    }

    /// Reads the configuration that holds in the folder of a file, for what is wrong in it.
    pub(crate) fn read_folder_of(&mut self, path: &DocumentPath) {
        let Some(folder) = path.file().and_then(Path::parent).map(Path::to_owned) else { return };
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
            let (file, info) = (document.file(), document.info());
            let waiting = std::mem::take(&mut document.waiting);
            // A write stops all readers: not for nothing.
            if let Some(file) = file.filter(|&file| self.info(file) != Some(info)) {
                self.write(|host| host.set_info(file, info));
            }
            for request in waiting {
                self.request(request, None);
            }
        }
        self.configuration_read();
    }

    /// Takes over the tables that a document sees, unless they are out of date.
    pub(super) fn tables_ready(&mut self, path: &DocumentPath, generation: u64, tables: FileTables) {
        let is_stale = generation != self.configuration.generation();
        if let Some(document) = self.documents.get_mut(path).filter(|_| !is_stale) {
            document.has_tables = true;
        }
        if let Some(document) = self.documents.get_mut(path).filter(|document| !is_stale && document.tables != tables) {
            document.tables = tables.clone();
            document.touch();
            self.refresh = true;
            if let Some(file) = document.file() {
                self.write(|host| {
                    host.set_query(file, tables.query);
                    host.set_schema(file, tables.schema);
                });
            }
        }
        let waiting = self.documents.get_mut(path).filter(|document| document.has_tables);
        for request in waiting.map(|document| std::mem::take(&mut document.waiting)).unwrap_or_default() {
            self.request(request, None);
        }
        self.configuration_read();
    }

    /// What the host knows of a file beside its text.
    fn info(&self, file: FileId) -> Option<FileInfo> {
        self.host.page(file).map(|page| page.info(self.host.db()))
    }

    /// One of the threads that read the configuration has finished.
    pub(super) fn configuration_read(&mut self) {
        self.reading -= 1;
        self.publish_configuration_problems();
        self.watch_named_files();
        if self.reading == 0 && std::mem::take(&mut self.refresh) {
            self.refresh_client();
        }
    }

    /// Asks the client to watch the files with tables that the configuration names: their names say nothing.
    fn watch_named_files(&mut self) {
        if !self.session.client.registers_watched_files {
            return;
        }
        let globs = self.configuration.unwatched();
        if let Some(first) = globs.first() {
            let watchers: Vec<_> = globs.iter().map(|glob| json!({ "globPattern": glob })).collect();
            self.outbox.register(vec![Registration {
                id: format!("watched-tables {first}"),
                method: "workspace/didChangeWatchedFiles".to_owned(),
                register_options: Some(json!({ "watchers": watchers })),
            }]);
        }
    }

    /// Settings changed: what the client was answered by the old ones it has to ask again.
    pub(super) fn refresh_client(&self) {
        let client = &self.session.client;
        if client.diagnostic_refresh {
            self.outbox.refresh_diagnostics();
        }
        if client.inlay_hint_refresh {
            self.outbox.refresh_inlay_hints();
        }
        if client.code_lens_refresh {
            self.outbox.refresh_code_lenses();
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
        let files: Vec<_> =
            self.documents.iter().filter_map(|document| Some(document.path.file()?.to_owned())).collect();
        let (configs, events) = (self.configuration.reader(), self.events.clone());
        self.runtime.spawn_blocking(move || {
            if let Some(stamps) = survive(|| configuration::stamps(&configs, &files)) {
                let _ = events.send(Event::Stamps(stamps));
            }
        });
    }

    /// Reads the configuration anew if its files are not what they were.
    pub(super) fn compare_stamps(&mut self, stamps: Stamps) {
        // Also the first time: what was read before may have changed since. Of what has not, nothing is read again.
        let changed = self.stamps.as_ref() != Some(&stamps);
        self.stamps = Some(stamps);
        if changed {
            self.reload_configuration();
        }
        if !self.session.client.registers_watched_files {
            self.check_configuration_later();
        }
    }
}
