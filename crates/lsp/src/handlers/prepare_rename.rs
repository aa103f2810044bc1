//! `textDocument/prepareRename`: what would be renamed here?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{PrepareRenameResponse, TextDocumentPositionParams, Uri},
};

use crate::{
    conversions::{self, Positions},
    requests::{Context, Handler, OnEdit, request_failed},
};

pub(crate) struct PrepareRename;

impl Handler for PrepareRename {
    const METHOD: &'static str = "textDocument/prepareRename";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = TextDocumentPositionParams;
    type Answer = Option<PrepareRenameResponse>;

    fn document(params: &TextDocumentPositionParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &TextDocumentPositionParams) -> Result<Self::Answer> {
        let (snapshot, file, encoding) = (context.snapshot(), context.file, context.session.encoding);
        let Some(offset) = conversions::offset(snapshot, file, params.position, encoding) else { return Ok(None) };
        let target = sfmc_ide::prepare_rename(snapshot, file, offset).map_err(request_failed)?;
        let range = Positions::of_ranges(context, [target.range]).range(target.range);
        Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: target.placeholder }))
    }
}
