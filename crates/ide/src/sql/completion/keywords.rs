//! Which word of the language comes next? Those that fit the clause; what published queries have there most comes first.

use sfmc_catalog::sql::{Form, ParamType, function};
use sfmc_syntax::SyntaxKind::{self, *};

use super::{Candidates, CompletionItem, CompletionKind, Place, following::missing};
use crate::sql::context::{Clause, Predicate, State};

type Words = &'static [(&'static str, f32)];

const START: Words = &[("SELECT", 1.0)];
const LIST_START: Words = &[("DISTINCT", 0.3), ("TOP", 0.3), ("*", 0.25)];
const OPERAND: Words = &[("CASE", 0.08), ("NULL", 0.02)];
const CONDITION: Words = &[("NOT", 0.03), ("EXISTS", 0.03)];
const VALUE: Words = &[("NULL", 0.05)];
const AFTER_ITEM: Words = &[("AS", 0.6), ("FROM", 0.6)];
const AFTER_FUNCTION: Words = &[("OVER", 0.15)];
const AFTER_STRING_AGG: Words = &[("WITHIN GROUP", 0.15)];
const OPERATORS: Words = &[
    ("IS NULL", 0.2),
    ("IS NOT NULL", 0.25),
    ("IN", 0.3),
    ("NOT IN", 0.15),
    ("LIKE", 0.2),
    ("NOT LIKE", 0.08),
    ("BETWEEN", 0.08),
];
const JOINS: Words = &[
    ("INNER JOIN", 0.5),
    ("LEFT JOIN", 0.5),
    ("JOIN", 0.3),
    ("RIGHT JOIN", 0.05),
    ("FULL JOIN", 0.03),
    ("CROSS JOIN", 0.03),
    ("CROSS APPLY", 0.02),
    ("OUTER APPLY", 0.02),
];
const BEHIND_FROM: Words =
    &[("WHERE", 0.6), ("GROUP BY", 0.2), ("ORDER BY", 0.1), ("UNION", 0.03), ("UNION ALL", 0.05)];
const BEHIND_WHERE: Words = &[
    ("GROUP BY", 0.2),
    ("ORDER BY", 0.15),
    ("UNION", 0.03),
    ("UNION ALL", 0.05),
    ("EXCEPT", 0.01),
    ("INTERSECT", 0.01),
];
const BEHIND_GROUP: Words = &[("HAVING", 0.4), ("ORDER BY", 0.3), ("UNION ALL", 0.05), ("UNION", 0.03)];
const KEY: Words = &[("DESC", 0.6), ("ASC", 0.3), ("OFFSET", 0.05)];
const AND_OR: Words = &[("AND", 0.7), ("OR", 0.3)];
const WINDOW_ROWS: Words = &[("ROWS BETWEEN", 0.05), ("ROWS", 0.04)];
const WINDOW: Words = &[("PARTITION BY", 0.6), ("ORDER BY", 0.6)];

pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let context = place.context;
    let mut add = |words: Words| {
        for (word, weight) in words {
            let Some(missing) = missing(place.context, word) else { continue };
            let mut item = CompletionItem::new(place.cased(word), CompletionKind::Keyword);
            item.insert = (missing != *word).then(|| place.cased(missing));
            found.add(*weight, item);
        }
    };
    let last = context.last().map(|token| token.kind);
    match context.state {
        State::Start if matches!(last, Some(UNION_KW)) => add(&[("SELECT", 0.5), ("ALL", 0.6)]),
        State::Start => add(START),
        State::Table if matches!(last, Some(L_PAREN)) => add(START),
        State::ListStart => {
            add(LIST_START);
            add(OPERAND);
        }
        State::Operand => operand(place, last, &mut add),
        State::AfterOperand | State::AfterAlias | State::AfterTable | State::AfterKey => {
            behind(place, last, &mut add);
        }
        State::JoinWord => match last {
            Some(LEFT_KW | RIGHT_KW | FULL_KW) => add(&[("JOIN", 1.0), ("OUTER JOIN", 0.3)]),
            Some(CROSS_KW) => add(&[("JOIN", 1.0), ("APPLY", 0.8)]),
            // `LEFT OUTER`; OUTER alone belongs to APPLY.
            Some(OUTER_KW) => match context.before.iter().rev().nth(1).map(|token| token.kind) {
                Some(LEFT_KW | RIGHT_KW | FULL_KW) => add(&[("JOIN", 1.0)]),
                _ => add(&[("APPLY", 1.0)]),
            },
            Some(IDENT) => add(&[("GROUP", 1.0)]),
            _ => add(&[("JOIN", 1.0)]),
        },
        State::By => add(&[("BY", 1.0)]),
        State::Is => match last {
            Some(NOT_KW) => add(&[("NULL", 1.0)]),
            _ => add(&[("NULL", 1.0), ("NOT NULL", 0.9)]),
        },
        State::Not => add(&[("IN", 1.0), ("LIKE", 0.6), ("BETWEEN", 0.3)]),
        State::TimeZone => match last {
            Some(TIME_KW) => add(&[("ZONE", 1.0)]),
            _ => add(&[("TIME ZONE", 1.0)]),
        },
        State::Bounds => bounds(place, &mut add),
        State::Paging => paging(place, &mut add),
        State::Table | State::Alias | State::Member | State::Type | State::Paren | State::Number | State::Nothing => {}
    }
}

