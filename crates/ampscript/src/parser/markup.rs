//! Tags of the page in code: somebody went on with HTML before the block was closed.
//!
//! `<` compares, too: what counts as a tag is written as one from `<` to `>`, and stands where a comparison would mean nothing.

use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, SyntaxKind::*, TextRange, TextSize, cursor::Code};

use super::Parser;

/// A longer tag is not looked for.
const LONGEST_TAG: usize = 2048;

/// Elements that stand in the body of pages, in lower case and in order.
const ELEMENTS: [&str; 68] = [
    "a", "article", "aside", "audio", "b", "body", "br", "button", "caption", "center", "code", "col", "dd", "div",
    "dl", "dt", "em", "fieldset", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hr", "html", "i", "iframe", "img", "input", "label", "legend", "li", "link", "main", "meta", "nav",
    "ol", "option", "p", "pre", "s", "section", "select", "small", "span", "strong", "style", "sub", "sup", "svg",
    "table", "tbody", "td", "textarea", "th", "thead", "title", "tr", "u", "ul", "video",
];

/// The length of the tag that `text` begins with: `<p class="x">`, `</td>`, `<br/>`.
fn tag_len(text: &str) -> Option<usize> {
    let end = (0..=LONGEST_TAG.min(text.len())).rev().find(|&end| text.is_char_boundary(end))?;
    let text = &text[..end];
    let mut rest = text.strip_prefix('<')?;
    let closes = rest.starts_with('/');
    rest = rest.strip_prefix('/').unwrap_or(rest);
    let (name, mut rest) = split_name(rest);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    if !closes && ELEMENTS.binary_search(&lower.as_str()).is_err() {
        return None;
    }
    loop {
        let blank = rest.len();
        rest = rest.trim_start();
        let blank = blank > rest.len();
        let tail = rest.strip_prefix('/').unwrap_or(rest);
        if let Some(behind) = tail.strip_prefix('>') {
            return Some(text.len() - behind.len());
        }
        let (attribute, behind) = split_name(rest);
        if !blank || attribute.is_empty() {
            return None;
        }
        rest = match behind.trim_start().strip_prefix('=') {
            Some(value) => after_value(value.trim_start())?,
            // `@a <b and c> @d` compares.
            None if SyntaxKind::from_ampscript_keyword(attribute).is_some() => return None,
            None => behind,
        };
    }
}

fn split_name(text: &str) -> (&str, &str) {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':');
    text.split_at(text.find(|c| !part(c)).unwrap_or(text.len()))
}

/// What stands behind the value of an attribute.
fn after_value(text: &str) -> Option<&str> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => {
            let body = &text[1..];
            Some(&body[body.find(quote)? + 1..])
        }
        // `@a <b c=@d …` is code.
        '=' | '@' | '<' | '>' => None,
        _ => Some(&text[text.find(|c: char| c.is_whitespace() || c == '>')?..]),
    }
}

impl Parser<'_, '_> {
    /// `<li`, `</td`: text of the page in code, because a delimiter is missing somewhere. What begins a line need not be complete.
    pub(super) fn at_tag(&self) -> bool {
        self.at_tag_at(0)
    }

    fn at_tag_at(&self, n: usize) -> bool {
        if self.nth(n) != LT || self.nth_is_end(n + 1) {
            return false;
        }
        let named = self.nth(n + 1) == IDENT;
        let tag = named || (self.nth(n + 1) == BAD_OPERATOR && self.token_text(n + 1).starts_with(['/', '!']));
        if !tag || !self.glued(n + 1) {
            return false;
        }
        let compares = self.in_head && n == 0 && self.follows(1, &[THEN_KW, DO_KW, TO_KW, DOWNTO_KW]);
        self.first_on_line(n) || !compares && self.tag_len(n).is_some()
    }

    /// The length of the complete tag that begins at the n-th token.
    fn tag_len(&self, n: usize) -> Option<usize> {
        tag_len(self.text.get(usize::from(self.range_of(self.at + n).start())..)?)
    }

    /// The tag, or what there is of it.
    pub(super) fn tag_range(&self) -> TextRange {
        let start = self.range().start();
        match self.tag_len(0) {
            Some(len) => TextRange::at(start, TextSize::new(u32::try_from(len).unwrap_or(0))),
            None => self.range().cover(self.range_of(self.at + 1)),
        }
    }

    /// What closes this kind of code.
    pub(super) fn closer(&self) -> &'static str {
        match self.code {
            Code::Block => "`]%%`",
            Code::Inline => "`=%%`",
            Code::Script => "`</script>`",
        }
    }

    /// Text of the page up to the next statement: one mistake, said at its first tag.
    pub(super) fn page_text(&mut self, expected: &'static str) {
        let tag = self.tag_range();
        // What stands in the tag is no code, whatever it looks like.
        let mut n = 1;
        while !self.nth_is_end(n) && (self.range_of(self.at + n).start() < tag.end() || !self.at_code_behind_text(n)) {
            n += 1;
        }
        let range = self.skip(n);
        self.markup.push(TextRange::new(tag.start(), range.end().max(tag.end())));
        self.problem(Problem::new(ProblemKind::UnexpectedToken, tag).expected(expected));
    }

    /// A statement begins at the n-th token, although text of the page stands before it: words such as `for` are words there, unless
    /// they begin a line, or stand as only code has them.
    pub(super) fn at_code_behind_text(&self, n: usize) -> bool {
        if !self.at_statement(n) {
            return false;
        }
        if self.first_on_line(n) || self.nth(n + 1) == VARIABLE {
            return true;
        }
        let behind_tag = (self.at + n).checked_sub(1).is_some_and(|before| self.input[before].kind == GT);
        match self.nth(n) {
            IF_KW | ELSEIF_KW => {
                let call = self.nth(n + 1) == IDENT && self.nth(n + 2) == L_PAREN;
                (call || matches!(self.nth(n + 1), NOT_KW | L_PAREN | SYSTEM_VARIABLE | BRACKET_NAME))
                    && self.follows(n + 1, &[THEN_KW])
            }
            ELSE_KW | ENDIF_KW | NEXT_KW => {
                self.nth_is_end(n + 1)
                    || self.first_on_line(n + 1)
                    || self.at_statement(n + 1)
                    || behind_tag && (self.nth(n) == ENDIF_KW || self.at_tag_at(n + 1))
            }
            _ => false,
        }
    }
}
