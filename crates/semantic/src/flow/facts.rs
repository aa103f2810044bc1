//! What a condition proves.

use sfmc_catalog::ampscript::FunctionId;

use super::{
    env::{DefId, VarId},
    fold::Fold,
};
use crate::{
    body::{Body, Call, CompareOp, Expr, ExprId, LogicalOp},
    value::{Constant, Marks},
};

/// What is proven of a variable, as long as it holds what it held then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) var: VarId,
    pub(super) def: DefId,
    /// What its marks gain.
    pub(super) marks: Marks,
}

/// What holds where a condition is true, and where it is false.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) yes: Vec<Fact>,
    pub(super) no: Vec<Fact>,
}

/// What the value of a variable was computed from, as far as conditions on it are conditions on that.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// `RowCount(@rows)` or `Length(@text)`: above zero, the marks hold.
    Count(Fact),
    /// A condition.
    Condition(Outcome),
    /// Something that counts, or asks for emptiness, in a way that proves nothing: whoever asks for it has thought of these.
    Mentions(Vec<Fact>),
}

impl Outcome {
    fn swapped(self) -> Outcome {
        Outcome { yes: self.no, no: self.yes }
    }
}

impl Fold<'_> {
    /// What a condition proves. Its operands have been evaluated.
    pub(super) fn outcome(&self, body: &Body, expr: ExprId) -> Outcome {
        match body.expr(expr) {
            Expr::Variable(_) => {
                let Some(fact) = self.fact(body, expr, Marks::NOT_EMPTY) else { return Outcome::default() };
                let mut outcome = match self.origin(fact.def) {
                    Some(Origin::Condition(outcome)) => outcome.clone(),
                    // `if @count then` is true of 1 only.
                    Some(Origin::Count(count)) => Outcome { yes: vec![*count], no: Vec::new() },
                    Some(Origin::Mentions(_)) | None => Outcome::default(),
                };
                add(&mut outcome.yes, [fact]);
                outcome
            }
            Expr::Not(operand) => self.outcome(body, *operand).swapped(),
            Expr::Logical { disputed: true, .. } => Outcome::default(),
            Expr::Logical { op, operands, disputed: false } => {
                let mut outcome = Outcome::default();
                for &operand in body.operands(*operands) {
                    let Outcome { yes, no } = self.outcome(body, operand);
                    match op {
                        LogicalOp::And => add(&mut outcome.yes, yes),
                        LogicalOp::Or => add(&mut outcome.no, no),
                    }
                }
                outcome
            }
            Expr::Call(call) => self.call_outcome(body, call),
            Expr::Compare { op, lhs, rhs } => {
                let (op, subject, other) = match self.constant_of(*lhs) {
                    Some(_) => (op.mirrored(), *rhs, *lhs),
                    None => (*op, *lhs, *rhs),
                };
                self.constant_of(other).map(|constant| self.comparison(body, op, subject, constant)).unwrap_or_default()
            }
            _ => Outcome::default(),
        }
    }

    fn call_outcome(&self, body: &Body, call: &Call) -> Outcome {
        let Some(&arg) = body.operands(call.args).first() else { return Outcome::default() };
        let name = call.function.map_or("", |function| function.get().name);
        match name {
            "Empty" => {
                Outcome { yes: self.facts(body, arg, Marks::EMPTY), no: self.facts(body, arg, Marks::NOT_EMPTY) }
            }
            "IsEmailAddress" | "IsPhoneNumber" | "Domain" => {
                Outcome { yes: self.facts(body, arg, Marks::NOT_EMPTY), no: Vec::new() }
            }
            // Of an unset variable IsNull says no (ampscript.md section 7): it proves nothing.
            _ => Outcome::default(),
        }
    }

    fn comparison(&self, body: &Body, op: CompareOp, subject: ExprId, constant: &Constant) -> Outcome {
        if let Some(fact) = self.count(body, subject) {
            let Some(n) = constant.as_number() else { return Outcome::default() };
            let (yes, no) = above_zero(op, n);
            let (zero, not_zero) = zero(op, n);
            return Outcome { yes: counted(yes, zero, fact), no: counted(no, not_zero, fact) };
        }
        let is_empty = match constant {
            Constant::Text(text) => text.is_empty(),
            Constant::Integer(_) | Constant::Number(_) => false,
            // `Empty(@x) == true`
            Constant::Boolean(value) => {
                let outcome = self.outcome(body, subject);
                return match (op, value) {
                    (CompareOp::Equal, true) | (CompareOp::NotEqual, false) => outcome,
                    (CompareOp::Equal, false) | (CompareOp::NotEqual, true) => outcome.swapped(),
                    _ => Outcome::default(),
                };
            }
        };
        match (op, is_empty) {
            (CompareOp::Equal, true) => Outcome {
                yes: self.facts(body, subject, Marks::EMPTY),
                no: self.facts(body, subject, Marks::NOT_EMPTY),
            },
            (CompareOp::NotEqual, true) => Outcome {
                yes: self.facts(body, subject, Marks::NOT_EMPTY),
                no: self.facts(body, subject, Marks::EMPTY),
            },
            (CompareOp::Equal, false) => Outcome { yes: self.facts(body, subject, Marks::NOT_EMPTY), no: Vec::new() },
            (CompareOp::NotEqual, false) => {
                Outcome { yes: Vec::new(), no: self.facts(body, subject, Marks::NOT_EMPTY) }
            }
            _ => Outcome::default(),
        }
    }

    /// What holds if the number that an expression counts is above zero.
    pub(super) fn count(&self, body: &Body, expr: ExprId) -> Option<Fact> {
        match body.expr(expr) {
            Expr::Variable(_) => {
                let fact = self.fact(body, expr, Marks::default())?;
                match self.origin(fact.def)? {
                    Origin::Count(count) => Some(*count),
                    Origin::Condition(_) | Origin::Mentions(_) => None,
                }
            }
            Expr::Call(call) => {
                let marks = match call.function.map(FunctionId::get)?.name {
                    "RowCount" => Marks::HAS_ROWS.with(Marks::NOT_EMPTY),
                    "Length" => Marks::NOT_EMPTY,
                    _ => return None,
                };
                self.fact(body, *body.operands(call.args).first()?, marks)
            }
            _ => None,
        }
    }

    /// Where a variable that is set to this expression has its value from.
    pub(super) fn origin_of(&self, body: &Body, expr: ExprId) -> Option<Origin> {
        if let Some(count) = self.count(body, expr) {
            return Some(Origin::Count(count));
        }
        let condition = matches!(
            body.expr(expr),
            Expr::Variable(_) | Expr::Not(_) | Expr::Logical { .. } | Expr::Call(_) | Expr::Compare { .. }
        );
        if !condition {
            return None;
        }
        let outcome = self.outcome(body, expr);
        if !outcome.yes.is_empty() || !outcome.no.is_empty() {
            return Some(Origin::Condition(outcome));
        }
        let mut mentioned = Vec::new();
        self.mentions(body, expr, false, &mut mentioned);
        (!mentioned.is_empty()).then_some(Origin::Mentions(mentioned))
    }

    /// The variables that an expression counts or asks for, however deep in it.
    fn mentions(&self, body: &Body, expr: ExprId, asked: bool, found: &mut Vec<Fact>) {
        let mut all = |operands: &[ExprId], asked: bool| {
            for &operand in operands {
                self.mentions(body, operand, asked, found);
            }
        };
        match body.expr(expr) {
            Expr::Variable(_) if asked => add(found, self.fact(body, expr, Marks::CHECKED)),
            Expr::Call(call) => {
                let name = call.function.map_or("", |function| function.get().name);
                let asks = matches!(name, "RowCount" | "Empty" | "IsNull" | "Length");
                all(body.operands(call.args), asked || asks);
            }
            Expr::Logical { operands, .. } => all(body.operands(*operands), asked),
            Expr::Not(operand) => all(&[*operand], asked),
            Expr::Compare { lhs, rhs, .. } => all(&[*lhs, *rhs], asked),
            _ => {}
        }
    }

    fn facts(&self, body: &Body, expr: ExprId, marks: Marks) -> Vec<Fact> {
        self.fact(body, expr, marks).into_iter().collect()
    }

    /// A fact of the variable that an expression is, or of which it is the trimmed text.
    pub(super) fn fact(&self, body: &Body, expr: ExprId, marks: Marks) -> Option<Fact> {
        match body.expr(expr) {
            Expr::Variable(name) => {
                let var = self.var(*name);
                Some(Fact { var, def: self.env.get(var).def, marks })
            }
            // What is not empty when trimmed is not empty.
            Expr::Call(call) if marks.has(Marks::NOT_EMPTY) => {
                let name = call.function.map(FunctionId::get)?.name;
                let inner = *body.operands(call.args).first()?;
                matches!(name, "Trim" | "v").then(|| self.fact(body, inner, marks)).flatten()
            }
            _ => None,
        }
    }
}

