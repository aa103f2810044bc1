//! Queries and their clauses.

use expect_test::expect;

use super::{clean, tree};

#[test]
fn a_query() {
    tree(
        "SELECT DISTINCT TOP (10) PERCENT WITH TIES a, t.* FROM Orders WHERE a = 1 GROUP BY a HAVING COUNT(*) > 1 ORDER BY a DESC",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              DISTINCT_KW DISTINCT
              TOP_CLAUSE
                TOP_KW TOP
                L_PAREN (
                LITERAL 10
                R_PAREN )
                PERCENT_KW PERCENT
                WITH_KW WITH
                TIES_KW TIES
              SELECT_LIST
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                COMMA ,
                SELECT_ITEM
                  STAR_EXPR
                    NAME t
                    DOT .
                    STAR *
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME Orders
              WHERE_CLAUSE
                WHERE_KW WHERE
                COMPARE_EXPR
                  NAME_EXPR
                    NAME a
                  EQ =
                  LITERAL 1
              GROUP_BY_CLAUSE
                GROUP_KW GROUP
                BY_KW BY
                NAME_EXPR
                  NAME a
              HAVING_CLAUSE
                HAVING_KW HAVING
                COMPARE_EXPR
                  CALL_EXPR
                    NAME COUNT
                    ARG_LIST
                      L_PAREN (
                      STAR_EXPR *
                      R_PAREN )
                  GT >
                  LITERAL 1
            ORDER_BY_CLAUSE
              ORDER_KW ORDER
              BY_KW BY
              ORDER_ITEM
                NAME_EXPR
                  NAME a
                DESC_KW DESC
    "#]],
    );
}

#[test]
fn aliases_of_columns() {
    tree(
        r#"SELECT a AS b, a b, b = a, 'b' = a, a 'b', a AS 'b', a [b], a "b", @v = a, a AS [b]]c]"#,
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                  ALIAS AS b
                COMMA ,
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                  ALIAS b
                COMMA ,
                SELECT_ITEM
                  LEADING_ALIAS b =
                  NAME_EXPR
                    NAME a
                COMMA ,
                SELECT_ITEM
                  LEADING_ALIAS 'b' =
                  NAME_EXPR
                    NAME a
                COMMA ,
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                  ALIAS 'b'
                COMMA ,
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                  ALIAS AS 'b'
                COMMA ,
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                  ALIAS [b]
                COMMA ,
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                  ALIAS "b"
                COMMA ,
                SELECT_ITEM
                  LEADING_ALIAS @v =
                  NAME_EXPR
                    NAME a
                COMMA ,
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                  ALIAS AS [b]]c]
    "#]],
    );
}

#[test]
fn set_operations() {
    tree(
        "SELECT a UNION ALL SELECT b EXCEPT SELECT c INTERSECT (SELECT d) ORDER BY 1",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SET_OPERATION
              SELECT
                SELECT_KW SELECT
                SELECT_LIST
                  SELECT_ITEM
                    NAME_EXPR
                      NAME a
              SET_OPERATOR UNION ALL
              SELECT
                SELECT_KW SELECT
                SELECT_LIST
                  SELECT_ITEM
                    NAME_EXPR
                      NAME b
              SET_OPERATOR EXCEPT
              SET_OPERATION
                SELECT
                  SELECT_KW SELECT
                  SELECT_LIST
                    SELECT_ITEM
                      NAME_EXPR
                        NAME c
                SET_OPERATOR INTERSECT
                PAREN_QUERY
                  L_PAREN (
                  QUERY
                    SELECT
                      SELECT_KW SELECT
                      SELECT_LIST
                        SELECT_ITEM
                          NAME_EXPR
                            NAME d
                  R_PAREN )
            ORDER_BY_CLAUSE
              ORDER_KW ORDER
              BY_KW BY
              ORDER_ITEM
                LITERAL 1
    "#]],
    );
}

