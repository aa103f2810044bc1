//! What conditions say of columns.

use std::fmt::Write;

use super::{column_name, meaning};
use crate::sql::{BoundKind, ColumnId, Operand, Select, SourceId, SqlMeaning, bounds, is_bounded};

/// A column of the first SELECT.
fn column(meaning: &SqlMeaning, name: &str) -> ColumnId {
    let columns = meaning.selects[0].sources.iter().flat_map(|source: &SourceId| {
        let columns = meaning.source(*source).unwrap().columns.list();
        (0..).zip(columns).map(|(column, found)| (found.name.clone(), ColumnId { source: *source, column }))
    });
    columns.into_iter().find(|(found, _)| found == name).unwrap().1
}

fn value(text: &str, operand: &Operand) -> String {
    match (&operand.moment, operand.varies) {
        (Some(moment), _) => format!("{} days ago{}", moment.days_ago(), if moment.cut { " cut" } else { "" }),
        (None, true) => format!("varies {}", &text[operand.range]),
        (None, false) => text[operand.range].to_owned(),
    }
}

/// What WHERE says of a column.
#[track_caller]
fn check(name: &str, condition: &str, expected: &str) {
    let text = format!("SELECT 1 AS a FROM _Open o JOIN t ON 1 = 1 WHERE {condition}");
    let meaning = meaning(&text);
    let mut found = String::new();
    for bound in bounds(&meaning.selects[0].filter, column(&meaning, name)) {
        let (word, values) = match bound.kind {
            BoundKind::Equal(other) => ("=", value(&text, other)),
            BoundKind::NotEqual(other) => ("<>", value(&text, other)),
            BoundKind::Lower(other) => (">", value(&text, other)),
            BoundKind::Upper(other) => ("<", value(&text, other)),
            BoundKind::Between(low, high) => ("between", format!("{} and {}", value(&text, low), value(&text, high))),
            BoundKind::In(values) => ("in", values.len().to_string()),
            BoundKind::InQuery => ("in", "query".to_owned()),
            BoundKind::Like(pattern) => ("like", value(&text, pattern)),
            BoundKind::NotNull => ("not", "null".to_owned()),
            BoundKind::Null => ("is", "null".to_owned()),
            BoundKind::Excluded => ("excluded", String::new()),
        };
        let wrapped = bound.operand.wrapped.as_ref().map(|name| format!("{name}() ")).unwrap_or_default();
        let _ = write!(found, "{wrapped}{word} {values}; ");
    }
    assert_eq!(found.trim_end_matches("; "), expected, "{condition}");
}

#[test]
fn comparisons() {
    check("EventDate", "EventDate >= '2024-01-01' AND EventDate < '2024-02-01'", "> '2024-01-01'; < '2024-02-01'");
    check("EventDate", "'2024-01-01' < o.EventDate", "> '2024-01-01'");
    check("JobID", "JobID = 1 AND (IsUnique = 1)", "= 1");
    check("JobID", "NOT (JobID <> 1 OR IsUnique = 1)", "= 1");
    check("JobID", "NOT JobID IN (1, 2)", "excluded ");
    check("JobID", "JobID IN (1, 2) AND JobID IN (SELECT Id FROM u)", "in 2; in query");
    check("EventDate", "YEAR(EventDate) = 2024", "YEAR() = 2024");
    check("EventDate", "CONVERT(date, EventDate) = CONVERT(date, Date)", "CONVERT() = varies CONVERT(date, Date)");
    check("EventDate", "GETDATE() BETWEEN Date AND EventDate", "> 0 days ago");
    check("Name", "Name LIKE '%a' AND Name IS NOT NULL AND Name IS NULL", "like '%a'; not null; is null");
    check("JobID", "JobID = 1 OR JobID = 2", "");
    check("JobID", "JobID = Id", "= varies Id");
}

#[test]
fn times() {
    check("EventDate", "EventDate > GETDATE() - 7", "> 7 days ago");
    check("EventDate", "EventDate > DATEADD(day, -30, GETDATE())", "> 30 days ago");
    check("EventDate", "EventDate > DATEADD(mm, -12, CAST(GETDATE() AS date))", "> 365 days ago cut");
    check("EventDate", "EventDate > DATEADD(day, DATEDIFF(day, 0, GETDATE()) - 7, 0)", "> 7 days ago cut");
    check("EventDate", "EventDate >= DATEADD(week, -1, DATEADD(hour, -24, CURRENT_TIMESTAMP))", "> 8 days ago");
    check("EventDate", "EventDate >= EOMONTH(GETDATE(), -2)", "> 30 days ago cut");
    check("EventDate", "EventDate > DATEADD(day, Id, GETDATE())", "> varies DATEADD(day, Id, GETDATE())");
    check("EventDate", "EventDate > DATEADD(day, -1, Date)", "> varies DATEADD(day, -1, Date)");
    check(
        "EventDate",
        "EventDate > DATEADD(year, -9223372036854775808, GETDATE())",
        "> DATEADD(year, -9223372036854775808, GETDATE())",
    );
    check("EventDate", "EventDate BETWEEN GETDATE()-1 AND GETDATE()", "between 1 days ago and 0 days ago");
}

#[test]
fn alternatives() {
    let text = "SELECT 1 AS a FROM _Open WHERE (EventDate > '2024' AND JobID = 1) OR JobID = 2";
    let meaning = meaning(text);
    let filter = &meaning.selects[0].filter;
    let any = |name| {
        is_bounded(filter, column(&meaning, name), &|bound| {
            matches!(bound.kind, BoundKind::Equal(_) | BoundKind::Lower(_))
        })
    };
    assert!(any("JobID"));
    assert!(!any("EventDate"));
}

#[test]
fn join_conditions() {
    let text = "SELECT 1 AS a FROM t JOIN u ON t.Id = u.Id AND City = 'x' LEFT JOIN _Open o ON o.JobID = u.Id WHERE t.Name = u.City";
    let meaning = meaning(text);
    let select: &Select = &meaning.selects[0];
    let pairs: Vec<String> = select
        .joins
        .iter()
        .flat_map(|join| &join.on)
        .chain(&select.filter)
        .filter_map(|condition| condition.equated())
        .map(|(a, b)| format!("{}={}", column_name(&meaning, a), column_name(&meaning, b)))
        .collect();
    assert_eq!(pairs, ["t.Id=u.Id", "o.JobID=u.Id", "t.Name=u.City"]);
    let fixed = select.joins[0].on[1].fixed().unwrap();
    assert_eq!(column_name(&meaning, fixed.0), "u.City");
    assert_eq!((select.joins[1].left, select.joins[1].right), ((0, 2), (2, 3)));
}