/// How many facts a condition proves at most. Conditions are kept in variables and joined with themselves: without a bound each line could
/// double what the one before proved.
const MAX_FACTS: usize = 32;

/// Adds facts, each once.
fn add(facts: &mut Vec<Fact>, more: impl IntoIterator<Item = Fact>) {
    for fact in more {
        if facts.len() < MAX_FACTS && !facts.contains(&fact) {
            facts.push(fact);
        }
    }
}

/// What holds of what was counted where the count is above zero, or where it is zero; of text that is not of interest.
fn counted(above_zero: bool, zero: bool, fact: Fact) -> Vec<Fact> {
    match fact.marks.has(Marks::HAS_ROWS) {
        _ if above_zero => vec![fact],
        true if zero => vec![Fact { marks: Marks::NO_ROWS, ..fact }],
        _ => Vec::new(),
    }
}

/// Whether a count is zero where it compares so with `n`, and where it does not.
fn zero(op: CompareOp, n: f64) -> (bool, bool) {
    match op {
        CompareOp::Equal => (n == 0.0, false),
        CompareOp::NotEqual => (false, n == 0.0),
        CompareOp::Less => (n > 0.0 && n <= 1.0, false),
        CompareOp::LessOrEqual => ((0.0..1.0).contains(&n), false),
        CompareOp::Greater => (false, (0.0..1.0).contains(&n)),
        CompareOp::GreaterOrEqual => (false, n > 0.0 && n <= 1.0),
    }
}

