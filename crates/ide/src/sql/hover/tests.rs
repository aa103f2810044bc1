use expect_test::{Expect, expect};

use crate::{hover, sql::testing::known_host, testing::size};

/// What is said of what stands at `$0`.
#[track_caller]
fn check(markup: &str, expected: &Expect) {
    let at = size(markup.find("$0").unwrap());
    let text = markup.replace("$0", "");
    let (host, file) = known_host(&text);
    let shown = hover(&host.snapshot(), file, at).map_or_else(
        || "nothing\n".to_owned(),
        |found| {
            assert!(found.range.contains_inclusive(at));
            format!("«{}»\n{}\n", &text[found.range], found.text.plain())
        },
    );
    expected.assert_eq(&shown);
}

#[test]
fn columns_that_an_outer_join_leaves_out() {
    let first = |markup: &str| {
        let at = size(markup.find("$0").unwrap());
        let (host, file) = known_host(&markup.replace("$0", ""));
        let text = hover(&host.snapshot(), file, at).unwrap().text.plain();
        text.lines().next().unwrap_or_default().to_owned()
    };
    let joined = "Orders o LEFT JOIN Customers c ON c.SubscriberKey = o.SubscriberKey";
    assert_eq!(first(&format!("SELECT c.Subscriber$0Key FROM {joined}")), "SubscriberKey nvarchar(254) NULL");
    assert_eq!(first(&format!("SELECT o.Subscriber$0Key FROM {joined}")), "SubscriberKey nvarchar(254) NOT NULL");
    assert_eq!(
        first(&format!("SELECT c.Subscriber$0Key FROM {joined} WHERE c.SubscriberKey IS NOT NULL")),
        "SubscriberKey nvarchar(254) NOT NULL"
    );
    assert_eq!(first("SELECT d.I$0d FROM Customers c LEFT JOIN (SELECT Id FROM Orders) d ON 1 = 1"), "Id int NULL");
}

