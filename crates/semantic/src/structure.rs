//! The tree of IF and FOR over all blocks of a page.
//!
//! Recovery (ampscript.md section 3.1): NEXT with an IF open inside its FOR closes that IF; ENDIF with a FOR open above an IF closes that
//! FOR; at the end everything is closed. Each construct is reported once, at its opener when its end is missing. Where another reading
//! of a wrong page leaves less to report, that one is taken: see [`reading`].

mod open;
mod reading;

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_ampscript::ControlKind;
use sfmc_db::{Chunk, Db, Fact, Page, chunk_parse};
use sfmc_syntax::{ProblemKind, SmolStr, TextRange};

use open::Open;
use reading::{Hidden, Mistake, Reading};

/// How deeply IF and FOR may nest before it is reported. Own limit; the platform's is not known.
pub const MAX_NESTING: usize = 256;

/// What stands at a [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// The keyword of a control statement; index into [`sfmc_db::ChunkParse::controls`].
    Keyword,
    /// The variable of FOR or NEXT; same index.
    Name,
    /// What the last statement of a region of code lacks; index into [`sfmc_db::ChunkParse::code`].
    Dangling,
    /// What explains it: the parenthesis that is open; same index.
    DanglingRelated,
    /// What a region of code begins with, where that begins no statement; same index.
    Continues,
    /// What explains it: the condition before THEN; same index.
    ContinuesRelated,
    /// The opening delimiter of a region of code; same index.
    Opener,
    /// The opening delimiter of any region; index among the chunk's regions.
    Region,
    /// `]%%` without an opener; index among such problems of the chunk.
    StrayClose,
}

/// A place without an offset: it stays what it is when text above it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The chunk.
    pub chunk: Chunk,
    /// Which of its things.
    pub index: u32,
    /// What kind of thing.
    pub kind: PlaceKind,
}

/// Something wrong with the structure of a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StructureProblem {
    /// What.
    pub kind: ProblemKind,
    /// Where.
    pub at: Place,
    /// The second place that explains it.
    pub related: Option<Place>,
}

/// Where a place stands, in bytes from its chunk's start.
pub fn place_range(db: &dyn Db, place: Place) -> Option<TextRange> {
    let parse = chunk_parse(db, place.chunk);
    let index = place.index as usize;
    match place.kind {
        PlaceKind::Keyword => Some(parse.controls.get(index)?.keyword),
        PlaceKind::Name => parse.controls.get(index)?.name,
        PlaceKind::Dangling => Some(parse.code.get(index)?.dangling?.at),
        PlaceKind::DanglingRelated => parse.code.get(index)?.dangling?.related,
        PlaceKind::Continues => Some(parse.code.get(index)?.continues?.at),
        PlaceKind::ContinuesRelated => parse.code.get(index)?.continues?.related,
        PlaceKind::StrayClose => {
            let strays = parse.problems.iter().filter(|problem| problem.kind == ProblemKind::StrayBlockClose);
            strays.map(|problem| problem.range).nth(index)
        }
        PlaceKind::Region => Some(place.chunk.source(db).regions.get(index)?.open_range()),
        PlaceKind::Opener => {
            let region = parse.code.get(index)?.region as usize;
            let region = place.chunk.source(db).regions.get(region)?;
            Some(region.open_range())
        }
    }
}

/// What the fold over a page found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageStructure {
    /// What is wrong, in order of discovery.
    pub problems: Arc<[StructureProblem]>,
    /// Regions that do not end, and the parts of those that are cut, as chunk and index into [`sfmc_db::ChunkParse::code`]: whatever is found in them
    /// follows from that.
    pub silenced: Arc<[(Chunk, u32)]>,
    /// Keywords are missing that a mistake hides which is said elsewhere.
    pub torn: bool,
    /// What is wrong for whoever does not report closers that close nothing, where such a closer explains something; else nothing.
    pub without_strays: Arc<[StructureProblem]>,
}

