use super::*;

/// The pieces of a text, with a bar between.
fn cut(text: &str) -> String {
    pieces(text, 0).map(|piece| text[piece.range].replace('\n', "⏎")).collect::<Vec<_>>().join("|")
}

#[test]
fn statements() {
    assert_eq!(cut("SELECT 1\nSELECT 2"), "SELECT 1⏎|SELECT 2");
    assert_eq!(cut("SELECT 1; SELECT 2;\n;"), "SELECT 1; |SELECT 2;⏎;");
    assert_eq!(cut("SELECT 1 SELECT 2"), "SELECT 1 |SELECT 2");
    assert_eq!(cut("SELECT 1 -- a\n\n-- b\nSELECT 2 /* c */\n"), "SELECT 1 -- a⏎|⏎-- b⏎SELECT 2 /* c */⏎");
    assert_eq!(cut("USE db\nGO\nSELECT 1\nGO 2\nSELECT 2"), "USE db⏎|GO⏎|SELECT 1⏎|GO 2⏎|SELECT 2");
    assert_eq!(cut("{{{a}}}\nSELECT 1"), "{{{a}}}⏎|SELECT 1");
    assert_eq!(cut(""), "");
    assert_eq!(cut("  -- a"), "  -- a");
}

#[test]
fn what_belongs_to_a_statement() {
    for text in [
        "SELECT a\nUNION ALL\nSELECT b",
        "SELECT a FROM (\nSELECT b\n) c",
        "SELECT a WHERE b IN\n(SELECT c)",
        "SELECT a WHERE b IN\nSELECT c",
        "WITH x AS (SELECT 1)\nSELECT 2",
        "WITH x AS (SELECT 1), y AS (\nSELECT 2\n)\nUPDATE t SET a = 1",
        "INSERT INTO t (a)\nSELECT b",
        "CREATE VIEW v AS\nSELECT 1",
        "DECLARE c CURSOR FOR\nSELECT 1",
        "IF @a = 1\nSELECT 1\nELSE\nSELECT 2",
        "IF @a = 1 SELECT 1; ELSE SELECT 2;",
        "BEGIN\nSELECT 1;\nSELECT 2\nEND",
        "WHILE @a = 1\nBEGIN\nSELECT 1\nEND",
        "CREATE PROCEDURE p AS\nSELECT 1\nSELECT 2",
        "MERGE INTO t USING u ON a = b\nWHEN MATCHED THEN\nUPDATE SET a = 1\nWHEN NOT MATCHED THEN\nINSERT (a) VALUES (1)",
        "SELECT CASE\nWHEN a = 1 THEN 2\nEND",
        "SELECT a FROM t\n\nWHERE b = 1\n\nORDER BY c",
        "SELECT a\n\nFROM t\n\nx",
        "SELECT a FROM t INNER\nMERGE JOIN u ON 1 = 1",
        "ALTER TABLE t\nDROP COLUMN a",
        "SELECT a FROM t ORDER BY a OFFSET 1 ROWS\nFETCH NEXT 5 ROWS ONLY",
    ] {
        assert_eq!(pieces(text, 0).count(), 1, "{}", cut(text));
    }
}

#[test]
fn prose() {
    assert_eq!(cut("Some notes\nand more\nSELECT 1"), "Some notes⏎and more⏎|SELECT 1");
    assert_eq!(cut("SELECT 1\n\nThe next one\nSELECT 2"), "SELECT 1⏎|⏎The next one⏎|SELECT 2");
    assert_eq!(cut("Count: SELECT 1"), "Count: |SELECT 1");
    assert_eq!(cut("SUBSTRING (\nSELECT 1)"), "SUBSTRING (⏎SELECT 1)");
}

#[test]
fn what_is_not_closed() {
    assert_eq!(cut("SELECT COUNT( FROM t\n\nSELECT 2"), "SELECT COUNT( FROM t⏎|⏎SELECT 2");
    assert_eq!(cut("SELECT CASE WHEN a THEN b FROM t\nSELECT 2"), "SELECT CASE WHEN a THEN b FROM t⏎|SELECT 2");
    assert_eq!(cut("SELECT 'a\nFROM t WHERE b = 'c'\nSELECT 2"), "SELECT 'a⏎FROM t WHERE b = 'c'⏎|SELECT 2");
    assert_eq!(cut("SELECT a,\nSELECT 2"), "SELECT a,⏎|SELECT 2");
}

#[test]
fn a_piece_says_how_far_it_was_looked() {
    let text = "SELECT 1\nSELECT 2\nSELECT 3\nSELECT 4\nSELECT 5\nSELECT 6\nSELECT 7\nSELECT 8\n";
    let all: Vec<_> = pieces(text, 0).collect();
    assert_eq!(all.len(), 8);
    assert!(usize::from(all[0].seen) < text.len());
    assert_eq!(usize::from(all[7].seen), text.len() + 1);
    // From the end of a piece on, the same.
    assert_eq!(pieces(text, all[2].range.end().into()).collect::<Vec<_>>(), all[3..]);
}
