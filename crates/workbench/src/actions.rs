//! What is offered at random places of real pages is applied, and the page looked at again: no new mistake, no worse structure. And a line
//! that is ended in a finished page needs no end of anything.

use std::{collections::BTreeMap, path::Path, time::Instant};

use anyhow::{Context, bail};
use sfmc_db::{FileKind, Host};
use sfmc_diagnostics::Severity;
use sfmc_ide::{ActionKind, Indentation, code_actions, diagnostics, on_line_end};
use sfmc_lint::DefaultLevels;
use sfmc_semantic::page_structure;
use sfmc_syntax::{TextRange, TextSize, apply_edits};
use sfmc_test_support::Rng;

/// Applies every action at `per_file` places of each file of a folder. With `show`, prints the edits of those whose title has this in it.
pub(crate) fn run(dir: &Path, per_file: usize, show: Option<&str>) -> anyhow::Result<()> {
    let files = super::corpus::read(dir)?;
    let mut rng = Rng::new(1);
    let mut offered: BTreeMap<String, usize> = BTreeMap::new();
    let mut times = Vec::new();
    for (name, text) in &files {
        let (host, file) = page(text);
        let before = state(&host, file);
        if before == (0, 0) {
            ends(text, &host, file).with_context(|| name.display().to_string())?;
        }
        for _ in 0..per_file {
            let longest = if rng.one_in(3) { 60 } else { 0 };
            let std::ops::Range { start, end } = rng.range(text, longest);
            let range = TextRange::new(TextSize::try_from(start)?, TextSize::try_from(end)?);
            let clock = Instant::now();
            let actions = code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &|_| true);
            times.push((clock.elapsed(), format!("{} at {start}", name.display())));
            for action in actions {
                // What a rule proposes is its own business, as long as it has to be looked at.
                let is_proposed = action.kind == ActionKind::QuickFix && !action.title.contains(" in this file");
                let Ok(after) = apply_edits(text, &action.edits) else {
                    bail!("{} at {start} of {} cannot be applied", action.title, name.display());
                };
                let is_fix = action.kind == ActionKind::QuickFix && !action.title.contains(" `amp/");
                let title = if is_fix { "quick fix".to_owned() } else { without_names(&action.title) };
                *offered.entry(title).or_default() += 1;
                if show.is_some_and(|show| action.title.contains(show)) {
                    println!("--- {} at {start} of {}", action.title, name.display());
                    for edit in &action.edits {
                        println!("{:?} -> {:?}", &text[edit.range], edit.new_text);
                    }
                }
                let (host, file) = page(&after);
                // One mistake that is mended can have hidden another.
                let mends = matches!(action.kind, ActionKind::QuickFix | ActionKind::FixAll);
                let (errors, structure) = state(&host, file);
                if !is_proposed && (errors > before.0 || (!mends && structure > before.1)) {
                    bail!("{} at {start} of {} makes the page worse", action.title, name.display());
                }
            }
        }
    }
    times.sort();
    let at = |share: usize| times.get(times.len().saturating_sub(1) * share / 100);
    println!("{} places in {} files: nothing worse", times.len(), files.len());
    for (title, count) in offered {
        println!("{count:8} {title}");
    }
    for share in [50, 99, 100] {
        if let Some((time, place)) = at(share) {
            println!("p{share} {:.2} ms ({place})", time.as_secs_f64() * 1e3);
        }
    }
    Ok(())
}

/// In a page without mistakes, ending a line anywhere adds no end.
fn ends(text: &str, host: &Host, file: sfmc_db::FileId) -> anyhow::Result<()> {
    for (at, _) in text.match_indices('\n') {
        let typed = Indentation { width: 2, blanks: true };
        let edits = on_line_end(&host.snapshot(), file, TextSize::try_from(at + 1)?, typed);
        if let Some(edit) = edits.iter().find(|edit| !edit.new_text.trim().is_empty()) {
            bail!("{edit:?} behind the line that ends at {at}");
        }
    }
    Ok(())
}

/// A title without what stands in backticks.
fn without_names(title: &str) -> String {
    title.split('`').step_by(2).collect::<Vec<_>>().join("…")
}

fn page(text: &str) -> (Host, sfmc_db::FileId) {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.to_owned(), FileKind::Page);
    (host, file)
}

/// How many mistakes, and how many of them in the structure.
fn state(host: &Host, file: sfmc_db::FileId) -> (usize, usize) {
    let found = diagnostics(&host.snapshot(), file, &DefaultLevels);
    let errors = found.iter().filter(|found| found.severity == Severity::Error).count();
    let structure = host.page(file).map_or(0, |page| page_structure(host.db(), page).problems.len());
    (errors, structure)
}
