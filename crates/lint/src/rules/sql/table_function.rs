use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// FROM reads data extensions, data views and queries.
    ///
    /// ## Why
    /// STRING_SPLIT, OPENJSON and other functions that give rows are refused in FROM and APPLY when they have more than one argument: the
    /// platform takes what is between the parentheses for a list of columns.
    /// Source: sql.md, section 3 (sql/table-function).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.SubscriberKey, s.value AS Tag FROM Orders o CROSS APPLY STRING_SPLIT(o.Tags, ',') s
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.SubscriberKey, s.Tag FROM Orders o CROSS APPLY (SELECT LEFT(o.Tags, 10) AS Tag) s
    /// ```
    pub TableFunction {
        id: "sql/table-function",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::FunctionTable> for TableFunction {
    fn check(ctx: &mut SqlContext<'_>, table: &sql::FunctionTable) {
        let Some(call) = table.call_expr().filter(|call| call.args().count() > 1) else { return };
        if let Some(name) = FUNCTIONS.iter().find(|name| call.is_call_of(name)) {
            let range = call.name().map_or(call.range(), |name| name.range());
            ctx.report::<Self>(range, format!("{name} is refused in FROM"));
        }
    }
}

/// Functions that give rows.
const FUNCTIONS: &[&str] = &["STRING_SPLIT", "GENERATE_SERIES", "OPENJSON", "OPENROWSET", "OPENQUERY"];

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_name() {
        check(
            "sql/table-function",
            "
SELECT a FROM t CROSS APPLY string_split(b, ',') c JOIN GENERATE_SERIES(1, 5) d ON 1 = 1
//                          ^^^^^^^^^^^^ error: STRING_SPLIT is refused in FROM
//                                                      ^^^^^^^^^^^^^^^ GENERATE_SERIES is refused
",
        );
    }

    #[test]
    fn silent_on_tables_and_elsewhere() {
        for text in [
            "SELECT a FROM [STRING_SPLIT] b JOIN OPENJSON(c) d ON 1 = 1",
            "SELECT JSON_VALUE(a, '$.b') AS string_split FROM t",
            "SELECT a FROM t CROSS APPLY t.b.nodes('/x', 1) c (d)",
        ] {
            silent("sql/table-function", text);
        }
    }
}
