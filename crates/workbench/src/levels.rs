//! Every rule on, at its own severity: what is run over other people's code.

use sfmc_diagnostics::{Rule, Severity};
use sfmc_lint::Levels;

pub(crate) struct EverythingOn;

impl Levels for EverythingOn {
    fn severity(&self, rule: &'static Rule) -> Option<Severity> {
        Some(rule.severity)
    }
}
