//! One problem for one mistake, where a person would look for it.

use expect_test::expect;

use super::{clean, parse, problems, show};

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in cases {
        let found = problems(text);
        if found != *expected {
            wrong += &format!("{text}\n   found {found}\nexpected {expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn select_lists() {
    check(&[
        ("SELECT FROM t", r#"expected-expression "| FROM t" (expected a column)"#),
        ("SELECT", r#"expected-expression "|" (expected a column)"#),
        ("SELECT a, FROM t", r#"trailing-comma ",""#),
        ("SELECT a,, b FROM t", r#"expected-expression "|, b FROM" (expected a column)"#),
        ("SELECT , a FROM t", r#"expected-expression "| , a FRO" (expected a column)"#),
        ("SELECT a b c FROM t", r#"missing-comma "| c FROM " (expected `,`)"#),
        ("SELECT a AS FROM t", r#"expected-name "| FROM t" (expected a name)"#),
        ("SELECT a AS b c, d FROM t", r#"missing-comma "| c, d FR" (expected `,`)"#),
        ("SELECT a AS Order, b FROM t", r#"reserved-name "Order""#),
        ("SELECT Key, t.Order FROM t", r#"reserved-name "Key"; reserved-name "Order""#),
        ("SELECT a AS 1st FROM t", r#"unquoted-name "1st" (expected a name)"#),
        ("SELECT COUNT(*) AS n, FROM t WHERE a = 1", r#"trailing-comma ",""#),
    ]);
}

#[test]
fn words_of_joins_and_pivot() {
    check(&[
        (
            "SELECT a FROM t x OUTER JOIN u y ON x.b = y.b",
            r#"expected-keyword "|OUTER JO" (expected `LEFT`, `RIGHT` or `FULL`)"#,
        ),
        (
            "SELECT a FROM t OUTER JOIN u ON t.b = u.b",
            r#"expected-keyword "|OUTER JO" (expected `LEFT`, `RIGHT` or `FULL`)"#,
        ),
        ("SELECT a FROM t PIVOT (b FOR c IN ([x])) p", r#"unexpected-token "b" (expected an aggregate)"#),
        ("SELECT a FROM t PIVOT (SUM(b) FOR c IN ('x')) p", r#"pivot-value "'x'" (expected a name in brackets)"#),
        ("SELECT a AT TIMEZONE 'UTC' AS b FROM t", r#"misspelt-keyword "TIMEZONE" (expected `TIME ZONE`)"#),
        ("SELECT a FROM t WHERE b > ANY (1, 2) AND c = 1", r#"unexpected-token "(" (expected a query in parentheses)"#),
        ("SELECT DISTINCT ON (a) a, b FROM t", r#"unsupported-syntax "ON""#),
        ("SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1", r#"unsupported-syntax "QUALIFY""#),
        ("SELECT a FROM t WHERE b IN 'x', 'y' AND c = 1", r#"missing-open-paren "| 'x', 'y" (expected `(`)"#),
    ]);
    clean(&[
        "SELECT a FROM t x LEFT OUTER JOIN u y ON x.b = y.b OUTER APPLY (SELECT 1 AS c) z",
        "SELECT a FROM t PIVOT (SUM(b) FOR c IN ([x], {{{y}}})) p",
        "SELECT a at, timezone FROM t qualify WHERE a = {d '2024-01-31'} AND b < {TS '2024-01-31 10:00:00'} OR c = { t '10:00' }",
        "SELECT a FROM t WHERE b > ANY (SELECT 1) AND c = ALL ({{{list}}}) AND d < SOME ((SELECT 1) UNION (SELECT 2))",
        "SELECT a FROM t WHERE d >= SOME ((SELECT 1)) AND e = ANY (((SELECT 1)))",
        "SELECT [a [b]].c], [First [x]] y], [a [b]] c [d]] e] FROM [Q1 [final]].v2]",
    ]);
}

#[test]
fn clauses() {
    check(&[
        ("SELECT a FROM", r#"expected-table "|" (expected a table)"#),
        ("SELECT a FROM WHERE b = 1", r#"expected-table "| WHERE b" (expected a table)"#),
        ("SELECT a FROM t WHERE", r#"expected-expression "|" (expected a condition)"#),
        ("SELECT a FROM t WHERE b = ORDER BY c", r#"expected-expression "| ORDER B" (expected a value)"#),
        ("SELECT a FROM t WHERE b = 1 AND ORDER BY c", r#"expected-expression "| ORDER B" (expected a value)"#),
        ("SELECT a FROM t WHERE b 1", r#"unexpected-token "1""#),
        ("SELECT a FROM t GROUP a", r#"expected-keyword "| a" (expected `BY`)"#),
        ("SELECT a FROM t ORDER a", r#"expected-keyword "| a" (expected `BY`)"#),
        ("SELECT a FROM t GROUP BY", r#"expected-expression "|" (expected a column)"#),
        ("SELECT a FROM t GROUP BY a, HAVING b = 1", r#"trailing-comma ",""#),
        ("SELECT a FROM t GROUP BY a WHERE b = 1", r#"misplaced-clause "WHERE""#),
        ("SELECT a WHERE b = 1 FROM t", r#"misplaced-clause "FROM""#),
        ("SELECT a FROM t ORDER BY a WHERE b = 1", r#"misplaced-clause "WHERE""#),
        ("SELECT a FROM t WHERE b = 1 WHERE c = 2", r#"misplaced-clause "WHERE""#),
        ("SELECT a FROM t ORDER BY a UNION SELECT b FROM u", r#"misplaced-clause "UNION""#),
        ("SELECT a FROM t UNION", r#"expected-query "|" (expected `SELECT`)"#),
        ("SELECT a FROM t AS x y z WHERE a = 1", r#"unexpected-token "y""#),
        ("SELECT a FROM t WHERE a = 1)", r#"unmatched-close-paren ")""#),
        ("SELECT a FROM t) WHERE a = 1", r#"unmatched-close-paren ")""#),
        (
            "SELECT a FROM t ORDER BY a OFFSET 5 FETCH NEXT 5 ROWS ONLY",
            r#"expected-keyword "| FETCH N" (expected `ROWS`)"#,
        ),
        ("WITH a AS (SELECT 1), SELECT * FROM a", r#"trailing-comma ",""#),
        ("SELECT TOP FROM t", r#"expected-expression "| FROM t" (expected a number)"#),
    ]);
}

#[test]
fn sources() {
    check(&[
        ("SELECT a FROM My-DE WHERE b = 1", r#"unquoted-name "My-DE""#),
        ("SELECT a FROM My Data Extension WHERE b = 1", r#"unquoted-name "My Data Extension""#),
        ("SELECT a FROM Orders o NOLOCK WHERE b = 1", r#"unexpected-token "NOLOCK""#),
        ("SELECT a FROM 2024_Orders o", r#"unquoted-name "2024_Orders""#),
        ("SELECT a FROM Ent.2024_Orders o", r#"unquoted-name "2024_Orders""#),
        ("SELECT a FROM Order", r#"reserved-name "Order""#),
        ("SELECT 1 FROM a JOIN b WHERE c = 1", r#"expected-on "| WHERE c" (expected `ON`)"#),
        ("SELECT 1 FROM a JOIN b JOIN c ON b.x = c.x", r#"expected-on "| JOIN c " (expected `ON`)"#),
        ("SELECT 1 FROM a JOIN ON a.x = b.x", r#"expected-table "| ON a.x " (expected a table)"#),
        ("SELECT 1 FROM a LEFT b ON a.x = b.x", r#"expected-keyword "| b ON a." (expected `JOIN`)"#),
        ("SELECT 1 FROM a JOIN b ON WHERE c = 1", r#"expected-expression "| WHERE c" (expected a condition)"#),
        ("SELECT 1 FROM a CROSS JOIN b ON a.x = b.x", r#"unexpected-token "ON""#),
        ("SELECT 1 FROM a, WHERE b = 1", r#"trailing-comma ",""#),
        ("SELECT 1 FROM (SELECT a FROM b WHERE c = 1", r#"missing-close-paren "|" (expected `)`)"#),
        ("SELECT 1 FROM SELECT a FROM b", r#"missing-subquery-parens "SELECT""#),
    ]);
}

#[test]
fn expressions() {
    check(&[
        ("SELECT SUM(a) (PARTITION BY b ORDER BY c) AS d FROM t", r#"expected-keyword "| (PARTIT" (expected `OVER`)"#),
        (
            "SELECT SUM(a) OVER (PARTITION BY b b ORDER BY c) AS d FROM t",
            r#"unexpected-token "b" (expected `ORDER BY` or `)`)"#,
        ),
        ("SELECT COUNT( FROM t", r#"missing-close-paren "| FROM t" (expected `)`)"#),
        ("SELECT COUNT(a FROM t", r#"missing-close-paren "| FROM t" (expected `)`)"#),
        ("SELECT ISNULL(a, ) FROM t", r#"trailing-comma ",""#),
        ("SELECT ISNULL(a b) FROM t", r#"missing-comma "| b) FROM" (expected `,`)"#),
        ("SELECT (a + ) FROM t", r#"expected-expression "| ) FROM " (expected a value)"#),
        ("SELECT CASE WHEN a = 1 'x' END FROM t", r#"expected-keyword "| 'x' END" (expected `THEN`)"#),
        ("SELECT CASE WHEN a = 1 THEN 'x' FROM t", r#"missing-end "| FROM t" (expected `END`)"#),
        ("SELECT CASE a THEN 'x' END FROM t", r#"expected-keyword "| THEN 'x" (expected `WHEN`)"#),
        ("SELECT CAST(a int) FROM t", r#"expected-keyword "| int) FR" (expected `AS`)"#),
        ("SELECT CAST(a AS ) FROM t", r#"expected-type "| ) FROM " (expected a data type)"#),
        ("SELECT 1 WHERE a IN SELECT b FROM c", r#"missing-subquery-parens "SELECT""#),
        ("SELECT 1 WHERE a = SELECT b FROM c", r#"missing-subquery-parens "SELECT""#),
        ("SELECT 1 WHERE a IN 'x'", r#"missing-open-paren "| 'x'" (expected `(`)"#),
        ("SELECT 1 WHERE a IN (1, 2", r#"missing-close-paren "|" (expected `)`)"#),
        ("SELECT 1 WHERE a IN (1 2)", r#"missing-comma "| 2)" (expected `,`)"#),
        ("SELECT 1 WHERE a IN ()", r#"expected-expression "|)" (expected a value)"#),
        ("SELECT 1 WHERE a BETWEEN 1, 2", r#"expected-keyword "|, 2" (expected `AND`)"#),
        ("SELECT 1 WHERE a < b < c", r#"chained-comparison "<""#),
        ("SELECT 1 WHERE a IS NOT", r#"expected-keyword "|" (expected `NULL`)"#),
        ("SELECT 1 WHERE AND a = 1", r#"expected-expression "| AND a =" (expected a condition)"#),
        ("SELECT t. FROM t", r#"expected-name "| FROM t" (expected a name)"#),
        ("SELECT 1 WHERE a = 1 OR", r#"expected-expression "|" (expected a value)"#),
    ]);
}

#[test]
fn texts_and_names() {
    check(&[
        ("SELECT 'it's here' AS a, b FROM t", r#"unescaped-quote "'""#),
        ("SELECT 1 WHERE a = 'abc AND b = 1\nORDER BY a", r#"unterminated-string "'abc AND b = 1""#),
        ("SELECT 1 WHERE a = 'abc\nAND b = 'x'", r#"unterminated-string "'abc""#),
        ("SELECT [First Name, b FROM t", r#"unterminated-name "[First Name""#),
        ("SELECT [First Name, [b] FROM t", r#"unterminated-name "[First Name""#),
        ("SELECT [] FROM t", r#"empty-name "[]""#),
        ("SELECT a /* b FROM t", r#"unterminated-comment "/*""#),
        ("SELECT a \\ b FROM t", r#"unexpected-character "\\""#),
        ("SELECT a, b FROM t */", r#"unexpected-character "*/""#),
    ]);
}

#[test]
fn prose_between_queries() {
    check(&[
        ("Orders of today:\nSELECT a FROM t", r#"prose "Orders of today:" (expected a statement)"#),
        (
            "SELECT a FROM t\n\nThe next one doesn't sort\nand isn't quick\nSELECT b FROM u",
            r#"prose "The next one doesn't sort" (expected a statement)"#,
        ),
        (
            "SELECT a FROM t\n\n2. Then this one (see above)\nSELECT b",
            r#"prose "2. Then this one (see above)" (expected a statement)"#,
        ),
        ("SELEC a FROM t", r#"prose "SELEC a FROM t" (expected a statement)"#),
        ("SELECT a FROM t\nSELECT b FROM u\n\nSELECT c FROM v", ""),
        ("SELECT COUNT( FROM t\n\nSELECT b FROM u", r#"missing-close-paren "| FROM t\n" (expected `)`)"#),
        ("SELECT a FROM t WHERE b = 'x\n\nSELECT b FROM u WHERE c = 'y'", r#"unterminated-string "'x""#),
        (
            "SELECT a\n\n2) Opens (last 30 days), it's slow\nSELECT b",
            r#"prose "2) Opens (last 30 days), it's slow" (expected a statement)"#,
        ),
        ("SELECT a\n\nTODO: add a filter", r#"prose "TODO: add a filter" (expected a statement)"#),
        ("SELECT a\n\nUse this for the list:\nSELECT b", r#"prose "Use this for the list:" (expected a statement)"#),
        ("Select the best ones:\nSELECT b", r#"prose "Select the best ones:" (expected a statement)"#),
        ("```sql\nSELECT b\n```", r#"prose "```sql" (expected a statement); unexpected-character "```""#),
        ("%%[ set @a = 1 ]%%", r#"prose "%%[ set @a = 1 ]%%" (expected a statement)"#),
    ]);
}

#[test]
fn what_is_skipped_is_kept() {
    show(
        "SELECT a FROM t AS x y z WHERE b = 1",
        &expect![[r#"
            SELECT_STMT
              QUERY
                SELECT
                  SELECT_KW SELECT
                  SELECT_LIST
                    SELECT_ITEM
                      NAME_EXPR
                        NAME a
                  FROM_CLAUSE
                    FROM_KW FROM
                    FROM_ITEM
                      NAMED_TABLE
                        NAME t
                        ALIAS AS x
                  ERROR y z
                  WHERE_CLAUSE
                    WHERE_KW WHERE
                    COMPARE_EXPR
                      NAME_EXPR
                        NAME b
                      EQ =
                      LITERAL 1
        "#]],
    );
    show(
        "SELECT a, , b FROM",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                COMMA ,
                SELECT_ITEM
                  MISSING_EXPR
                COMMA ,
                SELECT_ITEM
                  NAME_EXPR
                    NAME b
              FROM_CLAUSE FROM
    "#]],
    );
    show(
        "notes\nSELECT a",
        &expect![[r#"
        PROSE notes
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
    "#]],
    );
}

/// An alias may look like a keyword: where one can stand, it is one.
#[test]
fn aliases_that_are_nearly_keywords() {
    clean(&[
        "SELECT Lft.a FROM t Lft JOIN u Rigt ON Rigt.a = Lft.a",
        "SELECT Innr.a FROM (SELECT a FROM t) Innr JOIN u ON u.a = Innr.a",
        "SELECT Lef.a FROM t JOIN u Lef JOIN v ON v.a = Lef.a ON Lef.a = t.a",
        "SELECT Wher.a FROM t Wher WHERE Wher.a = 1",
        "SELECT Grup.a FROM t Grup GROUP BY Grup.a ORDER BY Grup.a",
        "SELECT Form FROM t Form",
        "SELECT a Form, b Joi FROM t Jon JOIN u Onn ON Onn.a = Jon.a",
        "SELECT a FROM t CROSS APPLY (SELECT b FROM u) Outr",
        "SELECT a FROM t Crss CROSS JOIN u Ful",
    ]);
}

#[test]
fn misspelt_keywords() {
    for (text, expected) in [
        ("SELECT o.a FROM Orders o WHER o.b = 'x'", "misspelt-keyword \"WHER\" (expected `WHERE`)"),
        ("SELECT a FROM Customers WEHRE b = 1", "misspelt-keyword \"WEHRE\" (expected `WHERE`)"),
        ("SELECT a FROM t o INNR JOIN u p ON p.a = o.a", "misspelt-keyword \"INNR\" (expected `INNER`)"),
        (
            "SELECT a FROM t o JOIN u p ON p.a = o.a LEFFT JOIN v ON v.a = o.a",
            "misspelt-keyword \"LEFFT\" (expected `LEFT`)",
        ),
        ("SELECT a FROM t o LEFT JION u p ON p.a = o.a", "misspelt-keyword \"JION\" (expected `JOIN`)"),
        ("SELECT a FROM t o JOIN u p OM p.a = o.a", "misspelt-keyword \"OM\" (expected `ON`)"),
        ("SELECT c.a, . FROM t c", "expected-name \"|. FROM t\" (expected a name before the dot)"),
        ("SELECT a FROM t o JION u p ON p.a = o.a", "misspelt-keyword \"JION\" (expected `JOIN`)"),
        (
            "SELECT a FROM t WHERE a = 1 GRUOP BY a ODRER BY a",
            "misspelt-keyword \"GRUOP\" (expected `GROUP`); misspelt-keyword \"ODRER\" (expected `ORDER`)",
        ),
        ("SELECT a AS b FORM t", "misspelt-keyword \"FORM\" (expected `FROM`)"),
        ("SELECT a FROM t GROUP BY a, .b ORDER BY a", "expected-name \"|.b ORDER\" (expected a name before the dot)"),
        ("SELECT Email FORM Customers", "misspelt-keyword \"FORM\" (expected `FROM`)"),
        ("SELECT a FORM t WHERE b = 1", "misspelt-keyword \"FORM\" (expected `FROM`)"),
        ("SELECT a FROM Orders o W", "unexpected-token \"W\""),
        ("SELECT a FROM u o JOIN t c o.a = c.a", "expected-on \"| o.a = c\" (expected `ON`)"),
        ("SELECT c.a\n  c.b\nFROM t c", "missing-comma \"|\\n  c.b\\nF\" (expected `,`)"),
        ("SELECT c.a, .b FROM t c", "expected-name \"|.b FROM \" (expected a name before the dot)"),
        ("SELECT c.a, . AS x FROM t c", "expected-name \"|. AS x F\" (expected a name before the dot)"),
        // Names.
        ("SELECT a FROM Click Here Data WHERE b = 1", "unquoted-name \"Click Here Data\""),
        ("SELECT a form, b inne FROM t wher", ""),
        ("SELECT a form FROM t", ""),
        ("SELECT a FROM t wher JOIN u lef ON lef.a = wher.a", ""),
    ] {
        assert_eq!(problems(text), expected, "{text}");
    }
}

/// While a word is typed there is no more than one problem, and it stands at the end.
#[test]
fn joins_while_they_are_typed() {
    let before = "SELECT a.Id FROM A a LEFT JOIN B b ON a.Id = b.Id ";
    let typed = [
        "INNER JOIN C c ON c.Id = a.Id",
        "LEFT OUTER JOIN C AS c ON c.Id = a.Id AND c.x = 1",
        "FULL JOIN C ON C.Id = a.Id",
        "CROSS JOIN C c WHERE a.Id = 1",
        "CROSS APPLY (SELECT 1 AS x) d",
        "OUTER APPLY (SELECT 1 AS x) d",
        "WHERE a.Id = 1 GROUP BY a.Id HAVING a.Id > 1 ORDER BY a.Id",
    ];
    let mut wrong = String::new();
    for line in typed {
        for end in 1..=line.len() {
            for after in ["", "\n"] {
                let text = format!("{before}{}{after}", &line[..end]);
                let (_, found) = parse(&text);
                // Only BY is asked for before its first letter.
                let end = text.trim_end().trim_end_matches(" B").len();
                let last = found.last().is_none_or(|found| usize::from(found.range.end()) >= end);
                if found.len() > 1 || !last {
                    wrong += &format!("{text}\n   found {}\n", problems(&text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn values_in_parentheses() {
    check(&[
        ("SELECT () AS x FROM t", r#"expected-expression "|) AS x F" (expected a value)"#),
        ("SELECT a FROM t WHERE b > ()", r#"expected-expression "|)" (expected a value)"#),
        ("SELECT DATEADD(DAY, -1, ()) AS x FROM t", r#"expected-expression "|)) AS x " (expected a value)"#),
        ("SELECT (a, 0) AS x FROM t", r#"unexpected-token "," (expected `)`)"#),
        ("SELECT LEFT(a, ('@', a)) AS x FROM t", r#"unexpected-token "," (expected `)`)"#),
        ("SELECT a FROM t WHERE b = ('a', 'b')", r#"unexpected-token "," (expected `)`)"#),
        ("SELECT a FROM t WHERE b LIKE ANY ('x%', 'y%')", r#"unexpected-token "ANY""#),
        ("SELECT a FROM t WHERE (a, b) = ('a', 'b')", r#"unexpected-token "," (expected `)`)"#),
    ]);
    clean(&[
        "SELECT a FROM t WHERE (a, b) IN (SELECT a, b FROM u) OR (a, b) NOT IN ((1, 2), (3, 4))",
        "SELECT a FROM t GROUP BY (a, b), ()",
        "SELECT a FROM t GROUP BY ROLLUP ((a, b), c), GROUPING SETS ((a, b), ())",
        "SELECT v.a FROM (VALUES (1, 2), (3, 4)) AS v (a, b)",
    ]);
}

#[test]
fn stars() {
    check(&[
        ("SELECT * AS x FROM t", r#"unexpected-token "AS""#),
        ("SELECT * Id FROM t", r#"unexpected-token "Id""#),
        ("SELECT c.* x, c.a FROM t c", r#"unexpected-token "x""#),
        ("SELECT COUNT(c.*) AS n FROM t c", r#"unexpected-token "*""#),
        ("SELECT * FORM t", r#"misspelt-keyword "FORM" (expected `FROM`)"#),
    ]);
    clean(&["SELECT COUNT(*) AS n, CHECKSUM(*) AS k, a * b AS c, t.* FROM t"]);
}

#[test]
fn tables_in_parentheses() {
    check(&[
        ("SELECT a FROM (t) x", r#"expected-query "|t) x" (expected `SELECT`)"#),
        ("SELECT a FROM (UPPER('a') AS Dom) x", r#"expected-query "|UPPER('a" (expected `SELECT`)"#),
        ("SELECT a FROM t c CROSS APPLY (UPPER(c.b) AS Dom) x", r#"expected-query "|UPPER(c." (expected `SELECT`)"#),
        ("SELECT a FROM t WITH ()", r#"expected-name "|)" (expected a hint)"#),
    ]);
    clean(&[
        "SELECT a FROM (t)",
        "SELECT a FROM (t x JOIN u y ON x.a = y.a) WHERE b = 1",
        "SELECT a FROM ({{{query}}}) x",
        "SELECT a FROM t WITH (NOLOCK)",
    ]);
}

#[test]
fn reserved_words_as_tables() {
    check(&[
        ("SELECT o.a FROM Order o", r#"reserved-name "Order""#),
        ("SELECT u.a FROM User u WHERE u.a = 1", r#"reserved-name "User""#),
        ("SELECT a FROM t JOIN Order o ON o.b = t.b", r#"reserved-name "Order""#),
        ("SELECT a FROM ORDER BY a", r#"expected-table "| ORDER B" (expected a table)"#),
    ]);
}

#[test]
fn names_that_are_being_typed() {
    check(&[
        ("SELECT a FROM t c WHERE c. AND c.b = 'x'", r#"expected-name "| AND c.b" (expected a name)"#),
        ("SELECT a FROM t c ORDER BY c. DESC", r#"expected-name "| DESC" (expected a name)"#),
        ("SELECT CASE WHEN c. IS NULL THEN 1 END AS x FROM t c", r#"expected-name "| IS NULL" (expected a name)"#),
        ("SELECT c.Order, c. Key FROM t c", r#"reserved-name "Order"; reserved-name "Key""#),
    ]);
}

#[test]
fn windows_without_parentheses() {
    check(&[(
        "SELECT ROW_NUMBER() OVER PARTITION BY a ORDER BY b AS n FROM t",
        r#"missing-open-paren "| PARTITI" (expected `(`)"#,
    )]);
    clean(&["SELECT SUM(a) OVER w AS n, partition FROM t WINDOW w AS (PARTITION BY a)"]);
}

#[test]
fn doubled_quotes() {
    check(&[
        ("SELECT a FROM t WHERE b = ''Gold''", r#"unescaped-quote "''Gold''""#),
        ("SELECT a FROM t WHERE b = ''Gold'' AND c = 'x'", r#"unescaped-quote "''Gold''""#),
    ]);
    clean(&["SELECT a FROM t WHERE b = '' AND c = 'it''s' AND d > {fn NOW()} AND e < {fn DAYOFWEEK( f )}"]);
    clean(&["SELECT 1 AS x, {fn CONCAT('a}', '-it''s')} AS y FROM t WHERE d > {fn NOW()}"]);
}
