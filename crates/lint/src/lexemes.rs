//! Code as a list of what it consists of: rules that word a problem see no tokens, and the code that they look at does not parse.
//!
//! Where texts, names in brackets and comments end, the cursor says, as it does to the lexer. Code must not begin in the middle of one:
//! [`Context::code_before`](crate::context::Context::code_before) knows where that can be.

use std::ops::Range;

use sfmc_syntax::{
    SyntaxKind,
    cursor::{self, Code},
};

use crate::surroundings::is_name;

/// What stands in code, without what is in texts and comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub(crate) kind: LexemeKind,
    /// Where, in bytes of the code.
    pub(crate) range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LexemeKind {
    /// A name of a function or an attribute, a keyword, a number.
    Word,
    /// `@name`
    Variable,
    /// `"text"`, `[name]`
    Quoted,
    /// `==`, `(`, or any other sign.
    Sign,
}

/// The lexemes of code.
pub(crate) struct Lexemes<'a> {
    code: &'a str,
    pub(crate) all: Vec<Lexeme>,
    /// Every text and every name in brackets that begins in it ends in it.
    pub(crate) closed: bool,
}

impl<'a> Lexemes<'a> {
    pub(crate) fn of(code: &'a str) -> Lexemes<'a> {
        let mut found = Lexemes { code, all: Vec::new(), closed: true };
        let region = match code {
            _ if code.starts_with("%%=") => Code::Inline,
            _ if code.starts_with("<script") => Code::Script,
            _ => Code::Block,
        };
        let mut at = 0;
        while let Some(rest) = code.get(at..)
            && let Some(c) = rest.chars().next()
        {
            let name = |rest: &str| rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let delimiter = ["%%[", "]%%", "%%=", "=%%"].into_iter().find(|delimiter| rest.starts_with(delimiter));
            let (kind, len) = match c {
                _ if c.is_whitespace() => {
                    at += c.len_utf8();
                    continue;
                }
                _ if delimiter.is_some() => (LexemeKind::Sign, delimiter.map_or(1, str::len)),
                '/' if rest.starts_with("/*") => {
                    at = cursor::comment_end(region, code.as_bytes(), at).end;
                    continue;
                }
                '"' | '\'' | '[' => {
                    let end_of = if c == '[' { cursor::bracket_end } else { cursor::string_end };
                    let end = end_of(region, code.as_bytes(), at);
                    found.closed &= end.terminated;
                    (LexemeKind::Quoted, end.end - at)
                }
                '@' => {
                    (LexemeKind::Variable, rest.len() - rest.trim_start_matches('@').trim_start_matches(is_name).len())
                }
                _ if is_name(c) => (LexemeKind::Word, name(rest)),
                '=' | '!' | '<' | '>' if rest[1..].starts_with('=') => (LexemeKind::Sign, 2),
                _ => (LexemeKind::Sign, c.len_utf8()),
            };
            found.all.push(Lexeme { kind, range: at..at + len });
            at += len;
        }
        found
    }

    /// The code of one.
    pub(crate) fn text(&self, lexeme: &Lexeme) -> &'a str {
        self.code.get(lexeme.range.clone()).unwrap_or("")
    }

    /// Whether a statement, or the body of one, begins with it.
    pub(crate) fn begins_statement(&self, lexeme: &Lexeme) -> bool {
        use SyntaxKind::{DO_KW, ELSE_KW, ELSEIF_KW, ENDIF_KW, FOR_KW, IF_KW, NEXT_KW, SET_KW, THEN_KW, VAR_KW};
        let keyword = SyntaxKind::from_ampscript_keyword(self.text(lexeme));
        lexeme.kind == LexemeKind::Word
            && matches!(
                keyword,
                Some(DO_KW | ELSE_KW | ELSEIF_KW | ENDIF_KW | FOR_KW | IF_KW | NEXT_KW | SET_KW | THEN_KW | VAR_KW)
            )
    }

    /// Whether one is a sign.
    pub(crate) fn is_sign(&self, lexeme: Option<&Lexeme>, sign: &str) -> bool {
        lexeme.is_some_and(|lexeme| lexeme.kind == LexemeKind::Sign && self.text(lexeme) == sign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_code_consists_of() {
        let found = Lexemes::of("%%=F(@a == 'x (', [b c]) /* ' */ <= 1 =%%");
        let texts: Vec<_> = found.all.iter().map(|lexeme| found.text(lexeme)).collect();
        assert_eq!(texts, ["%%=", "F", "(", "@a", "==", "'x ('", ",", "[b c]", ")", "<=", "1", "=%%"]);
        assert!(found.closed);
        let doubled = Lexemes::of("F('it''s (', 1)");
        let texts: Vec<_> = doubled.all.iter().map(|lexeme| doubled.text(lexeme)).collect();
        assert_eq!(texts, ["F", "(", "'it''s ('", ",", "1", ")"]);
        for open in ["'a", "f(\"a', [b", "[a"] {
            assert!(!Lexemes::of(open).closed, "{open}");
        }
        assert!(Lexemes::of("/* isn't").closed && Lexemes::of("'é' @é ü").closed);
    }
}
