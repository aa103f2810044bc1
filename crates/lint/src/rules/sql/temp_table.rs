use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query reads data extensions and writes to no table.
    ///
    /// ## Why
    /// Temporary tables (`#name`) and `SELECT … INTO` are refused: the platform writes the rows to the target data extension itself. What a
    /// step needs of another goes through a data extension of its own, or a derived table.
    /// Source: sql.md, section 3 (sql/temp-table).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey INTO #buyers FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders
    /// ```
    pub TempTable {
        id: "sql/temp-table",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::IntoClause> for TempTable {
    fn check(ctx: &mut SqlContext<'_>, into: &sql::IntoClause) {
        ctx.report::<Self>(into.range(), "a query writes to its target data extension, and to no table with INTO");
    }
}

impl CheckSql<sql::NamedTable> for TempTable {
    fn check(ctx: &mut SqlContext<'_>, table: &sql::NamedTable) {
        let Some(name) = table.name() else { return };
        if name.temp_names().next().is_some() {
            ctx.report::<Self>(name.range(), "a query activity has no temporary tables")
                .help("put the query in parentheses here, or its rows in a data extension");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_clause_and_the_name() {
        check(
            "sql/temp-table",
            "
SELECT a INTO [x] FROM t JOIN ##u u ON 1 = 1
//       ^^^^^^^^ error: a query writes to its target
//                            ^^^ a query activity has no temporary tables
",
        );
    }

    #[test]
    fn silent_on_tables() {
        for text in ["SELECT a FROM [#t]", "SELECT 'INTO #t' AS a FROM t", "INSERT INTO t SELECT a FROM u"] {
            silent("sql/temp-table", text);
        }
    }
}
