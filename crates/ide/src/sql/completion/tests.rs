mod fit;

use expect_test::{Expect, expect};
use sfmc_syntax::TextRange;

use crate::{CompletionKind, CompletionOptions, Completions, completions, sql::testing::known_host, testing::size};

fn ask(markup: &str) -> (String, Option<Completions>) {
    let at = size(markup.find("$0").unwrap());
    let text = markup.replace("$0", "");
    let (host, file) = known_host(&text);
    let found = completions(&host.snapshot(), file, at, CompletionOptions { snippets: true }, None);
    (text, found)
}

/// The text once the proposal of a label is taken, by a client that leaves what follows the place and by one that replaces it.
#[track_caller]
fn check_taken(label: &str, cases: &[&str], expected: &Expect) {
    let mut shown = String::new();
    for markup in cases {
        let (text, found) = ask(markup);
        let found = found.unwrap_or_else(|| panic!("nothing at {markup}"));
        let item = found.items.iter().find(|item| item.label == label);
        let item = item.unwrap_or_else(|| panic!("no {label} at {markup}"));
        let new = item.snippet.as_ref().or(item.insert.as_ref()).unwrap_or(&item.label);
        let taken = |range: TextRange| {
            let mut text = text.clone();
            text.replace_range(std::ops::Range::<usize>::from(range), new);
            text
        };
        let (inserted, replaced) = (taken(found.insert), taken(found.replace));
        shown.push_str(&format!("{inserted}\n"));
        if inserted != replaced {
            shown.push_str(&format!("    or {replaced}\n"));
        }
    }
    expected.assert_eq(&shown);
}

/// The first proposals at `$0`: what is shown, and what is inserted if that is something else.
#[track_caller]
fn check(markup: &str, count: usize, expected: &Expect) {
    let (text, found) = ask(markup);
    let shown = found.map_or_else(
        || "nothing\n".to_owned(),
        |found| {
            let mut shown = String::new();
            if !found.replace.is_empty() {
                shown.push_str(&format!("«{}»\n", &text[found.replace]));
            }
            for item in found.items.iter().take(count) {
                let insert = item.snippet.as_ref().or(item.insert.as_ref());
                shown.push_str(&item.label);
                shown.push_str(&insert.map_or_else(String::new, |insert| format!(" ⇒ {insert}")));
                shown.push_str(&item.detail.as_ref().map_or_else(String::new, |detail| format!("  ({detail})")));
                shown.push('\n');
            }
            shown
        },
    );
    expected.assert_eq(&shown);
}

