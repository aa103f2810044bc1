//! Aggregates, and what differs between the rows of a group.

use super::meaning;
use crate::sql::{CallKind, Clause};

/// The ungrouped columns of the outermost SELECT.
#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let meaning = meaning(text);
        let found = meaning.selects.first().map(|select| &select.grouping.ungrouped[..]).unwrap_or_default();
        let found: Vec<&str> = found.iter().map(|column| &text[column.range]).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn ungrouped_columns() {
    check(&[
        ("SELECT Name, COUNT(*) FROM t", &["Name"]),
        ("SELECT Name, COUNT(*) FROM t GROUP BY Name", &[]),
        ("SELECT t.Name, COUNT(*) FROM t GROUP BY Name", &[]),
        ("SELECT Id, UPPER(Name), COUNT(*) FROM t GROUP BY Name", &["Id"]),
        ("SELECT UPPER( name ) FROM t GROUP BY Upper(t.Name)", &[]),
        ("SELECT UPPER(Name), LOWER(Name) FROM t GROUP BY UPPER(Name)", &["Name"]),
        ("SELECT YEAR(Date), DATEPART(month, Date) FROM t GROUP BY YEAR(Date), DATEPART(MONTH, Date)", &[]),
        ("SELECT DATEPART(day, Date) FROM t GROUP BY DATEPART(MONTH, Date)", &["Date"]),
        ("SELECT (Id + 1) * 2 FROM t GROUP BY Id + 1", &[]),
        ("SELECT Id / 10 * 10 FROM t GROUP BY Id / 10 HAVING Id / 10 * 2 > 1 ORDER BY Id / 10 + 1", &[]),
        ("SELECT (Id + Amount) + 5, Id + Amount + 5 FROM t GROUP BY Id + Amount", &[]),
        ("SELECT Id + 5 + Amount, Amount + Id FROM t GROUP BY Id + Amount", &["Id", "Amount", "Amount", "Id"]),
        ("SELECT Id - Amount + 1, Id * Amount FROM t GROUP BY Id + Amount", &["Id", "Amount", "Id", "Amount"]),
        ("SELECT 5 - Id / 10 FROM t GROUP BY 5 - Id", &["Id"]),
        ("SELECT YEAR(Date), DATEPART(yy, Date) FROM t GROUP BY DATEPART(year, Date)", &[]),
        ("SELECT DATEADD(dd, 1, Date) FROM t GROUP BY DATEADD(day, 1, Date)", &[]),
        ("SELECT MONTH(Date), DATEADD(mm, 1, Date) FROM t GROUP BY YEAR(Date)", &["Date", "Date"]),
        ("SELECT CASE WHEN Id <> 1 THEN 2 END FROM t GROUP BY CASE WHEN Id != 1 THEN 2 END", &[]),
        ("SELECT CASE WHEN Id < 1 THEN 2 END FROM t GROUP BY CASE WHEN Id > 1 THEN 2 END", &["Id"]),
        ("SELECT CAST(Name AS int) FROM t GROUP BY CAST(Name AS integer)", &[]),
        ("SELECT MAX(Name) FROM t HAVING MAX(Id) > 1 AND Amount = 1", &["Amount"]),
        ("SELECT MAX(Name) FROM t ORDER BY Id", &["Id"]),
        ("SELECT MAX(Name) AS m FROM t ORDER BY m", &[]),
        ("SELECT SUM(Id) OVER (PARTITION BY Name) FROM t", &[]),
        ("SELECT SUM(COUNT(Id)) OVER (ORDER BY Name) FROM t GROUP BY Name", &[]),
        ("SELECT ROW_NUMBER() OVER (ORDER BY Id) FROM t GROUP BY Name", &["Id"]),
        ("SELECT Name, Id FROM t GROUP BY ROLLUP(Name, Id)", &[]),
        ("SELECT Name, Id, GROUPING(Id) FROM t GROUP BY GROUPING SETS ((Name, Id), (Name), ())", &[]),
        ("SELECT Name, City FROM t JOIN u ON t.Id = u.Id GROUP BY Name", &["City"]),
        ("SELECT COUNT(*), (SELECT t.Name) FROM t", &["t.Name"]),
        ("SELECT MAX(Id), (SELECT Name FROM u) FROM t", &["Name"]),
        ("SELECT Name, (SELECT MAX(City) FROM u WHERE u.Id = t.Id) FROM t GROUP BY t.Name", &["t.Id"]),
        ("SELECT Name, (SELECT City FROM u WHERE u.Id = t.Name), (SELECT MAX(t.Id)) FROM t GROUP BY Name", &[]),
    ]);
}

