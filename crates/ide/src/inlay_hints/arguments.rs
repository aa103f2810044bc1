//! What is an argument passed for?

use sfmc_catalog::ampscript::{Allowed, Arg, Function, FunctionId, Param, Role};
use sfmc_db::Db;
use sfmc_semantic::{Body, Call, Constant, Expr, ExprId, Lowered, chunk_flow, lowered};

use super::{InChunk, InlayHint, InlayHintKind, ParameterHints};
use crate::{function_docs::describe_param, markup::Markup};

/// Calls of these read without names: what they take is alike, or stands in the order in which one says it.
pub(super) const PLAIN: [&str; 17] = [
    "Add",
    "AddObjectArrayItem",
    "DateAdd",
    "DateDiff",
    "DatePart",
    "Divide",
    "Format",
    "IIf",
    "IndexOf",
    "IsNullDefault",
    "Mod",
    "Multiply",
    "Random",
    "Replace",
    "SetObjectProperty",
    "SetValue",
    "Subtract",
];

/// Sources disagree on which parameter comes where.
pub(super) const DISPUTED: [&str; 4] = ["AttachFile", "BarcodeURL", "ClaimRowValue", "RatingStars"];

pub(super) fn hints(db: &dyn Db, chunk: InChunk, wanted: ParameterHints, found: &mut Vec<InlayHint>) {
    let lowered = lowered(db, chunk.position.chunk);
    let body = &*lowered.body;
    for (id, expr) in body.ids() {
        let Expr::Call(call) = expr else { continue };
        let Some(function) = call.function.map(FunctionId::get).filter(|function| call.whole && has_names(function))
        else {
            continue;
        };
        if chunk.wanted(lowered.range(id)).is_none() {
            continue;
        }
        let args = arguments(db, chunk, lowered, *call, function);
        for (index, &arg) in body.operands(call.args).iter().enumerate() {
            let Some(at) = chunk.place(lowered.range(arg).start()) else { continue };
            let Some(param) = param(function, index, &args) else { continue };
            let is_wanted = match body.expr(arg) {
                Expr::Missing | Expr::Other(_) => false,
                Expr::Text(_) | Expr::Integer(_) | Expr::Number(_) | Expr::Boolean(_) => true,
                _ => wanted == ParameterHints::All,
            };
            if !is_wanted || is_evident(function, index, param, body, arg) {
                continue;
            }
            let label = format!("{}:", param.name);
            let tooltip = Some(describe_param(param)).filter(|tooltip: &Markup| !tooltip.is_empty());
            found.push(InlayHint { at, kind: InlayHintKind::Parameter, label, target: None, tooltip });
        }
    }
}

/// Whether names of parameters say anything in calls of a function. One that takes one thing is called after it, unless that can be left out:
/// then it is something that is switched on.
fn has_names(function: &Function) -> bool {
    let takes_one = match function.params {
        [param] => !param.optional || !function.repeats.is_empty(),
        params => params.is_empty(),
    };
    !takes_one && !PLAIN.contains(&function.name) && !DISPUTED.contains(&function.name)
}

/// The arguments of a call, as far as they decide which parameter each is passed for.
fn arguments(db: &dyn Db, chunk: InChunk, lowered: &Lowered, call: Call, function: &Function) -> Vec<Arg> {
    if !function.counts_arguments() {
        return Vec::new();
    }
    let flow = chunk_flow(db, chunk.page, chunk.position.chunk);
    let known = |arg: &ExprId| flow.constant(*arg).and_then(Constant::as_integer).map_or(Arg::Unknown, Arg::Integer);
    lowered.body.operands(call.args).iter().map(known).collect()
}

/// The parameter of an argument, if it is sure and its name is worth being said: of a group that is repeated the first of the first round,
/// because the others follow from that; and not even that where nothing but names and values comes behind the first argument.
fn param(function: &'static Function, index: usize, args: &[Arg]) -> Option<&'static Param> {
    let param = function.param(index, args)?;
    let place = function.params.iter().position(|known| std::ptr::eq(known, param))?;
    let is_in = |start: u8, size: u8| (usize::from(start)..usize::from(start) + usize::from(size)).contains(&place);
    let Some((number, group)) =
        function.repeats.iter().enumerate().find(|(_, repeat)| is_in(repeat.start, repeat.size))
    else {
        return Some(param);
    };
    if group.start <= 1 && function.repeats.len() == 1 {
        return None;
    }
    // Where nobody knows how many rounds come before, nobody knows where a group begins.
    let counts = function.repeats.iter().take(number).map(|before| before.count_param);
    let is_sure = |count: Option<u8>| {
        count.is_none_or(|count| matches!(args.get(usize::from(count)), Some(Arg::Integer(n)) if *n >= 0))
    };
    let before = index.checked_sub(usize::from(group.size)).and_then(|index| function.param(index, args));
    let is_first = !before.is_some_and(|before| std::ptr::eq(before, param));
    (place == usize::from(group.start) && is_first && counts.into_iter().all(is_sure)).then_some(param)
}

/// Whether one sees what an argument is passed for.
fn is_evident(function: &Function, index: usize, param: &Param, body: &Body, arg: ExprId) -> bool {
    // `Field(@row, fieldName)`, `Row(@rows, rowIndex)`
    let begins = param.name.get(..function.name.len()).is_some_and(|start| start.eq_ignore_ascii_case(function.name));
    // What a function is about comes first.
    if begins || (index == 0 && !param.optional) {
        return true;
    }
    match body.expr(arg) {
        Expr::Text(text) => {
            let is_listed =
                |allowed: &Allowed| matches!(allowed, Allowed::Text(known) if known.eq_ignore_ascii_case(text));
            let has_form = matches!(
                param.role,
                Some(Role::FormatPattern | Role::Locale | Role::Regex | Role::Url | Role::XPath | Role::JsonPath)
            );
            !text.is_empty() && (has_form || param.allowed.iter().any(is_listed) || folded(text) == folded(param.name))
        }
        Expr::Variable(name) => is_alike(body.name(*name), param.name),
        Expr::System(name) | Expr::Attribute(name) => is_alike(name, param.name),
        Expr::Call(call) => call.function.is_some_and(|inner| is_alike(inner.get().name, param.name)),
        _ => false,
    }
}

/// Whether a name says what another says: without regard to case and separators one is in the other, or they end alike.
fn is_alike(name: &str, param: &str) -> bool {
    let (name, whole) = (folded(name), folded(param));
    let last = param.rfind(|c: char| c.is_uppercase()).and_then(|at| param.get(at..)).map(folded).unwrap_or_default();
    let has = |text: &str, part: &str| part.len() >= 3 && text.contains(part);
    has(&name, &whole) || has(&whole, &name) || (last.len() >= 4 && name.ends_with(&last))
}

/// A name without separators, in lower case.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
