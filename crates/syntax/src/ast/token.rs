//! Tokens with an inner structure.

use std::borrow::Cow;

use smol_str::{SmolStr, StrExt};

use crate::{SyntaxKind, SyntaxKind::*, SyntaxToken, TextRange, TextSize};

/// A typed view of a token.
pub trait AstToken: Sized {
    /// Whether a token of this kind can be one of these.
    fn can_cast(kind: SyntaxKind) -> bool;

    /// `syntax` as one of these, if it is one.
    fn cast(syntax: SyntaxToken) -> Option<Self>;

    /// The token.
    fn syntax(&self) -> &SyntaxToken;

    /// The token as it is written.
    fn text(&self) -> &str {
        self.syntax().text()
    }

    /// Where it stands.
    fn range(&self) -> TextRange {
        self.syntax().text_range()
    }
}

macro_rules! ast_tokens {
    ($($(#[$doc:meta])* $name:ident = $($kind:ident)|+;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            syntax: SyntaxToken,
        }

        impl AstToken for $name {
            fn can_cast(kind: SyntaxKind) -> bool {
                matches!(kind, $($kind)|+)
            }

            fn cast(syntax: SyntaxToken) -> Option<$name> {
                $name::can_cast(syntax.kind()).then_some($name { syntax })
            }

            fn syntax(&self) -> &SyntaxToken {
                &self.syntax
            }
        }
    )+};
}

ast_tokens! {
    /// `'it''s'`, `"text"`; typographic quotation marks too, which the platform does not read as a string.
    StringLiteral = STRING | SMART_QUOTE;
    /// `12`, `-3`
    IntegerLiteral = INTEGER;
    /// `@name`, `@@name`
    VariableName = VARIABLE | SYSTEM_VARIABLE;
    /// `[type=post;name=save]` after `%%[`
    BlockHeader = BLOCK_HEADER;
    /// `<script runat=server language=ampscript>`
    ScriptOpen = SCRIPT_OPEN;
}

impl StringLiteral {
    /// What it stands for: without quotation marks, doubled ones as one.
    pub fn value(&self) -> Cow<'_, str> {
        let content = &self.text()[self.content()];
        let Some(quote) = self.quote().filter(char::is_ascii) else {
            return Cow::Borrowed(content);
        };
        let doubled = [quote; 2].iter().collect::<String>();
        if content.contains(&doubled) {
            Cow::Owned(content.replace(&doubled, quote.encode_utf8(&mut [0; 4])))
        } else {
            Cow::Borrowed(content)
        }
    }

    /// Where the text between the quotation marks stands.
    pub fn content_range(&self) -> TextRange {
        let content = self.content();
        let size = |bytes| TextSize::new(u32::try_from(bytes).unwrap_or(u32::MAX));
        TextRange::new(size(content.start), size(content.end)) + self.range().start()
    }

    /// The quotation mark that opens it.
    pub fn quote(&self) -> Option<char> {
        self.text().chars().next()
    }

    /// Whether its quotation mark is closed.
    pub fn is_terminated(&self) -> bool {
        self.content().end < self.text().len()
    }

    fn content(&self) -> std::ops::Range<usize> {
        let text = self.text();
        let Some(open) = self.quote() else {
            return 0..0;
        };
        let start = open.len_utf8();
        let body = &text[start..];
        let close = match open {
            '\'' | '"' => {
                // The last one closes unless it is the first half of a doubled one, as in the unterminated `"a""`.
                let marks = body.bytes().rev().take_while(|&b| b == open as u8).count();
                (marks % 2 == 1).then_some(1)
            }
            _ => body.chars().next_back().filter(|c| "‘’‚“”„‹›".contains(*c)).map(char::len_utf8),
        };
        start..text.len() - close.unwrap_or_default()
    }
}

impl IntegerLiteral {
    /// Its value, unless it is too large for the platform.
    pub fn value(&self) -> Option<i64> {
        self.text().parse().ok()
    }
}

impl VariableName {
    /// The name without `@`, as it is written.
    pub fn name(&self) -> &str {
        self.text().trim_start_matches('@')
    }

    /// The name without `@` in lower case: two variables are the same when their keys are.
    pub fn key(&self) -> SmolStr {
        self.name().to_lowercase_smolstr()
    }

    /// Whether the platform sets it: `@@name`.
    pub fn is_system(&self) -> bool {
        self.syntax().kind() == SYSTEM_VARIABLE
    }

    /// Where the name stands, without `@`.
    pub fn name_range(&self) -> TextRange {
        let range = self.range();
        TextRange::new(range.end() - TextSize::of(self.name()), range.end())
    }
}

impl BlockHeader {
    /// The context type, `post` or `load`, as it is written.
    pub fn context_type(&self) -> Option<&str> {
        self.item("type")
    }

    /// The name of the context.
    pub fn context_name(&self) -> Option<&str> {
        self.item("name")
    }

    fn item(&self, key: &str) -> Option<&str> {
        let items = self.text().trim_start_matches('[').trim_end_matches(['\n', '\r', ']']);
        items.split(';').filter_map(|item| item.split_once('=')).find_map(|(found, value)| {
            found.trim().eq_ignore_ascii_case(key).then(|| value.trim().trim_matches(['"', '\'']))
        })
    }
}

impl ScriptOpen {
    /// The context type, as it is written.
    pub fn context_type(&self) -> Option<&str> {
        self.attribute("executioncontexttype")
    }

    /// The name of the context.
    pub fn context_name(&self) -> Option<&str> {
        self.attribute("executioncontextname")
    }

    /// The value of the attribute `name`, without quotation marks; empty for one without value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Names and values of the attributes, in order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = self.text().trim_end_matches('>').trim_end_matches('/');
        let mut rest = text.find(|c: char| c.is_ascii_whitespace()).map_or("", |end| &text[end..]);
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return None;
            }
            let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
                rest = after;
                return Some((name, ""));
            };
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                None => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
            };
            rest = after;
            Some((name, value))
        })
    }
}
