//! `textDocument/references`: where is this variable used?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{Location, ReferenceParams, Uri},
};

use crate::{
    conversions::{self, Positions},
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct References;

impl Handler for References {
    const METHOD: &'static str = "textDocument/references";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = ReferenceParams;
    type Answer = Option<Vec<Location>>;

    fn document(params: &ReferenceParams) -> &Uri {
        &params.text_document_position.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &ReferenceParams) -> Result<Self::Answer> {
        let (snapshot, file) = (context.snapshot(), context.file);
        let position = params.text_document_position.position;
        let offset = conversions::offset(snapshot, file, position, context.session.encoding);
        let with_declaration = params.context.include_declaration;
        let found = offset.and_then(|offset| sfmc_ide::references(snapshot, file, offset, with_declaration));
        Ok(found.map(|found| {
            let positions = Positions::of_ranges(context, found.iter().copied());
            let location = |range| Location::new(context.uri.clone(), positions.range(range));
            found.into_iter().map(location).collect()
        }))
    }
}
