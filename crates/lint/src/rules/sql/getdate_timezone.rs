use sfmc_semantic::sql::{Call, ColumnId, Operand, date_part};
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{
        AstNode,
        sql::{self, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext, each_row_condition, expr_at, selects_in};

declare_rule! {
    /// Times of UTC are compared with the time of UTC, and times of the server with its own.
    ///
    /// ## Why
    /// GETDATE() is the server's time: six hours behind UTC, all year. The tracking views have that time, too; views of automations and of
    /// unsubscribes of business units have columns in UTC. Where one is compared with the other, six hours are missing or too many.
    /// Source: sql.md, section 6; data-views.json (timezone); rules.md, 2.5 (sql/getdate-timezone).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > DATEADD(hour, -24, GETDATE())
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > DATEADD(hour, -24, GETUTCDATE())
    /// ```
    pub GetdateTimezone {
        id: "sql/getdate-timezone",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Which clock a time is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clock {
    Server,
    Utc,
}

/// The functions that ask a clock.
const CLOCKS: [&str; 3] = ["GETDATE", "GETUTCDATE", "SYSUTCDATETIME"];

impl CheckSql<sql::SelectStmt> for GetdateTimezone {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        let asks = |call: &Call| CLOCKS.iter().any(|name| call.name.eq_ignore_ascii_case(name));
        if !meaning.calls_in(statement.range()).any(asks) {
            return;
        }
        let mut found = Vec::new();
        for (_, select) in selects_in(meaning, statement.range()) {
            each_row_condition(select, &mut |condition| {
                let operands = condition.operands();
                let clocks = operands.iter().filter_map(|operand| column_clock(ctx, operand)).collect::<Vec<_>>();
                let Some((clock, column)) = clocks.first() else { return };
                for operand in operands {
                    found.extend(other_clocks(ctx, operand, *clock).map(|call| (call, *clock, *column)));
                }
            });
        }
        for (call, clock, column) in found {
            let name = meaning.column(column).map(|column| column.name.as_str()).unwrap_or_default();
            let (message, word) = match clock {
                Clock::Utc => {
                    (format!("`{name}` is in UTC, and this is the server's time, six hours behind"), "GETUTCDATE")
                }
                Clock::Server => {
                    (format!("`{name}` is in the server's time, and this is UTC, six hours ahead"), "GETDATE")
                }
            };
            ctx.report::<Self>(call, message)
                .unsafe_fix(format!("write {word}()"), [TextEdit::replace(call, format!("{word}()"))]);
        }
    }
}

/// The clock of the column in an operand.
fn column_clock(ctx: &SqlContext<'_>, operand: &Operand) -> Option<(Clock, ColumnId)> {
    let [column] = operand.columns.as_slice() else { return None };
    let is_date = ctx.meaning().column(*column).is_some_and(|column| column.ty.is_date());
    // `AT TIME ZONE` and offsets bring it to another clock.
    if !is_date || converts(ctx.text(operand.range)) {
        return None;
    }
    let (view, name) = ctx.view_column(*column)?;
    let says_utc = name.to_ascii_lowercase().ends_with("utc");
    let clock = match view.timezone {
        "UTC" => Clock::Utc,
        "CST" if says_utc => Clock::Utc,
        "CST" => Clock::Server,
        _ => return None,
    };
    Some((clock, *column))
}

fn converts(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["zone", "offset", "dateadd(hour", "dateadd(hh", "dateadd( h", "dateadd(minute", "dateadd(mi"]
        .iter()
        .any(|word| text.contains(word))
}

/// The calls in an operand that ask for the time of another clock.
fn other_clocks(ctx: &SqlContext<'_>, operand: &Operand, clock: Clock) -> impl Iterator<Item = TextRange> + use<> {
    let wanted: &[&str] = match clock {
        Clock::Utc => &["GETDATE"],
        Clock::Server => &["GETUTCDATE", "SYSUTCDATETIME"],
    };
    let (text, whole) = (ctx.text(operand.range), operand.range);
    let expr = expr_at(ctx, whole).filter(|_| !text.to_ascii_lowercase().contains("zone"));
    let nodes = expr.into_iter().flat_map(|expr| expr.syntax().descendants());
    nodes
        .filter_map(sql::CallExpr::cast)
        .filter(move |call| wanted.iter().any(|name| call.is_call_of(name)) && !is_moved(call, whole, clock))
        .map(|call| call.range())
}

/// Whether what stands around the call of a clock, in its operand, brings it to the other: `DATEADD(hour, 6, GETDATE())` is about the time
/// of UTC.
fn is_moved(call: &sql::CallExpr, operand: TextRange, clock: Clock) -> bool {
    let around = call.syntax().ancestors().skip(1).take_while(|node| operand.contains_range(node.text_range()));
    around.filter_map(Expr::cast).any(|around| match around {
        Expr::CallExpr(around) => is_moved_by(&around, clock),
        // `GETDATE() + 0.25`
        Expr::ArithExpr(arith) => arith.operands().any(|operand| match operand {
            Expr::Literal(literal) => literal.syntax().text().to_string().contains('.'),
            Expr::ParenExpr(_) | Expr::ArithExpr(_) => operand.syntax().text().to_string().contains('/'),
            _ => false,
        }),
        _ => false,
    })
}

fn is_moved_by(call: &sql::CallExpr, clock: Clock) -> bool {
    let mut args = call.args().map(|arg| arg.syntax().text().to_string());
    let (true, Some(part), Some(number)) = (call.is_call_of("DATEADD"), args.next(), args.next()) else { return false };
    let in_an_hour = match date_part(part.trim()) {
        Some("hour") => 1,
        Some("minute") => 60,
        Some("second") => 3600,
        _ => return false,
    };
    let Ok(number) = number.replace(char::is_whitespace, "").parse::<i64>() else { return true };
    let hours = if clock == Clock::Utc { number } else { number.saturating_neg() } / in_an_hour;
    // Whole days more or less are what is asked for; and who keeps clocks that change takes five or seven.
    (5..=7).contains(&hours.rem_euclid(24))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    const RULE: &str = "sql/getdate-timezone";

    #[test]
    fn on_the_call() {
        check(
            RULE,
            "
SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC BETWEEN DATEADD(day, -1, GETDATE()) AND GETDATE()
//                                                                                             ^^^^^^^^^ hint: `UnsubDateUTC` is in UTC
//                                                                                                            ^^^^^^^^^ in UTC
SELECT JobID FROM _Sent WHERE DATEDIFF(hour, EventDate, GETUTCDATE()) < 24
//                                                      ^^^^^^^^^^^^ `EventDate` is in the server's time
SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > DATEADD(hour, -6, GETDATE())
//                                                                                        ^^^^^^^^^ in UTC
SELECT JobID FROM _Sent WHERE EventDate > DATEADD(hour, 6, GETUTCDATE())
//                                                         ^^^^^^^^^^^^ in the server's time
",
        );
    }

    #[test]
    fn silent_on_the_same_clock() {
        for text in [
            "SELECT JobID FROM _Sent WHERE EventDate > GETDATE() - 1",
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > GETUTCDATE() - 1",
            "SELECT Id FROM Orders WHERE PlacedUTC > GETDATE()",
            "SELECT JobID FROM _Sent WHERE TODATETIMEOFFSET(EventDate, '-06:00') AT TIME ZONE 'UTC' > GETUTCDATE() - 1",
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE DATEADD(hour, -6, UnsubDateUTC) > GETDATE() - 1",
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC >= DATEADD(hour, 6, GETDATE())",
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC >= DATEADD(minute, 360, GETDATE())",
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > DATEADD(day,-30,GETDATE()) + 0.25",
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > DATEADD(hour, 6, DATEADD(day, -1, GETDATE()))",
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > DATEADD(hh, -18, GETDATE())",
            "SELECT JobID FROM _Sent WHERE EventDate > DATEADD(hour, -6, GETUTCDATE())",
            "SELECT JobID FROM _Sent WHERE EventDate > DATEADD(day, -1, DATEADD(hh, - 6, GETUTCDATE()))",
            "SELECT JobID FROM _Sent WHERE EventDate > GETUTCDATE() AT TIME ZONE 'UTC'",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn asks_the_other_clock() {
        fixed(
            RULE,
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > GETDATE() - 1",
            "SELECT SubscriberID FROM _BusinessUnitUnsubscribes WHERE UnsubDateUTC > GETUTCDATE() - 1",
        );
    }
}
