//! `textDocument/foldingRange`: what can be folded?

use sfmc_ide::FoldKind;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, FoldingRangeKind, FoldingRangeParams, Uri},
};

use crate::requests::{Context, Handler, OnEdit};

pub(crate) struct FoldingRange;

impl Handler for FoldingRange {
    const METHOD: &'static str = "textDocument/foldingRange";
    const ON_EDIT: OnEdit = OnEdit::Again;
    type Params = FoldingRangeParams;
    type Answer = Option<Vec<lsp::FoldingRange>>;

    fn document(params: &FoldingRangeParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, _: &FoldingRangeParams) -> Result<Self::Answer> {
        let mut found = sfmc_ide::folding_ranges(context.snapshot(), context.file);
        if let Some(limit) = context.session.client.fold_limit {
            found.truncate(limit as usize);
        }
        // Without columns whole lines are meant.
        let convert = |fold: sfmc_ide::Fold| lsp::FoldingRange {
            start_line: fold.first,
            end_line: fold.last,
            kind: kind(fold.kind),
            ..lsp::FoldingRange::default()
        };
        Ok(Some(found.into_iter().map(convert).collect()))
    }
}

fn kind(kind: FoldKind) -> Option<FoldingRangeKind> {
    match kind {
        FoldKind::Code => None,
        FoldKind::Comment => Some(FoldingRangeKind::Comment),
        FoldKind::Region => Some(FoldingRangeKind::Region),
    }
}