#[test]
fn columns() {
    check(
        "SELECT o.[First $0Name] FROM Orders o",
        &expect![[r#"
        «[First Name]»
        [First Name] nvarchar(50) NULL

        `Text(50)` of the data extension `Orders`.
    "#]],
    );
    check(
        "SELECT Id$0 FROM Orders",
        &expect![[r#"
        «Id»
        Id int NOT NULL

        `Number` of the data extension `Orders`.

        It belongs to the primary key.
    "#]],
    );
    check(
        "SELECT Status$0 FROM _Subscribers",
        &expect![[r#"
        «Status»
        Status nvarchar(12) NULL

        `Text(12)` of the data view `_Subscribers`.

        Current All-Subscribers status.

        Values: `active`, `held`, `unsubscribed`, `bounced`

        Keeps rows: as long as what they are about is there.
    "#]],
    );
    check(
        "SELECT EventDate$0 FROM (SELECT EventDate FROM _Sent) s",
        &expect![[r#"
        «EventDate»
        EventDate datetime NOT NULL

        `Date` of the data view `_Sent`.

        When the mail was sent.

        Keeps rows: about 6 months.
    "#]],
    );
    check(
        "SELECT n$0 FROM (SELECT COUNT(*) AS n FROM Orders) s",
        &expect![[r#"
        «n»
        n int NOT NULL

        A column of `s`.
    "#]],
    );
    check(
        "SELECT COUNT(*) AS n$0 FROM Orders",
        &expect![[r#"
        «n»
        n int NOT NULL

        A column that the query returns.
    "#]],
    );
    check(
        "SELECT SubscriberKey$0 FROM Orders o JOIN Customers c ON 1 = 1",
        &expect![[r#"
        «SubscriberKey»
        `SubscriberKey` could be of `o` or `c`.
    "#]],
    );
    check(
        "SELECT Nothing$0 FROM Orders",
        &expect![[r#"
        nothing
    "#]],
    );
    check(
        "SELECT _CustomObjectKey$0 FROM Orders",
        &expect![[r#"
        «_CustomObjectKey»
        _CustomObjectKey

        A column of `Orders` that every data extension has and no list shows.
    "#]],
    );
    check(
        "SELECT *$0 FROM [My List]",
        &expect![[r#"
        «*»
        2 columns:

        Id int NOT NULL
        Note nvarchar(max) NULL
    "#]],
    );
}

#[test]
fn tables_and_aliases() {
    check(
        "SELECT o$0.Id FROM Orders o",
        &expect![[r#"
        «o»
        `o` stands for the data extension `Orders`.

        Data extension: `Orders`

        Key: `Orders-key`

        Primary key: `Id`

        Id int NOT NULL
        SubscriberKey nvarchar(254) NOT NULL
        [First Name] nvarchar(50) NULL
        Total decimal(10,2) NULL
        CreatedDate datetime NULL
    "#]],
    );
    check(
        "SELECT 1 FROM Ent.[Shared $0Things]",
        &expect![[r#"
        «[Shared Things]»
        Shared data extension: `Shared Things`

        Key: `Shared Things-key`

        Primary key: `Id`

        Id int NOT NULL
        City nvarchar(30) NOT NULL
    "#]],
    );
    check(
        "SELECT 1 FROM Orders o$0",
        &expect![[r#"
        «o»
        `o` stands for the data extension `Orders`.

        Data extension: `Orders`

        Key: `Orders-key`

        Primary key: `Id`

        Id int NOT NULL
        SubscriberKey nvarchar(254) NOT NULL
        [First Name] nvarchar(50) NULL
        Total decimal(10,2) NULL
        CreatedDate datetime NULL
    "#]],
    );
    check(
        "SELECT 1 FROM _Open$0",
        &expect![[r#"
        «_Open»
        Data view: `_Open`

        One row per tracked open (image load).

        Keeps rows: about 6 months.

        Size: very many rows: bound it by a date or a job.

        Scope: Parent BU sees every BU.

        AccountID int NOT NULL
        OYBAccountID int NULL
        JobID int NOT NULL
        ListID int NOT NULL
        BatchID int NOT NULL
        SubscriberID int NOT NULL
        SubscriberKey nvarchar(254) NOT NULL
        EventDate datetime NOT NULL
        Domain nvarchar(128) NOT NULL
        IsUnique bit NULL
        TriggererSendDefinitionObjectID nvarchar(36) NULL
        TriggeredSendCustomerKey nvarchar(36) NULL
    "#]],
    );
    check(
        "SELECT 1 FROM (SELECT Id, Total * 2 AS twice FROM Orders) AS d$0",
        &expect![[r#"
        «d»
        `d` is a derived table.

        Id int NOT NULL
        twice decimal(12,2) NULL
    "#]],
    );
    check(
        "WITH c$0 AS (SELECT Id FROM Orders) SELECT * FROM c",
        &expect![[r#"
        «c»
        A common table expression.

        Id int NOT NULL
    "#]],
    );
    check(
        "SELECT 1 FROM Nobody$0",
        &expect![[r#"
        nothing
    "#]],
    );
    check(
        "SELECT 1 FROM Nobody n$0",
        &expect![[r#"
        «n»
        `n` stands for the table `Nobody`, of which nothing is known here.
    "#]],
    );
}

#[test]
fn functions() {
    check(
        "SELECT DATEADD$0(day, 1, GETDATE())",
        &expect![[r#"
        «DATEADD»
        DATEADD(part: part of a date, amount: int, date) → same as date

        Add an interval.
    "#]],
    );
    check(
        "SELECT DATEADD(dd$0, 1, GETDATE())",
        &expect![[r#"
        «dd»
        The part `day` of a date.

        Also: `dd`, `d`
    "#]],
    );
    check(
        "SELECT CAST$0(a AS int)",
        &expect![[r#"
        «CAST»
        CAST(value AS type) → target type

        ANSI conversion.
    "#]],
    );
    check(
        "SELECT NVL$0(a, b)",
        &expect![[r#"
        «NVL»
        T-SQL has no `NVL`: write `ISNULL(a,b)`.
    "#]],
    );
    check(
        "SELECT nobody$0(a)",
        &expect![[r#"
        nothing
    "#]],
    );
    check(
        "SELECT$0 1",
        &expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn styles_of_convert() {
    check(
        "SELECT CONVERT(VARCHAR(10), CreatedDate, 1$020) AS d FROM Orders",
        &expect![[r#"
            «120»
            Style 120: dates as `yyyy-mm-dd hh:mi:ss`.
        "#]],
    );
    check("SELECT CONVERT(VARCHAR(10), 1$020) AS d FROM Orders", &expect![["nothing\n"]]);
    check("SELECT 1$020 AS d FROM Orders", &expect![["nothing\n"]]);
}
