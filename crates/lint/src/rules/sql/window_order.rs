use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Functions that number rows or look at others are told the order of the rows.
    ///
    /// ## Why
    /// The first row and the one before exist in an order only; a constant is none (messages 5308 and 5309). And without ORDER BY in OVER the server refuses ROW_NUMBER, RANK, LAG and their
    /// like (message 4112), and a frame of ROWS or RANGE (message 10756). SUM and COUNT need none.
    /// Source: T-SQL's reference (ranking and analytic functions; OVER).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId, ROW_NUMBER() OVER (PARTITION BY EmailAddress) AS Place FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, ROW_NUMBER() OVER (PARTITION BY EmailAddress ORDER BY Placed DESC) AS Place FROM Orders
    /// ```
    pub WindowOrder {
        id: "sql/window-order",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// Functions that mean nothing without an order.
const ORDERED: &[&str] = &[
    "ROW_NUMBER",
    "RANK",
    "DENSE_RANK",
    "NTILE",
    "LAG",
    "LEAD",
    "FIRST_VALUE",
    "LAST_VALUE",
    "CUME_DIST",
    "PERCENT_RANK",
];

impl CheckSql<sql::OverClause> for WindowOrder {
    fn check(ctx: &mut SqlContext<'_>, over: &sql::OverClause) {
        let Some(call) = over.syntax().parent().and_then(sql::CallExpr::cast) else { return };
        let Some(spec) = over.window_spec() else { return };
        // A window that is named elsewhere can have the order.
        let named = over.name().is_some() || spec.name().is_some();
        let broken = ctx.meaning().doubtful || ctx.is_broken(over.range()) || ctx.text(over.range()).contains("{{");
        if named || broken {
            return;
        }
        if let Some(order) = spec.order_by_clause() {
            for constant in order.items().filter_map(|item| item.expr()) {
                if matches!(constant.clone().without_parens(), sql::Expr::Literal(_)) {
                    ctx.report::<Self>(constant.range(), "OVER orders rows by what is in them, not by a constant")
                        .help("where any order will do, write `(SELECT NULL)`");
                }
            }
            return;
        }
        if let Some(name) = ORDERED.iter().find(|name| call.is_call_of(name)) {
            ctx.report::<Self>(spec.range(), format!("`{name}` needs ORDER BY in OVER"))
                .help("say which row comes first: `OVER (PARTITION BY … ORDER BY …)`");
        } else if let Some(frame) = spec.frame_clause() {
            ctx.report::<Self>(frame.range(), "a frame of rows needs ORDER BY before it");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_constants() {
        check(
            "sql/window-order",
            "
SELECT ROW_NUMBER() OVER (ORDER BY 'a') AS n, SUM(a) OVER (PARTITION BY b ORDER BY 1) AS s FROM t
//                                 ^^^ error: OVER orders rows by what is in them
//                                                                                 ^ OVER orders rows by what is in them
",
        );
        silent("sql/window-order", "SELECT ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) AS n FROM t ORDER BY 1");
    }

    #[test]
    fn on_what_stands_in_over() {
        check(
            "sql/window-order",
            "
SELECT Row_Number() OVER () AS a, LAG(b) OVER (PARTITION BY c) AS d, SUM(e) OVER (PARTITION BY f ROWS UNBOUNDED PRECEDING) AS g FROM t
//                       ^^ error: `ROW_NUMBER` needs ORDER BY in OVER
//                                            ^^^^^^^^^^^^^^^^ `LAG` needs ORDER BY in OVER
//                                                                                               ^^^^^^^^^^^^^^^^^^^^^^^^ a frame of rows
",
        );
    }

    #[test]
    fn silent_where_there_is_one_or_none_is_needed() {
        for text in [
            "SELECT ROW_NUMBER() OVER (ORDER BY a) AS b, RANK() OVER (PARTITION BY a ORDER BY b DESC) AS c FROM t",
            "SELECT ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) AS b FROM t",
            "SELECT SUM(a) OVER () AS b, COUNT(*) OVER (PARTITION BY c) AS d, MAX(a) OVER (PARTITION BY c) AS e FROM t",
            "SELECT ROW_NUMBER() OVER w AS b, RANK() OVER (w) AS c FROM t WINDOW w AS (ORDER BY a)",
            "SELECT ROW_NUMBER() OVER ({{{window}}}) AS b FROM t",
            "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDR BY b) AS c FROM t",
            "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a) OVER (PARTITION BY b) AS c FROM t",
            "SELECT ROW_NUMBER() AS a, dbo.RANK(b) AS c FROM t",
        ] {
            silent("sql/window-order", text);
        }
    }
}
