//! How few rows the conditions around a place let by: what a condition on their count is worth.
//!
//! A condition that mentions the rows is no guard of them: `RowCount(@rows) >= 0` holds of none, and so does one that an OR leaves a way
//! around. Here conditions are tried out with each count; of what else they ask anything can be the answer. Whatever asks for the rows in a
//! way that cannot be tried out may be a guard, and then nothing is said.

use rustc_hash::FxHashSet;
use sfmc_db::Chunk;
use sfmc_semantic::{
    Around, Asked, Body, CodePlace, CompareOp, Constant, Definition, DefinitionKind, Expr, ExprId, Following,
    LogicalOp, Marks, Step,
};

use super::{context::FlowContext, dominance::MAX_BRANCHES};

/// Larger counts are not tried out.
const MAX_ROWS: i64 = 32;

/// What a condition can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Can {
    hold: bool,
    fail: bool,
}

impl Can {
    const EITHER: Can = Can { hold: true, fail: true };

    fn only(holds: bool) -> Can {
        Can { hold: holds, fail: !holds }
    }
}

/// Rows that are counted.
struct Rows<'a> {
    /// All that can have put them into their variable.
    definitions: Vec<&'a Definition>,
    following: Following,
}

impl<'a> FlowContext<'a> {
    /// The smallest number of rows, below a limit, with which a place is reached that conditions on their count stand around. Nothing where
    /// there is none below, where no condition asks for them, or where one asks in a way that cannot be tried out. `rows` is the variable
    /// that holds them; `names` are all whose values tell of them.
    pub(crate) fn fewest_rows(
        &self,
        at: ExprId,
        rows: ExprId,
        names: &[(&str, Option<CodePlace>)],
        limit: i64,
    ) -> Option<i64> {
        let place = self.place(at)?;
        if names.iter().any(|(_, set_at)| place.script > self.number(*set_at)) {
            return None;
        }
        let guards = self.guards();
        let following = self.following(names)?;
        if guards.is_passed(&following, place) {
            return None;
        }
        let rows = Rows { definitions: self.definitions(rows).collect(), following };
        let around: Vec<Around<'_>> = guards.around(place).collect();
        let asks = |around: &&Around<'_>| rows.following.is_asked_by(around);
        around.iter().find(asks)?;
        'counts: for count in 0..limit.min(MAX_ROWS) {
            for (index, branch) in around.iter().enumerate().filter(|(_, branch)| asks(branch)) {
                if branch.asked.len() > MAX_BRANCHES {
                    return None;
                }
                // With nothing else to the contrary; then with whatever else is asked as it needs to be.
                if self.reaches(branch, &rows, count, false)? {
                    continue;
                }
                if !self.reaches(branch, &rows, count, true)? {
                    continue 'counts;
                }
                if self.asks_twice(&around, index, &rows) {
                    return None;
                }
            }
            return Some(count);
        }
        None
    }

    /// Whether a branch of an IF can be reached with so many rows; without `either`, whatever the answers to what else it asks are.
    fn reaches(&self, branch: &Around<'_>, rows: &Rows<'_>, count: i64, either: bool) -> Option<bool> {
        let last = branch.asked.len().saturating_sub(1);
        let mut reaches = true;
        for (index, asked) in branch.asked.iter().enumerate() {
            if matches!(self.step_of(asked.chunk, asked.expr)?, Step::For { .. }) {
                return None;
            }
            let can = self.tried(*asked, rows, count)?;
            let holds = branch.holds && index == last;
            reaches &= match (holds, either) {
                (true, true) => can.hold,
                (false, true) => can.fail,
                (true, false) => !can.fail,
                (false, false) => !can.hold,
            };
        }
        Some(reaches)
    }

    /// What a condition can be with so many rows. Recurses no deeper than parsers nest.
    fn tried(&self, asked: Asked, rows: &Rows<'_>, count: i64) -> Option<Can> {
        let (body, flow) = self.code(asked.chunk);
        let of = |expr: ExprId| self.tried(Asked { expr, ..asked }, rows, count);
        match *body.expr(asked.expr) {
            Expr::Not(operand) => of(operand).map(|can| Can { hold: can.fail, fail: can.hold }),
            Expr::Logical { op, operands, disputed: false } => {
                let and = op == LogicalOp::And;
                let mut found = Can::only(and);
                for &operand in body.operands(operands) {
                    let can = of(operand)?;
                    found = match and {
                        true => Can { hold: found.hold && can.hold, fail: found.fail || can.fail },
                        false => Can { hold: found.hold || can.hold, fail: found.fail && can.fail },
                    };
                }
                Some(found)
            }
            Expr::Compare { op, lhs, rhs } if self.counts(asked.chunk, lhs, rows) => {
                Some(Can::only(compares(op, count, flow.constant(rhs)?)?))
            }
            Expr::Compare { op, lhs, rhs } if self.counts(asked.chunk, rhs, rows) => {
                Some(Can::only(compares(mirrored(op), count, flow.constant(lhs)?)?))
            }
            _ => (!self.tells_of(body, asked.expr, rows)).then_some(Can::EITHER),
        }
    }

    /// Whether an expression is the count of just these rows, directly or through a variable.
    fn counts(&self, chunk: Chunk, expr: ExprId, rows: &Rows<'_>) -> bool {
        let (body, flow) = self.code(chunk);
        match *body.expr(expr) {
            Expr::Call(call) if call.whole && call.function.is_some_and(|id| id.get().name == "RowCount") => {
                let arg = body.operands(call.args).first();
                arg.is_some_and(|&arg| {
                    body.variable(arg).is_some() && flow.definitions(arg).eq(rows.definitions.iter().copied())
                })
            }
            Expr::Variable(_) => {
                let marks = flow.value(expr).marks;
                if marks.has(Marks::OPAQUE) || marks.has(Marks::MAYBE_UNSET) {
                    return false;
                }
                let mut definitions = flow.definitions(expr);
                let (Some(only), None) = (definitions.next(), definitions.next()) else { return false };
                let value = only.value.filter(|_| only.kind == DefinitionKind::Set);
                value.is_some_and(|value| {
                    let is_call = matches!(self.code(only.at.chunk).0.expr(value), Expr::Call(_));
                    is_call && self.counts(only.at.chunk, value, rows)
                })
            }
            _ => false,
        }
    }

    /// Whether an expression reads a variable that tells of the rows. Recurses no deeper than parsers nest.
    fn tells_of(&self, body: &Body, expr: ExprId, rows: &Rows<'_>) -> bool {
        match body.expr(expr) {
            Expr::Variable(name) => self.guards().is_followed(&rows.following, body.name(*name)),
            _ => body.children(expr).into_iter().any(|child| self.tells_of(body, child, rows)),
        }
    }

    /// Whether what a branch asks beside the rows is asked elsewhere around the place, too, or twice in its own conditions: then one answer
    /// decides the other.
    fn asks_twice(&self, around: &[Around<'_>], branch: usize, rows: &Rows<'_>) -> bool {
        let words = |asked: &Asked| {
            let mut found = FxHashSet::default();
            self.words(self.code(asked.chunk).0, asked.expr, rows, &mut found);
            found
        };
        let Some(own) = around.get(branch) else { return false };
        let mut seen = FxHashSet::default();
        for asked in own.asked {
            let found = words(asked);
            if !seen.is_disjoint(&found) {
                return true;
            }
            seen.extend(found);
        }
        let others = around.iter().enumerate().filter(|(index, _)| *index != branch);
        let mut asked = others.flat_map(|(_, other)| other.asked.iter().rev().take(MAX_BRANCHES));
        asked.any(|asked| !words(asked).is_disjoint(&seen))
    }

    /// The variables and attributes that an expression reads, but for those that tell of the rows. Recurses no deeper than parsers nest.
    fn words(&self, body: &Body, expr: ExprId, rows: &Rows<'_>, found: &mut FxHashSet<(bool, String)>) {
        match body.expr(expr) {
            Expr::Variable(name) if !self.guards().is_followed(&rows.following, body.name(*name)) => {
                found.insert((true, body.name(*name).to_string()));
            }
            Expr::Attribute(name) => {
                found.insert((false, name.to_lowercase()));
            }
            _ => {
                for child in body.children(expr) {
                    self.words(body, child, rows, found);
                }
            }
        }
    }
}

/// Whether so many rows compare so with a number; nothing for what is no whole number.
fn compares(op: CompareOp, count: i64, number: &Constant) -> Option<bool> {
    let Constant::Integer(number) = *number else { return None };
    Some(match op {
        CompareOp::Equal => count == number,
        CompareOp::NotEqual => count != number,
        CompareOp::Less => count < number,
        CompareOp::LessOrEqual => count <= number,
        CompareOp::Greater => count > number,
        CompareOp::GreaterOrEqual => count >= number,
    })
}

/// The comparison with its sides exchanged.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        op => op,
    }
}
