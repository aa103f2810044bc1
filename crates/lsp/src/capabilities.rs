//! What the client can do, and what we offer it.

use sfmc_ide::ActionKind;
use sfmc_syntax::PositionEncoding;
use tower_lsp::ls_types as lsp;

use crate::{
    conversions::{SOURCE, encoding_kind, negotiate_encoding},
    handlers::{ON_TYPE_TRIGGER, SHOW_REFERENCES, code_action_kind},
    tokens,
};

/// What begins something that can be completed, beside letters: a variable, `%%`, an argument, a string, an attribute, a column.
const COMPLETION_TRIGGERS: [&str; 8] = ["@", "%", "(", ",", "\"", "'", "[", "."];

/// What was agreed in `initialize`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    /// How columns are counted.
    pub(crate) encoding: PositionEncoding,
    pub(crate) client: ClientCapabilities,
}

/// The client's capabilities, as far as anything depends on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientCapabilities {
    /// It asks for diagnostics; nothing is pushed.
    pub(crate) pulls_diagnostics: bool,
    /// It can be told to ask for all diagnostics again.
    pub(crate) diagnostic_refresh: bool,
    /// The same for inlay hints.
    pub(crate) inlay_hint_refresh: bool,
    /// The same for code lenses.
    pub(crate) code_lens_refresh: bool,
    /// It has a command that shows places. The protocol has no word for that; it says so as clients of other servers do, in
    /// `experimental.commands.commands`.
    pub(crate) shows_references: bool,
    pub(crate) related_information: bool,
    pub(crate) diagnostic_tags: bool,
    pub(crate) code_description: bool,
    pub(crate) hierarchical_symbols: bool,
    /// It understands links beside locations, where definitions and where declarations are told.
    pub(crate) definition_links: bool,
    pub(crate) declaration_links: bool,
    /// How many folds it wants of a document at most.
    pub(crate) fold_limit: Option<u32>,
    /// It colours by what the server says.
    pub(crate) semantic_tokens: bool,
    /// It asks before a rename what there is to rename.
    pub(crate) prepares_rename: bool,
    /// It understands code actions that are no commands.
    pub(crate) code_action_literals: bool,
    pub(crate) preferred_actions: bool,
    /// It understands edits for a version of a document.
    pub(crate) document_changes: bool,
    /// It draws Markdown in hovers.
    pub(crate) hover_markdown: bool,
    /// In the documentation of signatures and parameters.
    pub(crate) signature_markdown: bool,
    /// In the documentation of completions.
    pub(crate) completion_markdown: bool,
    /// It takes the place of a parameter in a label.
    pub(crate) label_offsets: bool,
    /// It fills in place holders.
    pub(crate) snippets: bool,
    /// It lets people choose whether a completion replaces what follows.
    pub(crate) insert_replace: bool,
    /// It strikes out what is deprecated.
    pub(crate) completion_tags: bool,
    /// It answers `workspace/configuration`.
    pub(crate) configuration: bool,
    pub(crate) registers_configuration: bool,
    pub(crate) registers_watched_files: bool,
    /// It shows how far work is that it did not ask for.
    pub(crate) work_done_progress: bool,
}

impl Session {
    pub(crate) fn new(capabilities: &lsp::ClientCapabilities) -> Session {
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        Session { encoding: negotiate_encoding(offered), client: ClientCapabilities::new(capabilities) }
    }

    /// What we offer this client.
    pub(crate) fn server_capabilities(&self) -> lsp::ServerCapabilities {
        let sync = lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
            ..Default::default()
        };
        let code_actions = lsp::CodeActionOptions {
            code_action_kinds: Some(ActionKind::ALL.map(code_action_kind).to_vec()),
            ..Default::default()
        };
        let diagnostics = lsp::DiagnosticOptions {
            identifier: Some(SOURCE.to_owned()),
            // What a content does counts in the pages that include it.
            inter_file_dependencies: true,
            workspace_diagnostics: false,
            ..Default::default()
        };
        let client = &self.client;
        let rename =
            lsp::RenameOptions { prepare_provider: Some(true), work_done_progress_options: Default::default() };
        lsp::ServerCapabilities {
            position_encoding: Some(encoding_kind(self.encoding)),
            text_document_sync: Some(sync.into()),
            // Without literals it would want commands, and we have none.
            code_action_provider: client.code_action_literals.then(|| code_actions.into()),
            completion_provider: Some(lsp::CompletionOptions {
                trigger_characters: Some(COMPLETION_TRIGGERS.map(str::to_owned).to_vec()),
                resolve_provider: Some(true),
                ..Default::default()
            }),
            hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
            signature_help_provider: Some(lsp::SignatureHelpOptions {
                trigger_characters: Some(vec!["(".to_owned(), ",".to_owned()]),
                // Where an inner call ends, the outer one is meant again.
                retrigger_characters: Some(vec![")".to_owned()]),
                ..Default::default()
            }),
            workspace_symbol_provider: Some(lsp::OneOf::Left(true)),
            call_hierarchy_provider: Some(lsp::CallHierarchyServerCapability::Simple(true)),
            workspace: Some(lsp::WorkspaceServerCapabilities {
                workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(lsp::OneOf::Left(true)),
                }),
                ..Default::default()
            }),
            document_symbol_provider: Some(lsp::OneOf::Left(true)),
            definition_provider: Some(lsp::OneOf::Left(true)),
            declaration_provider: Some(lsp::DeclarationCapability::Simple(true)),
            references_provider: Some(lsp::OneOf::Left(true)),
            document_highlight_provider: Some(lsp::OneOf::Left(true)),
            code_lens_provider: Some(lsp::CodeLensOptions { resolve_provider: Some(true) }),
            inlay_hint_provider: Some(lsp::OneOf::Left(true)),
            folding_range_provider: Some(true.into()),
            selection_range_provider: Some(true.into()),
            semantic_tokens_provider: client.semantic_tokens.then(|| {
                lsp::SemanticTokensOptions {
                    legend: tokens::legend(),
                    range: Some(true),
                    full: Some(lsp::SemanticTokensFullOptions::Delta { delta: Some(true) }),
                    ..Default::default()
                }
                .into()
            }),
            document_link_provider: Some(lsp::DocumentLinkOptions {
                resolve_provider: None,
                work_done_progress_options: Default::default(),
            }),
            document_on_type_formatting_provider: Some(lsp::DocumentOnTypeFormattingOptions {
                first_trigger_character: ON_TYPE_TRIGGER.to_owned(),
                more_trigger_character: None,
            }),
            // The options are only for clients that know them.
            rename_provider: Some(match client.prepares_rename {
                true => lsp::OneOf::Right(rename),
                false => lsp::OneOf::Left(true),
            }),
            diagnostic_provider: client
                .pulls_diagnostics
                .then_some(lsp::DiagnosticServerCapabilities::Options(diagnostics)),
            ..Default::default()
        }
    }
}

