//! `textDocument/semanticTokens/full`, `…/full/delta` and `…/range`: what is each word of the code?

use std::{ops::RangeInclusive, sync::PoisonError};

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        SemanticToken, SemanticTokens, SemanticTokensDeltaParams, SemanticTokensFullDeltaResult, SemanticTokensParams,
        SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult, Uri,
    },
};

use crate::{
    requests::{Context, Handler, OnEdit},
    tokens::{LastTokens, encode},
};

pub(crate) struct SemanticTokensFull;

impl Handler for SemanticTokensFull {
    const METHOD: &'static str = "textDocument/semanticTokens/full";
    const ON_EDIT: OnEdit = OnEdit::Again;
    type Params = SemanticTokensParams;
    type Answer = Option<SemanticTokensResult>;

    fn document(params: &SemanticTokensParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, _: &SemanticTokensParams) -> Result<Self::Answer> {
        let Some(tokens) = tokens(context, None) else { return Ok(None) };
        Ok(Some(SemanticTokensResult::Tokens(last(context).full(tokens))))
    }
}

pub(crate) struct SemanticTokensFullDelta;

impl Handler for SemanticTokensFullDelta {
    const METHOD: &'static str = "textDocument/semanticTokens/full/delta";
    const ON_EDIT: OnEdit = OnEdit::Again;
    type Params = SemanticTokensDeltaParams;
    type Answer = Option<SemanticTokensFullDeltaResult>;

    fn document(params: &SemanticTokensDeltaParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &SemanticTokensDeltaParams) -> Result<Self::Answer> {
        let Some(tokens) = tokens(context, None) else { return Ok(None) };
        Ok(Some(last(context).delta(&params.previous_result_id, tokens)))
    }
}

pub(crate) struct SemanticTokensRange;

impl Handler for SemanticTokensRange {
    const METHOD: &'static str = "textDocument/semanticTokens/range";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = SemanticTokensRangeParams;
    type Answer = Option<SemanticTokensRangeResult>;

    fn document(params: &SemanticTokensRangeParams) -> &Uri {
        &params.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &SemanticTokensRangeParams) -> Result<Self::Answer> {
        let (start, end) = (params.range.start.line, params.range.end.line);
        let Some(data) = tokens(context, Some(start..=end.max(start))) else { return Ok(None) };
        Ok(Some(SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data })))
    }
}

fn tokens(context: &Context, lines: Option<RangeInclusive<u32>>) -> Option<Vec<SemanticToken>> {
    let found = sfmc_ide::semantic_tokens(context.snapshot(), context.file, lines, context.session.encoding)?;
    Some(encode(&found))
}

fn last(context: &Context) -> std::sync::MutexGuard<'_, LastTokens> {
    context.tokens.lock().unwrap_or_else(PoisonError::into_inner)
}
