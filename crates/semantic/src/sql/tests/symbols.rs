//! What names name, and where else.

use sfmc_test_support::extract_cursor;

use super::{column_name, meaning};
use crate::sql::{SelectId, SqlMeaning, Symbol};

fn at(markup: &str) -> (String, SqlMeaning, Option<Symbol>) {
    let (text, offset) = extract_cursor(markup);
    let meaning = meaning(&text);
    let symbol = meaning.symbol_at(u32::try_from(offset).unwrap().into());
    (text, meaning, symbol)
}

/// All places of what is named at the cursor in brackets, with `=` where it is given its name.
#[track_caller]
fn check(markup: &str, expected: &str) {
    let (mut text, meaning, symbol) = at(markup);
    let Some(symbol) = symbol else {
        assert_eq!(expected, "nothing", "{markup}");
        return;
    };
    let found = meaning.occurrences(&symbol);
    for place in found.places.iter().rev() {
        let name = text[place.range].to_owned();
        let name = if place.definition { format!("<={name}>") } else { format!("<{name}>") };
        text.replace_range(std::ops::Range::<usize>::from(place.range), &name);
    }
    if found.returned {
        text.push_str(" returned");
    }
    if found.unsure {
        text.push_str(" unsure");
    }
    assert_eq!(text, expected, "{markup}");
}

#[test]
fn aliases() {
    check("SELECT x.Id, Name FROM t AS $0x WHERE X.Id = 1", "SELECT <x>.Id, Name FROM t AS <=x> WHERE <X>.Id = 1");
    check("SELECT t$0.Id, t.* FROM t WHERE t.Odd = 1", "SELECT <t>.Id, <t>.* FROM <=t> WHERE <t>.Odd = 1");
    check(
        "SELECT d$0.Id FROM t d WHERE EXISTS (SELECT 1 FROM u d WHERE d.Id = 1)",
        "SELECT <d>.Id FROM t <=d> WHERE EXISTS (SELECT 1 FROM u d WHERE d.Id = 1)",
    );
    check("SELECT 1 FROM $0t, (SELECT * FROM t) d", "SELECT 1 FROM <t>, (SELECT * FROM <t>) d");
    check("SELECT w$0.a FROM t", "nothing");
}

#[test]
fn columns() {
    check(
        "SELECT Id$0 FROM t WHERE t.id = 1 AND EXISTS (SELECT ID FROM u)",
        "SELECT <Id> FROM t WHERE t.<id> = 1 AND EXISTS (SELECT ID FROM u) returned",
    );
    check(
        "SELECT d.k$0 AS a FROM (SELECT Id AS k FROM t) d ORDER BY k",
        "SELECT d.<k> AS a FROM (SELECT Id AS <=k> FROM t) d ORDER BY <k>",
    );
    check("SELECT k FROM (SELECT Id AS $0k FROM t) d", "SELECT <k> FROM (SELECT Id AS <=k> FROM t) d returned");
    check("SELECT * FROM (SELECT Id AS $0k FROM t) d", "SELECT * FROM (SELECT Id AS <=k> FROM t) d returned unsure");
    check("SELECT Id AS $0k FROM t ORDER BY k", "SELECT Id AS <=k> FROM t ORDER BY <k> returned");
    check("SELECT $0x FROM (VALUES (1)) v (x)", "SELECT <x> FROM (VALUES (1)) v (<=x>) returned");
    check("SELECT $0a FROM _x_Data", "nothing");
}

#[test]
fn links() {
    let text = "SELECT 1 AS a FROM t JOIN u ON t.Id = u.Id AND t.Name = u.City JOIN o ON u.Id = o.Id AND o.Id = 1 WHERE t.Id = t.Amount";
    let meaning = meaning(text);
    let select = SelectId::new(0);
    let links: Vec<String> = meaning
        .links(select)
        .iter()
        .map(|link| {
            let pairs = link.columns.iter();
            let pairs = pairs.map(|(a, b)| format!("{}={}", column_name(&meaning, *a), column_name(&meaning, *b)));
            pairs.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(links, ["t.Id=u.Id t.Name=u.City", "u.Id=o.Id"]);
    let covers = |place: usize| {
        let source = meaning.selects[0].sources[place];
        meaning.covers_key(source, meaning.demanded(select, source))
    };
    assert_eq!([covers(0), covers(1), covers(2)], [Some(true), Some(true), None]);
}