impl PageStructure {
    /// Whether IF, FOR and their ends do not fit together, or a region does not end: what runs when is not known then.
    pub fn is_wrong(&self) -> bool {
        let harmless = |kind| matches!(kind, ProblemKind::NextVariableMismatch | ProblemKind::IgnoredExpression);
        self.torn || !self.silenced.is_empty() || self.problems.iter().any(|problem| !harmless(problem.kind))
    }
}

/// Whether a mistake in a chunk hides code of it: what should be code is read as text, or as part of a comment or a string.
#[salsa::tracked(returns(copy))]
fn chunk_hides_code(db: &dyn Db, chunk: Chunk) -> bool {
    chunk_parse(db, chunk).problems.iter().any(|problem| {
        matches!(
            problem.kind,
            ProblemKind::UnterminatedBlock
                | ProblemKind::UnterminatedInline
                | ProblemKind::UnterminatedScriptTag
                | ProblemKind::NestedBlockDelimiter
                | ProblemKind::NestedScriptTag
                | ProblemKind::MismatchedClose
                | ProblemKind::StrayBlockClose
                | ProblemKind::UnterminatedComment
                | ProblemKind::UnterminatedString
                | ProblemKind::UnterminatedBracketName
        )
    })
}

/// Whether a mistake in a page hides code of it: what that sets is not known.
#[salsa::tracked(returns(copy))]
pub fn hides_code(db: &dyn Db, page: Page) -> bool {
    page.chunks(db).iter().any(|&chunk| chunk_hides_code(db, chunk))
}

/// The structure of a page.
#[salsa::tracked(returns(ref))]
pub fn page_structure(db: &dyn Db, page: Page) -> PageStructure {
    fold(db, page).0
}

/// What is wrong with a page, and its IFs and FORs in order.
pub(crate) fn fold(db: &dyn Db, page: Page) -> (PageStructure, Vec<Recorded>) {
    reading::best(db, page)
}

/// An IF or FOR that is written, with its keywords.
pub(crate) struct Recorded {
    pub(crate) opener: Place,
    pub(crate) alternatives: Vec<Place>,
    pub(crate) end: Option<Place>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    If,
    Loop,
    /// A construct of another language, which the parser reported.
    Foreign,
    /// Braces around nothing.
    Braces,
}

struct Frame {
    opened: Opened,
    /// It was opened by a mistake that is reported: nothing is said of its end.
    soft: bool,
    /// Its statements stand in braces.
    braced: bool,
    /// The closing brace was met: it ends here unless ELSE or its own end follows.
    ended: bool,
    keyword: Place,
    name: Option<SmolStr>,
    context: Option<SmolStr>,
    alternative: Option<Place>,
    part: Option<(Chunk, u32)>,
    incomplete: bool,
    /// Words in it that can have been meant as its end, and the parts they stand in.
    candidates: Vec<(Option<(Chunk, u32)>, Place)>,
    /// Of an IF or FOR that is written: its place in [`Fold::recorded`].
    recorded: Option<usize>,
    /// It is no code, because a mistake hides it.
    hidden: Option<Mistake>,
}

#[derive(Default)]
struct Fold {
    reading: Reading,
    hidden: Hidden,
    open: Open,
    context: Option<SmolStr>,
    /// The opener of the region of code that is open.
    opener: Option<Place>,
    /// The tag of the server script that is cut.
    server_script: Option<Place>,
    /// The block before ended inside a statement.
    dangling: Option<(Place, ProblemKind)>,
    /// The control statement before this one.
    last: Option<Place>,
    problems: Vec<(Option<(Chunk, u32)>, StructureProblem)>,
    /// The parts of the region of code that is open.
    parts: Vec<(Chunk, u32)>,
    silenced: Vec<(Chunk, u32)>,
    too_deep: bool,
    recorded: Vec<Recorded>,
    /// The loop that ended last has the counter of the loop around it at its NEXT: its own counter, and that one.
    swapped: Option<[SmolStr; 2]>,
}

