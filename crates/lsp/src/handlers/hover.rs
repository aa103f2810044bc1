//! `textDocument/hover`: what is this?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, HoverContents, HoverParams, Uri},
};

use crate::{
    conversions::{self, Positions},
    requests::{Context, Handler, NeedsTables, OnEdit},
};

pub(crate) struct Hover;

impl Handler for Hover {
    const METHOD: &'static str = "textDocument/hover";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    const NEEDS_TABLES: NeedsTables = NeedsTables::Always;
    type Params = HoverParams;
    type Answer = Option<lsp::Hover>;

    fn document(params: &HoverParams) -> &Uri {
        &params.text_document_position_params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &HoverParams) -> Result<Self::Answer> {
        let (snapshot, file, session) = (context.snapshot(), context.file, &context.session);
        let position = params.text_document_position_params.position;
        let Some(offset) = conversions::offset(snapshot, file, position, session.encoding) else { return Ok(None) };
        let found = sfmc_ide::hover(snapshot, file, offset)
            .or_else(|| sfmc_ide::content_hover(&context.workspace, snapshot, file, offset));
        let Some(mut hover) = found else { return Ok(None) };
        sfmc_ide::add_definition_elsewhere(&context.workspace, snapshot, file, offset, &mut hover);
        let ends = [hover.range.start(), hover.range.end()];
        let positions = Positions::in_file(snapshot, file, session.encoding, ends);
        let contents = HoverContents::Markup(conversions::markup(&hover.text, session.client.hover_markdown));
        Ok(Some(lsp::Hover { contents, range: Some(positions.range(hover.range)) }))
    }
}
