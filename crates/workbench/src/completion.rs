//! How good is completion? Deletes a name in a real page, asks what could stand there, and looks how far up the name is. Only references
//! count: the first occurrence of a name in its file can be known by nobody.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use sfmc_db::{FileKind, Host, page_map};
use sfmc_ide::{CompletionItem, CompletionKind, CompletionOptions, completions};
use sfmc_semantic::{Expr, ExprId, lowered};
use sfmc_syntax::{TextRange, TextSize};

/// What is left of the name when completion is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    /// Of a variable: `@`.
    Sigil,
    FirstLetter,
}

#[derive(Clone, Copy, Default)]
struct Score {
    asked: usize,
    first: usize,
    five: usize,
    present: usize,
}

impl Score {
    fn add(&mut self, rank: Option<usize>) {
        self.asked += 1;
        self.first += usize::from(rank == Some(0));
        self.five += usize::from(rank.is_some_and(|rank| rank < 5));
        self.present += usize::from(rank.is_some());
    }

    fn merge(mut self, other: Score) -> Score {
        self.asked += other.asked;
        self.first += other.first;
        self.five += other.five;
        self.present += other.present;
        self
    }
}

const ROWS: [(&str, bool, Left); 5] = [
    ("calls, nothing typed", true, Left::Nothing),
    ("calls, first letter", true, Left::FirstLetter),
    ("variables, nothing typed", false, Left::Nothing),
    ("variables, `@` typed", false, Left::Sigil),
    ("variables, `@` and first letter", false, Left::FirstLetter),
];

/// Asks at up to `per_file` references of each kind in every file of a folder, evenly spread.
pub(crate) fn run(dir: &Path, per_file: usize, show: bool) -> anyhow::Result<()> {
    let files = super::corpus::read(dir)?;
    let scores = files.par_iter().map(|file| measure(file, per_file, show)).reduce(Default::default, |a, b| {
        let mut merged = a;
        for (into, other) in merged.iter_mut().zip(b) {
            *into = into.merge(other);
        }
        merged
    });
    println!("{:<34} {:>6} {:>7} {:>7} {:>7}", "", "asked", "first", "five", "present");
    for ((name, ..), score) in ROWS.iter().zip(scores) {
        let share = |n: usize| 100.0 * n as f64 / score.asked.max(1) as f64;
        println!(
            "{name:<34} {:>6} {:>6.1}% {:>6.1}% {:>6.1}%",
            score.asked,
            share(score.first),
            share(score.five),
            share(score.present)
        );
    }
    Ok(())
}

/// The references in a page: those to functions, those to variables.
fn references(host: &Host, file: sfmc_db::FileId) -> [Vec<TextRange>; 2] {
    let snapshot = host.snapshot();
    let (mut calls, mut variables) = (Vec::new(), Vec::new());
    let Some(page) = snapshot.page(file) else { return [calls, variables] };
    for position in page_map(snapshot.db(), page).chunks() {
        let lowered = lowered(snapshot.db(), position.chunk);
        let known = |call: ExprId| matches!(lowered.body.expr(call), Expr::Call(call) if call.function.is_some());
        calls.extend(lowered.callees.iter().filter(|(call, _)| known(*call)).map(|(_, range)| *range + position.start));
        let exprs = lowered.body.exprs.iter().zip(&lowered.exprs);
        let found =
            exprs.filter(|(expr, _)| matches!(expr, Expr::Variable(_))).map(|(_, range)| *range + position.start);
        variables.extend(found);
    }
    calls.sort_by_key(|range| range.start());
    variables.sort_by_key(|range| range.start());
    [calls, variables]
}

fn measure((path, text): &(PathBuf, String), per_file: usize, show: bool) -> [Score; 5] {
    let mut scores = [Score::default(); 5];
    let mut host = Host::default();
    let file = host.set_text(path, text.clone(), FileKind::Page);
    let [calls, variables] = references(&host, file);
    for (is_call, found) in [(true, calls), (false, variables)] {
        let mut seen = FxHashSet::default();
        let again: Vec<TextRange> =
            found.into_iter().filter(|range| !seen.insert(text[*range].to_lowercase())).collect();
        let step = again.len().div_ceil(per_file.max(1)).max(1);
        for range in again.into_iter().step_by(step) {
            let name = &text[range];
            for (row, (_, _, left)) in ROWS.iter().enumerate().filter(|(_, (_, call, _))| *call == is_call) {
                let kept = match left {
                    Left::Nothing => 0,
                    Left::Sigil => 1,
                    Left::FirstLetter if is_call => 1,
                    Left::FirstLetter => name.char_indices().nth(2).map_or(name.len(), |(at, _)| at),
                };
                let typed = &name[..kept];
                if host.replace(file, Some(range), typed).is_err() {
                    continue;
                }
                let at = range.start() + TextSize::of(typed);
                let (rank, first) = rank(&host, file, at, typed, name);
                if show && rank != Some(0) && *left != Left::FirstLetter {
                    let line = text[..usize::from(range.start())].rfind('\n').map_or(0, |at| at + 1);
                    let rank = rank.map_or("-".to_owned(), |rank| (rank + 1).to_string());
                    let before: String = text[line..usize::from(range.start())].trim_start().chars().take(70).collect();
                    println!("{rank:>4} {name} (first: {first}) <- {before}");
                }
                scores[row].add(rank);
                let typed = TextRange::at(range.start(), TextSize::of(typed));
                if host.replace(file, Some(typed), name).is_err() {
                    return scores;
                }
            }
        }
    }
    scores
}

/// Where a name stands among what is proposed, as a client shows it that filters by what was typed; and what stands first.
fn rank(host: &Host, file: sfmc_db::FileId, at: TextSize, typed: &str, name: &str) -> (Option<usize>, String) {
    let options = CompletionOptions { snippets: true };
    let Some(found) = completions(&host.snapshot(), file, at, options, None) else { return (None, String::new()) };
    let is_shown =
        |item: &&CompletionItem| item.label.get(..typed.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(typed));
    let wanted = if name.starts_with('@') { CompletionKind::Variable } else { CompletionKind::Function };
    let is_it = |item: &CompletionItem| item.kind == wanted && item.label.eq_ignore_ascii_case(name);
    let mut shown = found.items.iter().filter(is_shown);
    let first = shown.clone().next().map(|item| item.label.clone()).unwrap_or_default();
    (shown.position(is_it), first)
}
