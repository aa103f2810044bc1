//! When the workspace is looked at, and what becomes of it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::{Event, EventLoop};
use crate::{requests::survive, workspace::Index};

/// Files change in swarms: a branch is checked out, mcdev retrieves a business unit.
const SOON: Duration = Duration::from_millis(100);

/// How often the files are looked at for a client that does not watch them for us.
const NOW_AND_THEN: Duration = Duration::from_secs(10);

/// The same for one that does: it does not tell of folders that are renamed, nor of files whose names only the configuration knows.
const SELDOM: Duration = Duration::from_secs(60);

/// How far the next look at the workspace is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scan {
    #[default]
    Idle,
    /// It is about to begin.
    Soon,
    Running,
    /// Something changed while it ran.
    Again,
}

impl EventLoop {
    /// Takes other folders for the workspace.
    pub(crate) fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.folders = folders;
        self.folders.sort();
        self.folders.dedup();
        self.scan_soon();
    }

    /// Looks at the files of the workspace again, after a moment.
    pub(crate) fn scan_soon(&mut self) {
        match self.scan {
            Scan::Idle if self.folders.is_empty() => {
                // Nobody opened a folder.
                self.index = Arc::new(Index::empty(&self.configuration.reader()));
                self.inclusions_changed();
                self.workspace_is_known();
            }
            Scan::Idle => {
                self.scan = Scan::Soon;
                self.send_later(SOON, Event::ScanWorkspace);
            }
            Scan::Running => self.scan = Scan::Again,
            Scan::Soon | Scan::Again => {}
        }
    }

    /// Looks at the files of the workspace, somewhere else.
    pub(super) fn scan_workspace(&mut self) {
        if self.scan != Scan::Soon {
            return;
        }
        self.scan = Scan::Running;
        let (old, folders) = (Arc::clone(&self.index), self.folders.clone());
        let (configs, events) = (self.configuration.reader(), self.events.clone());
        // Only what takes its time is worth telling.
        let is_told = !self.scanned && self.session.client.work_done_progress;
        let progress = is_told.then(|| self.outbox.progress("Reading the workspace"));
        self.runtime.spawn_blocking(move || {
            let mut last = 0;
            let tell = |done: usize, total: usize| {
                let percent = (done * 100).checked_div(total).unwrap_or(100);
                if let Some(progress) = progress.as_ref().filter(|_| percent != last) {
                    last = percent;
                    progress.report(u32::try_from(percent).unwrap_or(100));
                }
            };
            let index = survive(|| old.scan(&folders, &configs, tell));
            drop(progress);
            let _ = events.send(Event::WorkspaceScanned(index.map(Arc::new)));
        });
    }

    /// Takes over what was found.
    pub(super) fn workspace_scanned(&mut self, index: Option<Arc<Index>>) {
        if let Some(index) = index {
            self.index = index;
            self.inclusions_changed();
        }
        let again = std::mem::take(&mut self.scan) == Scan::Again;
        // Before the next one begins: where files change all the time nobody would ever be answered.
        self.workspace_is_known();
        if again {
            self.scan_soon();
        } else if !std::mem::replace(&mut self.scans_again, true) {
            let is_told = self.session.client.registers_watched_files;
            self.send_later(if is_told { SELDOM } else { NOW_AND_THEN }, Event::ScanWorkspaceAgain);
        }
    }

    /// Looks at the files because it has been a while.
    pub(super) fn scan_again(&mut self) {
        self.scans_again = false;
        self.scan_soon();
        // Nobody watches the files that only the configuration names.
        if self.session.client.registers_watched_files {
            self.check_configuration();
        }
    }

    /// From here on requests about the workspace are answered.
    fn workspace_is_known(&mut self) {
        self.scanned = true;
        for request in std::mem::take(&mut self.waiting_for_workspace) {
            self.answer(request, None);
        }
    }

    pub(super) fn send_later(&self, delay: Duration, event: Event) {
        let events = self.events.clone();
        self.runtime.spawn(async move {
            tokio::time::sleep(delay).await;
            let _ = events.send(event);
        });
    }
}
