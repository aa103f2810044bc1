//! Edits as the protocol has them.

#[allow(clippy::disallowed_types, reason = "the type of the protocol")]
use std::collections::HashMap;

use sfmc_ide::FileEdits;
use sfmc_syntax::TextEdit;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    self as lsp, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, Uri, WorkspaceEdit,
};

use crate::{
    conversions::Positions,
    requests::{Context, request_failed},
};

/// Edits of the document that a request is about. Both ends of each must be among the positions.
pub(crate) fn workspace_edit(context: &Context, edits: &[TextEdit], positions: &Positions) -> WorkspaceEdit {
    of_documents(context, vec![(context.uri.clone(), Some(context.version), convert(edits, positions))])
}

/// The edits of one document, and which version of it they are for.
pub(crate) type DocumentEdits = (Uri, Option<i32>, Vec<lsp::TextEdit>);

/// Makes edits of a document of those of a file.
///
/// # Errors
/// When the client shows something else of it: half of the edits would be worse than none.
pub(crate) fn edits_of_file(context: &Context) -> impl FnMut(FileEdits) -> Result<DocumentEdits> + '_ {
    |found| {
        let path = &found.view.path;
        let (uri, version) = context.documents.identify(path).ok_or_else(|| {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            request_failed(format!("`{name}` is out of step with the editor; close it and open it again"))
        })?;
        let offsets = found.edits.iter().flat_map(|edit| [edit.range.start(), edit.range.end()]);
        let positions = Positions::in_file(&found.view.snapshot, found.view.file, context.session.encoding, offsets);
        Ok((uri, version, convert(&found.edits, &positions)))
    }
}

fn convert(edits: &[TextEdit], positions: &Positions) -> Vec<lsp::TextEdit> {
    let convert =
        |edit: &TextEdit| lsp::TextEdit { range: positions.range(edit.range), new_text: edit.new_text.clone() };
    edits.iter().map(convert).collect()
}

/// Edits of several documents, each at most once.
pub(crate) fn of_documents(context: &Context, documents: Vec<DocumentEdits>) -> WorkspaceEdit {
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
