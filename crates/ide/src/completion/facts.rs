//! What does the page call and name elsewhere, and what for?

use rustc_hash::FxHashMap;
use sfmc_catalog::ampscript::{Arg, Function, FunctionId, Role};
use sfmc_db::{Db, Page, page_map};
use sfmc_semantic::{Body, Expr, ExprId, Lowered, Step, ValueTypes, lowered};
use sfmc_syntax::{SmolStr, SyntaxKind, TextRange, TextSize};

use crate::code::CodeAt;

/// What an expression stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum UseSlot {
    /// `%%= … =%%`
    Print,
    /// The value in SET.
    Set,
    /// A condition, or an operand in it.
    Condition,
    /// The first or last value of a FOR.
    Bound,
    /// An expression as a statement.
    Statement,
    /// An argument: the function, and the place of its parameter.
    Argument(FunctionId, u8),
    Other,
}

/// A call.
#[derive(Clone, Debug)]
pub(super) struct CallUse {
    pub(super) function: FunctionId,
    pub(super) at: TextSize,
    pub(super) slot: UseSlot,
    /// The variable that is set to it.
    pub(super) target: Option<SmolStr>,
}

/// How a variable occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VariableUse {
    Declared,
    Set,
    Counter,
    Read,
}

/// An occurrence of a variable.
#[derive(Clone, Debug)]
pub(super) struct Occurrence {
    /// By its place in [`Facts::names`].
    pub(super) name: usize,
    pub(super) at: TextSize,
    pub(super) how: VariableUse,
    pub(super) slot: UseSlot,
    /// Where it is set: what it can hold from then on.
    pub(super) types: ValueTypes,
}

/// A literal argument.
#[derive(Clone, Debug)]
pub(super) struct LiteralUse {
    pub(super) text: SmolStr,
    pub(super) function: &'static Function,
    pub(super) param: usize,
    pub(super) role: Option<Role>,
    /// The first argument of the call, if it is a literal: for many functions the data extension.
    pub(super) first: Option<SmolStr>,
}

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// As it is written first, without `@`.
    pub(super) written: SmolStr,
    pub(super) lower: SmolStr,
}

/// What a page does, without the word that is being written.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// In order of place.
    pub(super) calls: Vec<CallUse>,
    pub(super) names: Vec<Name>,
    /// In order of place.
    pub(super) occurrences: Vec<Occurrence>,
    pub(super) literals: Vec<LiteralUse>,
    /// As written; each once.
    pub(super) attributes: Vec<SmolStr>,
    by_name: FxHashMap<SmolStr, usize>,
    types: FxHashMap<usize, ValueTypes>,
    skip: TextRange,
}

impl Facts {
    pub(super) fn new(db: &dyn Db, page: Page, code: &CodeAt, skip: TextRange) -> Facts {
        let mut facts = Facts { skip, ..Facts::default() };
        for position in page_map(db, page).chunks() {
            db.unwind_if_revision_cancelled();
            let lowered = lowered(db, position.chunk);
            let text = &position.chunk.source(db).text;
            facts.chunk(lowered, text, position.start);
        }
        // The engine does not look into a region that does not end; whoever writes one does.
        if code.unterminated {
            facts.tokens(code);
        }
        facts.calls.sort_by_key(|call| call.at);
        facts.occurrences.sort_by_key(|occurrence| occurrence.at);
        facts
    }

    fn tokens(&mut self, code: &CodeAt) {
        let mut before = SyntaxKind::TEXT;
        let mut solid = code.tokens.iter().filter(|token| !token.kind.is_trivia()).peekable();
        while let Some(token) = solid.next() {
            let text = code.text(token.range);
            let is_call =
                token.kind == SyntaxKind::IDENT && solid.peek().is_some_and(|next| next.kind == SyntaxKind::L_PAREN);
            if is_call && let Some(function) = FunctionId::of(text) {
                self.calls.push(CallUse { function, at: token.range.start(), slot: UseSlot::Other, target: None });
            }
            if token.kind == SyntaxKind::VARIABLE && text.len() > 1 {
                let how = match before {
                    SyntaxKind::SET_KW => VariableUse::Set,
                    SyntaxKind::VAR_KW => VariableUse::Declared,
                    SyntaxKind::FOR_KW => VariableUse::Counter,
                    _ => VariableUse::Read,
                };
                self.occurrence(text, token.range, how, UseSlot::Other, ValueTypes::ANY);
            }
            before = token.kind;
        }
    }

    fn occurrence(&mut self, written: &str, range: TextRange, how: VariableUse, slot: UseSlot, types: ValueTypes) {
        if range.end() > self.skip.start() && range.start() < self.skip.end() {
            return;
        }
        let written = written.trim_start_matches('@');
        let lower = SmolStr::new(written.to_lowercase());
        let next = self.names.len();
        let name = *self.by_name.entry(lower.clone()).or_insert(next);
        if name == next {
            self.names.push(Name { written: SmolStr::new(written), lower });
        }
        if how != VariableUse::Read {
            self.types.insert(name, types);
        }
        self.occurrences.push(Occurrence { name, at: range.start(), how, slot, types });
    }

