//! One file for each method of the protocol. A request implements [`Handler`](crate::requests::Handler) and has a line in the table of
//! `backend.rs`; a notification is a function on the loop.

mod code_action;
mod diagnostic;
mod did_change;
mod did_change_configuration;
mod did_change_watched_files;
mod did_close;
mod did_open;
mod document_highlight;
mod document_link;
mod document_symbol;
mod folding_range;
mod goto_declaration;
mod goto_definition;
mod initialize;
mod initialized;
mod prepare_rename;
mod references;
mod rename;
mod selection_range;
mod shutdown;

pub(crate) use code_action::CodeAction;
pub(crate) use diagnostic::{DocumentDiagnostic, file_diagnostics};
pub(crate) use did_change::did_change;
pub(crate) use did_change_configuration::did_change_configuration;
pub(crate) use did_change_watched_files::did_change_watched_files;
pub(crate) use did_close::did_close;
pub(crate) use did_open::did_open;
pub(crate) use document_highlight::DocumentHighlight;
pub(crate) use document_link::DocumentLink;
pub(crate) use document_symbol::DocumentSymbol;
pub(crate) use folding_range::FoldingRange;
pub(crate) use goto_declaration::GotoDeclaration;
pub(crate) use goto_definition::GotoDefinition;
pub(crate) use initialize::initialize;
pub(crate) use initialized::initialized;
pub(crate) use prepare_rename::PrepareRename;
pub(crate) use references::References;
pub(crate) use rename::Rename;
pub(crate) use selection_range::SelectionRange;
pub(crate) use shutdown::shutdown;
