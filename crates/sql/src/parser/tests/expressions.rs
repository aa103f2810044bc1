//! Expressions and conditions.

use expect_test::expect;

use super::{clean, tree};

#[test]
fn precedence() {
    tree(
        "SELECT a + b * -c - d",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  ARITH_EXPR
                    NAME_EXPR
                      NAME a
                    PLUS +
                    ARITH_EXPR
                      NAME_EXPR
                        NAME b
                      STAR *
                      UNARY_EXPR
                        MINUS -
                        NAME_EXPR
                          NAME c
                    MINUS -
                    NAME_EXPR
                      NAME d
    "#]],
    );
    tree(
        "SELECT 1 WHERE NOT a = 1 AND b = 2 OR c = 3 AND d = 4",
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
                  LOGICAL_EXPR
                    NOT_EXPR
                      NOT_KW NOT
                      COMPARE_EXPR
                        NAME_EXPR
                          NAME a
                        EQ =
                        LITERAL 1
                    AND_KW AND
                    COMPARE_EXPR
                      NAME_EXPR
                        NAME b
                      EQ =
                      LITERAL 2
                  OR_KW OR
                  LOGICAL_EXPR
                    COMPARE_EXPR
                      NAME_EXPR
                        NAME c
                      EQ =
                      LITERAL 3
                    AND_KW AND
                    COMPARE_EXPR
                      NAME_EXPR
                        NAME d
                      EQ =
                      LITERAL 4
    "#]],
    );
    tree(
        "SELECT 1 WHERE a + 1 > = b * 2",
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
                COMPARE_EXPR
                  ARITH_EXPR
                    NAME_EXPR
                      NAME a
                    PLUS +
                    LITERAL 1
                  GT >
                  EQ =
                  ARITH_EXPR
                    NAME_EXPR
                      NAME b
                    STAR *
                    LITERAL 2
    "#]],
    );
}

#[test]
fn predicates() {
    tree(
        "SELECT 1 WHERE a IS NOT NULL AND b NOT IN (1, 2) AND c NOT BETWEEN 1 AND 2 AND d NOT LIKE 'x!%' ESCAPE '!'",
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
                  IS_NULL_EXPR
                    NAME_EXPR
                      NAME a
                    IS_KW IS
                    NOT_KW NOT
                    NULL_KW NULL
                  AND_KW AND
                  IN_EXPR
                    NAME_EXPR
                      NAME b
                    NOT_KW NOT
                    IN_KW IN
                    IN_LIST
                      L_PAREN (
                      LITERAL 1
                      COMMA ,
                      LITERAL 2
                      R_PAREN )
                  AND_KW AND
                  BETWEEN_EXPR
                    NAME_EXPR
                      NAME c
                    NOT_KW NOT
                    BETWEEN_KW BETWEEN
                    LITERAL 1
                    AND_KW AND
                    LITERAL 2
                  AND_KW AND
                  LIKE_EXPR
                    NAME_EXPR
                      NAME d
                    NOT_KW NOT
                    LIKE_KW LIKE
                    LITERAL 'x!%'
                    ESCAPE_CLAUSE
                      ESCAPE_KW ESCAPE
                      LITERAL '!'
    "#]],
    );
    tree(
        "SELECT 1 WHERE a IN (SELECT b FROM c) OR EXISTS (SELECT 1) OR a > ALL (SELECT d) OR a IS DISTINCT FROM b",
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
                  IN_EXPR
                    NAME_EXPR
                      NAME a
                    IN_KW IN
                    IN_LIST
                      L_PAREN (
                      QUERY
                        SELECT
                          SELECT_KW SELECT
                          SELECT_LIST
                            SELECT_ITEM
                              NAME_EXPR
                                NAME b
                          FROM_CLAUSE
                            FROM_KW FROM
                            FROM_ITEM
                              NAMED_TABLE
                                NAME c
                      R_PAREN )
                  OR_KW OR
                  EXISTS_EXPR
                    EXISTS_KW EXISTS
                    SUBQUERY
                      L_PAREN (
                      QUERY
                        SELECT
                          SELECT_KW SELECT
                          SELECT_LIST
                            SELECT_ITEM
                              LITERAL 1
                      R_PAREN )
                  OR_KW OR
                  COMPARE_EXPR
                    NAME_EXPR
                      NAME a
                    GT >
                    QUANTIFIED_EXPR
                      ALL_KW ALL
                      SUBQUERY
                        L_PAREN (
                        QUERY
                          SELECT
                            SELECT_KW SELECT
                            SELECT_LIST
                              SELECT_ITEM
                                NAME_EXPR
                                  NAME d
                        R_PAREN )
                  OR_KW OR
                  IS_DISTINCT_EXPR
                    NAME_EXPR
                      NAME a
                    IS_KW IS
                    DISTINCT_KW DISTINCT
                    FROM_KW FROM
                    NAME_EXPR
                      NAME b
    "#]],
    );
}

