//! What a range of a page sets, and who reads it.

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_catalog::ampscript::Type;
use sfmc_db::{Chunk, ChunkPosition, page_map};
use sfmc_semantic::{
    Body, ChunkFlow, CodeItem, CodePlace, Expr, ExprId, OccurrenceKind, Step, ValueTypes, chunk_flow, lowered,
    page_variables,
};
use sfmc_syntax::{SmolStr, TextRange, TextSize};

use super::{Asks, demands::demanded};
use crate::{
    refactor::{Site, effects},
    treated::{in_literals, is_out_of_reach, runs_text},
};

/// How many names are looked for in text that runs as code: each time all of it is read.
const MAX_NAMES: usize = 32;

/// What is set in a range.
#[derive(Default)]
pub(super) struct Sets {
    /// Rows, and what else has to be there for who reads it.
    things: FxHashSet<CodePlace>,
    /// What comes of them, in the range and behind it.
    dependent: FxHashSet<CodePlace>,
    /// What has nothing to do with them.
    unrelated: FxHashSet<CodePlace>,
}

impl Sets {
    /// What is set in a range that begins with what is guarded. None if there is code in it that can set anything.
    pub(super) fn within(site: &Site<'_>, range: TextRange, guarded: TextRange) -> Option<Sets> {
        let mut walk = Walk { sets: Sets::default(), names: FxHashSet::default(), open: Vec::new() };
        for position in page_map(site.db, site.page).chunks() {
            let (lowered, flow) = (lowered(site.db, position.chunk), chunk_flow(site.db, site.page, position.chunk));
            let body = &*lowered.body;
            let mut next_expr = 0;
            for (step, at) in body.steps.iter().zip(&lowered.steps) {
                let exprs = next_expr..step.last_expr().map_or(next_expr, |last| last.index() + 1);
                next_expr = exprs.end;
                let at = at.start() + position.start;
                if at < range.start() {
                    continue;
                }
                let code = Code { position: *position, body, flow, is_guarded: guarded.contains(at) };
                match range.contains(at) {
                    true => walk.inside(&code, step, exprs)?,
                    false => walk.behind(&code, step),
                }
            }
        }
        Some(walk.sets)
    }

    /// The end of the last thing that cannot do without what is set; an absent answer where the guard cannot hold all of that.
    #[allow(clippy::option_option, reason = "whether it can, and then where, if anywhere")]
    pub(super) fn last_reader(&self, site: &Site<'_>, range: TextRange, asks: Asks) -> Option<Option<TextSize>> {
        let mut last = None;
        let runs_text = runs_text(site.db, site.page);
        let mut names = 0;
        let variables = page_variables(site.db, site.page);
        let mut demands: FxHashMap<Chunk, FxHashSet<ExprId>> = FxHashMap::default();
        for variable in &variables.variables {
            let is_set = |places: &FxHashSet<CodePlace>| variable.definitions().any(|(_, at)| places.contains(&at));
            let (is_thing, is_unrelated) = (is_set(&self.things), is_set(&self.unrelated));
            let is_needed = is_thing || is_unrelated;
            if !is_needed && !is_set(&self.dependent) {
                continue;
            }
            names += 1;
            // Without its rows the page ended before anybody could read them.
            let is_opaque = variables.opaque && (is_unrelated || (is_thing && asks == Asks::Value));
            if is_opaque
                || (is_needed && variable.read_elsewhere)
                || (runs_text && (names > MAX_NAMES || is_in_text(site, &variable.name, range)))
            {
                return None;
            }
            for occurrence in &variable.occurrences {
                let read = match (occurrence.kind, occurrence.at.what) {
                    (OccurrenceKind::Read, CodeItem::Expr(read)) => read,
                    (OccurrenceKind::ScriptRead, _) => return None,
                    _ => continue,
                };
                let at = site.in_page(occurrence.at.chunk, occurrence.at.range(site.db))?;
                if range.contains_range(at) {
                    continue;
                }
                let flow = chunk_flow(site.db, site.page, occurrence.at.chunk);
                let reads = |places: &FxHashSet<CodePlace>| {
                    flow.definitions(read).any(|definition| places.contains(&definition.at))
                };
                if reads(&self.unrelated) {
                    return None;
                }
                let demands = demands
                    .entry(occurrence.at.chunk)
                    .or_insert_with(|| demanded(&lowered(site.db, occurrence.at.chunk).body));
                if reads(&self.things) || (demands.contains(&read) && reads(&self.dependent)) {
                    // In a loop around.
                    if at.start() < range.start() {
                        return None;
                    }
                    last = last.max(Some(at.end()));
                }
            }
        }
        Some(last)
    }
}

