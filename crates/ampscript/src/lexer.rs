//! From the text of a region to tokens.
//!
//! Delimiters come from the scanner, which knows where the region begins and ends; between them logos cuts tokens. Whatever
//! protects other characters (strings, comments, bracketed names) is ended by the cursor that the scanner used, so that both
//! agree on every end.

mod escapes;

use logos::Logos;
use sfmc_syntax::{
    Problem, ProblemKind, SyntaxKind,
    SyntaxKind::*,
    TextRange, TextSize,
    cursor::{self, Code},
    event::Token,
    personalization,
};

/// The text of a region and what the scanner knows of it.
#[derive(Clone, Copy, Debug)]
pub struct RegionText<'t> {
    /// The whole region, delimiters included.
    pub text: &'t str,
    /// Which kind it is.
    pub code: Code,
    /// The length of the opening delimiter in bytes; 0 in a later part of a block that was cut.
    pub open: u32,
    /// The length of the closing delimiter in bytes; 0 when it does not close here.
    pub close: u32,
}

/// What logos tells apart by first characters; the rest of a token is found by hand where its end depends on more.
#[derive(Logos, Clone, Copy, Debug, PartialEq)]
enum Raw {
    #[regex(r"[ \t\r\n\x0b\x0c]+")]
    Blank,
    #[regex(r"[\u{85}\u{a0}\u{1680}\u{2000}-\u{200b}\u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}]+")]
    ForeignBlank,
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
    Word,
    #[regex(r"@@?")]
    At,
    #[regex(r#"["']"#)]
    Quote,
    #[token("/*")]
    Comment,
    #[token("//")]
    LineComment,
    #[token("<!--")]
    HtmlComment,
    #[token("[")]
    Bracket,
    #[regex(r"-?([0-9]+(\.[0-9]*)*|\.[0-9]+(\.[0-9]*)*)([eE][+-]?[0-9]+)?")]
    Number,
    #[regex(r"[‘’‚“”„‹›]")]
    SmartQuote,
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token(",")]
    Comma,
    #[token(".")]
    Dot,
    #[token("=")]
    Eq,
    #[token("==")]
    Eq2,
    #[token("!=")]
    Neq,
    #[token("<")]
    Lt,
    #[token("<=")]
    Lte,
    #[token(">")]
    Gt,
    #[token(">=")]
    Gte,
    #[regex(r"===|!==|<>|=~|=>|=<|=!|&&|&|\|\||\||!|\+\+|\+=|\+|-=|--|-|\*=|\*|/=|/|%|\^|\?\?|\?|::|:=|:|~")]
    BadOperator,
    #[token("]%%")]
    BlockClose,
    #[token("=%%")]
    InlineClose,
    #[token("%%[")]
    BlockOpen,
    #[token("%%=")]
    InlineOpen,
    #[regex(r"</?[sS][cC][rR][iI][pP][tT]")]
    Script,
    /// `%%name%%` in code, where the percent signs do not belong.
    #[regex(r"%%[A-Za-z_][A-Za-z0-9_ ]*%%")]
    Personalization,
    /// `{{ … }}`, `{name}`, `${name}` in code: the place holder of another template language.
    #[regex(r"\{\{\{?[^}\n]*\}\}\}?")]
    #[regex(r#"\{\{[^{}%"']*\}\}"#, priority = 9)]
    #[token("{{")]
    #[regex(r"\$?\{[A-Za-z_][A-Za-z0-9_.\-]*\}")]
    TemplateTag,
    #[token("*/")]
    CommentClose,
    #[token("-->")]
    HtmlCommentClose,
    /// What encloses statements elsewhere; the parser knows whether it does.
    #[regex(r"[{}]")]
    Brace,
}

/// Lexes a region: all of its tokens into `tokens`, what is wrong with them into `problems`, in bytes from the region's start.
pub fn lex(region: RegionText<'_>, tokens: &mut Vec<Token>, problems: &mut Vec<Problem>) {
    let (open, close) = match region.code {
        Code::Block => (BLOCK_OPEN, BLOCK_CLOSE),
        Code::Inline => (INLINE_OPEN, INLINE_CLOSE),
        Code::Script => (SCRIPT_OPEN, SCRIPT_CLOSE),
    };
    let mut start = region.open as usize;
    let end = region.text.len() - region.close as usize;
    if start > 0 {
        tokens.push(Token { kind: open, len: region.open });
        if region.code == Code::Block
            && let Some((len, closed)) = header(&region.text[start..end])
        {
            tokens.push(Token { kind: BLOCK_HEADER, len: size(len) });
            if !closed {
                let range = TextRange::at(TextSize::new(size(start)), TextSize::new(size(len)));
                problems.push(Problem::new(ProblemKind::UnterminatedBracketName, range));
            }
            start += len;
        }
    }
    let mut lexer = CodeLexer { text: &region.text[..end], code: region.code, nested: Vec::new(), problems };
    lexer.run(start, tokens);
    if region.close > 0 {
        tokens.push(Token { kind: close, len: region.close });
    }
    escapes::find(region.text, tokens, problems);
}

