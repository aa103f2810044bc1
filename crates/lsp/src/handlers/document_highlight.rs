//! `textDocument/documentHighlight`: what belongs to what stands here?

use sfmc_ide::HighlightKind;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, DocumentHighlightKind, DocumentHighlightParams, Uri},
};

use crate::{
    conversions::{self, Positions},
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct DocumentHighlight;

impl Handler for DocumentHighlight {
    const METHOD: &'static str = "textDocument/documentHighlight";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = DocumentHighlightParams;
    type Answer = Option<Vec<lsp::DocumentHighlight>>;

    fn document(params: &DocumentHighlightParams) -> &Uri {
        &params.text_document_position_params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &DocumentHighlightParams) -> Result<Self::Answer> {
        let (snapshot, file) = (context.snapshot(), context.file);
        let position = params.text_document_position_params.position;
        let offset = conversions::offset(snapshot, file, position, context.session.encoding);
        let found = offset.and_then(|offset| sfmc_ide::highlights(snapshot, file, offset));
        Ok(found.map(|found| {
            let positions = Positions::of_ranges(context, found.iter().map(|highlight| highlight.range));
            let convert = |highlight: sfmc_ide::Highlight| lsp::DocumentHighlight {
                range: positions.range(highlight.range),
                kind: Some(kind(highlight.kind)),
            };
            found.into_iter().map(convert).collect()
        }))
    }
}

fn kind(kind: HighlightKind) -> DocumentHighlightKind {
    match kind {
        HighlightKind::Write => DocumentHighlightKind::WRITE,
        HighlightKind::Read => DocumentHighlightKind::READ,
        HighlightKind::Keyword => DocumentHighlightKind::TEXT,
    }
}
