//! Slips of the finger.

/// Whether one letter of `word` is missing, too much or wrong, or two are swapped.
pub fn is_misspelt(word: &[u8], keyword: &[u8]) -> bool {
    let (a, b) = (word, keyword);
    if a.len().abs_diff(b.len()) > 1 || a.eq_ignore_ascii_case(b) {
        return false;
    }
    let same = |(x, y): &(&u8, &u8)| x.eq_ignore_ascii_case(y);
    let prefix = a.iter().zip(b).take_while(same).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let equal = |a: &[u8], b: &[u8]| a.eq_ignore_ascii_case(b);
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Less => equal(a, &b[1..]),
        std::cmp::Ordering::Greater => equal(&a[1..], b),
        std::cmp::Ordering::Equal => {
            equal(&a[1..], &b[1..])
                || (a.len() > 1
                    && equal(&a[2..], &b[2..])
                    && a[0].eq_ignore_ascii_case(&b[1])
                    && a[1].eq_ignore_ascii_case(&b[0]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_misspelt;

    #[test]
    fn one_slip() {
        for word in ["enidf", "ndif", "endi", "endiff", "eendif", "endid", "ENDFI", "nedif"] {
            assert!(is_misspelt(word.as_bytes(), b"endif"), "{word}");
        }
        for word in ["endif", "EndIf", "", "end", "idnef", "endiffs"] {
            assert!(!is_misspelt(word.as_bytes(), b"endif"), "{word}");
        }
    }
}
