//! What the contents do that open pages include: found out after edits and scans, and told to the pages where it became different.

use std::sync::Arc;

use sfmc_db::{FileId, Included};
use sfmc_ide::included_contents;

use super::{Event, EventLoop};
use crate::requests::{Outcome, attempt};

/// What is known, and who is at it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Inclusions {
    /// Something changed since somebody looked.
    stale: bool,
    looking: bool,
    /// Some page was told something.
    told: bool,
}

/// What was found: what each open page is to be told.
pub(crate) type Found = Outcome<Vec<(FileId, Arc<Included>)>>;

impl EventLoop {
    /// A text or the workspace changed.
    pub(super) fn inclusions_changed(&mut self) {
        self.inclusions.stale = true;
    }

    /// Looks at what open pages include, somewhere else, if something changed.
    pub(super) fn start_inclusions(&mut self) {
        let nothing = self.index.workspace.contents.all().is_empty() && !self.inclusions.told;
        if nothing || self.inclusions.looking || !std::mem::take(&mut self.inclusions.stale) {
            return;
        }
        self.inclusions.looking = true;
        let context = self.workspace_context("inclusions");
        let events = self.events.clone();
        self.runtime.spawn_blocking(move || {
            let found = attempt(&context, |context| included_contents(&context.workspace, context.snapshot()));
            // The loop may be about to write.
            drop(context);
            let _ = events.send(Event::InclusionsFound(found));
        });
    }

    /// Tells the pages.
    pub(super) fn inclusions_found(&mut self, found: Found) {
        self.inclusions.looking = false;
        let found = match found {
            Outcome::Done(found) => found,
            Outcome::Cancelled => return self.inclusions_changed(),
            Outcome::Panicked(message) => return tracing::error!("what pages include is not known: {message}"),
        };
        let db = self.host.db();
        let is_new = |(file, included): &(FileId, Arc<Included>)| {
            self.host.page(*file).is_some_and(|page| page.included(db) != included)
        };
        let found: Vec<_> = found.into_iter().filter(is_new).collect();
        if found.is_empty() {
            return;
        }
        self.inclusions.told = true;
        for document in self.documents.iter_mut() {
            if document.file().is_some_and(|file| found.iter().any(|(told, _)| *told == file)) {
                document.touch();
            }
        }
        // With what a content does it can become known what comes behind it: this counts as a change, too.
        self.write(|host| {
            for (file, included) in found {
                host.set_included(file, included);
            }
        });
        self.refresh_client();
    }
}
