//! From text to tokens.
//!
//! logos tells tokens apart by their first characters; where the end of one depends on more (strings, names in brackets, comments,
//! placeholders) it is found by hand. No token depends on what stands before it but the character right before, so that lexing can
//! begin at any boundary between pieces.

mod quotes;

use std::ops::Range;

use logos::Logos;
use sfmc_syntax::{SyntaxKind, SyntaxKind::*, TextRange, TextSize, event::Token};

use crate::{
    placeholder::{self, MAX_PLACEHOLDER, is_name},
    problem::{SqlProblem, SqlProblemKind},
    words,
};

/// What logos tells apart by first characters.
#[derive(Logos, Clone, Copy, Debug, PartialEq)]
enum Raw {
    #[regex(r"[ \t\r\n\x0b\x0c]+")]
    Blank,
    #[regex(r"[\u{85}\u{a0}\u{1680}\u{2000}-\u{200b}\u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}]")]
    ForeignBlank,
    #[regex(r"[A-Za-z_][A-Za-z0-9_@#$]*")]
    Word,
    #[regex(r"@@?")]
    At,
    #[regex(r"##?")]
    Hash,
    #[token("$")]
    Dollar,
    #[token("'")]
    Quote,
    #[regex(r"[nN]'")]
    NationalQuote,
    #[token("\"")]
    DoubleQuote,
    #[token("[")]
    Bracket,
    #[token("`")]
    Backtick,
    #[regex(r"[‘’‚“”„‹›]")]
    SmartQuote,
    #[token("/*")]
    Comment,
    #[token("--")]
    LineComment,
    #[token("//")]
    ForeignComment,
    #[token("*/")]
    CommentClose,
    #[regex(r"[0-9]+")]
    Integer,
    #[regex(r"[0-9]+\.[0-9]*|\.[0-9]+")]
    Real,
    #[regex(r"([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")]
    Float,
    #[regex(r"0[xX][0-9a-fA-F]*")]
    Hex,
    #[regex(r"[$¢£¤¥€₩￠￡￥￦][+-]?([0-9]+(,[0-9][0-9][0-9])*(\.[0-9]*)?|\.[0-9]+)")]
    Money,
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token(",")]
    Comma,
    #[token(".")]
    Dot,
    #[token(";")]
    Semicolon,
    #[token(":")]
    Colon,
    #[token("::")]
    Colon2,
    #[token("=")]
    Eq,
    #[token("==")]
    Eq2,
    #[token("!=")]
    Neq,
    #[token("<>")]
    LtGt,
    #[token("<")]
    Lt,
    #[token("<=")]
    Lte,
    #[token(">")]
    Gt,
    #[token(">=")]
    Gte,
    #[token("!<")]
    NotLt,
    #[token("!>")]
    NotGt,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("&")]
    Amp,
    #[token("|")]
    Pipe,
    #[token("^")]
    Caret,
    #[token("~")]
    Tilde,
    #[regex(r"\+=|-=|\*=|/=|%=|&=|\|=|\^=")]
    AssignOp,
    #[regex(r"===|!==|<=>|=>|=<|->>|->|:=|&&|\|\||!|\?")]
    BadOperator,
    #[regex(r"[{}]")]
    Brace,
}

/// A token with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lexed {
    pub(crate) kind: SyntaxKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Lexes a whole text: all of its tokens into `tokens`, what is wrong with them into `problems`.
pub fn lex(text: &str, tokens: &mut Vec<Token>, problems: &mut Vec<SqlProblem>) {
    let mut lexer = Lexer::new(text, 0);
    for token in lexer.by_ref() {
        tokens.push(Token { kind: token.kind, len: size(token.end - token.start) });
    }
    problems.append(&mut lexer.problems);
}

pub(crate) fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(crate) fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::new(size(start)), TextSize::new(size(end)))
}

/// Cuts tokens one after the other.
pub(crate) struct Lexer<'t> {
    text: &'t str,
    base: usize,
    raw: logos::Lexer<'t, Raw>,
    /// The last token.
    last: Option<Lexed>,
    /// A line, or the rest of one, whose end is known.
    line: Range<usize>,
    /// The end of the line on which a bracket was found that nothing closes.
    unclosed: usize,
    /// Where the closing bracket stands that was found last.
    bracket: usize,
    /// The first byte that the last token does not depend on.
    pub(crate) seen: usize,
    /// What is wrong with the tokens so far.
    pub(crate) problems: Vec<SqlProblem>,
}