#[test]
fn common_table_expressions() {
    tree(
        "WITH x (a) AS (SELECT 1), y AS (SELECT 2) SELECT * FROM x",
        &expect![[r#"
        SELECT_STMT
          QUERY
            WITH_CLAUSE
              WITH_KW WITH
              CTE
                NAME x
                COLUMN_LIST
                  L_PAREN (
                  NAME a
                  R_PAREN )
                AS_KW AS
                SUBQUERY
                  L_PAREN (
                  QUERY
                    SELECT
                      SELECT_KW SELECT
                      SELECT_LIST
                        SELECT_ITEM
                          LITERAL 1
                  R_PAREN )
              COMMA ,
              CTE
                NAME y
                AS_KW AS
                SUBQUERY
                  L_PAREN (
                  QUERY
                    SELECT
                      SELECT_KW SELECT
                      SELECT_LIST
                        SELECT_ITEM
                          LITERAL 2
                  R_PAREN )
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  STAR_EXPR *
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME x
    "#]],
    );
}

#[test]
fn rows_of_a_page() {
    tree(
        "SELECT a FROM t ORDER BY a, b ASC OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY",
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
            ORDER_BY_CLAUSE
              ORDER_KW ORDER
              BY_KW BY
              ORDER_ITEM
                NAME_EXPR
                  NAME a
              COMMA ,
              ORDER_ITEM
                NAME_EXPR
                  NAME b
                ASC_KW ASC
              OFFSET_CLAUSE
                OFFSET_KW OFFSET
                LITERAL 10
                ROWS_KW ROWS
              FETCH_CLAUSE
                FETCH_KW FETCH
                NEXT_KW NEXT
                LITERAL 5
                ROWS_KW ROWS
                ONLY_KW ONLY
    "#]],
    );
}

#[test]
fn groupings() {
    tree(
        "SELECT a FROM t GROUP BY ROLLUP (a, b), CUBE (c), GROUPING SETS ((a, b), c, ())",
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
              GROUP_BY_CLAUSE
                GROUP_KW GROUP
                BY_KW BY
                GROUPING_EXPR
                  ROLLUP_KW ROLLUP
                  L_PAREN (
                  NAME_EXPR
                    NAME a
                  COMMA ,
                  NAME_EXPR
                    NAME b
                  R_PAREN )
                COMMA ,
                GROUPING_EXPR
                  CUBE_KW CUBE
                  L_PAREN (
                  NAME_EXPR
                    NAME c
                  R_PAREN )
                COMMA ,
                GROUPING_EXPR
                  GROUPING_KW GROUPING
                  SETS_KW SETS
                  L_PAREN (
                  TUPLE_EXPR
                    L_PAREN (
                    NAME_EXPR
                      NAME a
                    COMMA ,
                    NAME_EXPR
                      NAME b
                    R_PAREN )
                  COMMA ,
                  NAME_EXPR
                    NAME c
                  COMMA ,
                  TUPLE_EXPR ( )
                  R_PAREN )
    "#]],
    );
    tree(
        "SELECT a FROM t GROUP BY a, b WITH ROLLUP",
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
              GROUP_BY_CLAUSE
                GROUP_KW GROUP
                BY_KW BY
                NAME_EXPR
                  NAME a
                COMMA ,
                NAME_EXPR
                  NAME b
                WITH_KW WITH
                ROLLUP_KW ROLLUP
    "#]],
    );
}

#[test]
fn formats_and_hints() {
    tree(
        "SELECT a FROM t FOR XML PATH(''), TYPE OPTION (MAXDOP 1)",
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
            FOR_CLAUSE FOR XML PATH ( '' ) , TYPE
            OPTION_CLAUSE OPTION ( MAXDOP 1 )
    "#]],
    );
    tree(
        "SELECT a INTO #t FROM b FOR JSON AUTO",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
              INTO_CLAUSE
                INTO_KW INTO
                NAME #t
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME b
            FOR_CLAUSE FOR JSON AUTO
    "#]],
    );
}

#[test]
fn windows() {
    tree(
        "SELECT SUM(a) OVER (PARTITION BY b, c ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  CALL_EXPR
                    NAME SUM
                    ARG_LIST
                      L_PAREN (
                      NAME_EXPR
                        NAME a
                      R_PAREN )
                    OVER_CLAUSE
                      OVER_KW OVER
                      WINDOW_SPEC
                        L_PAREN (
                        PARTITION_CLAUSE
                          PARTITION_KW PARTITION
                          BY_KW BY
                          NAME_EXPR
                            NAME b
                          COMMA ,
                          NAME_EXPR
                            NAME c
                        ORDER_BY_CLAUSE
                          ORDER_KW ORDER
                          BY_KW BY
                          ORDER_ITEM
                            NAME_EXPR
                              NAME d
                        FRAME_CLAUSE
                          ROWS_KW ROWS
                          BETWEEN_KW BETWEEN
                          FRAME_BOUND UNBOUNDED PRECEDING
                          AND_KW AND
                          FRAME_BOUND CURRENT ROW
                        R_PAREN )
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME t
    "#]],
    );
    tree(
        "SELECT ROW_NUMBER() OVER w FROM t WINDOW w AS (ORDER BY a)",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  CALL_EXPR
                    NAME ROW_NUMBER
                    ARG_LIST ( )
                    OVER_CLAUSE
                      OVER_KW OVER
                      NAME w
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME t
              WINDOW_CLAUSE
                WINDOW_KW WINDOW
                WINDOW_DEFINITION
                  NAME w
                  AS_KW AS
                  WINDOW_SPEC
                    L_PAREN (
                    ORDER_BY_CLAUSE
                      ORDER_KW ORDER
                      BY_KW BY
                      ORDER_ITEM
                        NAME_EXPR
                          NAME a
                    R_PAREN )
    "#]],
    );
    tree(
        "SELECT LAG(a, 1, 0) IGNORE NULLS OVER (w ORDER BY a RANGE 1 PRECEDING)",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  CALL_EXPR
                    NAME LAG
                    ARG_LIST
                      L_PAREN (
                      NAME_EXPR
                        NAME a
                      COMMA ,
                      LITERAL 1
                      COMMA ,
                      LITERAL 0
                      R_PAREN )
                    NULL_TREATMENT IGNORE NULLS
                    OVER_CLAUSE
                      OVER_KW OVER
                      WINDOW_SPEC
                        L_PAREN (
                        NAME w
                        ORDER_BY_CLAUSE
                          ORDER_KW ORDER
                          BY_KW BY
                          ORDER_ITEM
                            NAME_EXPR
                              NAME a
                        FRAME_CLAUSE
                          RANGE_KW RANGE
                          FRAME_BOUND
                            LITERAL 1
                            PRECEDING_KW PRECEDING
                        R_PAREN )
    "#]],
    );
}

#[test]
fn accepted() {
    clean(&[
        "SELECT ALL a",
        "select 1;;",
        "(SELECT a) UNION (SELECT b)",
        "((SELECT a) UNION SELECT b) ORDER BY 1",
        "SELECT TOP 10 * FROM t",
        "SELECT TOP @n a FROM t",
        "SELECT a AS offset, limit, b window, row, rows FROM t",
        "SELECT COUNT(*) OVER () AS Count, Date, Name, Status, Type, Value, Id, Year FROM t",
        "SELECT a FROM t WHERE b = 1 -- the end",
        "-- first\n/* /* nested */ */ SELECT 1",
        "SELECT größe, naïve AS 日期 FROM [Größen]",
        "SELECT STRING_AGG(a, ',') WITHIN GROUP (ORDER BY a) AS x FROM t",
        "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)",
        "SELECT a FROM t ORDER BY (SELECT NULL) OFFSET 0 ROWS",
        "SELECT (SELECT TOP 1 a FROM t ORDER BY b) AS c",
        "SELECT STUFF((SELECT ',' + a FROM t FOR XML PATH('')), 1, 1, '') AS c",
        "WITH XMLNAMESPACES ('uri' AS x) SELECT 1 AS a",
        "SELECT {{{columns}}} FROM {{{prefix}}}_Orders WHERE a = '{{{value}}}' AND {{{filter}}}",
        "SELECT a FROM Ent.{{{table}}} t {{{more}}} ORDER BY a",
        "SELECT a FROM [{{{prefix}}} Orders]",
        "SELECT a\nFROM\n{{{prefix}}}Orders\nWHERE b = 1\n{{{more}}}\nORDER BY a",
        "SELECT {{{a}}}\n, b FROM t WHERE c = {{{d}}}\nAND e > '{{{f}}}'",
        "\u{feff}SELECT 1",
    ]);
}
