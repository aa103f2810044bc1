//! `textDocument/rename`: give the variable here another name.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{RenameParams, Uri, WorkspaceEdit},
};

use crate::{
    conversions::{self, Positions},
    edits::workspace_edit,
    requests::{Context, Handler, OnEdit, request_failed},
};

pub(crate) struct Rename;

impl Handler for Rename {
    const METHOD: &'static str = "textDocument/rename";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = RenameParams;
    type Answer = Option<WorkspaceEdit>;

    fn document(params: &RenameParams) -> &Uri {
        &params.text_document_position.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &RenameParams) -> Result<Self::Answer> {
        let (snapshot, file, encoding) = (context.snapshot(), context.file, context.session.encoding);
        let position = params.text_document_position.position;
        let Some(offset) = conversions::offset(snapshot, file, position, encoding) else { return Ok(None) };
        let edits = sfmc_ide::rename(snapshot, file, offset, &params.new_name).map_err(request_failed)?;
        let positions = Positions::of_ranges(context, edits.iter().map(|edit| edit.range));
        Ok(Some(workspace_edit(context, &edits, &positions)))
    }
}
