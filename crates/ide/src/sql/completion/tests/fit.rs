//! What fits at a place comes first, and what the parser would refuse does not come at all.

use super::ask;

#[test]
fn what_fits() {
    let found = ask("SELECT 1 FROM Orders o WHERE o.Total * $0 > 1").1.unwrap();
    let first: Vec<&str> = found.items.iter().take(2).map(|item| item.label.as_str()).collect();
    assert_eq!(first, ["Total", "Id"]);
    assert_eq!(
        ask("SELECT o.Id FROM Orders o WHERE EXISTS (SELECT 1 FROM Customers c WHERE c.SubscriberKey = $0)")
            .1
            .unwrap()
            .items[0]
            .insert
            .as_deref(),
        Some("o.SubscriberKey")
    );
    let has = |markup: &str, label: &str| {
        ask(markup).1.is_some_and(|found| found.items.iter().any(|item| item.label == label))
    };
    assert!(has("SELECT s.SubscriberKey FROM _Subscribers s WHERE s.Status = $0", "'active'"));
    assert!(!has("SELECT s.SubscriberKey FROM _Subscribers s WHERE s.SubscriberKey = $0", "'active'"));
}

/// What is compared with a column is hardly that column.
#[test]
fn behind_operators_of_words() {
    for operator in [
        "BETWEEN $0",
        "NOT BETWEEN $0",
        "BETWEEN 1 AND $0",
        "IN ($0)",
        "IN (1, $0)",
        "NOT IN ($0)",
        "LIKE $0",
        "BETWEEN o.$0",
    ] {
        let found = ask(&format!("SELECT 1 FROM Orders o WHERE o.Total {operator}")).1.unwrap();
        let mut columns = found.items.iter().filter(|item| item.kind == crate::CompletionKind::Column);
        assert_eq!(columns.next_back().map(|item| item.label.as_str()), Some("Total"), "{operator}");
        assert_ne!(found.items[0].label, "Total", "{operator}");
    }
    let found = ask("SELECT 1 FROM Orders o WHERE o.Id = 1 AND $0").1.unwrap();
    assert!(found.items.iter().position(|item| item.label == "Id") < Some(9), "an AND of its own");
}

/// Behind a value no condition is whole.
#[test]
fn behind_a_value() {
    let words = |markup: &str| -> Vec<String> {
        let items = ask(markup).1.map(|found| found.items).unwrap_or_default();
        items.into_iter().map(|item| item.label).collect()
    };
    for value in ["o.Total $0", "UPPER(o.Id) $0", "o.Id = 1 AND [First Name] $0", "CASE WHEN 1 = 1 THEN 2 END $0"] {
        for clause in ["WHERE", "JOIN Customers c ON", "GROUP BY Id HAVING"] {
            let words = words(&format!("SELECT 1 FROM Orders o {clause} {value}"));
            assert!(words.iter().any(|word| word == "IS NULL"), "{clause} {value}: {words:?}");
            assert!(
                !words.iter().any(|word| ["AND", "OR", "GROUP BY", "ORDER BY"].contains(&&**word)),
                "{clause} {value}: {words:?}"
            );
        }
    }
    for whole in [
        "o.Total = 1 $0",
        "(o.Total = 1 OR o.Id = 1) $0",
        "NOT (o.Total = 1) $0",
        "EXISTS (SELECT 1) $0",
        "{{condition}} $0",
    ] {
        let words = words(&format!("SELECT 1 FROM Orders o WHERE {whole}"));
        assert!(
            words.iter().any(|word| word == "AND") && words.iter().any(|word| word == "ORDER BY"),
            "{whole}: {words:?}"
        );
    }
}

#[test]
fn words_that_the_parser_takes() {
    let has = |markup: &str, label: &str| {
        let (_, found) = ask(markup);
        found.is_some_and(|found| found.items.iter().any(|item| item.label == label))
    };
    assert!(!has("SELECT o.Id FROM Orders o LEFT OUTER $0", "APPLY"));
    assert!(has("SELECT o.Id FROM Orders o LEFT OUTER $0", "JOIN"));
    assert!(has("SELECT o.Id FROM Orders o OUTER $0", "APPLY"));
    assert!(!has("SELECT STRING_AGG(o.[First Name], ',') $0 FROM Orders o", "OVER"));
    assert!(has("SELECT STRING_AGG(o.[First Name], ',') $0 FROM Orders o", "WITHIN GROUP"));
    assert!(has("SELECT SUM(o.Total) $0 FROM Orders o", "OVER"));
    assert!(!has("SELECT DATEADD($0) FROM Orders o", "tzoffset"));
    assert!(has("SELECT DATEPART($0) FROM Orders o", "tzoffset"));
}
