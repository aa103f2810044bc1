//! Words that some arguments of functions are: parts of dates, data types, numbers of styles.

use crate::generated::sql_functions::{CONVERT_STYLES, DATA_TYPES, DATE_PARTS};

/// A part of dates, as DATEADD and its like take it.
#[derive(Debug, PartialEq, Eq)]
pub struct DatePart {
    /// Its name, in small letters.
    pub name: &'static str,
    /// What is short for it.
    pub abbreviations: &'static [&'static str],
}

/// The part of dates with a name or abbreviation, in any case.
pub fn date_part(word: &str) -> Option<&'static DatePart> {
    let is_it = |part: &&DatePart| {
        part.name.eq_ignore_ascii_case(word) || part.abbreviations.iter().any(|short| short.eq_ignore_ascii_case(word))
    };
    DATE_PARTS.iter().find(is_it)
}

/// All parts of dates, from the largest.
pub fn date_parts() -> &'static [DatePart] {
    DATE_PARTS
}

/// The names of data types, in capitals.
pub fn data_types() -> &'static [&'static str] {
    DATA_TYPES
}

/// The numbers that CONVERT takes for the form of dates and others.
pub fn convert_styles() -> &'static [u8] {
    CONVERT_STYLES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        assert_eq!(date_part("MM").unwrap().name, "month");
        assert_eq!(date_part("n").unwrap().name, "minute");
        assert_eq!(date_part("Iso_Week").unwrap().name, "iso_week");
        assert_eq!(date_part("months"), None);
        assert!(data_types().contains(&"NVARCHAR") && convert_styles().contains(&120));
    }
}
