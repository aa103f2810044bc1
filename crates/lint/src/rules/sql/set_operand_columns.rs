use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, QueryBody},
    },
};

use crate::sql::{CheckSql, SqlContext, content_range};

declare_rule! {
    /// All operands of UNION, EXCEPT and INTERSECT have as many columns.
    ///
    /// ## Why
    /// The server puts the rows of one below those of the other, column by column, and refuses operands that do not fit.
    /// Nothing is said of `*`, where its columns are not known. Source: sql.md, section 3 (sql/set-operand-columns).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey, EmailAddress FROM Customers UNION SELECT SubscriberKey FROM Leads
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey, EmailAddress FROM Customers UNION SELECT SubscriberKey, NULL FROM Leads
    /// ```
    pub SetOperandColumns {
        id: "sql/set-operand-columns",
        aliases: ["sql/union-columns"],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SetOperation> for SetOperandColumns {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::SetOperation) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        let Some(operation) = meaning.set_operation_at(node.range()) else { return };
        let bodies: Vec<QueryBody> = node.operands().collect();
        // They stand in both in the same order.
        let operands = bodies.iter().zip(&operation.operands).filter(|(body, (range, _))| body.range() == *range);
        let mut known = operands.enumerate().filter_map(|(place, (body, (_, count)))| Some((place, body, (*count)?)));
        let Some((first, first_body, expected)) = known.next() else { return };
        let first_place = place(first_body);
        // What is wrong in a list is said, and a column may be what lacks there.
        if ctx.is_broken(first_place) {
            return;
        }
        for (_, body, count) in known.filter(|(_, _, count)| *count != expected) {
            let range = place(body);
            if ctx.is_broken(range) {
                continue;
            }
            let whose = if first == 0 { "the first SELECT" } else { "the one before" };
            let message =
                format!("{count} {} here, {expected} in {whose}", if count == 1 { "column" } else { "columns" });
            ctx.report::<Self>(range, message).related(first_place, format!("{expected} here"));
        }
    }
}

/// The list of an operand, or all of it.
fn place(body: &QueryBody) -> TextRange {
    match body {
        QueryBody::Select(select) => {
            select.select_list().map_or_else(|| body.range(), |list| content_range(list.syntax()))
        }
        _ => content_range(body.syntax()),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_list_that_does_not_fit() {
        check(
            "sql/set-operand-columns",
            "
SELECT a, b FROM t UNION ALL SELECT a FROM u UNION SELECT a, b, c FROM v
//                                  ^ error: 1 column here, 2 in the first SELECT
//                                                        ^^^^^^^ 3 columns here, 2 in the first SELECT
SELECT a FROM t EXCEPT (SELECT a, b FROM u)
//                     ^^^^^^^^^^^^^^^^^^^^ 2 columns here, 1 in the first SELECT
SELECT * FROM t UNION SELECT a FROM u UNION SELECT a, b FROM v
//                                                 ^^^^ 2 columns here, 1 in the one before
SELECT 1 AS x WHERE 1 IN (SELECT a FROM t INTERSECT SELECT * FROM (SELECT a, b FROM t) d)
//                                                         ^ 2 columns here, 1 in the first SELECT
",
        );
    }

    #[test]
    fn silent_where_they_fit_or_nobody_knows() {
        for text in [
            "SELECT a, b FROM t UNION SELECT c, 1 FROM u",
            "SELECT * FROM t UNION SELECT a, b FROM u",
            "SELECT a, b FROM t UNION SELECT t.* FROM t",
            "SELECT {{{columns}}} FROM t UNION SELECT a, b FROM u",
            "SELECT a, b FROM t UNION SELECT * FROM (SELECT a, b FROM t) d",
            "SELECT a, b FROM t UNION SELECT a (b FROM u",
            "SELECT a, b FROM t UNION ALL SELECT a, FROM u",
        ] {
            silent("sql/set-operand-columns", text);
        }
    }
}
