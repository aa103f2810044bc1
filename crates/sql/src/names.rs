//! How is a name written so that it is one?

use sfmc_syntax::SyntaxKind;

use crate::lexer::lex;

/// A name as it is written in a statement: in brackets where it needs them.
pub fn quoted_name(name: &str) -> String {
    if is_plain_name(name) { name.to_owned() } else { format!("[{}]", name.replace(']', "]]")) }
}

/// Whether a name can be written without brackets: the lexer reads it as one name, and no word of the language is spelled so.
pub fn is_plain_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    let plain = name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    begins && plain && is_ident(name)
}

fn is_ident(name: &str) -> bool {
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    lex(name, &mut tokens, &mut problems);
    matches!(tokens.as_slice(), [token] if token.kind == SyntaxKind::IDENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_need_brackets() {
        for name in ["Orders", "_Sent", "a1", "Date", "Status", "größe_x"] {
            let expected = if name.is_ascii() { name.to_owned() } else { format!("[{name}]") };
            assert_eq!(quoted_name(name), expected);
        }
        for (name, expected) in [
            ("My Orders", "[My Orders]"),
            ("1st", "[1st]"),
            ("a-b", "[a-b]"),
            ("Order", "[Order]"),
            ("key", "[key]"),
            ("a]b", "[a]]b]"),
            ("", "[]"),
            ("row", "row"),
        ] {
            assert_eq!(quoted_name(name), expected);
        }
    }
}
