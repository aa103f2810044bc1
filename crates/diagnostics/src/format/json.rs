//! `json`: one array, one finding to a line.
//!
//! Lines and columns count from 1, columns in Unicode scalar values; ends are exclusive. Byte offsets count from 0.

use std::io;

use serde::Serialize;
use sfmc_syntax::TextRange;

use super::{
    FileReport, Reporter, Summary, Terminal,
    positions::{Position, Positions},
};
use crate::{Diagnostic, Fix};

/// The reporter of `json`.
pub(super) struct Json<'w> {
    out: &'w mut dyn io::Write,
    first: bool,
}

impl<'w> Json<'w> {
    pub(super) fn new(out: &'w mut dyn io::Write, _: Terminal) -> Json<'w> {
        Json { out, first: true }
    }
}

/// The findings of a file, without what stands before the first and behind the last.
pub(super) fn draw(report: &FileReport<'_>, _: Terminal) -> io::Result<Vec<u8>> {
    let mut drawn = Vec::new();
    if report.diagnostics.is_empty() {
        return Ok(drawn);
    }
    let positions = Positions::new(report.text);
    for diagnostic in report.diagnostics {
        // Written by hand, not by a sequence serializer, for the sake of the line ends.
        if !drawn.is_empty() {
            drawn.extend(b",\n");
        }
        serde_json::to_writer(&mut drawn, &Finding::new(report.path, &positions, diagnostic))?;
    }
    Ok(drawn)
}

impl Reporter for Json<'_> {
    fn drawn(&mut self, drawn: &[u8]) -> io::Result<()> {
        if drawn.is_empty() {
            return Ok(());
        }
        self.out.write_all(if self.first { b"[\n" } else { b",\n" })?;
        self.first = false;
        self.out.write_all(drawn)
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.out.write_all(if self.first { b"[]\n" } else { b"\n]\n" })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    path: &'a str,
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    range: Range,
    byte_range: [u32; 2],
    help: Option<&'a str>,
    url: String,
    fixes: Vec<Repair<'a>>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Repair<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edit<'a> {
    byte_range: [u32; 2],
    new_text: &'a str,
}

impl<'a> Finding<'a> {
    fn new(path: &'a str, positions: &Positions<'_>, diagnostic: &'a Diagnostic) -> Finding<'a> {
        let range = diagnostic.range;
        Finding {
            path,
            rule: diagnostic.rule.id,
            severity: diagnostic.severity.as_str(),
            message: &diagnostic.message,
            range: Range { start: positions.at(range.start().into()), end: positions.at(range.end().into()) },
            byte_range: bytes(range),
            help: diagnostic.help.as_deref(),
            url: diagnostic.rule.url(),
            fixes: diagnostic.fixes.iter().map(Repair::new).collect(),
        }
    }
}

impl<'a> Repair<'a> {
    fn new(fix: &'a Fix) -> Repair<'a> {
        let edit = |edit: &'a sfmc_syntax::TextEdit| Edit { byte_range: bytes(edit.range), new_text: &edit.new_text };
        let edits = fix.edits.iter().map(edit).collect();
        Repair { title: &fix.title, applicability: fix.applicability.as_str(), edits }
    }
}

fn bytes(range: TextRange) -> [u32; 2] {
    [range.start().into(), range.end().into()]
}