impl Fold {
    fn report(&mut self, kind: ProblemKind, at: Place, related: Option<Place>) {
        let part = self.parts.last().copied();
        self.report_in(part, kind, at, related);
    }

    /// Reports something that stands in `part`, unless it turns out that the region does not end.
    fn report_in(&mut self, part: Option<(Chunk, u32)>, kind: ProblemKind, at: Place, related: Option<Place>) {
        self.problems.push((part, StructureProblem { kind, at, related }));
    }

    fn fact(&mut self, chunk: Chunk, fact: &Fact) {
        match fact {
            Fact::Hidden { kinds, by } => self.hidden(chunk, kinds, *by),
            Fact::Enter { index, context, continues, unterminated } => {
                self.hidden.text.clear();
                self.context.clone_from(context);
                self.parts.clear();
                self.parts.push((chunk, *index));
                if *unterminated {
                    self.silenced.push((chunk, *index));
                }
                self.opener = Some(Place { chunk, index: *index, kind: PlaceKind::Opener });
                let rest = Place { chunk, index: *index, kind: PlaceKind::Continues };
                match (self.dangling.take(), *continues) {
                    (Some((dangling, _)), Some(_)) => {
                        self.report(ProblemKind::StatementCrossesBlock, dangling, Some(rest));
                    }
                    (dangling, None) => {
                        self.dangling = dangling;
                        self.flush_dangling();
                    }
                    (None, Some(kind)) => {
                        self.report(kind, rest, Some(Place { kind: PlaceKind::ContinuesRelated, ..rest }));
                    }
                }
            }
            Fact::Resume { index } => {
                // Regions are cut where a statement begins: the one before does not go on.
                self.flush_dangling();
                self.parts.push((chunk, *index));
            }
            Fact::Dangling { index, kind } => {
                self.flush_dangling();
                self.dangling = Some((Place { chunk, index: *index, kind: PlaceKind::Dangling }, *kind));
            }
            Fact::Unterminated { script } => {
                self.silenced.append(&mut self.parts);
                if let Some(opener) = self.opener {
                    let kind =
                        if *script { ProblemKind::UnterminatedScriptTag } else { ProblemKind::UnterminatedBlock };
                    self.report_in(None, kind, opener, None);
                }
            }
            Fact::ServerScript { region } => {
                self.server_script = Some(Place { chunk, index: *region, kind: PlaceKind::Region });
            }
            Fact::ServerScriptUnterminated => {
                if let Some(opener) = self.server_script.take() {
                    self.report_in(None, ProblemKind::UnterminatedScriptTag, opener, None);
                }
            }
            Fact::Control { index, kind, name, incomplete } => {
                let keyword = Place { chunk, index: *index, kind: PlaceKind::Keyword };
                self.control(keyword, *kind, name.as_ref(), *incomplete);
                if *incomplete && let Some(frame) = self.open.last_mut().filter(|frame| frame.keyword == keyword) {
                    frame.incomplete = true;
                }
            }
        }
    }

    fn flush_dangling(&mut self) {
        if let Some((at, kind)) = self.dangling.take() {
            self.report(kind, at, Some(Place { kind: PlaceKind::DanglingRelated, ..at }));
        }
    }

