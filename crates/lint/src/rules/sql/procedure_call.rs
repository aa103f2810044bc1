use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query calls functions of the server, not of a database.
    ///
    /// ## Why
    /// Procedures (`sp_…`, `xp_…`) and functions with a schema in front of their names (`dbo.Split(…)`) do not exist for a query activity.
    /// Source: sql.md, section 3 (sql/procedure-call).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT dbo.ProperCase(FirstName) AS FirstName FROM Customers
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT UPPER(LEFT(FirstName, 1)) + SUBSTRING(FirstName, 2, 100) AS FirstName FROM Customers
    /// ```
    pub ProcedureCall {
        id: "sql/procedure-call",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for ProcedureCall {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        let is_procedure = |name: &str| {
            ["sp_", "xp_"].iter().any(|prefix| name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
        };
        if call.bare_name().is_some_and(|name| !is_procedure(name)) {
            return;
        }
        let Some(name) = call.name().filter(|_| call.arg_list().is_some()) else { return };
        let parts = name.parts();
        let Some(function) = parts.last().and_then(Option::as_ref).map(sql::NameToken::key) else { return };
        let is_qualified = parts.len() > 1 && !METHODS.contains(&function.as_str());
        if (is_qualified || is_procedure(&function)) && !parts.iter().flatten().any(sql::NameToken::has_placeholder) {
            let message = format!("`{}`: a query calls no function of a database", ctx.text(name.range()));
            ctx.report::<Self>(name.range(), message);
        }
    }
}

/// What a column of XML has.
const METHODS: &[&str] = &["value", "query", "exist", "nodes", "modify"];

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_name() {
        check(
            "sql/procedure-call",
            "
SELECT dbo.f(a) AS b, sp_help('t') AS c FROM t CROSS APPLY dbo.[Split](d, ',') e
//     ^^^^^ error: `dbo.f`: a query calls no function of a database
//                    ^^^^^^^ `sp_help`
//                                                         ^^^^^^^^^^^ `dbo.[Split]`
",
        );
    }

    #[test]
    fn silent_on_functions_and_columns() {
        for text in [
            "SELECT UPPER(t.a) AS b, t.sp_c AS d FROM t",
            "SELECT x.y.value('.', 'int') AS a FROM t x",
            "SELECT {{{f}}}.g(1) AS a",
            "EXEC sp_help",
        ] {
            silent("sql/procedure-call", text);
        }
    }
}
