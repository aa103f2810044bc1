//! Names and texts: tokens with an inner structure.

use std::borrow::Cow;

use smol_str::{SmolStr, StrExt};

use super::{Alias, LeadingAlias, Name};
use crate::{
    SyntaxKind,
    SyntaxKind::*,
    SyntaxToken,
    ast::{
        AstNode, AstToken,
        support::{self, Children},
    },
};

/// A part of a name: `Orders`, `[First Name]`, `"x"`, `#t`, `{{{prefix}}}_Orders`; in an alias also a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NameToken {
    syntax: SyntaxToken,
}

impl AstToken for NameToken {
    fn can_cast(kind: SyntaxKind) -> bool {
        matches!(
            kind,
            IDENT
                | BRACKET_NAME
                | QUOTED_NAME
                | BACKTICK_NAME
                | TEMP_NAME
                | PLACEHOLDER
                | VARIABLE
                | STRING
                | NATIONAL_STRING
                | SMART_QUOTE
        )
    }

    fn cast(syntax: SyntaxToken) -> Option<NameToken> {
        NameToken::can_cast(syntax.kind()).then_some(NameToken { syntax })
    }

    fn syntax(&self) -> &SyntaxToken {
        &self.syntax
    }
}

impl NameToken {
    /// The name that it stands for: without brackets or quotation marks, doubled ones as one.
    pub fn value(&self) -> SmolStr {
        let text = self.text();
        let inner = |open: char, close: char| {
            let body = text.strip_prefix(open).unwrap_or(text);
            let body = body.strip_suffix(close).unwrap_or(body);
            if body.contains(close) {
                let mut doubled = String::from(close);
                doubled.push(close);
                SmolStr::from(body.replace(&doubled, close.encode_utf8(&mut [0; 4])))
            } else {
                SmolStr::new(body)
            }
        };
        match self.syntax.kind() {
            BRACKET_NAME => inner('[', ']'),
            QUOTED_NAME => inner('"', '"'),
            BACKTICK_NAME => inner('`', '`'),
            STRING | NATIONAL_STRING | SMART_QUOTE => SqlString { syntax: self.syntax.clone() }.value().as_ref().into(),
            _ => SmolStr::new(text),
        }
    }

    /// The name in lower case: two names are the same when their keys are.
    pub fn key(&self) -> SmolStr {
        self.value().to_lowercase_smolstr()
    }

    /// Whether it is the same name as another.
    pub fn is_same(&self, other: &NameToken) -> bool {
        let plain = |name: &NameToken| !name.is_quoted() && name.text().is_ascii();
        if plain(self) && plain(other) {
            return self.text().eq_ignore_ascii_case(other.text());
        }
        self.key() == other.key()
    }

    /// Whether a placeholder is a part of it, so that nobody knows here what it names.
    pub fn has_placeholder(&self) -> bool {
        self.syntax.kind() == PLACEHOLDER || self.text().contains("{{")
    }

    /// Whether brackets or quotation marks stand around it.
    pub fn is_quoted(&self) -> bool {
        !matches!(self.syntax.kind(), IDENT | TEMP_NAME | PLACEHOLDER | VARIABLE)
    }
}

impl Name {
    /// Its parts, in order; none for one that is left out, as the second of `a..b`.
    pub fn parts(&self) -> Vec<Option<NameToken>> {
        let mut parts = vec![None];
        let mut children = Children::of(self.syntax());
        while let Some(child) = children.find(|kind| is_separator(kind) || NameToken::can_cast(kind)) {
            if is_separator(child.kind()) {
                parts.push(None);
            } else if let (Some(last), Some(name)) = (parts.last_mut(), child.into_token().and_then(NameToken::cast)) {
                *last = Some(name);
            }
        }
        parts
    }

    /// Its last part: the column, the table, the function.
    pub fn last(&self) -> Option<NameToken> {
        let last = support::kinds(self.syntax()).enumerate().filter(|(_, kind)| !kind.is_trivia()).last();
        let (index, _) = last.filter(|(_, kind)| NameToken::can_cast(*kind))?;
        let mut at = 0;
        support::find(self.syntax(), |_| {
            at += 1;
            at > index
        })?
        .into_token()
        .and_then(NameToken::cast)
    }

    /// The text of its last token, if that needs no decoding: a bare word of ASCII. No cursor is made.
    pub fn plain_last(&self) -> Option<&str> {
        let last = self.syntax().green().children().last()?.into_token()?;
        (SyntaxKind::from_raw(last.kind()) == IDENT && last.text().is_ascii()).then(|| last.text())
    }

    /// The part before the last: the alias of a column's table, the `Ent` of a data extension. None where there are more than two, too.
    pub fn qualifier(&self) -> Option<NameToken> {
        let parts = self.parts();
        match parts.as_slice() {
            [Some(qualifier), _] => Some(qualifier.clone()),
            _ => None,
        }
    }

    /// Whether it is written without the brackets that it needs (`My-Orders`): its parts say nothing then.
    pub fn lacks_brackets(&self) -> bool {
        let (mut parts, mut names) = (1, 0);
        for kind in support::kinds(self.syntax()) {
            if is_separator(kind) {
                parts += 1;
            } else if NameToken::can_cast(kind) {
                names += 1;
            } else if !kind.is_trivia() {
                return true;
            }
        }
        parts < names
    }
}

/// Whether it stands between the parts of a name.
fn is_separator(kind: SyntaxKind) -> bool {
    matches!(kind, DOT | COLON2)
}

impl Alias {
    /// The name.
    pub fn name(&self) -> Option<NameToken> {
        support::first_token(self.syntax())
    }
}

impl LeadingAlias {
    /// The name, or the variable that is assigned.
    pub fn name(&self) -> Option<NameToken> {
        support::first_token(self.syntax())
    }
}

/// `'it''s'`, `N'text'`; typographic quotation marks too, which the server does not read as a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SqlString {
    syntax: SyntaxToken,
}

impl AstToken for SqlString {
    fn can_cast(kind: SyntaxKind) -> bool {
        matches!(kind, STRING | NATIONAL_STRING | SMART_QUOTE)
    }

    fn cast(syntax: SyntaxToken) -> Option<SqlString> {
        SqlString::can_cast(syntax.kind()).then_some(SqlString { syntax })
    }

    fn syntax(&self) -> &SyntaxToken {
        &self.syntax
    }
}

impl SqlString {
    /// What it stands for: without quotation marks, doubled ones as one.
    pub fn value(&self) -> Cow<'_, str> {
        let text = self.text();
        if self.syntax.kind() == SMART_QUOTE {
            let marks = ['‘', '’', '‚', '“', '”', '„', '‹', '›', '\'', '"'];
            let body = text.strip_prefix(marks).unwrap_or(text);
            return Cow::Borrowed(body.strip_suffix(marks).unwrap_or(body));
        }
        let body = text.trim_start_matches(['n', 'N']);
        let body = body.strip_prefix('\'').unwrap_or(body);
        // The last quote closes unless it is the second half of a doubled one.
        let quotes = body.bytes().rev().take_while(|&b| b == b'\'').count();
        let body = if quotes % 2 == 1 { &body[..body.len() - 1] } else { body };
        if body.contains("''") { Cow::Owned(body.replace("''", "'")) } else { Cow::Borrowed(body) }
    }
}
