//! What does a .NET format pattern print? Told for a sample, and only where it is sure: whole custom patterns in English. Standard patterns
//! of one letter depend on the culture of the account, and what sources disagree on (`mm` in a date pattern) is left out.

/// The patterns of a date, in the order in which they are offered.
pub(crate) const DATE_PATTERNS: &[&str] = &[
    "yyyy-MM-dd",
    "MM/dd/yyyy",
    "dd/MM/yyyy",
    "M/d/yyyy",
    "MMMM d, yyyy",
    "dddd, MMMM d",
    "MMM d, yyyy",
    "dd.MM.yyyy",
];

/// The patterns of a time.
pub(crate) const TIME_PATTERNS: &[&str] = &["HH:mm", "HH:mm:ss", "hh:mm tt", "h:mm tt"];

/// What patterns of a date are made of.
pub(crate) const DATE_PARTS: &[&str] = &["yyyy", "yy", "MMMM", "MMM", "MM", "M", "dddd", "ddd", "dd", "d"];

/// What patterns of a time are made of.
pub(crate) const TIME_PARTS: &[&str] = &["HH", "H", "hh", "h", "mm", "m", "ss", "s", "tt"];

/// The patterns of a number.
pub(crate) const NUMBER_PATTERNS: &[&str] = &["N0", "N2", "0.00", "#,##0.00", "000000"];

/// What part of a moment a pattern is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The second argument of FormatDate.
    Date,
    /// The third.
    Time,
    /// The second argument of Format, which is of both.
    Moment,
}

/// What a pattern prints for Tuesday, 7 May 2024, 15:04:09.
pub(crate) fn date_sample(pattern: &str, part: Part) -> Option<String> {
    // One letter is a standard pattern.
    if pattern.chars().count() < 2 {
        return None;
    }
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let len = rest.len() - rest.trim_start_matches(c).len();
        let run = len / c.len_utf8();
        out.push_str(match (part, c, run) {
            (_, ' ' | '-' | '/' | '.' | ',' | ':' | '\u{a0}', _) => &rest[..len],
            (Part::Date | Part::Moment, 'y', 4) => "2024",
            (Part::Date | Part::Moment, 'y', 2) => "24",
            (Part::Date | Part::Moment, 'M', 1) => "5",
            (Part::Date | Part::Moment, 'M', 2) => "05",
            (Part::Date | Part::Moment, 'M', 3 | 4) => "May",
            (Part::Date | Part::Moment, 'd', 1) => "7",
            (Part::Date | Part::Moment, 'd', 2) => "07",
            (Part::Date | Part::Moment, 'd', 3) => "Tue",
            (Part::Date | Part::Moment, 'd', 4) => "Tuesday",
            (Part::Time | Part::Moment, 'H', 1 | 2) => "15",
            (Part::Time | Part::Moment, 'h', 1) => "3",
            (Part::Time | Part::Moment, 'h', 2) => "03",
            (Part::Time | Part::Moment, 'm', 1) => "4",
            (Part::Time | Part::Moment, 'm', 2) => "04",
            (Part::Time | Part::Moment, 's', 1) => "9",
            (Part::Time | Part::Moment, 's', 2) => "09",
            (Part::Time | Part::Moment, 't', 2) => "PM",
            _ => return None,
        });
        rest = &rest[len..];
    }
    Some(out)
}

/// What a pattern prints for 1234.5.
pub(crate) fn number_sample(pattern: &str) -> Option<String> {
    let grouped = |decimals: usize| match decimals {
        0 => None, // 1234.5 is rounded to one side or the other: sources disagree which
        n => Some(format!("1,234.5{}", "0".repeat(n - 1))),
    };
    if let Some(digits) = pattern.strip_prefix(['N', 'n'])
        && !digits.is_empty()
    {
        return digits.parse().ok().filter(|&digits| digits <= 9).and_then(grouped);
    }
    let (whole, decimals) = pattern.split_once('.')?;
    let zeros = decimals.len();
    if zeros == 0 || zeros > 9 || !decimals.bytes().all(|b| b == b'0') {
        return None;
    }
    match whole {
        "0" | "#" => Some(format!("1234.5{}", "0".repeat(zeros - 1))),
        "#,##0" | "0,000" | "#,0" | "0,0" | "#,#" | "#,###" => grouped(zeros),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let date = |pattern| date_sample(pattern, Part::Date);
        assert_eq!(date("dddd, MMMM d, yyyy").as_deref(), Some("Tuesday, May 7, 2024"));
        assert_eq!(date("yyyy-MM-dd").as_deref(), Some("2024-05-07"));
        for unsure in ["d", "D", "", "yyyy-mm-dd", "MM/dd/yyyy HH:mm", "yyyyy", "'y'", "ddddd"] {
            assert_eq!(date(unsure), None, "{unsure}");
        }
        assert_eq!(date_sample("h:mm tt", Part::Time).as_deref(), Some("3:04 PM"));
        assert_eq!(date_sample("MM", Part::Time), None);
        assert_eq!(date_sample("dd/MM/yyyy HH:mm", Part::Moment).as_deref(), Some("07/05/2024 15:04"));
    }

    #[test]
    fn numbers() {
        assert_eq!(number_sample("N2").as_deref(), Some("1,234.50"));
        assert_eq!(number_sample("#,##0.00").as_deref(), Some("1,234.50"));
        assert_eq!(number_sample("0.0").as_deref(), Some("1234.5"));
        for unsure in ["N", "N0", "C2", "0", "", "0.##", "€0.00", "N99"] {
            assert_eq!(number_sample(unsure), None, "{unsure}");
        }
    }
}
