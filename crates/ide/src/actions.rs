//! What can be done about the code here? Fixes of what is wrong, comments that silence it, and refactorings, as edits of the page.

mod endings;
mod fix_all;
mod groupings;
mod quick_fixes;
mod suppress;
#[cfg(test)]
mod tests;
pub(crate) mod trial;

use sfmc_db::{FileId, Snapshot};
use sfmc_diagnostics::Diagnostic;
use sfmc_lint::Levels;
use sfmc_syntax::{TextEdit, TextRange, TextSize};

use crate::{refactor, sql, workspace::Workspace};
use quick_fixes::fixes_of;
use trial::Trial;

/// What kind of action one is; menus and key bindings ask for kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// It mends or silences a finding.
    QuickFix,
    /// It mends all that can be mended unseen.
    FixAll,
    /// It gives a part of the code a name.
    Extract,
    /// It puts what a name stands for where the name stands.
    Inline,
    /// It says the same, or the same with care, in another way.
    Rewrite,
}

impl ActionKind {
    /// Every kind.
    pub const ALL: [ActionKind; 5] =
        [ActionKind::QuickFix, ActionKind::FixAll, ActionKind::Extract, ActionKind::Inline, ActionKind::Rewrite];
}

/// Something that can be done.
#[derive(Clone, Debug)]
pub struct Action {
    /// What it does, as a command.
    pub title: String,
    /// Its kind.
    pub kind: ActionKind,
    /// What changes, in bytes of the file; no two edits touch the same text.
    pub edits: Vec<TextEdit>,
    /// The finding that it is about.
    pub diagnostic: Option<Diagnostic>,
    /// The one that an editor may apply when it is told to mend what is here.
    pub preferred: bool,
}

/// What can be done about a range of a file, in the order of a menu. `wanted` are the kinds that somebody asks for. Without a workspace the
/// page counts as all that there is.
pub fn code_actions(
    snapshot: &Snapshot,
    workspace: Option<&Workspace>,
    file: FileId,
    range: TextRange,
    levels: &dyn Levels,
    wanted: &dyn Fn(ActionKind) -> bool,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(trial) = Trial::new(snapshot, file, levels) else { return actions };
    if range.end() > TextSize::of(trial.text()) {
        return actions;
    }
    if wanted(ActionKind::QuickFix) {
        let here: Vec<&Diagnostic> =
            trial.found().iter().filter(|diagnostic| diagnostic.range.intersect(range).is_some()).collect();
        actions.extend(here.iter().flat_map(|diagnostic| fixes_of(diagnostic)));
        refactor::guards(snapshot, workspace, file, &here, &trial, &mut actions);
        groupings::groupings(snapshot, file, &trial, &here, &mut actions);
        endings::endings(snapshot, file, &trial, &here, &mut actions);
        fix_all::of_rules(&trial, &here, &mut actions);
        suppress::suppressions(snapshot, file, &trial, &here, &mut actions);
    }
    if wanted(ActionKind::FixAll) {
        actions.extend(fix_all::of_file(&trial));
    }
    match snapshot.page(file).filter(|_| trial.is_sql()) {
        Some(page) => sql::refactorings(snapshot.db(), page, range, &trial, wanted, &mut actions),
        None => refactor::refactorings(snapshot, workspace, file, range, &trial, wanted, &mut actions),
    }
    actions
}
