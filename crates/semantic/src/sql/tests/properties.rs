//! Whatever the text: no panic, ranges in the text, and work that grows with its length.

use sfmc_syntax::TextRange;
use sfmc_test_support::{Rng, assert_linear};

use super::meaning;
use crate::sql::SqlMeaning;

fn check_ranges(text: &str, meaning: &SqlMeaning) {
    let within = |range: TextRange| {
        assert!(text.get(std::ops::Range::from(range)).is_some(), "{range:?} of {text}");
    };
    for reference in &meaning.references {
        within(reference.range);
        reference.qualifier.into_iter().for_each(within);
    }
    for source in &meaning.sources {
        within(source.range);
        source.name_range.into_iter().for_each(within);
    }
    for call in &meaning.calls {
        within(call.range);
        within(call.name_range);
        call.args.iter().for_each(|arg| within(arg.range));
    }
    for column in meaning.queries.iter().flat_map(|query| &query.columns) {
        within(column.range);
        column.name_range.into_iter().for_each(within);
    }
}

fn check(text: &str) {
    check_ranges(text, &meaning(text));
}

const SAMPLE: &str = "WITH c (a) AS (SELECT Id FROM t) SELECT DISTINCT TOP 5 c.a AS [x y], u.*, 'é' + Name, COUNT(*) n,
    SUM(Id) OVER (PARTITION BY City ORDER BY Date ROWS UNBOUNDED PRECEDING), CASE WHEN Flag = 1 THEN 1 ELSE NULL END,
    CONVERT(date, Date, 112), (SELECT MAX(JobID) FROM Ent._Open o WHERE o.SubscriberKey = Name)
    FROM c LEFT JOIN (t AS t JOIN u ON t.Id = u.Id) ON a = t.Id CROSS APPLY (VALUES (1, t.Id), (2, 3)) v (p, q)
    OUTER APPLY f(t.Name, {{{x}}}) AS g JOIN t PIVOT (SUM(Amount) FOR Name IN ([a], [b])) AS p ON 1 = 1
    WHERE Date > DATEADD(day, -7, GETDATE()) AND (Name LIKE '%a' OR City IN ('x', 'y') OR NOT EXISTS (SELECT 1))
    AND Id NOT IN (SELECT Id FROM u UNION SELECT 1) GROUP BY ROLLUP(c.a, Name), GROUPING SETS ((City), ())
    HAVING COUNT(*) > 1 ORDER BY n DESC, 1, Name OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY; UPDATE t SET a = (SELECT b FROM u)";

#[test]
fn every_prefix() {
    for (end, _) in SAMPLE.char_indices() {
        check(&SAMPLE[..end]);
        check(&SAMPLE[end..]);
    }
}

#[test]
fn random_edits() {
    let words = [
        "SELECT ",
        "FROM ",
        "(",
        ")",
        ",",
        ".",
        "*",
        "AS ",
        "JOIN ",
        "ON ",
        "'",
        "[",
        "]",
        "{{{a}}}",
        "t",
        "u.Id",
        "=",
        "UNION ",
        "WITH ",
        "PIVOT ",
        "OVER ",
        "ORDER BY ",
        "GROUP BY ",
        "é",
        "--",
        "/*",
        "@x",
        "#t",
        "-",
        "1",
        "VALUES ",
        "CASE ",
        "IN ",
    ];
    let mut rng = Rng::new(7);
    for _ in 0..40 {
        let mut text = SAMPLE.to_owned();
        for _ in 0..30 {
            text = rng.edit(&text, &words).apply(&text);
            check(&text);
        }
    }
}

#[test]
fn meaning_is_linear_work() {
    let nested =
        |open: &str, inner: &str, close: &str, n: usize| format!("{}{inner}{}", open.repeat(n), close.repeat(n));
    let shapes: [&dyn Fn(usize) -> String; 22] = [
        &|n| nested("SELECT * FROM (", "SELECT * FROM t", ") x", n),
        &|n| format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)),
        &|n| format!("SELECT {} FROM t", nested("LEN(", "Name", ")", n)),
        &|n| format!("SELECT 1 FROM t WHERE {}", nested("NOT (Id = 1 OR ", "Id = 2", ")", n)),
        &|n| format!("SELECT {} FROM t", "Name, City, ".repeat(n)),
        &|n| format!("SELECT Odd{} FROM t{}", ", Odd".repeat(n), " JOIN u ON 1 = 1".repeat(n)),
        &|n| format!("SELECT 1 FROM t a{}", " JOIN t ON t.Id = a.Id".repeat(n)),
        &|n| format!("SELECT *{} FROM t", ", *".repeat(n)),
        &|n| format!("SELECT * FROM t{}", " JOIN u ON 1 = 1".repeat(n)),
        &|n| format!("SELECT 1 FROM t WHERE Id = 1{}", " AND Id = 1".repeat(n)),
        &|n| format!("SELECT 1 FROM t WHERE Id = 1{}", " OR Id = 1".repeat(n)),
        &|n| format!("SELECT 1 FROM t WHERE Id IN (1{})", ", Id".repeat(n)),
        &|n| format!("SELECT Id AS a0{} FROM t ORDER BY a", ", Id AS a".repeat(n)),
        &|n| format!("SELECT Id AS a FROM t ORDER BY a{}", ", b".repeat(n)),
        &|n| format!("SELECT Id{} FROM t", " UNION ALL SELECT Id FROM t".repeat(n)),
        &|n| format!("SELECT COUNT(*){} FROM t GROUP BY Name", ", (SELECT MAX(Id) FROM u)".repeat(n)),
        &|n| format!("SELECT COUNT(*) FROM t GROUP BY Name{}", ", LEN(Name) + 1".repeat(n)),
        &|n| format!("SELECT 1 FROM t UNPIVOT (v FOR k IN (a{})) p", ", b".repeat(n)),
        &|n| format!("WITH a0 AS (SELECT 1 AS x){} SELECT 1", ", b AS (SELECT * FROM a0)".repeat(n)),
        &|n| format!("SELECT 1 FROM t{}", " PIVOT (SUM(Id) FOR Name IN ([a])) p".repeat(n)),
        &|n| format!("SELECT 1{}", " + (SELECT 1)".repeat(n)),
        &|n| "SELECT Id FROM t WHERE Id = 1;\n".repeat(n),
    ];
    for text in shapes {
        assert_linear(&text(1), [200, 2_000], text, |text| check(&text));
    }
    // Each of these has twice the columns of the one in it.
    check(&nested("SELECT *, * FROM (", "SELECT * FROM t", ") x", 200));
}
