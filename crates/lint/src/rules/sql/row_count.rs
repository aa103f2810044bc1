use sfmc_semantic::sql::Constant;
use sfmc_syntax::ast::{
    AstNode,
    sql::{self, Expr},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// TOP, OFFSET and FETCH count rows.
    ///
    /// ## Why
    /// They take whole numbers (message 1060), which are not negative (10742), and FETCH takes at least one row (10744). A percentage ends at
    /// 100 (1031), and WITH TIES asks which rows are as good as the last one, which only ORDER BY says (1062). The server refuses anything
    /// else, whatever the tables hold. Source: sql.md, section 7 (grammar), and T-SQL's reference (TOP; ORDER BY).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT TOP 5 WITH TIES SubscriberKey FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT TOP 5 WITH TIES SubscriberKey FROM Orders ORDER BY Total DESC
    /// ```
    pub RowCount {
        id: "sql/row-count",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::TopClause> for RowCount {
    fn check(ctx: &mut SqlContext<'_>, top: &sql::TopClause) {
        if lacks_order(top) {
            // What is not read can be its ORDER BY.
            let query = top.syntax().ancestors().find_map(sql::Query::cast);
            if !ctx.is_broken(query.map_or(top.range(), |query| query.range())) {
                ctx.report::<Self>(top.range(), "WITH TIES needs ORDER BY")
                    .help("say which row is the last with ORDER BY");
            }
            return;
        }
        let Some((expr, count)) = count(ctx, top.expr()) else { return };
        let message = match top.percent_token() {
            Some(_) if !(0.0..=100.0).contains(&count.value) => "a percentage is a number from 0 to 100",
            None if !count.whole => "TOP takes whole rows",
            None if count.value < 0.0 => "TOP takes no negative number",
            _ => return,
        };
        ctx.report::<Self>(expr.range(), message);
    }
}

impl CheckSql<sql::OffsetClause> for RowCount {
    fn check(ctx: &mut SqlContext<'_>, offset: &sql::OffsetClause) {
        let Some((expr, count)) = count(ctx, offset.expr()) else { return };
        if !count.whole || count.value < 0.0 {
            ctx.report::<Self>(expr.range(), "OFFSET leaves out a whole number of rows, or 0");
        }
    }
}

impl CheckSql<sql::FetchClause> for RowCount {
    fn check(ctx: &mut SqlContext<'_>, fetch: &sql::FetchClause) {
        let Some((expr, count)) = count(ctx, fetch.expr()) else { return };
        if !count.whole || count.value < 1.0 {
            ctx.report::<Self>(expr.range(), "FETCH takes a whole number of rows, at least 1");
        }
    }
}

/// Whether a TOP has WITH TIES, and the query no ORDER BY.
pub(super) fn lacks_order(top: &sql::TopClause) -> bool {
    let select = top.syntax().parent().and_then(sql::Select::cast);
    let query = select.and_then(|select| select.syntax().parent()).and_then(sql::Query::cast);
    // An operand of UNION has none of its own.
    top.ties_token().is_some() && query.is_none_or(|query| query.order_by_clause().is_none())
}

struct Count {
    value: f64,
    whole: bool,
}

/// The number that an expression is written as.
fn count(ctx: &SqlContext<'_>, expr: Option<Expr>) -> Option<(Expr, Count)> {
    let expr = expr.filter(|expr| !ctx.is_broken(expr.range()))?;
    let count = match ctx.meaning().expr(&expr)?.constant.as_ref()? {
        Constant::Integer(number) => Count { value: *number as f64, whole: true },
        Constant::Number(number) => Count { value: number.parse().ok()?, whole: !number.contains(['.', 'e', 'E']) },
        Constant::Null | Constant::Text(_) => return None,
    };
    Some((expr, count))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_number() {
        check(
            "sql/row-count",
            "
SELECT TOP 10.5 a FROM t ORDER BY a
//         ^^^^ error: TOP takes whole rows
SELECT TOP (200) PERCENT a FROM t ORDER BY a
//          ^^^ a percentage is a number from 0 to 100
SELECT TOP (-1) a FROM t ORDER BY a
//          ^^ TOP takes no negative number
SELECT a FROM t ORDER BY a OFFSET -1 ROWS FETCH NEXT 0 ROWS ONLY
//                                ^^ OFFSET leaves out a whole number of rows
//                                                   ^ FETCH takes a whole number of rows
",
        );
    }

    #[test]
    fn on_ties_without_an_order() {
        check(
            "sql/row-count",
            "
SELECT TOP 5 WITH TIES a FROM t
//     ^^^^^^^^^^^^^^^ error: WITH TIES needs ORDER BY
SELECT TOP 5 WITH TIES a FROM t UNION ALL SELECT b FROM u ORDER BY a
//     ^^^^^^^^^^^^^^^ WITH TIES needs ORDER BY
",
        );
    }

    #[test]
    fn silent_on_numbers_of_rows() {
        for text in [
            "SELECT TOP 10 a FROM t ORDER BY a",
            "SELECT TOP 0 a FROM t",
            "SELECT TOP 12.5 PERCENT a FROM t ORDER BY a",
            "SELECT TOP (100) PERCENT WITH TIES a FROM t ORDER BY a",
            "SELECT TOP (5 - 1) a FROM t ORDER BY a OFFSET 0 ROWS",
            "SELECT a FROM t ORDER BY a OFFSET 0 ROWS FETCH NEXT 1 ROW ONLY",
            "SELECT TOP ({{{count}}}) a FROM t ORDER BY a",
            "SELECT TOP 5 WITH TIES a FROM t ODER BY a",
        ] {
            silent("sql/row-count", text);
        }
    }
}
