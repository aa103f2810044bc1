//! An answer at every prefix: what an editor has while somebody types a page from its beginning.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::Instant,
};

use anyhow::bail;
use sfmc_db::{Database, FileKind};
use sfmc_lint::check_file;

use crate::levels::EverythingOn;

/// Checks prefixes of every file of a folder: all of them where there are no more than `per_file`, else as many, evenly spread.
pub(crate) fn run(dir: &Path, per_file: usize) -> anyhow::Result<()> {
    let files = super::corpus::read(dir)?;
    let clock = Instant::now();
    let (mut prefixes, mut findings, mut slowest) = (0usize, 0usize, (0u128, String::new()));
    for (name, text) in &files {
        let name = name.display();
        let step = (text.len() / per_file.max(1)).max(1);
        let mut last = None;
        for at in (0..=text.len()).step_by(step).map(|at| text.floor_char_boundary(at)) {
            if last.replace(at) == Some(at) {
                continue;
            }
            let clock = Instant::now();
            let answer = catch_unwind(AssertUnwindSafe(|| {
                let db = Database::default();
                let page = db.add_page(&text[..at], FileKind::Page);
                check_file(&db, page, &EverythingOn).len()
            }));
            let Ok(found) = answer else { bail!("a panic at the first {at} bytes of {name}") };
            findings += found;
            prefixes += 1;
            let time = clock.elapsed().as_micros();
            if time > slowest.0 {
                slowest = (time, format!("{name}, {at} bytes"));
            }
        }
    }
    println!(
        "{prefixes} prefixes of {} files in {:.1} s: no panic, {findings} findings; the slowest took {:.1} ms ({})",
        files.len(),
        clock.elapsed().as_secs_f64(),
        slowest.0 as f64 / 1e3,
        slowest.1
    );
    Ok(())
}
