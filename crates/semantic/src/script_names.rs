//! Where does a server script name variables of AMPscript? For whoever changes these names: what stands in strings and comments of the
//! script is none, and neither is the name of anything else that has a `GetValue`.
//!
//! The flow of values asks less ([`crate::ScriptUse`]): there, taking too much for an access only means to know less.

use sfmc_syntax::{TextRange, TextSize};

/// A literal name of a variable in `Variable.GetValue("@name")` or `Variable.SetValue("@name", …)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptName {
    /// The name without `@`, in bytes of the script.
    pub range: TextRange,
    /// How many `@` stand before it.
    pub ats: u32,
    /// Whether the variable is set; else it is read.
    pub sets: bool,
}

/// The names in the text of a script, in order.
pub fn script_names(script: &str) -> Vec<ScriptName> {
    let mut found = Vec::new();
    if memchr::memmem::find(script.as_bytes(), b"etValue").is_none() {
        return found;
    }
    let mut lexer = Lexer { text: script, at: 0, after_value: false };
    // The two tokens before: the receiver of a member, and its dot.
    let (mut receiver, mut dot) = ("", false);
    while let Some(token) = lexer.token() {
        let sets = token == "SetValue";
        if (sets || token == "GetValue")
            && dot
            && let Some((range, ats)) = lexer.literal_argument()
            && (receiver == "Variable" || ats == 1)
        {
            found.push(ScriptName { range, ats, sets });
        }
        dot = token == ".";
        if !dot {
            receiver = token;
        }
    }
    found
}

/// As much of JavaScript as it takes to know strings, comments and regular expressions from code.
struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// The token before ends a value: a slash divides.
    after_value: bool,
}

impl<'t> Lexer<'t> {
    /// The next token: a word, or one character; a whole string or regular expression counts as `"`.
    fn token(&mut self) -> Option<&'t str> {
        self.blank();
        let start = self.at;
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        if is_word(first) {
            let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            self.at += len;
            let word = &rest[..len];
            const OPERATORS: [&str; 11] =
                ["return", "typeof", "case", "in", "delete", "void", "throw", "new", "else", "do", "instanceof"];
            self.after_value = !OPERATORS.contains(&word);
            return Some(word);
        }
        let len = match first {
            '"' | '\'' => string_len(rest, first),
            '/' if !self.after_value => regex_len(rest).unwrap_or(1),
            _ => first.len_utf8(),
        };
        self.at += len;
        let is_text = matches!(first, '"' | '\'') || len > first.len_utf8();
        self.after_value = is_text || matches!(first, ')' | ']' | '}');
        Some(if is_text { "\"" } else { &rest[..len] })
    }

    /// Skips blanks and comments.
    fn blank(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            self.at += match trimmed.as_bytes() {
                [b'/', b'/', ..] => trimmed.find(['\n', '\r']).unwrap_or(trimmed.len()),
                [b'/', b'*', ..] => trimmed[2..].find("*/").map_or(trimmed.len(), |end| end + 4),
                _ => return,
            };
        }
    }

    /// The name in a literal first argument that is nothing but a name. Reads nothing.
    fn literal_argument(&self) -> Option<(TextRange, u32)> {
        let mut ahead = Lexer { ..*self };
        if ahead.token()? != "(" {
            return None;
        }
        ahead.blank();
        let start = ahead.at;
        if ahead.token()? != "\"" || !self.text[start..].starts_with(['"', '\'']) {
            return None;
        }
        let end = ahead.at;
        if !matches!(ahead.token()?, "," | ")") {
            return None;
        }
        let content = self.text.get(start + 1..end.checked_sub(1)?)?;
        let blank = content.len() - content.trim_start().len();
        let written = content.trim();
        let name = written.trim_start_matches('@');
        let ats = written.len() - name.len();
        let plain = !name.is_empty() && name.chars().all(|c| c == '_' || c.is_alphanumeric());
        let size = |n: usize| u32::try_from(n).ok();
        let from = TextSize::new(size(start + 1 + blank + ats)?);
        (plain && ats < 2).then_some((TextRange::at(from, TextSize::of(name)), size(ats)?))
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c == '$' || c.is_alphanumeric()
}

/// A string with its quotation marks; it ends with its line at the latest.
fn string_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A regular expression with its slashes, if one stands there.
fn regex_len(text: &str) -> Option<usize> {
    let (mut escaped, mut class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '/' if !class => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(script: &str) -> Vec<(&str, bool)> {
        script_names(script).into_iter().map(|name| (&script[name.range], name.sets)).collect()
    }

    #[test]
    fn literal_names_of_variables() {
        assert_eq!(
            names(
                "Variable.SetValue(\"@Name\", x); var y = Platform . Variable.GetValue( ' @b ' ); Variable.GetValue('c')"
            ),
            [("Name", true), ("b", false), ("c", false)]
        );
        assert_eq!(names("V.SetValue('@a', 1); Attribute.GetValue('Email')"), [("a", true)]);
        assert_eq!(names("Variable.SetValue('@a' + i, 1); Variable.SetValue('@@a', 1); SetValue"), []);
        assert_eq!(names("Variable.SetValue('a b', 1); Variable.SetValue('', 1); Variable.SetValue('"), []);
    }

    #[test]
    fn nothing_in_strings_and_comments() {
        assert_eq!(
            names(
                "// Variable.GetValue('@a')\n/* Variable.GetValue('@b') */ var s = \"Variable.GetValue('@c')\", \
                 t = 'it\\'s', r = /['\"]/g, d = a / b; Variable /* x */ .GetValue('@d') / 2"
            ),
            [("d", false)]
        );
        assert_eq!(names("var s = 'not closed\nVariable.GetValue('@a')"), [("a", false)]);
        assert_eq!(names("/* Variable.GetValue('@a')"), []);
    }
}
