//! What the engine has to say and how it is written down: [`Diagnostic`], [`Fix`], [`Severity`], the description of a
//! [`Rule`], suppression directives, and every output format of the command line.
//!
//! Invariant: knows text and ranges, not files on a disk, not salsa and not the protocol of editors.

mod diagnostic;
mod rule;

pub use diagnostic::{Applicability, Diagnostic, Fix, Related, Severity, Tag};
pub use rule::{FixKind, Group, Rule};
