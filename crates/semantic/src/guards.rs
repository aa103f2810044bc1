//! The conditions of a page, and what stands under them: gathered in one walk over its steps, so that many places can ask of them.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_catalog::ampscript::{Effect, FunctionId};
use sfmc_db::{Chunk, Db, Page};
use sfmc_syntax::SmolStr;

use crate::body::{Body, Call, Expr, ExprId, Step, chunk_body};

/// A question follows variables over no more ways than this: many places can ask.
const MAX_WAYS: usize = 1000;

/// No more IFs and FORs around a place are looked at.
const MAX_DEPTH: usize = 64;

/// A condition of an IF or ELSEIF, or a value between which a FOR counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its chunk.
    pub chunk: Chunk,
    /// What is asked.
    pub expr: ExprId,
}

/// Where in an IF or a FOR something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    frame: u32,
    /// How many of its conditions stand before.
    asked: u32,
    /// The last of them is true here: it is none in ELSE and in a FOR.
    holds: bool,
}

/// An IF or a FOR.
#[derive(Debug, Default, PartialEq, Eq)]
struct Frame {
    outer: Option<Spot>,
    asked: Vec<Asked>,
    /// Of those in which the page can end, counted as they are closed: its number, from 0.
    passed: Option<u32>,
    inner: Vec<u32>,
    /// The variables that are set directly in it.
    sets: Vec<u32>,
}

/// A step with expressions, and what decides whether it is reached.
#[derive(Debug, PartialEq, Eq)]
pub struct GuardedStep {
    /// Its expressions end before this one.
    end: u32,
    /// Its number among all steps of the page, from 1.
    pub number: u32,
    /// Which step of its chunk it is.
    pub step: u32,
    /// It is a condition, or joins some.
    pub joined: bool,
    spot: Option<Spot>,
    /// How many IFs in which the page can end are closed before it.
    pub passed: u32,
    /// The number of the last server script before it, which can have asked anything, and can end the page; 0 for none.
    pub script: u32,
}

/// An IF or a FOR around a place.
#[derive(Debug)]
pub struct Around<'a> {
    frame: u32,
    /// What it asks before the place.
    pub asked: &'a [Asked],
    /// Whether the last of it is true at the place.
    pub holds: bool,
}

/// Where the value of a variable goes: to others, and to the IFs and FORs that ask for it; with the number of the step that does it, in order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ways {
    sets: Vec<(u32, u32)>,
    asked_by: Vec<(u32, u32)>,
}

impl Ways {
    /// What of it stands behind a step.
    fn behind(ways: &[(u32, u32)], step: u32) -> &[(u32, u32)] {
        ways.get(ways.partition_point(|(at, _)| *at <= step)..).unwrap_or(&[])
    }
}

/// What has to do with some variables, be it through others that were set from them or where a condition on them holds: a flag.
#[derive(Debug, Default)]
pub struct Following {
    asked_by: FxHashSet<u32>,
    names: FxHashSet<u32>,
}

/// The conditions of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Guards {
    places: FxHashMap<Chunk, Vec<GuardedStep>>,
    frames: Vec<Frame>,
    names: FxHashMap<SmolStr, u32>,
    ways: Vec<Ways>,
}

/// The conditions of a page. Ask only where something is suspicious already: whatever asks depends on all of the page's code.
///
/// It holds no offsets: it is computed again only where what the code does has changed.
#[salsa::tracked(returns(ref))]
pub fn page_guards(db: &dyn Db, page: Page) -> Arc<Guards> {
    let mut walk = Walk::default();
    for &chunk in page.chunks(db).iter() {
        walk.chunk(chunk, chunk_body(db, chunk));
    }
    Arc::new(walk.guards)
}

impl Guards {
    /// The step that an expression of a chunk is part of.
    pub fn place(&self, chunk: Chunk, expr: ExprId) -> Option<&GuardedStep> {
        let places = self.places.get(&chunk)?;
        places.get(places.partition_point(|place| place.end as usize <= expr.index()))
    }

