//! What decides whether a place of a page is reached: the conditions around it, and those before it behind which the page ends.
//!
//! A walk over the steps of the whole page. Ask only where something is suspicious already.

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{Effect, FunctionId};
use sfmc_db::Chunk;
use sfmc_semantic::{Body, CompareOp, Constant, Expr, ExprId, Step};

use super::context::FlowContext;

/// Variables are followed from one assignment to the next no more often than this.
const MAX_ROUNDS: usize = 4;

/// Of pages with more expressions than this nothing is said: each question costs a walk over all of them, and many could be asked.
const MAX_EXPRS: usize = 20_000;

/// A condition of an IF or ELSEIF, or a value between which a FOR counts.
#[derive(Clone, Copy)]
struct Asked<'a> {
    chunk: Chunk,
    body: &'a Body,
    expr: ExprId,
}

/// An IF or a FOR that is open.
struct Frame<'a> {
    asked: Vec<Asked<'a>>,
    /// The condition that is true in the branch that is open; none in ELSE and in a FOR.
    holds: Option<Asked<'a>>,
    /// Somewhere in it the page ends.
    ends: bool,
}

/// What decides whether a place is reached.
#[derive(Default)]
struct Reached<'a> {
    open: Vec<Frame<'a>>,
    /// What is asked by the IFs before it in which the page can end.
    passed: Vec<Asked<'a>>,
    /// A server script stands before it, which can have asked anything, and can end the page.
    script: bool,
}

