//! `textDocument/definition`: where does what stands here come from?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{GotoDefinitionParams, GotoDefinitionResponse, Uri},
};

use crate::{
    conversions, navigation, places,
    requests::{Context, Handler, NeedsTables, OnEdit},
};

pub(crate) struct GotoDefinition;

impl Handler for GotoDefinition {
    const METHOD: &'static str = "textDocument/definition";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    const NEEDS_TABLES: NeedsTables = NeedsTables::Always;
    const NEEDS_WORKSPACE: bool = true;
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
        let Some(offset) = offset else { return Ok(None) };
        let links = context.session.client.definition_links;
        let locate = places::locate(&context.documents, context.session.encoding);
        let elsewhere = sfmc_ide::definition_elsewhere(&context.workspace, snapshot, file, offset, locate);
        if let Some(found) = elsewhere {
            return Ok(Some(GotoDefinitionResponse::Array(found.concat())));
        }
        if let Some(found) = sfmc_ide::definition(snapshot, file, offset) {
            return Ok(Some(navigation::response(context, &found, links)));
        }
        let locate = places::locate(&context.documents, context.session.encoding);
        if let Some(found) = sfmc_ide::table_definition(&context.workspace, snapshot, file, offset, locate) {
            return Ok(Some(GotoDefinitionResponse::Array(found)));
        }
        let content = sfmc_ide::content_definition(&context.workspace, snapshot, file, offset);
        Ok(content.map(|found| navigation::to_files(context, &found, links)))
    }
}
