//! `textDocument/codeAction`: how can what is wrong here be mended?

use sfmc_ide::QuickFix;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, CodeActionKind, CodeActionOrCommand, CodeActionParams, Uri},
};

use crate::{
    conversions::{self, Positions},
    edits::workspace_edit,
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct CodeAction;

impl Handler for CodeAction {
    const METHOD: &'static str = "textDocument/codeAction";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = CodeActionParams;
    type Answer = Option<Vec<CodeActionOrCommand>>;

    fn document(params: &CodeActionParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &CodeActionParams) -> Result<Self::Answer> {
        let is_wanted = params.context.only.as_ref().is_none_or(|only| only.iter().any(includes_quick_fixes));
        if !is_wanted || !context.session.client.code_action_literals {
            return Ok(None);
        }
        let (snapshot, file, encoding) = (context.snapshot(), context.file, context.session.encoding);
        let Some(range) = conversions::text_range(snapshot, file, params.range, encoding) else { return Ok(None) };
        let fixes = sfmc_ide::quick_fixes(snapshot, file, range, &context.levels);
        Ok(Some(convert(context, &fixes)))
    }
}

/// A kind stands for all kinds that begin with it: `quickfix` and the empty kind for ours.
fn includes_quick_fixes(kind: &CodeActionKind) -> bool {
    [CodeActionKind::EMPTY, CodeActionKind::QUICKFIX].contains(kind)
}

fn convert(context: &Context, fixes: &[QuickFix]) -> Vec<CodeActionOrCommand> {
    let (snapshot, file, session) = (context.snapshot(), context.file, &context.session);
    let found: Vec<_> = fixes.iter().map(|fix| fix.diagnostic.clone()).collect();
    let diagnostics = conversions::diagnostics(snapshot, file, &context.uri, &found, session);
    let ranges = fixes.iter().flat_map(|fix| &fix.fix.edits).map(|edit| edit.range);
    let offsets = ranges.flat_map(|range| [range.start(), range.end()]);
    let positions = Positions::in_file(snapshot, file, session.encoding, offsets);
    let actions = fixes.iter().zip(diagnostics).map(|(fix, diagnostic)| lsp::CodeAction {
        title: sentence(&fix.fix.title),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic]),
        edit: Some(workspace_edit(context, &fix.fix.edits, &positions)),
        is_preferred: (fix.preferred && session.client.preferred_actions).then_some(true),
        ..lsp::CodeAction::default()
    });
    actions.map(CodeActionOrCommand::CodeAction).collect()
}

/// A title as menus have it: with a capital.
fn sentence(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
