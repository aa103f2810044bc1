use sfmc_syntax::TextEdit;

use crate::{
    context::Report,
    sql::{File, PartKind},
};

declare_rule! {
    /// A query begins and ends without a semicolon.
    ///
    /// ## Why
    /// The platform puts the query in parentheses. It is often reported that a semicolon at its end makes it fail; sources disagree, and it
    /// is never needed. In front of WITH, where other clients need one, it counts like any other.
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
    let in_front = file.parts.iter().take_while(|part| part.kind == PartKind::Semicolon);
    let is_query = file.statements().all(|part| part.kind == PartKind::Query);
    let in_front: Vec<_> = in_front.filter(|_| is_query).map(|part| part.head).collect();
    for range in in_front {
        let report = Report::new::<TrailingSemicolon>(&mut file.found, range, "a semicolon in front of a query");
        let _ = report.fix("remove the semicolon", [TextEdit::delete(range)]);
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
        check(
            "sql/trailing-semicolon",
            "
   ;WITH x AS (SELECT 1 AS a) SELECT a FROM x
// ^ warning: a semicolon in front of a query
",
        );
    }

    #[test]
    fn silent_between_queries_and_behind_what_is_refused() {
        for text in
            ["SELECT a FROM t;\nSELECT b FROM u;", "SELECT ';' AS a FROM t -- ;", ";DROP TABLE t", "DROP TABLE t;", ";"]
        {
            silent("sql/trailing-semicolon", text);
        }
    }

    #[test]
    fn removes_it() {
        fixed("sql/trailing-semicolon", "SELECT a FROM t;\n", "SELECT a FROM t\n");
        fixed("sql/trailing-semicolon", "-- x\n;SELECT a FROM t\n", "-- x\nSELECT a FROM t\n");
    }
}
