use sfmc_semantic::sql::QueryRole;
use sfmc_syntax::ast::{
    AstNode,
    sql::{self, QueryBody},
};

use crate::sql::{CheckSql, SqlContext, content_range};

declare_rule! {
    /// A query that stands for a value returns one column.
    ///
    /// ## Why
    /// Behind IN, ANY and ALL, in a list and in a comparison the server takes the only column of a query, and refuses one that has several
    /// (message 116). EXISTS asks for rows: what is in them does not matter to it.
    /// Nothing is said of `*`, where its columns are not known. Source: sql.md, sections 2 and 7, and T-SQL's reference (subqueries).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId FROM Orders WHERE Region IN (SELECT Region, Country FROM Markets)
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId FROM Orders WHERE Region IN (SELECT Region FROM Markets)
    /// ```
    pub SubqueryColumns {
        id: "sql/subquery-columns",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for SubqueryColumns {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::Query) {
        let meaning = ctx.meaning();
        let Some(query) = meaning.query_at(node.range()).and_then(|id| meaning.query(id)) else { return };
        let place = match query.role {
            QueryRole::Scalar => "stands for a value",
            QueryRole::List => "is looked through for a value",
            _ => return,
        };
        let count = query.columns.len();
        if meaning.doubtful || query.open || query.serialized || count < 2 || ctx.is_broken(query.range) {
            return;
        }
        // `(a, b) IN (SELECT a, b …)` of other dialects has another mistake.
        let pairs = node.syntax().parent().and_then(sql::InList::cast).and_then(|list| list.syntax().parent());
        if pairs.and_then(sql::InExpr::cast).is_some_and(|found| matches!(found.expr(), Some(sql::Expr::TupleExpr(_))))
        {
            return;
        }
        let range = match node.query_body() {
            Some(QueryBody::Select(select)) => select.select_list().map(|list| content_range(list.syntax())),
            Some(body) => Some(content_range(body.syntax())),
            None => None,
        };
        let Some(range) = range else { return };
        ctx.report::<Self>(range, format!("this query {place} and returns {count} columns"))
            .help("it may return one only");
    }
}

impl CheckSql<sql::InExpr> for SubqueryColumns {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::InExpr) {
        let Some(sql::Expr::TupleExpr(tuple)) = node.expr() else { return };
        let count = tuple.items().count();
        if count < 2 || ctx.meaning().doubtful || ctx.is_broken(node.range()) {
            return;
        }
        ctx.report::<Self>(tuple.range(), format!("IN looks for one value, not for {count}"))
            .help("ask by EXISTS, with a condition for each: `EXISTS (SELECT 1 FROM x WHERE x.a = t.a AND x.b = t.b)`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_several_values() {
        check(
            "sql/subquery-columns",
            "
SELECT a FROM t WHERE (b, c) IN (SELECT d, e FROM u) OR (b, c) NOT IN ((1, 2))
//                    ^^^^^^ error: IN looks for one value, not for 2
//                                                      ^^^^^^ IN looks for one value
",
        );
    }

    #[test]
    fn on_the_list() {
        check(
            "sql/subquery-columns",
            "
SELECT (SELECT MAX(a), MIN(a) FROM u) AS b FROM t WHERE c IN (SELECT d, e FROM u) AND f = (SELECT * FROM (SELECT g, h FROM u) x)
//             ^^^^^^^^^^^^^^ error: this query stands for a value and returns 2 columns
//                                                                   ^^^^ this query is looked through for a value and returns 2
//                                                                                                ^ stands for a value and returns 2
SELECT a FROM t WHERE b > ALL (SELECT c, d FROM u UNION SELECT e, f FROM v)
//                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is looked through for a value and returns 2 columns
",
        );
    }

    #[test]
    fn silent_on_one_and_on_what_is_not_known() {
        for text in [
            "SELECT (SELECT MAX(a) FROM u) AS b FROM t WHERE c IN (SELECT d FROM u)",
            "SELECT a FROM t WHERE EXISTS (SELECT b, c FROM u) AND NOT EXISTS (SELECT * FROM (SELECT g, h FROM u) x)",
            "SELECT a FROM t WHERE b IN (SELECT * FROM u) AND c = (SELECT u.* FROM u)",
            "SELECT a FROM t WHERE b IN (SELECT * FROM (SELECT c FROM u) x)",
            "SELECT STUFF((SELECT ',' + a, b FROM u FOR XML PATH('')), 1, 1, '') AS c FROM t",
            "SELECT STUFF(((SELECT ',' + a, b FROM u FOR XML PATH(''))), 1, 1, '') AS c FROM t",
            "SELECT x.b FROM t CROSS APPLY (SELECT b, c FROM u WHERE u.a = t.a) x JOIN (SELECT d, e FROM v) w ON w.d = x.b",
            "SELECT a FROM t WHERE b IN (SELECT {{{columns}}} FROM u)",
            "SELECT a FROM t WHERE (b) IN (SELECT d FROM u)",
            "SELECT a FROM t WHERE b IN (SELECT c d, e f g FROM u)",
        ] {
            silent("sql/subquery-columns", text);
        }
    }
}
