//! Dates that are written out.

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

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year < 1753 || !(1..=last).contains(&day) {
        return None;
    }
    // A year that begins in March has its leap day at its end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::day_number;

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
