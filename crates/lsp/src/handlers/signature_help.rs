//! `textDocument/signatureHelp`: what is called here, and which argument is this?

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, SignatureHelpParams, Uri},
};

use crate::{
    conversions,
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct SignatureHelp;

impl Handler for SignatureHelp {
    const METHOD: &'static str = "textDocument/signatureHelp";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = SignatureHelpParams;
    type Answer = Option<lsp::SignatureHelp>;

    fn document(params: &SignatureHelpParams) -> &Uri {
        &params.text_document_position_params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &SignatureHelpParams) -> Result<Self::Answer> {
        let (snapshot, file, session) = (context.snapshot(), context.file, &context.session);
        let position = params.text_document_position_params.position;
        let Some(offset) = conversions::offset(snapshot, file, position, session.encoding) else { return Ok(None) };
        Ok(sfmc_ide::signature_help(snapshot, file, offset).map(|help| convert(help, context)))
    }
}

fn convert(help: sfmc_ide::SignatureHelp, context: &Context) -> lsp::SignatureHelp {
    let client = &context.session.client;
    let label = help.label;
    // Offsets in labels are UTF-16, whatever was agreed for documents.
    let units = |end: usize| conversions::utf16_len(&label[..end]);
    let documentation = |text: &sfmc_ide::Markup| {
        let markup = || lsp::Documentation::MarkupContent(conversions::markup(text, client.signature_markdown));
        (!text.is_empty()).then(markup)
    };
    let parameters: Vec<_> = help
        .parameters
        .iter()
        .map(|parameter| lsp::ParameterInformation {
            label: if client.label_offsets {
                lsp::ParameterLabel::LabelOffsets([units(parameter.label.start), units(parameter.label.end)])
            } else {
                lsp::ParameterLabel::Simple(label[parameter.label.clone()].to_owned())
            },
            documentation: documentation(&parameter.text),
        })
        .collect();
    // Behind the last parameter none is meant; left out, a client would take the first.
    let active = u32::try_from(help.active.unwrap_or(parameters.len())).ok();
    let documentation = documentation(&help.text);
    lsp::SignatureHelp {
        signatures: vec![lsp::SignatureInformation {
            label,
            documentation,
            parameters: Some(parameters),
            active_parameter: active,
        }],
        active_signature: Some(0),
        active_parameter: active,
    }
}
