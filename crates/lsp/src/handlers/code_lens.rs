//! `textDocument/codeLens` and `codeLens/resolve`: how often is each variable used, and what do queries read and write?

use serde::{Deserialize, Serialize};
use serde_json::json;
use sfmc_ide::QueryLens;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, CodeLensParams, Command, Uri},
};

use crate::{
    conversions::Positions,
    places,
    requests::{Context, Handler, OnEdit},
};

/// What a client does that shows places. Its arguments: the document, the position in it, and the places.
pub(crate) const SHOW_REFERENCES: &str = "sfmc-analyzer.showReferences";

pub(crate) struct CodeLens;

impl Handler for CodeLens {
    const METHOD: &'static str = "textDocument/codeLens";
    const ON_EDIT: OnEdit = OnEdit::Again;
    type Params = CodeLensParams;
    type Answer = Option<Vec<lsp::CodeLens>>;

    fn document(params: &CodeLensParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, _: &CodeLensParams) -> Result<Self::Answer> {
        let queries = sfmc_ide::query_lenses(context.snapshot(), context.file);
        if !queries.is_empty() || !context.levels.notes().references {
            return Ok(Some(told(context, queries)));
        }
        let found = sfmc_ide::code_lenses(context.snapshot(), context.file);
        let positions = Positions::of_ranges(context, found.iter().map(|lens| lens.range));
        let lenses = found.into_iter().map(|lens| {
            let data = Data { uri: context.uri.clone(), variable: lens.variable.to_string() };
            lsp::CodeLens { range: positions.range(lens.range), command: None, data: serde_json::to_value(data).ok() }
        });
        Ok(Some(lenses.collect()))
    }
}

/// Lenses that say all there is to say: nothing happens when somebody chooses them.
fn told(context: &Context, lenses: Vec<QueryLens>) -> Vec<lsp::CodeLens> {
    let positions = Positions::of_ranges(context, lenses.iter().map(|lens| lens.range));
    let lens = |QueryLens { range, title }| lsp::CodeLens {
        range: positions.range(range),
        command: Some(Command { title, ..Command::default() }),
        data: None,
    };
    lenses.into_iter().map(lens).collect()
}

/// What is kept of a lens until it is resolved.
#[derive(Serialize, Deserialize)]
struct Data {
    uri: Uri,
    variable: String,
}

/// A lens that is to be resolved.
pub(crate) struct Unresolved {
    data: Data,
    position: lsp::Position,
}

impl Unresolved {
    /// `None` for one that is not ours.
    pub(crate) fn new(lens: &lsp::CodeLens) -> Option<Unresolved> {
        let data = Data::deserialize(lens.data.as_ref()?).ok()?;
        Some(Unresolved { data, position: lens.range.start })
    }
}

pub(crate) struct ResolveCodeLens;

impl Handler for ResolveCodeLens {
    const METHOD: &'static str = "codeLens/resolve";
    // It names a variable, not a place.
    const ON_EDIT: OnEdit = OnEdit::Again;
    const NEEDS_WORKSPACE: bool = true;
    type Params = Unresolved;
    type Answer = Option<Command>;

    fn document(params: &Unresolved) -> &Uri {
        &params.data.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, Unresolved { data, position }: &Unresolved) -> Result<Self::Answer> {
        let (workspace, snapshot) = (&context.workspace, context.snapshot());
        let mut locate = places::locate(&context.documents, context.session.encoding);
        let found = sfmc_ide::lens_references(workspace, snapshot, context.file, &data.variable, |found| {
            (found.ranges.len(), locate(found))
        });
        let (counts, locations): (Vec<usize>, Vec<_>) = found.unwrap_or_default().into_iter().unzip();
        let count: usize = counts.iter().sum();
        let title = if count == 1 { "1 reference".to_owned() } else { format!("{count} references") };
        if !context.session.client.shows_references {
            return Ok(Some(Command { title, ..Command::default() }));
        }
        let arguments = Some(vec![json!(context.uri), json!(position), json!(locations.concat())]);
        Ok(Some(Command { title, command: SHOW_REFERENCES.to_owned(), arguments }))
    }
}
