//! What an editor can ask: each feature is a function from a snapshot and a position to plain data in editor terms.
//!
//! Invariant: no protocol types and nothing serializable; positions are byte offsets of the file, which [`positions`] turns into the client's.

mod actions;
mod casing;
mod code;
mod code_lenses;
mod completion;
mod control;
mod cursor;
mod data_extensions;
mod definition;
mod diagnostics;
mod elements;
#[cfg(test)]
mod everywhere;
mod expected;
mod folding;
mod format_samples;
mod function_docs;
mod highlights;
mod hover;
mod inlay_hints;
mod layout;
mod links;
mod markup;
mod on_type;
pub mod positions;
mod refactor;
mod references;
mod rename;
mod rows;
mod selection_ranges;
mod semantic_tokens;
mod signature_help;
mod sql;
mod symbols;
#[cfg(test)]
mod testing;
mod treated;
mod variables;
mod workspace;

pub use actions::{Action, ActionKind, code_actions};
pub use code_lenses::{CodeLens, code_lenses, lens_references};
pub use completion::{
    CompletionItem, CompletionKind, CompletionOptions, Completions, completions, describe_function,
    describe_sql_function,
};
pub use definition::{Navigation, NavigationTarget, declaration, definition};
pub use diagnostics::diagnostics;
pub use folding::{Fold, FoldKind, folding_ranges};
pub use highlights::{Highlight, HighlightKind, highlights};
pub use hover::{Hover, hover};
pub use inlay_hints::{InlayHint, InlayHintKind, InlayHintOptions, ParameterHints, inlay_hints};
pub use links::{Link, document_links};
pub use markup::Markup;
pub use on_type::{Indentation, on_line_end};
pub use references::references;
pub use rename::{RenameError, RenameTarget, prepare_rename, rename};
pub use selection_ranges::selection_ranges;
pub use semantic_tokens::{ClassifiedToken, TokenClass, TokenMarks, semantic_tokens};
pub use signature_help::{SignatureHelp, SignatureParameter, signature_help};
pub use sql::{QueryLens, query_lenses};
pub use symbols::{Symbol, SymbolKind, document_symbols};
pub use workspace::{
    Call, CallTarget, ContentTarget, FileEdits, FilePlaces, Graph, Mentions, Texts, View, Vocabulary, Workspace,
    WorkspaceSymbol, WorkspaceSymbolKind, add_definition_elsewhere, call_targets, content_definition, content_hover,
    content_links, content_references, definition_elsewhere, included_contents, incoming_calls, mentions_of,
    outgoing_calls, references_everywhere, rename_everywhere, table_definition, table_references, workspace_symbols,
};
