//! `sfmc-analyzer server`

use std::process::ExitCode;

use sfmc_lsp::ServerOptions;

use crate::arguments::Server;

pub(crate) fn run(arguments: &Server) -> ExitCode {
    // There is only the one transport.
    let _ = arguments.stdio;
    sfmc_lsp::run_stdio(ServerOptions { version: env!("CARGO_PKG_VERSION").to_owned() })
}
