//! Whatever the text: the tree holds it, nothing panics, and pieces say what the whole says.

use proptest::prelude::*;
use sfmc_syntax::{NodeCache, SyntaxNode};
use sfmc_test_support::Rng;

use super::*;
use crate::pieces;

const WORDS: &[&str] = &[
    "SELECT",
    "select",
    "FROM",
    "WHERE",
    "GROUP",
    "BY",
    "ORDER",
    "HAVING",
    "UNION",
    "ALL",
    "EXCEPT",
    "INTERSECT",
    "JOIN",
    "LEFT",
    "OUTER",
    "APPLY",
    "CROSS",
    "ON",
    "AS",
    "WITH",
    "TOP",
    "DISTINCT",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "LIKE",
    "BETWEEN",
    "EXISTS",
    "OVER",
    "PARTITION",
    "ROWS",
    "OFFSET",
    "FETCH",
    "FOR",
    "XML",
    "OPTION",
    "PIVOT",
    "UNPIVOT",
    "VALUES",
    "INTO",
    "CAST",
    "CONVERT",
    "COUNT",
    "INSERT",
    "UPDATE",
    "SET",
    "DELETE",
    "CREATE",
    "TABLE",
    "DECLARE",
    "EXEC",
    "IF",
    "BEGIN",
    "WHILE",
    "GO",
    "LIMIT",
    "USING",
    "Key",
    "a",
    "b",
    "t",
    "t.",
    ".",
    "*",
    ",",
    "(",
    ")",
    "=",
    "<",
    ">",
    "<>",
    "==",
    "||",
    "::",
    "+",
    "-",
    "/",
    "%",
    ";",
    ":",
    "@v",
    "@@x",
    "#t",
    "[a b]",
    "[",
    "]",
    "\"a\"",
    "\"",
    "'x'",
    "'",
    "N'x'",
    "‘x’",
    "``",
    "1",
    "1.5",
    "0xF",
    "$1",
    "{{{p}}}",
    "{{{",
    "--",
    "-- c\n",
    "/*",
    "*/",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "\u{a0}",
    "\u{feff}",
    "é",
    "😀",
    "don't",
    "MAX",
    "at time zone",
    "The next one is",
];

/// What files hold.
const STATEMENTS: &[&str] = &[
    "SELECT a, b FROM t WHERE c = 'd'",
    "SELECT a FROM t -- why\nWHERE b IN (SELECT c FROM u)",
    "/* about\nit */\nSELECT TOP 5 a FROM [My DE] ORDER BY a;",
    "SELECT a FROM t\nUNION ALL\nSELECT b FROM u",
    "Then this one doesn't sort (see above)",
    "2. The orders of today",
    "INSERT INTO t (a)\nSELECT a FROM u",
    "WITH x AS (SELECT 1 AS a)\nSELECT a FROM x",
    "IF @a = 1\nSELECT 1\nELSE\nSELECT 2",
    "BEGIN\nSELECT 1\nEND",
    "DECLARE @a int = 1\nSET @a = 2",
    "GO",
    "SELECT {{{a}}} FROM {{{b}}}_c",
    "SELECT CASE WHEN a = 1 THEN 'it''s' ELSE 'b' END AS c FROM t; SELECT 2",
    "SELECT a, COUNT(*) AS n FROM (SELECT a FROM t) u\nGROUP BY a\n\nHAVING COUNT(*) > 1",
];

/// Some words; most have a blank behind them.
fn text(rng: &mut Rng, most: usize) -> String {
    let mut text = String::new();
    for _ in 0..rng.below(most) {
        let word: &str = rng.pick::<&str>(WORDS);
        text.push_str(word);
        if !rng.one_in(5) {
            text.push(' ');
        }
    }
    text
}

/// That pieces cover the text, that each is one by itself, and that nobody looked beyond what a piece says.
fn check(text: &str) {
    let parsed = parse_file(text);
    assert_eq!(SyntaxNode::new_root(parsed.green).text(), text);
    let mut end = 0;
    let all: Vec<_> = pieces(text, 0).collect();
    for (at, piece) in all.iter().enumerate() {
        assert_eq!(usize::from(piece.range.start()), end, "{text:?}");
        end = piece.range.end().into();
        assert!(piece.range.end() <= piece.seen && usize::from(piece.seen) <= text.len() + 1, "{text:?}");
        assert_eq!(pieces(text, piece.range.start().into()).collect::<Vec<_>>(), all[at..], "{text:?}");
        let own = &text[piece.range];
        assert_eq!(pieces(own, 0).count(), 1, "{own:?} of {text:?}");
    }
    assert_eq!(end, text.len(), "{text:?}");
}

#[test]
fn random_words() {
    let mut rng = Rng::new(11);
    for _ in 0..4000 {
        check(&text(&mut rng, 40));
    }
}

#[test]
fn an_edit_behind_what_was_seen_changes_no_piece() {
    let mut rng = Rng::new(12);
    let mut kept = 0;
    for _ in 0..4000 {
        let mut old = String::new();
        for _ in 0..rng.below(12) {
            let statement: &str = rng.pick::<&str>(STATEMENTS);
            old.push_str(statement);
            old.push_str(if rng.one_in(3) { "\n\n" } else { "\n" });
        }
        let edit = rng.edit(&old, WORDS);
        let new = edit.apply(&old);
        let mut again = pieces(&new, 0);
        for piece in pieces(&old, 0).take_while(|piece| usize::from(piece.seen) <= edit.range.start) {
            let found = again.next().map(|piece| piece.range);
            assert_eq!(found, Some(piece.range), "{old:?} {edit:?}");
            kept += 1;
        }
    }
    assert!(kept > 3000, "only {kept} pieces were kept");
}

#[test]
fn a_piece_is_what_it_is_in_its_file() {
    let mut rng = Rng::new(13);
    let mut workspace = Workspace::default();
    for _ in 0..2000 {
        let text = text(&mut rng, 60);
        let root = SyntaxNode::new_root(parse_file(&text).green);
        for (chunk, piece) in root.children().zip(pieces(&text, 0)) {
            let mut cache = NodeCache::default();
            let mut builder = rowan::GreenNodeBuilder::with_cache(&mut cache);
            parse_piece(&mut workspace, &text[piece.range], &mut builder);
            let alone = builder.finish();
            assert_eq!(chunk.first_child().map(|script| script.green().to_owned()), Some(alone), "{text:?}");
        }
    }
}

#[test]
fn prefixes_of_a_query() {
    let text = "WITH x AS (SELECT 1 AS a) SELECT TOP 5 t.a AS [b c], CASE WHEN a = 'it''s' THEN N'x' END d, COUNT(*) OVER \
                (PARTITION BY a ORDER BY b ROWS 1 PRECEDING)\nFROM Ent.[My DE] t WITH (NOLOCK)\nLEFT JOIN (SELECT b FROM c) u \
                ON u.b = t.a AND u.c IN (1, 2)\nWHERE t.a LIKE '%x%' /* c /* d */ */ AND NOT EXISTS (SELECT 1) -- e\nGROUP BY \
                ROLLUP (a), b\nHAVING COUNT(*) > 1\nUNION ALL\nSELECT CAST(a AS decimal(10, 2)), b, c FROM {{{d}}}\nORDER BY \
                1 OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY;\nINSERT INTO t SELECT 1\nGO\n";
    for end in 0..=text.len() {
        check(&text[..end]);
        check(&text[end..]);
    }
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }
}
