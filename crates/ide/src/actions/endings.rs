//! The end that an IF or FOR is missing, put where the page ends: it parses there for sure. Where it was meant to stand nobody knows, so no
//! rule offers it unseen.

use sfmc_db::{Db, FileId, Snapshot, page_map};
use sfmc_diagnostics::Diagnostic;
use sfmc_host::{RegionFlags, RegionKind};
use sfmc_syntax::{TextEdit, TextRange, TextSize, apply_edits};

use super::{Action, ActionKind, trial::Trial};
use crate::{casing::cased_like, layout::Layout};

/// For each IF and FOR without an end: one at the end of the page.
pub(super) fn endings(
    snapshot: &Snapshot,
    file: FileId,
    trial: &Trial<'_>,
    here: &[&Diagnostic],
    actions: &mut Vec<Action>,
) {
    let layout = Layout::new(trial.text());
    for diagnostic in here.iter().take(trial.budget().div_ceil(4)) {
        let word = match diagnostic.rule.id {
            "amp/missing-endif" => "endif",
            "amp/missing-next" => "next",
            _ => continue,
        };
        let mut end = cased_like(layout.slice(diagnostic.range), word);
        let title = format!("insert `{end}` at the end of the page");
        if let Some(counter) = counter(layout, diagnostic.range).filter(|_| word == "next") {
            end = format!("{end} {counter}");
        }
        let Some(edit) = at_the_end(snapshot, file, layout, diagnostic.range, &end) else { continue };
        let edits = vec![edit];
        let Ok(text) = apply_edits(trial.text(), &edits) else { continue };
        let count = |found: &[Diagnostic]| found.iter().filter(|found| found.rule == diagnostic.rule).count();
        if count(&trial.check(&text)) < count(trial.found()) && trial.is_no_worse(&edits) {
            let diagnostic = Some((*diagnostic).clone());
            actions.push(Action { title, kind: ActionKind::QuickFix, edits, diagnostic, preferred: false });
        }
    }
}

/// In the last block, if nothing follows it; else in one of its own.
fn at_the_end(snapshot: &Snapshot, file: FileId, layout: Layout<'_>, opener: TextRange, end: &str) -> Option<TextEdit> {
    let (db, page): (&dyn Db, _) = (snapshot.db(), snapshot.page(file)?);
    let map = page_map(db, page);
    let mut chunks = map.chunks().iter().rev();
    let (start, last) =
        chunks.find_map(|position| Some((position.start, *position.chunk.source(db).regions.last()?)))?;
    let text = layout.slice(TextRange::new(TextSize::new(0), map.len()));
    let stop = TextSize::of(text.trim_end());
    if last.has(RegionFlags::UNTERMINATED) || last.has(RegionFlags::CONTINUES) {
        return None;
    }
    let content = last.content_range() + start;
    if last.kind != RegionKind::Block || last.range().end() + start < stop {
        return Some(TextEdit::insert(stop, format!("%%[ {end} ]%%")));
    }
    // Behind what stands in the block, in a line of its own where its delimiter has one.
    let inner = layout.slice(content);
    let solid = content.start() + TextSize::of(inner.trim_end());
    let new_line = match inner.get(inner.trim_end().len()..).is_some_and(|blanks| blanks.contains('\n')) {
        true => format!("{}{}", layout.line_end(), layout.indentation(opener.start())),
        false => " ".to_owned(),
    };
    let closes = if solid == content.end() { " " } else { "" };
    Some(TextEdit::insert(solid, format!("{new_line}{end}{closes}")))
}

/// The variable of a FOR, as it is written.
fn counter(layout: Layout<'_>, keyword: TextRange) -> Option<&str> {
    let line = TextRange::new(keyword.end(), layout.line_end_at(keyword.end()));
    let head = layout.slice(line).trim_start();
    let name = head.strip_prefix('@')?;
    let len = name.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(name.len());
    head.get(..=len).filter(|_| len > 0)
}
