//! Conditions on what is computed from a column, written as conditions on the column itself: only where both let through the same rows.

use sfmc_semantic::sql::{Condition, ConditionKind, Constant, Operand, SqlType, date_part};
use sfmc_syntax::{
    TextEdit,
    ast::{
        AstNode,
        sql::{self, CompareOp, Expr},
    },
};

use super::{
    SqlContext, conjunction, day_number,
    exprs::{expr_at, has_comment_or_collation, is_random},
};

/// Years that every type of dates has, and the year after them.
const YEARS: std::ops::RangeInclusive<i64> = 1753..=9998;

/// More days than anybody counts. What is so far from today is a day of every type of dates.
const MAX_DAYS: i64 = 36_500;

/// What makes a condition on a column of one on `operand`, which stands in it, and what that is called.
pub(crate) fn bare_condition(
    ctx: &SqlContext<'_>,
    condition: &Condition,
    operand: &Operand,
) -> Option<(String, TextEdit)> {
    let whole = expr_at(ctx, condition.range)?;
    // Comments would be lost, COLLATE too, and a random value would be another one.
    if has_comment_or_collation(whole.syntax()) || is_random(whole.syntax()) {
        return None;
    }
    let wrapped = expr_at(ctx, operand.range)?;
    let [column] = operand.columns.as_slice() else { return None };
    let ty = ctx.meaning().column(*column)?.ty;
    if let Expr::CallExpr(call) = &wrapped
        && (call.is_call_of("LOWER") || call.is_call_of("UPPER"))
    {
        return without_case(ctx, call, ty);
    }
    if !is_as_written(condition, &whole) {
        return None;
    }
    let parts = match &wrapped {
        Expr::CallExpr(call) if call.is_call_of("YEAR") => {
            of_year(&column_text(ctx, call, 0)?, &limits(condition, operand)?, ty)
        }
        Expr::CallExpr(call) if call.is_call_of("DATEPART") => {
            let args: Vec<Expr> = call.args().collect();
            (part_of(args.first()?)? == "year").then_some(())?;
            of_year(&column_text(ctx, call, 1)?, &limits(condition, operand)?, ty)
        }
        Expr::CallExpr(call) if call.is_call_of("DATEDIFF") => of_days(ctx, call, &limits(condition, operand)?, ty),
        Expr::CallExpr(call) if call.is_call_of("DATEADD") => moved(ctx, call, &limits(condition, operand)?, ty),
        Expr::CallExpr(call) if call.is_call_of("LEFT") => beginning(ctx, call, &limits(condition, operand)?, ty),
        Expr::CastExpr(cast) if operand.ty == SqlType::Date && cast.try_cast_token().is_none() => {
            of_day(ctx, &name_text(ctx, &cast.expr()?)?, &limits(condition, operand)?, ty)
        }
        Expr::ConvertExpr(convert) if operand.ty == SqlType::Date && convert.try_convert_token().is_none() => {
            of_day(ctx, &name_text(ctx, &convert.value()?)?, &limits(condition, operand)?, ty)
        }
        _ => None,
    }?;
    let text = conjunction(whole.syntax(), &parts);
    Some((format!("write `{}`", parts.join(" AND ")), TextEdit::replace(condition.range, text)))
}

/// Whether a day that is written has one after it: people write the last day of the calendar where there is no end.
pub(crate) fn has_next_day(text: &str) -> bool {
    !text.contains("9999")
}

/// Whether a condition says what stands there: with NOT around it, it says the opposite.
fn is_as_written(condition: &Condition, whole: &Expr) -> bool {
    match (&condition.kind, whole) {
        (ConditionKind::Compare { op, .. }, Expr::CompareExpr(compare)) => compare.op() == Some(*op),
        (ConditionKind::Between { negated, .. }, Expr::BetweenExpr(between)) => {
            between.not_token().is_some() == *negated
        }
        _ => false,
    }
}

