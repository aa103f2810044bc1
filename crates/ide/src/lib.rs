//! What an editor can ask: each feature is a function from a snapshot and a position to plain data in editor terms.
//!
//! Invariant: no protocol types and nothing serializable; positions are byte offsets of the file, which [`positions`] turns into the client's.

mod code;
mod completion;
mod diagnostics;
mod expected;
mod format_samples;
mod function_docs;
mod hover;
mod markup;
pub mod positions;
mod quick_fixes;
mod signature_help;
mod symbols;

pub use completion::{CompletionItem, CompletionKind, CompletionOptions, Completions, completions, describe_function};
pub use diagnostics::diagnostics;
pub use hover::{Hover, hover};
pub use markup::Markup;
pub use quick_fixes::{QuickFix, quick_fixes};
pub use signature_help::{SignatureHelp, SignatureParameter, signature_help};
pub use symbols::{Symbol, SymbolKind, document_symbols};
