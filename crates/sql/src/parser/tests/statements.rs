//! Statements that no query activity runs: a node for each sort, and nothing said of what stands in them.

use expect_test::expect;

use super::{clean, tree};

#[test]
fn changing_rows() {
    tree(
        "INSERT INTO t (a, b) SELECT a, b FROM c",
        &expect![[r#"
        INSERT_STMT
          INSERT_KW INSERT
          INTO_KW INTO
          NAME t
          COLUMN_LIST
            L_PAREN (
            NAME a
            COMMA ,
            NAME b
            R_PAREN )
          QUERY
            SELECT
              SELECT_KW SELECT
              SELECT_LIST
                SELECT_ITEM
                  NAME_EXPR
                    NAME a
                COMMA ,
                SELECT_ITEM
                  NAME_EXPR
                    NAME b
              FROM_CLAUSE
                FROM_KW FROM
                FROM_ITEM
                  NAMED_TABLE
                    NAME c
    "#]],
    );
    tree(
        "UPDATE t SET a = 1 FROM t JOIN u ON 1 = 1 WHERE b = 2",
        &expect![[r#"
        UPDATE_STMT
          UPDATE_KW UPDATE
          NAME t
          SET_KW SET
          IDENT a
          EQ =
          INTEGER 1
          FROM_KW FROM
          IDENT t
          JOIN_KW JOIN
          IDENT u
          ON_KW ON
          INTEGER 1
          EQ =
          INTEGER 1
          WHERE_KW WHERE
          IDENT b
          EQ =
          INTEGER 2
    "#]],
    );
    tree(
        "DELETE FROM t WHERE a = 1",
        &expect![[r#"
        DELETE_STMT
          DELETE_KW DELETE
          FROM_KW FROM
          NAME t
          WHERE_KW WHERE
          IDENT a
          EQ =
          INTEGER 1
    "#]],
    );
    tree(
        "WITH x AS (SELECT 1 AS a) DELETE FROM x",
        &expect![[r#"
        DELETE_STMT
          WITH_CLAUSE
            WITH_KW WITH
            CTE
              NAME x
              AS_KW AS
              SUBQUERY
                L_PAREN (
                QUERY
                  SELECT
                    SELECT_KW SELECT
                    SELECT_LIST
                      SELECT_ITEM
                        LITERAL 1
                        ALIAS AS a
                R_PAREN )
          DELETE_KW DELETE
          FROM_KW FROM
          NAME x
    "#]],
    );
}

#[test]
fn objects() {
    tree(
        "CREATE VIEW v AS SELECT a FROM b",
        &expect![[r#"
        CREATE_STMT
          CREATE_KW CREATE
          VIEW_KW VIEW
          NAME v
          AS_KW AS
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
    "#]],
    );
    tree(
        "DROP TABLE IF EXISTS t",
        &expect![[r#"
        DROP_STMT
          DROP_KW DROP
          TABLE_KW TABLE
          IF_KW IF
          EXISTS_KW EXISTS
          NAME t
    "#]],
    );
    tree(
        "TRUNCATE TABLE t",
        &expect![[r#"
        TRUNCATE_STMT
          TRUNCATE_KW TRUNCATE
          TABLE_KW TABLE
          NAME t
    "#]],
    );
    tree(
        "ALTER TABLE t ADD c int",
        &expect![[r#"
        ALTER_STMT
          ALTER_KW ALTER
          TABLE_KW TABLE
          NAME t
          RESERVED_WORD ADD
          IDENT c
          IDENT int
    "#]],
    );
}

#[test]
fn blocks() {
    tree(
        "IF @a = 1 SELECT 1 ELSE BEGIN SET @b = 2; PRINT 'x' END",
        &expect![[r#"
        IF_STMT
          IF_KW IF
          COMPARE_EXPR
            VARIABLE_EXPR @a
            EQ =
            LITERAL 1
          SELECT_STMT
            QUERY
              SELECT
                SELECT_KW SELECT
                SELECT_LIST
                  SELECT_ITEM
                    LITERAL 1
          ELSE_BRANCH
            ELSE_KW ELSE
            BLOCK_STMT
              BEGIN_KW BEGIN
              SET_STMT SET @b = 2
              SEMICOLON ;
              PRINT_STMT PRINT 'x'
              END_KW END
    "#]],
    );
    tree(
        "WHILE @i < 3 SET @i = @i + 1",
        &expect![[r#"
        WHILE_STMT
          WHILE_KW WHILE
          COMPARE_EXPR
            VARIABLE_EXPR @i
            LT <
            LITERAL 3
          SET_STMT SET @i = @i + 1
    "#]],
    );
}

/// The kinds of the statements of a text, and what is wrong with it.
fn kinds(text: &str) -> String {
    let (root, _) = super::parse(text);
    let statements = root.children().flat_map(|chunk| chunk.children()).flat_map(|script| script.children());
    statements.map(|node| format!("{:?}", node.kind())).collect::<Vec<_>>().join(" ").replace("SQL_", "")
}

#[test]
fn a_node_for_each_sort() {
    for (text, expected) in [
        (
            "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1);",
            "MERGE_STMT",
        ),
        ("CREATE TABLE t (id int PRIMARY KEY, b varchar(10) NOT NULL DEFAULT 'x')", "CREATE_STMT"),
        ("CREATE PROCEDURE p @a int AS\nBEGIN\nSELECT 1\nEND\nSELECT 2", "CREATE_STMT"),
        ("DECLARE @a int = (SELECT 1)\nSET @a = 2\nSELECT @a", "DECLARE_STMT SET_STMT SELECT_STMT"),
        ("DECLARE @a int SET @a = 2 SELECT @a", "DECLARE_STMT SET_STMT SELECT_STMT"),
        ("EXEC sp_help 'x'\nGO\nUSE db\nGO 5", "EXEC_STMT GO_STMT OTHER_STMT GO_STMT"),
        ("BEGIN TRY\nSELECT 1\nEND TRY\nBEGIN CATCH\nSELECT 2\nEND CATCH", "BLOCK_STMT BLOCK_STMT"),
        ("BEGIN TRANSACTION\nCOMMIT\nROLLBACK TRAN", "OTHER_STMT OTHER_STMT OTHER_STMT"),
        ("GRANT SELECT ON t TO u\nWAITFOR DELAY '00:00:01'\nRAISERROR('x', 1, 1)", "OTHER_STMT OTHER_STMT OTHER_STMT"),
        (
            "DECLARE c CURSOR FOR SELECT a FROM t\nOPEN c\nFETCH NEXT FROM c INTO @a\nCLOSE c",
            "DECLARE_STMT OTHER_STMT OTHER_STMT OTHER_STMT",
        ),
        ("{{{query}}}", "PLACEHOLDER_STMT"),
        ("INSERT INTO t DEFAULT VALUES;\nINSERT t VALUES (1)", "INSERT_STMT INSERT_STMT"),
        ("CREATE VIEW v WITH SCHEMABINDING AS\nSELECT a FROM t WITH CHECK OPTION;", "CREATE_STMT"),
        ("SET NOCOUNT ON\nPRINT 'x'\nRETURN", "SET_STMT PRINT_STMT RETURN_STMT"),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
        assert_eq!(super::problems(text), "", "{text}");
    }
}

#[test]
fn words_of_a_language_are_no_statements() {
    for text in [
        "Use this query to update the list",
        "If you want more, create a data extension first",
        "Set the filter and drop the rest",
        "With this one you merge both lists",
        "Execute order: after the import",
    ] {
        let found = kinds(text);
        assert!(found == "PROSE" || text.starts_with("Execute"), "{text}: {found}");
    }
    clean(&["SELECT 1\n\nSELECT 2\nGO"]);
}
