//! `textDocument/inlayHint`: what does the code mean that it does not say?

use sfmc_ide::{InlayHintKind, InlayHintOptions};
use sfmc_project::{Notes, options};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, InlayHintLabel, InlayHintLabelPart, InlayHintParams, InlayHintTooltip, Location, Uri},
};

use crate::{
    conversions::{self, Positions},
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct InlayHint;

impl Handler for InlayHint {
    const METHOD: &'static str = "textDocument/inlayHint";
    // The range is that of the old text.
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = InlayHintParams;
    type Answer = Option<Vec<lsp::InlayHint>>;

    fn document(params: &InlayHintParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &InlayHintParams) -> Result<Self::Answer> {
        let (snapshot, file, encoding) = (context.snapshot(), context.file, context.session.encoding);
        let Some(range) = conversions::text_range(snapshot, file, params.range, encoding) else { return Ok(None) };
        let found = sfmc_ide::inlay_hints(snapshot, file, range, wanted(context.levels.notes()));
        let targets = found.iter().filter_map(|hint| hint.target);
        let places = targets.flat_map(|target| [target.start(), target.end()]);
        let places = places.chain(found.iter().map(|hint| hint.at));
        let positions = Positions::in_file(snapshot, file, encoding, places);
        Ok(Some(found.into_iter().map(|hint| convert(context, hint, &positions)).collect()))
    }
}

fn wanted(notes: Notes) -> InlayHintOptions {
    let parameters = match notes.parameters {
        options::ParameterHints::None => sfmc_ide::ParameterHints::None,
        options::ParameterHints::Literals => sfmc_ide::ParameterHints::Literals,
        options::ParameterHints::All => sfmc_ide::ParameterHints::All,
    };
    InlayHintOptions { parameters, ends: notes.ends, types: notes.types }
}

fn convert(context: &Context, hint: sfmc_ide::InlayHint, positions: &Positions) -> lsp::InlayHint {
    // No client says what it draws there; what it draws in hovers it draws elsewhere.
    let markdown = context.session.client.hover_markdown;
    let tooltip = hint.tooltip.map(|text| InlayHintTooltip::MarkupContent(conversions::markup(&text, markdown)));
    let target = hint.target.map(|target| Location::new(context.uri.clone(), positions.range(target)));
    // Where one can go somewhere, only a part of a label can say where.
    let (label, tooltip) = match target {
        None => (InlayHintLabel::String(hint.label), tooltip),
        Some(location) => (InlayHintLabel::LabelParts(vec![part(hint.label, location)]), tooltip),
    };
    lsp::InlayHint {
        position: positions.position(hint.at),
        label,
        kind: match hint.kind {
            InlayHintKind::Parameter => Some(lsp::InlayHintKind::PARAMETER),
            InlayHintKind::Type => Some(lsp::InlayHintKind::TYPE),
            InlayHintKind::End => None,
        },
        text_edits: None,
        tooltip,
        padding_left: (hint.kind == InlayHintKind::End).then_some(true),
        padding_right: (hint.kind == InlayHintKind::Parameter).then_some(true),
        data: None,
    }
}

fn part(value: String, location: Location) -> InlayHintLabelPart {
    InlayHintLabelPart { value, location: Some(location), ..InlayHintLabelPart::default() }
}
