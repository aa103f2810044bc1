use sfmc_syntax::TextEdit;

use crate::{
    context::Report,
    sql::{File, PartKind},
};

declare_rule! {
    /// A query ends without a semicolon.
    ///
    /// ## Why
    /// The platform puts the query in parentheses. It is often reported that a semicolon at its end makes it fail; sources disagree, and it
    /// is never needed.
    /// Source: sql.md, section 3 (sql/trailing-semicolon).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders;
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders
    /// ```
    pub TrailingSemicolon {
        id: "sql/trailing-semicolon",
        aliases: [],
        group: Syntax,
        severity: Warning,
        fix: Safe,
        since: "0.1.0",
    }
}

/// Looks at the end of a file that holds one statement; in a collection of queries semicolons stand between them.
pub(crate) fn check(file: &mut File) {
    if file.statements().count() != 1 || file.parts.iter().any(|part| part.kind == PartKind::Go) {
        return;
    }
    let behind = file.parts.iter().skip_while(|part| part.kind != PartKind::Query).skip(1);
    let semicolons: Vec<_> = behind.take_while(|part| part.kind == PartKind::Semicolon).map(|part| part.head).collect();
    for range in semicolons {
        let report = Report::new::<TrailingSemicolon>(&mut file.found, range, "a semicolon at the end of a query");
        let _ = report.fix("remove the semicolon", [TextEdit::delete(range)]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_end() {
        check(
            "sql/trailing-semicolon",
            "
SELECT a FROM t ; -- x
//              ^ warning: a semicolon at the end of a query
",
        );
    }

    #[test]
    fn silent_between_queries_and_behind_what_is_refused() {
        for text in ["SELECT a FROM t;\nSELECT b FROM u;", "SELECT ';' AS a FROM t -- ;", "DROP TABLE t;", ";"] {
            silent("sql/trailing-semicolon", text);
        }
    }

    #[test]
    fn removes_it() {
        fixed("sql/trailing-semicolon", "SELECT a FROM t;\n", "SELECT a FROM t\n");
    }
}
