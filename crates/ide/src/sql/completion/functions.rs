//! Which function is meant? Those that query activities have; what is usual in published queries comes first.

use sfmc_catalog::sql::{Category, Form, Function, Support, functions};
use sfmc_syntax::SyntaxKind;

use super::{Candidates, CompletionItem, CompletionKind, Place};
use crate::sql::{context::Clause, function_docs::signature};

/// How much of the calls in published queries each function has, about.
const USUAL: [(&str, f32); 24] = [
    ("DATEADD", 0.9),
    ("GETDATE", 0.9),
    ("COUNT", 0.6),
    ("CONVERT", 0.5),
    ("CAST", 0.5),
    ("MAX", 0.4),
    ("ISNULL", 0.4),
    ("COALESCE", 0.3),
    ("DATEDIFF", 0.3),
    ("LEFT", 0.25),
    ("MIN", 0.25),
    ("SUM", 0.25),
    ("ROW_NUMBER", 0.25),
    ("CONCAT", 0.2),
    ("LOWER", 0.2),
    ("LEN", 0.2),
    ("REPLACE", 0.2),
    ("DATEPART", 0.2),
    ("IIF", 0.15),
    ("NULLIF", 0.15),
    ("SUBSTRING", 0.15),
    ("CHARINDEX", 0.15),
    ("RIGHT", 0.15),
    ("UPPER", 0.15),
];

pub(super) fn complete(place: &Place<'_>, share: f32, found: &mut Candidates) {
    let is_called = place
        .context
        .after
        .is_some_and(|after| after.kind == SyntaxKind::L_PAREN && after.range.start() == place.context.word.end());
    for function in functions() {
        if function.support != Support::Yes || function.category == Category::Table {
            continue;
        }
        let usual = USUAL.iter().find(|(name, _)| *name == function.name).map_or(0.03, |(_, weight)| *weight);
        let fits = fits(function, place.context.clause, !place.context.calls.is_empty());
        found.add(share * usual * fits, item(place, function, is_called));
    }
}

/// How well a function fits a clause: most refuse some.
fn fits(function: &Function, clause: Clause, in_call: bool) -> f32 {
    let folds = matches!(function.category, Category::Aggregate | Category::Window) || function.needs_over;
    match clause {
        Clause::Where | Clause::On | Clause::GroupBy if folds => 0.0,
        Clause::Having if function.category == Category::Aggregate => 3.0,
        Clause::Having if folds => 0.0,
        _ if folds && in_call => 0.3,
        _ => 1.0,
    }
}

fn item(place: &Place<'_>, function: &Function, is_called: bool) -> CompletionItem {
    let mut item = CompletionItem::new(function.name, CompletionKind::SqlFunction);
    item.detail = Some(signature(function).0);
    let name = place.cased(function.name);
    let takes_any = function.max != Some(0);
    if is_called || function.form == Form::NoParens {
        item.insert = Some(name).filter(|name| *name != item.label);
    } else if !place.options.snippets {
        item.insert = Some(if takes_any { name } else { format!("{name}()") });
    } else {
        item.snippet = Some(snippet(place, function, &name));
    }
    item
}

/// The call with its required arguments as place holders.
fn snippet(place: &Place<'_>, function: &Function, name: &str) -> String {
    let mut args = String::new();
    let needed = function.params.iter().filter(|param| !param.optional).take(usize::from(function.min).max(1));
    for (index, param) in needed.enumerate() {
        let separator = match (index, function.form) {
            (0, _) => "",
            (_, Form::WithAs) => " AS ",
            _ => ", ",
        };
        args.push_str(&place.cased(separator));
        args.push_str(&format!("${{{}:{}}}", index + 1, param.name.replace(['$', '}', '\\'], "")));
    }
    if function.form == Form::WithAs && !args.contains(&place.cased(" AS ")) {
        args.push_str(&format!("{}${{2:type}}", place.cased(" AS ")));
    }
    if args.is_empty() && function.max != Some(0) {
        args.push_str("$1");
    }
    let over = if function.needs_over { place.cased(" OVER (ORDER BY $9)") } else { String::new() };
    format!("{name}({args}){over}$0")
}
