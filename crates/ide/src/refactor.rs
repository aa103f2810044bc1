//! Refactorings, one file each: the page does the same afterwards, said in another way; a guard adds what it says and nothing else.
//!
//! Each is offered only where that is known. What sources dispute counts as not known (ampscript.md section 14). Of other code than that of the
//! page a value may not depend, and what is rendered together with the page counts where names of variables come and go. Every edit is tried
//! before it is offered: the page must have no finding that it did not have before.

mod add_guard;
mod attribute_value;
mod effects;
mod extract_variable;
mod html;
mod inline_variable;
mod invert_if;
#[cfg(test)]
mod properties;
mod reach;
mod variable_name;
mod words;
mod wrapped;

use std::cell::OnceCell;

use sfmc_db::{Chunk, Db, FileId, Page, Snapshot, page_map};
use sfmc_diagnostics::Diagnostic;
use sfmc_semantic::{ExprId, lowered};
use sfmc_syntax::{SyntaxKind, SyntaxNode, TextEdit, TextRange, TextSize};

use crate::{
    actions::{Action, ActionKind, trial::Trial},
    cursor::{token_of, trimmed},
    layout::Layout,
    workspace::{NamesElsewhere, Workspace, names_elsewhere},
};

/// Where a refactoring is asked for.
pub(crate) struct Site<'a> {
    db: &'a dyn Db,
    page: Page,
    /// What is selected, without the blanks at its ends; empty at a cursor.
    selection: TextRange,
    layout: Layout<'a>,
    elsewhere: Elsewhere<'a>,
}

/// The variables of what is rendered together with the page, looked up when somebody asks.
struct Elsewhere<'a> {
    workspace: Option<&'a Workspace>,
    snapshot: &'a Snapshot,
    file: FileId,
    names: OnceCell<NamesElsewhere>,
}

impl Elsewhere<'_> {
    /// Whether some of it names a variable, which is given without `@` and in lower case.
    fn names(&self, key: &str) -> bool {
        self.found().names.contains(key)
    }

    /// Whether some of it names a variable, or puts a name together that may be that of one.
    fn may_name(&self, key: &str) -> bool {
        self.names(key) || self.found().begun.iter().any(|begun| key.starts_with(begun.as_str()))
    }

    fn found(&self) -> &NamesElsewhere {
        self.names.get_or_init(|| {
            let path = self.snapshot.path(self.file);
            let found =
                self.workspace.zip(path).map(|(workspace, path)| names_elsewhere(workspace, self.snapshot, &path));
            found.unwrap_or_default()
        })
    }
}

/// A refactoring that may be offered.
struct Refactoring {
    title: String,
    edits: Vec<TextEdit>,
}

