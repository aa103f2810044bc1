//! Personalization strings: what stands between percent signs and is a name, in the page and, where it does not belong, in code.
//!
//! Source: ampscript.md sections 1.1 and 1.6.

use crate::{SyntaxKind, misspelling::is_misspelt};

/// A name longer than this is none.
const MAX_NAME: usize = 256;

/// Words that were meant as statements, alone in brackets.
const FOREIGN: [&str; 13] = [
    "end", "while", "break", "return", "step", "continue", "endfor", "endnext", "nxt", "endwhile", "wend", "fi", "esle",
];

/// Whether `%%[` at `at` begins a name in brackets, `%%[First Name]%%`: where that ends; and the byte after the last one looked at.
///
/// A name begins right behind the bracket and ends right before the other: with a blank there it was meant as code.
pub fn bracketed(text: &[u8], at: usize) -> (Option<usize>, usize) {
    let start = at + 3;
    let limit = text.len().min(start + MAX_NAME);
    let mut end = start;
    while let Some(&b) = text[..limit].get(end) {
        match b {
            b']' => break,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'_' | b'-' | b'.' | 0x80.. => {
                end += 1;
            }
            b':' | b'#' | b'&' | b'$' | b'!' | b'?' | b'+' => end += 1,
            // A slash, but no comment.
            b'/' if !matches!(text.get(end + 1), Some(b'/' | b'*')) => end += 1,
            _ => return (None, end + 2),
        }
    }
    let seen = end + 3;
    if !text[end..].starts_with(b"]%%") {
        return (None, seen);
    }
    let name = &text[start..end];
    let words = || name.split(|&b| b == b' ').filter(|word| !word.is_empty());
    let blank = |b: Option<&u8>| b.is_none_or(|b| *b == b' ');
    let letters = name.iter().any(|&b| b.is_ascii_alphabetic() || b >= 0x80);
    if blank(name.first()) || blank(name.last()) || !letters || is_statement(words()) {
        return (None, seen);
    }
    (Some(end + 3), seen)
}

/// The same for both forms, where a value belongs in code: `set @a = %%FirstName%%`, `v(%%[First Name]%%)`.
pub(crate) fn in_code(text: &[u8], at: usize) -> (Option<usize>, usize) {
    if text[at..].starts_with(b"%%[") {
        return bracketed(text, at);
    }
    let start = at + 2;
    let limit = text.len().min(start + MAX_NAME);
    let name = text[start..limit].iter().take_while(|&&b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b' '));
    let end = start + name.count();
    let named =
        text.get(start).is_some_and(|&b| b.is_ascii_alphabetic() || b == b'_') && text[end..].starts_with(b"%%");
    (named.then_some(end + 2), end + 2)
}

/// The end of the personalization string that begins at `at`, if one stands there where a value belongs in code.
pub fn value_end(text: &[u8], at: usize) -> Option<usize> {
    (text[at..].starts_with(b"%%") && value_belongs(&text[..at])).then(|| in_code(text, at).0).flatten()
}

/// Whether behind code that ends like `before` a value must follow.
pub fn value_belongs(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    if before.ends_with(b"%%=") || before.ends_with(b"(") || before.ends_with(b",") {
        return true;
    }
    if let Some(target) = before.strip_suffix(b"=") {
        // Of an assignment or a comparison; not of an attribute: `<a href=%%link%%>`.
        let target = target.trim_ascii_end();
        let name = target.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        return target.ends_with(b"=") || target.ends_with(b"!") || target[..target.len() - name].ends_with(b"@");
    }
    let word = before.iter().rev().take(8).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let word = &before[before.len() - word..];
    ["if", "elseif", "and", "or", "not", "to", "downto"]
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword.as_bytes()))
}

/// Whether words without any punctuation are rather a statement than a name: `%%[ endif ]%%` and `%%[else]%%`, also `%%[end if]%%`,
/// which somebody meant as one. Names may hold what only joins statements: `Terms and Conditions`, `Time to Live`, `End Date`.
fn is_statement<'t>(words: impl Iterator<Item = &'t [u8]>) -> bool {
    use SyntaxKind::{AND_KW, DO_KW, DOWNTO_KW, FALSE_KW, NOT_KW, OR_KW, TO_KW, TRUE_KW};
    let foreign =
        |word: &[u8]| is_misspelt(word, b"endif") || FOREIGN.iter().any(|w| word.eq_ignore_ascii_case(w.as_bytes()));
    let mut first = None;
    let mut count = 0;
    let mut keywords = 0;
    for word in words {
        count += 1;
        let keyword = std::str::from_utf8(word).ok().and_then(SyntaxKind::from_ampscript_keyword);
        match keyword {
            Some(AND_KW | OR_KW | NOT_KW | TO_KW | DOWNTO_KW | DO_KW | TRUE_KW | FALSE_KW) => {
                keywords += 1;
            }
            Some(_) => return true,
            None => {}
        }
        first.get_or_insert(word);
    }
    // One word of the language, or nothing but such words.
    keywords == count || (count == 1 && first.is_some_and(foreign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_and_names_of_several_words() {
        let check = |text: &'static str| is_statement(text.as_bytes().split(|&b| b == b' '));
        for text in [
            "else",
            "endif",
            "next",
            "ENDIF",
            "end",
            "end if",
            "while",
            "then",
            "true",
            "do",
            "next i",
            "if x then",
            "endfor",
        ] {
            assert!(check(text), "{text}");
        }
        for text in ["First Name", "Terms and Conditions", "Time to Live", "End Date", "Return Date", "Do Not Email"] {
            assert!(!check(text), "{text}");
        }
    }

    #[test]
    fn values_in_code() {
        let value = |before: &str, name: &str| value_end(format!("{before}{name}x").as_bytes(), before.len());
        for before in ["%%=", "%%=v(", "set @a = ", "Concat('x', ", "if @a == ", "if ", "@a and "] {
            assert_eq!(value(before, "%%FirstName%%"), Some(before.len() + 13), "{before}");
            assert_eq!(value(before, "%%[First Name]%%"), Some(before.len() + 16), "{before}");
        }
        for before in ["", "set @a = 1 ", "<a href=", "v(@a)"] {
            assert_eq!(value(before, "%%FirstName%%"), None, "{before}");
        }
        assert_eq!(value("%%=", "%%[ endif ]%%"), None);
    }
}
