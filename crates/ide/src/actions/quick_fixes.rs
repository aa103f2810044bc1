//! The repairs of findings, as rules offer them.

use sfmc_diagnostics::{Applicability, Diagnostic};

use super::{Action, ActionKind};

/// The repairs of a finding. The first one, if it is safe, is the one to take unseen.
pub(super) fn fixes_of(diagnostic: &Diagnostic) -> impl Iterator<Item = Action> {
    diagnostic.fixes.iter().enumerate().map(|(index, fix)| Action {
        title: fix.title.clone(),
        kind: ActionKind::QuickFix,
        edits: fix.edits.clone(),
        diagnostic: Some(diagnostic.clone()),
        preferred: index == 0 && fix.applicability == Applicability::Safe,
    })
}
