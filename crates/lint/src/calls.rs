//! How rules about calls speak.

/// `1 argument`, `2 arguments`
pub(crate) fn arguments(n: impl Into<u64>) -> String {
    match n.into() {
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}
