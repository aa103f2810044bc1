//! Times that are written as so far from now: `DATEADD(day, -7, GETDATE())`.

use sfmc_syntax::ast::sql::{ArithOp, Expr, UnaryExpr};

use crate::sql::{constants::Constant, functions, model::SqlMeaning, types::SqlType};

/// A time that is so far from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// So many months later; less than 0 for earlier.
    pub months: i64,
    /// And so many seconds.
    pub seconds: i64,
    /// It was cut to the beginning of a day or of something longer, so that it is earlier than that by up to the length of it.
    pub cut: bool,
}

impl Moment {
    const NOW: Moment = Moment { months: 0, seconds: 0, cut: false };

    /// About how many days before now it is; less than 0 for after.
    pub fn days_ago(self) -> i64 {
        let days = self.months.saturating_mul(30437).saturating_div(1000);
        days.saturating_add(self.seconds.saturating_div(86_400)).saturating_neg()
    }

    fn plus(self, part: &str, count: i64) -> Option<Moment> {
        let months = |each: i64| {
            let months = self.months.saturating_add(count.saturating_mul(each));
            Some(Moment { months, ..self })
        };
        let seconds = |each: i64| {
            let seconds = self.seconds.saturating_add(count.saturating_mul(each));
            Some(Moment { seconds, ..self })
        };
        match part {
            "year" => months(12),
            "quarter" => months(3),
            "month" => months(1),
            "week" | "iso_week" => seconds(7 * 86_400),
            "day" | "dayofyear" | "weekday" => seconds(86_400),
            "hour" => seconds(3600),
            "minute" => seconds(60),
            "second" => seconds(1),
            "millisecond" | "microsecond" | "nanosecond" => Some(self),
            _ => None,
        }
    }
}

/// The time that an expression is.
pub(super) fn moment(meaning: &SqlMeaning, expr: &Expr) -> Option<Moment> {
    match expr.clone().without_parens() {
        Expr::CallExpr(call) => {
            if call.name().is_none_or(|name| name.parts().len() > 1) {
                return None;
            }
            let name = call.function()?.value().to_ascii_uppercase();
            let args: Vec<Expr> = call.args().collect();
            match (name.as_str(), args.as_slice()) {
                (
                    "GETDATE" | "GETUTCDATE" | "SYSDATETIME" | "SYSUTCDATETIME" | "SYSDATETIMEOFFSET"
                    | "CURRENT_TIMESTAMP",
                    [],
                ) => Some(Moment::NOW),
                ("DATEADD", [part, count, from]) => {
                    let part = word(part)?;
                    if let Some(cut) = truncated(meaning, part, count, from) {
                        return Some(cut);
                    }
                    moment(meaning, from)?.plus(part, integer(meaning, count)?)
                }
                ("DATETRUNC", [_, from]) => Some(Moment { cut: true, ..moment(meaning, from)? }),
                ("EOMONTH", [from, rest @ ..]) => {
                    let months = rest.first().map_or(Some(0), |months| integer(meaning, months))?;
                    Some(Moment { cut: true, ..moment(meaning, from)?.plus("month", months.checked_add(1)?)? })
                }
                _ => None,
            }
        }
        Expr::CastExpr(cast) => {
            let to = crate::sql::exprs::data_type(&cast.data_type()?);
            converted(moment(meaning, &cast.expr()?)?, to)
        }
        Expr::ConvertExpr(convert) => {
            let to = crate::sql::exprs::data_type(&convert.data_type()?);
            converted(moment(meaning, &convert.value()?)?, to)
        }
        Expr::ArithExpr(arith) => {
            let mut operands = arith.operands();
            let mut found = moment(meaning, &operands.next()?)?;
            for (operand, (_, op)) in operands.zip(arith.ops()) {
                let days = integer(meaning, &operand)?;
                found = match op? {
                    ArithOp::Add => found.plus("day", days)?,
                    ArithOp::Subtract => found.plus("day", days.checked_neg()?)?,
                    _ => return None,
                };
            }
            Some(found)
        }
        Expr::TimeZoneExpr(zone) => moment(meaning, &zone.value()?),
        _ => None,
    }
}

/// `DATEADD(day, DATEDIFF(day, 0, GETDATE()) - 7, 0)`: the beginning of a day, as one wrote it before there was `date`.
fn truncated(meaning: &SqlMeaning, part: &str, count: &Expr, from: &Expr) -> Option<Moment> {
    integer(meaning, from).filter(|zero| *zero == 0)?;
    let (call, rest) = match count.clone().without_parens() {
        Expr::CallExpr(call) => (call, 0),
        Expr::ArithExpr(arith) => {
            let operands: Vec<Expr> = arith.operands().collect();
            let [first, second] = operands.as_slice() else { return None };
            let Expr::CallExpr(call) = first.clone().without_parens() else { return None };
            let count = integer(meaning, second)?;
            match arith.ops().next()?.1? {
                ArithOp::Add => (call, count),
                ArithOp::Subtract => (call, count.checked_neg()?),
                _ => return None,
            }
        }
        _ => return None,
    };
    let args: Vec<Expr> = call.args().collect();
    let [inner, zero, until] = args.as_slice() else { return None };
    let same = call.is_call_of("DATEDIFF") && word(inner)? == part && integer(meaning, zero)? == 0;
    let until = moment(meaning, until).filter(|_| same)?;
    Some(Moment { cut: true, ..until.plus(part, rest)? })
}

fn converted(moment: Moment, to: SqlType) -> Option<Moment> {
    match to {
        SqlType::Date => Some(Moment { cut: true, ..moment }),
        SqlType::DateTime | SqlType::DateTime2 | SqlType::SmallDateTime | SqlType::DateTimeOffset => Some(moment),
        _ => None,
    }
}

fn word(expr: &Expr) -> Option<&'static str> {
    let Expr::NameExpr(name) = expr else { return None };
    functions::date_part(&name.name()?.last()?.value())
}

fn integer(meaning: &SqlMeaning, expr: &Expr) -> Option<i64> {
    let expr = expr.clone().without_parens();
    let known = meaning.expr(&expr).and_then(|info| info.constant.as_ref()).and_then(Constant::integer);
    known.or_else(|| match &expr {
        Expr::Literal(literal) => literal.as_integer(),
        Expr::UnaryExpr(unary) => negative(unary),
        _ => None,
    })
}

fn negative(unary: &UnaryExpr) -> Option<i64> {
    let Some(Expr::Literal(literal)) = unary.expr() else { return None };
    let number = literal.as_integer()?;
    if unary.minus_token().is_some() { number.checked_neg() } else { unary.plus_token().map(|_| number) }
}