#[test]
fn tables() {
    check(
        "SELECT * FROM $0",
        12,
        &expect![[r#"
        Customers  (data extension)
        My List ⇒ [My List]  (data extension)
        Orders  (data extension)
        _Sent  (data view)
        _Job  (data view)
        _Open  (data view)
        _Subscribers  (data view)
        _Click  (data view)
        Ent.Shared Things ⇒ Ent.[Shared Things]  (shared data extension)
        _Bounce  (data view)
        _Unsubscribe  (data view)
        _ListSubscribers  (data view)
    "#]],
    );
    check(
        "SELECT * FROM my$0",
        3,
        &expect![[r#"
            «my»
            My List ⇒ [My List]  (data extension)
            _AutomationActivityInstance  (data view)
        "#]],
    );
    check(
        "SELECT * FROM [my$0] o",
        3,
        &expect![[r#"
            «[my]»
            My List ⇒ [My List]  (data extension)
            _AutomationActivityInstance ⇒ [_AutomationActivityInstance]  (data view)
        "#]],
    );
    check(
        "SELECT * FROM Ent.$0",
        3,
        &expect![[r#"
        _Subscribers  (data view)
        Shared Things ⇒ [Shared Things]  (shared data extension)
        _AutomationActivityInstance  (data view)
    "#]],
    );
    check(
        "select * from Orders o left $0",
        3,
        &expect![[r#"
            join
            outer join ⇒ outer join
        "#]],
    );
    check(
        "WITH c AS (SELECT 1 AS x) SELECT * FROM $0",
        1,
        &expect![[r#"
        c  (common table expression)
    "#]],
    );
}

#[test]
fn columns() {
    check(
        "SELECT $0 FROM Orders",
        8,
        &expect![[r#"
        Id  (int · Orders)
        CreatedDate  (datetime · Orders)
        DISTINCT
        First Name ⇒ [First Name]  (nvarchar(50) · Orders)
        SubscriberKey  (nvarchar(254) · Orders)
        TOP
        Total  (decimal(10,2) · Orders)
        DATEADD ⇒ DATEADD(${1:part}, ${2:amount}, ${3:date})$0  (DATEADD(part: part of a date, amount: int, date) → same as date)
    "#]],
    );
    check(
        "SELECT Id, $0 FROM Orders WHERE Total > 1",
        4,
        &expect![[r#"
        Total  (decimal(10,2) · Orders)
        CreatedDate  (datetime · Orders)
        First Name ⇒ [First Name]  (nvarchar(50) · Orders)
        SubscriberKey  (nvarchar(254) · Orders)
    "#]],
    );
    check(
        "SELECT o.$0 FROM Orders o JOIN Customers c ON o.SubscriberKey = c.SubscriberKey",
        7,
        &expect![[r#"
        SubscriberKey  (nvarchar(254) · Orders)
        Id  (int · Orders)
        CreatedDate  (datetime · Orders)
        First Name ⇒ [First Name]  (nvarchar(50) · Orders)
        Total  (decimal(10,2) · Orders)
        *
    "#]],
    );
    check(
        "SELECT o.[f$0 FROM Orders o",
        2,
        &expect![[r#"
            «[f»
            First Name ⇒ [First Name]  (nvarchar(50) · Orders)
        "#]],
    );
    check(
        "SELECT f$0 FROM Orders o JOIN Customers c ON o.SubscriberKey = c.SubscriberKey",
        3,
        &expect![[r#"
            «f»
            First Name ⇒ o.[First Name]  (nvarchar(50) · Orders)
            First Name ⇒ c.[First Name]  (nvarchar(50) · Customers)
            DATEDIFF ⇒ DATEDIFF(${1:part}, ${2:start}, ${3:end})$0  (DATEDIFF(part: part of a date, start: date, end: date) → int)
        "#]],
    );
    check(
        "SELECT 1 FROM Orders WHERE $0",
        3,
        &expect![[r#"
        Id  (int · Orders)
        CreatedDate  (datetime · Orders)
        First Name ⇒ [First Name]  (nvarchar(50) · Orders)
    "#]],
    );
    check(
        "SELECT 1 FROM Orders WHERE Id IN (SELECT $0 FROM Customers c)",
        6,
        &expect![[r#"
            SubscriberKey  (nvarchar(254) · Customers)
            DISTINCT
            Email  (nvarchar(254) · Customers)
            First Name ⇒ [First Name]  (nvarchar(50) · Customers)
            Order ⇒ [Order]  (bit · Customers)
            TOP
        "#]],
    );
    check(
        "SELECT d.$0 FROM (SELECT Id, COUNT(*) AS n FROM Orders GROUP BY Id) d",
        4,
        &expect![[r#"
        Id  (int · d)
        n  (int · d)
        *
    "#]],
    );
    check(
        "SELECT Id, COUNT(*) AS n FROM Orders GROUP BY $0",
        2,
        &expect![[r#"
        Id  (int · Orders)
        CreatedDate  (datetime · Orders)
    "#]],
    );
    check(
        "SELECT Id, COUNT(*) AS n FROM Orders GROUP BY Id ORDER BY $0",
        3,
        &expect![[r#"
        Id  (int · Orders)
        n  (int · returned)
        CreatedDate  (datetime · Orders)
    "#]],
    );
    check(
        "SELECT a AS x FROM t UNION SELECT b FROM t ORDER BY $0",
        2,
        &expect![[r#"
        x  (returned)
        CASE
    "#]],
    );
    check(
        "SELECT c.$0 FROM Orders o",
        2,
        &expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn joins() {
    check(
        "SELECT * FROM Orders o JOIN Customers c ON $0",
        3,
        &expect![[r#"
            o.SubscriberKey = c.SubscriberKey ⇒ o.SubscriberKey = c.SubscriberKey  (join condition)
            Id ⇒ o.Id  (int · Orders)
            SubscriberKey ⇒ c.SubscriberKey  (nvarchar(254) · Customers)
        "#]],
    );
    check(
        "SELECT * FROM _Sent s JOIN _Open o ON $0",
        3,
        &expect![[r#"
            s.JobID = o.JobID AND s.ListID = o.ListID AND s.BatchID = o.BatchID AND s.SubscriberID = o.SubscriberID ⇒ s.JobID = o.JobID AND s.ListID = o.ListID AND s.BatchID = o.BatchID AND s.SubscriberID = o.SubscriberID  (all columns of the key)
            s.SubscriberKey = o.SubscriberKey ⇒ s.SubscriberKey = o.SubscriberKey  (join condition)
            s.BatchID = o.BatchID ⇒ s.BatchID = o.BatchID  (join condition)
        "#]],
    );
    check(
        "SELECT * FROM Orders o JOIN Customers c $0",
        3,
        &expect![[r#"
            ON
            WHERE
            INNER JOIN ⇒ INNER JOIN
        "#]],
    );
}

#[test]
fn words_of_clauses() {
    check(
        "$0",
        2,
        &expect![[r#"
        SELECT
    "#]],
    );
    check(
        "SELECT a $0",
        3,
        &expect![[r#"
        AS
        FROM
    "#]],
    );
    check(
        "SELECT * FROM t $0",
        5,
        &expect![[r#"
            WHERE
            INNER JOIN ⇒ INNER JOIN
            LEFT JOIN ⇒ LEFT JOIN
            AS
            JOIN
        "#]],
    );
    check(
        "select * from t where a $0",
        4,
        &expect![[r#"
            in
            is not null ⇒ is not null
            is null ⇒ is null
            like
        "#]],
    );
    check(
        "SELECT * FROM t WHERE a IS $0",
        3,
        &expect![[r#"
            NULL
            NOT NULL ⇒ NOT NULL
        "#]],
    );
    check(
        "SELECT CASE WHEN a = 1 $0",
        4,
        &expect![[r#"
            THEN
            AND
            OR
        "#]],
    );
    check(
        "SELECT * FROM t GROUP $0",
        3,
        &expect![[r#"
        BY
    "#]],
    );
    check(
        "SELECT ROW_NUMBER() OVER ($0",
        3,
        &expect![[r#"
            ORDER BY ⇒ ORDER BY
            PARTITION BY ⇒ PARTITION BY
            DATEADD ⇒ DATEADD(${1:part}, ${2:amount}, ${3:date})$0  (DATEADD(part: part of a date, amount: int, date) → same as date)
        "#]],
    );
    check(
        "SELECT 1 UNION $0",
        3,
        &expect![[r#"
            ALL
            SELECT
        "#]],
    );
    check(
        "SELECT a AS $0",
        3,
        &expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn functions_and_their_arguments() {
    check(
        "SELECT DATEA$0",
        1,
        &expect![[r#"
            «DATEA»
            DATEADD ⇒ DATEADD(${1:part}, ${2:amount}, ${3:date})$0  (DATEADD(part: part of a date, amount: int, date) → same as date)
        "#]],
    );
    check(
        "select dateadd($0",
        3,
        &expect![[r#"
        day  (also dd, d)
        month  (also mm, m)
        hour  (also hh)
    "#]],
    );
    check(
        "SELECT coal$0esce(a, b)",
        1,
        &expect![[r#"
            «coalesce»
            COALESCE  (COALESCE(a, b, rest, …) → highest-precedence type)
        "#]],
    );
    check(
        "SELECT CAST(a AS $0",
        3,
        &expect![[r#"
        NVARCHAR ⇒ NVARCHAR(${1:50})$0
        DATE
        INT
    "#]],
    );
    check(
        "SELECT CAST(a $0",
        3,
        &expect![[r#"
        AS
    "#]],
    );
    check(
        "SELECT CONVERT($0",
        2,
        &expect![[r#"
        NVARCHAR ⇒ NVARCHAR(${1:50})$0
        DATE
    "#]],
    );
    check(
        "SELECT CONVERT(date, a, $0",
        3,
        &expect![[r#"
        101  (mm/dd/yyyy)
        103  (dd/mm/yyyy)
        104  (dd.mm.yyyy)
    "#]],
    );
    check(
        "SELECT MAX(t$0) FROM Orders",
        1,
        &expect![[r#"
            «t»
            Total  (decimal(10,2) · Orders)
        "#]],
    );
}

#[test]
fn text_and_comments() {
    check(
        "SELECT 1 FROM _Subscribers WHERE Status = '$0'",
        5,
        &expect![[r#"
        active
        bounced
        held
        unsubscribed
    "#]],
    );
    check(
        "SELECT 1 FROM _Subscribers s WHERE s.Status IN ('active', '$0",
        2,
        &expect![[r#"
            active
            bounced
        "#]],
    );
    check(
        "SELECT a AT TIME ZONE '$0'",
        2,
        &expect![[r#"
            Central America Standard Time ⇒ Central America Standard Time  (UTC−6 all year: the server's clock)
            UTC  (coordinated universal time)
        "#]],
    );
    for markup in ["SELECT '$0'", "SELECT -- $0", "SELECT /* $0 */ 1", "SELECT 12$0", "SELECT a FROM t WHERE b = 1$0"] {
        assert_eq!(ask(markup).1, None, "{markup}");
    }
}

#[test]
fn what_is_refused_is_not_proposed() {
    let (_, found) = ask("SELECT 1 FROM Orders WHERE $0");
    let labels: Vec<String> = found.unwrap().items.into_iter().map(|item| item.label).collect();
    for name in ["STRING_SPLIT", "SUSER_NAME", "NVL"] {
        assert!(!labels.iter().any(|label| label == name), "{name}");
    }
}

#[test]
fn brackets_are_not_doubled() {
    check_taken(
        "First Name",
        &[
            "SELECT o.[First Na$0me] FROM Orders o",
            "SELECT o.[F$0] FROM Orders o",
            "SELECT [$0] FROM Orders o",
            "SELECT [Fi$0] AS x FROM Orders o",
            "SELECT [Fi$0 FROM Orders o",
            "SELECT [Fi$0 FROM Orders o WHERE o.[First Name] = 1",
            "SELECT 1 FROM Orders o WHERE o.[F$0]",
        ],
        &expect![[r#"
            SELECT o.[First Name] FROM Orders o
            SELECT o.[First Name] FROM Orders o
            SELECT [First Name] FROM Orders o
            SELECT [First Name] AS x FROM Orders o
            SELECT [First Name] FROM Orders o
            SELECT [First Name] FROM Orders o WHERE o.[First Name] = 1
            SELECT 1 FROM Orders o WHERE o.[First Name]
        "#]],
    );
    check_taken(
        "My List",
        &["SELECT 1 FROM [My $0]", "SELECT 1 FROM [$0] m"],
        &expect![[r#"
        SELECT 1 FROM [My List]
        SELECT 1 FROM [My List] m
    "#]],
    );
}

#[test]
fn the_name_behind_the_place_is_replaced() {
    check_taken(
        "SubscriberKey",
        &[
            "SELECT o.$0SubscriberKey FROM Orders o",
            "SELECT o.$0[First Name] FROM Orders o",
            "SELECT o.$0 Id FROM Orders o",
            "SELECT $0o.Id FROM Orders o",
            "SELECT $0LEN(Id) FROM Orders o",
        ],
        &expect![[r#"
            SELECT o.SubscriberKeySubscriberKey FROM Orders o
                or SELECT o.SubscriberKey FROM Orders o
            SELECT o.SubscriberKey[First Name] FROM Orders o
                or SELECT o.SubscriberKey FROM Orders o
            SELECT o.SubscriberKey Id FROM Orders o
            SELECT SubscriberKeyo.Id FROM Orders o
                or SELECT SubscriberKey FROM Orders o
            SELECT SubscriberKeyLEN(Id) FROM Orders o
        "#]],
    );
}

#[test]
fn words_that_are_there_are_not_doubled() {
    check_taken(
        "GROUP BY",
        &[
            "SELECT Id FROM Orders GR$0OUP BY Id",
            "SELECT Id FROM Orders GROUP$0 BY Id",
            "SELECT Id FROM Orders GR$0",
            "SELECT Id FROM Orders $0 ORDER BY Id",
        ],
        &expect![[r#"
            SELECT Id FROM Orders GROUPOUP BY Id
                or SELECT Id FROM Orders GROUP BY Id
            SELECT Id FROM Orders GROUP BY Id
            SELECT Id FROM Orders GROUP BY
            SELECT Id FROM Orders GROUP BY ORDER BY Id
        "#]],
    );
    check_taken(
        "LEFT JOIN",
        &[
            "SELECT 1 FROM Orders LE$0FT JOIN Customers c",
            "SELECT 1 FROM Orders LE$0FT OUTER JOIN Customers c",
            "SELECT 1 FROM Orders\n$0\nJOIN Customers c",
        ],
        &expect![[r#"
            SELECT 1 FROM Orders LEFTFT JOIN Customers c
                or SELECT 1 FROM Orders LEFT JOIN Customers c
            SELECT 1 FROM Orders LEFTFT OUTER JOIN Customers c
                or SELECT 1 FROM Orders LEFT OUTER JOIN Customers c
            SELECT 1 FROM Orders
            LEFT JOIN
            JOIN Customers c
        "#]],
    );
    check_taken(
        "IS NOT NULL",
        &["SELECT 1 FROM Orders WHERE Id I$0S NULL"],
        &expect![[r#"
        SELECT 1 FROM Orders WHERE Id IS NOTS NULL
            or SELECT 1 FROM Orders WHERE Id IS NOT NULL
    "#]],
    );
}

#[test]
fn clauses_that_are_there_are_not_proposed() {
    for (markup, word) in [
        ("SELECT 1 FROM Orders o\n$0\nWHERE Id = 1", "WHERE"),
        ("SELECT 1 FROM Orders o\n$0\nWHERE Id = 1", "GROUP BY"),
        ("SELECT Id $0 FROM Orders", "FROM"),
        ("SELECT 1 FROM Orders o JOIN Customers c $0 ON 1 = 1", "ON"),
        ("SELECT 1 FROM Orders LEFT $0 JOIN Customers c", "JOIN"),
    ] {
        let items = ask(markup).1.map(|found| found.items).unwrap_or_default();
        assert!(!items.iter().any(|item| item.label == word), "{word} at {markup}");
    }
}

/// The first proposals at each place, in a line.
#[track_caller]
fn check_first(cases: &[&str], count: usize, expected: &Expect) {
    let mut shown = String::new();
    for markup in cases {
        let items = ask(markup).1.map(|found| found.items).unwrap_or_default();
        let mut labels: Vec<&str> = items.iter().take(count).map(|item| item.label.as_str()).collect();
        if labels.is_empty() {
            labels.push("nothing");
        }
        shown.push_str(&format!("{markup}\n    {}\n", labels.join(" · ")));
    }
    expected.assert_eq(&shown);
}

#[test]
fn words_that_fit() {
    check_first(
        &[
            "SELECT CASE WHEN Id = 1 THEN 1 $0 FROM Orders",
            "SELECT CASE WHEN Id = 1 THEN 1 ELSE 2 $0 FROM Orders",
            "SELECT CASE WHEN Id = 1 $0 FROM Orders",
            "SELECT CASE WHEN Id $0 FROM Orders",
            "SELECT CASE Id $0 FROM Orders",
            "SELECT ROW_NUMBER() OVER (PARTITION BY Id $0) FROM Orders",
            "SELECT ROW_NUMBER() OVER (PARTITION BY Id ORDER BY Total $0) FROM Orders",
            "SELECT ROW_NUMBER() OVER (ORDER BY Total DESC $0) FROM Orders",
            "SELECT SUM(Id) OVER (ORDER BY Total ROWS $0) FROM Orders",
            "SELECT SUM(Id) OVER (ORDER BY Total ROWS BETWEEN $0) FROM Orders",
            "SELECT SUM(Id) OVER (ORDER BY Total ROWS BETWEEN 2 $0) FROM Orders",
            "SELECT SUM(Id) OVER (ORDER BY Total ROWS BETWEEN 2 PRECEDING AND $0) FROM Orders",
            "SELECT Id FROM Orders ORDER BY Id OFFSET 0 $0",
            "SELECT Id FROM Orders ORDER BY Id OFFSET 0 ROWS $0",
            "SELECT Id FROM Orders ORDER BY Id OFFSET 0 ROWS FETCH NEXT 5 $0",
            "SELECT Id FROM Orders WHERE Id = 1 $0",
            "SELECT Id FROM Orders WHERE Email LIKE 'a' $0",
            "SELECT Id FROM Orders WHERE Id BETWEEN 1 $0",
            "SELECT Id FROM Orders WHERE Id BETWEEN 1 AND 2 $0",
            "SELECT Id FROM Orders WHERE Id BETWEEN 1 AND 2 AND Total $0",
        ],
        4,
        &expect![[r#"
            SELECT CASE WHEN Id = 1 THEN 1 $0 FROM Orders
                ELSE · END · WHEN
            SELECT CASE WHEN Id = 1 THEN 1 ELSE 2 $0 FROM Orders
                END
            SELECT CASE WHEN Id = 1 $0 FROM Orders
                THEN · AND · OR
            SELECT CASE WHEN Id $0 FROM Orders
                THEN · IN · IS NOT NULL · IS NULL
            SELECT CASE Id $0 FROM Orders
                WHEN
            SELECT ROW_NUMBER() OVER (PARTITION BY Id $0) FROM Orders
                ORDER BY
            SELECT ROW_NUMBER() OVER (PARTITION BY Id ORDER BY Total $0) FROM Orders
                DESC · ASC · ROWS BETWEEN · ROWS
            SELECT ROW_NUMBER() OVER (ORDER BY Total DESC $0) FROM Orders
                ROWS BETWEEN · ROWS
            SELECT SUM(Id) OVER (ORDER BY Total ROWS $0) FROM Orders
                BETWEEN · UNBOUNDED PRECEDING · CURRENT ROW
            SELECT SUM(Id) OVER (ORDER BY Total ROWS BETWEEN $0) FROM Orders
                UNBOUNDED PRECEDING · CURRENT ROW
            SELECT SUM(Id) OVER (ORDER BY Total ROWS BETWEEN 2 $0) FROM Orders
                PRECEDING · FOLLOWING
            SELECT SUM(Id) OVER (ORDER BY Total ROWS BETWEEN 2 PRECEDING AND $0) FROM Orders
                CURRENT ROW · UNBOUNDED FOLLOWING
            SELECT Id FROM Orders ORDER BY Id OFFSET 0 $0
                ROWS
            SELECT Id FROM Orders ORDER BY Id OFFSET 0 ROWS $0
                FETCH NEXT
            SELECT Id FROM Orders ORDER BY Id OFFSET 0 ROWS FETCH NEXT 5 $0
                ROWS ONLY
            SELECT Id FROM Orders WHERE Id = 1 $0
                AND · OR · GROUP BY · ORDER BY
            SELECT Id FROM Orders WHERE Email LIKE 'a' $0
                AND · OR · GROUP BY · ORDER BY
            SELECT Id FROM Orders WHERE Id BETWEEN 1 $0
                AND
            SELECT Id FROM Orders WHERE Id BETWEEN 1 AND 2 $0
                AND · OR · GROUP BY · ORDER BY
            SELECT Id FROM Orders WHERE Id BETWEEN 1 AND 2 AND Total $0
                IN · IS NOT NULL · IS NULL · LIKE
        "#]],
    );
}

#[test]
fn conditions_that_are_there_are_not_proposed() {
    check_first(
        &[
            "SELECT 1 FROM _Sent s JOIN _Open o ON s.JobID = o.JobID AND $0",
            "SELECT 1 FROM _Sent s JOIN _Open o ON o.JobID = s.[JobID] AND o.ListID = s.ListID AND o.BatchID = s.BatchID AND $0",
            "SELECT 1 FROM _Sent s JOIN _Open o ON $0 AND s.JobID = o.JobID",
            "SELECT 1 FROM Orders o JOIN Customers c ON $0c.SubscriberKey = o.SubscriberKey",
            "SELECT 1 FROM Orders o JOIN Customers c ON $0\nWHERE 1 = 1",
        ],
        2,
        &expect![[r#"
            SELECT 1 FROM _Sent s JOIN _Open o ON s.JobID = o.JobID AND $0
                s.ListID = o.ListID AND s.BatchID = o.BatchID AND s.SubscriberID = o.SubscriberID · s.SubscriberKey = o.SubscriberKey
            SELECT 1 FROM _Sent s JOIN _Open o ON o.JobID = s.[JobID] AND o.ListID = s.ListID AND o.BatchID = s.BatchID AND $0
                s.SubscriberKey = o.SubscriberKey · s.SubscriberID = o.SubscriberID
            SELECT 1 FROM _Sent s JOIN _Open o ON $0 AND s.JobID = o.JobID
                s.ListID = o.ListID AND s.BatchID = o.BatchID AND s.SubscriberID = o.SubscriberID · s.SubscriberKey = o.SubscriberKey
            SELECT 1 FROM Orders o JOIN Customers c ON $0c.SubscriberKey = o.SubscriberKey
                SubscriberKey · SubscriberKey
            SELECT 1 FROM Orders o JOIN Customers c ON $0
            WHERE 1 = 1
                o.SubscriberKey = c.SubscriberKey · Id
        "#]],
    );
}

#[test]
fn before_a_dot() {
    check_first(
        &[
            "SELECT $0.OrderId FROM Orders o",
            "SELECT o$0.OrderId FROM Orders o",
            "SELECT 1 FROM Orders o WHERE $0.Id = 1",
            "SELECT 1 FROM Ent$0.[Shared Things]",
            "SELECT 1 FROM $0.[Shared Things]",
        ],
        9,
        &expect![[r#"
            SELECT $0.OrderId FROM Orders o
                o
            SELECT o$0.OrderId FROM Orders o
                o
            SELECT 1 FROM Orders o WHERE $0.Id = 1
                o
            SELECT 1 FROM Ent$0.[Shared Things]
                Ent
            SELECT 1 FROM $0.[Shared Things]
                Ent
        "#]],
    );
}

#[test]
fn what_fits_a_comparison_or_an_argument() {
    check_first(
        &[
            "SELECT 1 FROM Customers c WHERE c.Email = $0",
            "SELECT 1 FROM Orders o WHERE o.Id = o.$0",
            "SELECT 1 FROM _Subscribers s JOIN Customers c ON c.SubscriberKey = s.SubscriberKey LEFT JOIN Orders o ON o.SubscriberKey = $0",
            "SELECT 1 FROM Customers c LEFT JOIN Orders o ON o.SubscriberKey = c.$0",
            "SELECT SUM($0) FROM Orders o",
            "SELECT DATEDIFF(DAY, o.$0 FROM Orders o",
            "SELECT LEFT(o.$0 FROM Orders o",
        ],
        3,
        &expect![[r#"
            SELECT 1 FROM Customers c WHERE c.Email = $0
                SubscriberKey · First Name · DATEADD
            SELECT 1 FROM Orders o WHERE o.Id = o.$0
                Total · CreatedDate · First Name
            SELECT 1 FROM _Subscribers s JOIN Customers c ON c.SubscriberKey = s.SubscriberKey LEFT JOIN Orders o ON o.SubscriberKey = $0
                SubscriberKey · SubscriberKey · Domain
            SELECT 1 FROM Customers c LEFT JOIN Orders o ON o.SubscriberKey = c.$0
                SubscriberKey · Email · First Name
            SELECT SUM($0) FROM Orders o
                Id · Total · DATEADD
            SELECT DATEDIFF(DAY, o.$0 FROM Orders o
                CreatedDate · Id · First Name
            SELECT LEFT(o.$0 FROM Orders o
                First Name · SubscriberKey · Id
        "#]],
    );
}

#[test]
fn numbers_for_an_average() {
    let (_, found) = ask("SELECT Id, Total, AVG($0) FROM Orders WHERE SubscriberKey = 'a' AND SubscriberKey <> 'b'");
    let items = found.unwrap().items;
    let columns = items.iter().filter(|item| item.kind == CompletionKind::Column).map(|item| item.label.as_str());
    let mut first: Vec<&str> = columns.take(2).collect();
    first.sort_unstable();
    assert_eq!(first, ["Id", "Total"], "whatever else is used more");
}

#[test]
fn a_condition_as_an_argument() {
    let words = |markup: &str| {
        let items = ask(markup).1.map(|found| found.items).unwrap_or_default();
        let has = |word: &str| items.iter().any(|item| item.label == word);
        ["AND", "OR", "IS NULL", "IN"].map(has)
    };
    assert_eq!(words("SELECT IIF(Id = 1 $0) FROM Orders"), [true, true, false, false]);
    assert_eq!(words("SELECT IIF(Id $0, 1, 2) FROM Orders"), [false, false, true, true], "a value is no condition");
    assert_eq!(words("SELECT IIF(Id = 1, Total $0, 2) FROM Orders"), [false; 4]);
    assert_eq!(words("SELECT LEN(Id $0) FROM Orders"), [false; 4]);
}

#[test]
fn what_is_not_joined_yet_is_not_proposed() {
    let (_, found) = ask("SELECT 1 FROM Orders o JOIN Customers c ON $0 JOIN _Job j ON 1 = 1");
    let found = found.unwrap();
    let details: Vec<&str> = found.items.iter().filter_map(|item| item.detail.as_deref()).collect();
    assert!(details.iter().any(|detail| detail.ends_with("Customers")));
    assert!(!details.iter().any(|detail| detail.ends_with("_Job")));
}

#[test]
fn what_somebody_asks_for() {
    check_first(
        &[
            "SELECT o._$0 FROM Orders o",
            "SELECT s._$0 FROM _Sent s",
            "SELECT COUNT(D$0) FROM Orders",
            "SELECT CONVERT(VARCHAR(10), Id, 1$0) FROM Orders",
            "SELECT CONVERT(VARCHAR(1$0), Id) FROM Orders",
            "SELECT TOP 1$0 Id FROM Orders",
        ],
        3,
        &expect![[r#"
            SELECT o._$0 FROM Orders o
                _CustomObjectKey
            SELECT s._$0 FROM _Sent s
                nothing
            SELECT COUNT(D$0) FROM Orders
                DISTINCT · DATEADD · Id
            SELECT CONVERT(VARCHAR(10), Id, 1$0) FROM Orders
                101 · 103 · 104
            SELECT CONVERT(VARCHAR(1$0), Id) FROM Orders
                nothing
            SELECT TOP 1$0 Id FROM Orders
                nothing
        "#]],
    );
}

#[test]
fn a_name_of_several_words() {
    check_taken(
        "My List",
        &["SELECT 1 FROM My L$0", "SELECT 1 FROM Orders o JOIN my li$0 m ON 1 = 1"],
        &expect![[r#"
            SELECT 1 FROM [My List]
            SELECT 1 FROM Orders o JOIN [My List] m ON 1 = 1
        "#]],
    );
    check_taken(
        "Shared Things",
        &["SELECT 1 FROM Ent.Shared T$0"],
        &expect![[r#"
        SELECT 1 FROM Ent.[Shared Things]
    "#]],
    );
    check_first(
        &["SELECT 1 FROM Orders L$0", "SELECT 1 FROM My W$0"],
        1,
        &expect![[r#"
        SELECT 1 FROM Orders L$0
            LEFT JOIN
        SELECT 1 FROM My W$0
            WHERE
    "#]],
    );
}