/// What an expression is compared with, as if it stood on the left.
fn limits<'c>(condition: &'c Condition, operand: &Operand) -> Option<Vec<(CompareOp, &'c Operand)>> {
    match &condition.kind {
        ConditionKind::Compare { op, left, right } if left.range == operand.range => Some(vec![(*op, right)]),
        ConditionKind::Compare { op, left, .. } => Some(vec![(op.turned(), left)]),
        ConditionKind::Between { negated: false, low, high, .. } => {
            Some(vec![(CompareOp::GreaterOrEqual, low), (CompareOp::LessOrEqual, high)])
        }
        _ => None,
    }
}

/// From a beginning on, and to what begins behind it: `from` is the first of what is compared with, `behind` what follows it.
fn between(column: &str, op: CompareOp, from: &str, behind: &str) -> Option<Vec<String>> {
    Some(match op {
        CompareOp::Equal => vec![format!("{column} >= {from}"), format!("{column} < {behind}")],
        CompareOp::GreaterOrEqual => vec![format!("{column} >= {from}")],
        CompareOp::Greater => vec![format!("{column} >= {behind}")],
        CompareOp::Less => vec![format!("{column} < {from}")],
        CompareOp::LessOrEqual => vec![format!("{column} < {behind}")],
        CompareOp::NotEqual => return None,
    })
}

fn all(
    limits: &[(CompareOp, &Operand)],
    mut each: impl FnMut(CompareOp, &Operand) -> Option<Vec<String>>,
) -> Option<Vec<String>> {
    let parts: Option<Vec<Vec<String>>> = limits.iter().map(|(op, other)| each(*op, other)).collect();
    Some(parts?.concat())
}

/// `YEAR(d) = 2024`
fn of_year(column: &str, limits: &[(CompareOp, &Operand)], ty: SqlType) -> Option<Vec<String>> {
    is_time(ty).then_some(())?;
    all(limits, |op, other| {
        let year = other.constant.as_ref()?.integer().filter(|year| YEARS.contains(year))?;
        between(column, op, &format!("'{year}0101'"), &format!("'{}0101'", year + 1))
    })
}

/// `CAST(d AS DATE) = '2024-01-31'`
fn of_day(ctx: &SqlContext<'_>, column: &str, limits: &[(CompareOp, &Operand)], ty: SqlType) -> Option<Vec<String>> {
    is_time(ty).then_some(())?;
    all(limits, |op, other| {
        let written = other.constant.as_ref().and_then(Constant::text).and_then(day_number).is_some();
        let computed = other.ty == SqlType::Date && is_same_for_all(ctx, other);
        (written || computed).then_some(())?;
        let day = Some(ctx.text(other.range)).filter(|day| has_next_day(day))?;
        between(column, op, day, &format!("DATEADD(day, 1, {day})"))
    })
}

/// `DATEDIFF(day, d, GETDATE()) <= 7`: midnights between two times are counted.
fn of_days(
    ctx: &SqlContext<'_>,
    call: &sql::CallExpr,
    limits: &[(CompareOp, &Operand)],
    ty: SqlType,
) -> Option<Vec<String>> {
    is_time(ty).then_some(())?;
    let args: Vec<Expr> = call.args().collect();
    let [part, from, until] = args.as_slice() else { return None };
    (part_of(part)? == "day").then_some(())?;
    let (column, other, back) = match (name_text(ctx, from), name_text(ctx, until)) {
        (Some(column), None) => (column, until, true),
        (None, Some(column)) => (column, from, false),
        _ => return None,
    };
    let info = ctx.meaning().expr(other).filter(|info| is_time(info.ty))?;
    ctx.meaning().references_in(other.range()).next().is_none().then_some(())?;
    let other = Some(ctx.text(other.range())).filter(|day| has_next_day(day))?;
    let today = if info.ty == SqlType::Date { other.to_owned() } else { format!("CAST({other} AS DATE)") };
    let day = |days: i64| if days == 0 { today.clone() } else { format!("DATEADD(day, {days}, {today})") };
    all(limits, |op, count| {
        let count = count.constant.as_ref()?.integer().filter(|count| (-MAX_DAYS..=MAX_DAYS).contains(count))?;
        // More days ago is less far in time.
        let (op, first) = if back { (op.turned(), -count) } else { (op, count) };
        between(&column, op, &day(first), &day(first + 1))
    })
}

