//! Tests of the scanner as a whole: the rows of ampscript-edge-cases.md that concern scanning, traps that other tools fall into,
//! and properties of any text.

mod corpus;
mod edge_cases;
mod linear;
mod properties;
mod traps;

use std::fmt::Write;

use expect_test::Expect;

use crate::{Region, Scan, full_scan};

fn render_region(text: &str, region: &Region) -> String {
    let (start, end) = (region.start as usize, region.end() as usize);
    let (open, close) = (start + region.open as usize, end - region.close as usize);
    let flags = format!("{:?}", region.flags);
    let gap = if flags.is_empty() { "" } else { " " };
    let (before, content, after) = (&text[start..open], &text[open..close], &text[close..end]);
    format!("{:?}@{start}..{end}{gap}{flags} {before:?} {content:?} {after:?}", region.kind)
}

fn render(text: &str, scan: &Scan) -> String {
    let mut out = String::new();
    for region in &scan.regions {
        writeln!(out, "{}", render_region(text, region)).unwrap();
    }
    for problem in &scan.problems {
        let range = problem.range;
        let start = usize::from(range.start());
        writeln!(out, "! {} @{start} {:?}", problem.kind.id(), &text[range]).unwrap();
    }
    out
}

/// Scans `text`, in which `⏎` stands for a line end.
#[track_caller]
fn check(text: &str, expected: &Expect) {
    let text = text.replace('⏎', "\n");
    let scan = full_scan(&text);
    expected.assert_eq(&render(&text, &scan));
    properties::check_all(&text);
}
