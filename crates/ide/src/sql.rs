//! The features for files of SQL, a file for each. The public functions of this crate hand such files here, so that whoever asks needs not know
//! what a file is.
//!
//! What a statement says is told from its tree, and where one is half typed from the tokens before the place. A chunk is a statement, so
//! nothing that a feature asks goes over the end of one.

mod code_lenses;
mod completion;
mod context;
mod folding;
mod function_docs;
mod hover;
mod inlay_hints;
mod names;
mod navigation;
#[cfg(test)]
mod properties;
mod quoting;
mod refactor;
mod rename;
mod schema;
mod scope;
mod selection_ranges;
mod signature_help;
mod symbols;
#[cfg(test)]
pub(crate) mod testing;

pub use code_lenses::{QueryLens, query_lenses};
pub(crate) use completion::completions;
pub(crate) use folding::folds;
pub(crate) use function_docs::describe;
pub(crate) use hover::hover;
pub(crate) use inlay_hints::inlay_hints;
pub(crate) use navigation::{definition, highlights, references};
pub(crate) use refactor::refactorings;
pub(crate) use rename::{prepare_rename, rename};
pub(crate) use schema::named_origin;
pub(crate) use selection_ranges::selections;
pub(crate) use signature_help::signature_help;
pub(crate) use symbols::symbols;
