//! The fold: one pass over the steps of a page.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use sfmc_db::{Chunk, Db, Included, Page};
use sfmc_syntax::SmolStr;

use super::{
    ChunkFlow, CodeItem, CodePlace, CountedRows, Definition, DefinitionKind, Occurrence, OccurrenceKind, OpenFrame,
    PageFlow, PageVariables, Value, Variable,
    env::{ConstantId, DefId, Env, Exit, Mark, State, VarId},
    facts::{Fact, Origin, Outcome},
    loops::LoopInfo,
};
use crate::{
    body::{Body, Expr, ExprId, NameId, ScriptUse, Step, chunk_body},
    structure::page_structure,
    value::{Constant, Marks, ValueTypes},
};

/// A definition, or the meeting of several.
#[derive(Default)]
pub(super) struct Def {
    pub(super) definition: Option<Definition>,
    /// What meets here, of two ways.
    pub(super) joined: [DefId; 2],
    pub(super) origin: Option<Box<Origin>>,
}

enum Frame {
    Branch {
        at: CodePlace,
        /// Where the first branch began.
        first: Mark,
        /// Where the one began that is open.
        branch: Mark,
        exits: Vec<Exit>,
        /// What holds where its condition is not true.
        otherwise: Vec<Fact>,
        has_else: bool,
    },
    Loop {
        at: CodePlace,
        counter: Option<SmolStr>,
        mark: Mark,
        /// For each variable that the body assigns: the meeting of what it held before with what the body leaves.
        carried: Vec<(VarId, DefId)>,
    },
    /// A block that only runs in some execution context.
    Context { mark: Mark },
}

/// What is recorded of the chunk that is being folded.
#[derive(Default)]
struct Record {
    values: Vec<Value>,
    redeclared: Vec<(ExprId, Definition)>,
    counted: Vec<CountedRows>,
    open: Vec<OpenFrame>,
}

pub(super) struct Fold<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) env: Env,
    pub(super) by_name: FxHashMap<SmolStr, VarId>,
    pub(super) variables: Vec<Variable>,
    defs: Vec<Def>,
    constants: Vec<Constant>,
    frames: Vec<Frame>,
    /// The FORs of the page in order; the first is the next one to come.
    loops: std::vec::IntoIter<LoopInfo>,
    /// What contents that the page includes do.
    pub(super) included: &'db Included,
    /// Some code can read and set any variable.
    pub(super) opaque: bool,
    /// Some of it is not a content that a known name stands for.
    pub(super) unnamed: bool,
    empty_branches: Vec<CodePlace>,
    /// The branch that was opened last, as long as nothing is done in it.
    untouched: Option<CodePlace>,
    /// The chunk that is being folded, and the variables of its names.
    chunk: Option<Chunk>,
    pub(super) names: Vec<VarId>,
    record: Record,
    walk: Walk,
}

pub(super) fn fold(db: &dyn Db, page: Page) -> PageFlow {
    let chunks = page.chunks(db);
    let mut fold = Fold {
        db,
        env: Env::default(),
        by_name: FxHashMap::default(),
        variables: Vec::new(),
        defs: vec![Def::default()],
        constants: Vec::new(),
        frames: Vec::new(),
        loops: Vec::new().into_iter(),
        included: page.included(db),
        opaque: false,
        unnamed: false,
        empty_branches: Vec::new(),
        untouched: None,
        chunk: None,
        names: Vec::new(),
        record: Record::default(),
        walk: Walk::default(),
    };
    if !fold.included.is_empty() {
        // What a content sets can be read only further down.
        for &chunk in chunks.iter() {
            fold.enter(chunk, chunk_body(db, chunk));
        }
        fold.beside();
    }
    let lost = page_structure(db, page).is_wrong() || !nests(db, chunks);
    if lost {
        fold.env.lost = true;
        fold.unknown_code();
    } else {
        fold.loops = fold.loops_of(chunks).into_iter();
    }
    let records: Vec<(Chunk, Record)> = chunks.iter().map(|&chunk| (chunk, fold.chunk(chunk))).collect();
    fold.finish(records, lost)
}

