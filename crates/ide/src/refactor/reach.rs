//! How far does a guard have to reach? What the statements behind it set nobody may read where they did not run: a row, rows and objects that
//! are not set end the page, so that a guard which leaves their readers outside would only move the failure.
//!
//! Scalars that come of these are another matter: where there is no row they are not set, and not set is empty. But what else is set on the
//! way to the last reader belongs to the page, and where somebody reads it behind the guard there is none to offer.

use rustc_hash::FxHashSet;
use sfmc_db::page_map;
use sfmc_semantic::{
    Body, CodeItem, CodePlace, ExprId, OccurrenceKind, Step, ValueTypes, chunk_flow, lowered, page_frames,
    page_variables,
};
use sfmc_syntax::{SmolStr, SyntaxKind, TextRange, TextSize};

use super::{Site, effects, region_of};
use crate::{
    control::range_of,
    cursor::{TokenAt, token_of, trimmed},
    elements::Elements,
    treated::{in_literals, is_out_of_reach},
};

/// Where a guard ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) end: TextSize,
    /// It ends in code; else in text, behind a region.
    pub(super) in_code: bool,
}

/// The end of a guard that begins with some statements, so that it holds all that reads what needs them; none where it cannot.
pub(super) fn reach(site: &Site<'_>, guarded: TextRange) -> Option<Reach> {
    let mut reach = Reach { end: guarded.end(), in_code: true };
    loop {
        let range = TextRange::new(guarded.start(), reach.end);
        let sets = Sets::within(site, range, guarded);
        let Some(last) = sets.last_reader(site, range)?.filter(|last| *last > reach.end) else { return Some(reach) };
        reach = settle(site, range.start(), last)?;
    }
}

/// What is set in a range.
struct Sets {
    /// Rows, and what else has to be there for who reads it.
    things: FxHashSet<CodePlace>,
    /// What has nothing to do with them.
    unrelated: FxHashSet<CodePlace>,
}

impl Sets {
    fn within(site: &Site<'_>, range: TextRange, guarded: TextRange) -> Sets {
        let mut sets = Sets { things: FxHashSet::default(), unrelated: FxHashSet::default() };
        // The names that hold things or what comes of them, and whether each IF and FOR that is open depends on such.
        let mut dependent: FxHashSet<SmolStr> = FxHashSet::default();
        let mut open: Vec<bool> = Vec::new();
        for position in page_map(site.db, site.page).chunks() {
            if position.start >= range.end() {
                break;
            }
            let (lowered, flow) = (lowered(site.db, position.chunk), chunk_flow(site.db, site.page, position.chunk));
            let body = &*lowered.body;
            for (step, at) in body.steps.iter().zip(&lowered.steps) {
                if !range.contains(at.start() + position.start) {
                    continue;
                }
                let reads = |expr: ExprId, dependent: &FxHashSet<SmolStr>| depends(body, expr, dependent);
                let is_guarded = guarded.contains(at.start() + position.start);
                match *step {
                    Step::If(condition) => open.push(reads(condition, &dependent)),
                    Step::Elseif(condition) => {
                        let found = reads(condition, &dependent);
                        open.last_mut().into_iter().for_each(|open| *open |= found);
                    }
                    Step::For { start, bound, counter, .. } => {
                        open.push(reads(start, &dependent) || reads(bound, &dependent));
                        dependent
                            .extend(counter.and_then(|counter| body.variable(counter)).map(|n| body.name(n).clone()));
                    }
                    Step::Endif | Step::Next => _ = open.pop(),
                    Step::Set { target, value } => {
                        let Some(name) = body.variable(target) else { continue };
                        let types = flow.value(value).types;
                        let things = ValueTypes::ROW.or(ValueTypes::ROWSET).or(ValueTypes::OBJECT);
                        let place = CodePlace { chunk: position.chunk, what: CodeItem::Expr(target) };
                        let is_thing = types != ValueTypes::ANY && types.intersects(things);
                        let comes_of = is_guarded || reads(value, &dependent) || open.contains(&true);
                        if is_thing {
                            sets.things.insert(place);
                        } else if !comes_of {
                            sets.unrelated.insert(place);
                        }
                        if is_thing || comes_of {
                            dependent.insert(body.name(name).clone());
                        }
                    }
                    _ => {}
                }
            }
        }
        sets
    }