fn operand(place: &Place<'_>, last: Option<SyntaxKind>, add: &mut impl FnMut(Words)) {
    let context = place.context;
    if context.clause == Clause::Window && !context.in_call && matches!(last, Some(L_PAREN)) {
        return add(WINDOW);
    }
    if last == Some(CASE_KW) {
        add(&[("WHEN", 1.5)]);
    }
    // A query in parentheses.
    if last == Some(L_PAREN) && !context.in_call {
        add(&[("SELECT", 0.2)]);
    }
    if last == Some(L_PAREN) && context.in_call {
        let counts = place.argument().is_some_and(|(function, _)| function.name == "COUNT");
        add(if counts { &[("DISTINCT", 1.0)] } else { &[("DISTINCT", 0.02)] });
    }
    match context.clause {
        Clause::GroupBy | Clause::OrderBy | Clause::Window => {}
        Clause::Where | Clause::On | Clause::Having
            if matches!(last, Some(WHERE_KW | ON_KW | HAVING_KW | AND_KW | OR_KW)) =>
        {
            add(CONDITION);
        }
        Clause::Where | Clause::On | Clause::Having => add(VALUE),
        _ => {}
    }
    add(OPERAND);
}

/// What comes behind something that is whole.
fn behind(place: &Place<'_>, last: Option<SyntaxKind>, add: &mut impl FnMut(Words)) {
    let context = place.context;
    if context.in_case {
        return match context.case_part {
            Some(WHEN_KW) if context.predicate == Predicate::Between => add(&[("AND", 1.0)]),
            Some(WHEN_KW) => {
                add(&[("THEN", 0.8)]);
                condition(place, add);
            }
            Some(THEN_KW) => add(&[("WHEN", 0.5), ("ELSE", 0.6), ("END", 0.5)]),
            Some(_) => add(&[("END", 1.0)]),
            None => add(&[("WHEN", 1.0)]),
        };
    }
    if context.in_call {
        let is_cast = place.argument().is_some_and(|(function, _)| function.form == Form::WithAs);
        if is_cast {
            add(&[("AS", 1.0)]);
        }
        let argument = place.argument().and_then(|(function, param)| function.params.get(param));
        if argument.is_some_and(|param| param.ty == ParamType::Boolean) {
            // IIF
            condition(place, add);
        }
        return;
    }
    let is_condition = matches!(context.clause, Clause::On | Clause::Where | Clause::Having);
    if is_condition && context.predicate == Predicate::Between {
        return add(&[("AND", 1.0)]);
    }
    // A value is no condition: nothing but an operator follows.
    if is_condition && context.predicate == Predicate::Bare && is_value(place) {
        return add(OPERATORS);
    }
    let may_be_over = last == Some(R_PAREN) && context.state == State::AfterOperand;
    match context.clause {
        Clause::Start => {}
        Clause::List => {
            if context.state == State::AfterOperand {
                if may_be_over {
                    let name = called_before(place);
                    match name.is_some_and(|name| name.eq_ignore_ascii_case("STRING_AGG")) {
                        true => add(AFTER_STRING_AGG),
                        false => add(AFTER_FUNCTION),
                    }
                }
                add(AFTER_ITEM);
            } else {
                add(&[("FROM", 0.9)]);
            }
        }
        Clause::From => {
            if context.pending > 0 {
                add(&[("ON", 2.0)]);
            }
            if context.state == State::AfterTable {
                add(&[("AS", 0.3)]);
            }
            add(JOINS);
            add(BEHIND_FROM);
        }
        Clause::On => {
            condition(place, add);
            add(JOINS);
            add(BEHIND_FROM);
        }
        Clause::Where => {
            condition(place, add);
            add(BEHIND_WHERE);
        }
        Clause::Having => {
            condition(place, add);
            add(&[("ORDER BY", 0.3), ("UNION ALL", 0.05)]);
        }
        Clause::GroupBy => add(BEHIND_GROUP),
        Clause::OrderBy if context.state == State::AfterKey => add(&[("OFFSET", 0.3)]),
        Clause::OrderBy => add(KEY),
        Clause::Window if !context.ordered => add(&[("ORDER BY", 1.0)]),
        Clause::Window if context.state == State::AfterKey => add(WINDOW_ROWS),
        Clause::Window => {
            add(&[("DESC", 0.6), ("ASC", 0.3)]);
            add(WINDOW_ROWS);
        }
    }
}

