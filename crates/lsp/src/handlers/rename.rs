//! `textDocument/rename`: give the variable here another name, in all files that share it.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{RenameParams, Uri, WorkspaceEdit},
};

use crate::{
    conversions,
    edits::{edits_of_file, of_documents},
    requests::{Context, Handler, NeedsTables, OnEdit, request_failed},
};

pub(crate) struct Rename;

impl Handler for Rename {
    const METHOD: &'static str = "textDocument/rename";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    const NEEDS_WORKSPACE: bool = true;
    const NEEDS_TABLES: NeedsTables = NeedsTables::InQueries;
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
        let (workspace, edits_of) = (&context.workspace, edits_of_file(context));
        let found = sfmc_ide::rename_everywhere(workspace, snapshot, file, offset, &params.new_name, edits_of);
        let documents = found.map_err(request_failed)?.into_iter().collect::<Result<_>>()?;
        Ok(Some(of_documents(context, documents)))
    }
}
