//! `textDocument/declaration`: where is what stands here declared?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{GotoDefinitionParams, GotoDefinitionResponse, Uri},
};

use crate::{
    conversions, navigation,
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct GotoDeclaration;

impl Handler for GotoDeclaration {
    const METHOD: &'static str = "textDocument/declaration";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = GotoDefinitionParams;
    type Answer = Option<GotoDefinitionResponse>;

    fn document(params: &GotoDefinitionParams) -> &Uri {
        &params.text_document_position_params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &GotoDefinitionParams) -> Result<Self::Answer> {
        let (snapshot, file) = (context.snapshot(), context.file);
        let position = params.text_document_position_params.position;
        let offset = conversions::offset(snapshot, file, position, context.session.encoding);
        let found = offset.and_then(|offset| sfmc_ide::declaration(snapshot, file, offset));
        let links = context.session.client.declaration_links;
        Ok(found.map(|found| navigation::response(context, &found, links)))
    }
}
