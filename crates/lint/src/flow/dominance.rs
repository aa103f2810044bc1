//! What decides whether a place of a page is reached: the conditions around it, and those before it behind which the page ends.

use sfmc_db::Chunk;
use sfmc_semantic::{
    Asked, Body, CodeItem, CodePlace, CompareOp, Constant, Expr, ExprId, Following, GuardedStep, LogicalOp, Step,
};

use super::{context::FlowContext, mistakes::page_misread};

/// Where more names stand in code that does not parse, each can be one of any: many places ask.
const MAX_MISREAD: usize = 256;

/// Of one IF no more conditions are looked at, the last of them.
pub(super) const MAX_BRANCHES: usize = 64;

impl<'a> FlowContext<'a> {
    /// Whether what decides that an expression is reached has to do with some variables, be it through others that were set from them or
    /// where a condition on them holds: a flag.
    /// Of a variable that is said to be set somewhere it matters what stands behind that. A server script can have asked anything.
    pub(crate) fn depends_on(&self, expr: ExprId, names: &[(&str, Option<CodePlace>)]) -> bool {
        let Some(place) = self.place(expr) else { return true };
        let guards = self.guards();
        if names.iter().any(|(_, set_at)| place.script > self.number(*set_at)) {
            return true;
        }
        let Some(following) = self.following(names) else { return true };
        guards.is_passed(&following, place) || guards.around(place).any(|around| following.is_asked_by(&around))
    }

    /// Whether something in the page does not parse, on a line that names one of some variables, or one that was set from them: it may have
    /// been a condition on them.
    pub(crate) fn may_be_misread(&self, names: &[(&str, Option<CodePlace>)]) -> bool {
        let (db, page) = self.place_of_page();
        let misread = page_misread(db, page);
        if misread.is_empty() || misread.len() > MAX_MISREAD {
            return !misread.is_empty();
        }
        let Some(following) = self.following(names) else { return true };
        misread.iter().any(|name| self.guards().is_followed(&following, name))
    }

    /// Whether something before an expression can end the page: an IF, or a server script.
    pub(crate) fn can_end_before(&self, expr: ExprId) -> bool {
        self.place(expr).is_none_or(|place| place.script > 0 || place.passed > 0)
    }

    /// Whether a condition around an expression mentions a variable.
    pub(crate) fn is_asked_around(&self, expr: ExprId, name: &str) -> bool {
        let Some(place) = self.place(expr) else { return false };
        let mut asked = self.guards().around(place).flat_map(|around| around.asked.iter().rev().take(MAX_BRANCHES));
        asked.any(|asked| mentions(self.code(asked.chunk).0, asked.expr, name))
    }

    /// Whether a condition around an expression is known to be false, or one before it in the same IF is known to be true.
    pub(crate) fn is_never_reached(&self, expr: ExprId) -> bool {
        if !self.is_nested() {
            return false;
        }
        let Some(place) = self.place(expr) else { return false };
        self.guards().around(place).any(|around| {
            let (holds, before) = match around.asked.split_last() {
                Some((last, before)) if around.holds => (Some(last), before),
                _ => (None, around.asked),
            };
            holds.is_some_and(|asked| self.truth(*asked) == Some(false))
                || before.iter().rev().take(MAX_BRANCHES).any(|asked| self.truth(*asked) == Some(true))
        })
    }

    /// Whether an expression is part of a condition, or of conditions that are joined: another part can have asked.
    pub(crate) fn is_joined(&self, expr: ExprId) -> bool {
        self.place(expr).is_some_and(|place| place.joined)
    }

    /// The step that an expression of a chunk is part of.
    pub(crate) fn step_of(&self, chunk: Chunk, expr: ExprId) -> Option<&'a Step> {
        let place = self.guards().place(chunk, expr)?;
        self.code(chunk).0.steps.get(place.step as usize)
    }

    pub(super) fn following(&self, names: &[(&str, Option<CodePlace>)]) -> Option<Following> {
        self.guards().following(names.iter().map(|&(name, set_at)| (name.into(), self.number(set_at))))
    }

    /// The number of the step that something is part of; 0 where that is not known.
    pub(super) fn number(&self, at: Option<CodePlace>) -> u32 {
        let Some(CodePlace { chunk, what: CodeItem::Expr(expr) }) = at else { return 0 };
        self.guards().place(chunk, expr).map_or(0, |place| place.number)
    }

    pub(super) fn place(&self, expr: ExprId) -> Option<&'a GuardedStep> {
        self.guards().place(self.chunk(), expr)
    }

    /// Whether a condition is true, if that is known before the page runs.
    fn truth(&self, asked: Asked) -> Option<bool> {
        let (body, flow) = self.code(asked.chunk);
        if let Some(Constant::Boolean(value)) = flow.constant(asked.expr) {
            return Some(*value);
        }
        let of = |expr: ExprId| self.truth(Asked { expr, ..asked });
        match *body.expr(asked.expr) {
            Expr::Not(operand) => of(operand).map(|value| !value),
            Expr::Logical { op, operands, disputed: false } => {
                // One side decides: a false one of AND, a true one of OR.
                let decides = op == LogicalOp::Or;
                let mut all = true;
                for &operand in body.operands(operands) {
                    match of(operand) {
                        Some(value) if value == decides => return Some(decides),
                        Some(_) => {}
                        None => all = false,
                    }
                }
                all.then_some(!decides)
            }
            Expr::Compare { op, lhs, rhs } => {
                let equal = are_equal(flow.constant(lhs)?, flow.constant(rhs)?)?;
                match op {
                    CompareOp::Equal => Some(equal),
                    CompareOp::NotEqual => Some(!equal),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether two constants are equal; nothing where it is not certain what the platform makes of them: `'01'` and `1`, `'A'` and `'a'`.
fn are_equal(a: &Constant, b: &Constant) -> Option<bool> {
    if let (Constant::Boolean(a), Constant::Boolean(b)) = (a, b) {
        return Some(a == b);
    }
    let (left, right) = (a.printed()?, b.printed()?);
    if left == right {
        return Some(true);
    }
    let same_number = matches!((a.as_number(), b.as_number()), (Some(a), Some(b)) if (a - b).abs() < f64::EPSILON);
    let same = same_number || left.trim().to_lowercase() == right.trim().to_lowercase();
    (!same).then_some(false)
}

/// Whether an expression reads a variable. Recurses no deeper than parsers nest.
fn mentions(body: &Body, expr: ExprId, variable: &str) -> bool {
    match body.expr(expr) {
        Expr::Variable(name) => body.name(*name) == variable,
        _ => body.children(expr).into_iter().any(|child| mentions(body, child, variable)),
    }
}
