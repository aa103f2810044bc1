//! Texts that a query puts together of the parts of a date: `CONCAT(YEAR(d), '-', MONTH(d), '-01')`.
//!
//! What comes of them is seen by putting days in: one whose month and day have two digits, and one where they have one. Where both can be
//! read as a date, so can all.

use sfmc_semantic::sql::{Constant, Length, SqlType, date_part};
use sfmc_syntax::ast::sql::{ArithOp, CallExpr, Expr};

use super::{SqlContext, dates::is_day};

/// A day that is put in.
type Day = (i64, i64, i64);

const DAYS: [Day; 2] = [(2026, 11, 30), (2026, 1, 2)];

/// Whether a text is put together of nothing but parts of dates and what is written, and is a date whichever day that is.
pub(crate) fn is_composed_date(ctx: &SqlContext<'_>, expr: &Expr) -> bool {
    DAYS.iter().all(|day| composed(ctx, expr, *day).is_some_and(|text| is_date(&text)))
}

/// The text that an expression is on a day.
fn composed(ctx: &SqlContext<'_>, expr: &Expr, day: Day) -> Option<String> {
    let meaning = ctx.meaning();
    let expr = expr.clone().without_parens();
    let info = meaning.expr(&expr)?;
    match &info.constant {
        Some(Constant::Text(text)) => return Some(text.to_string()),
        Some(Constant::Integer(number)) => return Some(number.to_string()),
        Some(_) => return None,
        None => {}
    }
    if info.ty.is_date() {
        return as_cast(info.ty, day);
    }
    match &expr {
        Expr::ArithExpr(chain) if info.ty.is_text() && chain.ops().all(|(_, op)| op == Some(ArithOp::Add)) => {
            chain.operands().map(|part| composed(ctx, &part, day)).collect()
        }
        Expr::CastExpr(cast) if info.ty.is_text() => cut(composed(ctx, &cast.expr()?, day)?, info.ty),
        Expr::ConvertExpr(convert) if info.ty.is_text() => {
            let value = convert.value()?;
            let text = match convert.style() {
                None => composed(ctx, &value, day)?,
                Some(style) => {
                    let style = meaning.expr(&style)?.constant.as_ref()?.integer()?;
                    styled(style, day).filter(|_| meaning.expr(&value).is_some_and(|info| info.ty.is_date()))?
                }
            };
            cut(text, info.ty)
        }
        Expr::CallExpr(call) => called(ctx, call, day),
        _ => None,
    }
}

fn called(ctx: &SqlContext<'_>, call: &CallExpr, day: Day) -> Option<String> {
    let meaning = ctx.meaning();
    let is = |names: &[&str]| names.iter().any(|name| call.is_call_of(name));
    let of_date = |expr: &Expr| meaning.expr(expr).is_some_and(|info| info.ty.is_date());
    let args: Vec<Expr> = call.args().collect();
    match args.as_slice() {
        [date] if is(&["YEAR"]) && of_date(date) => Some(day.0.to_string()),
        [date] if is(&["MONTH"]) && of_date(date) => Some(day.1.to_string()),
        [date] if is(&["DAY"]) && of_date(date) => Some(day.2.to_string()),
        [part, date] if is(&["DATEPART", "DATENAME"]) && of_date(date) => {
            use sfmc_syntax::ast::AstNode;
            match date_part(part.syntax().text().to_string().trim())? {
                "year" => Some(day.0.to_string()),
                "month" if is(&["DATENAME"]) => Some(if day.1 == 1 { "January" } else { "November" }.to_owned()),
                "month" => Some(day.1.to_string()),
                "day" => Some(day.2.to_string()),
                "hour" => Some("10".to_owned()),
                "minute" | "second" => Some("15".to_owned()),
                _ => None,
            }
        }
        [text, count] if is(&["LEFT", "RIGHT"]) => {
            let count = usize::try_from(meaning.expr(count)?.constant.as_ref()?.integer()?).ok()?;
            let text = composed(ctx, text, day)?;
            let end = text.len().saturating_sub(count);
            if is(&["LEFT"]) { text.get(..count.min(text.len())) } else { text.get(end..) }.map(str::to_owned)
        }
        [date, format] if is(&["FORMAT"]) && of_date(date) => {
            let format = meaning.expr(format)?.constant.as_ref()?.text()?;
            let numbers = format.replace("yyyy", &day.0.to_string());
            let numbers = numbers.replace("MM", &format!("{:02}", day.1)).replace("dd", &format!("{:02}", day.2));
            (format.len() > 1 && !numbers.contains(|c: char| c.is_alphabetic())).then_some(numbers)
        }
        [_, ..] if is(&["CONCAT"]) => args.iter().map(|part| composed(ctx, part, day)).collect(),
        [between, parts @ ..] if is(&["CONCAT_WS"]) => {
            let between = meaning.expr(between)?.constant.as_ref()?.text()?;
            let parts: Option<Vec<String>> = parts.iter().map(|part| composed(ctx, part, day)).collect();
            Some(parts?.join(between))
        }
        _ => None,
    }
}

