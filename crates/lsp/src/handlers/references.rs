//! `textDocument/references`: where is this variable used, and where is this content included?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{Location, ReferenceParams, Uri},
};

use crate::{
    conversions,
    partial::Pieces,
    places,
    requests::{Context, Handler, NeedsTables, OnEdit},
};

pub(crate) struct References;

impl Handler for References {
    const METHOD: &'static str = "textDocument/references";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    const NEEDS_WORKSPACE: bool = true;
    const NEEDS_TABLES: NeedsTables = NeedsTables::Always;
    type Params = ReferenceParams;
    type Answer = Option<Vec<Location>>;

    fn document(params: &ReferenceParams) -> &Uri {
        &params.text_document_position.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &ReferenceParams) -> Result<Self::Answer> {
        let (workspace, snapshot, file) = (&context.workspace, context.snapshot(), context.file);
        let encoding = context.session.encoding;
        let position = params.text_document_position.position;
        let Some(offset) = conversions::offset(snapshot, file, position, encoding) else { return Ok(None) };
        let with_declaration = params.context.include_declaration;
        let mut pieces =
            Pieces::new(&context.wire, &context.begun, params.partial_result_params.partial_result_token.as_ref());
        let mut locate = places::locate(&context.documents, encoding);
        let mut show = |found| pieces.add(locate(found));
        let found = sfmc_ide::references_everywhere(workspace, snapshot, file, offset, with_declaration, &mut show)
            .or_else(|| sfmc_ide::content_references(workspace, snapshot, file, offset, &mut show))
            .or_else(|| sfmc_ide::table_references(snapshot, file, offset, &mut show));
        Ok(found.map(|_| pieces.finish()))
    }
}
