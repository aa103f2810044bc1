//! Everything an editor can ask, at places of real pages and at prefixes of them, as while somebody types: an answer or none, never a panic,
//! and how long the slowest took.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::bail;
use sfmc_db::{FileId, FileKind, Host, Snapshot};
use sfmc_ide::{
    CompletionOptions, Indentation, InlayHintOptions, ParameterHints, code_actions, code_lenses, completions,
    declaration, definition, diagnostics, document_links, document_symbols, folding_ranges, highlights, hover,
    inlay_hints, on_line_end, prepare_rename, query_lenses, references, rename, selection_ranges, semantic_tokens,
    signature_help,
};
use sfmc_lint::DefaultLevels;
use sfmc_syntax::{PositionEncoding, TextRange, TextSize};

/// What is asked at a place: its name, and whether there is an answer.
type Question = (&'static str, fn(&Snapshot, FileId, TextSize) -> bool);

const AT_A_PLACE: &[Question] = &[
    ("completion", |snapshot, file, at| {
        completions(snapshot, file, at, CompletionOptions { snippets: true }, None).is_some()
    }),
    ("hover", |snapshot, file, at| hover(snapshot, file, at).is_some()),
    ("signature help", |snapshot, file, at| signature_help(snapshot, file, at).is_some()),
    ("definition", |snapshot, file, at| definition(snapshot, file, at).is_some()),
    ("declaration", |snapshot, file, at| declaration(snapshot, file, at).is_some()),
    ("references", |snapshot, file, at| references(snapshot, file, at, true).is_some()),
    ("highlights", |snapshot, file, at| highlights(snapshot, file, at).is_some()),
    ("prepare rename", |snapshot, file, at| prepare_rename(snapshot, file, at).is_ok()),
    ("rename", |snapshot, file, at| rename(snapshot, file, at, "fresh_name").is_ok()),
    ("selection", |snapshot, file, at| !selection_ranges(snapshot, file, at).is_empty()),
    ("code actions", |snapshot, file, at| {
        !code_actions(snapshot, None, file, TextRange::empty(at), &DefaultLevels, &|_| true).is_empty()
    }),
    ("line end", |snapshot, file, at| {
        !on_line_end(snapshot, file, at, Indentation { width: 2, blanks: true }).is_empty()
    }),
];

const OF_ALL: &[Question] = &[
    ("diagnostics", |snapshot, file, _| !diagnostics(snapshot, file, &DefaultLevels).is_empty()),
    ("symbols", |snapshot, file, _| !document_symbols(snapshot, file).is_empty()),
    ("folding", |snapshot, file, _| !folding_ranges(snapshot, file).is_empty()),
    ("links", |snapshot, file, _| !document_links(snapshot, file).is_empty()),
    ("semantic tokens", |snapshot, file, _| {
        semantic_tokens(snapshot, file, None, PositionEncoding::Utf16).is_some_and(|found| !found.is_empty())
    }),
    ("inlay hints", |snapshot, file, end| {
        let options = InlayHintOptions { parameters: ParameterHints::All, types: true, ends: true };
        !inlay_hints(snapshot, file, TextRange::up_to(end), options).is_empty()
    }),
    ("code lenses", |snapshot, file, _| {
        !code_lenses(snapshot, file).is_empty() || !query_lenses(snapshot, file).is_empty()
    }),
];

/// What became of one question.
struct Tally {
    name: &'static str,
    asked: usize,
    answered: usize,
    all: Duration,
    slowest: (Duration, String),
}

/// Asks everything at `per_file` places of each of up to `files` files, and at as many of their prefixes as `prefixes` says.
pub(crate) fn run(dir: &Path, files: usize, per_file: usize, prefixes: usize) -> anyhow::Result<()> {
    let mut found = super::corpus::read(dir)?;
    // Evenly over the folder, whatever it is sorted by.
    let step = (found.len() / files.max(1)).max(1);
    found = found.into_iter().step_by(step).take(files).collect();
    let tally = |&(name, _): &Question| Tally {
        name,
        asked: 0,
        answered: 0,
        all: Duration::ZERO,
        slowest: (Duration::ZERO, String::new()),
    };
    let mut tallies: Vec<Tally> = AT_A_PLACE.iter().chain(OF_ALL).map(tally).collect();
    for (name, text) in &found {
        let name = name.display().to_string();
        let kind = kind(&name);
        let (host, file) = page(text, kind);
        for at in places(text, per_file) {
            ask(AT_A_PLACE, &mut tallies, &host, file, at, &name)?;
        }
        ask(OF_ALL, &mut tallies[AT_A_PLACE.len()..], &host, file, text.len(), &name)?;
        for end in places(text, prefixes) {
            let name = format!("the first {end} bytes of {name}");
            let (host, file) = page(&text[..end], kind);
            ask(AT_A_PLACE, &mut tallies, &host, file, end, &name)?;
            ask(OF_ALL, &mut tallies[AT_A_PLACE.len()..], &host, file, end, &name)?;
        }
    }
    println!("{} files", found.len());
    println!("{:16} {:>9} {:>9} {:>10} {:>10}", "", "asked", "answered", "mean", "slowest");
    for tally in &tallies {
        let mean = tally.all / u32::try_from(tally.asked.max(1))?;
        let (slowest, place) = &tally.slowest;
        println!("{:16} {:>9} {:>9} {mean:>10.1?} {slowest:>10.1?}  {place}", tally.name, tally.asked, tally.answered);
    }
    Ok(())
}

/// Files of SQL are asked as such.
fn kind(name: &str) -> FileKind {
    if name.to_lowercase().ends_with(".sql") { FileKind::Sql } else { FileKind::Page }
}

fn page(text: &str, kind: FileKind) -> (Host, FileId) {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.to_owned(), kind);
    (host, file)
}

/// As many places as wanted, evenly spread; all of them where there are no more.
fn places(text: &str, count: usize) -> impl Iterator<Item = usize> {
    let step = (text.len() / count.max(1)).max(1);
    let count = if count == 0 { 0 } else { usize::MAX };
    (0..=text.len()).step_by(step).map(|at| text.floor_char_boundary(at)).take(count)
}

fn ask(
    questions: &[Question],
    tallies: &mut [Tally],
    host: &Host,
    file: FileId,
    at: usize,
    name: &str,
) -> anyhow::Result<()> {
    let offset = TextSize::try_from(at)?;
    for ((what, question), tally) in questions.iter().zip(tallies) {
        let clock = Instant::now();
        let answer = catch_unwind(AssertUnwindSafe(|| question(&host.snapshot(), file, offset)));
        let time = clock.elapsed();
        let Ok(answer) = answer else { bail!("{what} panics at {at} of {name}") };
        tally.asked += 1;
        tally.answered += usize::from(answer);
        tally.all += time;
        if time > tally.slowest.0 {
            tally.slowest = (time, format!("at {at} of {name}"));
        }
    }
    Ok(())
}