    fn chunk(&mut self, lowered: &Lowered, text: &str, start: TextSize) {
        let body = &*lowered.body;
        let mut walk = Walk { facts: self, lowered, body, text, start };
        for step in &body.steps {
            match *step {
                Step::Declare(target) => walk.variable(target, VariableUse::Declared, UseSlot::Other, ValueTypes::NULL),
                Step::Set { target, value } => {
                    let types = walk.types(value);
                    let name = body.variable(target).map(|name| body.name(name).clone());
                    walk.expr(value, UseSlot::Set, name.as_ref());
                    walk.variable(target, VariableUse::Set, UseSlot::Other, types);
                }
                Step::Assign { target, value } => {
                    walk.expr(target, UseSlot::Other, None);
                    walk.expr(value, UseSlot::Other, None);
                }
                Step::Eval(expr) => walk.expr(expr, UseSlot::Statement, None),
                Step::Print(expr) => walk.expr(expr, UseSlot::Print, None),
                Step::If(expr) | Step::Elseif(expr) => walk.expr(expr, UseSlot::Condition, None),
                Step::For { counter, start, bound, .. } => {
                    if let Some(counter) = counter {
                        walk.variable(counter, VariableUse::Counter, UseSlot::Other, ValueTypes::NUMBER);
                    }
                    walk.expr(start, UseSlot::Bound, None);
                    walk.expr(bound, UseSlot::Bound, None);
                }
                Step::Personalization(expr) => walk.expr(expr, UseSlot::Other, None),
                _ => {}
            }
        }
    }
}

struct Walk<'a, 'f> {
    facts: &'f mut Facts,
    lowered: &'a Lowered,
    body: &'a Body,
    text: &'a str,
    start: TextSize,
}

impl Walk<'_, '_> {
    fn variable(&mut self, expr: ExprId, how: VariableUse, slot: UseSlot, types: ValueTypes) {
        let range = self.lowered.range(expr);
        if let Some(written) = self.text.get(std::ops::Range::<usize>::from(range)) {
            self.facts.occurrence(written, range + self.start, how, slot, types);
        }
    }

    /// What a value is, as far as it shows from the page before it.
    fn types(&self, expr: ExprId) -> ValueTypes {
        match self.body.expr(expr) {
            Expr::Text(_) => ValueTypes::STRING,
            Expr::Integer(_) | Expr::Number(_) => ValueTypes::NUMBER,
            Expr::Boolean(_) => ValueTypes::BOOLEAN,
            Expr::Variable(name) => {
                let known = self.facts.by_name.get(self.body.name(*name));
                known.and_then(|name| self.facts.types.get(name)).copied().unwrap_or(ValueTypes::ANY)
            }
            Expr::Call(call) => call.function.map_or(ValueTypes::ANY, |id| ValueTypes::of(id.get().returns)),
            _ => ValueTypes::ANY,
        }
    }

    fn expr(&mut self, expr: ExprId, slot: UseSlot, target: Option<&SmolStr>) {
        let body = self.body;
        match body.expr(expr) {
            Expr::Variable(_) => self.variable(expr, VariableUse::Read, slot, ValueTypes::ANY),
            Expr::Attribute(name) => {
                let range = self.lowered.range(expr) + self.start;
                let is_being_written = range.end() >= self.facts.skip.start() && range.start() <= self.facts.skip.end();
                let is_known = self.facts.attributes.iter().any(|known| known.eq_ignore_ascii_case(name));
                if !is_being_written && !is_known && !name.trim().is_empty() {
                    self.facts.attributes.push(name.clone());
                }
            }
            Expr::Call(call) => {
                let args = body.operands(call.args);
                if let Some(function) = call.function {
                    if let Some(callee) = self.lowered.callee(expr) {
                        let at = callee.start() + self.start;
                        self.facts.calls.push(CallUse { function, at, slot, target: target.cloned() });
                    }
                    self.args(function, args);
                } else {
                    for &arg in args {
                        self.expr(arg, UseSlot::Other, None);
                    }
                }
            }
            Expr::Not(operand) => self.expr(*operand, slot, None),
            Expr::Compare { lhs, rhs, .. } => {
                self.expr(*lhs, slot, None);
                self.expr(*rhs, slot, None);
            }
            Expr::Logical { operands, .. } => {
                for &operand in body.operands(*operands) {
                    self.expr(operand, slot, None);
                }
            }
            Expr::Member(operands) | Expr::Other(operands) => {
                for &operand in body.operands(*operands) {
                    self.expr(operand, UseSlot::Other, None);
                }
            }
            _ => {}
        }
    }

    fn args(&mut self, id: FunctionId, args: &[ExprId]) {
        let function = id.get();
        let known: Vec<Arg> = args
            .iter()
            .map(|&arg| match self.body.expr(arg) {
                Expr::Integer(n) => Arg::Integer(*n),
                _ => Arg::Unknown,
            })
            .collect();
        let literal = |arg: &ExprId| match self.body.expr(*arg) {
            Expr::Text(text) => Some(text.clone()),
            _ => None,
        };
        let first = args.first().and_then(literal);
        for (index, &arg) in args.iter().enumerate() {
            let param = function.param(index, &known);
            let place = param.and_then(|param| function.params.iter().position(|known| std::ptr::eq(known, param)));
            let slot =
                place.and_then(|place| u8::try_from(place).ok()).map_or(UseSlot::Other, |at| UseSlot::Argument(id, at));
            if let (Some(text), Some(param), Some(place)) = (literal(&arg), param, place) {
                let range = self.lowered.range(arg) + self.start;
                let is_being_written = range.end() >= self.facts.skip.start() && range.start() <= self.facts.skip.end();
                if !is_being_written && !text.trim().is_empty() && !text.contains(['\n', '\r']) {
                    let first = first.clone();
                    self.facts.literals.push(LiteralUse { text, function, param: place, role: param.role, first });
                }
            } else if param.is_some_and(|param| param.out) && self.body.variable(arg).is_some() {
                let types = param.map_or(ValueTypes::ANY, |param| ValueTypes::of(param.types));
                self.variable(arg, VariableUse::Set, slot, types);
            } else {
                self.expr(arg, slot, None);
            }
        }
    }
}
