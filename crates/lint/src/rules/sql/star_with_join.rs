use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext, outermost_query};

declare_rule! {
    /// With a join the columns are named one by one.
    ///
    /// ## Why
    /// `*` in the list of a query with JOIN or APPLY is refused, also as `t.*`: the platform looks the columns up when the query is saved,
    /// and two tables most often have some of the same name.
    /// Source: sql.md, section 3 (sql/star-with-join).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.* FROM Orders o JOIN Customers c ON c.Id = o.CustomerId
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.SubscriberKey, o.Total FROM Orders o JOIN Customers c ON c.Id = o.CustomerId
    /// ```
    pub StarWithJoin {
        id: "sql/star-with-join",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Select> for StarWithJoin {
    fn check(ctx: &mut SqlContext<'_>, select: &sql::Select) {
        if !has_join(select) || outermost_query(select).is_none() {
            return;
        }
        for item in select.items().filter(sql::SelectItem::is_star) {
            let message = format!("`{}` is refused in a query with joins: name the columns", ctx.text(item.range()));
            ctx.report::<Self>(item.range(), message);
        }
    }
}

/// Whether a SELECT reads from more than one source.
pub(crate) fn has_join(select: &sql::Select) -> bool {
    let Some(from) = select.from_clause() else { return false };
    from.items().count() > 1 || from.items().any(|item| item.joins().next().is_some()) || select.sources().len() > 1
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_star() {
        check(
            "sql/star-with-join",
            "
SELECT *, u.* FROM t LEFT JOIN u ON t.a = u.a
//     ^ error: `*` is refused in a query with joins
//        ^^^ `u.*` is refused
UNION SELECT * FROM v CROSS APPLY (SELECT 1 AS b) w
//           ^ `*` is refused
",
        );
    }

    #[test]
    fn silent_without_joins_and_inside() {
        for text in [
            "SELECT * FROM t",
            "SELECT COUNT(*) AS a FROM t JOIN u ON t.a = u.a",
            "SELECT x.a FROM (SELECT t.* FROM t JOIN u ON t.b = u.b) x",
            "SELECT a FROM t WHERE EXISTS (SELECT * FROM u JOIN v ON u.a = v.a)",
        ] {
            silent("sql/star-with-join", text);
        }
    }
}
