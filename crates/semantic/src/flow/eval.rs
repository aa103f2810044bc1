//! What an expression's value is known to be, and what evaluating it does.

use sfmc_catalog::ampscript::{Effect, Function, FunctionId};
use sfmc_syntax::SmolStr;

use super::{
    DefinitionKind, OccurrenceKind, Value,
    env::{DefId, State},
    fold::Fold,
};
use crate::{
    body::{Body, Call, Expr, ExprId},
    value::{Constant, Marks, ValueTypes},
};

/// Longer texts are not put together: nobody looks for a data extension of that name.
const MAX_TEXT: usize = 4096;

impl Fold<'_> {
    /// Evaluates an expression and what it consists of. Recurses no deeper than parsers nest.
    pub(super) fn eval(&mut self, body: &Body, expr: ExprId) -> Value {
        let value = match body.expr(expr) {
            Expr::Missing => Value::UNKNOWN,
            Expr::Text(text) => self.literal(Constant::Text(text.clone())),
            Expr::Integer(n) => self.literal(Constant::Integer(*n)),
            Expr::Number(text) => self.literal(Constant::Number(text.clone())),
            Expr::Boolean(value) => self.literal(Constant::Boolean(*value)),
            Expr::Variable(name) => {
                let var = self.var(*name);
                self.occurs(var, OccurrenceKind::Read, expr);
                let mut state = self.env.get(var);
                if self.env.dead {
                    // Nothing goes wrong where nothing runs.
                    state.marks = state.marks.without(Marks::NO_ROWS);
                }
                return self.record_state(expr, state);
            }
            // Attributes and system variables are what the send or the request makes them.
            Expr::System(_) | Expr::Attribute(_) => Value::UNKNOWN,
            Expr::Call(call) => self.call(body, *call),
            Expr::Member(operands) | Expr::Other(operands) => {
                self.eval_all(body, body.operands(*operands));
                Value::UNKNOWN
            }
            Expr::Not(operand) => {
                self.eval(body, *operand);
                of_type(ValueTypes::BOOLEAN)
            }
            Expr::Logical { operands, .. } => {
                for (index, &operand) in body.operands(*operands).iter().enumerate() {
                    match index {
                        0 => _ = self.eval(body, operand),
                        // The left side can have decided it.
                        _ => self.perhaps(|fold| _ = fold.eval(body, operand)),
                    }
                    // Whoever asks on the left has thought of it on the right.
                    self.check_all(body, operand);
                }
                of_type(ValueTypes::BOOLEAN)
            }
            Expr::Compare { lhs, rhs, .. } => {
                self.eval(body, *lhs);
                self.eval(body, *rhs);
                of_type(ValueTypes::BOOLEAN)
            }
        };
        self.record(expr, value);
        value
    }

    fn eval_all(&mut self, body: &Body, exprs: &[ExprId]) {
        for &expr in exprs {
            self.eval(body, expr);
        }
    }

    fn literal(&mut self, constant: Constant) -> Value {
        let types = constant.types();
        Value { types, marks: Marks::default(), constant: self.constant(constant), sources: 0 }
    }

    fn call(&mut self, body: &Body, call: Call) -> Value {
        let args = body.operands(call.args);
        let Some(function) = call.function.map(FunctionId::get) else {
            // Nobody knows what it would do; the page does not compile.
            self.eval_all(body, args);
            return Value::UNKNOWN;
        };
        for (index, &arg) in args.iter().enumerate() {
            match index > 0 && function.name == "IIf" {
                true => self.perhaps(|fold| {
                    // Whoever asks in the condition has thought of it in the values. More is not proven: both may be evaluated.
                    fold.check_all(body, args[0]);
                    fold.eval(body, arg);
                }),
                false if body.out_param(call, index).is_some() => {}
                false => _ = self.eval(body, arg),
            }
        }
        if function.effects.contains(Effect::EvaluatesAmpscript) && !self.is_plain_text(function, args) {
            match self.included_by(function, args) {
                Some(name) => self.include(&name),
                None => self.unknown_code(),
            }
        }
        for (index, &arg) in args.iter().enumerate() {
            if let Some(param) = body.out_param(call, index) {
                let state = State::new(Marks::MAYBE_SET, ValueTypes::of(param.types), 0, DefId::NOTHING);
                self.define(body, DefinitionKind::Out, arg, None, state);
            }
        }
        if function.name == "Row"
            && let Some(fact) = args.first().and_then(|&rows| self.fact(body, rows, Marks::TAKEN))
        {
            self.apply(&[fact]);
        }
        if function.effects.contains(Effect::EndsRender) {
            self.env.dead = true;
        }
        let (types, constant) = self.result(function, args);
        let constant = constant.map_or(0, |constant| self.constant(constant));
        Value { types, marks: Marks::default(), constant, sources: 0 }
    }

    /// Whether all that a TreatAsContent runs is text without code.
    fn is_plain_text(&self, function: &Function, args: &[ExprId]) -> bool {
        let code = args.first().and_then(|&arg| self.constant_of(arg)).and_then(Constant::as_text);
        function.name == "TreatAsContent" && code.is_some_and(is_plain)
    }

    /// The types of what a call returns, and its value if it can be known.
    fn result(&self, function: &Function, args: &[ExprId]) -> (ValueTypes, Option<Constant>) {
        let types = ValueTypes::of(function.returns);
        let arg = |index: usize| args.get(index).and_then(|&arg| self.constant_of(arg));
        let text = |index: usize| arg(index).and_then(Constant::printed).filter(|text| text.len() <= MAX_TEXT);
        match function.name {
            "Concat" => (types, self.concat(args)),
            "v" => match arg(0) {
                Some(constant) => (constant.types(), Some(constant.clone())),
                None => (args.first().map_or(types, |&arg| self.value_of(arg).types), None),
            },
            "IIf" => {
                let [Some(a), Some(b)] = [1, 2].map(|index| args.get(index)) else { return (types, None) };
                let joined = self.value_of(*a).types.or(self.value_of(*b).types);
                // Which one is not known, so both must say the same.
                (joined, arg(1).filter(|constant| Some(*constant) == arg(2)).cloned())
            }
            "Uppercase" => (types, text(0).map(|text| Constant::Text(text.to_uppercase().into()))),
            "Lowercase" => (types, text(0).map(|text| Constant::Text(text.to_lowercase().into()))),
            "Trim" => (types, text(0).map(|text| Constant::Text(text.trim().into()))),
            "Add" | "Subtract" | "Multiply" => {
                let number = |index| match arg(index) {
                    Some(Constant::Integer(n)) => Some(*n),
                    _ => None,
                };
                let result = match (number(0), number(1)) {
                    (Some(a), Some(b)) if args.len() == 2 => match function.name {
                        "Add" => a.checked_add(b),
                        "Subtract" => a.checked_sub(b),
                        _ => a.checked_mul(b),
                    },
                    _ => None,
                };
                (types, result.map(Constant::Integer))
            }
            // What is null or empty where nothing is found is text all the same (ampscript.md section 14, 6).
            "Lookup" | "Field" | "AttributeValue" => (ValueTypes::ANY, None),
            _ => (types, None),
        }
    }

    fn concat(&self, args: &[ExprId]) -> Option<Constant> {
        let mut text = String::new();
        for &arg in args {
            text.push_str(&self.constant_of(arg)?.printed()?);
            if text.len() > MAX_TEXT {
                return None;
            }
        }
        (!args.is_empty()).then(|| Constant::Text(SmolStr::from(text)))
    }
}

/// Whether a text holds no code.
pub(super) fn is_plain(text: &str) -> bool {
    !["%%", "{{", "<"].iter().any(|delimiter| text.contains(delimiter))
}

fn of_type(types: ValueTypes) -> Value {
    Value { types, marks: Marks::default(), constant: 0, sources: 0 }
}
