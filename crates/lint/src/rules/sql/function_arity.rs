use sfmc_catalog::sql::{Category, Form, Function, Support, function};
use sfmc_diagnostics::Severity;
use sfmc_semantic::sql::{ArgKind, Call, CallKind, Clause};
use sfmc_syntax::{
    SyntaxKind, TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A function is called as it asks for: with as many arguments as it takes, and with OVER where it needs it.
    ///
    /// ## Why
    /// The server refuses the whole query. Functions that number or compare rows do nothing without OVER; DISTINCT goes together neither
    /// with OVER (message 10759) nor with STRING_AGG, and OVER not with functions of single values (message 4113). Source: sql.md, section 3 (sql/function-arity), and sql-functions.json.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId, ISNULL(City, Region, 'none') AS City FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, COALESCE(City, Region, 'none') AS City FROM Orders
    /// ```
    pub FunctionArity {
        id: "sql/function-arity",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for FunctionArity {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::CallExpr) {
        let meaning = ctx.meaning();
        let Some(call) = meaning.call_at(node.range()) else { return };
        let unsure = |kind: &ArgKind| matches!(kind, ArgKind::Missing | ArgKind::Placeholder);
        if meaning.doubtful || call.qualified || call.args.iter().any(|arg| unsure(&arg.kind)) {
            return;
        }
        let Some(function) = function(&call.name).filter(|function| function.support == Support::Yes) else { return };
        let name = function.name;
        // `ISNULL(a, )`: what is missing is said. With one more `LEN(a, b, )` would have too many.
        let list = node.arg_list().map(|list| ctx.text(list.range()).trim_end_matches(')').trim_end());
        let missing = list.is_some_and(|list| list.ends_with(','));
        if missing && function.max.is_none_or(|most| call.args.len() <= usize::from(most)) {
            return;
        }
        // TRIM with FROM has a rule of its own.
        if function.form != Form::Call || !call.parens || has_from(node) || count(ctx, call, function) {
            return;
        }
        if let Some((range, message)) = misplaced_distinct(node, call, function) {
            ctx.report::<Self>(range, message);
            return;
        }
        if let Some(within) = node.within_group().filter(|_| !takes_order(name)) {
            ctx.report::<Self>(within.range(), format!("`{name}` cannot have WITHIN GROUP"));
            return;
        }
        if name == "STRING_AGG"
            && let Some(over) = node.over_clause()
        {
            ctx.report::<Self>(over.range(), "`STRING_AGG` cannot have OVER");
            return;
        }
        if let Some(over) = node.over_clause()
            && !matches!(function.category, Category::Aggregate | Category::Window)
            && !function.needs_over
        {
            ctx.report::<Self>(over.range(), format!("`{name}` cannot have OVER"))
                .help("OVER belongs to aggregates, and to functions that number or compare rows");
            return;
        }
        if lacks_over(node, call, function) {
            ctx.report::<Self>(call.range, format!("`{name}` needs OVER"))
                .help(format!("write `{name}(…) OVER (ORDER BY x)`"));
        }
    }
}

impl CheckSql<sql::ConvertExpr> for FunctionArity {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::ConvertExpr) {
        let given = node.args().count();
        let closed = node.syntax().last_token().is_some_and(|token| token.kind() == SyntaxKind::R_PAREN);
        let unsure = ctx.meaning().doubtful || ctx.is_broken(node.range()) || ctx.has_placeholder(node.range());
        if (1..=2).contains(&given) || unsure || !closed || node.data_type().is_none() {
            return;
        }
        let name = if node.try_convert_token().is_some() { "TRY_CONVERT" } else { "CONVERT" };
        let message = format!("`{name}` takes 2 to 3 arguments, not {}", given + 1);
        ctx.report::<Self>(node.range(), message).help(format!("it is `{name}(type, value, style)`"));
    }
}

/// Whether the order of rows can be said in WITHIN GROUP.
fn takes_order(name: &str) -> bool {
    name == "STRING_AGG" || name.contains("PERCENTILE")
}

/// A DISTINCT where the server takes none, and what to say of it.
fn misplaced_distinct(node: &sql::CallExpr, call: &Call, function: &Function) -> Option<(TextRange, String)> {
    let distinct = node.arg_list()?.distinct_token()?.text_range();
    if call.kind == CallKind::Scalar {
        return None;
    }
    if node.over_clause().is_some() {
        return Some((distinct, "DISTINCT does not go together with OVER".to_owned()));
    }
    let only_star = function.name.starts_with("COUNT") && node.args().all(|arg| matches!(arg, sql::Expr::StarExpr(_)));
    let message = match function.name {
        "STRING_AGG" => "`STRING_AGG` takes no DISTINCT: take the duplicates out in a derived table".to_owned(),
        name if only_star => format!("`{name}` counts different values of one expression, not of `*`"),
        _ => return None,
    };
    Some((distinct, message))
}