impl<'a> FlowContext<'a> {
    /// Whether what decides that an expression is reached has to do with some variables, be it through others that were set from them or
    /// where a condition on them holds: a flag.
    pub(crate) fn depends_on(&self, expr: ExprId, names: &[&'a str]) -> bool {
        if self.is_too_large() {
            return true;
        }
        let names = self.following(names);
        let reached = self.reached(expr);
        if reached.script {
            return true;
        }
        let mut asked = reached.open.iter().flat_map(|frame| &frame.asked).chain(&reached.passed);
        asked.any(|asked| mentions(asked.body, asked.expr, &names))
    }

    /// Whether all that is asked about some rows around an expression is whether there is one.
    pub(crate) fn asks_for_one(&self, expr: ExprId, rows: &'a str) -> bool {
        if self.is_too_large() {
            return false;
        }
        let names = self.following(&[rows]);
        let reached = self.reached(expr);
        if reached.script || reached.passed.iter().any(|asked| mentions(asked.body, asked.expr, &names)) {
            return false;
        }
        let mut asks = false;
        for frame in &reached.open {
            if !frame.asked.iter().any(|asked| mentions(asked.body, asked.expr, &names)) {
                continue;
            }
            let plain = frame.holds.is_some_and(|holds| frame.asked.len() == 1 && is_above_zero(holds, rows));
            if !plain {
                return false;
            }
            asks = true;
        }
        asks
    }

    /// Whether a condition around an expression compares two values that are known, and are not the same.
    pub(crate) fn is_never_reached(&self, expr: ExprId) -> bool {
        self.is_nested()
            && !self.is_too_large()
            && self.reached(expr).open.iter().any(|frame| frame.holds.is_some_and(|at| self.is_false(at)))
    }

    fn is_too_large(&self) -> bool {
        self.page_code().map(|body| body.exprs.len()).sum::<usize>() > MAX_EXPRS
    }

    fn is_false(&self, at: Asked<'_>) -> bool {
        let Expr::Compare { op: CompareOp::Equal, lhs, rhs } = *at.body.expr(at.expr) else { return false };
        let flow = self.code(at.chunk).1;
        let text = |side| flow.constant(side).and_then(Constant::as_text);
        matches!((text(lhs), text(rhs)), (Some(a), Some(b)) if a.to_lowercase() != b.to_lowercase())
    }

    /// These variables, and all that are set from them or where a condition on them holds.
    fn following(&self, names: &[&'a str]) -> FxHashSet<&'a str> {
        let mut found: FxHashSet<&'a str> = names.iter().copied().collect();
        for _ in 0..MAX_ROUNDS {
            let before = found.len();
            let mut open: Vec<bool> = Vec::new();
            for body in self.page_code() {
                for step in &body.steps {
                    let target = match *step {
                        Step::If(condition) => {
                            open.push(mentions(body, condition, &found));
                            None
                        }
                        Step::Elseif(condition) => {
                            if let Some(last) = open.last_mut() {
                                *last |= mentions(body, condition, &found);
                            }
                            None
                        }
                        Step::For { counter, start, bound, .. } => {
                            let counts = mentions(body, start, &found) || mentions(body, bound, &found);
                            open.push(counts);
                            counter.filter(|_| counts)
                        }
                        Step::Endif | Step::Next => {
                            open.pop();
                            None
                        }
                        Step::Set { target, value } | Step::Assign { target, value } => {
                            let follows = open.iter().any(|is| *is) || mentions(body, value, &found);
                            Some(target).filter(|_| follows)
                        }
                        _ => None,
                    };
                    if let Some(name) = target.and_then(|target| body.variable(target)) {
                        found.insert(body.name(name));
                    }
                }
            }
            if found.len() == before {
                break;
            }
        }
        found
    }

    /// What decides whether an expression of this chunk is reached.
    fn reached(&self, expr: ExprId) -> Reached<'a> {
        let mut reached = Reached::default();
        for chunk in self.chunks_to_here() {
            let (body, _) = self.code(chunk);
            let mut seen = 0;
            for step in &body.steps {
                let end = step.last_expr().map_or(seen, |last| last.index() + 1);
                if chunk == self.chunk() && end > expr.index() {
                    return reached;
                }
                reached.script |= matches!(step, Step::Script(_));
                if body.exprs.get(seen..end).is_some_and(|exprs| exprs.iter().any(ends_page)) {
                    for frame in &mut reached.open {
                        frame.ends = true;
                    }
                }
                seen = end;
                let asked = |expr| Asked { chunk, body, expr };
                match *step {
                    Step::If(condition) => reached.open.push(Frame {
                        asked: vec![asked(condition)],
                        holds: Some(asked(condition)),
                        ends: false,
                    }),
                    Step::Elseif(condition) => {
                        if let Some(frame) = reached.open.last_mut() {
                            frame.asked.push(asked(condition));
                            frame.holds = Some(asked(condition));
                        }
                    }
                    Step::Else => {
                        if let Some(frame) = reached.open.last_mut() {
                            frame.holds = None;
                        }
                    }
                    Step::For { start, bound, .. } => {
                        reached.open.push(Frame { asked: vec![asked(start), asked(bound)], holds: None, ends: false });
                    }
                    Step::Endif | Step::Next => {
                        if let Some(frame) = reached.open.pop().filter(|frame| frame.ends) {
                            reached.passed.extend(frame.asked);
                        }
                    }
                    _ => {}
                }
            }
        }
        reached
    }
}

/// Whether an expression is a call that ends the page.
fn ends_page(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    call.function.map(FunctionId::get).is_some_and(|function| function.effects.contains(Effect::EndsRender))
}

/// Whether an expression reads one of these variables. Recurses no deeper than parsers nest.
fn mentions(body: &Body, expr: ExprId, names: &FxHashSet<&str>) -> bool {
    match body.expr(expr) {
        Expr::Variable(name) => names.contains(body.name(*name).as_str()),
        _ => body.children(expr).into_iter().any(|child| mentions(body, child, names)),
    }
}

/// Whether a condition only says that there is a row: `RowCount(@rows) > 0`.
fn is_above_zero(at: Asked<'_>, rows: &str) -> bool {
    let Expr::Compare { op, lhs, rhs } = *at.body.expr(at.expr) else { return false };
    let least = matches!(
        (op, at.body.expr(rhs)),
        (CompareOp::Greater | CompareOp::NotEqual, Expr::Integer(0)) | (CompareOp::GreaterOrEqual, Expr::Integer(1))
    );
    let Expr::Call(call) = at.body.expr(lhs) else { return false };
    let counts = call.function.is_some_and(|id| id.get().name == "RowCount");
    let arg = at.body.operands(call.args).first().and_then(|&arg| at.body.variable(arg));
    least && counts && arg.is_some_and(|name| at.body.name(name) == rows)
}
