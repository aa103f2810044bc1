//! Requests for tests alone: slow, stubborn, failing.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use sfmc_db::{Change, Db};
use tower_lsp::{
    LspServiceBuilder,
    jsonrpc::Result,
    ls_types::{TextDocumentIdentifier, Uri},
};

use crate::{
    backend::Backend,
    requests::{Context, Handler, OnEdit},
};

pub(crate) fn routes(builder: LspServiceBuilder<Backend>) -> LspServiceBuilder<Backend> {
    builder
        .custom_method("sfmc/testSleep", Backend::test_sleep)
        .custom_method("sfmc/testPanic", Backend::test_panic)
        .custom_method("sfmc/testStatus", Backend::test_status)
}

impl Backend {
    async fn test_sleep(&self, params: Sleep) -> Result<bool> {
        self.request::<Sleep>(params).await
    }

    async fn test_panic(&self, params: Panic) -> Result<bool> {
        self.request::<Panic>(params).await
    }

    async fn test_status(&self, params: Status) -> Result<StatusReport> {
        self.request::<Status>(params).await
    }
}

/// Fails in the loop, at an edit that asks for it.
#[allow(clippy::panic, reason = "that is what it is for")]
pub(crate) fn trap(changes: &[Change]) {
    if changes.iter().any(|change| change.new_text == "sfmc/testPanic") {
        panic!("as asked");
    }
}

/// Fails while a file of the workspace is read, if its text asks for it.
#[allow(clippy::panic, reason = "that is what it is for")]
pub(crate) fn trap_read(text: &str) {
    if text.contains("sfmc/testPanic in one file") {
        panic!("as asked");
    }
}

/// Fails in the midst of a look at the workspace, if a file there asks for it.
#[allow(clippy::panic, reason = "that is what it is for")]
pub(crate) fn trap_scan(path: &Path) {
    if path.file_name().is_some_and(|name| name == "sfmc-test-panic.html") {
        panic!("as asked");
    }
}

/// Is slow, as a query is that looks now and then whether it is still wanted; or stubborn, as what never looks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sleep {
    text_document: TextDocumentIdentifier,
    milliseconds: u64,
    #[serde(default)]
    stubborn: bool,
}

impl Handler for Sleep {
    const METHOD: &'static str = "sfmc/testSleep";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = Sleep;
    type Answer = bool;

    fn document(params: &Sleep) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> bool {
        false
    }

    fn handle(context: &Context, params: &Sleep) -> Result<bool> {
        let end = Instant::now() + Duration::from_millis(params.milliseconds);
        if params.stubborn {
            std::thread::sleep(Duration::from_millis(params.milliseconds));
        }
        while Instant::now() < end {
            context.snapshot().db().unwind_if_revision_cancelled();
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(true)
    }
}

/// Fails.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Panic {
    text_document: TextDocumentIdentifier,
}

impl Handler for Panic {
    const METHOD: &'static str = "sfmc/testPanic";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = Panic;
    type Answer = bool;

    fn document(params: &Panic) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> bool {
        false
    }

    #[allow(clippy::panic, reason = "that is what it is for")]
    fn handle(_: &Context, _: &Panic) -> Result<bool> {
        panic!("as asked")
    }
}

/// Tells what cannot be seen from outside.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    text_document: TextDocumentIdentifier,
}

/// What cannot be seen from outside.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusReport {
    text: Option<String>,
    /// Where the engine believes that it runs.
    context: Option<&'static str>,
    longest_write_wait_micros: u64,
}

impl Handler for Status {
    const METHOD: &'static str = "sfmc/testStatus";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = Status;
    type Answer = StatusReport;

    fn document(params: &Status) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> StatusReport {
        StatusReport { text: None, context: None, longest_write_wait_micros: 0 }
    }

    fn handle(context: &Context, _: &Status) -> Result<StatusReport> {
        let snapshot = context.snapshot();
        let environment = snapshot.page(context.file).map(|page| page.environment(snapshot.db()));
        Ok(StatusReport {
            text: snapshot.text(context.file),
            context: environment.and_then(|environment| environment.context).map(|context| context.key()),
            longest_write_wait_micros: u64::try_from(context.reader.longest_wait().as_micros()).unwrap_or(u64::MAX),
        })
    }
}