impl<'db> Fold<'db> {
    /// The variables of a chunk's names.
    pub(super) fn enter(&mut self, chunk: Chunk, body: &Body) {
        self.chunk = Some(chunk);
        self.names.clear();
        for name in &body.names {
            let id = match self.by_name.get(name) {
                Some(&id) => id,
                None => {
                    let id = VarId(u32::try_from(self.variables.len()).unwrap_or(u32::MAX));
                    self.by_name.insert(name.clone(), id);
                    let (name, occurrences) = (name.clone(), Vec::new());
                    self.variables.push(Variable { name, occurrences, set_elsewhere: false, read_elsewhere: false });
                    id
                }
            };
            self.names.push(id);
        }
    }

    fn chunk(&mut self, chunk: Chunk) -> Record {
        let body: &Arc<Body> = chunk_body(self.db, chunk);
        self.enter(chunk, body);
        self.record = Record { values: vec![Value::UNKNOWN; body.exprs.len()], ..Record::default() };
        self.record.open = self.open_frames();
        self.db.unwind_if_revision_cancelled();
        for (index, step) in body.steps.iter().enumerate() {
            let at = CodePlace { chunk, what: CodeItem::Step(u32::try_from(index).unwrap_or(u32::MAX)) };
            self.step(body, step, at);
        }
        std::mem::take(&mut self.record)
    }

    fn open_frames(&self) -> Vec<OpenFrame> {
        let open = self.frames.iter().filter_map(|frame| match frame {
            Frame::Branch { at, .. } => Some(OpenFrame { counter: None, is_loop: false, at: *at }),
            Frame::Loop { at, counter, .. } => Some(OpenFrame { counter: counter.clone(), is_loop: true, at: *at }),
            Frame::Context { .. } => None,
        });
        open.collect()
    }

    /// Notes branches without content.
    fn content(&mut self, step: &Step, at: CodePlace) {
        match step {
            Step::Enter(_) | Step::Exit => {}
            Step::If(_) => self.untouched = Some(at),
            Step::Elseif(_) | Step::Else => {
                self.empty_branches.extend(self.untouched.take());
                self.untouched = Some(at);
            }
            Step::Endif => self.empty_branches.extend(self.untouched.take()),
            _ => self.untouched = None,
        }
    }

    fn step(&mut self, body: &Body, step: &Step, at: CodePlace) {
        if !self.env.lost {
            self.content(step, at);
        }
        match step {
            Step::Enter(context) => {
                if context.is_some() && !self.env.lost {
                    self.frames.push(Frame::Context { mark: self.env.mark() });
                }
            }
            Step::Exit => {
                if let Some(Frame::Context { mark }) =
                    self.frames.pop_if(|frame| matches!(frame, Frame::Context { .. }))
                {
                    let exit = self.env.leave(mark);
                    self.meet(mark, &[Exit::untouched(mark), exit]);
                }
            }
            Step::Declare(target) => self.declare(body, *target),
            Step::Set { target, value } => {
                let found = self.eval(body, *value);
                let origin = self.origin_of(body, *value);
                // What is copied keeps what is proven of it.
                let marks = Marks::MAYBE_SET.with(found.marks.without(Marks::MAYBE_UNSET.with(Marks::OPAQUE)));
                let state = State::new(marks, found.types, found.constant, DefId::NOTHING);
                let def = self.define(body, DefinitionKind::Set, *target, Some(*value), state);
                self.defs[def.0 as usize].origin = origin.map(Box::new);
            }
            Step::Assign { target, value } => self.assign(body, *target, *value),
            Step::Eval(expr) | Step::Print(expr) | Step::Personalization(expr) => {
                self.eval(body, *expr);
            }
            Step::If(condition) => self.enter_if(body, *condition, at),
            Step::Elseif(condition) => {
                self.otherwise();
                self.enter_elseif(body, *condition);
            }
            Step::Else => {
                self.otherwise();
                self.enter_else();
            }
            Step::Endif => self.leave_if(),
            Step::For { counter, start, bound, .. } => self.enter_loop(body, *counter, *start, *bound, at),
            Step::Next => {
                if let Some(Frame::Loop { mark, carried, .. }) =
                    self.frames.pop_if(|frame| matches!(frame, Frame::Loop { .. }))
                {
                    for (var, meeting) in carried {
                        let def = self.env.get(var).def;
                        self.defs[meeting.0 as usize].joined[1] = def;
                    }
                    let exit = self.env.leave(mark);
                    self.meet(mark, &[Exit::untouched(mark), exit]);
                }
            }
            Step::Text => {}
            Step::Script(index) => {
                if let Some(script) = body.scripts.get(*index as usize) {
                    self.script(script, at);
                }
            }
            Step::Lost => {
                self.unknown_code();
            }
        }
    }

