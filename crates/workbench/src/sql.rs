//! Every SQL file of a folder through lexer, splitter and parser.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::bail;
use sfmc_sql::{SqlProblem, SqlProblemKind, parse_file, pieces};
use sfmc_syntax::{
    LineIndex, PositionEncoding, SyntaxNode,
    ast::{AstNode, sql},
};

/// What came of one file.
struct Outcome {
    path: PathBuf,
    text: String,
    problems: Vec<SqlProblem>,
    /// Whether it holds nothing but queries, and text that begins no statement.
    queries_only: bool,
    pieces: usize,
}

pub(crate) fn run(dir: &Path, show: Option<&str>, queries_only: bool) -> anyhow::Result<()> {
    let files = super::corpus::read(dir)?;
    let files: Vec<_> = files
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")))
        .collect();
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let clock = Instant::now();
    let mut outcomes = Vec::new();
    let mut failures = Vec::new();
    for (path, text) in files {
        match catch_unwind(AssertUnwindSafe(|| check(&text))) {
            Ok(Ok((problems, only, pieces))) => {
                outcomes.push(Outcome { path, text, problems, queries_only: only, pieces });
            }
            Ok(Err(failure)) => failures.push(format!("{}: {failure}", path.display())),
            Err(_) => failures.push(format!("{}: a panic", path.display())),
        }
    }
    let elapsed = clock.elapsed();
    report(&outcomes, show, queries_only);
    let clean = |only: bool| outcomes.iter().filter(|o| o.problems.is_empty() && (o.queries_only || !only)).count();
    let only = outcomes.iter().filter(|o| o.queries_only).count();
    println!(
        "{} files, {} pieces, {bytes} bytes, {:.1} ms; {} clean; of {only} that hold only queries {} clean",
        outcomes.len(),
        outcomes.iter().map(|o| o.pieces).sum::<usize>(),
        elapsed.as_secs_f64() * 1e3,
        clean(false),
        clean(true)
    );
    for failure in &failures {
        eprintln!("{failure}");
    }
    if !failures.is_empty() {
        bail!("{} files failed", failures.len());
    }
    Ok(())
}

fn report(outcomes: &[Outcome], show: Option<&str>, queries_only: bool) {
    let mut counts: BTreeMap<SqlProblemKind, (usize, usize)> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|o| o.queries_only || !queries_only) {
        let index = LineIndex::new(&outcome.text);
        let mut seen = Vec::new();
        for problem in &outcome.problems {
            let count = counts.entry(problem.kind).or_default();
            count.0 += 1;
            if !seen.contains(&problem.kind) {
                seen.push(problem.kind);
                count.1 += 1;
            }
            if show.is_some_and(|show| show == "all" || show == problem.kind.id()) {
                let at = index.line_col(&outcome.text, problem.range.start(), PositionEncoding::Utf32);
                let line = index.line_text(&outcome.text, at.line);
                let excerpt: String = line.chars().take(120).collect();
                let (kind, expected) = (problem.kind.id(), problem.expected);
                println!("{}:{}:{} {kind} {expected}", outcome.path.display(), at.line + 1, at.col + 1);
                println!("      {}", excerpt.trim_end());
            }
        }
    }
    for (kind, (problems, in_files)) in counts {
        println!("{:<26} {problems:>6} problems in {in_files:>5} files", kind.id());
    }
}

/// What is wrong with a file, whether it holds only queries, and of how many pieces it is.
fn check(text: &str) -> anyhow::Result<(Vec<SqlProblem>, bool, usize)> {
    let parsed = parse_file(text);
    let root = SyntaxNode::new_root(parsed.green);
    if root.text() != text {
        bail!("the tree does not hold the text");
    }
    let statements = root.descendants().filter_map(sql::Script::cast).flat_map(|script| script.statements());
    let only = statements.into_iter().all(|s| matches!(s, sql::Statement::SelectStmt(_) | sql::Statement::Prose(_)));
    let parts: Vec<_> = pieces(text, 0).collect();
    for piece in &parts {
        let own = &text[piece.range];
        if pieces(own, 0).count() != 1 {
            bail!("the piece at {:?} is cut again", piece.range);
        }
    }
    Ok((parsed.problems, only, parts.len()))
}
