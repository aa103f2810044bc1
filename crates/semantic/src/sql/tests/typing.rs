//! Types of expressions.

use super::check_outputs;

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (expr, expected) in cases {
        let text = format!("SELECT {expr} AS x FROM t JOIN u ON t.Id = u.Id");
        check_outputs(&[(&text, &format!("x {expected}"))]);
    }
}

#[test]
fn literals() {
    check(&[
        ("1", "int"),
        ("3000000000", "decimal(10,0)"),
        ("1.50", "decimal(3,2)"),
        (".5", "decimal(1,1)"),
        ("1e3", "float"),
        ("'it''s'", "varchar(4)"),
        ("N'é'", "nvarchar(1)"),
        ("''", "varchar(1)"),
        ("0xFFF", "varbinary(2)"),
        ("NULL", "null null"),
        ("-1", "int"),
    ]);
}

#[test]
fn operators() {
    check(&[
        ("t.Id + 1", "int"),
        ("Amount * 2", "decimal(12,2) null"),
        ("1.0 / 3", "decimal(7,6)"),
        ("Name + City", "nvarchar(80) null"),
        ("Name + ' ' + City", "nvarchar(81) null"),
        ("Date - 1", "datetime null"),
        ("Date AT TIME ZONE 'UTC'", "datetimeoffset null"),
        ("Name COLLATE Latin1_General_CI_AS", "nvarchar(50) null"),
        ("City + Wrong", "? null?"),
        ("CASE WHEN Flag = 1 THEN 'a' ELSE 'abc' END", "varchar(3)"),
        ("CASE WHEN Flag = 1 THEN t.Id END", "int null"),
        ("CASE Flag WHEN 1 THEN t.Id ELSE NULL END", "int null"),
        ("CASE WHEN Flag = 1 THEN t.Id ELSE 'a' END", "int"),
    ]);
}

#[test]
fn conversions() {
    check(&[
        ("CAST(Name AS varchar(10))", "varchar(10) null"),
        // It was shorter and stays so.
        ("CAST(City AS nvarchar(100))", "nvarchar(30)"),
        ("CAST(t.Id AS varchar)", "varchar(11)"),
        ("CONVERT(date, Date)", "date null"),
        ("CONVERT(nvarchar(max), City)", "nvarchar(max)"),
        ("TRY_CAST(City AS int)", "int null"),
        ("TRY_CONVERT(decimal(5, 1), City)", "decimal(5,1) null"),
        ("CAST(City AS geography)", "?"),
    ]);
}

#[test]
fn functions() {
    check(&[
        ("LEFT(Name, 3)", "nvarchar(3) null"),
        ("LEFT(City, 300)", "nvarchar(30)"),
        ("SUBSTRING(City, 2, t.Id)", "nvarchar(30)"),
        ("UPPER(City)", "nvarchar(30)"),
        ("LEN(Name)", "int null"),
        ("CONCAT(Name, '-', t.Id)", "nvarchar(62)"),
        ("CONCAT_WS(', ', City, City, City)", "nvarchar(94)"),
        ("REPLACE(City, 'ab', 'c')", "nvarchar(30)"),
        ("REPLACE(City, 'a', 'bc')", "nvarchar"),
        ("COALESCE(Name, City, 'x')", "nvarchar(50)"),
        ("ISNULL(Name, City)", "nvarchar(50)"),
        ("ISNULL(Name, NULL)", "nvarchar(50) null"),
        ("NULLIF(City, '')", "nvarchar(30) null"),
        ("IIF(Flag = 1, 1, NULL)", "int null"),
        ("DATEADD(day, 1, Date)", "datetime null"),
        ("DATEADD(day, 1, CAST(GETDATE() AS date))", "date"),
        ("DATEDIFF(day, Date, GETDATE())", "int null"),
        ("EOMONTH(GETDATE())", "date"),
        ("CURRENT_TIMESTAMP", "datetime"),
        ("ROUND(Amount, 0)", "decimal(10,2) null"),
        ("FLOOR(Amount)", "decimal(10,0) null"),
        ("REPLICATE('ab', 3)", "varchar(6)"),
        ("FORMAT(Date, 'd')", "nvarchar null"),
        ("FORMAT(GETDATE(), 'yyyyMM')", "nvarchar"),
        ("FORMAT(GETDATE(), City)", "nvarchar null"),
        ("CHAR(13)", "char(1)"),
        ("NCHAR(8364)", "nchar(1)"),
        ("CHAR(300)", "char(1) null"),
        ("QUOTENAME(City)", "nvarchar(258)"),
        ("QUOTENAME(Name)", "nvarchar(258) null"),
        ("CHOOSE(2, Name, City)", "nvarchar(50)"),
        ("CHOOSE(3, City, City)", "nvarchar(30) null"),
        ("CHOOSE(t.Id, City, City)", "nvarchar(30) null?"),
        ("CHOOSE(t.Id, City, Name)", "nvarchar(50) null"),
        ("CONCAT(City, '')", "nvarchar(30)"),
        ("CASE WHEN Name IS NULL THEN 'x' ELSE Name END", "nvarchar(50) null?"),
        ("CASE WHEN City = 'a' THEN 'x' ELSE Name END", "nvarchar(50) null"),
        ("IIF(Amount > 0, Amount, 0)", "decimal(12,2) null?"),
        ("IIF(Amount > 0, Name, '')", "nvarchar(50) null"),
        ("NEWID()", "uniqueidentifier"),
        ("UNHEARD_OF(1)", "? null?"),
        ("dbo.LEN(City)", "? null?"),
        ("ROW_NUMBER() OVER (ORDER BY t.Id)", "bigint"),
        ("LAG(City) OVER (ORDER BY t.Id)", "nvarchar(30) null"),
        ("SUM(t.Id) OVER (PARTITION BY City)", "int"),
    ]);
}

#[test]
fn aggregates() {
    check_outputs(&[
        (
            "SELECT COUNT(*) AS a, SUM(Id) b, AVG(Amount) c, MAX(Name) d FROM t",
            "a int, b int null, c decimal(38,6) null, d nvarchar(50) null",
        ),
        ("SELECT SUM(Id) AS a, MIN(City) AS b FROM u GROUP BY Flag", "a int, b nvarchar(30)"),
        ("SELECT STRING_AGG(Name, ',') AS a FROM t", "a nvarchar null"),
    ]);
}

#[test]
fn inner_queries() {
    check(&[
        ("(SELECT COUNT(*) FROM u)", "int"),
        ("(SELECT MAX(City) FROM u)", "nvarchar(30) null"),
        ("(SELECT COUNT(*) FROM u GROUP BY City)", "int null"),
        ("(SELECT City FROM u FOR XML PATH(''))", "nvarchar(max) null"),
        ("(SELECT *, 1 FROM _x_Any)", "? null"),
    ]);
}