/// Whether a count is above zero where it compares so with `n`, and where it does not.
fn above_zero(op: CompareOp, n: f64) -> (bool, bool) {
    match op {
        CompareOp::Greater => (n >= 0.0, false),
        CompareOp::GreaterOrEqual => (n > 0.0, n <= 0.0),
        CompareOp::Equal => (n > 0.0, n == 0.0),
        CompareOp::NotEqual => (n == 0.0, n > 0.0),
        CompareOp::Less => (false, n > 0.0),
        CompareOp::LessOrEqual => (false, n >= 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_above_zero() {
        assert_eq!(above_zero(CompareOp::Greater, 0.0), (true, false));
        assert_eq!(above_zero(CompareOp::GreaterOrEqual, 1.0), (true, false));
        assert_eq!(above_zero(CompareOp::Less, 1.0), (false, true));
        assert_eq!(above_zero(CompareOp::LessOrEqual, 0.0), (false, true));
        assert_eq!(above_zero(CompareOp::Equal, 0.0), (false, true));
        assert_eq!(above_zero(CompareOp::NotEqual, 0.0), (true, false));
    }

    #[test]
    fn counts_of_zero() {
        assert_eq!(zero(CompareOp::Equal, 0.0), (true, false));
        assert_eq!(zero(CompareOp::Equal, 1.0), (false, false));
        assert_eq!(zero(CompareOp::NotEqual, 0.0), (false, true));
        assert_eq!(zero(CompareOp::Less, 1.0), (true, false));
        assert_eq!(zero(CompareOp::Less, 2.0), (false, false));
        assert_eq!(zero(CompareOp::Greater, 0.0), (false, true));
        assert_eq!(zero(CompareOp::GreaterOrEqual, 1.0), (false, true));
        assert_eq!(zero(CompareOp::LessOrEqual, 0.0), (true, false));
    }
}
