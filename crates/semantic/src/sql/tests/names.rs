//! Which column a name is.

use super::{check_references, meaning};
use crate::sql::{Presence, SourceKind};

#[test]
fn columns_of_sources() {
    check_references(&[
        ("SELECT Id, name FROM t", "Id=t.Id; name=t.Name"),
        ("SELECT t.Id, x.Name FROM t AS x", "Id=no source; Name=x.Name"),
        ("SELECT t.Id, City FROM t JOIN u ON u.Id = t.Id", "Id=t.Id; City=u.City; Id=u.Id; Id=t.Id"),
        ("SELECT Id FROM t JOIN u ON 1 = 1", "Id=t.Id|u.Id"),
        ("SELECT Wrong, t.Wrong, w.Id FROM t", "Wrong=absent; Wrong=absent from t; Id=no source"),
        ("SELECT [id], \"NAME\" FROM [T]", "[id]=T.Id; \"NAME\"=T.Name"),
        ("SELECT Ent.Shared.Note, Shared.Note FROM Ent.Shared", "Note=Shared.Note; Note=Shared.Note"),
        ("SELECT Shared.Note FROM Ent.Shared s", "Note=no source"),
        ("SELECT _CustomObjectKey, t._CreatedDate FROM t", "_CustomObjectKey=t.hidden; _CreatedDate=t.hidden"),
        ("SELECT _CustomObjectKey FROM _Open", "_CustomObjectKey=absent"),
        ("SELECT Odd FROM _PushTag", "Odd=_PushTag?"),
        ("SELECT t.*, * FROM t", "t=t.*"),
        ("SELECT y.* FROM t", "y=no source"),
    ]);
}

#[test]
fn what_is_not_known() {
    check_references(&[
        ("SELECT Odd, Id FROM o", "Odd=o?; Id=o.Id"),
        ("SELECT Odd, _x_Data.Other FROM _x_Data", "Odd=_x_Data?; Other=_x_Data?"),
        // The only one that surely has it.
        ("SELECT Name, Odd FROM t JOIN o ON 1 = 1", "Name=t.Name; Odd=o?"),
        ("SELECT Odd FROM o JOIN _x_Data ON 1 = 1", "Odd=?"),
        ("SELECT Odd FROM Missing", "Odd=Missing?"),
        ("SELECT a, t.b, {{{c}}}, t.{{{d}}} FROM {{{prefix}}}_t", "a=-?; b=?; {{{c}}}=?; {{{d}}}=?"),
        ("SELECT x.a, y.b FROM {{{t}}} x", "a=x?; b=no source"),
        ("SELECT x.a FROM t {{{alias}}}", "a=?"),
        ("SELECT a FROM My-DE WHERE DE.b = 1", "a=-?; b=?"),
        ("SELECT a, @b FROM #t WHERE #t.c = 1", "a=#t?; c=?"),
        ("SELECT a, b.c", "a=absent; c=no source"),
        ("SELECT a {{{from}}}", "a=?"),
        ("SELECT a FROM", "a=?"),
        ("SELECT a, b.c FROM t JOIN", "a=?; c=?"),
        ("SELECT a, s.value FROM t CROSS APPLY STRING_SPLIT(t.Name, ',') s", "a=s?; value=s?; Name=t.Name"),
        // Text that does not parse may have lost a source.
        ("SELECT Wrong, w.a FROM t) JOIN u", "Wrong=?; a=?"),
        ("SELECT 'it's' + Wrong FROM t", "Wrong=?"),
    ]);
}