impl ClientCapabilities {
    fn new(capabilities: &lsp::ClientCapabilities) -> ClientCapabilities {
        let text = capabilities.text_document.clone().unwrap_or_default();
        let workspace = capabilities.workspace.clone().unwrap_or_default();
        let pulls_diagnostics = text.diagnostic.is_some();
        let (pushed, pulled) = (text.publish_diagnostics.unwrap_or_default(), text.diagnostic.unwrap_or_default());
        let actions = text.code_action.unwrap_or_default();
        let symbols = text.document_symbol.unwrap_or_default();
        let markdown =
            |kinds: Option<Vec<lsp::MarkupKind>>| kinds.is_some_and(|kinds| kinds.contains(&lsp::MarkupKind::Markdown));
        let signatures = text.signature_help.unwrap_or_default().signature_information.unwrap_or_default();
        let items = text.completion.unwrap_or_default().completion_item.unwrap_or_default();
        let edits = workspace.workspace_edit.unwrap_or_default();
        let window = capabilities.window.clone().unwrap_or_default();
        let is = |flag: Option<bool>| flag.unwrap_or(false);
        ClientCapabilities {
            pulls_diagnostics,
            diagnostic_refresh: is(workspace.diagnostics.unwrap_or_default().refresh_support),
            code_lens_refresh: is(workspace.code_lens.and_then(|lenses| lenses.refresh_support)),
            shows_references: has_command(capabilities.experimental.as_ref(), SHOW_REFERENCES),
            inlay_hint_refresh: is(workspace.inlay_hint.unwrap_or_default().refresh_support),
            // Clients of 3.17 announce the properties of diagnostics for pushed ones even if they pull them.
            related_information: is(pushed.related_information) || is(pulled.related_information),
            diagnostic_tags: pushed.tag_support.is_some() || pulled.tag_support.is_some(),
            code_description: is(pushed.code_description_support) || is(pulled.code_description_support),
            definition_links: is(text.definition.unwrap_or_default().link_support),
            declaration_links: is(text.declaration.unwrap_or_default().link_support),
            semantic_tokens: text.semantic_tokens.is_some(),
            fold_limit: text.folding_range.unwrap_or_default().range_limit,
            prepares_rename: is(text.rename.unwrap_or_default().prepare_support),
            hierarchical_symbols: is(symbols.hierarchical_document_symbol_support),
            code_action_literals: actions.code_action_literal_support.is_some(),
            preferred_actions: is(actions.is_preferred_support),
            document_changes: is(edits.document_changes),
            hover_markdown: markdown(text.hover.unwrap_or_default().content_format),
            signature_markdown: markdown(signatures.documentation_format),
            completion_markdown: markdown(items.documentation_format),
            label_offsets: is(signatures.parameter_information.and_then(|parameter| parameter.label_offset_support)),
            snippets: is(items.snippet_support),
            insert_replace: is(items.insert_replace_support),
            completion_tags: items.tag_support.is_some(),
            configuration: is(workspace.configuration),
            registers_configuration: is(workspace.did_change_configuration.unwrap_or_default().dynamic_registration),
            work_done_progress: is(window.work_done_progress),
            registers_watched_files: is(workspace.did_change_watched_files.unwrap_or_default().dynamic_registration),
        }
    }
}

/// Whether a client has a command.
fn has_command(experimental: Option<&serde_json::Value>, command: &str) -> bool {
    let commands = experimental.and_then(|experimental| experimental.pointer("/commands/commands")?.as_array());
    commands.is_some_and(|commands| commands.iter().any(|known| known == command))
}