    fn control(&mut self, keyword: Place, kind: ControlKind, name: Option<&SmolStr>, incomplete: bool) {
        use ControlKind::{Else, Elseif, End, EndIf, Endif, IfEndWord, LoopEnd, LoopEndWord, Next};
        let last = self.last.replace(keyword);
        // What stands in braces is over, unless this goes on with it.
        let goes_on = |frame: &Frame| match kind {
            Else | Elseif | Endif | EndIf | IfEndWord => frame.opened == Opened::If,
            Next | LoopEnd | LoopEndWord => frame.opened == Opened::Loop,
            End => true,
            _ => false,
        };
        while self.open.last().is_some_and(|frame| frame.ended && !goes_on(frame)) {
            self.open.pop();
        }
        match kind {
            ControlKind::If => self.push_written(Opened::If, keyword, None),
            ControlKind::For => self.push_written(Opened::Loop, keyword, name.cloned()),
            ControlKind::GuessedIf => self.push_soft(Opened::If, keyword),
            ControlKind::GuessedFor => self.push_soft(Opened::Loop, keyword),
            ControlKind::Foreign => self.push_soft(Opened::Foreign, keyword),
            Else | Elseif => self.alternative(keyword, kind, incomplete),
            Endif | EndIf | Next if self.ends_otherwise(keyword, kind, name) => {}
            Endif | EndIf => {
                if self.close_above(Opened::If) || self.close_above(Opened::Foreign) {
                    self.close(keyword);
                } else if kind == Endif {
                    self.unmatched(ProblemKind::UnmatchedEndif, keyword);
                }
            }
            IfEndWord => self.word_for_end(ProblemKind::ExpectedEndif, Opened::If, keyword),
            LoopEndWord => self.word_for_end(ProblemKind::ExpectedNext, Opened::Loop, keyword),
            Next | LoopEnd => self.end_loop(keyword, kind, name),
            ControlKind::ForeignEnd => {
                if self.close_above(Opened::Foreign) {
                    self.close(keyword);
                } else {
                    self.report(ProblemKind::UnsupportedStatement, keyword, None);
                }
            }
            End => match self.open.last_mut() {
                // Whether it was meant so shows when a real end is missing.
                Some(frame) if matches!(frame.opened, Opened::If | Opened::Loop) => {
                    frame.candidates.push((self.parts.last().copied(), keyword));
                }
                Some(_) => self.close(keyword),
                None => self.report(ProblemKind::IgnoredExpression, keyword, None),
            },
            ControlKind::ForeignPart => {
                if !self.open.any(Opened::Foreign) {
                    self.report(ProblemKind::UnsupportedStatement, keyword, None);
                }
            }
            ControlKind::BraceHead | ControlKind::BraceOpen => self.brace(keyword, kind, last),
            ControlKind::BraceClose => self.close_brace(keyword),
        }
    }

    /// Reports an end without a beginning. What is missing can stand in a region that does not end.
    fn unmatched(&mut self, kind: ProblemKind, keyword: Place) {
        if self.silenced.is_empty() {
            self.report(kind, keyword, None);
        }
    }

    fn end_loop(&mut self, keyword: Place, kind: ControlKind, name: Option<&SmolStr>) {
        let loops = [Opened::Loop, Opened::Foreign];
        let innermost = loops.into_iter().filter_map(|kind| Some((self.open.innermost(kind)?, kind)));
        let Some((_, opened)) = innermost.max_by_key(|(at, _)| *at) else {
            self.unmatched(ProblemKind::UnmatchedNext, keyword);
            return;
        };
        self.close_above(opened);
        if opened == Opened::Loop && kind == ControlKind::LoopEnd {
            self.report(ProblemKind::ExpectedNext, keyword, None);
        }
        let counter = self.open.last().and_then(|frame| Some((frame.name.clone()?, frame.keyword)));
        let swapped = self.swapped.take();
        if let (Some((counter, opener)), Some(name)) = (counter, name)
            && counter != *name
            // `next @i … next @j` of loops of which the inner one counts `@j`: it is said at the first.
            && swapped.is_none_or(|swapped| swapped != [name.clone(), counter.clone()])
        {
            let around = self.open.around_last(loops);
            let is_outer = around.is_some_and(|frame| frame.name.as_ref() == Some(name));
            self.swapped = is_outer.then(|| [counter, name.clone()]);
            let at = Place { kind: PlaceKind::Name, ..keyword };
            let counter = Place { kind: PlaceKind::Name, ..opener };
            self.report(ProblemKind::NextVariableMismatch, at, Some(counter));
        }
        self.close(keyword);
    }

    /// A word that can only have been meant as the end of what is open; where nothing is, it does nothing.
    fn word_for_end(&mut self, kind: ProblemKind, opened: Opened, keyword: Place) {
        if self.close_above(opened) {
            self.report(kind, keyword, None);
            self.close(keyword);
        } else if self.close_above(Opened::Foreign) {
            self.close(keyword);
        } else {
            self.report(ProblemKind::IgnoredExpression, keyword, None);
        }
    }

