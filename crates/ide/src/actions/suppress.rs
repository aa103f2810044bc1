//! Comments that silence a finding, or its rule in the file. What a comment reaches is decided where findings are suppressed; here it is only
//! tried: one that silences anything else, or that is itself complained of, is not offered.

use rustc_hash::FxHashMap;
use sfmc_db::{Db, FileId, Page, Snapshot, page_map};
use sfmc_diagnostics::{Diagnostic, suppression::WORD};
use sfmc_host::RegionKind;
use sfmc_syntax::{SyntaxKind, SyntaxNode, TextEdit, TextRange, TextSize, apply_edits};

mod sql;

use super::{Action, ActionKind, trial::Trial};
use crate::{
    cursor::{token_of, trimmed},
    layout::Layout,
};

/// For each finding: a comment for it, and one for its rule in the file.
pub(super) fn suppressions(
    snapshot: &Snapshot,
    file: FileId,
    trial: &Trial<'_>,
    here: &[&Diagnostic],
    actions: &mut Vec<Action>,
) {
    let Some(page) = snapshot.page(file) else { return };
    let db: &dyn Db = snapshot.db();
    let mut rules: Vec<&str> = Vec::new();
    for diagnostic in here.iter().take(trial.budget()) {
        let rule = diagnostic.rule.id;
        let mut add = |title: String, edit: Option<TextEdit>| {
            actions.extend(edit.map(|edit| Action {
                title,
                kind: ActionKind::QuickFix,
                edits: vec![edit],
                diagnostic: Some((*diagnostic).clone()),
                preferred: false,
            }));
        };
        let candidates = match trial.is_sql() {
            true => sql::places(trial.text(), diagnostic),
            false => places(db, page, trial.text(), diagnostic),
        };
        let edit =
            candidates.into_iter().find(|edit| silences(trial, edit, |found| found == *diagnostic, diagnostic.rule.id));
        add(format!("suppress `{rule}` here"), edit);
        if !rules.contains(&rule) {
            rules.push(rule);
            let of_rule = |found: &Diagnostic| found.rule == diagnostic.rule;
            let candidates =
                if trial.is_sql() { vec![sql::for_file(trial.text(), rule)] } else { for_file(db, page, rule) };
            let edit = candidates.into_iter().find(|edit| silences(trial, edit, of_rule, rule));
            add(format!("suppress `{rule}` in this file"), edit);
        }
    }
}

/// Where a comment for a finding can stand, best first.
fn places(db: &dyn Db, page: Page, text: &str, diagnostic: &Diagnostic) -> Vec<TextEdit> {
    let comment = format!("/* {WORD} {} */", diagnostic.rule.id);
    let layout = Layout::new(text);
    let at = diagnostic.range.start();
    let mut places = Vec::new();
    let found = token_of(db, page, at);
    let region = found.as_ref().and_then(|found| found.token.parent_ancestors().find(|node| is_region(node.kind())));
    let start = found.as_ref().map_or(TextSize::new(0), |found| found.position.start);
    if let Some(region) = region.as_ref().filter(|region| region.kind() != SyntaxKind::INLINE) {
        let statement = region.children().find(|node| node.text_range().contains_inclusive(at - start));
        if let Some(statement) = statement {
            let statement = trimmed(&statement).start() + start;
            if layout.is_first_on_line(statement) {
                let next_line = format!("{comment}{}{}", layout.line_end(), layout.indentation(statement));
                places.push(TextEdit::insert(statement, next_line));
            }
            places.push(TextEdit::insert(statement, format!("{comment} ")));
        }
        places.push(TextEdit::insert(at, format!("{comment} ")));
        if let Some(open) = open_token_end(region) {
            places.push(TextEdit::insert(open + start, format!(" {comment}")));
        }
    }
    // In front of what is no block, a block of its own: nothing of it is sent.
    let before = region.as_ref().map_or(at, |region| region.text_range().start() + start);
    places.push(TextEdit::insert(before, format!("%%[ {comment} ]%%")));
    places
}

/// A comment for a rule in the whole file: in its first block, or else in one of its own in front of everything.
fn for_file(db: &dyn Db, page: Page, rule: &str) -> Vec<TextEdit> {
    let comment = format!("/* {WORD}-file {rule} */");
    let block = page_map(db, page).chunks().iter().find_map(|position| {
        let source = position.chunk.source(db);
        let block = source.regions.iter().find(|region| region.kind == RegionKind::Block && region.open_len() == 3);
        let content = block?.content_range();
        // A header stands right behind the delimiter.
        let inner = &source.text[content];
        let gap = if inner.starts_with(char::is_whitespace) { "" } else { " " };
        (!inner.starts_with('[')).then(|| (content.start() + position.start, gap))
    });
    let inside = block.map(|(at, gap)| TextEdit::insert(at, format!(" {comment}{gap}")));
    inside.into_iter().chain([TextEdit::insert(TextSize::new(0), format!("%%[ {comment} ]%%"))]).collect()
}

/// Whether a comment silences what it is meant for, nothing of another rule, and brings nothing new.
fn silences(trial: &Trial<'_>, edit: &TextEdit, meant: impl Fn(&Diagnostic) -> bool, rule: &str) -> bool {
    let Ok(text) = apply_edits(trial.text(), std::slice::from_ref(edit)) else { return false };
    let (at, added) = (edit.range.start(), TextSize::of(edit.new_text.as_str()));
    let moved = |offset: TextSize| if offset >= at { offset + added } else { offset };
    let mut after: FxHashMap<(&str, TextSize), usize> = FxHashMap::default();
    for found in trial.check(&text) {
        *after.entry((found.rule.id, found.range.start())).or_default() += 1;
    }
    let as_before = trial.found().iter().all(|before| {
        let left = after.get_mut(&(before.rule.id, moved(before.range.start()))).filter(|left| **left > 0);
        match left {
            Some(_) if meant(before) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => before.rule.id == rule,
        }
    });
    as_before && after.values().all(|left| *left == 0)
}

fn is_region(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::BLOCK | SyntaxKind::INLINE | SyntaxKind::SCRIPT_BLOCK)
}

/// Behind the delimiter that opens a region, and its header.
fn open_token_end(region: &SyntaxNode) -> Option<TextSize> {
    use SyntaxKind::{BLOCK_HEADER, BLOCK_OPEN, SCRIPT_OPEN};
    let tokens = region.children_with_tokens().filter_map(|element| element.into_token());
    let opens = tokens.take_while(|token| matches!(token.kind(), BLOCK_OPEN | BLOCK_HEADER | SCRIPT_OPEN));
    opens.last().map(|token| TextRange::end(token.text_range()))
}