/// An execution context header `[type=post;name=save]` at the start of a block's content: its length, and whether it is closed. One that
/// is not ends with its last item, so that the statements behind it are seen.
fn header(content: &str) -> Option<(usize, bool)> {
    let mut rest = content.strip_prefix('[')?;
    loop {
        let (key, value) = rest.split_once('=')?;
        let key = key.trim();
        if !(key.eq_ignore_ascii_case("type") || key.eq_ignore_ascii_case("name")) {
            return None;
        }
        let value = value.trim_start_matches([' ', '\t']);
        let len = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => value[1..].find([quote, '\n']).map_or(value.len(), |at| at + 2),
            None => value.find([';', ']', ' ', '\t', '\r', '\n']).unwrap_or(value.len()),
        };
        let behind = value.get(len..).unwrap_or("");
        let next = behind.trim_start_matches([' ', '\t']);
        if let Some(items) = next.strip_prefix(';') {
            rest = items;
            continue;
        }
        return Some(match next.strip_prefix(']') {
            Some(after) => (content.len() - after.len(), true),
            None => (content.len() - behind.len(), false),
        });
    }
}

fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

struct CodeLexer<'t, 'p> {
    /// The region up to its closer.
    text: &'t str,
    code: Code,
    /// Regions opened inside this one by mistake, innermost last.
    nested: Vec<Code>,
    problems: &'p mut Vec<Problem>,
}

impl CodeLexer<'_, '_> {
    fn run(&mut self, start: usize, tokens: &mut Vec<Token>) {
        let text = self.text;
        let mut base = start;
        let mut after_unknown = false;
        let mut lexer = Raw::lexer(&text[base..]);
        while let Some(raw) = lexer.next() {
            let (at, lexed) = (base + lexer.span().start, base + lexer.span().end);
            let (kind, end) = match raw {
                Ok(raw) => self.token(raw, at, lexed),
                Err(()) => self.unknown(at, after_unknown),
            };
            let unknown = raw.is_err() && kind == ERROR_TOKEN;
            let run = unknown && after_unknown;
            after_unknown = unknown;
            if end >= lexed {
                lexer.bump(end - lexed);
            } else {
                // logos looked further before it gave up: go on where the token that we make of it ends.
                base = end;
                lexer = Raw::lexer(&text[base..]);
            }
            match tokens.last_mut() {
                // Blanks of two alphabets, and a run of characters that begin nothing, are one token each.
                Some(last) if last.kind == kind && (kind == WHITESPACE || run) => {
                    last.len += size(end - at);
                }
                _ => tokens.push(Token { kind, len: size(end - at) }),
            }
        }
    }

    fn report(&mut self, kind: ProblemKind, start: usize, end: usize) {
        let range = TextRange::new(TextSize::new(size(start)), TextSize::new(size(end)));
        self.problems.push(Problem::new(kind, range));
    }