/// Reports a number of arguments that a function does not take.
fn count(ctx: &mut SqlContext<'_>, call: &Call, function: &Function) -> bool {
    let given = call.args.len();
    let (least, most) = (usize::from(function.min), function.max.map(usize::from));
    if given >= least && most.is_none_or(|most| given <= most) {
        return false;
    }
    let takes = match most {
        Some(most) if most == least => numbered(most),
        Some(most) => format!("{least} to {}", numbered(most)),
        None => format!("at least {}", numbered(least)),
    };
    let params: Vec<&str> = function.params.iter().map(|param| param.name).collect();
    let signature = format!("{}({})", function.name, params.join(", "));
    // SQL Server 2022 takes the characters to cut off; whether the server is one is not known.
    let depends = matches!(function.name, "LTRIM" | "RTRIM") && given == 2;
    let report = ctx.report::<FunctionArity>(call.range, format!("`{}` takes {takes}, not {given}", function.name));
    let report = if depends { report.severity(Severity::Warning) } else { report };
    report.help(format!("it is `{signature}`"));
    true
}

fn numbered(count: usize) -> String {
    match count {
        0 => "no argument".to_owned(),
        1 => "1 argument".to_owned(),
        _ => format!("{count} arguments"),
    }
}

fn lacks_over(node: &sql::CallExpr, call: &Call, function: &Function) -> bool {
    let placed = matches!(call.clause, Clause::List | Clause::OrderBy) && call.inside.is_none();
    function.needs_over && call.kind == CallKind::Window && node.over_clause().is_none() && placed
}

/// `TRIM(x FROM y)`.
fn has_from(node: &sql::CallExpr) -> bool {
    node.arg_list().is_some_and(|list| list.from_token().is_some())
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_call() {
        check(
            "sql/function-arity",
            "
SELECT LEN(a, b) AS c, DATEADD(day, 1) AS d, GETDATE(1) AS e, COALESCE(a) AS f FROM t
//     ^^^^^^^^^ error: `LEN` takes 1 argument, not 2
//                     ^^^^^^^^^^^^^^^ `DATEADD` takes 3 arguments, not 2
//                                           ^^^^^^^^^^ `GETDATE` takes no argument, not 1
//                                                            ^^^^^^^^^^^ `COALESCE` takes at least 2 arguments, not 1
SELECT LTRIM(a, '0') AS b, RTRIM(a, 'x', 'y') AS c FROM t
//     ^^^^^^^^^^^^^ warning: `LTRIM` takes 1 argument, not 2
//                         ^^^^^^^^^^^^^^^^^^ error: `RTRIM` takes 1 argument, not 3
SELECT ROW_NUMBER() AS n, CHARINDEX(a) AS b FROM t
//     ^^^^^^^^^^^^ `ROW_NUMBER` needs OVER
//                        ^^^^^^^^^^^^ `CHARINDEX` takes 2 to 3 arguments, not 1
SELECT COUNT(DISTINCT a) OVER (PARTITION BY b) AS c, STRING_AGG(DISTINCT a, ',') AS d, COUNT(DISTINCT *) AS e FROM t
//           ^^^^^^^^ DISTINCT does not go together with OVER
//                                                              ^^^^^^^^ `STRING_AGG` takes no DISTINCT
//                                                                                           ^^^^^^^^ `COUNT` counts different values
SELECT STRING_AGG(a, ',') OVER (PARTITION BY b) AS c FROM t
//                        ^^^^^^^^^^^^^^^^^^^^^ `STRING_AGG` cannot have OVER
SELECT LEN(a, b, c,) AS x FROM t
//     ^^^^^^^^^^^^^ error: `LEN` takes 1 argument, not 3
SELECT SUM(a) WITHIN GROUP (ORDER BY b) AS c FROM t
//            ^^^^^^^^^^^^^^^^^^^^^^^^^ `SUM` cannot have WITHIN GROUP
",
        );
    }

    #[test]
    fn silent_on_what_fits() {
        for text in [
            "SELECT LEN(a) AS b, COUNT(*) AS c, COUNT(DISTINCT a) AS d, CONCAT(a, b, c, d, e) AS f FROM t",
            "SELECT ROW_NUMBER() OVER (ORDER BY a) AS n, CURRENT_TIMESTAMP AS c FROM t",
            "SELECT STRING_AGG(a, ',') WITHIN GROUP (ORDER BY a) AS b, TRIM('x' FROM a) AS c FROM t",
            "SELECT LEN({{{a}}}) AS b, LEN({{{a}}}, 1) AS c, dbo.LEN(1, 2) AS d FROM t",
            "SELECT LEN(a, ) AS b FROM t",
            "SELECT GREATEST() AS b FROM t",
            "SELECT MAX(a) OVER (PARTITION BY b) AS c, COUNT(*) OVER () AS d, STDEV(a) OVER () AS e, CHECKSUM_AGG(a) OVER () AS f FROM t",
            "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a) OVER (PARTITION BY b) AS c, MyFunction(a) OVER () AS d FROM t",
            "SELECT CONVERT(INT, a) AS b, CONVERT(DATE, a, 112) AS c, CONVERT({{{type}}}) AS d, CONVERT(INT, ) AS e, CONVERT(INT FROM t",
        ] {
            silent("sql/function-arity", text);
        }
    }
}