    /// `@name = …` without SET does nothing, and that is said where it stands. What follows is read as whoever wrote it reads it: nothing is
    /// concluded from the variable's value, neither from the one that it keeps nor from the one that it was meant to get.
    fn assign(&mut self, body: &Body, target: ExprId, value: ExprId) {
        self.eval(body, value);
        let Some(name) = body.variable(target) else { return };
        let before = self.env.get(self.var(name));
        let origin = self.origin_of(body, value);
        let marks = Marks::MAYBE_UNSET.with(Marks::MAYBE_SET).with(Marks::OPAQUE);
        let state = State::new(marks, ValueTypes::ANY, 0, DefId::NOTHING);
        let def = self.define(body, DefinitionKind::Assign, target, Some(value), state);
        let def = &mut self.defs[def.0 as usize];
        def.origin = origin.map(Box::new);
        def.joined = [before.def, DefId::NOTHING];
    }

    fn declare(&mut self, body: &Body, target: ExprId) {
        let Some(name) = body.variable(target) else { return };
        let before = self.env.get(self.var(name));
        // Blocks of different execution contexts need not know of each other.
        let everywhere = !self.frames.iter().any(|frame| matches!(frame, Frame::Context { .. }));
        if everywhere && let Some(&earlier) = self.sources(before.def).first() {
            self.record.redeclared.push((target, earlier));
        }
        let state = State::new(Marks::MAYBE_UNSET, ValueTypes::NULL, 0, DefId::NOTHING);
        self.define(body, DefinitionKind::Declare, target, None, state);
        // What is of interest at a declaration is what it throws away.
        self.record_state(target, before);
    }

    fn enter_if(&mut self, body: &Body, condition: ExprId, at: CodePlace) {
        let Some(outcome) = self.condition(body, condition) else { return };
        let (first, otherwise) = (self.env.mark(), outcome.no);
        self.frames.push(Frame::Branch { at, first, branch: first, exits: Vec::new(), otherwise, has_else: false });
        self.apply(&outcome.yes);
    }

    fn enter_elseif(&mut self, body: &Body, condition: ExprId) {
        let Some(outcome) = self.condition(body, condition) else { return };
        let Some(Frame::Branch { branch, otherwise, .. }) = self.frames.last_mut() else { return };
        *branch = self.env.mark();
        *otherwise = outcome.no;
        self.apply(&outcome.yes);
    }

    fn enter_else(&mut self) {
        let Some(Frame::Branch { branch, has_else, .. }) = self.frames.last_mut() else { return };
        *branch = self.env.mark();
        *has_else = true;
    }

    /// What a condition proves, once it was looked at; nothing where nobody knows what runs when.
    fn condition(&mut self, body: &Body, condition: ExprId) -> Option<Outcome> {
        self.eval(body, condition);
        if self.env.lost {
            return None;
        }
        let outcome = self.outcome(body, condition);
        self.check_all(body, condition);
        Some(outcome)
    }

