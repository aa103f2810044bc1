use sfmc_catalog::sql::{ColumnType, Retention};
use sfmc_semantic::sql::{Bound, BoundKind, Operand, bounds, date_part};
use sfmc_syntax::{
    TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, day_number, each_row_condition, expr_at, selects_in};

declare_rule! {
    /// A query asks a data view for no more time than the view keeps.
    ///
    /// ## Why
    /// Tracking views hold about six months. A query for the last year gives the last six months without a word, and a query for what is
    /// older than that gives nothing: counts look right and are not. What is needed for longer has to be kept in a data extension.
    /// Nothing is said of views for which sources disagree. Source: sql.md, section 4; data-views.json (retention);
    /// rules.md, 2.5 (sql/data-view-retention).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM _Open WHERE EventDate >= DATEADD(month, -12, GETDATE())
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM _Open WHERE EventDate >= DATEADD(month, -6, GETDATE())
    /// ```
    pub DataViewRetention {
        id: "sql/data-view-retention",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// How far a condition goes back.
enum Window {
    /// It takes what came since so many days ago.
    Since(i64),
    /// It takes what came before so many days ago.
    Before(i64),
    /// It takes so many days.
    Long(i64),
}

impl CheckSql<sql::SelectStmt> for DataViewRetention {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        let mut found: Vec<(TextRange, String)> = Vec::new();
        for (_, select) in selects_in(meaning, statement.range()) {
            each_row_condition(select, &mut |condition| {
                for column in condition.columns() {
                    let Some((view, name)) = ctx.view_column(column) else { continue };
                    let Some(days) = days(view.retention) else { continue };
                    let is_date = |known: &&sfmc_catalog::sql::ViewColumn| known.name.eq_ignore_ascii_case(name);
                    if view.columns.iter().find(is_date).is_none_or(|known| known.ty != ColumnType::DateTime) {
                        continue;
                    }
                    for bound in bounds(std::slice::from_ref(condition), column) {
                        for (range, window) in windows(ctx, &bound) {
                            let (name, kept) = (view.name, kept(view.retention));
                            let message = match window {
                                Window::Since(ago) | Window::Long(ago) if ago > days => {
                                    format!("`{name}` keeps {kept}: this asks for {}", span(ago))
                                }
                                Window::Before(ago) if ago > days => {
                                    format!("`{name}` keeps {kept}: it has no row that is older than {}", span(ago))
                                }
                                _ => continue,
                            };
                            found.push((range, message));
                        }
                    }
                }
            });
        }
        found.dedup();
        for (range, message) in found {
            ctx.report::<Self>(range, message).help("keep what is needed for longer in a data extension");
        }
    }
}

/// How many days a view keeps at most. Months are long ones, and there is a day more: the count is about right.
fn days(retention: Retention) -> Option<i64> {
    match retention {
        Retention::Months(months) => Some(i64::from(months) * 31 + 1),
        Retention::Days(days) => Some(i64::from(days) + 1),
        Retention::Kept | Retention::Unknown => None,
    }
}

/// The same in words.
fn kept(retention: Retention) -> String {
    match retention {
        Retention::Months(months) => format!("about {months} months"),
        Retention::Days(days) => format!("{days} days"),
        Retention::Kept | Retention::Unknown => String::new(),
    }
}

fn span(days: i64) -> String {
    if days > 36_525 {
        return "more than 100 years".to_owned();
    }
    if days % 365 < 2 && days >= 365 {
        let years = days / 365;
        return if years == 1 { "a year".to_owned() } else { format!("{years} years") };
    }
    if days > 60 { format!("about {} months", (days + 15) * 100 / 3044) } else { format!("{days} days") }
}

/// The windows that a bound opens, and where they are written.
fn windows(ctx: &SqlContext<'_>, bound: &Bound<'_>) -> Vec<(TextRange, Window)> {
    if bound.is_sargable() || is_day_of(bound.operand) {
        let ago = |operand: &Operand| Some((operand.range, operand.moment?.days_ago()));
        let since = |operand: &Operand| ago(operand).map(|(range, days)| (range, Window::Since(days)));
        let before = |operand: &Operand| ago(operand).map(|(range, days)| (range, Window::Before(days)));
        return match bound.kind {
            BoundKind::Lower(other) => since(other).into_iter().collect(),
            BoundKind::Upper(other) | BoundKind::Equal(other) => before(other).into_iter().collect(),
            BoundKind::Between(low, high) => since(low).or_else(|| written(low, high)).into_iter().collect(),
            _ => Vec::new(),
        };
    }
    counted(ctx, bound).into_iter().collect()
}

/// `BETWEEN '2023-01-01' AND '2023-12-31'`.
fn written(low: &Operand, high: &Operand) -> Option<(TextRange, Window)> {
    let day = |operand: &Operand| day_number(operand.constant.as_ref()?.text()?);
    let days = day(high)?.checked_sub(day(low)?)?;
    Some((low.range.cover(high.range), Window::Long(days)))
}

/// Whether an operand is the day of its column: CAST to a date.
fn is_day_of(operand: &Operand) -> bool {
    operand.ty.is_date() && operand.columns.len() == 1 && matches!(operand.wrapped.as_deref(), Some("CAST" | "CONVERT"))
}

/// `DATEDIFF(day, EventDate, GETDATE()) <= 365`.
fn counted(ctx: &SqlContext<'_>, bound: &Bound<'_>) -> Option<(TextRange, Window)> {
    let (BoundKind::Upper(count) | BoundKind::Lower(count) | BoundKind::Equal(count)) = bound.kind else {
        return None;
    };
    let number = count.constant.as_ref()?.integer()?;
    let sql::Expr::CallExpr(call) = expr_at(ctx, bound.operand.range)? else { return None };
    if !call.is_call_of("DATEDIFF") {
        return None;
    }
    let args: Vec<sql::Expr> = call.args().collect();
    let [sql::Expr::NameExpr(part), from, until] = args.as_slice() else { return None };
    let is_column = ctx.meaning().expr(from).is_some_and(|info| info.column.is_some());
    let is_now = matches!(until.clone().without_parens(), sql::Expr::CallExpr(now) if now.is_call_of("GETDATE"));
    let each = match date_part(&part.name()?.last()?.value())? {
        "year" => 365,
        "quarter" => 91,
        "month" => 30,
        "week" => 7,
        "day" => 1,
        _ => return None,
    };
    if !is_column || !is_now {
        return None;
    }
    let days = number.checked_mul(each)?;
    let window = if matches!(bound.kind, BoundKind::Upper(_)) { Window::Since(days) } else { Window::Before(days) };
    Some((count.range, window))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    const RULE: &str = "sql/data-view-retention";

    #[test]
    fn on_the_time() {
        check(
            RULE,
            "
SELECT JobID FROM _Sent WHERE EventDate > DATEADD(year, -1, GETDATE())
//                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `_Sent` keeps about 6 months: this asks for a year
SELECT JobID FROM _Open WHERE EventDate < GETDATE() - 400
//                                        ^^^^^^^^^^^^^^^ it has no row that is older than about 13 months
SELECT JobID FROM _Open WHERE EventDate BETWEEN '2023-01-01' AND '2023-12-31'
//                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this asks for about 12 months
SELECT JobID FROM _Open WHERE DATEDIFF(day, EventDate, GETDATE()) <= 365
//                                                                   ^^^ this asks for a year
SELECT JobID FROM (SELECT JobID, EventDate AS d FROM _Click) c WHERE c.d >= DATEADD(d, -200, GETDATE())
//                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^ about 7 months
SELECT JobID FROM _Open WHERE DATEDIFF(day, EventDate, GETDATE()) < 9223372036854775807
//                                                                  ^^^^^^^^^^^^^^^^^^^ this asks for more than 100 years
",
        );
    }

    #[test]
    fn silent_within_what_is_kept() {
        for text in [
            "SELECT JobID FROM _Sent WHERE EventDate > DATEADD(month, -6, GETDATE())",
            "SELECT JobID FROM _Sent WHERE EventDate > DATEADD(day, -185, GETDATE())",
            "SELECT JobID FROM _Sent WHERE EventDate BETWEEN '2024-01-01' AND '2024-06-30'",
            "SELECT JobID FROM _Sent WHERE DATEDIFF(day, EventDate, GETDATE()) < 90",
            "SELECT Id FROM Orders WHERE EventDate > DATEADD(year, -1, GETDATE())",
            "SELECT SubscriberKey FROM _Subscribers WHERE DateJoined > DATEADD(year, -1, GETDATE())",
            "SELECT JobID FROM _Sent WHERE DATEADD(year, 1, EventDate) > GETDATE()",
            "SELECT JobID FROM _Sent WHERE EventDate < DATEADD(month, -3, GETDATE())",
        ] {
            silent(RULE, text);
        }
    }
}
