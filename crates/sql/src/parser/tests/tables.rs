//! FROM: sources and joins.

use expect_test::expect;

use super::{clean, tree};

#[test]
fn names_and_aliases() {
    tree(
        "SELECT 1 FROM Ent.[My Orders] AS o, a..b x, #t, [My Orders] WITH (NOLOCK)",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME Ent . [My Orders]
                    ALIAS AS o
                COMMA ,
                FROM_ITEM
                  NAMED_TABLE
                    NAME a . . b
                    ALIAS x
                COMMA ,
                FROM_ITEM
                  NAMED_TABLE
                    NAME #t
                COMMA ,
                FROM_ITEM
                  NAMED_TABLE
                    NAME [My Orders]
                    TABLE_HINTS WITH ( NOLOCK )
    "#]],
    );
}

#[test]
fn joins() {
    tree(
        "SELECT 1 FROM a INNER JOIN b ON a.x = b.x LEFT OUTER JOIN c AS c ON c.y = b.y CROSS JOIN d OUTER APPLY (SELECT TOP 1 z FROM e) AS f",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME a
                  JOIN
                    INNER_KW INNER
                    JOIN_KW JOIN
                    NAMED_TABLE
                      NAME b
                    ON_CLAUSE
                      ON_KW ON
                      COMPARE_EXPR
                        NAME_EXPR
                          NAME a . x
                        EQ =
                        NAME_EXPR
                          NAME b . x
                  JOIN
                    LEFT_KW LEFT
                    OUTER_KW OUTER
                    JOIN_KW JOIN
                    NAMED_TABLE
                      NAME c
                      ALIAS AS c
                    ON_CLAUSE
                      ON_KW ON
                      COMPARE_EXPR
                        NAME_EXPR
                          NAME c . y
                        EQ =
                        NAME_EXPR
                          NAME b . y
                  JOIN
                    CROSS_KW CROSS
                    JOIN_KW JOIN
                    NAMED_TABLE
                      NAME d
                  JOIN
                    OUTER_KW OUTER
                    APPLY_KW APPLY
                    DERIVED_TABLE
                      SUBQUERY
                        L_PAREN (
                        QUERY
                          SELECT
                            SELECT_KW SELECT
                            TOP_CLAUSE
                              TOP_KW TOP
                              LITERAL 1
                            SELECT_LIST
                              SELECT_ITEM
                                NAME_EXPR
                                  NAME z
                            FROM_CLAUSE
                              FROM_KW FROM
                              FROM_ITEM
                                NAMED_TABLE
                                  NAME e
                        R_PAREN )
                      ALIAS AS f
    "#]],
    );
}

#[test]
fn nested_joins() {
    tree(
        "SELECT 1 FROM a JOIN b JOIN c ON b.x = c.x ON a.x = b.x",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME a
                  JOIN
                    JOIN_KW JOIN
                    NAMED_TABLE
                      NAME b
                    JOIN
                      JOIN_KW JOIN
                      NAMED_TABLE
                        NAME c
                      ON_CLAUSE
                        ON_KW ON
                        COMPARE_EXPR
                          NAME_EXPR
                            NAME b . x
                          EQ =
                          NAME_EXPR
                            NAME c . x
                    ON_CLAUSE
                      ON_KW ON
                      COMPARE_EXPR
                        NAME_EXPR
                          NAME a . x
                        EQ =
                        NAME_EXPR
                          NAME b . x
    "#]],
    );
    tree(
        "SELECT 1 FROM (a JOIN b ON 1 = 1) FULL JOIN c ON 1 = 1",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  PAREN_TABLE
                    L_PAREN (
                    FROM_ITEM
                      NAMED_TABLE
                        NAME a
                      JOIN
                        JOIN_KW JOIN
                        NAMED_TABLE
                          NAME b
                        ON_CLAUSE
                          ON_KW ON
                          COMPARE_EXPR
                            LITERAL 1
                            EQ =
                            LITERAL 1
                    R_PAREN )
                  JOIN
                    FULL_KW FULL
                    JOIN_KW JOIN
                    NAMED_TABLE
                      NAME c
                    ON_CLAUSE
                      ON_KW ON
                      COMPARE_EXPR
                        LITERAL 1
                        EQ =
                        LITERAL 1
    "#]],
    );
}

#[test]
fn derived_tables() {
    tree(
        "SELECT 1 FROM (SELECT a FROM b) AS t (x)",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  DERIVED_TABLE
                    SUBQUERY
                      L_PAREN (
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
                                NAME b
                      R_PAREN )
                    ALIAS
                      AS_KW AS
                      IDENT t
                      COLUMN_LIST
                        L_PAREN (
                        NAME x
                        R_PAREN )
    "#]],
    );
    tree(
        "SELECT 1 FROM (VALUES (1, 'a'), (2, NULL)) v (id, name)",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  DERIVED_TABLE
                    SUBQUERY
                      L_PAREN (
                      QUERY
                        VALUES
                          VALUES_KW VALUES
                          TUPLE_EXPR
                            L_PAREN (
                            LITERAL 1
                            COMMA ,
                            LITERAL 'a'
                            R_PAREN )
                          COMMA ,
                          TUPLE_EXPR
                            L_PAREN (
                            LITERAL 2
                            COMMA ,
                            LITERAL NULL
                            R_PAREN )
                      R_PAREN )
                    ALIAS
                      IDENT v
                      COLUMN_LIST
                        L_PAREN (
                        NAME id
                        COMMA ,
                        NAME name
                        R_PAREN )
    "#]],
    );
    tree(
        "SELECT 1 FROM ((SELECT a) UNION (SELECT b)) t",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  DERIVED_TABLE
                    SUBQUERY
                      L_PAREN (
                      QUERY
                        SET_OPERATION
                          PAREN_QUERY
                            L_PAREN (
                            QUERY
                              SELECT
                                SELECT_KW SELECT
                                SELECT_LIST
                                  SELECT_ITEM
                                    NAME_EXPR
                                      NAME a
                            R_PAREN )
                          SET_OPERATOR UNION
                          PAREN_QUERY
                            L_PAREN (
                            QUERY
                              SELECT
                                SELECT_KW SELECT
                                SELECT_LIST
                                  SELECT_ITEM
                                    NAME_EXPR
                                      NAME b
                            R_PAREN )
                      R_PAREN )
                    ALIAS t
    "#]],
    );
}

