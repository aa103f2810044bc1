//! Which word of the language can stand here? Those that the grammar allows; the end of what is open first, heads with their ends.

use sfmc_catalog::ampscript::keyword;
use sfmc_db::{chunk_parse, page_map};
use sfmc_semantic::{Opener, open_before};
use sfmc_syntax::{SyntaxKind, cursor::Code};

use super::{Candidates, CompletionItem, CompletionKind, Place, facts::UseSlot};
use crate::{
    expected::{Head, Slot},
    hover::sentence,
};

pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let expected = place.expected;
    let bare = expected.calls.is_empty();
    let begins = bare && place.code.code != Code::Inline;
    match expected.slot {
        Slot::Operand => {
            let negates = if place.slot() == UseSlot::Condition { 0.05 } else { 0.001 };
            // Behind a comparison NOT would need parentheses.
            let compares = place.expected.previous.is_some_and(|token| is_comparison(token.kind));
            let words = [("not", negates), ("true", 0.001), ("false", 0.001)];
            let count = if place.is_name_of_call() { 1 } else { words.len() };
            for (word, weight) in words.into_iter().take(count).skip(usize::from(compares)) {
                add(place, word, weight, None, found);
            }
        }
        Slot::Statement | Slot::AfterDeclared | Slot::NextName if begins => statements(place, found),
        Slot::Operator => {
            match expected.head {
                _ if !bare => {}
                Head::If => add(place, "then", 1.0, None, found),
                Head::ForStart => {
                    add(place, "to", 1.0, None, found);
                    add(place, "downto", 0.2, None, found);
                }
                Head::ForBound => add(place, "do", 1.0, None, found),
                Head::Set | Head::Expr if begins => statements(place, found),
                _ => {}
            }
            let prints = bare && expected.head == Head::Print;
            if !prints && !matches!(expected.head, Head::ForStart | Head::ForBound) {
                let weight = if expected.head == Head::If || !bare { 0.5 } else { 0.02 };
                add(place, "and", weight, None, found);
                add(place, "or", weight * 0.9, None, found);
            }
        }
        _ => {}
    }
}

fn is_comparison(kind: SyntaxKind) -> bool {
    use SyntaxKind::{EQ2, GT, GTE, LT, LTE, NEQ};
    matches!(kind, EQ2 | GT | GTE | LT | LTE | NEQ)
}

fn add(place: &Place<'_>, word: &'static str, weight: f32, snippet: Option<String>, found: &mut Candidates) {
    let mut item = CompletionItem::new(cased(place, word), CompletionKind::Keyword);
    if let Some(keyword) = keyword(word) {
        item.text.text(sentence(keyword.description));
    }
    item.snippet = snippet;
    found.add(weight, item);
}

/// A word as it is written here: in upper case where that was begun, or where the last one before it is.
fn cased(place: &Place<'_>, word: &str) -> String {
    let is_upper = |text: &str| !text.chars().any(char::is_lowercase);
    let typed = place.typed();
    let begins_upper = match typed.chars().filter(|c| c.is_alphabetic()).count() {
        0 | 1 => {
            let before = place.code.tokens.partition_point(|token| token.range.end() <= place.replace.start());
            let mut words = place.code.tokens[..before].iter().rev().filter(|token| token.kind.is_ampscript_keyword());
            words.next().is_some_and(|last| is_upper(place.code.text(last.range)))
        }
        _ => is_upper(typed),
    };
    if begins_upper { word.to_uppercase() } else { word.to_owned() }
}

fn statements(place: &Place<'_>, found: &mut Candidates) {
    let whole = place.options.snippets && place.is_at_line_end();
    let word = |word: &str| cased(place, word);
    let snippet = |text: String| whole.then_some(text);
    add(place, "set", 0.4, None, found);
    let (then, endif) = (word("then"), word("endif"));
    add(place, "if", 0.2, snippet(format!("{} ${{1:condition}} {then}\n\t$0\n{endif}", word("if"))), found);
    add(place, "var", 0.06, None, found);
    let [head, to, run, next] = ["for", "to", "do", "next"].map(word);
    let whole_loop = format!("{head} @${{1:i}} = ${{2:1}} {to} ${{3:last}} {run}\n\t$0\n{next} @${{1:i}}");
    add(place, "for", 0.05, snippet(whole_loop), found);
    let open = open_here(place);
    match open.last() {
        // Its NEXT stands before the place.
        Some(Opener { is_loop: true, .. }) if place.expected.slot == Slot::NextName => {}
        Some(Opener { is_loop: true, counter, .. }) => {
            // The counter may stand there already.
            let has_counter = place.behind(false).is_some_and(|token| token.kind == SyntaxKind::VARIABLE);
            let counter = counter.as_ref().filter(|name| !name.is_empty() && !has_counter);
            let text = counter.map(|name| format!("{next} @{name}"));
            let mut item = CompletionItem::new(next, CompletionKind::Keyword);
            if let Some(keyword) = keyword("next") {
                item.text.text(sentence(keyword.description));
            }
            item.insert = text;
            found.add(0.6, item);
        }
        Some(Opener { has_else, .. }) => {
            add(place, "endif", 0.6, None, found);
            if !has_else {
                add(place, "else", 0.3, None, found);
                let elseif = format!("{} ${{1:condition}} {then}\n\t$0", word("elseif"));
                add(place, "elseif", 0.15, snippet(elseif), found);
            }
        }
        None => {}
    }
}

/// What is open at the place.
fn open_here(place: &Place<'_>) -> Vec<Opener> {
    let map = page_map(place.db, place.page);
    // The word that is being written is no part of what is open.
    let at = place.replace.start();
    let Some(index) = map.chunk_at(at) else { return Vec::new() };
    let position = map.chunks()[index];
    let relative = at - position.start;
    let controls = &chunk_parse(place.db, position.chunk).controls;
    let before = controls.partition_point(|control| control.keyword.start() < relative);
    open_before(place.db, place.page, (position.chunk, before))
}