    /// The branch in which a condition is true ends. What comes next only runs where it is not.
    fn otherwise(&mut self) {
        let Some(Frame::Branch { branch, exits, otherwise, .. }) = self.frames.last_mut() else { return };
        exits.push(self.env.leave(*branch));
        let facts = std::mem::take(otherwise);
        self.apply(&facts);
    }

    fn leave_if(&mut self) {
        if matches!(self.frames.last(), Some(Frame::Branch { has_else: false, .. })) {
            // The way past it, where no condition was true.
            self.otherwise();
            self.enter_else();
        }
        if let Some(Frame::Branch { first, branch, mut exits, .. }) =
            self.frames.pop_if(|frame| matches!(frame, Frame::Branch { .. }))
        {
            exits.push(self.env.leave(branch));
            self.meet(first, &exits);
        }
    }

    /// Does what is done on some ways only.
    pub(super) fn perhaps(&mut self, work: impl FnOnce(&mut Self)) {
        let mark = self.env.mark();
        work(self);
        if self.env.changed_since(mark) {
            let exit = self.env.leave(mark);
            self.meet(mark, &[Exit::untouched(mark), exit]);
        }
    }

    fn enter_loop(&mut self, body: &Body, counter: Option<ExprId>, start: ExprId, bound: ExprId, at: CodePlace) {
        self.eval(body, start);
        self.eval(body, bound);
        let counts = [start, bound].map(|side| self.count(body, side));
        for (side, fact) in [start, bound].into_iter().zip(&counts) {
            self.counted(side, *fact);
        }
        self.check_all(body, bound);
        if let Some(counter) = counter {
            let state = State::new(Marks::MAYBE_SET.with(Marks::NOT_EMPTY), ValueTypes::NUMBER, 0, DefId::NOTHING);
            self.define(body, DefinitionKind::Counter, counter, None, state);
        }
        if self.env.lost {
            return;
        }
        let info = self.loops.next().unwrap_or_default();
        let mark = self.env.mark();
        if info.opaque {
            self.env.forget();
        }
        let carried: Vec<_> = info.assigned.iter().map(|&var| (var, self.carry(var))).collect();
        for &var in &info.set_elsewhere {
            self.set_elsewhere(var);
        }
        // The body only runs when there is something to count.
        let facts: Vec<Fact> = counts.into_iter().flatten().collect();
        self.apply(&facts);
        let counter = counter.and_then(|counter| body.variable(counter)).map(|name| body.name(name).clone());
        self.frames.push(Frame::Loop { at, counter, mark, carried });
    }

    /// Notes what is known of rows that a loop counts, before the loop itself has looked at them.
    fn counted(&mut self, count: ExprId, fact: Option<Fact>) {
        let Some(fact) = fact.filter(|fact| fact.marks.has(Marks::HAS_ROWS)) else { return };
        let state = self.env.get(fact.var);
        // Other rows than those that were counted say nothing.
        if state.def == fact.def {
            let rows = match self.sources(state.def)[..] {
                [only] => Some(only),
                _ => None,
            };
            self.record.counted.push(CountedRows { count, marks: state.marks, rows });
        }
    }

    /// A variable that the body of a loop assigns, where the body begins: it can hold what it held before, or what the last round left.
    fn carry(&mut self, var: VarId) -> DefId {
        let before = self.env.get(var);
        let meeting = self.def(Def { joined: [before.def, DefId::NOTHING], ..Def::default() });
        let marks = before.marks.join(Marks::MAYBE_SET);
        self.env.set(var, State::new(marks, ValueTypes::ANY, 0, meeting));
        meeting
    }

