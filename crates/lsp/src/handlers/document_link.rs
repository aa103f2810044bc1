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
            let target = Some(uri(&link.target)?);
            Some(lsp::DocumentLink { range: positions.range(link.range), target, tooltip: None, data: None })
        };
        let links = found.into_iter().filter_map(convert).chain(contents.into_iter().filter_map(to_file));
        Ok(Some(links.collect()))
    }
}

/// An address as a URI, which has letters of other alphabets only as bytes. Browsers write the names of hosts in another way, so that those
/// must have none.
fn uri(address: &str) -> Option<Uri> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    if !host.is_ascii() {
        return None;
    }
    let mut escaped = format!("{scheme}://");
    for c in rest.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            let mut bytes = [0; 4];
            escaped.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    escaped.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_uris() {
        let written = |address: &str| uri(address).map(|uri| uri.as_str().to_owned());
        assert_eq!(written("https://a.example/b?c=1#d").as_deref(), Some("https://a.example/b?c=1#d"));
        assert_eq!(written("https://a.example/é😀").as_deref(), Some("https://a.example/%C3%A9%F0%9F%98%80"));
        assert_eq!(written("https://é.example/"), None);
        assert_eq!(written("https://a.example/%zz"), None);
    }
}
