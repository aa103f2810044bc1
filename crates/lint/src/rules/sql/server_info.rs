use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query does not ask for the server.
    ///
    /// ## Why
    /// Functions that tell who is logged in where (SYSTEM_USER, DB_NAME, SERVERPROPERTY, …) are refused.
    /// Source: sql.md, section 3 (sql/server-info).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey, DB_NAME() AS Source FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey, 'Orders' AS Source FROM Orders
    /// ```
    pub ServerInfo {
        id: "sql/server-info",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for ServerInfo {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        let Some(name) = call.bare_name().filter(|name| is_server_info(name)) else { return };
        let message = format!("`{name}` is refused: a query does not ask for the server");
        if let Some(name) = call.name() {
            ctx.report::<Self>(name.range(), message);
        }
    }
}

fn is_server_info(name: &str) -> bool {
    let is_suser = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("suser_"));
    is_suser
        || ["SYSTEM_USER", "DB_NAME", "SERVERPROPERTY", "HOST_NAME"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_name() {
        check(
            "sql/server-info",
            "
SELECT system_user AS a, SUSER_SNAME() AS b, SERVERPROPERTY('x') AS c FROM t
//     ^^^^^^^^^^^ error: `system_user` is refused
//                       ^^^^^^^^^^^ `SUSER_SNAME` is refused
//                                           ^^^^^^^^^^^^^^ `SERVERPROPERTY` is refused
",
        );
    }

    #[test]
    fn silent_on_columns() {
        silent("sql/server-info", "SELECT t.DB_NAME, [SYSTEM_USER], host_name AS a, NEWID() AS b FROM t");
    }
}
