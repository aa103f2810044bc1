//! `textDocument/selectionRange`: what is selected when somebody selects more and more?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, SelectionRangeParams, Uri},
};

use crate::{
    conversions::{self, Positions},
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct SelectionRange;

impl Handler for SelectionRange {
    const METHOD: &'static str = "textDocument/selectionRange";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = SelectionRangeParams;
    type Answer = Option<Vec<lsp::SelectionRange>>;

    fn document(params: &SelectionRangeParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &SelectionRangeParams) -> Result<Self::Answer> {
        let (snapshot, file, encoding) = (context.snapshot(), context.file, context.session.encoding);
        let ranges = |position: &lsp::Position| {
            let offset = conversions::offset(snapshot, file, *position, encoding).unwrap_or_default();
            sfmc_ide::selection_ranges(snapshot, file, offset)
        };
        let found: Vec<_> = params.positions.iter().map(ranges).collect();
        let positions = Positions::of_ranges(context, found.iter().flatten().copied());
        // Each position has its answer, in the same order.
        let nest = |ranges: &Vec<_>| {
            let mut parent = None;
            for &range in ranges.iter().rev() {
                parent = Some(lsp::SelectionRange { range: positions.range(range), parent: parent.map(Box::new) });
            }
            parent.unwrap_or_default()
        };
        Ok(Some(found.iter().map(nest).collect()))
    }
}
