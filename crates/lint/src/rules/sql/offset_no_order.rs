use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    TextRange, TextSize,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// OFFSET stands behind ORDER BY, and without TOP.
    ///
    /// ## Why
    /// OFFSET and FETCH are a part of ORDER BY: without it the query does not compile, and with TOP neither.
    /// Source: sql.md, section 3 (sql/offset-no-order).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders OFFSET 10 ROWS
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders ORDER BY OrderId OFFSET 10 ROWS
    /// ```
    pub OffsetNoOrder {
        id: "sql/offset-no-order",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// Words the problem of an OFFSET that belongs to no ORDER BY; says whether it is one.
pub(crate) fn words(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    const WORD: &str = "offset";
    let text = ctx.text(problem.range);
    let is_offset = text.get(..WORD.len()).is_some_and(|word| word.eq_ignore_ascii_case(WORD));
    if problem.kind != SqlProblemKind::UnexpectedToken || !is_offset {
        return false;
    }
    let range = TextRange::at(problem.range.start(), TextSize::of(WORD));
    ctx.report::<OffsetNoOrder>(range, "OFFSET needs an ORDER BY in front of it");
    true
}

impl CheckSql<sql::OffsetClause> for OffsetNoOrder {
    fn check(ctx: &mut SqlContext<'_>, offset: &sql::OffsetClause) {
        let query = offset.syntax().ancestors().skip(1).find_map(sql::Query::cast);
        let Some(sql::QueryBody::Select(select)) = query.and_then(|query| query.query_body()) else { return };
        let Some(top) = select.top_clause() else { return };
        ctx.report::<Self>(top.range(), "TOP and OFFSET do not go together").related(offset.range(), "the OFFSET");
    }
}

impl CheckSql<sql::OrderByClause> for OffsetNoOrder {
    fn check(ctx: &mut SqlContext<'_>, order: &sql::OrderByClause) {
        let Some(fetch) = order.fetch_clause().filter(|_| order.offset_clause().is_none()) else { return };
        if ctx.is_broken(order.range()) {
            return;
        }
        ctx.report::<Self>(fetch.range(), "FETCH needs an OFFSET in front of it")
            .help("write `OFFSET 0 ROWS` before it");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_word_and_on_top() {
        check(
            "sql/offset-no-order",
            "
SELECT a FROM t OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY
//              ^^^^^^ error: OFFSET needs an ORDER BY
SELECT TOP 5 a FROM t ORDER BY a OFFSET 5 ROWS
//     ^^^^^ TOP and OFFSET do not go together
SELECT a FROM t ORDER BY a FETCH NEXT 5 ROWS ONLY
//                         ^^^^^^^^^^^^^^^^^^^^^^ FETCH needs an OFFSET
",
        );
    }

    #[test]
    fn silent_behind_order_by() {
        for text in [
            "SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY",
            "SELECT offset FROM t offset",
            "SELECT a FROM (SELECT TOP 5 a FROM t ORDER BY a) u ORDER BY a OFFSET 5 ROWS",
        ] {
            silent("sql/offset-no-order", text);
        }
    }
}
