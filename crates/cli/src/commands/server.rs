//! `sfmc-analyzer server`

use crate::arguments::Server;

pub(crate) fn run(arguments: &Server) -> anyhow::Result<u8> {
    // There is only the one transport.
    let _ = arguments.stdio;
    sfmc_lsp::run_stdio()
}
