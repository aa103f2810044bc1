//! The rules, one file each, and the walk that runs them.
//!
//! A rule file says what the rule is, why, when it fires, what it does about it, and shows it (`rules/<group>/<rule>.rs`); the registry and
//! the dispatch over it are generated from those files by `cargo xtask codegen`. A problem that a scanner, a parser or the page's fold found
//! is worded by the rule that has its name ([`CheckProblem`]); everything else is found in one walk over a chunk's tree, by the kind of node
//! ([`Check`]). Rules about values and variables look at what the code does instead ([`flow`]).
//!
//! Invariant: rules read one chunk or the folds, never the file system or the configuration. Severities are applied after them, so that
//! changing the configuration runs no rule again.

#[macro_use]
mod declare;
mod calendar;
mod calls;
mod check;
mod condition;
mod context;
mod delimiters;
mod fix;
mod flow;
mod lexemes;
#[allow(missing_docs)]
mod rules;
mod sql;
mod structure;
mod suppress;
mod surroundings;
mod variables;

mod generated {
    pub(crate) mod registry;
}

pub use check::{DefaultLevels, Levels, NamePattern, check_file, chunk_diagnostics};
pub use fix::{FixMode, Fixed, fix};
pub use flow::{FlowFinding, chunk_flow_findings, page_flow_findings};
pub use generated::registry::RULES;
pub use rules::sql::output_name::wrong_field_name;

use sfmc_diagnostics::Rule;

/// The rule with this id or alias.
pub fn rule(name: &str) -> Option<&'static Rule> {
    let matches = |rule: &&&'static Rule| rule.id == name || rule.has_alias(name);
    RULES.iter().find(matches).copied()
}

#[cfg(test)]
mod tests;