    fn script(&mut self, script: &ScriptUse, at: CodePlace) {
        for &name in &script.gets {
            let var = self.var(name);
            self.variables[var.0 as usize].occurrences.push(Occurrence { kind: OccurrenceKind::ScriptRead, at });
        }
        if script.opaque {
            self.unknown_code();
        }
        for &name in &script.sets {
            let var = self.var(name);
            let kind = DefinitionKind::Script;
            let occurrence = Occurrence { kind: OccurrenceKind::Define(kind), at };
            self.variables[var.0 as usize].occurrences.push(occurrence);
            let before = self.env.get(var);
            let definition = Definition { kind, at, value: None };
            // Whether the script gets there is not known.
            let def =
                self.def(Def { definition: Some(definition), joined: [before.def, DefId::NOTHING], origin: None });
            let marks = before.marks.join(Marks::MAYBE_SET);
            self.env.set(var, State::new(marks, ValueTypes::ANY, 0, def));
        }
    }

    /// All variables that a condition mentions have been thought of.
    pub(super) fn check_all(&mut self, body: &Body, condition: ExprId) {
        match body.expr(condition) {
            Expr::Variable(name) => {
                let var = self.var(*name);
                let fact = Fact { var, def: self.env.get(var).def, marks: Marks::CHECKED };
                let behind = match self.origin(fact.def) {
                    Some(Origin::Count(count)) => vec![Fact { marks: Marks::CHECKED, ..*count }],
                    Some(Origin::Mentions(mentioned)) => mentioned.clone(),
                    // A copy, or a condition that was kept.
                    Some(Origin::Condition(Outcome { yes, no })) => {
                        yes.iter().chain(no).map(|fact| Fact { marks: Marks::CHECKED, ..*fact }).collect()
                    }
                    None => Vec::new(),
                };
                self.apply(&behind);
                self.apply(&[fact]);
            }
            Expr::Call(call) => {
                for &arg in body.operands(call.args) {
                    self.check_all(body, arg);
                }
            }
            Expr::Not(operand) => self.check_all(body, *operand),
            Expr::Logical { operands, .. } | Expr::Member(operands) | Expr::Other(operands) => {
                for &operand in body.operands(*operands) {
                    self.check_all(body, operand);
                }
            }
            Expr::Compare { lhs, rhs, .. } => {
                self.check_all(body, *lhs);
                self.check_all(body, *rhs);
            }
            _ => {}
        }
    }

    pub(super) fn apply(&mut self, facts: &[Fact]) {
        for fact in facts {
            let state = self.env.get(fact.var);
            if state.def != fact.def {
                continue;
            }
            let mut marks = state.marks.with(fact.marks);
            let mut types = state.types;
            if fact.marks.has(Marks::NO_ROWS) {
                marks = marks.without(Marks::HAS_ROWS.with(Marks::NOT_EMPTY));
            }
            if fact.marks.has(Marks::NOT_EMPTY) {
                marks = marks.without(Marks::EMPTY.with(Marks::NO_ROWS));
                if types != ValueTypes::ANY {
                    types = types.without(ValueTypes::NULL);
                }
                // Something must have set it, if nothing in the page then something else.
                marks = match marks.has(Marks::MAYBE_SET) {
                    true => marks.without(Marks::MAYBE_UNSET),
                    false => marks.with(Marks::OPAQUE),
                };
            }
            if fact.marks.has(Marks::EMPTY) {
                marks = marks.without(Marks::NOT_EMPTY.with(Marks::HAS_ROWS));
            }
            self.env.set(fact.var, State::new(marks, types, state.constant, state.def));
        }
    }

    fn meet(&mut self, first: Mark, exits: &[Exit]) {
        let Fold { env, defs, constants, .. } = self;
        env.meet(first, exits, |a, b| {
            // What nothing in the page has set adds no definition; that it can be unset, the marks say.
            let def = match (a.def, b.def) {
                (one, other) if one == other || other == DefId::NOTHING => one,
                (DefId::NOTHING, other) => other,
                _ => push(defs, Def { joined: [a.def, b.def], ..Def::default() }),
            };
            let text = |id: ConstantId| id.checked_sub(1).and_then(|index| constants.get(index as usize));
            let constant = if text(a.constant) == text(b.constant) { a.constant } else { 0 };
            State::new(a.marks.join(b.marks), a.types.or(b.types), constant, def)
        });
    }