#[test]
fn derived_tables() {
    check_references(&[
        ("SELECT d.a, b, c FROM (SELECT Id AS a, Name b FROM t) d", "a=d.a; b=d.b; c=absent; Id=t.Id; Name=t.Name"),
        ("SELECT x, Id FROM (SELECT * FROM t) AS d (x, y, z, w)", "x=d.x; Id=absent"),
        ("SELECT x FROM (VALUES (1, 'a'), (2, 'b')) AS v (x, y)", "x=v.x"),
        ("SELECT Name FROM (SELECT * FROM t UNION SELECT * FROM _x_Data) d", "Name=d.Name"),
        ("SELECT a FROM (SELECT *, Id AS a FROM o) d WHERE b = 1", "a=d.a; Id=o.Id; b=d?"),
        // A source does not see its neighbours, but with APPLY.
        ("SELECT 1 FROM t JOIN (SELECT t.Id FROM u) d ON 1 = 1", "Id=no source"),
        ("SELECT 1 FROM t JOIN (SELECT Name FROM u) d ON 1 = 1", "Name=absent"),
        (
            "SELECT 1 FROM t CROSS APPLY (SELECT TOP 1 City FROM u WHERE u.Id = t.Id AND Name = '') d",
            "City=u.City; Id=u.Id; Id=t.Id; Name=t.Name",
        ),
        ("SELECT 1 FROM t, u CROSS APPLY (SELECT Name AS n WHERE t.Amount = 1) d", "Name=t.Name; Amount=t.Amount"),
        ("SELECT x FROM t CROSS APPLY (VALUES (t.Id), (Amount)) v (x)", "x=v.x; Id=t.Id; Amount=t.Amount"),
        // A column without a name is refused, and could be the one that is meant.
        ("SELECT n FROM (SELECT LEN(Name) FROM t) d", "n=d?; Name=t.Name"),
        ("WITH c AS (SELECT Id FROM t) SELECT c.Id, Name FROM c", "Id=t.Id; Id=c.Id; Name=absent"),
        (
            "WITH c (k) AS (SELECT Id FROM t), d AS (SELECT k FROM c) SELECT k, Id FROM d",
            "Id=t.Id; k=c.k; k=d.k; Id=absent",
        ),
        ("WITH t AS (SELECT City FROM u) SELECT City, Name FROM t", "City=u.City; City=t.City; Name=absent"),
        ("SELECT 1 FROM (t JOIN u ON t.Id = u.Id) WHERE City = Name", "Id=t.Id; Id=u.Id; City=u.City; Name=t.Name"),
    ]);
}

#[test]
fn pivots() {
    check_references(&[
        (
            "SELECT Name, [1], Amount, Date FROM t PIVOT (SUM(Amount) FOR Id IN ([1], [2])) AS p",
            "Name=p.Name; [1]=p.1; Amount=absent; Date=p.Date; Amount=t.Amount; Id=t.Id",
        ),
        (
            "SELECT Id, k, v, Name FROM (SELECT Id, Name, City FROM t, u) s UNPIVOT (v FOR k IN (Name, City)) AS p",
            "Id=p.Id; k=p.k; v=p.v; Name=absent; Id=t.Id|u.Id; Name=t.Name; City=u.City; Name=s.Name; City=s.City",
        ),
        (
            "SELECT s.Id FROM t AS s PIVOT (MAX(Name) FOR Amount IN ([1])) AS p",
            "Id=no source; Name=s.Name; Amount=s.Amount",
        ),
        ("SELECT Odd FROM o PIVOT (MAX(a) FOR b IN ([1])) AS p", "Odd=p?; a=o?; b=o?"),
    ]);
}

#[test]
fn inner_queries() {
    check_references(&[
        (
            "SELECT Id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.Id = t.Id AND City = Name)",
            "Id=t.Id; Id=u.Id; Id=t.Id; City=u.City; Name=t.Name",
        ),
        // The inner one comes first.
        ("SELECT 1 FROM t WHERE Id IN (SELECT Id FROM u)", "Id=t.Id; Id=u.Id"),
        ("SELECT 1 FROM t WHERE Name IN (SELECT Name FROM u)", "Name=t.Name; Name=t.Name"),
        ("SELECT 1 FROM t WHERE Name IN (SELECT Odd FROM o)", "Name=t.Name; Odd=?"),
        ("SELECT 1 FROM t WHERE 1 = (SELECT Wrong FROM u)", "Wrong=absent"),
        ("SELECT (SELECT MAX(x) FROM (SELECT t.Id AS x UNION ALL SELECT 2) d) FROM t", "x=d.x; Id=t.Id"),
        ("SELECT (SELECT Name) FROM t", "Name=t.Name"),
        (
            "UPDATE t SET Name = (SELECT City FROM u WHERE u.Id = t.Id AND Wrong = 1)",
            "City=u.City; Id=u.Id; Id=?; Wrong=?",
        ),
    ]);
}