    /// The end of the last thing that reads the things; an absent answer where the guard cannot hold all of them.
    #[allow(clippy::option_option, reason = "whether it can, and then where, if anywhere")]
    fn last_reader(&self, site: &Site<'_>, range: TextRange) -> Option<Option<TextSize>> {
        let mut last = None;
        for variable in &page_variables(site.db, site.page).variables {
            let is_set = |places: &FxHashSet<CodePlace>| variable.definitions().any(|(_, at)| places.contains(&at));
            let (is_thing, is_unrelated) = (is_set(&self.things), is_set(&self.unrelated));
            if !is_thing && !is_unrelated {
                continue;
            }
            if is_thing && (variable.read_elsewhere || is_in_text(site, &variable.name, range)) {
                return None;
            }
            for occurrence in &variable.occurrences {
                let read = match (occurrence.kind, occurrence.at.what) {
                    (OccurrenceKind::Read, CodeItem::Expr(read)) => read,
                    (OccurrenceKind::ScriptRead, _) => return None,
                    _ => continue,
                };
                let flow = chunk_flow(site.db, site.page, occurrence.at.chunk);
                let reads = |places: &FxHashSet<CodePlace>| {
                    flow.definitions(read).any(|definition| places.contains(&definition.at))
                };
                let at = site.in_page(occurrence.at.chunk, occurrence.at.range(site.db))?;
                if range.contains_range(at) {
                    continue;
                }
                if reads(&self.unrelated) || (reads(&self.things) && at.start() < range.start()) {
                    return None;
                }
                if reads(&self.things) {
                    last = last.max(Some(at.end()));
                }
            }
        }
        Some(last)
    }
}

/// Whether text that runs as code names a variable outside of a range.
fn is_in_text(site: &Site<'_>, name: &str, range: TextRange) -> bool {
    let mut found = Vec::new();
    for position in page_map(site.db, site.page).chunks() {
        in_literals(site.db, *position, name, &mut found);
    }
    found.iter().any(|named| !range.contains_range(named.range)) || is_out_of_reach(site.db, site.page, name)
}

fn depends(body: &Body, expr: ExprId, names: &FxHashSet<SmolStr>) -> bool {
    effects::parts(body, expr)
        .into_iter()
        .filter_map(|part| body.variable(part))
        .any(|name| names.contains(body.name(name)))
}

/// Where a guard can end that has to reach to a place: behind whole statements, whole IFs and FORs, and whole elements of HTML.
fn settle(site: &Site<'_>, start: TextSize, last: TextSize) -> Option<Reach> {
    let first = token_of(site.db, site.page, start)?;
    let elements = Elements::of(site.db, site.page);
    let mut end = last;
    loop {
        let before = end;
        let here = token_of(site.db, site.page, end.checked_sub(TextSize::new(1))?)?;
        let block = block_of(&here);
        end = match block {
            // A statement, or blanks between them, and the delimiters.
            Some(_) => end.max(statement_end(&here).unwrap_or(end)),
            None => end.max(region_end(&here).unwrap_or(end)),
        };
        let range = TextRange::new(start, end);
        for frame in page_frames(site.db, site.page).iter() {
            let inside = |place| range_of(site.db, site.page, place).is_some_and(|at| range.contains(at.start()));
            if inside(frame.opener) {
                let close = range_of(site.db, site.page, frame.end?)?;
                let close = statement_end(&token_of(site.db, site.page, close.start())?)?;
                end = end.max(close);
            } else if frame.keywords().any(inside) {
                return None;
            }
        }
        let in_one_block = block.is_some() && block == block_of(&first);
        if !in_one_block {
            // Text stands in between: no half of an element may.
            end = end.max(elements.balanced(start, end)?);
        }
        if end == before {
            return Some(Reach { end, in_code: block.is_some() });
        }
    }
}

/// Where the block around a token begins, if the token is not behind its end. None in a region that cannot take an ENDIF, and in text.
fn block_of(found: &TokenAt) -> Option<TextSize> {
    let is_block = |kind| matches!(kind, SyntaxKind::BLOCK | SyntaxKind::SCRIPT_BLOCK);
    let block = found.token.parent_ancestors().find(|node| is_block(node.kind()))?;
    let is_close = matches!(found.kind(), SyntaxKind::BLOCK_CLOSE | SyntaxKind::SCRIPT_CLOSE);
    (!is_close).then(|| block.text_range().start() + found.position.start)
}

fn statement_end(found: &TokenAt) -> Option<TextSize> {
    let (_, statement) = region_of(&found.token.parent()?)?;
    Some(trimmed(&statement).end() + found.position.start)
}

fn region_end(found: &TokenAt) -> Option<TextSize> {
    let region = found.token.parent_ancestors().find(|node| super::is_region(node.kind()))?;
    Some(region.text_range().end() + found.position.start)
}