    /// A variable gets a value.
    pub(super) fn define(
        &mut self,
        body: &Body,
        kind: DefinitionKind,
        target: ExprId,
        value: Option<ExprId>,
        state: State,
    ) -> DefId {
        let (Some(name), Some(chunk)) = (body.variable(target), self.chunk) else { return DefId::NOTHING };
        let var = self.var(name);
        self.occurs(var, OccurrenceKind::Define(kind), target);
        let at = CodePlace { chunk, what: CodeItem::Expr(target) };
        let def = self.def(Def { definition: Some(Definition { kind, at, value }), ..Def::default() });
        let state = state.with_def(def);
        self.env.set(var, state);
        self.record_state(target, state);
        def
    }

    pub(super) fn occurs(&mut self, var: VarId, kind: OccurrenceKind, expr: ExprId) {
        if let Some(chunk) = self.chunk {
            let at = CodePlace { chunk, what: CodeItem::Expr(expr) };
            self.variables[var.0 as usize].occurrences.push(Occurrence { kind, at });
        }
    }

    pub(super) fn var(&self, name: NameId) -> VarId {
        self.names[name.index()]
    }

    pub(super) fn origin(&self, def: DefId) -> Option<&Origin> {
        self.defs.get(def.0 as usize)?.origin.as_deref()
    }

    pub(super) fn def(&mut self, def: Def) -> DefId {
        push(&mut self.defs, def)
    }

    pub(super) fn constant(&mut self, constant: Constant) -> ConstantId {
        self.constants.push(constant);
        u32::try_from(self.constants.len()).unwrap_or(0)
    }

    pub(super) fn value_of(&self, expr: ExprId) -> Value {
        self.record.values.get(expr.index()).copied().unwrap_or(Value::UNKNOWN)
    }

    pub(super) fn constant_of(&self, expr: ExprId) -> Option<&Constant> {
        self.constants.get(self.value_of(expr).constant.checked_sub(1)? as usize)
    }

    pub(super) fn record(&mut self, expr: ExprId, value: Value) {
        if let Some(slot) = self.record.values.get_mut(expr.index()) {
            *slot = value;
        }
    }

    /// Until the fold is done, the sources of a value are what gave it.
    pub(super) fn record_state(&mut self, expr: ExprId, state: State) -> Value {
        let value = Value { types: state.types, marks: state.marks, constant: state.constant, sources: state.def.0 };
        self.record(expr, value);
        value
    }

    /// The definitions behind one, each once.
    fn sources(&mut self, def: DefId) -> Vec<Definition> {
        let mut found = Vec::new();
        self.walk.sources(&self.defs, def, &mut found);
        found.into_iter().filter_map(|def| self.defs[def as usize].definition).collect()
    }

    fn finish(mut self, records: Vec<(Chunk, Record)>, lost: bool) -> PageFlow {
        // For each definition, and for what is behind each, the place in the chunk's lists; emptied for each chunk.
        let mut places: FxHashMap<u32, u32> = FxHashMap::default();
        let mut sets: FxHashMap<u32, (u32, bool)> = FxHashMap::default();
        let mut members = Vec::new();
        let chunks = records.into_iter().map(|(chunk, record)| {
            self.db.unwind_if_revision_cancelled();
            places.clear();
            sets.clear();
            let mut constants = Vec::new();
            let mut definitions: Vec<Definition> = Vec::new();
            let mut sources = Vec::new();
            let mut set_ends = Vec::new();
            let mut values = record.values;
            for value in &mut values {
                if let Some(index) = value.constant.checked_sub(1) {
                    constants.push(self.constants[index as usize].clone());
                    value.constant = size(constants.len());
                }
                if value.sources == 0 {
                    continue;
                }
                let (set, all) = *sets.entry(value.sources).or_insert_with_key(|&def| {
                    members.clear();
                    let all = self.walk.sources(&self.defs, DefId(def), &mut members);
                    for &def in &members {
                        let Some(definition) = self.defs[def as usize].definition else { continue };
                        sources.push(*places.entry(def).or_insert_with(|| {
                            definitions.push(definition);
                            size(definitions.len() - 1)
                        }));
                    }
                    set_ends.push(size(sources.len()));
                    (size(set_ends.len()), all)
                });
                value.sources = set;
                if !all {
                    value.marks = value.marks.with(Marks::OPAQUE);
                }
            }
            let flow = ChunkFlow {
                values: values.into(),
                constants: constants.into(),
                definitions: definitions.into(),
                sources: sources.into(),
                set_ends: set_ends.into(),
                redeclared: record.redeclared.into(),
                counted: record.counted.into(),
                open: record.open.into(),
                lost,
            };
            (chunk, Arc::new(flow))
        });
        let chunks = chunks.collect();
        let variables = PageVariables {
            variables: self.variables.into(),
            opaque: self.opaque,
            unnamed: self.unnamed,
            empty_branches: self.empty_branches.into(),
        };
        PageFlow { chunks, variables: Arc::new(variables) }
    }
}

