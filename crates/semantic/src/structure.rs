//! The tree of IF and FOR over all blocks of a page.
//!
//! Recovery (ampscript.md section 3.1): NEXT with an IF open inside its FOR closes that IF; ENDIF with a FOR open above an IF closes that
//! FOR; at the end everything is closed. Each construct is reported once, at its opener when its end is missing.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_ampscript::ControlKind;
use sfmc_db::{Chunk, Db, Fact, Page, chunk_facts, chunk_parse};
use sfmc_syntax::{ProblemKind, SmolStr, TextRange};

/// How deeply IF and FOR may nest before it is reported. Own limit; the platform's is not known.
pub const MAX_NESTING: usize = 256;

/// What stands at a [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// The keyword of a control statement; index into [`sfmc_db::ChunkParse::controls`].
    Keyword,
    /// The variable of FOR or NEXT; same index.
    Name,
    /// Where a region of code lacks its last value; index into [`sfmc_db::ChunkParse::code`].
    Dangling,
    /// The expression that a region of code begins with; same index.
    Continues,
    /// The opening delimiter of a region of code; same index.
    Opener,
    /// The opening delimiter of any region; index among the chunk's regions.
    Region,
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
        PlaceKind::Dangling => parse.code.get(index)?.dangling,
        PlaceKind::Continues => parse.code.get(index)?.continues,
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
}

impl PageStructure {
    /// Whether IF, FOR and their ends do not fit together, or a region does not end: what runs when is not known then.
    pub fn is_wrong(&self) -> bool {
        let harmless = |kind| matches!(kind, ProblemKind::NextVariableMismatch | ProblemKind::IgnoredExpression);
        !self.silenced.is_empty() || self.problems.iter().any(|problem| !harmless(problem.kind))
    }
}

/// The structure of a page.
#[salsa::tracked(returns(ref))]
pub fn page_structure(db: &dyn Db, page: Page) -> PageStructure {
    let mut fold = Fold::default();
    for &chunk in page.chunks(db).iter() {
        for fact in chunk_facts(db, chunk).iter() {
            fold.fact(chunk, fact);
        }
    }
    fold.finish()
}

struct Frame {
    is_loop: bool,
    keyword: Place,
    name: Option<SmolStr>,
    context: Option<SmolStr>,
    alternative: Option<Place>,
    part: Option<(Chunk, u32)>,
    incomplete: bool,
}