#[test]
fn table_functions() {
    tree(
        "SELECT 1 FROM STRING_SPLIT(@x, ',') s CROSS APPLY OPENJSON(j, '$.a') WITH (Id int '$.id', Rest nvarchar(max) AS JSON) AS o",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  FUNCTION_TABLE
                    CALL_EXPR
                      NAME STRING_SPLIT
                      ARG_LIST
                        L_PAREN (
                        VARIABLE_EXPR @x
                        COMMA ,
                        LITERAL ','
                        R_PAREN )
                    ALIAS s
                  JOIN
                    CROSS_KW CROSS
                    APPLY_KW APPLY
                    FUNCTION_TABLE
                      CALL_EXPR
                        NAME OPENJSON
                        ARG_LIST
                          L_PAREN (
                          NAME_EXPR
                            NAME j
                          COMMA ,
                          LITERAL '$.a'
                          R_PAREN )
                      COLUMN_SCHEMA
                        WITH_KW WITH
                        L_PAREN (
                        SCHEMA_COLUMN
                          NAME Id
                          DATA_TYPE
                            NAME int
                          LITERAL '$.id'
                        COMMA ,
                        SCHEMA_COLUMN
                          NAME Rest
                          DATA_TYPE
                            NAME nvarchar
                            TYPE_SIZE ( max )
                          AS_KW AS
                          JSON_KW JSON
                        R_PAREN )
                      ALIAS AS o
    "#]],
    );
}

#[test]
fn pivots() {
    tree(
        "SELECT 1 FROM t PIVOT (SUM(a) FOR b IN ([x], [y])) AS p",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME t
                    PIVOT_CLAUSE
                      PIVOT_KW PIVOT
                      L_PAREN (
                      CALL_EXPR
                        NAME SUM
                        ARG_LIST
                          L_PAREN (
                          NAME_EXPR
                            NAME a
                          R_PAREN )
                      FOR_KW FOR
                      NAME b
                      PIVOT_VALUES
                        IN_KW IN
                        L_PAREN (
                        NAME [x]
                        COMMA ,
                        NAME [y]
                        R_PAREN )
                      R_PAREN )
                      ALIAS AS p
    "#]],
    );
    tree(
        "SELECT 1 FROM t UNPIVOT (a FOR b IN (x, y)) u",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME t
                    UNPIVOT_CLAUSE
                      UNPIVOT_KW UNPIVOT
                      L_PAREN (
                      NAME a
                      FOR_KW FOR
                      NAME b
                      PIVOT_VALUES
                        IN_KW IN
                        L_PAREN (
                        NAME x
                        COMMA ,
                        NAME y
                        R_PAREN )
                      R_PAREN )
                      ALIAS u
    "#]],
    );
}

#[test]
fn samples_and_times() {
    tree(
        "SELECT 1 FROM t TABLESAMPLE (10 PERCENT) JOIN u FOR SYSTEM_TIME AS OF '2024-01-01' AS v ON 1 = 1",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL 1
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME t
                    SAMPLE_CLAUSE TABLESAMPLE ( 10 PERCENT )
                  JOIN
                    JOIN_KW JOIN
                    NAMED_TABLE
                      NAME u
                      SYSTEM_TIME FOR SYSTEM_TIME AS OF '2024-01-01'
                      ALIAS AS v
                    ON_CLAUSE
                      ON_KW ON
                      COMPARE_EXPR
                        LITERAL 1
                        EQ =
                        LITERAL 1
    "#]],
    );
}

#[test]
fn accepted() {
    clean(&[
        "SELECT 1 FROM t (NOLOCK) JOIN u WITH (NOLOCK, INDEX(1)) ON 1 = 1",
        "SELECT 1 FROM a INNER HASH JOIN b ON 1 = 1 LEFT MERGE JOIN c ON 1 = 1",
        "SELECT 1 FROM a, b, c WHERE a.x = b.x",
        "SELECT 1 FROM a CROSS APPLY b.nodes('/x') AS t(c)",
        "SELECT 1 FROM @t AS t",
        "SELECT 1 FROM server.db.dbo.t, db..t, ...t",
        "SELECT 1 FROM [a b]AS c",
        "SELECT 1 FROM t AS t1\nLEFT JOIN u AS u1\n\nON t1.a = u1.a",
        "SELECT 1 FROM ((SELECT 1 AS a)) x",
        "SELECT 1 FROM ((a JOIN b ON 1 = 1) JOIN c ON 1 = 1)",
    ]);
}
