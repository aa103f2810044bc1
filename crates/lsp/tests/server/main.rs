//! The server as a client sees it: real frames over streams in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "all of this is tests")]
#![allow(clippy::disallowed_methods, reason = "configuration files are real files")]

mod bad_input;
mod code_actions;
mod code_lenses;
mod configuration;
mod diagnostics;
mod folders;
mod harness;
mod inlay_hints;
mod lifecycle;
mod liveness;
mod navigation;
mod on_type_formatting;
mod queries;
mod rename;
mod semantic_tokens;
mod structure;
mod symbols;
mod sync;
mod tables;
mod workspace;
mod writing;
