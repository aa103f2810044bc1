//! Which word of the language can stand here? Those that the grammar allows; the end of what is open first, heads with their ends.

use sfmc_catalog::ampscript::keyword;
use sfmc_db::{chunk_parse, page_map};
use sfmc_semantic::{Opener, open_before};
use sfmc_syntax::{SyntaxKind, TextRange, cursor::Code};

use super::{Candidates, CompletionItem, CompletionKind, Place, facts::UseSlot};
use crate::{
    casing::cased_like,
    control,
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
    let mut item = described(cased(place, word), word);
    item.snippet = snippet;
    found.add(weight, item);
}

/// A word of the language as it is to be written, with what there is to know of it.
fn described(written: String, word: &str) -> CompletionItem {
    let mut item = CompletionItem::new(written, CompletionKind::Keyword);
    if let Some(keyword) = keyword(word) {
        item.text.text(sentence(keyword.description));
    }
    item
}

/// What stands in a range of the page that is short.
fn written(place: &Place<'_>, range: TextRange) -> String {
    let map = page_map(place.db, place.page);
    let position = map.chunk_at(range.start()).and_then(|index| map.chunks().get(index));
    let text = position.and_then(|position| {
        let here = range.checked_sub(position.start)?;
        position.chunk.source(place.db).text.get(std::ops::Range::<usize>::from(here))
    });
    text.unwrap_or_default().to_owned()
}

/// A word as it is written here: as it was begun, or as the last one before it is.
fn cased(place: &Place<'_>, word: &str) -> String {
    let typed = place.typed();
    let is_begun = typed.chars().filter(|c| c.is_alphabetic()).count() > 1;
    let before = place.code.tokens.partition_point(|token| token.range.end() <= place.replace.start());
    let words = place.code.tokens[..before].iter().rev().filter(|token| token.kind.is_ampscript_keyword());
    let last = words.map(|token| place.code.text(token.range)).next().filter(|_| !is_begun);
    cased_like(last.unwrap_or(typed), word)
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
    // What ends something is written as that.
    let opener = open.last().and_then(|opener| control::range_of(place.db, place.page, opener.at));
    let opener = opener.map(|range| written(place, range)).filter(|_| place.typed().chars().count() < 2);
    let end =
        |word: &'static str| opener.as_deref().map_or_else(|| cased(place, word), |opener| cased_like(opener, word));
    match open.last() {
        // Its NEXT stands before the place.
        Some(Opener { is_loop: true, .. }) if place.expected.slot == Slot::NextName => {}
        Some(Opener { is_loop: true, counter, .. }) => {
            // The counter may stand there already.
            let has_counter = place.behind(false).is_some_and(|token| token.kind == SyntaxKind::VARIABLE);
            let counter = counter.as_ref().filter(|name| !name.is_empty() && !has_counter);
            let text = counter.map(|name| format!("{} @{name}", end("next")));
            let mut item = described(end("next"), "next");
            item.insert = text;
            found.add(0.6, item);
        }
        Some(Opener { has_else, .. }) => {
            found.add(0.6, described(end("endif"), "endif"));
            if !has_else {
                found.add(0.3, described(end("else"), "else"));
                let mut item = described(end("elseif"), "elseif");
                item.snippet = snippet(format!("{} ${{1:condition}} {}\n\t$0", end("elseif"), end("then")));
                found.add(0.15, item);
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
