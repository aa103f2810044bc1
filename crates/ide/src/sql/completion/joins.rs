//! On what are two sources joined? On columns of one name that look like keys, of both or of one of them.

use rustc_hash::FxHashSet;
use sfmc_semantic::sql::SourceColumn;
use sfmc_syntax::{SyntaxKind::*, TextSize};

use super::{Candidates, CompletionItem, CompletionKind, Place, bare};
use crate::sql::{
    context::{Token, solid_tokens},
    quoting::quoted,
    scope::Reached,
};

/// More conditions than this are of no use.
const MAX_CONDITIONS: usize = 12;

/// More sources before the last are not looked at.
const MAX_SOURCES: usize = 16;

/// Conditions between the source that was joined last before the place, and those before it.
pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let context = place.context;
    // Only where a condition begins: behind ON and AND.
    let begins = context.last().is_some_and(|last| matches!(last.kind, ON_KW | AND_KW));
    // What follows is one already.
    let is_there = context.after.is_some_and(|after| match after.kind {
        R_PAREN | SEMICOLON => false,
        CASE_KW | NOT_KW | EXISTS_KW => true,
        kind => !kind.is_sql_keyword(),
    });
    if !begins || is_there || context.in_call || context.in_case || context.bracketed {
        return;
    }
    let anchor = context.anchor();
    let before: Vec<Reached<'_>> = place.scope.near().filter(|reached| reached.source.range.end() <= anchor).collect();
    let Some((last, others)) = before.split_last() else { return };
    let equated = equated(place, last.source.range.end());
    let mut count = 0;
    for other in others.iter().rev().take(MAX_SOURCES) {
        let (Some(left), Some(right)) = (&other.source.name, &last.source.name) else { continue };
        let is_new = |(a, b, _): &(&SourceColumn, &SourceColumn, f32)| {
            let side = |name: &str, column: &SourceColumn| (name.to_lowercase(), column.key.to_string());
            !equated.contains(&(side(left, a), side(right, b)))
        };
        let pairs: Vec<(&SourceColumn, &SourceColumn, f32)> = pairs(*other, *last);
        let (left, right) = (quoted(left), quoted(right));
        let equal =
            |a: &SourceColumn, b: &SourceColumn| format!("{left}.{} = {right}.{}", quoted(&a.name), quoted(&b.name));
        for (a, b, weight) in pairs.iter().filter(|pair| is_new(pair)).take(MAX_CONDITIONS - count.min(MAX_CONDITIONS))
        {
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
                pairs.iter().find(is_it).map(|pair| is_new(pair).then(|| equal(pair.0, pair.1)))
            });
            let equals: Vec<String> = equals.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
            (equals.len() > 1).then_some(equals)
        });
        if let Some(keys) = keys {
            let and = place.cased(" AND ");
            let mut item = CompletionItem::new(keys.join(&and), CompletionKind::Snippet);
            item.detail = Some("all columns of the key".to_owned());
            found.add(4.0, item);
        }
    }
}

/// A column, by what qualifies it and its name, both in small letters.
type Side = (String, String);

/// What the condition around the place says to be equal already, both ways; it stands behind `start`.
fn equated(place: &Place<'_>, start: TextSize) -> FxHashSet<(Side, Side)> {
    let text = place.context.text.get(usize::from(start)..).unwrap_or_default();
    let ends = |token: &Token| {
        matches!(token.kind, JOIN_KW | WHERE_KW | GROUP_KW | HAVING_KW | ORDER_KW | UNION_KW | SELECT_KW | SEMICOLON)
    };
    let tokens = solid_tokens(text).into_iter().filter(|token| !token.kind.is_trivia());
    let tokens: Vec<Token> = tokens.take_while(|token| !ends(token)).collect();
    let name = |token: Token| {
        let text = text.get(std::ops::Range::<usize>::from(token.range)).unwrap_or_default();
        bare(text).to_lowercase()
    };
    let mut found = FxHashSet::default();
    for window in tokens.windows(7) {
        let &[a, first_dot, b, equals, c, second_dot, d] = window else { continue };
        if (first_dot.kind, equals.kind, second_dot.kind) == (DOT, EQ, DOT) {
            let (left, right) = ((name(a), name(b)), (name(c), name(d)));
            found.insert((left.clone(), right.clone()));
            found.insert((right, left));
        }
    }
    found
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
pub(super) fn same_name(a: &str, b: &str) -> bool {
    let letters = |text: &'_ str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    a == b || (a.len().abs_diff(b.len()) < 4 && letters(a) == letters(b))
}

/// Whether values of both can be compared without being converted; what is not known can.
pub(super) fn fit(a: &SourceColumn, b: &SourceColumn) -> bool {
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
