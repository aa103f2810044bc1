declare_rule! {
    /// A suppression names a rule that finds something.
    ///
    /// ## Why
    /// A suppression that silences nothing is left over from a mistake that was mended, or stands in the wrong place; it would hide the next
    /// mistake of its kind. It reaches its own line and the next statement. Source: own rule of this tool.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-ignore amp/expected-then: generated code */ set @a = 1 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-ignore amp/expected-then: generated code */ if @a endif ]%%
    /// ```
    pub UnusedSuppression {
        id: "suppression/unused",
        aliases: [],
        group: Meta,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn reaches_the_line_and_the_next_statement() {
        silent("amp/ignored-expression", "%%[ \"x\" /* sfmc-ignore amp/ignored-expression */ ]%%");
        silent("amp/ignored-expression", "%%[ /* sfmc-ignore suspicious */\n\n  \"x\" ]%%");
        silent(
            "amp/ignored-expression",
            "%%[ /* sfmc-ignore-file amp/ignored-expression */ ]%%\n\n%%[ set @a = 1\n \"x\" ]%%",
        );
        silent("amp/ignored-expression", "<!-- sfmc-ignore amp/ignored-expression -->\n%%[ \"x\" ]%%");
        check(
            "amp/ignored-expression",
            "
%%[ /* sfmc-ignore amp/ignored-expression */
    set @a = 1
    @b ]%%
//  ^^ does nothing
",
        );
    }

    #[test]
    fn in_sql_it_reaches_its_line_and_the_next() {
        silent("sql/limit", "SELECT a, -- sfmc-ignore sql/limit\n  b FROM t");
        for text in [
            "SELECT `a` -- sfmc-ignore sql/limit: generated\nFROM t",
            "-- sfmc-ignore sql/limit\n\n-- more\nSELECT `a`\nFROM t",
            "SELECT /* sfmc-ignore sql/limit */ `a` FROM t",
            "SELECT a FROM t\n/*\n * sfmc-ignore sql\n */\nLIMIT 5",
            "-- sfmc-ignore-file sql/limit\nSELECT a,\n`b` FROM t\nGO\nSELECT `c` FROM t",
            "SELECT a FROM t\n/* sfmc-ignore-file all */\nLIMIT 5",
        ] {
            silent("sql/limit", text);
        }
        check(
            "sql/limit",
            "
SELECT a, -- sfmc-ignore sql/limit
  `b`
//^^^ error: names do not stand
FROM t
-- sfmc-ignore sql/limit
WHERE a = 1
LIMIT 5
//<^^^^ T-SQL has no `LIMIT`
",
        );
    }

    #[test]
    fn unused_parts_are_found() {
        check(
            "suppression/unused",
            "
%%[ /* sfmc-ignore amp/ignored-expression, amp/expected-then */ \"x\" ]%%
//                                         ^^^^^^^^^^^^^^^^^ finds nothing here
",
        );
    }
}
