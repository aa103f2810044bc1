//! `workspace/symbol`: what is called so?

use sfmc_ide::WorkspaceSymbolKind;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, Location, SymbolInformation, WorkspaceSymbolParams, WorkspaceSymbolResponse},
};

use crate::{
    places,
    requests::{WorkspaceContext, WorkspaceHandler},
};

pub(crate) struct WorkspaceSymbol;

impl WorkspaceHandler for WorkspaceSymbol {
    const METHOD: &'static str = "workspace/symbol";
    type Params = WorkspaceSymbolParams;
    type Answer = Option<WorkspaceSymbolResponse>;

    fn handle(context: &WorkspaceContext, params: &WorkspaceSymbolParams) -> Result<Self::Answer> {
        let found = sfmc_ide::workspace_symbols(&context.workspace, context.snapshot(), &params.query);
        let symbols = found.into_iter().filter_map(|symbol| information(context, symbol));
        Ok(Some(WorkspaceSymbolResponse::Flat(symbols.collect())))
    }
}

#[allow(deprecated, reason = "a field that has to be there")]
fn information(context: &WorkspaceContext, symbol: sfmc_ide::WorkspaceSymbol) -> Option<SymbolInformation> {
    let (uri, _) = context.documents.identify(&symbol.path)?;
    let location = match &symbol.place {
        Some((view, range)) => {
            let ranges = places::ranges(view, context.session.encoding, &[*range]);
            Location::new(uri, ranges.into_iter().next()?)
        }
        None => places::beginning(uri),
    };
    let kind = match symbol.kind {
        WorkspaceSymbolKind::Content => lsp::SymbolKind::MODULE,
        WorkspaceSymbolKind::File => lsp::SymbolKind::FILE,
        WorkspaceSymbolKind::DataExtension => lsp::SymbolKind::STRUCT,
        WorkspaceSymbolKind::Variable => lsp::SymbolKind::VARIABLE,
    };
    let container_name = symbol.container;
    Some(SymbolInformation { name: symbol.name, kind, tags: None, deprecated: None, location, container_name })
}
