//! The scanner on real pages: `SFMC_CORPUS=<folder> cargo test -p sfmc-host corpus -- --nocapture` prints what it finds wrong with
//! each file under the folder, for a person to judge.

#![expect(clippy::disallowed_methods, reason = "the corpus lies outside the repository")]

use std::{fs, path::Path};

use super::properties;
use crate::{full_scan, html};

#[test]
fn corpus() {
    if let Ok(folder) = std::env::var("SFMC_CORPUS") {
        walk(Path::new(&folder));
    }
}

fn walk(path: &Path) {
    let Ok(entries) = fs::read_dir(path) else {
        return fs::read_to_string(path).map_or((), |text| check_file(path, &text));
    };
    let mut entries: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        walk(&entry);
    }
}

fn check_file(path: &Path, text: &str) {
    properties::check_large(text);
    let scan = full_scan(text);
    html::html_context(text, &scan.regions, html::HtmlState::default());
    for problem in &scan.problems {
        let start = usize::from(problem.range.start());
        let line = text[..start].bytes().filter(|&b| b == b'\n').count() + 1;
        let context: String = text[start..].chars().take(60).collect();
        println!("{:?} {} {}:{line} {context:?}", problem.kind.class(), problem.kind.id(), path.display());
    }
}