    /// `{`: in the place of THEN or DO, behind a head or ELSE, or around anything. One problem for all braces of a construct.
    fn brace(&mut self, keyword: Place, kind: ControlKind, last: Option<Place>) {
        let fresh = |frame: &Frame| {
            frame.opened != Opened::Braces
                && (Some(frame.keyword) == last || (last.is_some() && frame.alternative == last))
        };
        let head = kind == ControlKind::BraceHead;
        let known = self.open.last().map(|frame| (fresh(frame) || head, frame.braced, frame.opened));
        match known {
            Some((true, braced, opened)) => {
                self.open.brace_last();
                if let Some(frame) = self.open.last_mut() {
                    frame.soft = true;
                }
                let kind = match opened {
                    Opened::If if head => ProblemKind::ExpectedThen,
                    Opened::Loop if head => ProblemKind::ExpectedDo,
                    _ => ProblemKind::UnexpectedCharacter,
                };
                if !braced && opened != Opened::Foreign {
                    self.report(kind, keyword, None);
                }
            }
            _ => {
                self.report(ProblemKind::UnexpectedCharacter, keyword, None);
                self.push_soft(Opened::Braces, keyword);
                self.open.brace_last();
            }
        }
    }

    fn close_brace(&mut self, keyword: Place) {
        let Some(found) = self.open.innermost_braced() else {
            self.report(ProblemKind::UnexpectedCharacter, keyword, None);
            return;
        };
        while self.open.len() > found + 1 {
            self.pop_unclosed();
        }
        match self.open.last_mut() {
            Some(frame) if frame.opened != Opened::Braces => frame.ended = true,
            _ => {
                self.open.pop();
            }
        }
    }

    fn push_soft(&mut self, opened: Opened, keyword: Place) {
        self.push(opened, keyword, None);
        if let Some(frame) = self.open.last_mut() {
            frame.soft = true;
        }
    }

    fn push_written(&mut self, opened: Opened, keyword: Place, name: Option<SmolStr>) {
        self.push(opened, keyword, name);
        if let Some(frame) = self.open.last_mut() {
            frame.recorded = Some(self.recorded.len());
        }
        self.recorded.push(Recorded { opener: keyword, alternatives: Vec::new(), end: None });
    }

    fn push(&mut self, opened: Opened, keyword: Place, name: Option<SmolStr>) {
        if self.open.len() >= MAX_NESTING && !self.too_deep {
            self.too_deep = true;
            self.report(ProblemKind::NestingTooDeep, keyword, None);
        }
        self.open.push(Frame {
            opened,
            soft: false,
            braced: false,
            ended: false,
            keyword,
            name,
            context: self.context.clone(),
            alternative: None,
            part: self.parts.last().copied(),
            incomplete: false,
            candidates: Vec::new(),
            recorded: None,
            hidden: None,
        });
    }

    /// Closes, as missing their end, all frames above the innermost one of this kind. False when there is none.
    fn close_above(&mut self, opened: Opened) -> bool {
        let Some(found) = self.open.innermost(opened) else {
            return false;
        };
        while self.open.len() > found + 1 {
            self.pop_unclosed();
        }
        true
    }

    fn pop_unclosed(&mut self) {
        if let Some(frame) = self.open.pop().filter(|frame| !frame.incomplete && !frame.soft) {
            let is_loop = frame.opened == Opened::Loop;
            let mut candidates = frame.candidates.into_iter();
            match candidates.next() {
                Some((part, word)) => {
                    let kind = if is_loop { ProblemKind::ExpectedNext } else { ProblemKind::ExpectedEndif };
                    self.report_in(part, kind, word, None);
                }
                None => {
                    let kind = if is_loop { ProblemKind::MissingNext } else { ProblemKind::MissingEndif };
                    self.report_in(frame.part, kind, frame.keyword, None);
                }
            }
            candidates.for_each(|(part, word)| self.report_in(part, ProblemKind::IgnoredExpression, word, None));
        }
    }

