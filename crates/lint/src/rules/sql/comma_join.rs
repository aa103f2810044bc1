use sfmc_syntax::{
    SyntaxKind, TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Sources are joined with JOIN.
    ///
    /// ## Why
    /// A comma between tables is refused: "Old style JOIN is not allowed". It joins every row with every row, as CROSS JOIN does, unless
    /// WHERE says more; an INNER JOIN with an ON says that where it belongs.
    /// Source: sql.md, section 3 (sql/comma-join).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.SubscriberKey FROM Orders o, Customers c WHERE c.Id = o.CustomerId
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.SubscriberKey FROM Orders o JOIN Customers c ON c.Id = o.CustomerId
    /// ```
    pub CommaJoin {
        id: "sql/comma-join",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::FromClause> for CommaJoin {
    fn check(ctx: &mut SqlContext<'_>, from: &sql::FromClause) {
        let broken = ctx.is_broken(from.range());
        let mut items = from.items().skip(1);
        for element in from.syntax().children_with_tokens().filter(|element| element.kind() == SyntaxKind::COMMA) {
            let range = element.text_range();
            let next = items.next();
            // `FROM t, WHERE`: the comma is too much.
            if next.is_none() && ctx.is_broken(range) {
                continue;
            }
            let report = ctx.report::<Self>(range, "a comma between tables is refused");
            // Joins behind the comma are made first; of those that keep all rows of the right side the order counts.
            let is_same = next.is_some_and(|item| {
                let plain = |join: sql::Join| !matches!(join.kind(), sql::JoinKind::Right | sql::JoinKind::Full);
                let source = item.table_source();
                let is_table =
                    matches!(source, Some(sql::TableSource::NamedTable(_) | sql::TableSource::DerivedTable(_)));
                is_table && item.joins().all(plain)
            });
            if is_same && !broken {
                report.fix("write CROSS JOIN", [TextEdit::replace(range, " CROSS JOIN")]);
            } else {
                report.help("write JOIN … ON …");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn on_every_comma() {
        check(
            "sql/comma-join",
            "
SELECT a FROM t, u, (SELECT 1 AS b) v WHERE t.c = u.c
//             ^ error: a comma between tables is refused
//                ^ a comma between tables is refused
",
        );
    }

    #[test]
    fn silent_on_other_commas() {
        for text in [
            "SELECT a, b FROM t JOIN u ON t.c = u.c WHERE d IN (1, 2) ORDER BY a, b",
            "SELECT a FROM (VALUES (1, 2), (3, 4)) v (a, b)",
            "SELECT a FROM t WITH (NOLOCK, INDEX(1))",
            "SELECT a FROM t, WHERE b = 1",
        ] {
            silent("sql/comma-join", text);
        }
    }

    #[test]
    fn becomes_a_cross_join_where_that_is_the_same() {
        fixed("sql/comma-join", "SELECT a FROM t, u x", "SELECT a FROM t CROSS JOIN u x");
        fixed(
            "sql/comma-join",
            "SELECT a FROM t\n, u LEFT JOIN v ON 1 = 1",
            "SELECT a FROM t\n CROSS JOIN u LEFT JOIN v ON 1 = 1",
        );
        unfixed("sql/comma-join", "SELECT a FROM t, u RIGHT JOIN v ON 1 = 1");
        unfixed("sql/comma-join", "SELECT a FROM t, x.nodes('/a') y (b)");
    }
}
