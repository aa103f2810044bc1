use sfmc_catalog::sql::{foreign_function, function, functions, is_untried_function};
use sfmc_diagnostics::similar;
use sfmc_semantic::sql::{Call, Clause};
use sfmc_sql::holds_placeholder;
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use super::unknown_type::is_swapped;
use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query calls functions that there are.
    ///
    /// ## Why
    /// The server refuses a function that it does not know, and a query activity has none of one's own. Nothing is said of functions that
    /// T-SQL has and nobody has tried. Source: sql.md, section 3 (sql/unknown-function), and sql-functions.json.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId, ROUNDUP(Total) AS Total FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, CEILING(Total) AS Total FROM Orders
    /// ```
    pub UnknownFunction {
        id: "sql/unknown-function",
        aliases: [],
        group: Correctness,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for UnknownFunction {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::CallExpr) {
        let meaning = ctx.meaning();
        let Some(call) = meaning.call_at(node.range()) else { return };
        if meaning.doubtful || !call.parens || call.qualified || call.clause == Clause::From || is_known(call) {
            return;
        }
        // What stands in `%%…%%` is no SQL.
        if is_swapped(ctx, call.range) || ctx.is_muted(call.name_range) {
            return;
        }
        let near = similar::closest(&call.name, functions().iter().map(|function| function.name));
        let report = ctx.report::<Self>(call.name_range, format!("T-SQL has no function `{}`", call.name));
        if let Some(near) = near {
            let edit = TextEdit::replace(call.name_range, near);
            report.help(format!("did you mean `{near}`?")).unsafe_fix(format!("write `{near}`"), [edit]);
        }
    }
}

/// Whether it is a function, one of another dialect, of which another rule speaks, or none that anybody can know.
fn is_known(call: &Call) -> bool {
    let name = &call.name;
    let server = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("suser_"));
    let procedure =
        name.get(..3).is_some_and(|start| ["sp_", "xp_"].iter().any(|word| start.eq_ignore_ascii_case(word)));
    function(name).is_some()
        || foreign_function(name).is_some()
        || is_untried_function(name)
        || server
        || procedure
        || holds_placeholder(name)
        || name.starts_with(['@', '#', '$'])
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_name() {
        check(
            "sql/unknown-function",
            "
SELECT COALESC(a, b) AS c, MyFunction(d) AS e FROM t WHERE LENN(a) > 1
//     ^^^^^^^ warning: T-SQL has no function `COALESC`
//                         ^^^^^^^^^^ T-SQL has no function `MyFunction`
//                                                         ^^^^ T-SQL has no function `LENN`
",
        );
    }

    #[test]
    fn silent_on_functions() {
        for text in [
            "SELECT len(a) AS b, CONCAT_WS(',', a, b) AS c, IFNULL(a, b) AS d FROM t",
            "SELECT dbo.MyFunction(a) AS b, SUSER_SNAME() AS c, {{{f}}}(a) AS d FROM t",
            "SELECT s.value FROM MyTable(a) AS s",
            "SELECT a.value('.', 'int') AS b, CURRENT_TIMESTAMP AS c, PARSENAME(a, 1) AS d FROM t",
            "SELECT MyFunction AS b FROM t WHERE a IN (1)",
            "SELECT MyFunction(a FROM t",
        ] {
            silent("sql/unknown-function", text);
        }
    }

    #[test]
    fn writes_what_was_meant() {
        fixed("sql/unknown-function", "SELECT COALESC(a, b) AS c FROM t", "SELECT COALESCE(a, b) AS c FROM t");
    }
}
