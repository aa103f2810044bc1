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
    error.chain().any(|e| {
        let io = e.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = e.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}
