//! All safe fixes at once, of a rule or of all of them, as `check --fix` applies them.

use sfmc_diagnostics::{Diagnostic, Fix};
use sfmc_lint::{FixMode, fix};

use super::{Action, ActionKind, trial::Trial};

/// For each rule of the findings that has more than one safe fix in the file: all of them.
pub(super) fn of_rules(trial: &Trial<'_>, here: &[&Diagnostic], actions: &mut Vec<Action>) {
    let mut done: Vec<&str> = Vec::new();
    for diagnostic in here {
        let rule = diagnostic.rule;
        if FixMode::Safe.choose(diagnostic).is_none() || done.contains(&rule.id) {
            continue;
        }
        if done.len() == trial.budget() {
            return;
        }
        done.push(rule.id);
        let choose = |found: &Diagnostic| found.rule == rule && FixMode::Safe.choose(found).is_some();
        if trial.found().iter().filter(|found| choose(found)).count() > 1
            && let Some(action) =
                fix_all(trial, ActionKind::QuickFix, |found| FixMode::Safe.choose(found).filter(|_| found.rule == rule))
        {
            let title = format!("fix all `{}` in this file", rule.id);
            actions.push(Action { title, diagnostic: Some((*diagnostic).clone()), ..action });
        }
    }
}

/// All safe fixes of the file.
pub(super) fn of_file(trial: &Trial<'_>) -> Option<Action> {
    fix_all(trial, ActionKind::FixAll, |found| FixMode::Safe.choose(found))
}

fn fix_all(trial: &Trial<'_>, kind: ActionKind, choose: impl Fn(&Diagnostic) -> Option<&Fix>) -> Option<Action> {
    let found = trial.found();
    if !found.iter().any(|found| choose(found).is_some()) {
        return None;
    }
    let fixed = fix(trial.text().to_owned(), found.to_vec(), choose, |text| trial.check(text));
    let title = "apply all safe fixes in this file".to_owned();
    (!fixed.edits.is_empty()).then_some(Action { title, kind, edits: fixed.edits, diagnostic: None, preferred: false })
}
