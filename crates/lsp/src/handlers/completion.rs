//! `textDocument/completion` and `completionItem/resolve`: what can be written here?

use serde::{Deserialize, Serialize};
use sfmc_db::FileKind;
use sfmc_ide::{CompletionKind, CompletionOptions};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{self as lsp, CompletionParams, CompletionResponse, CompletionTextEdit, Uri},
};

use crate::{
    capabilities::ClientCapabilities,
    conversions::{self, Positions},
    requests::{Context, Handler, OnEdit},
};

pub(crate) struct Completion;

impl Handler for Completion {
    const METHOD: &'static str = "textDocument/completion";
    const ON_EDIT: OnEdit = OnEdit::Refuse;
    type Params = CompletionParams;
    type Answer = Option<CompletionResponse>;

    fn document(params: &CompletionParams) -> &Uri {
        &params.text_document_position.text_document.uri
    }

    fn nothing() -> Self::Answer {
        None
    }

    fn handle(context: &Context, params: &CompletionParams) -> Result<Self::Answer> {
        let (snapshot, file, session) = (context.snapshot(), context.file, &context.session);
        let position = params.text_document_position.position;
        let Some(offset) = conversions::offset(snapshot, file, position, session.encoding) else { return Ok(None) };
        let client = &session.client;
        let options = CompletionOptions { snippets: client.snippets };
        // Before the tables were read nobody knows all that fits; the client asks again when more is typed.
        let is_sql = snapshot.page(file).is_some_and(|page| page.info(snapshot.db()).kind == FileKind::Sql);
        let unsure = is_sql && !context.has_tables;
        let Some(found) = sfmc_ide::completions(snapshot, file, offset, options, Some(&context.workspace)) else {
            let nothing = lsp::CompletionList { is_incomplete: true, items: Vec::new() };
            return Ok(unsure.then_some(CompletionResponse::List(nothing)));
        };
        let ends =
            [found.replace.start(), found.replace.end(), found.insert.end(), found.only.start(), found.only.end()];
        let positions = Positions::in_file(snapshot, file, session.encoding, ends);
        let place = Place {
            insert: positions.range(found.insert),
            replace: positions.range(found.replace),
            only: positions.range(found.only),
            client,
        };
        let is_incomplete = found.incomplete || unsure;
        let items = found.items.into_iter().enumerate().map(|(rank, item)| place.item(rank, item)).collect();
        Ok(Some(CompletionResponse::List(lsp::CompletionList { is_incomplete, items })))
    }
}

/// What is kept of an item until it is resolved.
#[derive(Serialize, Deserialize)]
struct Data {
    function: String,
    /// It is one of SQL.
    #[serde(default)]
    sql: bool,
    markdown: bool,
}

struct Place<'a> {
    insert: lsp::Range,
    replace: lsp::Range,
    only: lsp::Range,
    client: &'a ClientCapabilities,
}

impl Place<'_> {
    fn item(&self, rank: usize, item: sfmc_ide::CompletionItem) -> lsp::CompletionItem {
        let is_snippet = item.snippet.is_some();
        let new_text = item.snippet.or(item.insert).unwrap_or_else(|| item.label.clone());
        let text_edit = if self.client.insert_replace {
            let (insert, replace) = (self.insert, self.replace);
            CompletionTextEdit::InsertAndReplace(lsp::InsertReplaceEdit { new_text, insert, replace })
        } else {
            CompletionTextEdit::Edit(lsp::TextEdit { range: self.only, new_text })
        };
        let is_function = matches!(item.kind, CompletionKind::Function | CompletionKind::SqlFunction);
        let data = is_function.then(|| Data {
            function: item.label.clone(),
            sql: item.kind == CompletionKind::SqlFunction,
            markdown: self.client.completion_markdown,
        });
        let deprecated = item.deprecated && self.client.completion_tags;
        let documentation = (!item.text.is_empty()).then(|| {
            lsp::Documentation::MarkupContent(conversions::markup(&item.text, self.client.completion_markdown))
        });
        lsp::CompletionItem {
            filter_text: item.filter,
            kind: Some(kind(item.kind)),
            detail: item.detail,
            documentation,
            tags: deprecated.then(|| vec![lsp::CompletionItemTag::DEPRECATED]),
            sort_text: Some(format!("{rank:05}")),
            insert_text_format: is_snippet.then_some(lsp::InsertTextFormat::SNIPPET),
            text_edit: Some(text_edit),
            data: data.and_then(|data| serde_json::to_value(data).ok()),
            label: item.label,
            ..lsp::CompletionItem::default()
        }
    }
}

fn kind(kind: CompletionKind) -> lsp::CompletionItemKind {
    match kind {
        CompletionKind::Function => lsp::CompletionItemKind::FUNCTION,
        CompletionKind::Member => lsp::CompletionItemKind::METHOD,
        CompletionKind::Variable => lsp::CompletionItemKind::VARIABLE,
        CompletionKind::Keyword => lsp::CompletionItemKind::KEYWORD,
        CompletionKind::Attribute => lsp::CompletionItemKind::FIELD,
        CompletionKind::Value => lsp::CompletionItemKind::VALUE,
        CompletionKind::Snippet => lsp::CompletionItemKind::SNIPPET,
        CompletionKind::SqlFunction => lsp::CompletionItemKind::FUNCTION,
        CompletionKind::Table => lsp::CompletionItemKind::STRUCT,
        CompletionKind::Column => lsp::CompletionItemKind::FIELD,
        CompletionKind::Type => lsp::CompletionItemKind::TYPE_PARAMETER,
    }
}

/// The item with what there is to know of it. About no document: it is answered at once, whatever the item says.
pub(crate) fn resolve(mut item: lsp::CompletionItem) -> lsp::CompletionItem {
    let data = item.data.as_ref().and_then(|data| Data::deserialize(data).ok());
    let describe = |data: &Data| match data.sql {
        true => sfmc_ide::describe_sql_function(&data.function),
        false => sfmc_ide::describe_function(&data.function),
    };
    if let Some(data) = data
        && let Some(text) = describe(&data)
    {
        item.documentation = Some(lsp::Documentation::MarkupContent(conversions::markup(&text, data.markdown)));
    }
    item
}
