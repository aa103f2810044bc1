use expect_test::{Expect, expect};
use sfmc_lint::DefaultLevels;
use sfmc_syntax::{TextRange, apply_edits};
use sfmc_test_support::assert_linear;

use crate::{ActionKind, code_actions, sql::testing::known_host, testing::size};

/// What can be done at `$0`, and what comes of it.
#[track_caller]
fn check(markup: &str, expected: &Expect) {
    let at = size(markup.find("$0").unwrap());
    let text = markup.replace("$0", "");
    let (host, file) = known_host(&text);
    let wanted = |kind| matches!(kind, ActionKind::Rewrite | ActionKind::Extract);
    let end = size(markup.rfind("$0").unwrap());
    let range = TextRange::new(at, if markup.matches("$0").count() > 1 { end - size(2) } else { at });
    let found = code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &wanted);
    let mut out = String::new();
    for action in found {
        out.push_str(&format!("{}\n{}\n\n", action.title, apply_edits(&text, &action.edits).unwrap()));
    }
    expected.assert_eq(&out);
}

#[test]
fn qualify() {
    check(
        "SELECT Total$0, o.Id FROM Orders o JOIN Customers c ON o.SubscriberKey = c.SubscriberKey",
        &expect![[r#"
            Write `o.Total`
            SELECT o.Total, o.Id FROM Orders o JOIN Customers c ON o.SubscriberKey = c.SubscriberKey

        "#]],
    );
    check(
        "SELECT$0 Total AS t, Email AS e FROM Orders JOIN [Customers] c ON Orders.SubscriberKey = c.SubscriberKey ORDER BY e",
        &expect![[r#"
            Qualify all columns of this SELECT
            SELECT Orders.Total AS t, c.Email AS e FROM Orders JOIN [Customers] c ON Orders.SubscriberKey = c.SubscriberKey ORDER BY e

        "#]],
    );
    // Where it is sorted, too; what is a name of the list stays one.
    check(
        "SELECT$0 Id, Email AS e FROM Orders o JOIN Customers c ON o.SubscriberKey = c.SubscriberKey ORDER BY Total, e, Id, _CreatedDate",
        &expect![[r#"
            Qualify all columns of this SELECT
            SELECT o.Id, c.Email AS e FROM Orders o JOIN Customers c ON o.SubscriberKey = c.SubscriberKey ORDER BY o.Total, e, o.Id, _CreatedDate

        "#]],
    );
    check(
        "SELECT$0 Id AS i FROM Orders o WHERE _CreatedDate > GETDATE() UNION SELECT Id AS i FROM [My List] ORDER BY i",
        &expect![[r#"
            Qualify all columns of this SELECT
            SELECT o.Id AS i FROM Orders o WHERE o._CreatedDate > GETDATE() UNION SELECT Id AS i FROM [My List] ORDER BY i

        "#]],
    );
    check("SELECT SubscriberKey$0 AS s FROM Orders o JOIN Customers c ON 1 = 1", &expect![[r#""#]]);
    check("SELECT Id FROM Orders o WHERE EXISTS (SELECT 1 AS x FROM Customers o WHERE Total$0 > 1)", &expect![[r#""#]]);
    check("SELECT Nobody$0 AS n FROM Unknown u", &expect![[r#""#]]);
}

#[test]
fn add_alias() {
    check(
        "SELECT Orders.Id, Total FROM Orders$0 WHERE orders.Total > 1",
        &expect![[r#"
            Give `Orders` the alias `o`
            SELECT o.Id, Total FROM Orders AS o WHERE o.Total > 1

        "#]],
    );
    check(
        "SELECT Id FROM Ent.[Shared Things$0] JOIN t AS st ON 1 = 1",
        &expect![[r#"
            Give `Shared Things` the alias `st2`
            SELECT Id FROM Ent.[Shared Things] AS st2 JOIN t AS st ON 1 = 1

        "#]],
    );
    check(
        "SELECT o.Id FROM Orders$0 JOIN t AS b ON o.x = 1",
        &expect![[r#"
            Give `Orders` the alias `o2`
            SELECT o.Id FROM Orders AS o2 JOIN t AS b ON o.x = 1

        "#]],
    );
    check("SELECT Id FROM Orders o$0", &expect![[r#""#]]);
}

#[test]
fn expand_star_where_columns_come_twice() {
    check(
        "SELECT *$0 FROM [My List] m JOIN Ent.[Shared Things] s ON m.Id = s.Id",
        &expect![[r#"
            Write out the columns of the star, `Id` as `s_Id`
            SELECT m.Id, m.Note, s.Id AS s_Id, s.City FROM [My List] m JOIN Ent.[Shared Things] s ON m.Id = s.Id

        "#]],
    );
    check(
        "select *$0 from [My List] join (select Id, Note from [My List]) _b on [My List].Id = _b.Id",
        &expect![[r#"
            Write out the columns of the star, 2 of them called by their tables
            select [My List].Id, [My List].Note, _b.Id as b_Id, _b.Note as b_Note from [My List] join (select Id, Note from [My List]) _b on [My List].Id = _b.Id

        "#]],
    );
    check(
        "SELECT m.*, s.*$0, 1 AS s_id FROM [My List] m JOIN Ent.[Shared Things] s ON m.Id = s.Id",
        &expect![[r#"
            Write out the columns of the star, `Id` as `s_Id2`
            SELECT m.*, s.Id AS s_Id2, s.City, 1 AS s_id FROM [My List] m JOIN Ent.[Shared Things] s ON m.Id = s.Id

        "#]],
    );
    check(
        "SELECT m.*$0, s.* FROM [My List] m JOIN Ent.[Shared Things] s ON m.Id = s.Id",
        &expect![[r#"
            Write out the columns of the star, `Id` as `m_Id`
            SELECT m.Id AS m_Id, m.Note, s.* FROM [My List] m JOIN Ent.[Shared Things] s ON m.Id = s.Id

        "#]],
    );
    check("SELECT s.*$0, u.*, s.* FROM Ent.[Shared Things] s JOIN Unheard u ON u.Id = s.Id", &expect![[r#""#]]);
}

#[test]
fn expand_star() {
    // In a line with FROM it stays there.
    check(
        "SELECT *$0 FROM Orders o",
        &expect![[r#"
        Write out the columns of the star
        SELECT Id, SubscriberKey, [First Name], Total, CreatedDate FROM Orders o

    "#]],
    );
    check(
        "SELECT *$0 FROM [My List]",
        &expect![[r#"
        Write out the columns of the star
        SELECT Id, Note FROM [My List]

    "#]],
    );
    check(
        "SELECT\n    *$0\nFROM Orders",
        &expect![[r#"
        Write out the columns of the star
        SELECT
            Id,
            SubscriberKey,
            [First Name],
            Total,
            CreatedDate
        FROM Orders

    "#]],
    );
    check(
        "SELECT d.$0*, 1 AS x FROM (SELECT Id, Total FROM Orders) d",
        &expect![[r#"
        Write out the columns of the star
        SELECT d.Id, d.Total, 1 AS x FROM (SELECT Id, Total FROM Orders) d

    "#]],
    );
    check("SELECT *$0 FROM Unknown", &expect![[r#""#]]);
    check("SELECT *$0 FROM Orders o JOIN Unknown u ON o.Id = u.Id", &expect![[r#""#]]);
    check("SELECT *$0 FROM [My List] UNION SELECT 1, 'x'", &expect![[r#""#]]);
    check("SELECT a FROM (SELECT *$0 FROM [My List]) AS d (a, b)", &expect![[r#""#]]);
    check("SELECT Id FROM Orders WHERE EXISTS (SELECT *$0 FROM [My List])", &expect![[r#""#]]);
}

/// The places of the columns of a table are not known.
#[test]
fn no_star_is_expanded_that_is_put_in_order_by_a_place() {
    let text = "SELECT *$0 FROM [My List] ORDER BY 2";
    let (host, file) = known_host(&text.replace("$0", ""));
    let range = TextRange::empty(size(text.find("$0").unwrap()));
    let found = code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &|kind| kind == ActionKind::Rewrite);
    assert!(found.iter().all(|action| !action.title.contains("star")), "{found:?}");
}

#[test]
fn the_stars_of_many_selects_are_linear() {
    let text = |count: usize| vec!["SELECT * FROM [My List]"; count].join(" UNION ALL ");
    let run = |text: String| {
        let (host, file) = known_host(&text);
        let range = TextRange::empty(size(8));
        let wanted = |kind| kind == ActionKind::Rewrite;
        let found = code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &wanted);
        assert!(found.iter().any(|action| action.title.contains("all stars")), "{found:?}");
    };
    assert_linear("stars", [50, 500], text, run);
}

/// Where columns go by their places, all stars of one table or none.
#[test]
fn expand_the_stars_of_a_union() {
    check(
        "SELECT $0* FROM [My List] UNION ALL SELECT * FROM [My List] m WHERE m.Id = 1",
        &expect![[r#"
        Write out the columns of all stars
        SELECT Id, Note FROM [My List] UNION ALL SELECT Id, Note FROM [My List] m WHERE m.Id = 1

    "#]],
    );
    for none in [
        "SELECT $0* FROM [My List] UNION ALL SELECT * FROM Orders",
        "SELECT $0* FROM [My List] UNION ALL SELECT Id, Note FROM [My List]",
        "SELECT q.a FROM (SELECT $0* FROM [My List] UNION ALL SELECT * FROM [My List]) AS q (a, b)",
        "SELECT $0* FROM [My List] UNION ALL SELECT * FROM Unknown",
        "SELECT $0* FROM Unknown UNION ALL SELECT * FROM Unknown",
        "SELECT $0* FROM [My List] UNION ALL SELECT * FROM [My List] ORDER BY Note, 2 DESC",
    ] {
        check(none, &expect![[""]]);
    }
}

#[test]
fn add_date_bound() {
    check(
        "SELECT s.JobID FROM _Sent$0 s WHERE s.JobID = 1 OR s.JobID = 2",
        &expect![[r#"
        Only read the last 30 days of `_Sent` (returns less)
        SELECT s.JobID FROM _Sent s WHERE (s.JobID = 1 OR s.JobID = 2) AND s.EventDate >= DATEADD(day, -30, GETDATE())

    "#]],
    );
    check(
        "SELECT JobID\nFROM _Sent$0",
        &expect![[r#"
            Give `_Sent` the alias `s`
            SELECT JobID
            FROM _Sent AS s

            Only read the last 30 days of `_Sent` (returns less)
            SELECT JobID
            FROM _Sent
            WHERE _Sent.EventDate >= DATEADD(day, -30, GETDATE())

        "#]],
    );
    check(
        "SELECT c.Email FROM Customers c LEFT JOIN _Open o$0 ON o.SubscriberKey = c.SubscriberKey",
        &expect![[r#"
            Only read the last 30 days of `_Open` (fewer rows of it count)
            SELECT c.Email FROM Customers c LEFT JOIN _Open o ON o.SubscriberKey = c.SubscriberKey AND o.EventDate >= DATEADD(day, -30, GETDATE())

        "#]],
    );
    // It is what is kept.
    check(
        "SELECT s.JobID FROM Customers c RIGHT JOIN _Sent s$0 ON s.SubscriberKey = c.SubscriberKey",
        &expect![[r#"
            Only read the last 30 days of `_Sent` (returns less)
            SELECT s.JobID FROM Customers c RIGHT JOIN _Sent s ON s.SubscriberKey = c.SubscriberKey WHERE s.EventDate >= DATEADD(day, -30, GETDATE())

        "#]],
    );
    check(
        "SELECT s.JobID FROM _Sent s$0 -- all of it",
        &expect![[r#"
            Only read the last 30 days of `_Sent` (returns less)
            SELECT s.JobID FROM _Sent s WHERE s.EventDate >= DATEADD(day, -30, GETDATE()) -- all of it

        "#]],
    );
    check("SELECT JobID FROM _Sent$0 s WHERE s.EventDate > DATEADD(day, -1, GETDATE())", &expect![[r#""#]]);
    check("SELECT SubscriberKey FROM _Subscribers$0 s", &expect![[r#""#]]);
    check("SELECT s.JobID FROM _Sent$0 s WHERE", &expect![[r#""#]]);
}

#[test]
fn a_table() {
    check(
        "SELECT o.Id FROM $0Ent.[Shared Things]$0 o WHERE o.City = 'x'",
        &expect![[r#"
        Make the table a derived table
        SELECT o.Id FROM (SELECT Id, City FROM Ent.[Shared Things]) o WHERE o.City = 'x'

    "#]],
    );
    check(
        "SELECT Id FROM $0[My List]$0",
        &expect![[r#"
            Give `My List` the alias `ml`
            SELECT Id FROM [My List] AS ml

            Make the table a derived table
            SELECT Id FROM (SELECT Id, Note FROM [My List]) AS [My List]

        "#]],
    );
    check(
        "SELECT Id AS a FROM $0Unknown$0",
        &expect![[r#"
            Give `Unknown` the alias `u`
            SELECT Id AS a FROM Unknown AS u

        "#]],
    );
    check(
        "$0SELECT TOP 5 Id,\n  Total\nFROM Orders\nORDER BY Id",
        &expect![[r#"
            Qualify all columns of this SELECT
            SELECT TOP 5 Orders.Id,
              Orders.Total
            FROM Orders
            ORDER BY Orders.Id

            Make the query a derived table
            SELECT q.Id, q.Total
            FROM (
                SELECT TOP 5 Id,
                  Total
                FROM Orders
                ORDER BY Id
            ) AS q

        "#]],
    );
    check(
        "SELECT$0 Id, Total FROM Orders o",
        &expect![[r#"
        Qualify all columns of this SELECT
        SELECT o.Id, o.Total FROM Orders o

        Make the query a derived table
        SELECT q.Id, q.Total
        FROM (
            SELECT Id, Total FROM Orders o
        ) AS q

    "#]],
    );
}

#[test]
fn an_inner_query() {
    check(
        "SELECT d.Id FROM ($0SELECT Id, Total FROM Orders) d",
        &expect![[r#"
            Qualify all columns of this SELECT
            SELECT d.Id FROM (SELECT Orders.Id, Orders.Total FROM Orders) d

            Make the query a derived table
            SELECT d.Id FROM (SELECT q.Id, q.Total FROM (SELECT Id, Total FROM Orders) AS q) d

        "#]],
    );
    check(
        "SELECT Id FROM Orders WHERE Id IN ($0SELECT Id FROM [My List])",
        &expect![[r#"
            Qualify all columns of this SELECT
            SELECT Id FROM Orders WHERE Id IN (SELECT [My List].Id FROM [My List])

            Make the query a derived table
            SELECT Id FROM Orders WHERE Id IN (SELECT q.Id FROM (SELECT Id FROM [My List]) AS q)

        "#]],
    );
    for none in [
        "SELECT Id FROM Orders WHERE Id IN ($0SELECT Id FROM [My List] WHERE Id = Total)",
        "SELECT Id FROM Orders WHERE EXISTS ($0SELECT Note FROM [My List])",
        "INSERT INTO t $0SELECT Id FROM [My List]",
        "WITH r AS ($0SELECT Id FROM Orders UNION ALL SELECT Id FROM r) SELECT Id FROM r",
        "SELECT Id FROM Orders UNION $0SELECT Id FROM [My List]",
    ] {
        let (host, file) = known_host(&none.replace("$0", ""));
        let at = TextRange::empty(size(none.find("$0").unwrap()));
        let wanted = |kind| matches!(kind, ActionKind::Rewrite | ActionKind::Extract);
        let found = code_actions(&host.snapshot(), None, file, at, &DefaultLevels, &wanted);
        assert!(found.iter().all(|action| !action.title.starts_with("Make")), "{none}");
    }
}

/// Where rows come only because there is no row of the view, there would be more of them.
#[test]
fn no_date_bound_in_anti_joins() {
    let offered = |markup: &str| {
        let at = size(markup.find("$0").unwrap());
        let (host, file) = known_host(&markup.replace("$0", ""));
        let found = code_actions(&host.snapshot(), None, file, TextRange::empty(at), &DefaultLevels, &|kind| {
            kind == ActionKind::Rewrite
        });
        let found = found
            .into_iter()
            .find_map(|action| action.title.strip_prefix("Only read the last 30 days of ").map(str::to_owned));
        found.unwrap_or_else(|| "nothing".to_owned())
    };
    let key = "s.SubscriberKey = c.SubscriberKey";
    for (markup, expected) in [
        (
            format!("SELECT c.Email FROM Customers c WHERE NOT EXISTS (SELECT 1 AS x FROM _Sent$0 s WHERE {key})"),
            "nothing",
        ),
        (
            format!("SELECT c.Email FROM Customers c WHERE EXISTS (SELECT 1 AS x FROM _Sent$0 s WHERE {key})"),
            "`_Sent` (returns less)",
        ),
        (
            "SELECT c.Email FROM Customers c WHERE c.SubscriberKey NOT IN (SELECT s.SubscriberKey FROM _Sent$0 s)"
                .to_owned(),
            "nothing",
        ),
        (
            "SELECT c.Email FROM Customers c WHERE c.SubscriberKey IN (SELECT s.SubscriberKey FROM _Sent$0 s)"
                .to_owned(),
            "`_Sent` (returns less)",
        ),
        (
            format!("SELECT c.Email FROM Customers c LEFT JOIN _Sent$0 s ON {key} WHERE s.SubscriberKey IS NULL"),
            "nothing",
        ),
        (
            format!("SELECT c.Email FROM Customers c LEFT JOIN _Sent$0 s ON {key} WHERE c.Email IS NOT NULL"),
            "`_Sent` (fewer rows of it count)",
        ),
        (
            format!(
                "SELECT c.Email, CASE WHEN EXISTS (SELECT 1 AS x FROM _Sent$0 s WHERE {key}) THEN 1 ELSE 0 END AS y FROM Customers c"
            ),
            "`_Sent` (fewer rows of it count)",
        ),
        (
            format!(
                "SELECT c.Email FROM Customers c WHERE CASE WHEN EXISTS (SELECT 1 AS x FROM _Sent$0 s WHERE {key}) THEN 1 ELSE 0 END = 0"
            ),
            "nothing",
        ),
        (
            format!("SELECT c.Email FROM Customers c WHERE (SELECT COUNT(*) AS n FROM _Sent$0 s WHERE {key}) = 0"),
            "nothing",
        ),
        (
            format!(
                "SELECT c.Email FROM Customers c WHERE (SELECT COUNT(*) AS n FROM _Sent$0 s WHERE {key}) IN (0, 1)"
            ),
            "nothing",
        ),
        (
            format!("SELECT c.Email, (SELECT COUNT(*) AS n FROM _Sent$0 s WHERE {key}) AS n FROM Customers c"),
            "`_Sent` (fewer rows of it count)",
        ),
        (
            format!(
                "SELECT c.Email FROM Customers c WHERE c.Email = 'x' AND (EXISTS (SELECT 1 AS x FROM _Sent$0 s WHERE {key}) OR c.Email = 'y')"
            ),
            "`_Sent` (returns less)",
        ),
        (
            format!(
                "SELECT c.Email FROM Customers c LEFT JOIN _Sent$0 s ON {key} WHERE ISNULL(s.SubscriberKey, '') = ''"
            ),
            "nothing",
        ),
        (
            format!("SELECT c.Email FROM Customers c LEFT JOIN _Sent$0 s ON {key} WHERE coalesce(s.JobID, 0) = 0"),
            "nothing",
        ),
        (
            format!(
                "SELECT c.Email FROM Customers c LEFT JOIN _Sent$0 s ON {key} GROUP BY c.Email HAVING COUNT(s.JobID) = 0"
            ),
            "nothing",
        ),
        (
            format!(
                "SELECT c.Email FROM Customers c LEFT JOIN _Sent$0 s ON {key} GROUP BY c.Email HAVING COUNT(s.JobID) > 3"
            ),
            "`_Sent` (fewer rows of it count)",
        ),
        (
            "SELECT s.SubscriberKey FROM _Sent$0 s GROUP BY s.SubscriberKey HAVING COUNT(*) > 3".to_owned(),
            "`_Sent` (returns less)",
        ),
        ("SELECT s.SubscriberKey FROM _Sent$0 s GROUP BY s.SubscriberKey HAVING COUNT(*) < 3".to_owned(), "nothing"),
        ("SELECT SubscriberKey FROM Customers EXCEPT SELECT s.SubscriberKey FROM _Sent$0 s".to_owned(), "nothing"),
    ] {
        assert_eq!(offered(&markup), expected, "{markup}");
    }
}

#[test]
fn the_lines_of_a_date_bound() {
    let after = |markup: &str| {
        let at = size(markup.find("$0").unwrap());
        let text = markup.replace("$0", "");
        let (host, file) = known_host(&text);
        let found = code_actions(&host.snapshot(), None, file, TextRange::empty(at), &DefaultLevels, &|kind| {
            kind == ActionKind::Rewrite
        });
        let action = found.into_iter().find(|action| action.title.starts_with("Only read")).unwrap();
        apply_edits(&text, &action.edits).unwrap()
    };
    let bound = "s.EventDate >= DATEADD(day, -30, GETDATE())";
    assert_eq!(
        after("SELECT s.JobID\nFROM _Sent$0 s\nWHERE s.JobID = 1\n  AND s.ListID = 2"),
        format!("SELECT s.JobID\nFROM _Sent s\nWHERE s.JobID = 1\n  AND s.ListID = 2\n  AND {bound}")
    );
    assert_eq!(
        after("SELECT s.JobID\nFROM _Sent$0 s -- all\nORDER BY s.JobID"),
        format!("SELECT s.JobID\nFROM _Sent s -- all\nWHERE {bound}\nORDER BY s.JobID")
    );
}

#[test]
fn wrap() {
    check(
        "$0SELECT Id, Total * 2 AS [twice as much]\nFROM Orders -- all",
        &expect![[r#"
            Qualify all columns of this SELECT
            SELECT Orders.Id, Orders.Total * 2 AS [twice as much]
            FROM Orders -- all

            Make the query a derived table
            SELECT q.Id, q.[twice as much]
            FROM (
                SELECT Id, Total * 2 AS [twice as much]
                FROM Orders
            ) AS q -- all

        "#]],
    );
    check(
        "$0SELECT Id FROM Orders UNION ALL SELECT Id FROM [My List]",
        &expect![[r#"
            Qualify all columns of this SELECT
            SELECT Orders.Id FROM Orders UNION ALL SELECT Id FROM [My List]

            Make the query a derived table
            SELECT q.Id
            FROM (
                SELECT Id FROM Orders UNION ALL SELECT Id FROM [My List]
            ) AS q

        "#]],
    );
    for none in [
        "$0SELECT * FROM Unknown",
        "$0SELECT Id, Id FROM Orders",
        // Without TOP the order would be lost.
        "$0SELECT Id FROM Orders ORDER BY Id",
        "$0SELECT 1",
        "$0SELECT Id, UPPER(o.) AS n FROM Orders o",
    ] {
        let (host, file) = known_host(&none.replace("$0", ""));
        let wanted = |kind| matches!(kind, ActionKind::Rewrite | ActionKind::Extract);
        let found = code_actions(&host.snapshot(), None, file, TextRange::empty(size(0)), &DefaultLevels, &wanted);
        assert!(found.iter().all(|action| !action.title.starts_with("Make")), "{none}");
    }
}
