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
        fix: None,
        since: "0.1.0",
    }
}

/// Looks at what stands behind the first statement of a query activity.
pub(crate) fn check(file: &mut File) {
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
    for (kind, head) in more {
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
    fn silent_elsewhere_and_on_one() {
        silent("sql/multi-statement", "SELECT a FROM t\nGO\nSELECT b FROM u");
        silent_known("sql/multi-statement", &activity(), "-- a\nSELECT a FROM t -- SELECT b\n;\n-- c");
        silent_known("sql/multi-statement", &activity(), "SELECT a FROM t UNION SELECT b FROM (SELECT 1 AS b) c");
    }
}
