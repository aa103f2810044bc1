//! `sfmc-analyzer rules`

use std::io::Write;

use serde_json::json;
use sfmc_diagnostics::FixKind;

use crate::arguments::{Format, Rules};

pub(crate) fn run(arguments: &Rules) -> anyhow::Result<u8> {
    let mut out = std::io::stdout().lock();
    let rules = sfmc_project::all_rules();
    match arguments.output_format {
        Format::Human => {
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            for rule in &rules {
                let level = if rule.on_by_default { rule.severity.as_str() } else { "off" };
                let fix = if rule.fix == FixKind::None { " " } else { "*" };
                let group = rule.group.as_str();
                writeln!(out, "{:<width$}  {group:<11}  {level:<7} {fix} {}", rule.id, rule.summary())?;
            }
            writeln!(out, "\n{} rules; * can be fixed", rules.len())?;
        }
        Format::Json => {
            let rules: Vec<_> = rules
                .iter()
                .map(|rule| {
                    json!({
                        "id": rule.id,
                        "aliases": rule.aliases,
                        "group": rule.group.as_str(),
                        "severity": rule.severity.as_str(),
                        "onByDefault": rule.on_by_default,
                        "fix": match rule.fix {
                            FixKind::None => None,
                            FixKind::Safe => Some("safe"),
                            FixKind::Unsafe => Some("unsafe"),
                        },
                        "since": rule.since,
                        "summary": rule.summary(),
                        "documentation": rule.docs,
                        "url": rule.url(),
                    })
                })
                .collect();
            serde_json::to_writer_pretty(&mut out, &rules)?;
            writeln!(out)?;
        }
    }
    Ok(crate::CLEAN)
}
