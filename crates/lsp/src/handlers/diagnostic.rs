//! `textDocument/diagnostic`: what is wrong in a document? Also what is pushed to a client that does not ask.

use std::{
    hash::{DefaultHasher, Hasher},
    io,
};

use sfmc_db::Db;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
        FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
        UnchangedDocumentDiagnosticReport, Uri,
    },
};

use crate::{
    conversions,
    requests::{Context, Handler, NeedsTables, OnEdit},
};

pub(crate) struct DocumentDiagnostic;

impl Handler for DocumentDiagnostic {
    const METHOD: &'static str = "textDocument/diagnostic";
    const ON_EDIT: OnEdit = OnEdit::Again;
    const NEEDS_TABLES: NeedsTables = NeedsTables::InQueries;
    type Params = DocumentDiagnosticParams;
    type Answer = DocumentDiagnosticReportResult;

    fn document(params: &DocumentDiagnosticParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> DocumentDiagnosticReportResult {
        full(None, Vec::new())
    }

    fn handle(context: &Context, params: &DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let items = file_diagnostics(context);
        let id = result_id(context, &items);
        Ok(match id {
            Some(id) if params.previous_result_id.as_ref() == Some(&id) => unchanged(id),
            id => full(id, items),
        })
    }
}

/// The findings in a document, in order of place.
pub(crate) fn file_diagnostics(context: &Context) -> Vec<Diagnostic> {
    let (snapshot, file) = (context.snapshot(), context.file);
    let found = sfmc_ide::diagnostics(snapshot, file, &context.levels);
    conversions::diagnostics(snapshot, file, &context.uri, &found, &context.session)
}

fn full(result_id: Option<String>, items: Vec<Diagnostic>) -> DocumentDiagnosticReportResult {
    let report = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
    };
    DocumentDiagnosticReport::Full(report).into()
}

fn unchanged(result_id: String) -> DocumentDiagnosticReportResult {
    let report = RelatedUnchangedDocumentDiagnosticReport {
        related_documents: None,
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
    };
    DocumentDiagnosticReport::Unchanged(report).into()
}

/// Names a result by what is in it: most edits change no finding, and then nothing need be sent, whatever the version is.
fn result_id(context: &Context, items: &[Diagnostic]) -> Option<String> {
    struct Sink(DefaultHasher);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut sink = Sink(DefaultHasher::new());
    for items in items.chunks(conversions::BATCH) {
        context.snapshot().db().unwind_if_revision_cancelled();
        serde_json::to_writer(&mut sink, items).ok()?;
    }
    Some(format!("{:016x}", sink.0.finish()))
}
