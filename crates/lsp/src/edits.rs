//! Edits as the protocol has them.

#[allow(clippy::disallowed_types, reason = "the type of the protocol")]
use std::collections::HashMap;

use sfmc_ide::FileEdits;
use sfmc_syntax::TextEdit;
use tower_lsp::ls_types::{
    self as lsp, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, Uri, WorkspaceEdit,
};

use crate::{conversions::Positions, requests::Context};

/// Edits of the document that a request is about. Both ends of each must be among the positions.
pub(crate) fn workspace_edit(context: &Context, edits: &[TextEdit], positions: &Positions) -> WorkspaceEdit {
    of_documents(context, vec![(context.uri.clone(), Some(context.version), convert(edits, positions))])
}

/// Edits of several files, each at most once.
pub(crate) fn edits_of_files(context: &Context, found: &[FileEdits]) -> WorkspaceEdit {
    let documents = found.iter().filter_map(|found| {
        let (uri, version) = context.documents.identify(&found.view.path)?;
        let offsets = found.edits.iter().flat_map(|edit| [edit.range.start(), edit.range.end()]);
        let positions = Positions::in_file(&found.view.snapshot, found.view.file, context.session.encoding, offsets);
        Some((uri, version, convert(&found.edits, &positions)))
    });
    of_documents(context, documents.collect())
}

fn convert(edits: &[TextEdit], positions: &Positions) -> Vec<lsp::TextEdit> {
    let convert =
        |edit: &TextEdit| lsp::TextEdit { range: positions.range(edit.range), new_text: edit.new_text.clone() };
    edits.iter().map(convert).collect()
}

fn of_documents(context: &Context, documents: Vec<(Uri, Option<i32>, Vec<lsp::TextEdit>)>) -> WorkspaceEdit {
    if context.session.client.document_changes {
        let edits = documents.into_iter().map(|(uri, version, edits)| {
            // For this version and no other: the client refuses it when the text has changed since.
            let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
            TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() }
        });
        let changes = DocumentChanges::Edits(edits.collect());
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    } else {
        #[allow(clippy::disallowed_types, reason = "the type of the protocol")]
        let changes: HashMap<_, _> = documents.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    }
}
