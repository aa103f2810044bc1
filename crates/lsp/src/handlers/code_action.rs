//! `textDocument/codeAction`: what can be done about the code here?

use sfmc_ide::{Action, ActionKind};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionTriggerKind, Uri},
};

use crate::{
    conversions::{self, Positions, SOURCE},
    edits::workspace_edit,
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct CodeAction;

impl Handler for CodeAction {
    const METHOD: &'static str = "textDocument/codeAction";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    const NEEDS_WORKSPACE: bool = true;
    type Params = CodeActionParams;
    type Answer = Option<Vec<CodeActionOrCommand>>;

    fn document(params: &CodeActionParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &CodeActionParams) -> Result<Self::Answer> {
        let asked = &params.context;
        // Who moved a cursor does not want to hear what could be done to the whole file.
        let is_asked = asked.trigger_kind != Some(CodeActionTriggerKind::AUTOMATIC);
        let wanted = |kind: ActionKind| match &asked.only {
            Some(only) => only.iter().any(|only| includes(only, kind)),
            None => is_asked || kind != ActionKind::FixAll,
        };
        if !context.session.client.code_action_literals || !ActionKind::ALL.into_iter().any(wanted) {
            return Ok(None);
        }
        let (snapshot, file, encoding) = (context.snapshot(), context.file, context.session.encoding);
        let Some(range) = conversions::text_range(snapshot, file, params.range, encoding) else { return Ok(None) };
        let actions = sfmc_ide::code_actions(snapshot, Some(&context.workspace), file, range, &context.levels, &wanted);
        Ok(Some(convert(context, actions)))
    }
}

/// The kind of an action in the protocol. Those for whole files have the name of this server, so that it can be asked alone.
pub(crate) fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::FixAll => CodeActionKind::from(format!("{}.{SOURCE}", CodeActionKind::SOURCE_FIX_ALL.as_str())),
        ActionKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
        ActionKind::Inline => CodeActionKind::REFACTOR_INLINE,
        ActionKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
    }
}

/// A kind stands for all kinds below it: `refactor` for `refactor.extract`, the empty one for all.
fn includes(only: &CodeActionKind, action: ActionKind) -> bool {
    let (only, kind) = (only.as_str(), kind(action));
    let rest = kind.as_str().strip_prefix(only);
    only.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn convert(context: &Context, actions: Vec<Action>) -> Vec<CodeActionOrCommand> {
    let (snapshot, file, session) = (context.snapshot(), context.file, &context.session);
    let found: Vec<_> = actions.iter().filter_map(|action| action.diagnostic.clone()).collect();
    let mut diagnostics = conversions::diagnostics(snapshot, file, &context.uri, &found, session).into_iter();
    let ranges = actions.iter().flat_map(|action| &action.edits).map(|edit| edit.range);
    let positions = Positions::of_ranges(context, ranges);
    let actions = actions.into_iter().map(|action| lsp::CodeAction {
        title: sentence(&action.title),
        kind: Some(kind(action.kind)),
        diagnostics: action.diagnostic.and_then(|_| diagnostics.next()).map(|diagnostic| vec![diagnostic]),
        edit: Some(workspace_edit(context, &action.edits, &positions)),
        is_preferred: (action.preferred && session.client.preferred_actions).then_some(true),
        ..lsp::CodeAction::default()
    });
    actions.map(CodeActionOrCommand::CodeAction).collect()
}

/// A title as menus have it: with a capital.
fn sentence(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
