//! SQL: after any sequence of edits the chunks are those that a fresh file is cut into, and typing parses what was typed in.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{path::Path, sync::Arc};

use expect_test::{Expect, expect};
use proptest::{prelude::*, sample::select};
use sfmc_db::{Database, FileId, FileKind, Host, QueryActivity, QueryInfo, page_map, page_tree, sql_parse};
use sfmc_sql::{SqlProblem, parse_file};
use sfmc_syntax::{TextRange, TextSize};

fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap())
}

fn chunks(host: &Host, file: FileId) -> Vec<String> {
    let map = page_map(host.db(), host.page(file).unwrap());
    map.chunks().iter().map(|position| position.chunk.source(host.db()).text.to_string()).collect()
}

fn problems(host: &Host, file: FileId) -> Vec<SqlProblem> {
    let map = page_map(host.db(), host.page(file).unwrap());
    let problems = |position: &sfmc_db::ChunkPosition| {
        let parse = sql_parse(host.db(), position.chunk);
        parse.problems.iter().map(|problem| problem.clone().shifted(position.start)).collect::<Vec<_>>()
    };
    map.chunks().iter().flat_map(problems).collect()
}

/// The chunks are the pieces of the text, and what they hold is what the whole file does.
fn assert_as_from_scratch(host: &Host, file: FileId, text: &str) {
    assert_eq!(host.text(file).unwrap(), text);
    let expected: Vec<&str> = sfmc_sql::pieces(text, 0).map(|piece| &text[piece.range]).collect();
    assert_eq!(chunks(host, file), expected, "chunks of {text:?}");
    let whole = parse_file(text);
    assert_eq!(page_tree(host.db(), host.page(file).unwrap()), whole.green, "tree of {text:?}");
    assert_eq!(problems(host, file), whole.problems, "problems of {text:?}");
}

const PIECES: &[&str] = &[
    "SELECT a FROM t\n",
    "SELECT ",
    "\nSELECT b, c\nFROM [u v] x\n",
    "FROM t ",
    "WHERE a = 1\n",
    "UNION ALL\n",
    "WITH x AS (SELECT 1)\n",
    "INSERT INTO t (a)\n",
    "IF @a = 1\n",
    "BEGIN\n",
    "END\n",
    "CASE WHEN a THEN b ",
    "CREATE PROCEDURE p AS\n",
    "GO\n",
    ";",
    "'",
    "''",
    "\"",
    "[",
    "]",
    "/*",
    "*/",
    "-- it's\n",
    "(",
    ")",
    ",",
    "{{{x}}}",
    "{{",
    "}}}",
    "Some notes of mine\n",
    "\n\n",
    "\r\n",
    "\n",
    " ",
    "é",
    "😀",
    "@a",
    "#t ",
    ".",
    "1",
    "e",
];

fn edit() -> impl Strategy<Value = (u16, u16, Vec<&'static str>)> {
    (any::<u16>(), 0u16..40, prop::collection::vec(select(PIECES), 0..4))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn edits_equal_from_scratch(
        start in prop::collection::vec(select(PIECES), 0..40),
        repeat in 1usize..8,
        edits in prop::collection::vec(edit(), 1..8),
    ) {
        let mut text = start.concat().repeat(repeat);
        let mut host = Host::default();
        let file = host.set_text(Path::new("/query.sql"), text.clone(), FileKind::Sql);
        assert_as_from_scratch(&host, file, &text);
        for (at, delete, insert) in edits {
            let from = text.floor_char_boundary(usize::from(at) % (text.len() + 1));
            let to = text.floor_char_boundary((from + usize::from(delete)).min(text.len()));
            let insert = insert.concat();
            host.replace(file, Some(TextRange::new(size(from), size(to))), &insert).unwrap();
            text.replace_range(from..to, &insert);
            assert_as_from_scratch(&host, file, &text);
        }
    }
}

/// What runs when `old` becomes `new` in the midst of a notebook of a hundred statements.
fn typing(old: &str, new: &str, expected: &Expect) {
    let half = "-- orders\nSELECT o.Id, o.Total\nFROM Orders o\nWHERE o.Total > 10\n\n".repeat(50);
    let text = format!("{half}SELECT c.Name FROM Customers c WHERE c.City = 'Oslo'\n\n{half}");
    let mut host = Host::logging();
    let file = host.set_text(Path::new("/query.sql"), text.clone(), FileKind::Sql);
    let look = |host: &Host| problems(host, file).len();
    look(&host);
    let at = text.find(old).unwrap();
    let executed = host.executed(|host| {
        host.replace(file, Some(TextRange::at(size(at), size(old.len()))), new).unwrap();
        look(host);
    });
    let lines: Vec<String> = executed.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn typing_in_a_statement_parses_it_alone() {
    typing(
        "'Oslo'",
        "'Ålesund'",
        &expect![[r#"
            chunk_extent 1
            page_map 1
            sql_parse 1"#]],
    );
    // Of the same length: nothing moves.
    typing(
        "'Oslo'",
        "'Bode'",
        &expect![[r#"
            chunk_extent 1
            sql_parse 1"#]],
    );
}

#[test]
fn a_new_statement_costs_itself_and_what_it_was_cut_from() {
    typing(
        "WHERE c.City",
        "\nSELECT 1 WHERE c.City",
        &expect![[r#"
            chunk_extent 2
            page_map 1
            sql_parse 2"#]],
    );
}

#[test]
fn a_file_that_turns_out_to_be_sql_is_cut_anew() {
    let text = "SELECT 1\nSELECT 2\n%%[ set @a = 1 ]%%";
    let mut host = Host::default();
    let file = host.set_text(Path::new("/a"), text.to_owned(), FileKind::Page);
    assert_eq!(chunks(&host, file).len(), 1);
    host.set_info(file, FileKind::Sql);
    assert_as_from_scratch(&host, file, text);
    host.set_info(file, FileKind::Page);
    assert_eq!(chunks(&host, file).len(), 1);
    host.set_text(Path::new("/a"), text.to_owned(), FileKind::Sql);
    assert_as_from_scratch(&host, file, text);
    // A page that nobody edits is cut in the same way.
    let db = Database::default();
    assert_eq!(page_map(&db, db.add_page(text, FileKind::Sql)).chunks().len(), chunks(&host, file).len());
}

#[test]
fn what_is_known_of_a_query_changes_nothing_that_was_parsed() {
    let mut host = Host::logging();
    let file = host.set_text(Path::new("/a.sql"), "SELECT 1".to_owned(), FileKind::Sql);
    problems(&host, file);
    let info = QueryInfo { activity: Some(QueryActivity::default()), ..QueryInfo::default() };
    let executed = host.executed(|host| {
        host.set_query(file, Arc::new(info.clone()));
        problems(host, file);
    });
    assert_eq!(executed, []);
    assert_eq!(**host.page(file).unwrap().query(host.db()), info);
}
