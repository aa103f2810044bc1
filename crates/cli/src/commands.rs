//! One file for each command.

pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod parse;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod server;

use std::io;

/// Whoever read our output has gone: `sfmc-analyzer rules | head`.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}
