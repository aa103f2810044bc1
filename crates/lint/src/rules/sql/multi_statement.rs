use sfmc_syntax::{TextEdit, TextRange, TextSize};

use crate::{
    context::Report,
    sql::{File, PartKind},
};

declare_rule! {
    /// A query activity has one statement.
    ///
    /// ## Why
    /// What stands behind the first statement is refused; a line GO is a command of other clients. In a file that is not known to be a
    /// query activity several statements are no mistake: it may be a collection of queries.
    /// Source: sql.md, section 3 (sql/multi-statement).
    ///
    /// ## Bad
    /// ```sql,activity
    /// SELECT SubscriberKey FROM Orders
    /// SELECT SubscriberKey FROM Customers
    /// ```
    ///
    /// ## Good
    /// ```sql,activity
    /// SELECT SubscriberKey FROM Orders
    /// UNION
    /// SELECT SubscriberKey FROM Customers
    /// ```
    pub MultiStatement {
        id: "sql/multi-statement",
        aliases: ["sql/multiple-statements", "MCE002"],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Looks at what stands behind the first statement of a query activity.
pub(crate) fn check<'t>(file: &mut File, words: &dyn Fn(TextRange) -> &'t str) {
    if !file.is_activity {
        return;
    }
    let first = file.statements().next().copied();
    let is_more = |kind| matches!(kind, PartKind::Query | PartKind::Refused | PartKind::Go);
    let more: Vec<_> = file
        .parts
        .iter()
        .filter(|part| is_more(part.kind) && first.is_some_and(|first| part.head.start() > first.head.start()))
        .map(|part| (part.kind, part.head))
        .collect();
    let ends: Vec<_> = file.statements().map(|part| part.end).collect();
    for (kind, head) in more {
        let before = ends.partition_point(|end| *end <= head.start()).checked_sub(1).and_then(|place| ends.get(place));
        if let Some(minus) = before.and_then(|end| minus_before(*end, words)) {
            let _ = Report::new::<MultiStatement>(&mut file.found, minus, "T-SQL has no MINUS: its word is EXCEPT")
                .unsafe_fix("write EXCEPT", [TextEdit::replace(minus, "EXCEPT")]);
            continue;
        }
        let message = match kind {
            PartKind::Go => "GO is no SQL, and a query activity does not know it",
            _ => "a second statement: a query activity has one",
        };
        let report = Report::new::<MultiStatement>(&mut file.found, head, message);
        if let Some(first) = first {
            let _ = report.related(first.head, "the first");
        }
    }
}

/// The MINUS with which a statement ends: T-SQL reads it as an alias.
fn minus_before<'t>(end: TextSize, words: &dyn Fn(TextRange) -> &'t str) -> Option<TextRange> {
    const WORD: &str = " minus";
    let start = end.checked_sub(TextSize::of(WORD))?;
    let text = words(TextRange::new(start, end));
    let is_it = text.get(1..).is_some_and(|word| word.eq_ignore_ascii_case("minus"));
    (is_it && text.starts_with(|c: char| c.is_whitespace() || c == ']'))
        .then(|| TextRange::new(start + TextSize::new(1), end))
}

#[cfg(test)]
mod tests {
    use crate::tests::{activity, check_known, silent, silent_known};

    #[test]
    fn in_a_query_activity() {
        check_known(
            "sql/multi-statement",
            &activity(),
            "
SELECT a FROM t;
SELECT b FROM u
//<^^^ error: a second statement
   GO
// ^^ GO is no SQL
",
        );
    }

    #[test]
    fn on_minus() {
        check_known(
            "sql/multi-statement",
            &activity(),
            "
SELECT a FROM t MINUS SELECT b FROM u
//              ^^^^^ error: T-SQL has no MINUS: its word is EXCEPT
",
        );
        check_known(
            "sql/multi-statement",
            &activity(),
            "
SELECT a FROM t Tminus SELECT b FROM u
//                     ^^^^^^ a second statement
",
        );
        silent_known("sql/multi-statement", &activity(), "SELECT minus.a FROM t minus");
    }

    #[test]
    fn silent_elsewhere_and_on_one() {
        silent("sql/multi-statement", "SELECT a FROM t\nGO\nSELECT b FROM u");
        silent_known("sql/multi-statement", &activity(), "-- a\nSELECT a FROM t -- SELECT b\n;\n-- c");
        silent_known("sql/multi-statement", &activity(), "SELECT a FROM t UNION SELECT b FROM (SELECT 1 AS b) c");
    }
}
