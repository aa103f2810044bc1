//! Edits as the protocol has them.

#[allow(clippy::disallowed_types, reason = "the type of the protocol")]
use std::collections::HashMap;

use sfmc_syntax::TextEdit;
use tower_lsp::ls_types::{
    self as lsp, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, WorkspaceEdit,
};

use crate::{conversions::Positions, requests::Context};

/// Edits of the document that a request is about. Both ends of each must be among the positions.
pub(crate) fn workspace_edit(context: &Context, edits: &[TextEdit], positions: &Positions) -> WorkspaceEdit {
    let convert =
        |edit: &TextEdit| lsp::TextEdit { range: positions.range(edit.range), new_text: edit.new_text.clone() };
    let edits = edits.iter().map(convert);
    let uri = context.uri.clone();
    if context.session.client.document_changes {
        // For this version and no other: the client refuses it when the text has changed since.
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: Some(context.version) };
        let edit = TextDocumentEdit { text_document, edits: edits.map(OneOf::Left).collect() };
        WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(vec![edit])), ..WorkspaceEdit::default() }
    } else {
        #[allow(clippy::disallowed_types, reason = "the type of the protocol")]
        let changes = HashMap::from([(uri, edits.collect())]);
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    }
}
