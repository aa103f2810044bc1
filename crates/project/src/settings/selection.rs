//! Which rules are on, and how severe they are.

use sfmc_diagnostics::{
    Rule, Severity,
    selector::{Selector, Specificity},
};

use crate::options::{RuleName, RuleOptions};

/// What one table of the configuration says about rules.
pub(super) struct Directives {
    select: Option<Vec<Selector>>,
    ignore: Vec<Selector>,
    levels: Vec<(Selector, Option<Severity>)>,
}

impl Directives {
    pub(super) fn new(options: &RuleOptions) -> Directives {
        let parse = |RuleName(name): &RuleName| Selector::parse(name).ok();
        let parse_all = |names: &Vec<RuleName>| names.iter().filter_map(parse).collect();
        let level = |(name, level): (&RuleName, &crate::options::Level)| Some((parse(name)?, level.severity()));
        Directives {
            select: options.select.as_ref().map(parse_all),
            ignore: parse_all(&options.ignore),
            levels: options.rules.iter().filter_map(level).collect(),
        }
    }
}

/// What becomes of each rule. Tables are applied one after the other, each over what was before.
pub(super) struct Selection<'a>(Vec<State<'a>>);

struct State<'a> {
    rule: &'a Rule,
    /// Whether the rule takes part: by default, by `select`, or because a severity was given to it by name.
    is_selected: bool,
    /// Whether it was turned off again.
    is_off: bool,
    severity: Severity,
}

impl<'a> Selection<'a> {
    pub(super) fn new(rules: &[&'a Rule]) -> Selection<'a> {
        let state =
            |rule: &&'a Rule| State { rule, is_selected: rule.on_by_default, is_off: false, severity: rule.severity };
        Selection(rules.iter().map(state).collect())
    }

    pub(super) fn apply(&mut self, directives: &Directives) {
        for state in &mut self.0 {
            state.apply(directives);
        }
    }

    pub(super) fn severities(&self) -> Vec<Option<Severity>> {
        let severity = |state: &State<'_>| (state.is_selected && !state.is_off).then_some(state.severity);
        self.0.iter().map(severity).collect()
    }
}

impl State<'_> {
    /// Of all that a table says about the rule, the most specific counts; of two as specific, the one that says less.
    fn apply(&mut self, directives: &Directives) {
        let closest =
            |selectors: &[Selector]| selectors.iter().filter_map(|selector| selector.specificity(self.rule)).max();
        let selected = directives.select.as_deref().map(closest);
        let off = directives.levels.iter().filter(|(_, level)| level.is_none());
        let off = off.filter_map(|(selector, _)| selector.specificity(self.rule)).max();
        let off = closest(&directives.ignore).max(off);
        let severity = directives
            .levels
            .iter()
            .filter_map(|(selector, level)| Some((selector.specificity(self.rule)?, (*level)?)))
            .max();
        if let Some(selected) = selected {
            self.is_selected = selected.is_some();
            self.is_off = false;
        }
        if let Some((specificity, severity)) = severity {
            self.severity = severity;
            self.is_off = false;
            // Only the name itself turns on what is not on by default: whoever gives a severity to a group means the
            // rules of it that there are, not more of them.
            self.is_selected |= specificity == Specificity::Rule;
        }
        let on = selected.flatten().max(severity.map(|(specificity, _)| specificity));
        if off.is_some() && off >= on {
            self.is_off = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::{FixKind, Group};

    use super::*;

    const fn rule(id: &'static str, group: Group, on_by_default: bool) -> Rule {
        let (severity, fix) = (Severity::Warning, FixKind::None);
        Rule { id, aliases: &[], group, severity, on_by_default, fix, since: "0.1.0", docs: "" }
    }

    static A: Rule = rule("amp/a", Group::Syntax, true);
    static B: Rule = rule("amp/b", Group::Style, true);
    static C: Rule = rule("amp/c", Group::Style, false);
    static D: Rule = rule("sql/d", Group::Style, true);

    /// Applies tables, given in TOML, and shows the rules that are on then.
    #[track_caller]
    fn check(tables: &[&str], expected: &str) {
        let mut selection = Selection::new(&[&A, &B, &C, &D]);
        for table in tables {
            selection.apply(&Directives::new(&toml::from_str(table).unwrap()));
        }
        let shown = selection.0.iter().zip(selection.severities()).filter_map(|(state, severity)| {
            let letter = &state.rule.id[4..];
            match severity? {
                Severity::Warning => Some(letter.to_owned()),
                severity => Some(format!("{letter}:{severity}")),
            }
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{tables:?}");
    }

    #[test]
    fn select_replaces_the_default() {
        check(&[""], "a b d");
        check(&["select = ['all']"], "a b c d");
        check(&["select = []"], "");
        check(&["select = ['amp/c', 'sql']"], "c d");
        check(&["select = ['amp/a']", "select = ['sql']"], "d");
    }

    #[test]
    fn the_most_specific_decides() {
        check(&["ignore = ['style']"], "a");
        check(&["select = ['amp'], ignore = ['style']".replace(", i", "\ni").as_str()], "a");
        check(&["select = ['style']\nignore = ['amp']"], "d");
        check(&["select = ['amp/c']\nignore = ['all']"], "c");
        check(&["select = ['amp/c']\nignore = ['amp/c']"], "");
        check(&["rules = { all = 'off', amp = 'error' }"], "a:error b:error");
        check(&["rules = { all = 'hint', style = 'info', 'amp/b' = 'error' }"], "a:hint b:error d:info");
        check(&["ignore = ['amp']\nrules = { 'amp/a' = 'error', all = 'info' }"], "a:error d:info");
    }

    #[test]
    fn only_the_name_turns_on_what_is_off_by_default() {
        check(&["rules = { style = 'error' }"], "a b:error d:error");
        check(&["rules = { 'amp/c' = 'error' }"], "a b c:error d");
        check(&["select = ['sql']\nrules = { 'amp/c' = 'error', 'amp' = 'hint' }"], "c:error d");
        check(&["select = ['amp']\nrules = { 'amp' = 'hint' }"], "a:hint b:hint c:hint");
    }

    #[test]
    fn a_later_table_decides_over_an_earlier_one() {
        check(&["rules = { 'amp/a' = 'error' }", "ignore = ['all']"], "");
        check(&["rules = { amp = 'off' }", "rules = { amp = 'error' }"], "a:error b:error d");
        check(&["ignore = ['amp/a']", "select = ['amp/a']"], "a");
        check(&["rules = { 'amp/a' = 'error' }", "rules = { all = 'hint' }"], "a:hint b:hint d:hint");
    }
}
