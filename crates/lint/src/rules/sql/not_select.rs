use sfmc_syntax::{TextRange, TextSize};

use super::forbidden_word::ForbiddenWord;
use crate::{
    context::Report,
    sql::{File, PartKind},
};

declare_rule! {
    /// A query activity runs one SELECT.
    ///
    /// ## Why
    /// The platform wraps the query and writes its rows to the target data extension itself. INSERT, UPDATE, DELETE, DECLARE, EXEC and all
    /// other statements are refused when the query is saved.
    /// Source: sql.md, section 3 (sql/not-select).
    ///
    /// ## Bad
    /// ```sql
    /// UPDATE Orders SET Total = 0 WHERE Region = 'EMEA'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, 0 AS Total FROM Orders WHERE Region = 'EMEA'
    /// ```
    pub NotSelect {
        id: "sql/not-select",
        aliases: ["sql/unsupported-statement"],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// Looks whether the file of a query activity holds anything to run.
pub(crate) fn check_empty(file: &mut File) {
    let is_empty = file.parts.iter().all(|part| part.kind == PartKind::Semicolon);
    if file.is_activity && is_empty {
        let start = TextRange::empty(TextSize::new(0));
        let report =
            Report::new::<NotSelect>(&mut file.found, start, "a query activity runs a query, and here is none");
        let _ = report.help("write a SELECT");
    }
}

/// Looks at the statements of a file: the first is to be a SELECT; those behind it are the next rule's.
pub(crate) fn check<'t>(file: &mut File, words: &dyn Fn(TextRange) -> &'t str) {
    let refused: Vec<(usize, TextRange)> = file
        .parts
        .iter()
        .filter(|part| matches!(part.kind, PartKind::Query | PartKind::Refused | PartKind::Placeholder))
        .enumerate()
        .filter(|(_, part)| part.kind == PartKind::Refused)
        .map(|(index, part)| (index, part.head))
        .collect();
    for (index, head) in refused {
        let message = format!("a query activity runs no {}, only SELECT", words(head).to_uppercase());
        let report = match index {
            0 => Report::new::<NotSelect>(&mut file.found, head, message),
            _ => Report::new::<ForbiddenWord>(&mut file.found, head, message),
        };
        let _ = report.help(
            "select the rows that the target data extension is to have; its action says what becomes of the others",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_first_word() {
        check(
            "sql/not-select",
            "
-- clean up
DELETE FROM Orders
//<^^^ error: a query activity runs no DELETE
",
        );
    }

    #[test]
    fn on_an_activity_without_a_query() {
        for text in ["", "-- a note\n", "/* SELECT 1 AS a */ ;"] {
            let found = crate::tests::every_sql_finding(text, &crate::tests::activity());
            let found: Vec<&str> =
                found.iter().filter(|d| d.rule.id == "sql/not-select").map(|d| &*d.message).collect();
            assert_eq!(found, ["a query activity runs a query, and here is none"], "{text:?}");
        }
        for text in ["SELECT 1 AS a", "{{{query}}}", "(SELECT 1 AS a)"] {
            let found = crate::tests::every_sql_finding(text, &crate::tests::activity());
            assert!(!found.iter().any(|d| d.rule.id == "sql/not-select"), "{text:?}");
        }
    }

    #[test]
    fn silent_on_queries() {
        for text in [
            "-- c\nSELECT a FROM t",
            "(SELECT a FROM t) UNION SELECT b FROM u",
            "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
            "SELECT [delete], 'insert' AS a FROM [update]",
            "",
            "-- nothing",
        ] {
            silent("sql/not-select", text);
        }
    }
}
