//! Logs go to standard error; `SFMC_LOG` says how much (`debug`, `sfmc_lsp=trace`).

// The one place that reads the environment.
#![allow(clippy::disallowed_methods)]

use tracing_subscriber::EnvFilter;

use crate::arguments::Arguments;

pub(crate) fn init(arguments: &Arguments) {
    let asked = std::env::var("SFMC_LOG").ok();
    // A check run of a small file takes a few milliseconds: do not spend them on a subscriber that nobody listens to.
    if asked.is_none() && !arguments.verbose && !matches!(arguments.command, crate::arguments::Command::Server(_)) {
        return;
    }
    let level = if arguments.verbose { "debug" } else { "warn" };
    let filter = EnvFilter::try_new(asked.as_deref().unwrap_or(level)).unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
}
