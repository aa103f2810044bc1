//! What a rule sees and how it reports.

use sfmc_db::{Db, PageMap};
use sfmc_diagnostics::{Applicability, Diagnostic, Fix, Related, Severity, Tag};
use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::{declare::Declared, surroundings::region_of};

/// A rule that words a problem which was found before any rule ran.
pub(crate) trait CheckProblem: Declared {
    /// The problem that it words; codegen reads it.
    #[allow(dead_code, reason = "read by codegen, which writes the dispatch")]
    const KIND: ProblemKind;

    /// Reports it.
    fn check(ctx: &mut Context<'_>, problem: &Problem);
}

/// How much of a line a rule sees on either side of a place, in bytes: minified pages are one line, and every problem looks at it.
const MAX_LINE: usize = 1024;

/// The text that ranges refer to.
enum Source<'a> {
    /// Ranges are in bytes from the start of a chunk.
    Chunk(&'a str),
    /// Ranges are in bytes from the start of the page.
    Page(&'a dyn Db, &'a PageMap),
}

/// What a rule is given: the text around, and where to report.
pub(crate) struct Context<'a> {
    source: Source<'a>,
    /// The region that is looked at. What stands around it depends on where the page is cut into chunks, so that no rule may see it.
    window: Option<TextRange>,
    found: Vec<Diagnostic>,
}

impl<'a> Context<'a> {
    pub(crate) fn for_chunk(text: &'a str) -> Context<'a> {
        Context { source: Source::Chunk(text), window: None, found: Vec::new() }
    }

    pub(crate) fn for_page(db: &'a dyn Db, map: &'a PageMap) -> Context<'a> {
        Context { source: Source::Page(db, map), window: None, found: Vec::new() }
    }

    /// Rules see the text of this region only; of all of the chunk without one.
    pub(crate) fn look_into(&mut self, region: Option<TextRange>) {
        self.window = region;
    }

    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        self.found
    }

    /// The text of a range; empty when it does not lie in one chunk.
    pub(crate) fn text(&self, range: TextRange) -> &'a str {
        let (text, start) = self.chunk_text(range.start());
        let from = usize::from(range.start() - start);
        text.get(from..from + usize::from(range.len())).unwrap_or("")
    }

    /// The text from an offset to the end of its line or of its chunk.
    pub(crate) fn line_after(&self, offset: TextSize) -> &'a str {
        let (text, start) = self.chunk_text(offset);
        let rest = text.get(usize::from(offset - start)..).unwrap_or("");
        let rest = &rest[..rest.floor_char_boundary(MAX_LINE)];
        rest.split(['\n', '\r']).next().unwrap_or("")
    }

    /// The text of the line, or of the chunk, before an offset.
    pub(crate) fn line_before(&self, offset: TextSize) -> &'a str {
        let (text, start) = self.chunk_text(offset);
        let before = text.get(..usize::from(offset - start)).unwrap_or("");
        let before = &before[before.ceil_char_boundary(before.len().saturating_sub(MAX_LINE))..];
        before.rsplit('\n').next().unwrap_or("")
    }

    /// The code of the line before an offset, from where its region begins if that is on the line. Nothing where the line is cut: it can be
    /// in the middle of a text.
    pub(crate) fn code_before(&self, offset: TextSize) -> Option<&'a str> {
        let line = self.line_before(offset);
        let code = region_of(line);
        let (text, start) = self.chunk_text(offset);
        let at = usize::from(offset - start).saturating_sub(line.len());
        let is_cut = at > 0 && text.as_bytes().get(at - 1) != Some(&b'\n');
        (!is_cut || code.len() < line.len()).then_some(code)
    }

    fn chunk_text(&self, offset: TextSize) -> (&'a str, TextSize) {
        match self.source {
            Source::Chunk(text) => match self.window.filter(|window| window.contains_inclusive(offset)) {
                Some(window) => (&text[window], window.start()),
                None => (text, TextSize::new(0)),
            },
            Source::Page(db, map) => {
                let position = map.chunk_at(offset).and_then(|index| map.chunks().get(index));
                position.map_or(("", offset), |position| (&*position.chunk.source(db).text, position.start))
            }
        }
    }

    /// Whether an error was reported in a range, its ends included.
    pub(crate) fn has_error_in(&self, range: TextRange) -> bool {
        let last = self.found.iter().rev().take_while(|found| found.range.end() >= range.start());
        last.into_iter().any(|found| found.severity == Severity::Error && range.contains_range(found.range))
    }

    /// Reports a finding of rule `R`.
    pub(crate) fn report<R: Declared>(&mut self, range: TextRange, message: impl Into<String>) -> Report<'_> {
        Report::new::<R>(&mut self.found, range, message)
    }
}

/// A finding that was reported and can be told more of.
pub(crate) struct Report<'d> {
    diagnostic: &'d mut Diagnostic,
}

#[allow(dead_code, reason = "the whole vocabulary of a rule; which words are in use changes with the rules")]
impl<'d> Report<'d> {
    /// Adds a finding of rule `R` to `found`.
    pub(crate) fn new<R: Declared>(
        found: &'d mut Vec<Diagnostic>,
        range: TextRange,
        message: impl Into<String>,
    ) -> Report<'d> {
        found.push(Diagnostic::new(R::RULE, range, message));
        let last = found.len() - 1;
        Report { diagnostic: &mut found[last] }
    }

    /// A second place that explains it.
    pub(crate) fn related(self, range: TextRange, message: impl Into<String>) -> Self {
        self.diagnostic.related.push(Related { range, message: message.into() });
        self
    }

    /// It is less bad than what the rule finds else.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        self.diagnostic.severity = severity;
        self
    }

    /// What to do, as one sentence.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// A repair that can be applied unseen.
    pub(crate) fn fix(self, title: impl Into<String>, edits: impl Into<Vec<TextEdit>>) -> Self {
        self.repair(title.into(), Applicability::Safe, edits.into())
    }

    /// A repair that a person should look at.
    pub(crate) fn unsafe_fix(self, title: impl Into<String>, edits: impl Into<Vec<TextEdit>>) -> Self {
        self.repair(title.into(), Applicability::Unsafe, edits.into())
    }

    /// One of several repairs, of which only a person can say which is meant.
    pub(crate) fn choice(self, title: impl Into<String>, edits: impl Into<Vec<TextEdit>>) -> Self {
        self.repair(title.into(), Applicability::Choice, edits.into())
    }

    fn repair(self, title: String, applicability: Applicability, edits: Vec<TextEdit>) -> Self {
        self.diagnostic.fixes.push(Fix { title, applicability, edits });
        self
    }

    /// The code does nothing; an editor fades it.
    pub(crate) fn unnecessary(self) -> Self {
        self.diagnostic.tags.push(Tag::Unnecessary);
        self
    }
}
