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
    const NEEDS_WORKSPACE: bool = true;
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
        let contents = sfmc_ide::content_links(&context.workspace, context.snapshot(), context.file);
        let ranges = found.iter().map(|link| link.range).chain(contents.iter().map(|link| link.origin));
        let positions = Positions::of_ranges(context, ranges);
        let to_file = |link: sfmc_ide::ContentTarget| {
            // One place can lead to one file.
            let [file] = link.files.as_slice() else { return None };
            let target = Some(context.documents.identify(file)?.0);
            let range = positions.range(link.origin);
            Some(lsp::DocumentLink { range, target, tooltip: Some(link.title), data: None })
        };
        // What is no address after all is no link.
        let convert = |link: sfmc_ide::Link| {
            let target = Some(link.target.parse().ok()?);
            Some(lsp::DocumentLink { range: positions.range(link.range), target, tooltip: None, data: None })
        };
        let links = found.into_iter().filter_map(convert).chain(contents.into_iter().filter_map(to_file));
        Ok(Some(links.collect()))
    }
}