    /// The same, but a run of neighbours is one problem.
    fn report_run(&mut self, kind: ProblemKind, start: usize, end: usize) {
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
        let code = self.nested.last().copied().unwrap_or(self.code);
        let bytes = self.text.as_bytes();
        // `%%FirstName%%=%%` holds more than one delimiter: the scanner read it as one name.
        if let Some(end) = personalization::value_end(bytes, at) {
            self.report(ProblemKind::UnexpectedCharacter, at, end);
            return (ERROR_TOKEN, end);
        }
        let kind = match raw {
            Raw::Blank => WHITESPACE,
            Raw::ForeignBlank => {
                self.report_run(ProblemKind::NonAsciiWhitespace, at, end);
                WHITESPACE
            }
            Raw::Word => return self.word(at, end),
            Raw::At => return self.variable(at, end),
            Raw::Number => self.number(at, end),
            Raw::Quote => return self.string(code, at),
            Raw::SmartQuote => {
                let end = cursor::smart_quote_end(code, bytes, at).end;
                self.report(ProblemKind::SmartQuote, at, end);
                return (SMART_QUOTE, end);
            }
            Raw::Comment => {
                let found = cursor::comment_end(code, bytes, at);
                if found.terminated {
                    self.delimiter_in(ProblemKind::DelimiterInComment, at, found.end);
                } else {
                    self.report(ProblemKind::UnterminatedComment, at, at + 2);
                }
                if self.code == Code::Inline {
                    self.report(ProblemKind::CommentInInline, at, found.end);
                }
                return (COMMENT, found.end);
            }
            Raw::LineComment => {
                let found = cursor::line_comment_end(code, bytes, at);
                self.report(ProblemKind::LineComment, at, found.end);
                return (LINE_COMMENT, found.end);
            }
            Raw::HtmlComment => {
                let found = cursor::html_comment_end(code, bytes, at);
                self.report(ProblemKind::HtmlCommentInCode, at, found.end);
                return (HTML_COMMENT, found.end);
            }
            Raw::Bracket => return self.bracketed_name(code, at),
            Raw::LParen => L_PAREN,
            Raw::RParen => R_PAREN,
            Raw::Comma => COMMA,
            Raw::Dot => DOT,
            Raw::Eq => EQ,
            Raw::Eq2 => EQ2,
            Raw::Neq => NEQ,
            Raw::Lt => LT,
            Raw::Lte => LTE,
            Raw::Gt => GT,
            Raw::Gte => GTE,
            Raw::BadOperator => BAD_OPERATOR,
            Raw::BlockOpen | Raw::InlineOpen => {
                self.nested.push(if raw == Raw::BlockOpen { Code::Block } else { Code::Inline });
                NESTED_DELIMITER
            }
            Raw::BlockClose => self.nested_close(Code::Block, at, end),
            Raw::InlineClose => self.nested_close(Code::Inline, at, end),
            Raw::Script => return self.script(at, end),
            Raw::Personalization | Raw::TemplateTag | Raw::CommentClose | Raw::HtmlCommentClose | Raw::Brace => {
                self.report(ProblemKind::UnexpectedCharacter, at, end);
                ERROR_TOKEN
            }
        };
        (kind, end)
    }

    fn unknown(&mut self, at: usize, after_unknown: bool) -> (SyntaxKind, usize) {
        let rest = &self.text[at..];
        let c = rest.chars().next().unwrap_or(' ');
        if is_name(c) {
            return self.word(at, at);
        }
        if c.is_whitespace() {
            let end = at + c.len_utf8();
            self.report_run(ProblemKind::NonAsciiWhitespace, at, end);
            return (WHITESPACE, end);
        }
        let end = at + c.len_utf8();
        if after_unknown {
            self.report_run(ProblemKind::UnexpectedCharacter, at, end);
        } else {
            self.report(ProblemKind::UnexpectedCharacter, at, end);
        }
        (ERROR_TOKEN, end)
    }

    /// A bare word, of whatever letters.
    fn word(&mut self, at: usize, end: usize) -> (SyntaxKind, usize) {
        let rest = &self.text[end..];
        if rest.bytes().next().is_none_or(|b| b.is_ascii()) {
            let word = &self.text[at..end];
            return (SyntaxKind::from_ampscript_keyword(word).unwrap_or(IDENT), end);
        }
        let end = end + rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let word = &self.text[at..end];
        if !word.is_ascii() {
            self.report(ProblemKind::InvalidVariableName, at, end);
        }
        (SyntaxKind::from_ampscript_keyword(word).unwrap_or(IDENT), end)
    }

    fn variable(&mut self, at: usize, name: usize) -> (SyntaxKind, usize) {
        let rest = &self.text[name..];
        let mut end = name + rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let kind = if name - at == 2 { SYSTEM_VARIABLE } else { VARIABLE };
        // `@{{column}}`: the place holder of another template language is part of the name.
        let mut holder = false;
        while self.text[end..].starts_with("{{")
            && let Some(close) = self.text[end..].find("}}")
            && !self.text[end..end + close].contains('\n')
        {
            end += close + 2;
            let rest = &self.text[end..];
            end += rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            holder = true;
        }
        let text = &self.text[name..end];
        if text.is_empty() {
            self.report(ProblemKind::ExpectedVariable, at, end);
        } else if holder || !text.is_ascii() {
            self.report(ProblemKind::InvalidVariableName, at, end);
        } else if text.starts_with(|c: char| c.is_ascii_digit()) {
            self.report(ProblemKind::VariableLeadingDigit, at, end);
        }
        (kind, end)
    }

