//! In which case is a word of the language written? As another one that stands there: `IF … ENDIF`, `If … Endif`, `if … endif`.

/// A word, given in small letters, as a sample is written.
pub(crate) fn cased_like(sample: &str, word: &str) -> String {
    let mut letters = sample.chars().filter(|c| c.is_alphabetic());
    if !letters.next().is_some_and(char::is_uppercase) {
        return word.to_owned();
    }
    let mut rest = letters.peekable();
    if rest.peek().is_none() || rest.all(char::is_uppercase) {
        return word.to_uppercase();
    }
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::cased_like;

    #[test]
    fn samples() {
        let found = ["IF", "if", "If", "ElseIf", "E", "e", "", "iF", "END IF"].map(|sample| cased_like(sample, "next"));
        assert_eq!(found, ["NEXT", "next", "Next", "Next", "NEXT", "next", "next", "next", "NEXT"]);
    }
}