/// A date as CAST and CONCAT write it.
fn as_cast(ty: SqlType, day: Day) -> Option<String> {
    match ty {
        SqlType::Date => styled(23, day),
        SqlType::DateTime | SqlType::SmallDateTime => styled(100, day),
        SqlType::DateTime2 => styled(120, day),
        _ => None,
    }
}

/// A date as CONVERT writes it, of the styles that are used most.
fn styled(style: i64, (year, month, day): Day) -> Option<String> {
    Some(match style {
        23 => format!("{year}-{month:02}-{day:02}"),
        20 | 120 => format!("{year}-{month:02}-{day:02} 10:15:00"),
        21 | 25 | 121 => format!("{year}-{month:02}-{day:02} 10:15:00.000"),
        126 => format!("{year}-{month:02}-{day:02}T10:15:00"),
        100 => format!("{} {day:>2} {year} 10:15AM", if month == 1 { "Jan" } else { "Nov" }),
        101 => format!("{month:02}/{day:02}/{year}"),
        110 => format!("{month:02}-{day:02}-{year}"),
        111 => format!("{year}/{month:02}/{day:02}"),
        112 => format!("{year}{month:02}{day:02}"),
        8 | 24 | 108 => "10:15:00".to_owned(),
        14 | 114 => "10:15:00:000".to_owned(),
        _ => return None,
    })
}

/// What of a text there is room for. All of these are of ASCII.
fn cut(mut text: String, ty: SqlType) -> Option<String> {
    if let Some(Length::Known(room)) = ty.text_length() {
        let room = usize::from(room);
        text.truncate(text.floor_char_boundary(room));
    }
    Some(text)
}

/// Whether a server whose language writes the month first reads a text as a date.
fn is_date(text: &str) -> bool {
    let text = text.trim();
    let is_digits = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_time = |text: &str| {
        let text = text.trim_end_matches(['A', 'P', 'M']);
        let numbers = text.split([':', '.']).collect::<Vec<_>>();
        (2..=4).contains(&numbers.len()) && numbers.iter().all(|number| is_digits(number) && number.len() <= 3)
    };
    let mut words = text.split([' ', 'T']).filter(|word| !word.is_empty());
    let Some(first) = words.next() else { return false };
    if let Some(month) = ["Jan", "January", "Nov", "November"].iter().find(|month| **month == first) {
        let (Some(day), Some(year)) = (words.next(), words.next()) else { return false };
        let numbers = (day.trim_end_matches(',').parse(), year.parse());
        let (Ok(day), Ok(year)) = numbers else { return false };
        return year > 999
            && is_day(year, if month.starts_with('J') { 1 } else { 11 }, day)
            && words.next().is_none_or(is_time)
            && words.next().is_none();
    }
    let parts: Vec<&str> = match first.find(['-', '/', '.']).and_then(|at| first.get(at..=at)) {
        Some(between) => first.split(between).collect(),
        None if first.len() == 8 && is_digits(first) => {
            [0..4, 4..6, 6..8].into_iter().filter_map(|part| first.get(part)).collect()
        }
        None => return false,
    };
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let numbers: Vec<i64> = parts.iter().filter(|part| is_digits(part)).filter_map(|part| part.parse().ok()).collect();
    let day = match (numbers.as_slice(), lengths.as_slice()) {
        ([year, month, day], [4, 1..=2, 1..=2]) | ([month, day, year], [1..=2, 1..=2, 4]) => {
            is_day(*year, *month, *day)
        }
        _ => false,
    };
    day && words.next().is_none_or(is_time) && words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn dates() {
        for text in [
            "2026-11-30",
            "2026-1-2",
            "20261130",
            "1/2/2026",
            "11/30/2026 10:15",
            "Nov 30 2026 10:15AM",
            "January 2, 2026",
            "2026-11-30T10:15:00.000",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "2026-Q4",
            "2026-11",
            "202612",
            "30/11/2026",
            "Monday",
            "",
            "2026-11-30 banana",
            "Nov 2026",
            "2026-11/30",
            "ä",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }
}