#[test]
fn choices() {
    tree(
        "SELECT CASE a WHEN 1 THEN 'x' ELSE 'y' END, CASE WHEN a = 1 THEN 'x' END",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  CASE_EXPR
                    CASE_KW CASE
                    NAME_EXPR
                      NAME a
                    WHEN_ARM
                      WHEN_KW WHEN
                      LITERAL 1
                      THEN_KW THEN
                      LITERAL 'x'
                    ELSE_ARM
                      ELSE_KW ELSE
                      LITERAL 'y'
                    END_KW END
                COMMA ,
                SELECT_ITEM
                  CASE_EXPR
                    CASE_KW CASE
                    WHEN_ARM
                      WHEN_KW WHEN
                      COMPARE_EXPR
                        NAME_EXPR
                          NAME a
                        EQ =
                        LITERAL 1
                      THEN_KW THEN
                      LITERAL 'x'
                    END_KW END
    "#]],
    );
}

#[test]
fn conversions() {
    tree(
        "SELECT CAST(a AS decimal(10, 2)), TRY_CAST(a AS nvarchar(max)), CONVERT(varchar(10), a, 120), TRY_CONVERT(date, a), PARSE(a AS date USING 'en-US')",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  CAST_EXPR
                    CAST_KW CAST
                    L_PAREN (
                    NAME_EXPR
                      NAME a
                    AS_KW AS
                    DATA_TYPE
                      NAME decimal
                      TYPE_SIZE
                        L_PAREN (
                        LITERAL 10
                        COMMA ,
                        LITERAL 2
                        R_PAREN )
                    R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CAST_EXPR
                    TRY_CAST_KW TRY_CAST
                    L_PAREN (
                    NAME_EXPR
                      NAME a
                    AS_KW AS
                    DATA_TYPE
                      NAME nvarchar
                      TYPE_SIZE ( max )
                    R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CONVERT_EXPR
                    CONVERT_KW CONVERT
                    L_PAREN (
                    DATA_TYPE
                      NAME varchar
                      TYPE_SIZE
                        L_PAREN (
                        LITERAL 10
                        R_PAREN )
                    COMMA ,
                    NAME_EXPR
                      NAME a
                    COMMA ,
                    LITERAL 120
                    R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CONVERT_EXPR
                    TRY_CONVERT_KW TRY_CONVERT
                    L_PAREN (
                    DATA_TYPE
                      NAME date
                    COMMA ,
                    NAME_EXPR
                      NAME a
                    R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CAST_EXPR
                    PARSE_KW PARSE
                    L_PAREN (
                    NAME_EXPR
                      NAME a
                    AS_KW AS
                    DATA_TYPE
                      NAME date
                    CULTURE_CLAUSE
                      USING_KW USING
                      LITERAL 'en-US'
                    R_PAREN )
    "#]],
    );
}

#[test]
fn calls() {
    tree(
        "SELECT LEFT(a, 1), COUNT(DISTINCT a), COUNT(*), GETDATE(), CURRENT_TIMESTAMP, dbo.f(DEFAULT), DATEADD(day, -1, a), TRIM(LEADING 'x' FROM a)",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  CALL_EXPR
                    NAME LEFT
                    ARG_LIST
                      L_PAREN (
                      NAME_EXPR
                        NAME a
                      COMMA ,
                      LITERAL 1
                      R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CALL_EXPR
                    NAME COUNT
                    ARG_LIST
                      L_PAREN (
                      DISTINCT_KW DISTINCT
                      NAME_EXPR
                        NAME a
                      R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CALL_EXPR
                    NAME COUNT
                    ARG_LIST
                      L_PAREN (
                      STAR_EXPR *
                      R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CALL_EXPR
                    NAME GETDATE
                    ARG_LIST ( )
                COMMA ,
                SELECT_ITEM
                  CALL_EXPR
                    NAME CURRENT_TIMESTAMP
                COMMA ,
                SELECT_ITEM
                  CALL_EXPR
                    NAME dbo . f
                    ARG_LIST
                      L_PAREN (
                      LITERAL DEFAULT
                      R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CALL_EXPR
                    NAME DATEADD
                    ARG_LIST
                      L_PAREN (
                      NAME_EXPR
                        NAME day
                      COMMA ,
                      UNARY_EXPR
                        MINUS -
                        LITERAL 1
                      COMMA ,
                      NAME_EXPR
                        NAME a
                      R_PAREN )
                COMMA ,
                SELECT_ITEM
                  CALL_EXPR
                    NAME TRIM
                    ARG_LIST
                      L_PAREN (
                      IDENT LEADING
                      LITERAL 'x'
                      FROM_KW FROM
                      NAME_EXPR
                        NAME a
                      R_PAREN )
    "#]],
    );
}

#[test]
fn literals() {
    tree(
        "SELECT N'é', 'it''s', 1, 1.5, .5, 1e3, 0xFF, $12.50, -$1, NULL, @v, @@ROWCOUNT",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  LITERAL N'é'
                COMMA ,
                SELECT_ITEM
                  LITERAL 'it''s'
                COMMA ,
                SELECT_ITEM
                  LITERAL 1
                COMMA ,
                SELECT_ITEM
                  LITERAL 1.5
                COMMA ,
                SELECT_ITEM
                  LITERAL .5
                COMMA ,
                SELECT_ITEM
                  LITERAL 1e3
                COMMA ,
                SELECT_ITEM
                  LITERAL 0xFF
                COMMA ,
                SELECT_ITEM
                  LITERAL $12.50
                COMMA ,
                SELECT_ITEM
                  UNARY_EXPR
                    MINUS -
                    LITERAL $1
                COMMA ,
                SELECT_ITEM
                  LITERAL NULL
                COMMA ,
                SELECT_ITEM
                  VARIABLE_EXPR @v
                COMMA ,
                SELECT_ITEM
                  VARIABLE_EXPR @@ROWCOUNT
    "#]],
    );
}

#[test]
fn collations_and_zones() {
    tree(
        "SELECT a COLLATE Latin1_General_CI_AS, a AT TIME ZONE 'UTC' AT TIME ZONE b",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  COLLATE_EXPR
                    NAME_EXPR
                      NAME a
                    COLLATE_KW COLLATE
                    NAME Latin1_General_CI_AS
                COMMA ,
                SELECT_ITEM
                  TIME_ZONE_EXPR
                    NAME_EXPR
                      NAME a
                    AT_KW AT
                    TIME_KW TIME
                    ZONE_KW ZONE
                    LITERAL 'UTC'
                    AT_KW AT
                    TIME_KW TIME
                    ZONE_KW ZONE
                    NAME_EXPR
                      NAME b
    "#]],
    );
}

#[test]
fn rows_of_values() {
    tree(
        "SELECT 1 WHERE (a, b) IN ((1, 2))",
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
                    IN_EXPR
                      TUPLE_EXPR
                        L_PAREN (
                        NAME_EXPR
                          NAME a
                        COMMA ,
                        NAME_EXPR
                          NAME b
                        R_PAREN )
                      IN_KW IN
                      IN_LIST
                        L_PAREN (
                        TUPLE_EXPR
                          L_PAREN (
                          LITERAL 1
                          COMMA ,
                          LITERAL 2
                          R_PAREN )
                        R_PAREN )
        "#]],
    );
    tree(
        "SELECT JSON_OBJECT('a': 1, 'b': c ABSENT ON NULL)",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  CALL_EXPR
                    NAME JSON_OBJECT
                    ARG_LIST
                      L_PAREN (
                      KEY_VALUE_EXPR
                        LITERAL 'a'
                        COLON :
                        LITERAL 1
                      COMMA ,
                      KEY_VALUE_EXPR
                        LITERAL 'b'
                        COLON :
                        NAME_EXPR
                          NAME c
                      JSON_OPTIONS ABSENT ON NULL
                      R_PAREN )
    "#]],
    );
    tree(
        "SELECT NEXT VALUE FOR s OVER (ORDER BY a)",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  NEXT_VALUE_EXPR
                    NEXT_KW NEXT
                    VALUE_KW VALUE
                    FOR_KW FOR
                    NAME s
                    OVER_CLAUSE
                      OVER_KW OVER
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
        "SELECT x.query('/a').value('.', 'int'), (SELECT 1 FOR XML PATH(''), TYPE).value('.', 'int')",
        &expect![[r#"
        SELECT_STMT
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  MEMBER_EXPR
                    CALL_EXPR
                      NAME x . query
                      ARG_LIST
                        L_PAREN (
                        LITERAL '/a'
                        R_PAREN )
                    DOT .
                    CALL_EXPR
                      NAME value
                      ARG_LIST
                        L_PAREN (
                        LITERAL '.'
                        COMMA ,
                        LITERAL 'int'
                        R_PAREN )
                COMMA ,
                SELECT_ITEM
                  MEMBER_EXPR
                    SUBQUERY
                      L_PAREN (
                      QUERY
                        SELECT
                          SELECT_KW SELECT
                          SELECT_LIST
                            SELECT_ITEM
                              LITERAL 1
                        FOR_CLAUSE FOR XML PATH ( '' ) , TYPE
                      R_PAREN )
                    DOT .
                    CALL_EXPR
                      NAME value
                      ARG_LIST
                        L_PAREN (
                        LITERAL '.'
                        COMMA ,
                        LITERAL 'int'
                        R_PAREN )
    "#]],
    );
}

#[test]
fn accepted() {
    clean(&[
        "SELECT IIF(a = 1 AND b IS NULL, 'x', 'y'), CHOOSE(1, 'a', 'b'), NULLIF(a, ''), COALESCE(a, b)",
        "SELECT 1 WHERE a < > b OR a ! = b OR a !< b OR a !> b",
        "SELECT ((((a))))",
        "SELECT d AT TIME ZONE 'UTC' AS d FROM t",
        "SELECT - - -1, ~a, +a, a % 2, a & b | c ^ d",
        "SELECT geography::Point(1, 2, 4326)",
        "SELECT CASE WHEN a=1THEN'x'ELSE'y'END",
        "SELECT a FROM t WHERE a LIKE N'%x%' AND b = 'a' + 'b'",
        "SELECT FORMAT(a, 'yyyy-MM-dd') AS [Date], DATEDIFF(DAY, a, b) AS d",
        "SELECT CAST(a AS double precision), CAST(b AS char varying(10)), CAST(c AS sys.geometry)",
        "SELECT SUM(CASE WHEN a IN ('x', 'y') THEN 1 ELSE 0 END) * 1.0 / NULLIF(COUNT(a), 0)",
    ]);
}
