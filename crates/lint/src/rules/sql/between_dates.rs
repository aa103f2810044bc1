use sfmc_semantic::sql::SqlType;
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, conjunction, day_number, has_next_day};

declare_rule! {
    /// A range of times ends behind its last day, not at the beginning of it.
    ///
    /// ## Why
    /// BETWEEN takes both ends. An end that is a date without a time is the midnight at which that day begins: of the last day only what
    /// happened at midnight is taken. `>=` the first day and `<` the day after the last one takes all of it.
    /// Source: sql.md, section 4 (BETWEEN on date-times).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT JobID FROM _Sent WHERE EventDate BETWEEN '2024-01-01' AND '2024-01-31'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT JobID FROM _Sent WHERE EventDate >= '2024-01-01' AND EventDate < '2024-02-01'
    /// ```
    pub BetweenDates {
        id: "sql/between-dates",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::BetweenExpr> for BetweenDates {
    fn check(ctx: &mut SqlContext<'_>, between: &sql::BetweenExpr) {
        let (Some(operand), Some(low), Some(high)) = (between.operand(), between.low(), between.high()) else { return };
        let meaning = ctx.meaning();
        let is_time = |expr: &sql::Expr| {
            let ty = meaning.expr(expr).filter(|info| info.column.is_some()).map(|info| info.ty);
            matches!(ty, Some(SqlType::DateTime | SqlType::DateTime2 | SqlType::SmallDateTime))
        };
        let Some(end) = meaning.expr(&high).filter(|_| is_time(&operand)) else { return };
        let written = end.constant.as_ref().and_then(|constant| constant.text()).and_then(day_number).is_some();
        // The last day of the calendar stands for no end.
        if (!written && end.ty != SqlType::Date) || !has_next_day(ctx.text(high.range())) {
            return;
        }
        let message = "this ends at the beginning of its last day: what happened on that day later is left out";
        let (column, low, high) = (ctx.text(operand.range()), ctx.text(low.range()), ctx.text(high.range()));
        let parts = [format!("{column} >= {low}"), format!("{column} < DATEADD(day, 1, {high})")];
        let text = conjunction(between.syntax(), &parts);
        let range = between.high().map_or(between.range(), |high| high.range());
        let whole = ctx.text(between.range());
        let plain = between.not_token().is_none() && !whole.contains("--") && !whole.contains("/*");
        let report = ctx.report::<Self>(range, message);
        if plain {
            report.unsafe_fix("take all of the last day", [TextEdit::replace(between.range(), text)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    const RULE: &str = "sql/between-dates";

    #[test]
    fn on_the_end() {
        check(
            RULE,
            "
SELECT JobID FROM _Sent s WHERE s.EventDate BETWEEN '20240101' AND ('20240131')
//                                                                 ^^^^^^^^^^^^ warning: this ends at the beginning of its last day
SELECT JobID FROM _Sent WHERE EventDate BETWEEN GETDATE() - 7 AND CAST(GETDATE() AS DATE)
//                                                                ^^^^^^^^^^^^^^^^^^^^^^^ this ends at the beginning
",
        );
        unfixed(RULE, "SELECT JobID FROM _Sent WHERE EventDate BETWEEN '2024-01-01' /* so far */ AND '2024-01-31'");
        unfixed(RULE, "SELECT JobID FROM _Sent WHERE EventDate NOT BETWEEN '2024-01-01' AND '2024-01-31'");
    }

    #[test]
    fn silent_where_times_are_said_or_days_are_compared() {
        for text in [
            "SELECT JobID FROM _Sent WHERE EventDate BETWEEN '2024-01-01' AND '2024-01-31 23:59:59'",
            "SELECT JobID FROM _Sent WHERE CAST(EventDate AS DATE) BETWEEN '2024-01-01' AND '2024-01-31'",
            "SELECT JobID FROM _Sent WHERE EventDate BETWEEN DATEADD(day, -7, GETDATE()) AND GETDATE()",
            "SELECT Id FROM Orders WHERE Placed BETWEEN '2024-01-01' AND '2024-01-31'",
            "SELECT JobID FROM _Sent WHERE JobID BETWEEN 20240101 AND 20240131",
            "SELECT JobID FROM _Sent WHERE EventDate BETWEEN '2024-01-01' AND '9999-12-31'",
            "SELECT JobID FROM _Sent WHERE SubscriberKey BETWEEN '20240101' AND '20240131'",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn takes_the_last_day() {
        fixed(
            RULE,
            "SELECT JobID FROM _Sent WHERE NOT EventDate BETWEEN '2024-01-01' AND '2024-01-31'",
            "SELECT JobID FROM _Sent WHERE NOT (EventDate >= '2024-01-01' AND EventDate < DATEADD(day, 1, '2024-01-31'))",
        );
        fixed(
            RULE,
            "SELECT JobID FROM _Sent WHERE JobID = 1 AND EventDate BETWEEN '2024-01-01' AND '2024-01-31'",
            "SELECT JobID FROM _Sent WHERE JobID = 1 AND EventDate >= '2024-01-01' AND EventDate < DATEADD(day, 1, '2024-01-31')",
        );
    }
}