/// Code that is walked.
struct Code<'a> {
    position: ChunkPosition,
    body: &'a Body,
    flow: &'a ChunkFlow,
    is_guarded: bool,
}

impl Code<'_> {
    fn place(&self, target: ExprId) -> CodePlace {
        CodePlace { chunk: self.position.chunk, what: CodeItem::Expr(target) }
    }
}

struct Walk {
    sets: Sets,
    /// The names that hold things or what comes of them.
    names: FxHashSet<SmolStr>,
    /// Whether each IF and FOR that is open depends on such.
    open: Vec<bool>,
}

impl Walk {
    fn inside(&mut self, code: &Code<'_>, step: &Step, exprs: std::ops::Range<usize>) -> Option<()> {
        let (body, flow) = (code.body, code.flow);
        match *step {
            Step::If(condition) => self.open.push(self.depends(body, condition)),
            Step::Elseif(condition) => {
                let found = self.depends(body, condition);
                self.open.last_mut().into_iter().for_each(|open| *open |= found);
            }
            Step::For { counter, start, bound, .. } => {
                let found = self.depends(body, start) || self.depends(body, bound);
                self.open.push(found);
                if let Some(counter) = counter {
                    self.set(code, counter, false, found);
                    self.names.extend(body.variable(counter).map(|name| body.name(name).clone()));
                }
            }
            Step::Endif | Step::Next => _ = self.open.pop(),
            Step::Set { target, value } | Step::Assign { target, value } => {
                let types = flow.value(value).types;
                let things = ValueTypes::ROW.or(ValueTypes::ROWSET).or(ValueTypes::OBJECT);
                let is_thing = types != ValueTypes::ANY && (types.intersects(things) || types == ValueTypes::DATE);
                let depends = self.depends(body, value);
                self.set(code, target, is_thing, depends);
            }
            Step::Script(_) | Step::Lost => return None,
            _ => {}
        }
        for expr in body.exprs.get(exprs).unwrap_or_default() {
            let Expr::Call(call) = expr else { continue };
            let args = body.operands(call.args);
            for (index, &arg) in args.iter().enumerate() {
                let Some(param) = body.out_param(*call, index) else { continue };
                let is_thing = !param.types.iter().any(Type::is_scalar);
                let depends = args.iter().any(|other| *other != arg && self.depends(body, *other));
                self.set(code, arg, is_thing, depends);
            }
        }
        Some(())
    }

    /// Behind the range what comes of what is set in it goes on.
    fn behind(&mut self, code: &Code<'_>, step: &Step) {
        let Step::Set { target, value } = *step else { return };
        if self.depends(code.body, value)
            && let Some(name) = code.body.variable(target)
        {
            self.sets.dependent.insert(code.place(target));
            self.names.insert(code.body.name(name).clone());
        }
    }

    fn set(&mut self, code: &Code<'_>, target: ExprId, is_thing: bool, depends: bool) {
        let Some(name) = code.body.variable(target) else { return };
        let comes_of = code.is_guarded || depends || self.open.contains(&true);
        let places = match () {
            () if is_thing => &mut self.sets.things,
            () if comes_of => &mut self.sets.dependent,
            () => &mut self.sets.unrelated,
        };
        places.insert(code.place(target));
        if is_thing || comes_of {
            self.names.insert(code.body.name(name).clone());
        }
    }

    fn depends(&self, body: &Body, expr: ExprId) -> bool {
        effects::parts(body, expr)
            .into_iter()
            .filter_map(|part| body.variable(part))
            .any(|name| self.names.contains(body.name(name)))
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