/// Whether what stands before the place is a value for sure: a placeholder and parentheses can hold a condition.
fn is_value(place: &Place<'_>) -> bool {
    match place.context.last().map(|token| token.kind) {
        Some(R_PAREN) => called_before(place).is_some_and(|name| function(name).is_some()),
        Some(PLACEHOLDER) | None => false,
        Some(_) => true,
    }
}

/// The name of what is called right before the place: what stands before the parentheses that end there, if all of it is near.
fn called_before<'a>(place: &Place<'a>) -> Option<&'a str> {
    let mut depth = 0usize;
    let mut before = place.context.before.iter().rev();
    for token in before.by_ref() {
        match token.kind {
            R_PAREN => depth += 1,
            L_PAREN => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    before.next().map(|name| place.context.text(name.range))
}

/// What comes behind an operand of a condition: an operator, unless it has one.
fn condition(place: &Place<'_>, add: &mut impl FnMut(Words)) {
    match place.context.predicate {
        Predicate::Bare => {
            if !is_value(place) {
                add(AND_OR);
            }
            add(OPERATORS);
        }
        Predicate::Whole => add(AND_OR),
        Predicate::Between => add(&[("AND", 1.0)]),
        Predicate::Like => {
            add(AND_OR);
            add(&[("ESCAPE", 0.1)]);
        }
    }
}

/// What comes behind ROWS in a window.
fn bounds(place: &Place<'_>, add: &mut impl FnMut(Words)) {
    let before = last_words::<1>(place);
    match before.each_ref().map(String::as_str) {
        ["rows" | "range"] => add(&[("BETWEEN", 1.0), ("UNBOUNDED PRECEDING", 0.8), ("CURRENT ROW", 0.4)]),
        ["between"] => add(&[("UNBOUNDED PRECEDING", 1.0), ("CURRENT ROW", 0.8)]),
        ["and"] => add(&[("CURRENT ROW", 1.0), ("UNBOUNDED FOLLOWING", 0.8)]),
        ["unbounded"] => add(&[("PRECEDING", 1.0), ("FOLLOWING", 0.5)]),
        ["current"] => add(&[("ROW", 1.0)]),
        ["preceding" | "following" | "row"] => add(&[("AND", 1.0)]),
        [number] if number.starts_with(|c: char| c.is_ascii_digit()) => add(&[("PRECEDING", 1.0), ("FOLLOWING", 0.8)]),
        _ => {}
    }
}

/// What comes behind OFFSET.
fn paging(place: &Place<'_>, add: &mut impl FnMut(Words)) {
    let before = last_words::<3>(place);
    match before.each_ref().map(String::as_str) {
        ["next" | "first", _, "rows" | "row"] => add(&[("ONLY", 1.0)]),
        ["offset", _, "rows" | "row"] => add(&[("FETCH NEXT", 1.0)]),
        [_, "next" | "first", _] => add(&[("ROWS ONLY", 1.0)]),
        [_, "offset", _] => add(&[("ROWS", 1.0)]),
        [_, _, "fetch"] => add(&[("NEXT", 1.0), ("FIRST", 0.3)]),
        _ => {}
    }
}

/// The last tokens before the word, the nearest last, in small letters; empty where there are fewer.
fn last_words<const N: usize>(place: &Place<'_>) -> [String; N] {
    let context = place.context;
    let mut words = [const { String::new() }; N];
    for (word, token) in words.iter_mut().rev().zip(context.before.iter().rev()) {
        *word = context.text(token.range).to_lowercase();
    }
    words
}
