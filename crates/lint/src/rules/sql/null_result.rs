use sfmc_syntax::{
    SyntaxToken,
    ast::{
        AstNode,
        sql::{self, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Not all that a CASE can return is NULL.
    ///
    /// ## Why
    /// NULL as it is written has no type, and what CASE returns needs one: the server refuses a CASE or IIF whose results are all NULL
    /// (message 8133), COALESCE of nothing but NULL (message 4127), and NULL as the first argument of NULLIF (message 4151). One of them in
    /// CAST is enough. Source: T-SQL's reference (CASE, COALESCE, NULLIF).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId, CASE WHEN Total > 100 THEN NULL ELSE NULL END AS Discount FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, CASE WHEN Total > 100 THEN 10 ELSE NULL END AS Discount FROM Orders
    /// ```
    pub NullResult {
        id: "sql/null-result",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

const HELP: &str = "give one of them a type: `CAST(NULL AS int)`";

impl CheckSql<sql::CaseExpr> for NullResult {
    fn check(ctx: &mut SqlContext<'_>, case: &sql::CaseExpr) {
        let mut results = case.arms().map(|arm| arm.result()).chain(case.else_arm().map(|arm| arm.expr()));
        let some = case.arms().next().is_some();
        if !some || !results.all(|result| result.is_some_and(|result| is_null(&result))) || unsure(ctx, case) {
            return;
        }
        let range = case.case_token().map_or(case.range(), |word: SyntaxToken| word.text_range());
        ctx.report::<Self>(range, "every result of this CASE is NULL").help(HELP);
    }
}

impl CheckSql<sql::CallExpr> for NullResult {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        let args: Vec<Expr> = call.args().collect();
        let (found, message) = match args.as_slice() {
            [_, one, other] if call.is_call_of("IIF") => {
                (is_null(one) && is_null(other), "both results of this IIF are NULL")
            }
            [_, _, ..] if call.is_call_of("COALESCE") => {
                (args.iter().all(is_null), "every argument of this COALESCE is NULL")
            }
            [first, _] if call.is_call_of("NULLIF") => {
                (is_null(first), "the first argument of NULLIF cannot be NULL as it is written")
            }
            _ => return,
        };
        if found && !unsure(ctx, call) {
            let range = call.name().map_or(call.range(), |name| name.range());
            ctx.report::<Self>(range, message).help(HELP);
        }
    }
}

fn unsure(ctx: &SqlContext<'_>, node: &impl AstNode) -> bool {
    ctx.meaning().doubtful || ctx.is_broken(node.range())
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr.clone().without_parens(), Expr::Literal(literal) if matches!(literal.value(), Some(sql::LiteralValue::Null)))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_word() {
        check(
            "sql/null-result",
            "
SELECT CASE WHEN a = 1 THEN NULL ELSE (NULL) END AS b, case c WHEN 1 THEN NULL WHEN 2 THEN NULL END AS d FROM t
//     ^^^^ error: every result of this CASE is NULL
//                                                     ^^^^ every result of this CASE is NULL
SELECT IIF(a = 1, NULL, NULL) AS b, COALESCE(NULL, NULL) AS c, NULLIF(NULL, a) AS d FROM t
//     ^^^ both results of this IIF are NULL
//                                  ^^^^^^^^ every argument of this COALESCE is NULL
//                                                             ^^^^^^ the first argument of NULLIF
",
        );
    }

    #[test]
    fn silent_where_one_has_a_type() {
        for text in [
            "SELECT CASE WHEN a = 1 THEN NULL ELSE b END AS c, CASE WHEN a = 1 THEN 1 ELSE NULL END AS d FROM t",
            "SELECT CASE WHEN a = 1 THEN NULL WHEN a = 2 THEN 'x' END AS c FROM t",
            "SELECT CASE WHEN a = 1 THEN CAST(NULL AS int) ELSE NULL END AS c, NULL AS d FROM t",
            "SELECT IIF(a = 1, NULL, b) AS c, COALESCE(NULL, a) AS d, NULLIF(a, NULL) AS e, ISNULL(NULL, NULL) AS f FROM t",
            "SELECT CASE WHEN a = 1 THEN NULL ELSE {{{b}}} END AS c FROM t",
            "SELECT CASE WHEN a = 1 THEN NULL ELSE FROM t",
            "SELECT CASE WHEN a = 1 THEN CASE WHEN b = 1 THEN 1 END END AS c FROM t",
        ] {
            silent("sql/null-result", text);
        }
    }
}
