//! The calendar that dates of every language here are days of.

/// Whether the Gregorian calendar has a day.
pub(crate) fn is_day(year: i64, month: i64, day: i64) -> bool {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn days() {
        for (year, month, day) in [(2024, 2, 29), (2000, 2, 29), (2023, 12, 31), (2023, 4, 30), (1, 1, 1)] {
            assert!(is_day(year, month, day), "{year}-{month}-{day}");
        }
        for (year, month, day) in
            [(2023, 2, 29), (1900, 2, 29), (2023, 4, 31), (2023, 13, 1), (2023, 0, 1), (2023, 1, 0)]
        {
            assert!(!is_day(year, month, day), "{year}-{month}-{day}");
        }
    }
}
