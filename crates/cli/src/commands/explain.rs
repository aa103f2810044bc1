//! `sfmc-analyzer explain RULE`

use std::io::Write;

use anyhow::bail;
use sfmc_diagnostics::{rule_docs, similar};

use crate::arguments::Explain;

pub(crate) fn run(arguments: &Explain) -> anyhow::Result<u8> {
    let name = arguments.rule.trim();
    let rules = sfmc_project::all_rules();
    let called = |name: &str| rules.iter().copied().find(|rule| rule.id == name || rule.has_alias(name));
    let rule = called(name).or_else(|| called(&format!("amp/{name}")));
    let Some(rule) = rule else {
        let names = rules.iter().flat_map(|rule| rule.aliases.iter().copied().chain([rule.id]));
        let advice = match similar::closest(name, names) {
            Some(other) => format!("did you mean `{other}`?"),
            None => "`sfmc-analyzer rules` lists them all".to_owned(),
        };
        bail!("there is no rule `{name}`; {advice}");
    };
    write!(std::io::stdout().lock(), "{}", rule_docs::explain(rule))?;
    Ok(crate::CLEAN)
}
