use sfmc_syntax::ast::{AstNode, sql};

use super::orderby_in_subquery::stands_for_the_statement;
use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// The rows of a query are rows, not one document.
    ///
    /// ## Why
    /// FOR JSON and FOR XML make one text of all rows; around the whole query that is refused. In a subquery with an alias they join texts.
    /// Source: sql.md, section 3 (sql/for-json-top).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey, Total FROM Orders FOR JSON AUTO
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT c.SubscriberKey, (SELECT o.Total FROM Orders o WHERE o.CustomerId = c.Id FOR JSON PATH) AS Totals FROM Customers c
    /// ```
    pub ForJsonTop {
        id: "sql/for-json-top",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::ForClause> for ForJsonTop {
    fn check(ctx: &mut SqlContext<'_>, clause: &sql::ForClause) {
        let query = clause.syntax().parent().and_then(sql::Query::cast);
        if query.is_some_and(|query| stands_for_the_statement(&query)) {
            let second = ctx.text(clause.range()).split_whitespace().nth(1).unwrap_or_default();
            let message = if second.eq_ignore_ascii_case("UPDATE") {
                // In other dialects it locks what is read.
                "FOR UPDATE is refused: a query locks no rows".to_owned()
            } else {
                let word = if clause.json_token().is_some() { "JSON" } else { "XML" };
                format!("FOR {word} around the whole query is refused")
            };
            ctx.report::<Self>(clause.range(), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_clause() {
        check(
            "sql/for-json-top",
            "
SELECT a FROM t FOR XML PATH('x'), ROOT('y')
//              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: FOR XML around the whole query is refused
SELECT a FROM t FOR UPDATE
//              ^^^^^^^^^^ FOR UPDATE is refused: a query locks no rows
",
        );
    }

    #[test]
    fn silent_in_a_subquery() {
        for text in ["SELECT (SELECT a FROM t FOR JSON PATH) AS b", "SELECT a FROM t PIVOT (MAX(b) FOR c IN ([d])) e"] {
            silent("sql/for-json-top", text);
        }
    }
}
