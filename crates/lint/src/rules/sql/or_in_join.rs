use sfmc_syntax::{
    SyntaxKind,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A join has conditions that all hold.
    ///
    /// ## Why
    /// OR in an ON keeps the server from joining by a key: it compares every row with every row. Two queries with UNION, or two joins, are
    /// quicker.
    /// Source: sql.md, section 4 (OR in ON); rules.md, 2.5 (sql/or-in-join).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.OrderId FROM Orders o JOIN Customers c ON c.Email = o.Email OR c.Phone = o.Phone
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.OrderId FROM Orders o JOIN Customers c ON c.Email = o.Email
    /// ```
    pub OrInJoin {
        id: "sql/or-in-join",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::OnClause> for OrInJoin {
    fn check(ctx: &mut SqlContext<'_>, on: &sql::OnClause) {
        let mut open: Vec<sql::Expr> = on.expr().into_iter().collect();
        let mut ors = Vec::new();
        while let Some(expr) = open.pop() {
            let sql::Expr::LogicalExpr(logical) = expr.without_parens() else { continue };
            match logical.op() {
                sql::LogicalOp::And => open.extend(logical.operands()),
                sql::LogicalOp::Or if operands_join(&logical) => ors.extend(logical.or_token()),
                sql::LogicalOp::Or => {}
            }
        }
        for or in ors {
            ctx.report::<Self>(or.text_range(), "OR in a join compares every row with every row");
        }
    }
}

/// Whether every operand compares two columns: `a.x = 1 OR a.x = 2` beside a key does no harm.
fn operands_join(logical: &sql::LogicalExpr) -> bool {
    logical.operands().all(|operand| {
        let mut qualifiers = Vec::new();
        for node in operand.syntax().descendants().filter(|node| node.kind() == SyntaxKind::SQL_NAME) {
            let qualifier = sql::Name::cast(node).and_then(|name| name.qualifier()).map(|name| name.key());
            qualifiers.extend(qualifier.filter(|qualifier| !qualifiers.contains(qualifier)));
        }
        qualifiers.len() > 1
    })
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_word() {
        check(
            "sql/or-in-join",
            "
SELECT a FROM t JOIN u ON t.b = u.b AND (t.c = u.c OR t.d = u.d)
//                                                 ^^ hint: OR in a join compares every row
",
        );
    }

    #[test]
    fn silent_on_conditions_of_one_table() {
        for text in [
            "SELECT a FROM t JOIN u ON t.b = u.b AND (u.c = 1 OR u.c = 2)",
            "SELECT a FROM t JOIN u ON t.b = u.b WHERE t.c = u.c OR t.d = u.d",
            "SELECT a FROM t JOIN u ON t.b = CASE WHEN t.c = u.c OR t.d = u.d THEN 1 END",
        ] {
            silent("sql/or-in-join", text);
        }
    }
}
