//! What the engine has to say and how it is written down: [`Diagnostic`], [`Fix`], [`Severity`], the description of a
//! [`Rule`] and of its documentation ([`rule_docs`]), how rules are named ([`selector`]), the [`suppression`] directives,
//! suggestions for misspelt names ([`similar`]), and every output format of the command line ([`format`](mod@format)).
//!
//! Invariant: knows text and ranges, not files on a disk, not salsa and not the protocol of editors.

mod diagnostic;
pub mod format;
mod rule;
pub mod rule_docs;
pub mod selector;
pub mod similar;
pub mod suppression;

pub use diagnostic::{Applicability, Diagnostic, Fix, Related, Severity, Tag};
pub use rule::{FixKind, Group, Rule};