/// `DATEADD(day, 7, d) > GETDATE()`
fn moved(
    ctx: &SqlContext<'_>,
    call: &sql::CallExpr,
    limits: &[(CompareOp, &Operand)],
    ty: SqlType,
) -> Option<Vec<String>> {
    (ty == SqlType::DateTime).then_some(())?;
    let args: Vec<Expr> = call.args().collect();
    let [part, count, from] = args.as_slice() else { return None };
    // Months are not all alike: what is moved there and back may be another day.
    let part = part_of(part).filter(|part| matches!(*part, "week" | "day" | "hour" | "minute"))?;
    let column = name_text(ctx, from)?;
    let count = ctx.meaning().expr(count)?.constant.as_ref()?.integer()?.checked_neg()?;
    all(limits, |op, other| {
        (other.ty == SqlType::DateTime && is_same_for_all(ctx, other)).then_some(())?;
        let op = match op {
            CompareOp::Equal => "=",
            CompareOp::Less => "<",
            CompareOp::LessOrEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterOrEqual => ">=",
            CompareOp::NotEqual => return None,
        };
        Some(vec![format!("{column} {op} DATEADD({part}, {count}, {})", ctx.text(other.range))])
    })
}

/// `LEFT(c, 3) = 'abc'`
fn beginning(
    ctx: &SqlContext<'_>,
    call: &sql::CallExpr,
    limits: &[(CompareOp, &Operand)],
    ty: SqlType,
) -> Option<Vec<String>> {
    ty.is_text().then_some(())?;
    let column = column_text(ctx, call, 0)?;
    let count = ctx.meaning().expr(&call.args().nth(1)?)?.constant.as_ref()?.integer()?;
    let [(CompareOp::Equal, other)] = limits else { return None };
    let text = other.constant.as_ref()?.text()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '@' | '/' | ':' | '+' | '#');
    (usize::try_from(count).ok()? == text.len() && !text.is_empty() && text.chars().all(plain)).then_some(())?;
    Some(vec![format!("{column} LIKE '{text}%'")])
}

/// `LOWER(c) = 'abc'`: texts are compared without regard to case.
fn without_case(ctx: &SqlContext<'_>, call: &sql::CallExpr, ty: SqlType) -> Option<(String, TextEdit)> {
    let column = column_text(ctx, call, 0).filter(|_| ty.is_text() && call.args().count() == 1)?;
    let name = ctx.text(call.name().map_or(call.range(), |name| name.range()));
    Some((format!("leave {name} out"), TextEdit::replace(call.range(), column)))
}

/// Whether an operand has one value for the whole query.
fn is_same_for_all(ctx: &SqlContext<'_>, operand: &Operand) -> bool {
    !operand.varies && ctx.meaning().references_in(operand.range).next().is_none()
}

fn is_time(ty: SqlType) -> bool {
    matches!(ty, SqlType::DateTime | SqlType::SmallDateTime | SqlType::DateTime2 | SqlType::Date)
}

fn column_text(ctx: &SqlContext<'_>, call: &sql::CallExpr, place: usize) -> Option<String> {
    name_text(ctx, &call.args().nth(place)?)
}

/// The text of a column.
fn name_text(ctx: &SqlContext<'_>, expr: &Expr) -> Option<String> {
    let expr = expr.clone().without_parens();
    matches!(expr, Expr::NameExpr(_)).then(|| ctx.text(expr.range()).to_owned())
}

/// The part of a date that a word says.
pub(crate) fn part_of(expr: &Expr) -> Option<&'static str> {
    let Expr::NameExpr(name) = expr else { return None };
    date_part(&name.name()?.last()?.value())
}
