//! What evaluating an expression can do beside giving a value, and when it is evaluated: whether it may be moved.

use sfmc_catalog::ampscript::{Arg, Cost, Effect, Function, FunctionId, Param, Type};
use sfmc_semantic::{Body, ChunkFlow, Expr, ExprId, Lowered, Step, ValueTypes};
use sfmc_syntax::TextRange;

/// What functions compute from their arguments, or read from data, and do nothing else.
const QUIET: [&str; 6] = ["Math", "String", "Date and Time", "Data Extension", "Encryption and Encoding", "Utility"];

/// Of these, those that depend on where they stand, or reach variables by name.
const NOT_QUIET: [&str; 11] = [
    "RedirectTo",
    "WAT",
    "WATP",
    "WrapLongURL",
    "GetValue",
    "SetValue",
    "CloudPagesURL",
    "MicrositeURL",
    "GetJWT",
    "GetJWTByKeyName",
    "IsCHTMLBrowser",
];

/// Functions that give a value whatever they are given: null and what is not there count as empty text.
const TOTAL: [&str; 8] = ["Concat", "Trim", "Uppercase", "Lowercase", "Length", "Empty", "IsNull", "v"];

/// Whether a call does nothing but give a value. It may fail.
fn is_quiet_function(function: &Function) -> bool {
    let effects = function.effects.iter().all(|effect| effect == Effect::Nondeterministic);
    effects
        && function.cost != Cost::Remote
        && !function.returns.is_empty()
        && !function.nonfunctional
        && !function.doubtful
        && QUIET.contains(&function.category)
        && !NOT_QUIET.contains(&function.name)
}

/// Whether an expression was read as it was meant: nothing is missing in it. What members of text messages do is another matter.
fn is_understood(body: &Body, expr: ExprId) -> bool {
    parts(body, expr).into_iter().all(|part| match body.expr(part) {
        Expr::Missing | Expr::Other(_) | Expr::Member(_) => false,
        Expr::Call(call) => call.whole,
        _ => true,
    })
}

/// Every expression in an expression, itself included.
pub(super) fn parts(body: &Body, expr: ExprId) -> Vec<ExprId> {
    let mut found = vec![expr];
    let mut next = 0;
    while let Some(&expr) = found.get(next) {
        found.extend(body.children(expr));
        next += 1;
    }
    found
}

/// Whether evaluating an expression does nothing but give a value, or fail.
pub(super) fn is_quiet(body: &Body, expr: ExprId) -> bool {
    parts(body, expr).into_iter().all(|part| match body.expr(part) {
        Expr::Missing | Expr::Member(_) | Expr::Other(_) => false,
        Expr::Call(call) => call.whole && call.function.map(FunctionId::get).is_some_and(is_quiet_function),
        _ => true,
    })
}

/// Whether an expression gives the same value however often it is evaluated, as long as its variables hold the same, never fails, and costs
/// nothing that would be noticed.
pub(super) fn is_total(body: &Body, flow: &ChunkFlow, expr: ExprId) -> bool {
    let types = |expr: ExprId| flow.value(expr).types;
    let is_boolean = |expr: ExprId| types(expr).is_within(ValueTypes::BOOLEAN);
    // Rows and objects are converted into nothing.
    let things = ValueTypes::ROW.or(ValueTypes::ROWSET).or(ValueTypes::OBJECT);
    let is_thing = |expr: ExprId| types(expr) != ValueTypes::ANY && types(expr).intersects(things);
    parts(body, expr).into_iter().all(|part| match body.expr(part) {
        Expr::Missing | Expr::Member(_) | Expr::Other(_) | Expr::Attribute(_) => false,
        Expr::Variable(_) => !is_thing(part),
        Expr::Call(call) => {
            call.whole && call.function.map(FunctionId::get).is_some_and(|function| TOTAL.contains(&function.name))
        }
        // Text that is neither `true` nor `false` cannot be turned into a boolean.
        Expr::Not(_) | Expr::Logical { .. } => body.children(part).into_iter().all(is_boolean),
        _ => true,
    })
}

/// Whether a value is known to be no boolean: how these are stored and printed is disputed.
pub(super) fn is_no_boolean(body: &Body, expr: ExprId) -> bool {
    match body.expr(expr) {
        Expr::Call(call) => call.function.map(FunctionId::get).is_some_and(|f| !f.returns.contains(Type::Boolean)),
        Expr::Text(_) | Expr::Integer(_) | Expr::Number(_) | Expr::Attribute(_) => true,
        _ => false,
    }
}

/// The parameter that an expression is passed for, if it is an argument of a call that is known; an error if it is an argument of another.
pub(super) fn parameter(body: &Body, expr: ExprId) -> Result<Option<&'static Param>, ()> {
    for (_, call) in body.ids() {
        let Expr::Call(call) = call else { continue };
        let args = body.operands(call.args);
        if let Some(index) = args.iter().position(|&arg| arg == expr) {
            let shapes = vec![Arg::Unknown; args.len()];
            let param = call.function.and_then(|function| function.get().param(index, &shapes));
            return param.map(Some).ok_or(());
        }
    }
    Ok(None)
}

/// When an expression of a step is evaluated.
#[derive(Debug)]
pub(super) struct When {
    /// Its step, by its place in [`Body::steps`].
    pub(super) step: usize,
    /// The whole expressions of the step that come before, and what is evaluated before it in its own.
    pub(super) before: Vec<ExprId>,
    /// It may not be evaluated at all: it is the right side of AND or OR, or a branch of IIf.
    pub(super) perhaps: bool,
}

/// When an expression is evaluated; none for what is not evaluated where it stands, and in code that is not finished.
pub(super) fn when(lowered: &Lowered, expr: ExprId) -> Option<When> {
    let (body, range) = (&lowered.body, lowered.range(expr));
    let holds = |other: ExprId| holds(lowered, other, expr, range);
    for (step, what) in body.steps.iter().enumerate() {
        let roots = match what {
            Step::Set { value, .. } => vec![*value],
            Step::Eval(expr) | Step::Print(expr) | Step::If(expr) | Step::Elseif(expr) => vec![*expr],
            Step::For { start, bound, .. } => vec![*start, *bound],
            _ => continue,
        };
        let Some(root) = roots.iter().position(|&root| holds(root)) else { continue };
        if !roots.iter().all(|&root| is_understood(body, root)) {
            return None;
        }
        let (before, mut at) = (roots.get(..root)?.to_vec(), *roots.get(root)?);
        let mut found = When { step, before, perhaps: false };
        while at != expr {
            let children = body.children(at);
            let index = children.iter().position(|&child| holds(child))?;
            let is_choice = match body.expr(at) {
                Expr::Logical { .. } => true,
                Expr::Call(call) => call.function.is_none_or(|function| function.get().name == "IIf"),
                _ => false,
            };
            found.perhaps |= is_choice && index > 0;
            found.before.extend(children.get(..index)?);
            at = *children.get(index)?;
        }
        return Some(found);
    }
    None
}

/// Whether an expression is another or holds it. Ranges leave parentheses out, so that two can be the same.
fn holds(lowered: &Lowered, outer: ExprId, inner: ExprId, range: TextRange) -> bool {
    outer == inner || (outer > inner && lowered.range(outer).contains_range(range))
}