    /// The IFs and FORs around a place, innermost first; not all where there are very many.
    pub fn around(&self, place: &GuardedStep) -> impl Iterator<Item = Around<'_>> {
        let frame = |spot: Spot| self.frames.get(spot.frame as usize);
        let spots = std::iter::successors(place.spot, move |&spot| frame(spot)?.outer);
        spots.take(MAX_DEPTH).filter_map(move |spot| {
            let asked = frame(spot)?.asked.get(..spot.asked as usize)?;
            Some(Around { frame: spot.frame, asked, holds: spot.holds })
        })
    }

    /// What has to do with some variables, each from behind a step on; nothing where that is too much to follow.
    pub fn following(&self, names: impl Iterator<Item = (SmolStr, u32)>) -> Option<Following> {
        let mut found = Following::default();
        let mut left = MAX_WAYS;
        let mut open: Vec<(u32, u32)> =
            names.filter_map(|(name, from)| Some((*self.names.get(&name)?, from))).collect();
        let mut frames: Vec<u32> = Vec::new();
        let (mut seen_names, mut seen_frames) = (FxHashSet::default(), FxHashSet::default());
        loop {
            if let Some((name, from)) = open.pop() {
                // What is only followed from some step on can be found again, and followed from the beginning.
                if !seen_names.insert((name, from)) {
                    continue;
                }
                found.names.insert(name);
                let Some(ways) = self.ways.get(name as usize) else { continue };
                let (sets, asked_by) = (Ways::behind(&ways.sets, from), Ways::behind(&ways.asked_by, from));
                left = left.checked_sub(sets.len() + asked_by.len())?;
                found.asked_by.extend(asked_by.iter().map(|(_, frame)| frame));
                frames.extend(asked_by.iter().map(|(_, frame)| frame));
                open.extend(sets.iter().map(|(_, target)| (*target, 0)));
            } else if let Some(frame) = frames.pop() {
                if !seen_frames.insert(frame) {
                    continue;
                }
                let Some(frame) = self.frames.get(frame as usize) else { continue };
                left = left.checked_sub(frame.sets.len() + frame.inner.len())?;
                frames.extend(&frame.inner);
                open.extend(frame.sets.iter().map(|target| (*target, 0)));
            } else {
                return Some(found);
            }
        }
    }

    /// Whether a variable is one of them, or was set from them or where a condition on them holds.
    pub fn is_followed(&self, following: &Following, name: &str) -> bool {
        self.names.get(name).is_some_and(|name| following.names.contains(name))
    }

    /// Whether an IF that is closed before a place, and in which the page can end, asks for one of them.
    pub fn is_passed(&self, following: &Following, place: &GuardedStep) -> bool {
        let passed = |&frame: &u32| self.frames.get(frame as usize).and_then(|frame| frame.passed);
        following.asked_by.iter().filter_map(passed).any(|passed| passed < place.passed)
    }
}

impl Following {
    /// Whether an IF or FOR asks for one of them.
    pub fn is_asked_by(&self, around: &Around<'_>) -> bool {
        self.asked_by.contains(&around.frame)
    }
}

#[derive(Default)]
struct Walk {
    guards: Guards,
    /// What is open, and whether somewhere in it the page ends.
    open: Vec<(Spot, bool)>,
    passed: u32,
    script: u32,
    /// How many steps were walked.
    number: u32,
}

