//! Who cannot do with an empty value? Functions that take dates, names of things, numbers by which they divide, bounds of FOR, conditions.

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{Arg, FunctionId, Role, Type};
use sfmc_semantic::{Body, Expr, ExprId, Step};

/// Arguments that end the page when they are empty, though texts are passed for them that stand for nothing else.
const DEMANDING: [(&str, usize); 12] = [
    ("BarcodeURL", 0),
    ("Base64Encode", 1),
    ("Divide", 1),
    ("GetJWT", 0),
    ("GetSocialPublishURL", 1),
    ("GetSocialPublishURLByName", 2),
    ("IsCHTMLBrowser", 0),
    ("MD5", 1),
    ("Mod", 1),
    ("Random", 0),
    ("Random", 1),
    ("TransformXML", 1),
];

/// The expressions of a body whose value may not be empty, with all that they are made of.
pub(super) fn demanded(body: &Body) -> FxHashSet<ExprId> {
    let mut found = FxHashSet::default();
    let is_variable = |expr: &ExprId| body.variable(*expr).is_some();
    for step in &body.steps {
        match *step {
            Step::For { start, bound, .. } => found.extend([start, bound]),
            // Empty is neither true nor false.
            Step::If(condition) | Step::Elseif(condition) => found.extend(Some(condition).filter(is_variable)),
            _ => {}
        }
    }
    // Operands stand before what they are operands of.
    let all: Vec<_> = body.ids().collect();
    for &(id, expr) in all.iter().rev() {
        let operands = body.children(id);
        if found.contains(&id) {
            found.extend(operands);
            continue;
        }
        match expr {
            Expr::Not(_) | Expr::Logical { .. } => found.extend(operands.into_iter().filter(is_variable)),
            Expr::Call(call) => {
                let count = operands.len();
                let is_demanded = |index| is_demanding(call.function, index, count);
                found.extend(
                    operands.into_iter().enumerate().filter(|(index, _)| is_demanded(*index)).map(|(_, arg)| arg),
                );
            }
            _ => {}
        }
    }
    found
}

/// Whether a function may not be given an empty value at a place, as far as is known.
fn is_demanding(function: Option<FunctionId>, index: usize, count: usize) -> bool {
    let Some(function) = function.map(FunctionId::get) else { return true };
    let Some(param) = function.param(index, &vec![Arg::Unknown; count]) else { return true };
    let takes_text = param.types.contains(Type::String);
    let is_forgiving = matches!(param.role, None | Some(Role::FormatPattern | Role::Locale));
    !takes_text || !is_forgiving || DEMANDING.contains(&(function.name, index))
}
