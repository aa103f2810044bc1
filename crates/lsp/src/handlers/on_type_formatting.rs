//! `textDocument/onTypeFormatting`: what does the line need that was just begun?

use sfmc_ide::Indentation;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, DocumentOnTypeFormattingParams, Uri},
};

use crate::{
    conversions::{self, Positions},
    requests::{Context, Handler, OnEdit},
};

/// What is typed to be answered.
pub(crate) const TRIGGER: &str = "\n";

pub(crate) struct OnTypeFormatting;

impl Handler for OnTypeFormatting {
    const METHOD: &'static str = "textDocument/onTypeFormatting";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = DocumentOnTypeFormattingParams;
    type Answer = Option<Vec<lsp::TextEdit>>;

    fn document(params: &DocumentOnTypeFormattingParams) -> &Uri {
        &params.text_document_position.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &DocumentOnTypeFormattingParams) -> Result<Self::Answer> {
        let (snapshot, file, encoding) = (context.snapshot(), context.file, context.session.encoding);
        let position = params.text_document_position.position;
        let Some(offset) = conversions::offset(snapshot, file, position, encoding).filter(|_| params.ch == TRIGGER)
        else {
            return Ok(None);
        };
        let indentation = Indentation { width: params.options.tab_size, blanks: params.options.insert_spaces };
        let edits = sfmc_ide::on_line_end(snapshot, file, offset, indentation);
        let positions = Positions::of_ranges(context, edits.iter().map(|edit| edit.range));
        let convert =
            |edit: sfmc_syntax::TextEdit| lsp::TextEdit { range: positions.range(edit.range), new_text: edit.new_text };
        Ok(Some(edits.into_iter().map(convert).collect()))
    }
}
