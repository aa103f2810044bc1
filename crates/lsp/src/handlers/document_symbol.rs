//! `textDocument/documentSymbol`: what is in a document?

use sfmc_ide::Symbol;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, Uri},
};

use crate::{
    conversions::{self, Positions},
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct DocumentSymbol;

impl Handler for DocumentSymbol {
    const METHOD: &'static str = "textDocument/documentSymbol";
    const ON_EDIT: OnEdit = OnEdit::Again;
    type Params = DocumentSymbolParams;
    type Answer = Option<DocumentSymbolResponse>;

    fn document(params: &DocumentSymbolParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, _: &DocumentSymbolParams) -> Result<Self::Answer> {
        let (snapshot, file, session) = (context.snapshot(), context.file, &context.session);
        let symbols = sfmc_ide::document_symbols(snapshot, file);
        let offsets = conversions::symbol_offsets(&symbols);
        let positions = Positions::in_file(snapshot, file, session.encoding, offsets);
        Ok(Some(if session.client.hierarchical_symbols {
            let mut tree = Vec::new();
            nest(symbols, 1, &positions, &mut tree);
            tree.into()
        } else {
            let mut flat = Vec::new();
            flatten(symbols, None, &positions, &context.uri, &mut flat);
            flat.into()
        }))
    }
}

/// What is nested deeper is told as if it stood beside what holds it: a level of symbols is two of JSON, and many clients read no more than
/// 128 of those.
const MAX_LEVELS: usize = 48;

#[allow(deprecated, reason = "the field has to be named")]
fn nest(symbols: Vec<Symbol>, level: usize, positions: &Positions, out: &mut Vec<lsp::DocumentSymbol>) {
    for symbol in symbols {
        let at = out.len();
        out.push(lsp::DocumentSymbol {
            name: symbol.name,
            detail: None,
            kind: conversions::symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            range: positions.range(symbol.range),
            selection_range: positions.range(symbol.selection),
            children: None,
        });
        if level >= MAX_LEVELS {
            nest(symbol.children, level, positions, out);
        } else if !symbol.children.is_empty() {
            let mut children = Vec::new();
            nest(symbol.children, level + 1, positions, &mut children);
            out[at].children = Some(children);
        }
    }
}

#[allow(deprecated, reason = "the field has to be named")]
fn flatten(
    symbols: Vec<Symbol>,
    container: Option<&str>,
    positions: &Positions,
    uri: &Uri,
    out: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        out.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: conversions::symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location { uri: uri.clone(), range: positions.range(symbol.range) },
            container_name: container.map(str::to_owned),
        });
        flatten(symbol.children, Some(&symbol.name), positions, uri, out);
    }
}
