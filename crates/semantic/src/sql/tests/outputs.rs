//! What queries return.

use super::{check_outputs, meaning};
use crate::sql::QueryRole;

#[test]
fn names_and_stars() {
    check_outputs(&[
        ("SELECT Id, Name n, 1 + 1, x = Id FROM t", "Id int, n nvarchar(50) null, - int, x int"),
        ("SELECT u.*, Name FROM t JOIN u ON 1 = 1", "Id int, City nvarchar(30), Flag bit, Name nvarchar(50) null"),
        ("SELECT * FROM o", "Id int, ..."),
        ("SELECT * FROM Missing", "..."),
        ("SELECT q.* FROM t", "..."),
        ("SELECT {{{columns}}} FROM t", "- ? null?, ..."),
        ("SELECT {{{column}}} AS a FROM t", "a ? null?"),
        ("SELECT * FROM (SELECT Id, 1 AS one FROM t) d", "Id int, one int"),
        ("SELECT * FROM (VALUES (1, NULL), (2, 'ab')) v (a, b)", "a int, b varchar(2) null"),
        ("SELECT Id AS a, City FROM u UNION ALL SELECT 1.5, NULL", "a decimal(11,1), City nvarchar(30) null"),
        ("SELECT Id FROM t EXCEPT SELECT NULL", "Id int"),
        ("SELECT City FROM u EXCEPT SELECT 'a text of more than thirty characters'", "City nvarchar(30)"),
        ("(SELECT Id FROM t)", "Id int"),
        ("WITH c AS (SELECT Id AS k FROM t) SELECT * FROM c", "k int"),
        (
            "SELECT * FROM (SELECT Id, Name FROM t) s PIVOT (COUNT(Id) FOR Name IN ([a], [b])) p",
            "a int null, b int null",
        ),
    ]);
}

#[test]
fn outer_joins_and_conditions() {
    check_outputs(&[
        ("SELECT City FROM t LEFT JOIN u ON t.Id = u.Id", "City nvarchar(30) null"),
        ("SELECT t.Id FROM t RIGHT JOIN u ON t.Id = u.Id", "Id int null"),
        ("SELECT t.Id, City FROM t FULL JOIN u ON t.Id = u.Id", "Id int null, City nvarchar(30) null"),
        ("SELECT COALESCE(t.Id, u.Id) AS k FROM t FULL JOIN u ON t.Id = u.Id", "k int null?"),
        (
            "SELECT COALESCE(a.Id, b.Id) AS k FROM t LEFT JOIN u a ON a.Id = t.Id LEFT JOIN u b ON b.Id = t.Id",
            "k int null",
        ),
        ("SELECT City FROM t LEFT JOIN u ON t.Id = u.Id WHERE u.Flag = 1", "City nvarchar(30)"),
        ("SELECT City FROM t LEFT JOIN u ON t.Id = u.Id WHERE u.Flag IS NULL", "City nvarchar(30) null"),
        ("SELECT City FROM t OUTER APPLY (SELECT City FROM u) d", "City nvarchar(30) null"),
        ("SELECT Name FROM t WHERE Name IS NOT NULL", "Name nvarchar(50)"),
        ("SELECT Name FROM t WHERE Name LIKE 'a%'", "Name nvarchar(50)"),
        ("SELECT Name FROM t WHERE NOT (Name IS NULL OR Id = 1)", "Name nvarchar(50)"),
        ("SELECT Name FROM t WHERE Name = 'a' OR Name = 'b'", "Name nvarchar(50)"),
        ("SELECT Name FROM t WHERE Name = 'a' OR Id = 1", "Name nvarchar(50) null"),
        ("SELECT Name FROM t WHERE UPPER(Name) <> 'A'", "Name nvarchar(50)"),
        ("SELECT Name FROM t WHERE COALESCE(Name, '') <> 'A'", "Name nvarchar(50) null"),
        ("SELECT Name FROM t WHERE Name NOT IN (SELECT City FROM u)", "Name nvarchar(50) null"),
        ("SELECT Name FROM t WHERE Name > ALL (SELECT City FROM u)", "Name nvarchar(50) null"),
        ("SELECT Name FROM t JOIN u ON City = Name", "Name nvarchar(50)"),
        ("SELECT Name FROM t JOIN u ON City = Name RIGHT JOIN _Open ON 1 = 1", "Name nvarchar(50) null"),
        ("SELECT Name FROM t LEFT JOIN u ON City = Name", "Name nvarchar(50) null"),
        // What an inner query demands, the outer one does not.
        ("SELECT Name FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE City = Name)", "Name nvarchar(50) null"),
    ]);
}

#[test]
fn chains_to_tables() {
    let text = "SELECT d.a FROM (SELECT e.k AS a FROM (SELECT Id AS k FROM t) e) d";
    let meaning = meaning(text);
    let output = &meaning.query(meaning.output.unwrap()).unwrap().columns[0];
    let column = meaning.table_column(output.origin.unwrap()).unwrap();
    assert_eq!(super::column_name(&meaning, column), "t.Id");
    let roles: Vec<QueryRole> = meaning.queries.iter().map(|query| query.role).collect();
    assert_eq!(roles, [QueryRole::Statement, QueryRole::Derived, QueryRole::Derived]);
}

#[test]
fn operands() {
    let meaning = meaning("SELECT a, b FROM _x_t UNION SELECT a FROM _x_t UNION ALL SELECT * FROM _x_t");
    let counts: Vec<_> = meaning.set_operations[0].operands.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [Some(2), Some(1), None]);
}

#[test]
fn only_one_statement_has_a_result() {
    assert!(meaning("SELECT 1 AS a; SELECT 2 AS b").output.is_none());
    assert!(meaning("DELETE FROM t WHERE Id = (SELECT 1)").output.is_none());
    assert!(meaning("").output.is_none());
}