#[test]
fn joins_see_what_they_join() {
    check_references(&[
        // Both `Id` of the first condition are in reach, that of the second join is not yet.
        ("SELECT 1 FROM t JOIN u ON City = '' JOIN (SELECT 1 AS City) d ON 1 = 1", "City=u.City"),
        ("SELECT 1 FROM t JOIN u ON d.k = 1 JOIN (SELECT 1 AS k) d ON 1 = 1", "k=d.k"),
        (
            "SELECT 1 FROM t JOIN u JOIN _Open ON JobID = Flag ON Name = City",
            "JobID=_Open.JobID; Flag=u.Flag; Name=t.Name; City=u.City",
        ),
        ("SELECT 1 FROM t, u JOIN _Open ON Flag = Name", "Flag=u.Flag; Name=absent"),
    ]);
}

#[test]
fn order_by() {
    check_references(&[
        ("SELECT Id AS k FROM t ORDER BY k, Id, Name", "Id=t.Id; k=output k; Id=t.Id; Name=t.Name"),
        ("SELECT Id FROM t ORDER BY id DESC", "Id=t.Id; id=t.Id"),
        // The list decides, so that it is not ambiguous.
        ("SELECT t.Id FROM t JOIN u ON 1 = 1 ORDER BY Id", "Id=t.Id; Id=t.Id"),
        ("SELECT t.Id, u.Id FROM t JOIN u ON 1 = 1 ORDER BY Id", "Id=t.Id; Id=u.Id; Id=t.Id|u.Id"),
        ("SELECT Id AS k FROM t ORDER BY k + 1", "Id=t.Id; k=absent"),
        ("SELECT Id FROM t UNION SELECT Id FROM u ORDER BY Id, City", "Id=t.Id; Id=u.Id; Id=output Id; City=absent"),
        ("SELECT * FROM o UNION SELECT * FROM u ORDER BY City", "City=?"),
        ("SELECT Name FROM t GROUP BY Name ORDER BY COUNT(Id)", "Name=t.Name; Name=t.Name; Id=t.Id"),
    ]);
}

#[test]
fn words_that_are_no_columns() {
    check_references(&[
        ("SELECT DATEADD(day, 1, Date), DATEPART(q, Date) FROM t", "Date=t.Date; Date=t.Date"),
        ("SELECT ISJSON(Name, OBJECT) FROM t", "Name=t.Name"),
        ("SELECT CAST(Id AS int), CONVERT(date, Date, 112) FROM t", "Id=t.Id; Date=t.Date"),
        ("SELECT TIMESTAMPDIFF(DAY, Date, Date) FROM t", "Date=t.Date; Date=t.Date"),
        ("SELECT Name COLLATE Latin1_General_CI_AS FROM t", "Name=t.Name"),
        ("SELECT SUM(Id) OVER (PARTITION BY Name ORDER BY Wrong) FROM t", "Id=t.Id; Name=t.Name; Wrong=absent"),
        ("SELECT STRING_AGG(Name, ',') WITHIN GROUP (ORDER BY Id) FROM t", "Name=t.Name; Id=t.Id"),
    ]);
}

#[test]
fn tables() {
    let presence = |text: &str| {
        let meaning = meaning(text);
        let found = meaning.sources.iter().map(|source| match &source.kind {
            SourceKind::Table(table) => Some(table.presence),
            _ => None,
        });
        found.collect::<Vec<_>>()
    };
    let text = "SELECT 1 FROM t JOIN Missing m ON 1 = 1 JOIN _x_Data ON 1 = 1 JOIN Ent.t ON 1 = 1 JOIN dbo.t ON 1 = 1";
    assert_eq!(
        presence(text),
        [Some(Presence::Known), Some(Presence::Absent), Some(Presence::Unknown), Some(Presence::Absent), None]
    );
}
