//! What does a variable hold that is set here? Only where the value does not show it; and of text only what is read from data.

use sfmc_catalog::ampscript::{Function, FunctionId, Type};
use sfmc_db::Db;
use sfmc_semantic::{Body, Expr, ExprId, Step, ValueTypes, chunk_flow, lowered};

use super::{InChunk, InlayHint, InlayHintKind};
use crate::{hover::type_text, rows::data_text};

pub(super) fn hints(db: &dyn Db, chunk: InChunk, found: &mut Vec<InlayHint>) {
    let lowered = lowered(db, chunk.position.chunk);
    for step in &lowered.body.steps {
        let Step::Set { target, value } = *step else { continue };
        if is_literal(lowered.body.expr(value)) || lowered.body.variable(target).is_none() {
            continue;
        }
        let Some(at) = chunk.place(lowered.range(target).end()) else { continue };
        let is_call = matches!(lowered.body.expr(value), Expr::Call(_));
        let data = if is_call { data_text(db, chunk.page, chunk.position.chunk, value) } else { None };
        if let Some(text) = data {
            found.push(InlayHint {
                at,
                kind: InlayHintKind::Type,
                label: format!(": {text}"),
                target: None,
                tooltip: None,
            });
            continue;
        }
        let types = chunk_flow(db, chunk.page, chunk.position.chunk).value(value).types;
        if says_nothing(types) || is_evident(&lowered.body, value, types) {
            continue;
        }
        let Some(types) = type_text(types) else { continue };
        let label = format!(": {types}");
        found.push(InlayHint { at, kind: InlayHintKind::Type, label, target: None, tooltip: None });
    }
}

/// Whether a value is written out, or is none.
fn is_literal(value: &Expr) -> bool {
    matches!(
        value,
        Expr::Text(_) | Expr::Integer(_) | Expr::Number(_) | Expr::Boolean(_) | Expr::Missing | Expr::Other(_)
    )
}

/// What is shown all the same: what is looked up is the beginning of what a page does with it.
const LOOKED_UP: [&str; 3] = ["Row", "Now", "DateAdd"];

/// Whether one sees what a value is: a comparison, or a call of a function that is called after what it returns.
fn is_evident(body: &Body, value: ExprId, types: ValueTypes) -> bool {
    match body.expr(value) {
        Expr::Not(_) | Expr::Compare { .. } | Expr::Logical { .. } => true,
        Expr::Call(call) => {
            let Some(function) = call.function.map(FunctionId::get) else { return true };
            let branches = body.operands(call.args).get(1..).unwrap_or_default();
            let are_literals = || branches.iter().all(|&branch| is_literal(body.expr(branch)));
            (says_type(function, types) && !LOOKED_UP.contains(&function.name))
                || (function.name == "IIf" && are_literals())
        }
        _ => false,
    }
}

/// Whether the name of a function says what it returns: `Row`, `CreateObject`, `RowCount`, `Add`.
fn says_type(function: &Function, types: ValueTypes) -> bool {
    let Some(of) = types.single() else { return false };
    let name = function.name.to_ascii_lowercase();
    name.contains(of.as_str())
        || match of {
            Type::Number => {
                function.category == "Math"
                    || ["DateDiff", "IndexOf", "Length"].contains(&function.name)
                    || name.ends_with("count")
            }
            Type::Boolean => name.starts_with("is") || function.name == "Empty",
            Type::Date => function.name == "Now",
            _ => false,
        }
}

/// Text is what everything is that nothing else is said about; and what can be many things is not known.
fn says_nothing(types: ValueTypes) -> bool {
    types.single().is_none() || types.intersects(ValueTypes::STRING)
}