    fn number(&mut self, at: usize, end: usize) -> SyntaxKind {
        let text = &self.text[at..end];
        let digits = text.strip_prefix('-').unwrap_or(text);
        let dots = digits.bytes().filter(|&b| b == b'.').count();
        if dots > 1 {
            self.report(ProblemKind::InvalidNumber, at, end);
        } else if digits.contains(['e', 'E']) {
            self.report(ProblemKind::ExponentNumber, at, end);
        } else if digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit() {
            self.report(ProblemKind::LeadingZeroNumber, at, end);
        } else if digits.starts_with('.') || digits.ends_with('.') {
            self.report(ProblemKind::NumberStyle, at, end);
        } else if dots == 0 && text.parse::<i64>().is_err() {
            self.report(ProblemKind::IntegerOverflow, at, end);
        }
        if dots > 0 || digits.contains(['e', 'E']) { REAL } else { INTEGER }
    }

    fn string(&mut self, code: Code, at: usize) -> (SyntaxKind, usize) {
        let bytes = self.text.as_bytes();
        let found = cursor::string_end(code, bytes, at);
        let body = &self.text[at + 1..found.end.max(at + 1)];
        if !found.terminated {
            // `"x”`: it ends, but by a mark that ends no string.
            let mark = body.chars().next_back().is_some_and(|c| matches!(c, '”' | '“' | '’' | '‘'));
            let kind = if mark { ProblemKind::SmartQuote } else { ProblemKind::UnterminatedString };
            self.report(kind, at, found.end);
            return (STRING, found.end);
        }
        let next = bytes.get(found.end).copied().unwrap_or(b' ');
        if body.len() > 1 && body.as_bytes()[body.len() - 2] == b'\\' && (next.is_ascii_alphanumeric() || next == b'\\')
        {
            self.report(ProblemKind::BackslashEscape, found.end - 2, found.end);
        }
        if memchr::memchr(b'\n', body.as_bytes()).is_some() {
            self.report(ProblemKind::MultilineString, at, found.end);
        }
        self.delimiter_in(ProblemKind::DelimiterInString, at, found.end);
        (STRING, found.end)
    }

    /// Reports the first delimiter in what protects it.
    fn delimiter_in(&mut self, kind: ProblemKind, start: usize, end: usize) {
        let text = &self.text[start..end];
        let mut first = None;
        if text.contains("%%") {
            let find = |delimiter: &str| text.find(delimiter);
            let open = ["%%[", "%%="].into_iter().filter_map(find).min();
            let close = ["]%%", "=%%"].into_iter().filter_map(find).min();
            first = match (open, close) {
                // `?n=%%=v(@a)` begins an inline region; its `=%%` only looks like a closer.
                (Some(open), Some(close)) if close + 1 == open => Some(open),
                (open, close) => open.into_iter().chain(close).min(),
            }
            .map(|at| (at, 3));
        }
        if self.code == Code::Script && first.is_none() {
            let bytes = text.as_bytes();
            first = (0..bytes.len()).find_map(|at| {
                (bytes[at] == b'<').then(|| cursor::script_close(bytes, at)).flatten().map(|len| (at, len))
            });
        }
        if let Some((at, len)) = first {
            self.report(kind, start + at, start + at + len);
        }
    }

    fn bracketed_name(&mut self, code: Code, at: usize) -> (SyntaxKind, usize) {
        let found = cursor::bracket_end(code, self.text.as_bytes(), at);
        if !found.terminated {
            self.report(ProblemKind::UnterminatedBracketName, at, found.end);
        } else if self.text[at + 1..found.end - 1].trim().is_empty() {
            self.report(ProblemKind::EmptyBracketName, at, found.end);
        }
        (BRACKET_NAME, found.end)
    }

    /// A closer inside the region: of a region that was opened inside it, or a mistake.
    fn nested_close(&mut self, code: Code, at: usize, end: usize) -> SyntaxKind {
        if self.nested.last() == Some(&code) {
            self.nested.pop();
            return NESTED_DELIMITER;
        }
        self.report(ProblemKind::UnexpectedCharacter, at, end);
        ERROR_TOKEN
    }

    /// `<script …>` or `</script>` inside the region; anything else that begins so fits nowhere.
    fn script(&mut self, at: usize, end: usize) -> (SyntaxKind, usize) {
        let bytes = self.text.as_bytes();
        if let Some(len) = cursor::script_close(bytes, at) {
            return (self.nested_close(Code::Script, at, at + len), at + len);
        }
        if cursor::is_script_tag(bytes, at)
            && let Some(len) = self.text[at..].find('>')
        {
            self.nested.push(Code::Script);
            return (NESTED_DELIMITER, at + len + 1);
        }
        self.report(ProblemKind::UnexpectedCharacter, at, end);
        (ERROR_TOKEN, end)
    }
}
