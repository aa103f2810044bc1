//! Entries of one configuration that contradict each other.

use sfmc_diagnostics::{Rule, selector::Selector};
use sfmc_syntax::TextRange;

use super::{ConfigProblem, node::Node};

/// Reports what says two things about the same rules.
pub(crate) fn check_rules(root: &Node, rules: &[&Rule], problems: &mut Vec<ConfigProblem>) {
    check_table(root, "", rules, problems);
    let overrides = root.get("overrides").map_or(&[][..], Node::items);
    for (index, table) in overrides.iter().enumerate() {
        check_table(table, &format!("overrides[{index}]."), rules, problems);
    }
}

/// Reports an API version that nothing can be done with.
pub(crate) fn check_api_version(root: &Node, problems: &mut Vec<ConfigProblem>) {
    let overrides = root.get("overrides").map_or(&[][..], Node::items);
    let tables = || std::iter::once(root).chain(overrides);
    let targets = || tables().filter_map(|table| table.get("target"));
    // Any other target is a mistake of its own.
    if targets().any(|target| target.is_damaged || target.as_str() != Some("engagement")) {
        return;
    }
    let entries = tables().flat_map(Node::entries).filter(|entry| entry.key == "api-version");
    problems.extend(entries.map(|entry| ConfigProblem {
        key: "api-version".to_owned(),
        range: entry.range,
        message: "`api-version` means nothing without `target = \"next\"`".to_owned(),
        help: Some("add the target, or remove the version".to_owned()),
    }));
}

/// An entry that says something about rules.
struct Entry<'a> {
    selector: Selector,
    range: TextRange,
    option: &'static str,
    verdict: Verdict<'a>,
}

#[derive(PartialEq)]
enum Verdict<'a> {
    On,
    Off,
    Severity(&'a str),
}

impl Verdict<'_> {
    fn contradicts(&self, other: &Verdict<'_>) -> bool {
        match (self, other) {
            (Verdict::Severity(a), Verdict::Severity(b)) => a != b,
            (Verdict::Off, other) | (other, Verdict::Off) => *other != Verdict::Off,
            _ => false,
        }
    }
}

fn check_table(table: &Node, path: &str, rules: &[&Rule], problems: &mut Vec<ConfigProblem>) {
    let entries = entries(table);
    for (index, later) in entries.iter().enumerate() {
        let contradicted = entries[..index]
            .iter()
            .find(|earlier| earlier.verdict.contradicts(&later.verdict) && are_equally_specific(earlier, later, rules));
        let Some(earlier) = contradicted else {
            continue;
        };
        let is_off = earlier.verdict == Verdict::Off || later.verdict == Verdict::Off;
        let winner = if is_off { "what they name is off" } else { "the severer one counts" };
        problems.push(ConfigProblem {
            key: format!("{path}{}", later.option),
            range: later.range,
            message: format!(
                "`{}` under `{}` contradicts `{}` under `{}`",
                later.selector, later.option, earlier.selector, earlier.option
            ),
            help: Some(format!("{winner}; remove one of the two")),
        });
    }
}

/// The entries of a table in the order of the text.
fn entries(table: &Node) -> Vec<Entry<'_>> {
    let listed = |option, verdict: fn() -> Verdict<'static>| {
        let items = table.get(option).map_or(&[][..], Node::items);
        items.iter().filter_map(move |item| {
            let selector = Selector::parse(item.as_str()?).ok()?;
            Some(Entry { selector, range: item.range, option, verdict: verdict() })
        })
    };
    let levels = table.get("rules").map_or(&[][..], Node::entries).iter().filter_map(|entry| {
        let selector = Selector::parse(&entry.key).ok()?;
        let verdict = match entry.node.as_str()? {
            "off" => Verdict::Off,
            severity => Verdict::Severity(severity),
        };
        Some(Entry { selector, range: entry.range, option: "rules", verdict })
    });
    let selected = listed("select", || Verdict::On);
    let mut entries: Vec<_> = selected.chain(listed("ignore", || Verdict::Off)).chain(levels).collect();
    entries.sort_by_key(|entry| entry.range.start());
    entries
}

/// Whether both name the same rules, in the same way. A group and a language that share rules do not contradict each other: people mean
/// the rules that both leave.
fn are_equally_specific(a: &Entry<'_>, b: &Entry<'_>, rules: &[&Rule]) -> bool {
    let mut named = false;
    for rule in rules {
        let specificity = a.selector.specificity(rule);
        if specificity != b.selector.specificity(rule) {
            return false;
        }
        named |= specificity.is_some();
    }
    named
}