    /// The innermost frame ends here.
    fn close(&mut self, keyword: Place) {
        let Some(frame) = self.open.pop() else {
            return;
        };
        if let Some(recorded) = frame.recorded {
            self.recorded[recorded].end = Some(keyword);
        }
        // Its end can have been that of the one around it, and the word its own.
        match self.open.innermost_mut(frame.opened) {
            Some(outer) => outer.candidates.extend(frame.candidates),
            None => {
                let words = frame.candidates.into_iter();
                words.for_each(|(part, word)| self.report_in(part, ProblemKind::IgnoredExpression, word, None));
            }
        }
        if let Some(mistake) = frame.hidden {
            self.blame(mistake);
        } else if frame.soft {
            // It may not have been one at all: then this was the end of the one around it.
            let outer = match frame.opened {
                Opened::Foreign => self.open.last_mut(),
                opened => self.open.innermost_mut(opened),
            };
            if let Some(outer) = outer {
                outer.incomplete = true;
            }
        } else if frame.context != self.context {
            self.report(ProblemKind::ControlFlowCrossesContext, keyword, Some(frame.keyword));
        }
    }

    fn alternative(&mut self, keyword: Place, kind: ControlKind, misspelt: bool) {
        if !self.close_above(Opened::If) {
            if !self.open.any(Opened::Foreign) {
                if !misspelt {
                    self.unmatched(ProblemKind::UnmatchedElse, keyword);
                }
                // What follows belongs to the IF that is missing.
                self.push_soft(Opened::If, keyword);
            }
            return;
        }
        // A second ELSE behind `end` is that of the IF around.
        let over = |frame: &Frame| {
            frame.alternative.is_some() && (!frame.candidates.is_empty() || self.reading == Reading::ElseOfOuter)
        };
        if self.open.last().is_some_and(over) && self.open.count(Opened::If) > 1 {
            self.pop_unclosed();
            self.close_above(Opened::If);
        }
        if let Some(mistake) = self.open.last().and_then(|frame| frame.hidden) {
            self.blame(mistake);
        }
        let Some(frame) = self.open.last_mut() else {
            return;
        };
        frame.ended = false;
        if let Some(recorded) = frame.recorded {
            self.recorded[recorded].alternatives.push(keyword);
        }
        if frame.soft {
            frame.alternative = Some(keyword);
            return;
        }
        let wrong = frame.alternative.map(|first| {
            let kind =
                if kind == ControlKind::Else { ProblemKind::DuplicateElse } else { ProblemKind::ElseifAfterElse };
            (kind, first)
        });
        let crosses = frame.context != self.context;
        let opener = frame.keyword;
        if kind == ControlKind::Else && wrong.is_none() {
            frame.alternative = Some(keyword);
        }
        if let Some((kind, first)) = wrong {
            self.report(kind, keyword, Some(first));
        } else if crosses {
            self.report(ProblemKind::ControlFlowCrossesContext, keyword, Some(opener));
        }
    }

    fn finish(mut self) -> (PageStructure, Vec<Recorded>) {
        self.flush_dangling();
        while !self.open.is_empty() {
            self.pop_unclosed();
        }
        // What stands in a region that does not end only follows from that.
        let silenced: FxHashSet<(Chunk, u32)> = self.silenced.iter().copied().collect();
        self.problems.retain(|(part, _)| part.is_none_or(|part| !silenced.contains(&part)));
        let strays = self.hidden.blamed.iter().map(|&at| StructureProblem {
            kind: ProblemKind::StrayBlockClose,
            at,
            related: None,
        });
        let problems = self.problems.into_iter().map(|(_, problem)| problem).chain(strays).collect();
        let torn = self.hidden.torn;
        (PageStructure { problems, silenced: self.silenced.into(), torn, ..PageStructure::default() }, self.recorded)
    }
}
