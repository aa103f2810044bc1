declare_rule! {
    /// No statement of a file but SELECT is one that a query activity runs.
    ///
    /// ## Why
    /// A statement that changes data or sets variables is refused, wherever it stands.
    /// Source: sql.md, section 3 (sql/forbidden-word).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders;
    /// DROP TABLE Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT [drop] FROM Orders
    /// ```
    pub ForbiddenWord {
        id: "sql/forbidden-word",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_first_word_of_later_statements() {
        check(
            "sql/forbidden-word",
            "
SELECT a FROM t
TRUNCATE TABLE t
//<^^^^^ error: a query activity runs no TRUNCATE
",
        );
    }

    #[test]
    fn silent_on_words_in_queries() {
        for text in [
            "SELECT a AS [set] FROM [drop] WHERE b = 'DELETE FROM t'",
            "SELECT a FROM t\nSELECT b FROM u",
            "UPDATE t SET a = 1",
        ] {
            silent("sql/forbidden-word", text);
        }
    }
}
