//! `human`: each finding with an excerpt of the source, a summary at the end.

mod layout;

use std::{fmt::Write as _, io, ops::Range};

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str,
    renderer::{DEFAULT_ERROR_STYLE, DEFAULT_INFO_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE},
};
use anstyle::Style;

use super::{
    FileReport, Reporter, Summary, Terminal,
    excerpt::Excerpt,
    positions::{Position, Positions},
};
use crate::{Applicability, Diagnostic, Severity};
use layout::{Layout, MOST_RELATED, Source, View};

/// What the library is told to be the path. It prints it with the line and the column in the excerpt, which is cut, so
/// that the column would be wrong; the true place is put there afterwards. A character for private use, lest it be found
/// in what people write.
const PLACE: &str = "\u{10FFFD}";

/// Excerpts that are still narrower say nothing.
const LEAST_WIDTH: usize = 40;

/// The reporter of `human`.
pub(super) struct Human<'w> {
    out: &'w mut dyn io::Write,
    color: bool,
}

impl<'w> Human<'w> {
    pub(super) fn new(out: &'w mut dyn io::Write, terminal: Terminal) -> Human<'w> {
        Human { out, color: terminal.color }
    }
}

/// The findings of a file with their excerpts.
pub(super) fn draw(report: &FileReport<'_>, terminal: Terminal) -> io::Result<Vec<u8>> {
    let mut found = Vec::new();
    if report.diagnostics.is_empty() {
        return Ok(found);
    }
    let width = terminal.width.max(LEAST_WIDTH);
    let renderer = if terminal.color { Renderer::styled() } else { Renderer::plain() };
    // Lines are cut before they get there, and labels should not be.
    let renderer = renderer.hyperlink(terminal.hyperlinks).term_width(width.saturating_mul(10));
    let path = normalize_untrusted_str(report.path);
    let source = Source { positions: Positions::new(report.text), width };
    for diagnostic in report.diagnostics {
        let layout = source.layout(diagnostic);
        let drawn = renderer.render(&groups(diagnostic, &layout));
        let drawn = with_places(&drawn, &path, layout.views.iter().map(|view| view.at));
        found.extend(drawn.as_bytes());
        found.extend(b"\n\n");
    }
    Ok(found)
}

impl Reporter for Human<'_> {
    fn drawn(&mut self, drawn: &[u8]) -> io::Result<()> {
        self.out.write_all(drawn)
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let line = summary.sentence(|severity, words| {
            let style = if self.color { style(severity) } else { Style::new() };
            format!("{style}{words}{style:#}")
        });
        writeln!(self.out, "{line}")
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::NOTE.with_name("hint"),
    }
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => DEFAULT_ERROR_STYLE,
        Severity::Warning => DEFAULT_WARNING_STYLE,
        Severity::Info => DEFAULT_INFO_STYLE,
        Severity::Hint => DEFAULT_NOTE_STYLE,
    }
}

/// A finding as the library wants it: the finding itself with its excerpts, then each fix.
fn groups<'a>(diagnostic: &'a Diagnostic, layout: &'a Layout<'_>) -> Vec<Group<'a>> {
    let title = level(diagnostic.severity).primary_title(&diagnostic.message);
    let title = title.id(diagnostic.rule.id).id_url(diagnostic.rule.url());
    let mut finding = Group::with_title(title);
    for (nth, view) in layout.views.iter().enumerate() {
        finding = finding.element(snippet(view, nth == 0));
    }
    match diagnostic.related.len().saturating_sub(MOST_RELATED) {
        0 => {}
        1 => finding = finding.element(Level::NOTE.message("and 1 more place")),
        more => finding = finding.element(Level::NOTE.message(format!("and {more} more places"))),
    }
    if let Some(help) = &diagnostic.help {
        finding = finding.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let mut groups = vec![finding];
    let mut change = layout.change.as_ref();
    for fix in &diagnostic.fixes {
        let name = match fix.applicability {
            Applicability::Safe => "fix",
            Applicability::Unsafe => "unsafe fix",
            Applicability::Choice => "choice",
        };
        let title = normalize_untrusted_str(&fix.title);
        let mut group = Group::with_title(Level::HELP.with_name(name).secondary_title(title));
        if let Some(change) = change.take() {
            let Excerpt { source, first_line, .. } = &change.excerpt;
            let patch =
                |(span, new_text): &(Range<usize>, &str)| Patch::new(span.clone(), new_text.replace("\r\n", "\n"));
            let patches = change.edits.iter().map(patch);
            group = group.element(Snippet::source(source).line_start(*first_line).patches(patches));
        }
        groups.push(group);
    }
    groups
}

fn snippet<'a>(view: &'a View<'_>, primary: bool) -> Snippet<'a, Annotation<'a>> {
    let Excerpt { source, first_line, .. } = &view.excerpt;
    let marks = view.places.iter().enumerate().map(|(nth, place)| {
        let kind = if primary && nth == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let mark = kind.span(view.excerpt.span(&place.range));
        // Unlike the source and the title, labels are printed as they are.
        let label = place.label.map(normalize_untrusted_str);
        match (label, place.continues_to) {
            (label, None) => mark.label(label),
            (None, Some(line)) => mark.label(format!("… to line {line}")),
            (Some(label), Some(line)) => mark.label(format!("{label} (to line {line})")),
        }
    });
    let context = view.context.iter().map(|&at| AnnotationKind::Visible.span(at..at));
    let snippet = Snippet::source(source).path(PLACE).line_start(*first_line);
    snippet.annotations(marks).annotations(context)
}

/// What was drawn, with the true `places` instead of those that the library printed.
fn with_places(drawn: &str, path: &str, mut places: impl Iterator<Item = Position>) -> String {
    let mut parts = drawn.split(PLACE);
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        out.push_str(path);
        let Some(Position { line, column }) = places.next() else {
            out.push_str(part);
            continue;
        };
        let _ = write!(out, ":{line}:{column}");
        out.push_str(part.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    out
}

#[cfg(test)]
mod tests;
