use sfmc_syntax::{TextEdit, ast::sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A join says of which kind it is.
    ///
    /// ## Why
    /// JOIN alone is INNER JOIN: rows without a partner are lost, which is easily overlooked between LEFT JOINs. The server takes both, so
    /// this is off until it is asked for. Source: rules.md, 2.5 (sql/join-explicit).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.OrderId FROM Orders o JOIN Customers c ON c.Id = o.CustomerId
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.OrderId FROM Orders o INNER JOIN Customers c ON c.Id = o.CustomerId
    /// ```
    pub JoinExplicit {
        id: "sql/join-explicit",
        aliases: [],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Join> for JoinExplicit {
    fn check(ctx: &mut SqlContext<'_>, join: &sql::Join) {
        let Some(word) = join.join_token() else { return };
        let is_bare = join.kind() == sql::JoinKind::Inner
            && join.inner_token().is_none()
            && join.natural_token().is_none()
            && join.join_hint_token().is_none();
        if !is_bare {
            return;
        }
        let range = word.text_range();
        let inner = match word.text().chars().any(char::is_lowercase) {
            true => "inner ",
            false => "INNER ",
        };
        ctx.report::<Self>(range, "JOIN alone is INNER JOIN")
            .fix("write INNER JOIN", [TextEdit::insert(range.start(), inner)]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_word() {
        check(
            "sql/join-explicit",
            "
SELECT a.x FROM a JOIN b ON a.x = b.x LEFT JOIN c ON c.x = b.x JOIN d ON d.x = c.x
//                ^^^^ hint: JOIN alone is INNER JOIN
//                                                             ^^^^ JOIN alone is INNER JOIN
",
        );
    }

    #[test]
    fn silent_where_it_is_said() {
        for text in [
            "SELECT a.x FROM a INNER JOIN b ON a.x = b.x RIGHT OUTER JOIN c ON c.x = b.x FULL JOIN d ON d.x = a.x",
            "SELECT a.x FROM a CROSS JOIN b CROSS APPLY (SELECT 1 AS y) c",
            "SELECT a.x FROM a INNER HASH JOIN b ON a.x = b.x",
            "SELECT a.x FROM a NATURAL JOIN b",
        ] {
            silent("sql/join-explicit", text);
        }
    }

    #[test]
    fn writes_it() {
        fixed(
            "sql/join-explicit",
            "SELECT a.x FROM a\njoin b ON a.x = b.x",
            "SELECT a.x FROM a\ninner join b ON a.x = b.x",
        );
    }
}
