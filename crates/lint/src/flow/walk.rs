//! The walk over what the code of a chunk does, in order.

use sfmc_semantic::{CodeItem, CodePlace, Expr, ExprId, Step};

use super::{
    context::FlowContext,
    items::{
        Assignment, CallSite, Comparison, Condition, Declaration, FrameKind, Literal, Loop, NameRead, Opening, Printed,
        Read, Statement, UnknownCall, Usage,
    },
};
use crate::{generated::registry, rules::suspicious::ambiguous_not};

pub(super) fn walk(ctx: &mut FlowContext<'_>) {
    let body = ctx.body();
    for (index, step) in body.steps.iter().enumerate() {
        match *step {
            Step::Declare(target) => {
                if let Some(name) = body.variable(target) {
                    registry::check_declaration(ctx, &Declaration { step: index, target, name });
                }
            }
            Step::Set { target, value } => {
                visit(ctx, value, Usage::Assigned(target));
                if let Some(name) = body.variable(target) {
                    registry::check_assignment(ctx, &Assignment { target, name, value });
                }
            }
            // What it was meant for is said of it; its value is looked at all the same.
            Step::Assign { value, .. } => visit(ctx, value, Usage::Other),
            // `set = Concat(…)` is no statement of that expression: SET is, and has no variable.
            Step::Eval(expr) if ctx.step_range(index) != ctx.range(expr) => visit(ctx, expr, Usage::Other),
            Step::Eval(expr) => {
                visit(ctx, expr, Usage::Statement);
                registry::check_statement(ctx, &Statement { expr });
            }
            Step::Personalization(expr) => {
                registry::check_name_read(ctx, &NameRead { expr, usage: Usage::Printed, in_text: true });
                registry::check_printed(ctx, &Printed { expr });
            }
            Step::Print(expr) => {
                visit(ctx, expr, Usage::Printed);
                registry::check_printed(ctx, &Printed { expr });
            }
            Step::If(condition) => {
                visit_condition(ctx, condition);
                open(ctx, FrameKind::Branch, index);
            }
            Step::Elseif(condition) => visit_condition(ctx, condition),
            Step::Endif => close(ctx, |kind| matches!(kind, FrameKind::Branch)),
            Step::For { counter, start, bound, down } => {
                visit(ctx, start, Usage::Bound);
                visit(ctx, bound, Usage::Bound);
                registry::check_loop(ctx, &Loop { step: index, counter, start, bound, down });
                let name = counter.and_then(|counter| body.variable(counter)).map(|name| body.name(name).clone());
                open(ctx, FrameKind::Loop(name), index);
            }
            Step::Next => close(ctx, |kind| matches!(kind, FrameKind::Loop(_))),
            Step::Enter(_) => registry::check_opening(ctx, &Opening { step: index }),
            Step::Exit | Step::Else | Step::Text | Step::Script(_) | Step::Lost => {}
        }
    }
}

fn open(ctx: &mut FlowContext<'_>, kind: FrameKind, step: usize) {
    if !ctx.is_lost() {
        let what = CodeItem::Step(u32::try_from(step).unwrap_or(u32::MAX));
        let at = CodePlace { chunk: ctx.chunk(), what };
        ctx.frames.push((kind, at));
    }
}

fn close(ctx: &mut FlowContext<'_>, is: impl Fn(&FrameKind) -> bool) {
    if ctx.frames.last().is_some_and(|(kind, _)| is(kind)) {
        ctx.frames.pop();
    }
}

fn visit_condition(ctx: &mut FlowContext<'_>, expr: ExprId) {
    visit(ctx, expr, Usage::Condition);
    condition(ctx, expr);
}

/// The parts of a condition that are true or false by themselves.
fn condition(ctx: &mut FlowContext<'_>, expr: ExprId) {
    let body = ctx.body();
    match body.expr(expr) {
        Expr::Not(operand) => condition(ctx, *operand),
        Expr::Logical { operands, .. } => {
            for &operand in body.operands(*operands) {
                condition(ctx, operand);
            }
        }
        _ => registry::check_condition(ctx, &Condition { expr }),
    }
}

/// Visits an expression, what it consists of first. Recurses no deeper than parsers nest.
fn visit(ctx: &mut FlowContext<'_>, expr: ExprId, usage: Usage) {
    let body = ctx.body();
    match body.expr(expr) {
        Expr::Variable(name) => registry::check_read(ctx, &Read { expr, name: *name, usage }),
        Expr::Call(call) => {
            let function = call.function.map(sfmc_catalog::ampscript::FunctionId::get);
            for (index, &arg) in body.operands(call.args).iter().enumerate() {
                let chosen = index > 0 && function.is_some_and(|function| function.name == "IIf");
                ctx.choices += usize::from(chosen);
                // What a call stores a result in is not read.
                if body.out_param(*call, index).is_none() {
                    visit(ctx, arg, Usage::Argument { call: expr, index });
                }
                ctx.choices -= usize::from(chosen);
            }
            match call.function {
                Some(id) if call.whole => {
                    let site = CallSite { expr, call: *call, function: id.get(), usage };
                    super::check_call(ctx, id, &site);
                }
                Some(_) => {}
                None => {
                    if let Some(name) = ctx.name_of_call(expr) {
                        registry::check_unknown_call(ctx, &UnknownCall { name, call: *call });
                    }
                }
            }
        }
        Expr::Member(operands) | Expr::Other(operands) => {
            for &operand in body.operands(*operands) {
                visit(ctx, operand, Usage::Other);
            }
        }
        Expr::Not(operand) => visit(ctx, *operand, Usage::Logical(expr)),
        Expr::Logical { operands, .. } => {
            for &operand in body.operands(*operands) {
                visit(ctx, operand, Usage::Logical(expr));
            }
            if !matches!(usage, Usage::Logical(_)) || ctx.in_parentheses(expr) {
                // A rule that words a problem cannot be in the registry for this.
                ambiguous_not::look(ctx, expr);
            }
        }
        Expr::Compare { op, lhs, rhs } => {
            visit(ctx, *lhs, Usage::Compared(expr));
            visit(ctx, *rhs, Usage::Compared(expr));
            registry::check_comparison(ctx, &Comparison { expr, op: *op, lhs: *lhs, rhs: *rhs });
        }
        Expr::Attribute(_) => registry::check_name_read(ctx, &NameRead { expr, usage, in_text: false }),
        Expr::Text(_) => registry::check_literal(ctx, &Literal { expr }),
        Expr::Missing | Expr::Integer(_) | Expr::Number(_) | Expr::Boolean(_) | Expr::System(_) => {}
    }
}
