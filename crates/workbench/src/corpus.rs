//! Every file of a folder through the whole engine.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, bail};
use rayon::prelude::*;
use sfmc_db::{Database, FileKind, page_tree};
use sfmc_diagnostics::Diagnostic;
use sfmc_lint::check_file;
use sfmc_syntax::{LineIndex, PositionEncoding, SyntaxNode};

/// What came of one file.
struct Outcome {
    path: PathBuf,
    text: String,
    found: Vec<Diagnostic>,
}

/// The files of a folder as text. Their encodings do not matter here.
pub(crate) fn read(dir: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(dir).standard_filters(false).build() {
        let entry = entry.with_context(|| format!("cannot walk {}", dir.display()))?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            let bytes =
                std::fs::read(entry.path()).with_context(|| format!("cannot read {}", entry.path().display()))?;
            let path = entry.path().strip_prefix(dir).unwrap_or(entry.path()).to_path_buf();
            files.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn run(dir: &Path, show: Option<&str>, tally: Option<&Path>, bless: bool) -> anyhow::Result<()> {
    let files = read(dir)?;
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let start = Instant::now();
    let outcomes: Vec<Result<Outcome, String>> = files.into_par_iter().map(|(path, text)| check(path, text)).collect();
    let elapsed = start.elapsed();

    let mut counts: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    let mut failures = Vec::new();
    for outcome in &outcomes {
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        };
        let mut seen: Vec<&str> = Vec::new();
        let index = LineIndex::new(&outcome.text);
        for diagnostic in &outcome.found {
            let count = counts.entry((diagnostic.severity.as_str(), diagnostic.rule.id)).or_default();
            count.0 += 1;
            if !seen.contains(&diagnostic.rule.id) {
                seen.push(diagnostic.rule.id);
                count.1 += 1;
            }
            if show.is_some_and(|show| show == diagnostic.rule.id || show == diagnostic.severity.as_str()) {
                let at = index.line_col(&outcome.text, diagnostic.range.start(), PositionEncoding::Utf32);
                let line = index.line_text(&outcome.text, at.line);
                let from = line.char_indices().nth((at.col as usize).saturating_sub(40)).map_or(0, |(n, _)| n);
                let excerpt: String = line[from..].chars().take(110).collect();
                println!(
                    "{}:{}:{} {} {}",
                    outcome.path.display(),
                    at.line + 1,
                    at.col + 1,
                    diagnostic.rule.id,
                    diagnostic.message
                );
                println!("      {excerpt}");
            }
        }
    }
    let mut table = String::new();
    for ((severity, rule), (findings, in_files)) in &counts {
        let _ = writeln!(table, "{severity:<8} {rule:<40} {findings:>6} findings in {in_files:>5} files");
    }
    print!("{table}");
    let speed = bytes as f64 / 1e6 / elapsed.as_secs_f64();
    println!("{} files, {bytes} bytes, {:.0} ms, {speed:.0} MB/s", outcomes.len(), elapsed.as_secs_f64() * 1e3);
    for failure in &failures {
        eprintln!("{failure}");
    }
    if !failures.is_empty() {
        bail!("{} files failed", failures.len());
    }
    if let Some(tally) = tally {
        if bless {
            std::fs::write(tally, &table)?;
        } else {
            let committed =
                std::fs::read_to_string(tally).with_context(|| format!("cannot read {}", tally.display()))?;
            if committed != table {
                bail!(
                    "the counts differ from {}; look at the difference, then run again with --bless",
                    tally.display()
                );
            }
        }
    }
    Ok(())
}

/// What a file is read as: other languages too are read as pages, to see what that does.
pub(crate) fn kind(path: &Path) -> FileKind {
    let is_sql = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql"));
    if is_sql { FileKind::Sql } else { FileKind::Page }
}

fn check(path: PathBuf, text: String) -> Result<Outcome, String> {
    let result = catch_unwind(AssertUnwindSafe(|| {
        let db = Database::default();
        let page = db.add_page(&text, kind(&path));
        let tree = SyntaxNode::new_root(page_tree(&db, page));
        let lossless = tree.text() == text.as_str();
        (lossless, check_file(&db, page, &crate::levels::EverythingOn))
    }));
    match result {
        Ok((true, found)) => Ok(Outcome { path, text, found }),
        Ok((false, _)) => Err(format!("{}: the tree does not hold the text", path.display())),
        Err(_) => Err(format!("{}: panicked", path.display())),
    }
}
