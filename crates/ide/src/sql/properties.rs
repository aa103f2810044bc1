//! Whatever is renamed or refactored: names mean what they meant, and the statement returns what it returned.

use sfmc_db::{FileId, Host, page_map};
use sfmc_lint::DefaultLevels;
use sfmc_semantic::sql::{SqlMeaning, Target, sql_meaning};
use sfmc_syntax::{TextRange, apply_edits};

use super::testing::known_host;
use crate::{ActionKind, code_actions, prepare_rename, rename, testing::size};

const QUERIES: [&str; 9] = [
    "SELECT o.Id, c.[First Name] AS Name, Email FROM Orders o JOIN Customers AS c ON o.SubscriberKey = c.SubscriberKey WHERE Total > 1 ORDER BY Name, o.Id",
    "SELECT d.Id, n FROM (SELECT Id, COUNT(*) AS n FROM Orders GROUP BY Id) d WHERE d.n > 1 ORDER BY n DESC",
    "SELECT x.Id FROM (SELECT y.Id FROM (SELECT Id AS Id FROM Orders) y) x UNION SELECT Id FROM [My List] ORDER BY Id",
    "WITH c AS (SELECT Id AS k, Total FROM Orders), d (a, b) AS (SELECT k, Total FROM c) SELECT c.k, d.a FROM c JOIN d ON d.a = c.k",
    "SELECT Orders.Id, Total FROM Orders WHERE EXISTS (SELECT 1 AS one FROM Customers c WHERE c.SubscriberKey = Orders.SubscriberKey)",
    "SELECT s.JobID, p.m FROM _Sent s CROSS APPLY (SELECT MAX(o.EventDate) AS m FROM _Open o WHERE o.JobID = s.JobID) AS p",
    "SELECT * FROM (SELECT Id AS a, Total b, c = [First Name] FROM Orders) AS q WHERE a > 1 AND q.b < 2",
    "SELECT v.m, v.n FROM (VALUES (1, 2)) AS v (m, n) LEFT JOIN [My List] l ON l.Id = v.m",
    "SELECT a.Id, b.Id AS other FROM Orders a LEFT JOIN Orders b ON a.Id = b.Id AND b.Total IN (SELECT a.Total FROM Orders a)",
];

/// The columns of each query: name and type.
type Outputs = Vec<Vec<(Option<String>, String)>>;

/// What names mean, and what is returned: names and types.
fn shown(host: &Host, file: FileId) -> (Vec<Target>, Outputs) {
    let page = host.page(file).unwrap();
    let meanings: Vec<&SqlMeaning> = page_map(host.db(), page)
        .chunks()
        .iter()
        .map(|position| sql_meaning(host.db(), page, position.chunk))
        .collect();
    let targets = meanings.iter().flat_map(|meaning| &meaning.references).map(|found| found.target.clone());
    let returned = meanings.iter().filter_map(|meaning| meaning.query(meaning.output?)).map(|query| {
        let column = |name: &Option<sfmc_syntax::SmolStr>| name.as_ref().map(|name| name.to_lowercase());
        query.columns.iter().map(|found| (column(&found.name), found.ty.to_string())).collect()
    });
    (targets.collect(), returned.collect())
}

#[test]
fn a_rename_changes_no_meaning() {
    let mut renamed = 0;
    for text in QUERIES {
        let (host, file) = known_host(text);
        let (targets, returned) = shown(&host, file);
        let snapshot = host.snapshot();
        for at in (0..=text.len()).map(size) {
            let Ok(target) = prepare_rename(&snapshot, file, at) else { continue };
            for name in ["fresh", "two words", "select", "Id", "a", "total"] {
                let Ok(edits) = rename(&snapshot, file, at, name) else { continue };
                let after = apply_edits(text, &edits).unwrap();
                let (other, same) = known_host(&after);
                let (new_targets, new_returned) = shown(&other, same);
                assert_eq!(targets, new_targets, "{text}\n{after}");
                // The column itself may be what is returned.
                let (old, new) = (target.placeholder.to_lowercase(), name.to_lowercase());
                for (before, after_columns) in returned.iter().zip(&new_returned) {
                    let differ = before.iter().zip(after_columns).filter(|(a, b)| a != b);
                    for ((a, _), (b, _)) in differ {
                        assert_eq!((a.as_deref(), b.as_deref()), (Some(&*old), Some(&*new)), "{text}\n{after}");
                    }
                }
                renamed += 1;
            }
        }
    }
    assert!(renamed > 100, "{renamed}");
}

#[test]
fn a_refactoring_changes_no_meaning() {
    let mut done = 0;
    for text in QUERIES {
        let (host, file) = known_host(text);
        let (targets, returned) = shown(&host, file);
        for at in (0..=text.len()).map(size) {
            let wanted = |kind| matches!(kind, ActionKind::Rewrite | ActionKind::Extract);
            for action in code_actions(&host.snapshot(), None, file, TextRange::empty(at), &DefaultLevels, &wanted) {
                let after = apply_edits(text, &action.edits).unwrap();
                let (other, same) = known_host(&after);
                let (new_targets, new_returned) = shown(&other, same);
                assert_eq!(returned, new_returned, "{}\n{text}\n{after}", action.title);
                if action.title.starts_with("Qualify") || action.title.starts_with("Give") {
                    assert_eq!(targets, new_targets, "{}\n{text}\n{after}", action.title);
                }
                done += 1;
            }
        }
    }
    assert!(done > 20, "{done}");
}