/// Whether IFs, FORs and the blocks of execution contexts stand inside each other. A structure without mistakes can fail to: an IF that
/// begins in one block of a context and ends in another one runs in parts, and where what the parser took for an IF is a mistake, the
/// ends belong to other beginnings.
fn nests(db: &dyn Db, chunks: &[Chunk]) -> bool {
    #[derive(PartialEq)]
    enum Open {
        If,
        Else,
        Loop,
        Context,
    }
    let mut open = Vec::new();
    let mut in_context = false;
    let fits = chunks.iter().flat_map(|&chunk| &chunk_body(db, chunk).steps).all(|step| match step {
        Step::Enter(context) => {
            in_context = context.is_some();
            open.extend(in_context.then_some(Open::Context));
            true
        }
        Step::Exit => !std::mem::take(&mut in_context) || open.pop() == Some(Open::Context),
        Step::If(_) => {
            open.push(Open::If);
            true
        }
        Step::Elseif(_) => open.last() == Some(&Open::If),
        Step::Else => open.last_mut().is_some_and(|last| std::mem::replace(last, Open::Else) == Open::If),
        Step::Endif => matches!(open.pop(), Some(Open::If | Open::Else)),
        Step::For { .. } => {
            open.push(Open::Loop);
            true
        }
        Step::Next => open.pop() == Some(Open::Loop),
        _ => true,
    });
    fits && open.is_empty()
}

/// A walk from a definition to what is behind it.
#[derive(Default)]
struct Walk {
    /// For each definition: the walk that came by last.
    seen: Vec<u32>,
    walk: u32,
    queue: Vec<DefId>,
}

impl Walk {
    /// Adds the definitions behind one to `found`, each once. Whether these are all.
    fn sources(&mut self, defs: &[Def], def: DefId, found: &mut Vec<u32>) -> bool {
        if def == DefId::NOTHING {
            return true;
        }
        self.seen.resize(defs.len(), 0);
        self.walk += 1;
        self.queue.clear();
        self.visit(def);
        let mut next = 0;
        while let Some(&DefId(at)) = self.queue.get(next) {
            next += 1;
            let Some(def) = defs.get(at as usize) else { continue };
            if def.definition.is_some() {
                found.push(at);
            }
            for &joined in &def.joined {
                self.visit(joined);
            }
            // More of them tell nobody anything; but that there is more than one does.
            if next >= MAX_SOURCES && found.len() > 1 {
                return false;
            }
        }
        true
    }

    fn visit(&mut self, def: DefId) {
        if let Some(seen) = self.seen.get_mut(def.0 as usize)
            && *seen != self.walk
        {
            *seen = self.walk;
            self.queue.push(def);
        }
    }
}

fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// How many definitions, and meetings of them, are followed from one read.
const MAX_SOURCES: usize = 128;

fn push(defs: &mut Vec<Def>, def: Def) -> DefId {
    defs.push(def);
    DefId(u32::try_from(defs.len() - 1).unwrap_or(0))
}