impl Walk {
    fn chunk(&mut self, chunk: Chunk, body: &Body) {
        let names: Vec<u32> = body.names.iter().map(|name| self.name(name)).collect();
        let mut places = Vec::new();
        let mut begin = 0;
        for (index, step) in body.steps.iter().enumerate() {
            self.number += 1;
            let end = step.last_expr().map_or(begin, |last| last.index() + 1).max(begin);
            let exprs = body.exprs.get(begin..end).unwrap_or_default();
            let target = match *step {
                Step::Set { target, .. } | Step::Assign { target, .. } | Step::Declare(target) => Some(target),
                Step::For { counter, .. } => counter,
                _ => None,
            };
            let name_of = |expr: &Expr| match expr {
                Expr::Variable(name) => names.get(name.index()).copied(),
                _ => None,
            };
            let is_target = |at: usize| target.is_some_and(|target| target.index() == at);
            let numbered = (begin..).zip(exprs);
            let read: Vec<u32> =
                numbered.filter(|(at, _)| !is_target(*at)).filter_map(|(_, expr)| name_of(expr)).collect();
            if end > begin {
                let mut spot = self.open.last().map(|(spot, _)| *spot);
                let asks = matches!(step, Step::If(_) | Step::Elseif(_));
                if let (Step::Elseif(_), Some(spot)) = (step, &mut spot) {
                    spot.holds = false;
                }
                places.push(GuardedStep {
                    end: u32::try_from(end).unwrap_or(u32::MAX),
                    number: self.number,
                    step: u32::try_from(index).unwrap_or(u32::MAX),
                    joined: asks || exprs.iter().any(|expr| matches!(expr, Expr::Logical { .. })),
                    spot,
                    passed: self.passed,
                    script: self.script,
                });
            }
            if exprs.iter().any(ends_page) {
                if let Some((_, ends)) = self.open.last_mut() {
                    *ends = true;
                }
                if let Some(choice) = exprs.iter().rposition(is_choice).and_then(|at| body.id(begin + at)) {
                    self.open(vec![Asked { chunk, expr: choice }], &read, true);
                    self.close(true);
                }
            }
            begin = end;
            match *step {
                Step::If(condition) => self.open(vec![Asked { chunk, expr: condition }], &read, true),
                Step::Elseif(condition) => self.ask(Asked { chunk, expr: condition }, &read),
                Step::Else => {
                    if let Some((spot, _)) = self.open.last_mut() {
                        spot.holds = false;
                    }
                }
                Step::For { start, bound, .. } => {
                    self.open([start, bound].map(|expr| Asked { chunk, expr }).to_vec(), &read, false);
                }
                Step::Endif | Step::Next => self.close(false),
                Step::Script(_) => self.script = self.number,
                _ => {}
            }
            let sets = matches!(step, Step::Set { .. } | Step::Assign { .. } | Step::For { .. });
            if let Some(target) = target.filter(|_| sets).and_then(|target| name_of(body.expr(target))) {
                self.set(target, &read);
            }
        }
        self.guards.places.insert(chunk, places);
    }

    fn name(&mut self, name: &SmolStr) -> u32 {
        let next = u32::try_from(self.guards.ways.len()).unwrap_or(u32::MAX);
        let found = *self.guards.names.entry(name.clone()).or_insert(next);
        if found == next {
            self.guards.ways.push(Ways::default());
        }
        found
    }

    fn set(&mut self, target: u32, read: &[u32]) {
        for &name in read {
            if let Some(ways) = self.guards.ways.get_mut(name as usize) {
                ways.sets.push((self.number, target));
            }
        }
        if let Some((spot, _)) = self.open.last()
            && let Some(frame) = self.guards.frames.get_mut(spot.frame as usize)
        {
            frame.sets.push(target);
        }
    }

    fn open(&mut self, asked: Vec<Asked>, read: &[u32], holds: bool) {
        let new = u32::try_from(self.guards.frames.len()).unwrap_or(u32::MAX);
        let outer = self.open.last().map(|(spot, _)| *spot);
        if let Some(outer) = outer.and_then(|outer| self.guards.frames.get_mut(outer.frame as usize)) {
            outer.inner.push(new);
        }
        let count = u32::try_from(asked.len()).unwrap_or(u32::MAX);
        self.guards.frames.push(Frame { outer, asked, ..Frame::default() });
        self.open.push((Spot { frame: new, asked: count, holds }, false));
        self.reads(new, read);
    }

    fn ask(&mut self, asked: Asked, read: &[u32]) {
        let Some((spot, _)) = self.open.last_mut() else { return };
        let Some(frame) = self.guards.frames.get_mut(spot.frame as usize) else { return };
        frame.asked.push(asked);
        spot.asked += 1;
        spot.holds = true;
        let frame = spot.frame;
        self.reads(frame, read);
    }

    fn reads(&mut self, frame: u32, read: &[u32]) {
        for &name in read {
            if let Some(ways) = self.guards.ways.get_mut(name as usize) {
                ways.asked_by.push((self.number, frame));
            }
        }
    }

    fn close(&mut self, ends_page: bool) {
        let Some((spot, ends)) = self.open.pop() else { return };
        if !(ends || ends_page) {
            return;
        }
        if let Some(frame) = self.guards.frames.get_mut(spot.frame as usize) {
            frame.passed = Some(self.passed);
            self.passed += 1;
        }
        if let Some((_, ends)) = self.open.last_mut() {
            *ends = true;
        }
    }
}

fn function_name(call: &Call) -> &'static str {
    call.function.map_or("", |function| function.get().name)
}

fn is_choice(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if function_name(call) == "IIf")
}

/// Whether an expression is a call that ends the page.
fn ends_page(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    call.function.map(FunctionId::get).is_some_and(|function| function.effects.contains(Effect::EndsRender))
}
