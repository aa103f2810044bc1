//! Dates that are written out.

use crate::calendar;

/// The day that a text is, counted from 1970-01-01: `2024-01-31`, `20240131`. None where it says a time, too, or where its order of day
/// and month hangs on a setting.
pub(crate) fn day_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits: String = match text.len() {
        8 => text.to_owned(),
        10 if text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-') => text.replace('-', ""),
        _ => return None,
    };
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    civil(number / 10_000, number / 100 % 100, number % 100)
}

/// Whether a text begins like a day of a calendar that has no such day: `20230229`, `2024-13-32`.
pub(crate) fn is_no_day(text: &str, order: DayOrder) -> bool {
    let (day, rest) = split_day(text.trim());
    let fits = rest.is_empty() || rest.starts_with([' ', 'T']);
    let Some((year, second, third, written)) = day.filter(|_| fits) else { return false };
    // Without hyphens, and where a `T` follows, the order is always this one.
    let fixed = order == DayOrder::Fixed || !written || rest.starts_with('T');
    !is_day(year, second, third) && (fixed || order == DayOrder::MonthFirst || !is_day(year, third, second))
}

/// What decides in which order month and day stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOrder {
    /// Nothing: the month stands first.
    Fixed,
    /// The server's language, and it is one in which the month stands first.
    MonthFirst,
    /// The server's language, of which nobody knows.
    OfLanguage,
}

/// The numbers with which a text begins, whether hyphens stand between them, and what stands behind.
fn split_day(text: &str) -> (Option<(i64, i64, i64, bool)>, &str) {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|digits| digits.parse::<i64>().ok())
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let hyphen = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let (end, day) = match digits {
        8 => (8, number(0, 4).zip(number(4, 6)).zip(number(6, 8)).map(|((y, m), d)| (y, m, d, false))),
        4 if hyphen(4) && hyphen(7) => {
            (10, number(0, 4).zip(number(5, 7)).zip(number(8, 10)).map(|((y, m), d)| (y, m, d, true)))
        }
        _ => (0, None),
    };
    (day, text.get(end..).unwrap_or_default())
}

/// Whether the server has a day.
pub(crate) fn is_day(year: i64, month: i64, day: i64) -> bool {
    (1..=9999).contains(&year) && calendar::is_day(year, month, day)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn civil(year: i64, month: i64, day: i64) -> Option<i64> {
    if year < 1753 || !is_day(year, month, day) {
        return None;
    }
    // A year that begins in March has its leap day at its end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::{DayOrder, day_number, is_no_day};

    #[test]
    fn days_that_there_are_not() {
        for text in ["20230229", "2024-13-32", "2023-02-29T10:00:00", "2023-02-29", "20241301 10:00"] {
            assert!(is_no_day(text, DayOrder::Fixed), "{text}");
            assert!(is_no_day(text, DayOrder::OfLanguage), "{text}");
        }
        assert!(is_no_day("2024-13-01", DayOrder::MonthFirst));
        assert!(!is_no_day("2024-13-01", DayOrder::OfLanguage));
        for text in
            ["2024-02-29", "20240229", "2024-02-29 25:00", "2024-2-31", "02/31/2024", "202402301", "ä024-13-1", "", "5"]
        {
            assert!(!is_no_day(text, DayOrder::Fixed), "{text}");
        }
    }

    #[test]
    fn days() {
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("20000301"), Some(11_017));
        assert_eq!(day_number("2024-02-29"), Some(19_782));
        for text in
            ["2023-02-29", "2024-13-01", "2024-1-31", "01/31/2024", "2024-01-31 10:00", "ä024-1-3", "1066-10-14", ""]
        {
            assert_eq!(day_number(text), None, "{text}");
        }
    }
}
