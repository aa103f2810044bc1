use sfmc_syntax::{
    SyntaxKind, TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, is_outermost, naming_select, with_next_word};

declare_rule! {
    /// Every output column has a name.
    ///
    /// ## Why
    /// The platform puts the query in parentheses and writes its columns to fields of the same names. A value without a name stops it: "No
    /// column name was specified for column 1 of 'Qry'". The same holds for a query in FROM.
    /// Source: sql.md, section 3 (sql/unnamed-column).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey, COUNT(*) FROM Orders GROUP BY SubscriberKey
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey, COUNT(*) AS OrderCount FROM Orders GROUP BY SubscriberKey
    /// ```
    pub UnnamedColumn {
        id: "sql/unnamed-column",
        aliases: ["MCE010"],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for UnnamedColumn {
    fn check(ctx: &mut SqlContext<'_>, query: &sql::Query) {
        if !(is_outermost(query) || is_unlisted_table(query)) || query.for_clause().is_some() {
            return;
        }
        // The first of several operands gives the names.
        let Some(select) = query.naming_select() else { return };
        let found = naming_select(ctx.meaning(), query, &select);
        if found.is_some_and(|found| found.columns.iter().all(|column| column.star || column.name.is_some())) {
            return;
        }
        for (index, item) in select.items().enumerate() {
            let Some(expr) = item.expr() else { continue };
            // `COUNT(*) DISTINCT AS n`: what follows does not fit, and a name may be in it.
            if !is_unnamed(&item, &expr) || ctx.is_broken(with_next_word(item.syntax())) {
                continue;
            }
            let name = ctx.fresh_name(&format!("Column{}", index + 1));
            let end = expr.range().end();
            ctx.report::<Self>(expr.range(), "this column has no name")
                .help("give it one: `… AS Name`")
                .unsafe_fix(format!("call it `{name}`"), [TextEdit::insert(end, format!(" AS {name}"))]);
        }
    }
}

/// Whether a query is a table whose columns are not listed behind its alias.
fn is_unlisted_table(query: &sql::Query) -> bool {
    let Some(subquery) = query.syntax().parent().filter(|node| node.kind() == SyntaxKind::SQL_SUBQUERY) else {
        return false;
    };
    let Some(table) = subquery.parent() else { return false };
    match table.kind() {
        SyntaxKind::SQL_DERIVED_TABLE => {
            let alias = sql::DerivedTable::cast(table).and_then(|table| table.alias());
            alias.is_none_or(|alias| alias.column_list().is_none())
        }
        SyntaxKind::SQL_CTE => sql::Cte::cast(table).is_some_and(|cte| cte.column_list().is_none()),
        _ => false,
    }
}

fn is_unnamed(item: &sql::SelectItem, expr: &sql::Expr) -> bool {
    // What the server calls a column behind some of these is not known for certain.
    let is_open = match expr.clone().without_parens() {
        sql::Expr::NameExpr(name) => name.name().is_some_and(|name| name.last().is_some()),
        sql::Expr::StarExpr(_) | sql::Expr::MissingExpr(_) | sql::Expr::CollateExpr(_) | sql::Expr::VariableExpr(_) => {
            true
        }
        _ => false,
    };
    !is_open && item.alias().is_none() && item.leading_alias().is_none()
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn in_the_list_and_in_tables() {
        check(
            "sql/unnamed-column",
            "
SELECT a, UPPER(b), (c), 1 FROM (SELECT MAX(d) FROM t) e
//        ^^^^^^^^ error: this column has no name
//                       ^ this column has no name
//                                      ^^^^^^ this column has no name
",
        );
    }

    #[test]
    fn silent_before_what_does_not_fit() {
        silent("sql/unnamed-column", "SELECT COUNT(*) DISTINCT AS n FROM t");
        silent("sql/unnamed-column", "SELECT SUM(a) OVER (ORDER BY b) OVER (ORDER BY c) AS n FROM t");
    }

    #[test]
    fn silent_where_none_is_needed() {
        for text in [
            "SELECT a, t.b, 1 AS c, d = 2, 'x' 'y', (e), *, t.* FROM t",
            "SELECT a FROM t WHERE b IN (SELECT MAX(c) FROM u) AND EXISTS (SELECT 1 FROM v)",
            "SELECT a FROM (SELECT MAX(b) FROM t) u (a)",
            "SELECT a FROM t UNION SELECT 1",
            "SELECT (SELECT MAX(b) FROM u) AS a FROM t",
            "SELECT a FROM t CROSS APPLY (SELECT ',' + b FROM u FOR XML PATH('')) v (x)",
            "SELECT {{{column}}} FROM t",
            "SELECT COUNT( FROM t",
        ] {
            silent("sql/unnamed-column", text);
        }
    }

    #[test]
    fn gives_it_a_name() {
        fixed(
            "sql/unnamed-column",
            "SELECT a, MAX(b) FROM t GROUP BY a",
            "SELECT a, MAX(b) AS Column2 FROM t GROUP BY a",
        );
    }
}
