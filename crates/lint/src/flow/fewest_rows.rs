//! How few rows the conditions around a place let by: what a condition on their count is worth.
//!
//! A condition that mentions the rows is no guard of them: `RowCount(@rows) >= 0` holds of none, and so does one that an OR leaves a way
//! around. Here conditions are tried out with each count; of one other thing that they ask anything can be the answer. Of two, one answer can
//! decide the other. Whatever asks for the rows in a way that cannot be tried out may be a guard, and then nothing is said.

use std::cell::Cell;

use sfmc_db::Chunk;
use sfmc_semantic::{
    Around, Asked, Body, CodePlace, CompareOp, Constant, Definition, DefinitionKind, Expr, ExprId, Following,
    LogicalOp, Marks, Step,
};

use super::{context::FlowContext, dominance::MAX_BRANCHES};

/// Larger counts are not tried out.
const MAX_ROWS: i64 = 32;

/// One question looks at no more expressions: many places can ask of one condition.
const MAX_EXPRESSIONS: usize = 256;

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
    /// How many more expressions are looked at.
    left: Cell<usize>,
}

impl Rows<'_> {
    /// Nothing where too many expressions were looked at.
    fn look_at(&self, expr: &Expr) -> Option<()> {
        let operands = match expr {
            Expr::Call(call) => call.args.len(),
            Expr::Member(operands) | Expr::Other(operands) | Expr::Logical { operands, .. } => operands.len(),
            _ => 0,
        };
        // They are listed before they are looked at one by one.
        let left = self.left.get().checked_sub(1).filter(|left| operands <= *left)?;
        self.left.set(left);
        Some(())
    }
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
        let left = Cell::new(MAX_EXPRESSIONS);
        let rows = Rows { definitions: self.definitions(rows).collect(), following, left };
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
                if !self.can_be_anything(&around, index, &rows)? {
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
        rows.look_at(body.expr(asked.expr))?;
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
                Some(Can::only(compares(op.mirrored(), count, flow.constant(lhs)?)?))
            }
            _ => (!self.tells_of(body, asked.expr, rows)?).then_some(Can::EITHER),
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
    fn tells_of(&self, body: &Body, expr: ExprId, rows: &Rows<'_>) -> Option<bool> {
        let found = body.expr(expr);
        rows.look_at(found)?;
        if let Expr::Variable(name) = found {
            return Some(self.guards().is_followed(&rows.following, body.name(*name)));
        }
        for child in body.children(expr) {
            if self.tells_of(body, child, rows)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Whether anything can be the answer to what a branch asks beside the rows. Other conditions around the place ask nothing else, or their
    /// answers could decide it, as that to `@a == 1` decides `@b == 1` where one variable was set from the other. Its own conditions ask one
    /// thing, or one of several is enough.
    fn can_be_anything(&self, around: &[Around<'_>], branch: usize, rows: &Rows<'_>) -> Option<bool> {
        for (index, other) in around.iter().enumerate() {
            if index == branch {
                continue;
            }
            for asked in other.asked {
                if self.other_questions(self.code(asked.chunk).0, asked.expr, rows)? > 0 {
                    return Some(false);
                }
            }
        }
        let own = around.get(branch)?;
        if let ([asked], true) = (own.asked, own.holds) {
            let body = self.code(asked.chunk).0;
            let is_joined = |expr: &ExprId| matches!(body.expr(*expr), Expr::Logical { .. } | Expr::Not(_));
            if let Expr::Logical { op: LogicalOp::Or, operands, disputed: false } = *body.expr(asked.expr)
                && !body.operands(operands).iter().any(is_joined)
            {
                return Some(true);
            }
        }
        let mut questions = 0;
        for asked in own.asked {
            questions += self.other_questions(self.code(asked.chunk).0, asked.expr, rows)?;
        }
        Some(questions <= 1)
    }

    /// How many questions a condition consists of that are not about the rows alone. Recurses no deeper than parsers nest.
    fn other_questions(&self, body: &Body, condition: ExprId, rows: &Rows<'_>) -> Option<usize> {
        let found = body.expr(condition);
        rows.look_at(found)?;
        if !matches!(found, Expr::Logical { .. } | Expr::Not(_)) {
            return Some(usize::from(self.reads_else(body, condition, rows)?));
        }
        let mut questions = 0;
        for operand in body.children(condition) {
            questions += self.other_questions(body, operand, rows)?;
        }
        Some(questions)
    }

    /// Whether an expression reads something that does not tell of the rows. Recurses no deeper than parsers nest.
    fn reads_else(&self, body: &Body, expr: ExprId, rows: &Rows<'_>) -> Option<bool> {
        let found = body.expr(expr);
        rows.look_at(found)?;
        match found {
            Expr::Variable(name) => return Some(!self.guards().is_followed(&rows.following, body.name(*name))),
            Expr::Text(_) | Expr::Integer(_) | Expr::Number(_) | Expr::Boolean(_) | Expr::Compare { .. } => {}
            Expr::Call(call) if call.function.is_some_and(|id| matches!(id.get().name, "RowCount" | "Empty")) => {}
            _ => return Some(true),
        }
        for child in body.children(expr) {
            if self.reads_else(body, child, rows)? {
                return Some(true);
            }
        }
        Some(false)
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