/// Answers whether a refactoring can be offered, and with which edits.
type Assist = fn(&Site<'_>) -> Option<Refactoring>;

const ASSISTS: [(ActionKind, Assist); 7] = [
    (ActionKind::Extract, extract_variable::extract_variable),
    (ActionKind::Inline, inline_variable::inline_variable),
    (ActionKind::Rewrite, add_guard::guard_rows),
    (ActionKind::Rewrite, add_guard::guard_value),
    (ActionKind::Rewrite, attribute_value::to_call),
    (ActionKind::Rewrite, attribute_value::to_personalization),
    (ActionKind::Rewrite, invert_if::invert_if),
];

/// The refactorings of a range of a page.
pub(crate) fn refactorings(
    snapshot: &Snapshot,
    workspace: Option<&Workspace>,
    file: FileId,
    range: TextRange,
    trial: &Trial<'_>,
    wanted: &dyn Fn(ActionKind) -> bool,
    actions: &mut Vec<Action>,
) {
    let Some(page) = snapshot.page(file) else { return };
    if !trial.text().is_char_boundary(range.start().into()) || !trial.text().is_char_boundary(range.end().into()) {
        return;
    }
    let site = Site::new(snapshot, workspace, file, page, range, trial);
    for (kind, assist) in ASSISTS {
        if wanted(kind)
            && let Some(Refactoring { title, edits }) = assist(&site)
            // A fix does it already.
            && !actions.iter().any(|action| action.edits == edits)
            && trial.is_no_worse(&edits)
        {
            actions.push(Action { title, kind, edits, diagnostic: None, preferred: false });
        }
    }
}

/// The rule that a guard around rows mends.
const UNGUARDED_ROW: &str = "amp/row-index-guard";

/// The guards that mend findings: rules offer no edits that need to know the page around.
pub(crate) fn guards(
    snapshot: &Snapshot,
    workspace: Option<&Workspace>,
    file: FileId,
    found: &[&Diagnostic],
    trial: &Trial<'_>,
    actions: &mut Vec<Action>,
) {
    let Some(page) = snapshot.page(file).filter(|_| !trial.is_sql()) else { return };
    let unguarded = found.iter().filter(|diagnostic| diagnostic.rule.id == UNGUARDED_ROW);
    for diagnostic in unguarded.take(trial.budget()) {
        let at = TextRange::empty(diagnostic.range.start());
        let site = Site::new(snapshot, workspace, file, page, at, trial);
        if let Some(Refactoring { title, edits }) = add_guard::guard_rows(&site)
            && trial.is_no_worse(&edits)
        {
            let diagnostic = Some((*diagnostic).clone());
            actions.push(Action { title, kind: ActionKind::QuickFix, edits, diagnostic, preferred: false });
        }
    }
}

fn without_blanks(layout: Layout<'_>, range: TextRange) -> TextRange {
    let text = layout.slice(range);
    let start = range.start() + (TextSize::of(text) - TextSize::of(text.trim_start()));
    TextRange::at(start, TextSize::of(text.trim()))
}

impl<'a> Site<'a> {
    fn new(
        snapshot: &'a Snapshot,
        workspace: Option<&'a Workspace>,
        file: FileId,
        page: Page,
        range: TextRange,
        trial: &'a Trial<'_>,
    ) -> Site<'a> {
        let layout = Layout::new(trial.text());
        let elsewhere = Elsewhere { workspace, snapshot, file, names: OnceCell::new() };
        Site { db: snapshot.db(), page, selection: without_blanks(layout, range), layout, elsewhere }
    }

    /// Where something of a chunk stands in the page.
    fn in_page(&self, chunk: Chunk, range: TextRange) -> Option<TextRange> {
        page_map(self.db, self.page).range_in(chunk, range)
    }
}

/// The expression of a chunk's body that stands in a range.
fn expr_in(db: &dyn Db, chunk: Chunk, range: TextRange) -> Option<ExprId> {
    let lowered = lowered(db, chunk);
    // What stands behind others consists of them.
    lowered.body.id(lowered.exprs.iter().rposition(|found| *found == range)?)
}

fn is_region(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::BLOCK | SyntaxKind::INLINE | SyntaxKind::SCRIPT_BLOCK)
}

/// The region around a node, and the child of it that holds the node: its statement.
fn region_of(node: &SyntaxNode) -> Option<(SyntaxNode, SyntaxNode)> {
    let statement = node.ancestors().find(|node| node.parent().is_some_and(|parent| is_region(parent.kind())))?;
    Some((statement.parent()?, statement))
}

/// A statement of a page: its node, and where its chunk begins.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    node: SyntaxNode,
    base: TextSize,
}

impl Statement {
    fn range(&self) -> TextRange {
        trimmed(&self.node) + self.base
    }

    /// The next statement of its block, also where the block is cut between them.
    fn next(&self, site: &Site<'_>) -> Option<Statement> {
        if let Some(node) = self.node.next_sibling() {
            return Some(Statement { node, base: self.base });
        }
        let region = self.node.parent().filter(|region| !has(region, is_close))?;
        let found = token_of(site.db, site.page, region.text_range().end() + self.base)?;
        let part = found.token.parent_ancestors().find(|node| is_region(node.kind()))?;
        let node = part.children().next().filter(|_| !has(&part, is_open))?;
        Some(Statement { node, base: found.position.start })
    }
}

fn has(region: &SyntaxNode, wanted: fn(SyntaxKind) -> bool) -> bool {
    let mut tokens = region.children_with_tokens().filter_map(|element| element.into_token());
    tokens.any(|token| wanted(token.kind()))
}

fn is_open(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::BLOCK_OPEN | SyntaxKind::SCRIPT_OPEN | SyntaxKind::INLINE_OPEN)
}

fn is_close(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::BLOCK_CLOSE | SyntaxKind::SCRIPT_CLOSE | SyntaxKind::INLINE_CLOSE)
}
