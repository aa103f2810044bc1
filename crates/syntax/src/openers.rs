//! What can have been meant as `%%[`, and what shows that code was meant behind it: such an opener is text of the page to the platform.

use crate::SyntaxKind::{self, ELSE_KW, ELSEIF_KW, ENDIF_KW, FOR_KW, IF_KW, NEXT_KW, SET_KW, THEN_KW, VAR_KW};

/// What can have been meant as `%%[`.
pub const MISSPELT: [&str; 8] = ["% %[", "%% [", "%%{", "%%(", "[%%", "%%]", "% [", "%["];

/// Whether a character can stand in a word.
pub fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The first word of a text and what follows it.
pub fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()))
}

/// Whether a text begins like a statement, beyond what prose and scripts would: `set @a`, `endif`.
pub fn begins_code(text: &str) -> bool {
    let (word, rest) = split_word(text);
    let rest = rest.trim();
    let over = || rest.is_empty() || SyntaxKind::from_ampscript_keyword(split_word(rest).0).is_some();
    match SyntaxKind::from_ampscript_keyword(word) {
        Some(VAR_KW | SET_KW | FOR_KW) => rest.starts_with('@'),
        Some(IF_KW | ELSEIF_KW) => rest.contains('@') || rest.len() >= 4 && ends_with_then(rest),
        Some(NEXT_KW) => rest.starts_with('@') || over(),
        Some(ENDIF_KW | ELSE_KW) => over(),
        _ => false,
    }
}

fn ends_with_then(text: &str) -> bool {
    let start = text.rfind(|c| !is_name(c)).map_or(0, |at| at + 1);
    text.get(start..).is_some_and(|word| SyntaxKind::from_ampscript_keyword(word) == Some(THEN_KW))
}
