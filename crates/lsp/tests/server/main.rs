//! The server as a client sees it: real frames over streams in memory.

mod bad_input;
mod code_actions;
mod configuration;
mod diagnostics;
mod harness;
mod lifecycle;
mod liveness;
mod symbols;
mod sync;