#[test]
fn where_nothing_is_said() {
    check(&[
        // The server refuses the number; who wrote it meant a column.
        ("SELECT Name, COUNT(*) FROM t GROUP BY 1", &[]),
        ("SELECT Name FROM t GROUP BY {{{columns}}}", &[]),
        ("SELECT UPPER(Name) AS n, COUNT(*) FROM t GROUP BY n", &[]),
        ("SELECT {{{columns}}}, COUNT(*) FROM t GROUP BY Id", &[]),
        ("SELECT Name, COUNT(* FROM t", &[]),
        ("SELECT Name FROM t GROUP BY", &[]),
        // Only the names are known, and they tell enough.
        ("SELECT a, b, COUNT(*) FROM _x_Data GROUP BY a", &["b"]),
        ("SELECT d.a, COUNT(*) FROM _x_Data d JOIN _x_Other e ON 1 = 1 GROUP BY a", &[]),
        ("SELECT b, COUNT(*) FROM _x_Data d JOIN _x_Other e ON 1 = 1 GROUP BY a", &["b"]),
        // The aggregate is one of the outer query.
        ("SELECT Name FROM t WHERE EXISTS (SELECT 1 FROM u HAVING MAX(t.Id) > 1)", &[]),
        ("SELECT (SELECT MAX(City) FROM u WHERE u.Id = t.Id), Name FROM t", &[]),
        ("SELECT Name, (SELECT MAX(t.Id)) FROM t", &[]),
        ("SELECT 1, GETDATE(), 'a', MAX(Id) FROM t", &[]),
        ("SELECT @x, COUNT(*) FROM t", &[]),
        // EXISTS does not look at the list.
        ("SELECT 1 WHERE EXISTS (SELECT * FROM t GROUP BY Id)", &[]),
    ]);
}

#[test]
fn stars() {
    // Those of all SELECTs.
    let found = |text: &str| {
        let meaning = meaning(text);
        let ungrouped = meaning.selects.iter().flat_map(|select| &select.grouping.ungrouped);
        ungrouped.map(|column| text[column.range].to_owned()).collect::<Vec<_>>().join(", ")
    };
    for text in [
        "SELECT 1 WHERE EXISTS (SELECT * FROM (SELECT a, b FROM t) d GROUP BY a HAVING COUNT(*) > 1)",
        "SELECT 1 WHERE NOT EXISTS (SELECT d.* FROM (SELECT a, b FROM t) d GROUP BY a)",
        "SELECT MAX(x) FROM u HAVING EXISTS ((SELECT * FROM (SELECT a, b FROM t) d HAVING COUNT(*) > 1))",
    ] {
        assert_eq!(found(text), "", "{text}");
    }
    assert_eq!(found("SELECT 1 WHERE x IN (SELECT * FROM (SELECT a, b FROM t) d GROUP BY a)"), "*");
    assert_eq!(found("SELECT 1 WHERE EXISTS (SELECT 1 FROM (SELECT * FROM (SELECT a, b FROM t) d GROUP BY a) e)"), "*");
    assert_eq!(found("SELECT 1 WHERE EXISTS (SELECT 1 FROM (SELECT a, b FROM t) d GROUP BY a HAVING b = 1)"), "b");
}

#[test]
fn calls() {
    let calls = |text: &str| {
        let meaning = meaning(text);
        let show = meaning.calls.iter().map(|call| {
            let kind = match call.kind {
                CallKind::Scalar => "",
                CallKind::Aggregate => " aggregate",
                CallKind::Window => " window",
            };
            let inside = call.inside.map_or("", |_| " inside");
            let place = if call.clause == Clause::List { String::new() } else { format!(" {:?}", call.clause) };
            format!("{}{kind}{inside}{place}", call.name)
        });
        show.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(calls("SELECT MAX(LEN(Name)) FROM t"), "MAX aggregate, LEN inside");
    assert_eq!(calls("SELECT SUM(MAX(Id)) FROM t"), "SUM aggregate, MAX aggregate inside");
    assert_eq!(calls("SELECT SUM(Id) OVER (ORDER BY MAX(Id)) FROM t"), "SUM window, MAX aggregate inside");
    assert_eq!(
        calls("SELECT RANK() OVER (ORDER BY Id) FROM t WHERE COUNT(*) > 1"),
        "RANK window, COUNT aggregate Where"
    );
    assert_eq!(calls("SELECT MAX((SELECT MIN(Id) FROM u)) FROM t"), "MAX aggregate, MIN aggregate");
}
