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
