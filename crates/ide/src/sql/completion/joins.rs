//! On what are two sources joined? On columns of one name that look like keys, of both or of one of them.

use sfmc_semantic::sql::SourceColumn;

use super::{Candidates, CompletionItem, CompletionKind, Place};
use crate::sql::{quoting::quoted, scope::Reached};

/// More conditions than this are of no use.
const MAX_CONDITIONS: usize = 12;

/// More sources before the last are not looked at.
const MAX_SOURCES: usize = 16;

/// Conditions between the source that was joined last before the place, and those before it.
pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let context = place.context;
    // Only where a condition begins: behind ON and AND.
    let begins = context.last().is_some_and(|last| {
        use sfmc_syntax::SyntaxKind::{AND_KW, ON_KW};
        matches!(last.kind, ON_KW | AND_KW)
    });
    if !begins || context.in_call || context.in_case || context.bracketed {
        return;
    }
    let anchor = context.anchor();
    let before: Vec<Reached<'_>> = place.scope.near().filter(|reached| reached.source.range.end() <= anchor).collect();
    let Some((last, others)) = before.split_last() else { return };
    let mut count = 0;
    for other in others.iter().rev().take(MAX_SOURCES) {
        let (Some(left), Some(right)) = (&other.source.name, &last.source.name) else { continue };
        let (left, right) = (quoted(left), quoted(right));
        let pairs: Vec<(&SourceColumn, &SourceColumn, f32)> = pairs(*other, *last);
        let equal =
            |a: &SourceColumn, b: &SourceColumn| format!("{left}.{} = {right}.{}", quoted(&a.name), quoted(&b.name));
        for (a, b, weight) in pairs.iter().take(MAX_CONDITIONS - count.min(MAX_CONDITIONS)) {
            count += 1;
            let mut item = CompletionItem::new(equal(a, b), CompletionKind::Snippet);
            item.detail = Some("join condition".to_owned());
            found.add(2.0 * weight, item);
        }
        // Tracking views have a row for each of four columns together.
        let keys = [*other, *last].into_iter().find_map(|side| {
            let key: Vec<u32> = side.source.columns.primary_key().collect();
            let is_left = side.id == other.id;
            let equals = key.iter().map(|place| {
                let column = side.source.columns.get(*place)?;
                let is_it = |pair: &&(&SourceColumn, &SourceColumn, f32)| {
                    (if is_left { pair.0 } else { pair.1 }).key == column.key
                };
                pairs.iter().find(is_it).map(|(a, b, _)| equal(a, b))
            });
            equals.collect::<Option<Vec<String>>>().filter(|equals| equals.len() > 1)
        });
        if let Some(keys) = keys {
            let and = place.cased(" AND ");
            let mut item = CompletionItem::new(keys.join(&and), CompletionKind::Snippet);
            item.detail = Some("all columns of the key".to_owned());
            found.add(4.0, item);
        }
    }
}

/// Columns that can be equal, the likeliest first.
fn pairs<'m>(left: Reached<'m>, right: Reached<'m>) -> Vec<(&'m SourceColumn, &'m SourceColumn, f32)> {
    let mut pairs = Vec::new();
    for a in left.source.columns.list() {
        for b in right.source.columns.list() {
            if !a.key.is_empty() && same_name(&a.key, &b.key) && fit(a, b) {
                pairs.push((a, b, likely(a, b)));
            }
        }
    }
    pairs.retain(|(_, _, weight)| *weight > 0.0);
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2));
    pairs
}

/// Whether two names differ in blanks and the like only: `Subscriber Key`.
fn same_name(a: &str, b: &str) -> bool {
    let letters = |text: &'_ str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    a == b || (a.len().abs_diff(b.len()) < 4 && letters(a) == letters(b))
}

/// Whether values of both can be compared without being converted; what is not known can.
fn fit(a: &SourceColumn, b: &SourceColumn) -> bool {
    !(a.ty.is_known() && b.ty.is_known())
        || a.ty.is_text() == b.ty.is_text() && a.ty.is_number() == b.ty.is_number() && a.ty.is_date() == b.ty.is_date()
}

/// How likely two columns of one name make a join: keys do, names and dates do not.
fn likely(a: &SourceColumn, b: &SourceColumn) -> f32 {
    let is_key = ["id", "key", "email", "emailaddress"].iter().any(|end| a.key.ends_with(end));
    let weight: f32 = match (a.primary_key, b.primary_key) {
        (true, true) => 1.0,
        (true, false) | (false, true) => 0.8,
        _ if is_key => 0.6,
        _ => 0.0,
    };
    if a.key.starts_with("subscriberkey") || a.key.starts_with("contactkey") { weight.max(0.85) } else { weight }
}
