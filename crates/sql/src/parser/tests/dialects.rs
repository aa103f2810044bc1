//! What people paste from other dialects: a node, and one problem at the place.

use expect_test::expect;

use super::{problems, show};

#[test]
fn one_problem_for_each() {
    for (text, expected) in [
        ("SELECT a FROM t LIMIT 10", r#"limit-clause "LIMIT 10""#),
        ("SELECT a FROM t ORDER BY a LIMIT 10 OFFSET 5", r#"limit-clause "LIMIT 10 OFFSET 5""#),
        ("SELECT a FROM t LIMIT 5, 10;", r#"limit-clause "LIMIT 5, 10""#),
        ("SELECT `a b` FROM t", r#"backtick-name "`a b`""#),
        ("SELECT 1 WHERE a == 1", r#"unsupported-operator "==""#),
        ("SELECT 1 WHERE a = 1 && b = 2", r#"unsupported-operator "&&""#),
        ("SELECT a || b AS c", r#"unsupported-operator "||""#),
        ("SELECT a::varchar(10) AS b, 1", r#"unsupported-operator "::""#),
        ("SELECT 1 WHERE a ILIKE 'x%' AND b = 1", r#"unsupported-operator "ILIKE""#),
        ("SELECT 1 WHERE a NOT REGEXP '^x'", r#"unsupported-operator "REGEXP""#),
        ("SELECT 1 WHERE a SIMILAR TO 'x'", r#"unsupported-operator "SIMILAR""#),
        ("SELECT 1 WHERE a => 1", r#"unsupported-operator "=>""#),
        ("SELECT 1 WHERE !a", r#"unsupported-operator "!""#),
        ("SELECT a -> 'b' AS c", r#"unsupported-operator "->""#),
        ("SELECT a FROM t ORDER BY a NULLS LAST", r#"unsupported-syntax "NULLS""#),
        ("SELECT 1 FROM a NATURAL JOIN b", r#"unsupported-syntax "NATURAL""#),
        ("SELECT 1 FROM a JOIN b USING (x)", r#"unsupported-syntax "USING""#),
        ("SELECT 1 WHERE a > GETDATE() - INTERVAL '1' DAY", r#"unsupported-syntax "INTERVAL""#),
        ("SELECT COUNT(*) FILTER (WHERE a = 1) AS b", r#"unsupported-syntax "FILTER""#),
        ("SELECT a UNION DISTINCT SELECT b", r#"unsupported-syntax "DISTINCT""#),
        ("SELECT a # why\nFROM t", r##"foreign-comment "# why""##),
        ("SELECT a // why\nFROM t", r#"foreign-comment "// why""#),
        ("SELECT GROUP_CONCAT(a SEPARATOR ',') AS b", r#"unsupported-syntax "SEPARATOR""#),
        ("SELECT STRING_AGG(a, ',' ORDER BY b) AS c", r#"unsupported-syntax "ORDER""#),
        ("SELECT a FROM t WHERE b = :name", r#"unsupported-syntax ":name""#),
        ("SELECT ‘a’ AS b", r#"smart-quote "‘a’""#),
        ("SELECT a AS “First Name”, b FROM t", r#"smart-quote "“First Name”""#),
        ("SELECT a\u{a0}FROM t", "non-ascii-whitespace \"\\u{a0}\""),
        ("SELECT 1 WHERE a LIKE ANY ('x')", r#"unexpected-token "ANY""#),
        ("SELECT 1 WHERE a IS TRUE", r#"unexpected-token "TRUE" (expected `NULL`)"#),
    ] {
        assert_eq!(problems(text), expected, "{text}");
    }
}

#[test]
fn functions_of_other_dialects_are_calls() {
    for text in [
        "SELECT IFNULL(a, b), NVL(a, b), IF(a = 1, 'x', 'y'), NOW(), DATE_ADD(a, 1) AS c",
        "SELECT EXTRACT(year FROM a) AS b",
        "SELECT SUBSTR(a, 1), TO_DATE(a, 'YYYY')",
    ] {
        assert_eq!(problems(text), "", "{text}");
    }
}

#[test]
fn they_have_nodes() {
    show(
        "SELECT a::int FROM t LIMIT 10",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  FOREIGN_CAST
                    NAME_EXPR
                      NAME a
                    COLON2 ::
                    DATA_TYPE
                      NAME int
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME t
            LIMIT_CLAUSE
              LIMIT_KW LIMIT
              LITERAL 10
    "#]],
    );
    show(
        "SELECT 1 WHERE a ILIKE 'x' OR b == 1",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              WHERE_CLAUSE
                WHERE_KW WHERE
                LOGICAL_EXPR
                  LIKE_EXPR
                    NAME_EXPR
                      NAME a
                    BAD_OPERATOR ILIKE
                    LITERAL 'x'
                  OR_KW OR
                  COMPARE_EXPR
                    NAME_EXPR
                      NAME b
                    EQ2 ==
                    LITERAL 1
    "#]],
    );
}
