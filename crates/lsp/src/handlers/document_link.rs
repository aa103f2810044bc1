//! `textDocument/documentLink`: what leads out of a document?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, DocumentLinkParams, Uri},
};

use crate::{
    conversions::Positions,
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct DocumentLink;

impl Handler for DocumentLink {
    const METHOD: &'static str = "textDocument/documentLink";
    const ON_EDIT: OnEdit = OnEdit::Again;
    type Params = DocumentLinkParams;
    type Answer = Option<Vec<lsp::DocumentLink>>;

    fn document(params: &DocumentLinkParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, _: &DocumentLinkParams) -> Result<Self::Answer> {
        let found = sfmc_ide::document_links(context.snapshot(), context.file);
        let positions = Positions::of_ranges(context, found.iter().map(|link| link.range));
        // What is no address after all is no link.
        let convert = |link: sfmc_ide::Link| {
            let target = Some(link.target.parse().ok()?);
            Some(lsp::DocumentLink { range: positions.range(link.range), target, tooltip: None, data: None })
        };
        Ok(Some(found.into_iter().filter_map(convert).collect()))
    }
}
