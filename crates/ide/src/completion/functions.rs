//! Which function is meant? Those that the page calls in such places, those that are usual there, then all others that work here.

use sfmc_catalog::ampscript::{CallForm, Function, FunctionId, Type, functions};
use sfmc_semantic::page_environment;
use sfmc_syntax::TextSize;

use super::{Candidates, CompletionItem, CompletionKind, Place, facts::UseSlot, usual};
use crate::function_docs::{is_usable, typed_signature};

pub(super) fn complete(place: &Place<'_>, share: f32, found: &mut Candidates) {
    let environment = page_environment(place.db, place.page);
    let weights = weights(place);
    let wanted = usual::wanted(place);
    let is_called = place.is_called();
    for function in functions() {
        let usable = is_usable(function, environment) && !function.nonfunctional && !function.doubtful;
        if function.form != CallForm::Call || !usable {
            continue;
        }
        let Some(id) = FunctionId::of(function.name) else { continue };
        let usual = place.workspace.map_or(0.0, |workspace| workspace.vocabulary.share(id));
        let mut weight = weights[id.index()] + 0.02 * usual + 0.0005;
        if let Some(wanted) = wanted
            && !function.returns.is_empty()
            && !function.returns.iter().any(|found| wanted.contains(found))
        {
            // A date can be turned into text or a number, and hardly ever is; text often.
            let converts = |found: Type| if found == Type::Date { 0.4 } else { 1.0 };
            let best = function.returns.iter().filter(|found| wanted.accept(*found)).map(converts);
            weight *= best.fold(0.05, f32::max);
        }
        if function.returns.is_empty() && place.slot() != UseSlot::Statement && place.slot() != UseSlot::Print {
            weight *= 0.2;
        }
        if function.deprecated.is_some() {
            weight *= 0.1;
        }
        found.add(weight * share, item(function, place.options.snippets && !is_called));
    }
}

pub(super) fn item(function: &Function, with_arguments: bool) -> CompletionItem {
    let mut item = CompletionItem::new(function.name, CompletionKind::Function);
    item.detail = Some(typed_signature(function).0);
    item.deprecated = function.deprecated.is_some();
    if with_arguments {
        item.snippet = Some(snippet(function));
    }
    item
}

/// The call with its required arguments as place holders.
fn snippet(function: &Function) -> String {
    let mut args = Vec::new();
    for index in 0..usize::from(function.min_args) {
        let Some(param) = function.param(index, &[]) else { break };
        args.push(format!("${{{}:{}}}", index + 1, param.name));
    }
    let takes_more = function.max_args.is_none_or(|max| max > 0);
    if args.is_empty() && takes_more {
        args.push("$1".to_owned());
    }
    format!("{}({})$0", function.name, args.join(", "))
}

/// How likely each function is, by what the page does in such places and what is usual.
fn weights(place: &Place<'_>) -> Vec<f32> {
    let mut weights = vec![0.0; functions().len()];
    let slot = place.slot();
    let target = place.expected.target.map(|target| place.code.text(target).trim_start_matches('@').to_lowercase());
    let calls = &place.facts.calls;
    let here = calls.partition_point(|call| call.at < place.offset);
    // Calls before the place count more the nearer they are; those behind it a little.
    let near = |index: usize| {
        let distance = if index < here { here - index } else { 4 + index - here };
        1.0 / (1.0 + distance as f32 * 0.15)
    };
    // That somebody calls it says nothing of what stands in its arguments.
    let is_around =
        |at: TextSize| place.expected.calls.iter().any(|open| open.name.is_some_and(|name| name.start() == at));
    let mut add = |share: f32, test: &dyn Fn(usize) -> bool| {
        let matching: Vec<(usize, f32)> = calls
            .iter()
            .enumerate()
            .filter(|(n, call)| !is_around(call.at) && test(*n))
            .map(|(n, call)| (call.function.index(), near(n)))
            .collect();
        let total: f32 = matching.iter().map(|(_, weight)| weight).sum();
        if total > 0.0 {
            // Few cases say less than many.
            let share = share * total / (total + 0.5);
            for (function, weight) in matching {
                weights[function] += share * weight / total;
            }
        }
    };
    let same_kind = |n: usize| same_kind(calls[n].slot, slot);
    add(0.4, &|n| calls[n].slot == slot);
    add(0.1, &same_kind);
    add(0.1, &|_| true);
    // What followed the call before, in such places.
    let in_slot: Vec<usize> = (0..calls.len()).filter(|&n| calls[n].slot == slot).collect();
    let last = in_slot.iter().rposition(|&n| n < here).map(|at| calls[in_slot[at]].function);
    let followers: Vec<usize> = in_slot
        .windows(2)
        .filter(|pair| Some(calls[pair[0]].function) == last && !(pair[0] < here && pair[1] >= here))
        .map(|pair| pair[1])
        .collect();
    add(0.5, &|n| followers.binary_search(&n).is_ok());
    if let Some(target) = &target
        && slot == UseSlot::Set
    {
        add(1.2, &|n| calls[n].target.as_deref() == Some(target.as_str()));
    }
    for (name, weight) in usual::functions(slot) {
        if let Some(id) = FunctionId::of(name) {
            weights[id.index()] += 0.35 * weight;
        }
    }
    if let Some(target) = target.filter(|_| slot == UseSlot::Set) {
        for (name, weight) in usual::for_target(&target) {
            if let Some(id) = FunctionId::of(name) {
                weights[id.index()] += weight;
            }
        }
    }
    weights
}

fn same_kind(one: UseSlot, other: UseSlot) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}
