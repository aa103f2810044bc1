use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Functions that number rows or look at others are told the order of the rows.
    ///
    /// ## Why
    /// The first row and the one before exist in an order only; a constant is none (messages 5308 and 5309). And without ORDER BY in OVER
    /// the server refuses ROW_NUMBER, RANK, LAG and their like (message 4112), and a frame of ROWS or RANGE (message 10756). SUM and COUNT
    /// need none. A frame goes from an earlier row to a later one (message 4193), RANGE counts no rows (4194), and functions that number
    /// rows have no frame (10752). Source: T-SQL's reference (ranking and analytic functions; OVER).
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
        let broken = ctx.meaning().doubtful || ctx.is_broken(over.range()) || ctx.has_placeholder(over.range());
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

/// Functions that look at all rows of their partition, or at one.
const FRAMELESS: &[&str] = &["ROW_NUMBER", "RANK", "DENSE_RANK", "NTILE", "LAG", "LEAD", "CUME_DIST", "PERCENT_RANK"];

impl CheckSql<sql::FrameClause> for WindowOrder {
    fn check(ctx: &mut SqlContext<'_>, frame: &sql::FrameClause) {
        if ctx.meaning().doubtful || ctx.is_broken(frame.range()) || ctx.has_placeholder(frame.range()) {
            return;
        }
        let call = frame.syntax().ancestors().skip(1).find_map(sql::CallExpr::cast);
        let name = call.and_then(|call| FRAMELESS.iter().find(|name| call.is_call_of(name)));
        if let Some(name) = name {
            ctx.report::<Self>(frame.range(), format!("`{name}` cannot have a frame")).help("leave it out");
            return;
        }
        let bounds: Vec<sql::FrameBound> = frame.bounds().collect();
        let counts = |bound: &&sql::FrameBound| bound.expr().is_some();
        if let Some(bound) = bounds.iter().find(counts).filter(|_| frame.range_token().is_some()) {
            ctx.report::<Self>(bound.range(), "RANGE counts no rows")
                .help("write ROWS, or UNBOUNDED PRECEDING and CURRENT ROW");
            return;
        }
        let places: Option<Vec<u8>> = bounds.iter().map(place).collect();
        let backwards = match places.as_deref() {
            // One alone is where the frame begins; it ends at the row.
            Some([start]) => *start > CURRENT,
            Some([start, end]) => start > end || *start == LAST || *end == FIRST,
            _ => false,
        };
        if backwards {
            ctx.report::<Self>(frame.range(), "this frame ends before it begins")
                .help("write the earlier row first: `ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`");
        }
    }
}

/// Bounds of a frame in order: before all rows, before this one, this one, behind it, behind all.
const FIRST: u8 = 0;
const CURRENT: u8 = 2;
const LAST: u8 = 4;

fn place(bound: &sql::FrameBound) -> Option<u8> {
    let unbounded = bound.unbounded_token().is_some();
    match () {
        () if bound.current_token().is_some() => Some(CURRENT),
        () if bound.preceding_token().is_some() => Some(if unbounded { FIRST } else { 1 }),
        () if bound.following_token().is_some() => Some(if unbounded { LAST } else { 3 }),
        () => None,
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
    fn on_frames() {
        check(
            "sql/window-order",
            "
SELECT SUM(a) OVER (ORDER BY b RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM t
//                                           ^^^^^^^^^^^ error: RANGE counts no rows
SELECT ROW_NUMBER() OVER (ORDER BY a ROWS UNBOUNDED PRECEDING) AS n FROM t
//                                   ^^^^^^^^^^^^^^^^^^^^^^^^ `ROW_NUMBER` cannot have a frame
SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) AS s, SUM(a) OVER (ORDER BY b ROWS 2 FOLLOWING) AS r FROM t
//                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this frame ends before it begins
//                                                                                                     ^^^^^^^^^^^^^^^^ this frame ends
",
        );
        for text in [
            "SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS s FROM t",
            "SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS s FROM t",
            "SELECT SUM(a) OVER (ORDER BY b RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM t",
            "SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN CURRENT ROW AND CURRENT ROW) AS s, SUM(a) OVER (ORDER BY b ROWS 2 PRECEDING) AS r FROM t",
            "SELECT LAST_VALUE(a) OVER (ORDER BY b RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS s FROM t",
        ] {
            silent("sql/window-order", text);
        }
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