#[derive(Default)]
struct Fold {
    open: Vec<Frame>,
    context: Option<SmolStr>,
    /// The opener of the region of code that is open.
    opener: Option<Place>,
    /// The tag of the server script that is cut.
    server_script: Option<Place>,
    /// The block before ended inside a statement.
    dangling: Option<Place>,
    problems: Vec<(Option<(Chunk, u32)>, StructureProblem)>,
    /// The parts of the region of code that is open.
    parts: Vec<(Chunk, u32)>,
    silenced: Vec<(Chunk, u32)>,
    too_deep: bool,
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
            Fact::Enter { index, context, continues, unterminated } => {
                self.context.clone_from(context);
                self.parts.clear();
                self.parts.push((chunk, *index));
                if *unterminated {
                    self.silenced.push((chunk, *index));
                }
                self.opener = Some(Place { chunk, index: *index, kind: PlaceKind::Opener });
                let rest = Place { chunk, index: *index, kind: PlaceKind::Continues };
                match self.dangling.take() {
                    Some(dangling) if *continues => {
                        self.report(ProblemKind::StatementCrossesBlock, dangling, Some(rest));
                    }
                    Some(dangling) => self.report(ProblemKind::ExpectedExpression, dangling, None),
                    None if *continues => self.report(ProblemKind::IgnoredExpression, rest, None),
                    None => {}
                }
            }
            Fact::Resume { index } => self.parts.push((chunk, *index)),
            Fact::Dangling { index } => {
                self.flush_dangling();
                self.dangling = Some(Place { chunk, index: *index, kind: PlaceKind::Dangling });
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
                self.control(keyword, *kind, name.as_ref());
                if *incomplete && let Some(frame) = self.open.last_mut().filter(|frame| frame.keyword == keyword) {
                    frame.incomplete = true;
                }
            }
        }
    }

    fn flush_dangling(&mut self) {
        if let Some(at) = self.dangling.take() {
            self.report(ProblemKind::ExpectedExpression, at, None);
        }
    }

    fn control(&mut self, keyword: Place, kind: ControlKind, name: Option<&SmolStr>) {
        match kind {
            ControlKind::If => self.push(false, keyword, None),
            ControlKind::For => self.push(true, keyword, name.cloned()),
            ControlKind::Else | ControlKind::Elseif => self.alternative(keyword, kind),
            ControlKind::Endif | ControlKind::EndIf => {
                if self.close_above(false) {
                    self.close(keyword);
                } else if kind == ControlKind::Endif {
                    self.report(ProblemKind::UnmatchedEndif, keyword, None);
                }
            }
            ControlKind::Next => {
                if !self.close_above(true) {
                    self.report(ProblemKind::UnmatchedNext, keyword, None);
                    return;
                }
                let counter = self.open.last().and_then(|frame| Some((frame.name.clone()?, frame.keyword)));
                if let (Some((counter, opener)), Some(name)) = (counter, name)
                    && counter != *name
                {
                    let at = Place { kind: PlaceKind::Name, ..keyword };
                    let counter = Place { kind: PlaceKind::Name, ..opener };
                    self.report(ProblemKind::NextVariableMismatch, at, Some(counter));
                }
                self.close(keyword);
            }
        }
    }

    fn push(&mut self, is_loop: bool, keyword: Place, name: Option<SmolStr>) {
        if self.open.len() >= MAX_NESTING && !self.too_deep {
            self.too_deep = true;
            self.report(ProblemKind::NestingTooDeep, keyword, None);
        }
        self.open.push(Frame {
            is_loop,
            keyword,
            name,
            context: self.context.clone(),
            alternative: None,
            part: self.parts.last().copied(),
            incomplete: false,
        });
    }

    /// Closes, as missing their end, all frames above the innermost one of this kind. False when there is none.
    fn close_above(&mut self, is_loop: bool) -> bool {
        let Some(found) = self.open.iter().rposition(|frame| frame.is_loop == is_loop) else {
            return false;
        };
        while self.open.len() > found + 1 {
            self.pop_unclosed();
        }
        true
    }

    fn pop_unclosed(&mut self) {
        if let Some(frame) = self.open.pop().filter(|frame| !frame.incomplete) {
            let kind = if frame.is_loop { ProblemKind::MissingNext } else { ProblemKind::MissingEndif };
            self.report_in(frame.part, kind, frame.keyword, None);
        }
    }

    /// The innermost frame ends here.
    fn close(&mut self, keyword: Place) {
        if let Some(frame) = self.open.pop()
            && frame.context != self.context
        {
            self.report(ProblemKind::ControlFlowCrossesContext, keyword, Some(frame.keyword));
        }
    }

    fn alternative(&mut self, keyword: Place, kind: ControlKind) {
        if !self.close_above(false) {
            self.report(ProblemKind::UnmatchedElse, keyword, None);
            return;
        }
        let Some(frame) = self.open.last_mut() else {
            return;
        };
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

    fn finish(mut self) -> PageStructure {
        self.flush_dangling();
        while !self.open.is_empty() {
            self.pop_unclosed();
        }
        // What stands in a region that does not end only follows from that.
        let silenced: FxHashSet<(Chunk, u32)> = self.silenced.iter().copied().collect();
        self.problems.retain(|(part, _)| part.is_none_or(|part| !silenced.contains(&part)));
        let problems = self.problems.into_iter().map(|(_, problem)| problem).collect();
        PageStructure { problems, silenced: self.silenced.into() }
    }
}