/// How far beyond the end of a token the rules of this file look, in bytes, where they do not say more.
const LOOK: usize = 8;

impl Iterator for Lexer<'_> {
    type Item = Lexed;

    fn next(&mut self) -> Option<Lexed> {
        let raw = self.raw.next()?;
        self.seen = 0;
        let span = self.raw.span();
        let (start, lexed) = (self.base + span.start, self.base + span.end);
        let (kind, end) = match raw {
            Ok(raw) => self.token(raw, start, lexed),
            Err(()) => self.unknown(start),
        };
        if end >= lexed {
            self.raw.bump(end - lexed);
        } else {
            self.base = end;
            self.raw = Raw::lexer(&self.text[end..]);
        }
        self.seen = self.seen.max(end + LOOK);
        let token = Lexed { kind, start, end };
        self.last = Some(token);
        Some(token)
    }
}

impl<'t> Lexer<'t> {
    /// A lexer that begins at `start`, where a token begins.
    pub(crate) fn new(text: &'t str, start: usize) -> Lexer<'t> {
        let raw = Raw::lexer(&text[start..]);
        Lexer {
            text,
            base: start,
            raw,
            last: None,
            line: 0..0,
            unclosed: usize::MAX,
            bracket: 0,
            seen: start,
            problems: Vec::new(),
        }
    }

    fn report(&mut self, kind: SqlProblemKind, start: usize, end: usize) {
        self.problems.push(SqlProblem::new(kind, range(start, end)));
    }

    /// The same, but a run of neighbours is one problem.
    fn report_run(&mut self, kind: SqlProblemKind, start: usize, end: usize) {
        if let Some(last) = self.problems.last_mut()
            && last.kind == kind
            && usize::from(last.range.end()) == start
        {
            last.range = TextRange::new(last.range.start(), TextSize::new(size(end)));
        } else {
            self.report(kind, start, end);
        }
    }

    /// The kind and the end of the token that begins at `at`; `end` is where what logos knows of it ends.
    fn token(&mut self, raw: Raw, at: usize, end: usize) -> (SyntaxKind, usize) {
        let kind = match raw {
            Raw::Blank => WHITESPACE,
            Raw::ForeignBlank => return self.foreign_blank(at),
            Raw::Word => return self.word(at, end),
            Raw::At => return self.variable(at, end),
            Raw::Hash => return self.hash(at, end),
            Raw::Dollar => return self.dollar(at, end),
            Raw::Brace => {
                if let Some(end) = self.odbc_end(at) {
                    return (ODBC_LITERAL, end);
                }
                match self.placeholder_end(at) {
                    Some(end) => return self.placeholder(end),
                    None => return self.unexpected(at, end),
                }
            }
            Raw::Quote if self.is_apostrophe(at) => return self.unexpected(at, end),
            Raw::Quote => return (STRING, self.string(at, end)),
            Raw::NationalQuote => return (NATIONAL_STRING, self.string(at, end)),
            Raw::DoubleQuote => return (QUOTED_NAME, self.quoted_name(at, b'"')),
            // What fences code in notes
            Raw::Backtick if self.text[at..].starts_with("```") => {
                let end = self.line_end(end);
                return self.unexpected(at, end);
            }
            Raw::Backtick => {
                let end = self.quoted_name(at, b'`');
                self.report(SqlProblemKind::BacktickName, at, end);
                return (BACKTICK_NAME, end);
            }
            Raw::Bracket => return (BRACKET_NAME, self.bracket_name(at)),
            Raw::SmartQuote => return (SMART_QUOTE, self.smart_quote(at)),
            Raw::Comment => return (COMMENT, self.comment(at)),
            Raw::LineComment => return (LINE_COMMENT, self.line_end(end)),
            Raw::ForeignComment => {
                let end = self.line_end(end);
                self.report(SqlProblemKind::ForeignComment, at, end);
                return (LINE_COMMENT, end);
            }
            // `a */* c */ b`: a product and a comment.
            Raw::CommentClose if self.text[end..].starts_with('*') => return (STAR, at + 1),
            Raw::CommentClose => return self.unexpected(at, end),
            Raw::Real if self.text[at..].starts_with('.') && self.after_name(at) => return (DOT, at + 1),
            Raw::Integer => INTEGER,
            Raw::Real => REAL,
            Raw::Float => FLOAT,
            Raw::Hex => HEX,
            Raw::Money => MONEY,
            Raw::LParen => L_PAREN,
            Raw::RParen => R_PAREN,
            Raw::Comma => COMMA,
            Raw::Dot => DOT,
            Raw::Semicolon => SEMICOLON,
            Raw::Colon => COLON,
            Raw::Colon2 => COLON2,
            Raw::Eq => EQ,
            Raw::Eq2 => EQ2,
            Raw::Neq => NEQ,
            Raw::LtGt => LTGT,
            Raw::Lt => LT,
            Raw::Lte => LTE,
            Raw::Gt => GT,
            Raw::Gte => GTE,
            Raw::NotLt => NOT_LT,
            Raw::NotGt => NOT_GT,
            Raw::Plus => PLUS,
            Raw::Minus => MINUS,
            Raw::Star => STAR,
            Raw::Slash => SLASH,
            Raw::Percent => PERCENT,
            Raw::Amp => AMP,
            Raw::Pipe => PIPE,
            Raw::Caret => CARET,
            Raw::Tilde => TILDE,
            Raw::AssignOp => ASSIGN_OP,
            Raw::BadOperator => BAD_OPERATOR,
        };
        (kind, end)
    }

    /// Whether a name ends right before `at`.
    fn after_name(&self, at: usize) -> bool {
        self.last.is_some_and(|last| {
            last.end == at && matches!(last.kind, IDENT | BRACKET_NAME | QUOTED_NAME | TEMP_NAME | PLACEHOLDER)
        })
    }

    /// `don't`: words of a text that is no code.
    fn is_apostrophe(&mut self, at: usize) -> bool {
        let in_word = self.last.is_some_and(|last| last.end == at && last.kind == IDENT);
        let rest = &self.text[at + 1..];
        let word = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        self.seen = self.seen.max(at + 1 + word + LOOK);
        // `x'FF'` is a name and its alias.
        in_word && rest.starts_with(char::is_alphabetic) && !rest[word..].starts_with('\'')
    }

    fn unexpected(&mut self, at: usize, end: usize) -> (SyntaxKind, usize) {
        self.report_run(SqlProblemKind::UnexpectedCharacter, at, end);
        (ERROR_TOKEN, end)
    }

    fn unknown(&mut self, at: usize) -> (SyntaxKind, usize) {
        let c = self.text[at..].chars().next().unwrap_or(' ');
        let end = at + c.len_utf8();
        if is_name(c) {
            return self.word(at, end);
        }
        if c.is_whitespace() {
            return self.foreign_blank(at);
        }
        self.unexpected(at, end)
    }

    /// Blanks of other alphabets; the mark at the start of a file is none that anybody typed.
    fn foreign_blank(&mut self, at: usize) -> (SyntaxKind, usize) {
        let blank = |c: char| !c.is_ascii() && (c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}'));
        let rest = &self.text[at..];
        let end = at + rest.find(|c| !blank(c)).unwrap_or(rest.len());
        if !(at == 0 && self.text[..end] == *"\u{feff}") {
            self.report_run(SqlProblemKind::NonAsciiWhitespace, at, end);
        }
        (WHITESPACE, end)
    }

    /// The end of a name that goes on at `at`, and whether placeholders are a part of it.
    fn name_end(&mut self, at: usize) -> (usize, bool) {
        let (mut end, mut holder) = (at, false);
        loop {
            let rest = &self.text[end..];
            end += rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            match self.placeholder_end(end) {
                Some(after) => (end, holder) = (after, true),
                None => return (end, holder),
            }
        }
    }

    /// A bare word, of whatever letters, that is known up to `end`.
    fn word(&mut self, at: usize, end: usize) -> (SyntaxKind, usize) {
        let ends = self.text.as_bytes().get(end).is_none_or(|&b| b.is_ascii() && !matches!(b, b'{' | b'$'));
        let (end, holder) = if ends { (end, false) } else { self.name_end(end) };
        if holder {
            return (PLACEHOLDER, end);
        }
        (words::kind(&self.text[at..end]), end)
    }

    /// The rest of a name that begins with a placeholder, which ends at `end`.
    fn placeholder(&mut self, end: usize) -> (SyntaxKind, usize) {
        (PLACEHOLDER, self.name_end(end).0)
    }

    /// The end of `{d '2024-01-31'}`, `{t '10:00:00'}` or `{ts '2024-01-31 10:00:00'}`, or of a call `{fn NOW()}`.
    fn odbc_end(&mut self, at: usize) -> Option<usize> {
        let rest = self.text[at..].strip_prefix('{')?;
        self.seen = self.seen.max(at + MAX_PLACEHOLDER + LOOK);
        let rest = &rest[..rest.floor_char_boundary(MAX_PLACEHOLDER)];
        let inside = rest.trim_start();
        let word = inside.find(|c| !is_name(c))?;
        let (kind, value) = inside.split_at(word);
        // `{fn NOW()}`
        if kind.eq_ignore_ascii_case("fn") {
            // What stands in texts says nothing of where it ends.
            let mut quoted = false;
            let end = value.find(|c| {
                quoted ^= c == '\'';
                c == '}' && !quoted
            })?;
            let (call, behind) = (value[..end].trim(), &value[end + 1..]);
            let name = call.find(|c| !is_name(c))?;
            let is_call = name > 0 && call[name..].trim_start().starts_with('(') && call.ends_with(')');
            let mut code = call.split('\'').step_by(2);
            let plain = !call.contains('\n') && !code.any(|code| code.contains(['"', '{', '-', '/', '[']));
            return (is_call && plain).then(|| at + 1 + rest.len() - behind.len());
        }
        let known = ["d", "t", "ts"].iter().any(|known| kind.eq_ignore_ascii_case(known));
        let value = value.trim_start().strip_prefix('\'').filter(|_| known)?;
        let (value, behind) = value.split_once('\'')?;
        let behind = behind.trim_start().strip_prefix('}').filter(|_| !value.contains('\n'))?;
        Some(at + 1 + rest.len() - behind.len())
    }

    /// The end of a placeholder that begins at `at`: `{{{x}}}`, `{{x}}`, `{x}`, `${x}`, `$(x)`.
    fn placeholder_end(&mut self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let marks = placeholder::marks(rest)?;
        self.seen = self.seen.max(at + MAX_PLACEHOLDER + LOOK);
        Some(at + placeholder::length(rest, marks)?)
    }

    fn variable(&mut self, at: usize, name: usize) -> (SyntaxKind, usize) {
        let rest = &self.text[name..];
        // A name of emoji is one, too.
        let other = |c: char| c.is_ascii() || c.is_whitespace() || "‘’‚“”„‹›".contains(c);
        let mut end = name + rest.find(|c| !is_name(c) && other(c)).unwrap_or(rest.len());
        if self.text[end..].starts_with('{') {
            end = self.name_end(end).0;
            self.seen = self.seen.max(end + LOOK);
        }
        if end == name {
            return self.unexpected(at, end);
        }
        (if name - at == 2 { SYSTEM_VARIABLE } else { VARIABLE }, end)
    }

    /// `#name`, or a comment of other languages.
    fn hash(&mut self, at: usize, name: usize) -> (SyntaxKind, usize) {
        let (end, _) = self.name_end(name);
        if end > name {
            self.seen = self.seen.max(end + LOOK);
            return (TEMP_NAME, end);
        }
        if self.text[end..].chars().next().is_none_or(char::is_whitespace) {
            let end = self.line_end(end);
            self.report(SqlProblemKind::ForeignComment, at, end);
            return (LINE_COMMENT, end);
        }
        self.unexpected(at, end)
    }

    /// `$action`, `${name}`.
    fn dollar(&mut self, at: usize, end: usize) -> (SyntaxKind, usize) {
        if let Some(end) = self.placeholder_end(at) {
            return self.placeholder(end);
        }
        if self.text[end..].starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return (IDENT, self.name_end(end).0);
        }
        // A lone sign is no money.
        (MONEY, end)
    }

    /// Where the line of `at` ends, before what ends it.
    fn line_end(&mut self, at: usize) -> usize {
        if !(self.line.start..=self.line.end).contains(&at) {
            let rest = &self.text.as_bytes()[at..];
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            // A return that stands at `at` itself is a part of no token that asks.
            self.line = at..at + end - usize::from(end > 0 && rest[end - 1] == b'\r');
        }
        self.line.end
    }

    /// The end of a comment; comments nest.
    fn comment(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut open = 1;
        let mut end = at + 2;
        while let Some(next) = memchr::memchr2(b'*', b'/', &bytes[end..]) {
            end += next;
            match bytes.get(end..end + 2) {
                Some(b"*/") => {
                    open -= 1;
                    end += 2;
                    if open == 0 {
                        return end;
                    }
                }
                Some(b"/*") => {
                    open += 1;
                    end += 2;
                }
                _ => end += 1,
            }
        }
        self.seen = usize::MAX;
        self.report(SqlProblemKind::UnterminatedComment, at, at + 2);
        bytes.len()
    }
}

#[cfg(test)]
mod tests;
