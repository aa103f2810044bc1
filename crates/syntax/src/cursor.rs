//! Where strings, comments and bracketed names of AMPscript end, and which bytes are delimiters: the one place that
//! decides it, for the host scanner and for the lexer.
//!
//! The scanner sees the whole page, the lexer only the text of a region. Both get the same answer because every decision looks
//! only forward, and the end of the text means to each function what a closer at that place would mean.
//!
//! Source: ampscript.md sections 1.2 and 2 (strings and comments protect delimiters; recovery of what does not end).

use memchr::{memchr, memchr2};

use crate::personalization;

mod quotes;

pub use quotes::{smart_quote, smart_quote_end, string_end};

/// Which kind of region code stands in: it decides which delimiter closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// `%%[ … ]%%`
    Block,
    /// `%%= … =%%`
    Inline,
    /// `<script language=ampscript> … </script>`
    Script,
}

/// Where something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The byte after it.
    pub end: usize,
    /// Whether it ended by its own closing character.
    pub terminated: bool,
    /// The byte after the last one that was looked at to decide it: an edit before this place can change the answer. The end of the
    /// text counts as one more byte, so that text appended to it is such an edit too where that matters.
    pub seen: usize,
}

impl Code {
    /// The length of this region's closer if one stands at `at`.
    pub fn closer(self, text: &[u8], at: usize) -> Option<usize> {
        match self {
            Code::Block => text[at..].starts_with(b"]%%").then_some(3),
            Code::Inline => text[at..].starts_with(b"=%%").then_some(3),
            Code::Script => script_close(text, at),
        }
    }

    /// The byte that every closer of this region begins with.
    fn closer_start(self) -> u8 {
        match self {
            Code::Block => b']',
            Code::Inline => b'=',
            Code::Script => b'<',
        }
    }

    /// How far [`Code::closer`] looked at `at`, whatever it answered.
    fn closer_seen(self, text: &[u8], at: usize) -> usize {
        match self {
            Code::Script => script_close_seen(text, at),
            Code::Block | Code::Inline => at + 3,
        }
    }

    fn opener(self) -> &'static [u8] {
        match self {
            Code::Block => b"%%[",
            Code::Inline => b"%%=",
            Code::Script => b"<script",
        }
    }

    /// The first closer in `text[from..to]` that no opener of the same kind in this range goes with.
    fn unbalanced_closer(self, text: &[u8], from: usize, to: usize) -> Option<usize> {
        let mut balance = 0usize;
        let mut at = from;
        let (closer, opener) = (self.closer_start(), self.opener()[0]);
        while let Some(skip) = memchr2(closer, opener, text.get(at..to)?) {
            at += skip;
            if self.closer(text, at).is_some() {
                if balance == 0 {
                    return Some(at);
                }
                balance -= 1;
                at += 3;
            } else if starts_with_ignore_case(&text[at..], self.opener()) {
                balance += 1;
                at += self.opener().len();
            } else {
                at += 1;
            }
        }
        None
    }
}

/// The length of `</script` blanks `>` if it stands at `at`, in any case.
pub fn script_close(text: &[u8], at: usize) -> Option<usize> {
    if !starts_with_ignore_case(&text[at..], b"</script") {
        return None;
    }
    let mut end = at + b"</script".len();
    while text.get(end).is_some_and(u8::is_ascii_whitespace) {
        end += 1;
    }
    (text.get(end) == Some(&b'>')).then_some(end + 1 - at)
}

/// How far [`script_close`] looked at `at`: past the blanks after the name, which can be many.
pub fn script_close_seen(text: &[u8], at: usize) -> usize {
    let name = at + b"</script".len();
    if !starts_with_ignore_case(&text[at..], b"</script") {
        return name;
    }
    name + text[name..].iter().take_while(|b| b.is_ascii_whitespace()).count() + 1
}

/// Whether `text` begins with `prefix`, which must be in lower case, in any case.
pub fn starts_with_ignore_case(text: &[u8], prefix: &[u8]) -> bool {
    text.len() >= prefix.len() && text[..prefix.len()].eq_ignore_ascii_case(prefix)
}

/// Where the line that `at` stands in ends: before `\n` or `\r\n`.
fn line_end(text: &[u8], at: usize) -> usize {
    match memchr(b'\n', &text[at..]) {
        Some(n) if n > 0 && text[at + n - 1] == b'\r' => at + n - 1,
        Some(n) => at + n,
        None => text.len(),
    }
}

/// Where the comment that begins with `/*` at `start` ends: at the first `*/`; without one, or when the region's closer and then
/// another `/*` come first, at the region's closer. Such a comment was not ended, and the next one's end is not its own.
pub fn comment_end(code: Code, text: &[u8], start: usize) -> End {
    let terminated = |close: usize| End { end: close + 2, terminated: true, seen: close + 2 };
    let mut at = (start + 2).min(text.len());
    let closer = loop {
        let Some(skip) = memchr2(b'*', code.closer_start(), &text[at..]) else {
            return End { end: text.len(), terminated: false, seen: text.len() + 1 };
        };
        at += skip;
        if text[at..].starts_with(b"*/") {
            return terminated(at);
        }
        if code.closer(text, at).is_some() {
            break at;
        }
        at += 1;
    };
    // Only as far as the next comment, so that many unended comments are not searched to the end of the text each.
    while let Some(skip) = memchr(b'*', &text[at..]) {
        at += skip;
        if text.get(at + 1) == Some(&b'/') {
            return terminated(at);
        }
        if text[at - 1] == b'/' {
            return End { end: closer, terminated: false, seen: at + 2 };
        }
        at += 1;
    }
    End { end: closer, terminated: false, seen: text.len() + 1 }
}

/// Where `// …` ends, which is no comment to the platform: at the line's end or at the region's closer.
pub fn line_comment_end(code: Code, text: &[u8], start: usize) -> End {
    let body = (start + 2).min(text.len());
    let mut at = body;
    let mut seen = at;
    while let Some(skip) = memchr2(b'\n', code.closer_start(), &text[at..]) {
        at += skip;
        if text[at] == b'\n' {
            let end = if at > body && text[at - 1] == b'\r' { at - 1 } else { at };
            return End { end, terminated: true, seen: seen.max(at + 1) };
        }
        seen = seen.max(code.closer_seen(text, at));
        if code.closer(text, at).is_some() {
            return End { end: at, terminated: true, seen };
        }
        at += 1;
    }
    End { end: text.len(), terminated: true, seen: text.len() + 1 }
}

/// Where `<!-- … -->` in code ends, which is no comment to the platform: after `-->`; when the region's closer or another `<!--` comes
/// first or there is none, like a line comment.
pub fn html_comment_end(code: Code, text: &[u8], start: usize) -> End {
    let body = (start + 4).min(text.len());
    let mut at = body;
    let mut seen = text.len() + 1;
    while let Some(skip) = memchr2(b'-', b'<', &text[at..]) {
        at += skip;
        if text[at..].starts_with(b"-->") {
            if code.unbalanced_closer(text, body, at).is_none() {
                return End { end: at + 3, terminated: true, seen: at + 3 };
            }
            seen = at + 3;
            break;
        }
        if text[at..].starts_with(b"<!--") {
            seen = at + 4;
            break;
        }
        at += 1;
    }
    let line = line_comment_end(code, text, start + 2);
    End { end: line.end, terminated: false, seen: seen.max(line.seen) }
}

/// Where the bracketed name that begins with `[` at `start` ends: after `]`, on the same line. The `]` of `]%%` is the region's, so
/// that `[x]%%` is a name that does not end. Other regions' delimiters end a name too.
pub fn bracket_end(code: Code, text: &[u8], start: usize) -> End {
    let mut at = start + 1;
    while let Some(&b) = text.get(at) {
        match b {
            b']' if code == Code::Block && text[at..].starts_with(b"]%%") => break,
            b']' => {
                return End { end: at + 1, terminated: true, seen: (at + 3).min(text.len()) };
            }
            b'\r' | b'\n' => break,
            b'%' if text[at..].starts_with(b"%%") => break,
            _ if code.closer(text, at).is_some() => break,
            _ => at += 1,
        }
    }
    let seen = code.closer_seen(text, at.min(text.len())).max(at + 3);
    while at > start + 1 && text[at - 1].is_ascii_whitespace() {
        at -= 1;
    }
    End { end: at, terminated: false, seen }
}

/// What [`next`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// This region's closer.
    Close,
    /// The closer of another kind of region.
    ForeignClose(Code),
    /// `%%[`
    BlockOpen,
    /// `%%=`
    InlineOpen,
    /// `<script`; whether it is an AMPscript tag is the scanner's question.
    ScriptTag,
    /// A character that begins no token.
    Error,
    /// A string in an inline expression, right behind a value, where none can follow: its quote may be that of the attribute around it.
    Quoted,
    /// A keyword with which a statement begins, as the first word of its line: a place where a large block can be cut.
    Statement,
    /// The end of the text.
    End,
}

/// One stop of the walk through code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What stands here.
    pub found: Found,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The byte after the last one that was looked at; the end of the text counts as one more byte.
    pub seen: usize,
}

const PLAIN: u8 = 0;
const SPECIAL: u8 = 1;
const ERROR: u8 = 2;

static CLASS: [u8; 256] = {
    let mut table = [PLAIN; 256];
    let mut i = 0;
    while i < 32 {
        table[i] = ERROR;
        i += 1;
    }
    let blanks = b"\t\n\r\x0b\x0c";
    i = 0;
    while i < blanks.len() {
        table[blanks[i] as usize] = PLAIN;
        i += 1;
    }
    let errors = b";{}\\#$^&|~?:*+!`\x7f";
    i = 0;
    while i < errors.len() {
        table[errors[i] as usize] = ERROR;
        i += 1;
    }
    let special = b"\"'/[]=%<-\xE2";
    i = 0;
    while i < special.len() {
        table[special[i] as usize] = SPECIAL;
        i += 1;
    }
    table
};

/// The next delimiter, error or statement start at or after `from` that stands outside strings, comments and bracketed names.
///
/// `statements` asks for [`Found::Statement`] as well: SET and VAR as the first word of a line after `from`.
pub fn next(code: Code, text: &[u8], from: usize, statements: bool) -> Step {
    let mut at = from;
    let mut seen = from;
    loop {
        while let Some(&b) = text.get(at)
            && CLASS[b as usize] == PLAIN
        {
            at += 1;
            if statements && b == b'\n' {
                let word = at + blanks(&text[at..]);
                if let Some(len) = statement_start(text, word) {
                    let seen = seen.max(word + len);
                    return Step { found: Found::Statement, start: word, end: word, seen };
                }
            }
        }
        let step = |found, len: usize| {
            // What a delimiter is shows in itself; that something is none can take two bytes more.
            let more = match found {
                Found::Error | Found::ScriptTag | Found::End => 2,
                _ => 0,
            };
            Step { found, start: at, end: at + len, seen: seen.max(at + len + more) }
        };
        let Some(&b) = text.get(at) else {
            return step(Found::End, 0);
        };
        if CLASS[b as usize] == ERROR {
            // `!=` is the one operator that begins with such a character.
            if b == b'!' && text.get(at + 1) == Some(&b'=') {
                at += 2;
                continue;
            }
            return step(Found::Error, 1);
        }
        let rest = &text[at..];
        let end = match b {
            b'"' | b'\'' if code == Code::Inline && ends_value(text[..at].last()) => {
                let string = string_end(code, text, at);
                let step = step(Found::Quoted, string.end - at);
                return Step { seen: step.seen.max(string.seen), ..step };
            }
            b'"' | b'\'' => string_end(code, text, at),
            b'/' if rest.starts_with(b"/*") => comment_end(code, text, at),
            b'/' if rest.starts_with(b"//") => line_comment_end(code, text, at),
            b'/' => return step(Found::Error, 1),
            b'[' => bracket_end(code, text, at),
            b']' if rest.starts_with(b"]%%") => {
                return step(if code == Code::Block { Found::Close } else { Found::ForeignClose(Code::Block) }, 3);
            }
            b']' => return step(Found::Error, 1),
            b'=' if rest.starts_with(b"=%%") => {
                return step(if code == Code::Inline { Found::Close } else { Found::ForeignClose(Code::Inline) }, 3);
            }
            // `%%=v(@a)==%%`: the closer, and a sign too many before it, but not `@a==%%name%%`.
            b'=' if code == Code::Inline && rest.starts_with(b"==%%") => {
                let (value, looked) = begins_place_holder(text, at + 2);
                seen = seen.max(looked);
                at += if value { 2 } else { 1 };
                continue;
            }
            b'=' => {
                at += if rest.starts_with(b"==") { 2 } else { 1 };
                continue;
            }
            b'%' if rest.starts_with(b"%%") && personalization::value_belongs(&text[..at]) => {
                let (end, looked) = personalization::in_code(text, at);
                let step = match end {
                    Some(end) => step(Found::Error, end - at),
                    None if rest.starts_with(b"%%[") => step(Found::BlockOpen, 3),
                    None if rest.starts_with(b"%%=") => step(Found::InlineOpen, 3),
                    None => step(Found::Error, 1),
                };
                return Step { seen: step.seen.max(looked), ..step };
            }
            b'%' if rest.starts_with(b"%%[") => return step(Found::BlockOpen, 3),
            b'%' if rest.starts_with(b"%%=") => return step(Found::InlineOpen, 3),
            b'%' => return step(Found::Error, 1),
            b'<' if rest.starts_with(b"<!--") => html_comment_end(code, text, at),
            b'<' => {
                if let Some(len) = script_close(text, at) {
                    let found = if code == Code::Script { Found::Close } else { Found::ForeignClose(Code::Script) };
                    return step(found, len);
                }
                if is_script_tag(text, at) {
                    return step(Found::ScriptTag, 7);
                }
                seen = seen.max(script_close_seen(text, at));
                at += 1;
                continue;
            }
            b'-' => {
                if !matches!(text.get(at + 1), Some(b'0'..=b'9' | b'.')) {
                    return step(Found::Error, 1);
                }
                at += 1;
                continue;
            }
            _ if smart_quote(text, at).is_some() => smart_quote_end(code, text, at),
            _ => {
                at += 1;
                continue;
            }
        };
        seen = seen.max(end.seen);
        at = end.end;
    }
}

/// Whether `<script` stands at `at`, as a whole tag name.
pub fn is_script_tag(text: &[u8], at: usize) -> bool {
    starts_with_ignore_case(&text[at..], b"<script")
        && text.get(at + 7).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
}

/// Whether a byte ends a value; percent signs are what is left of a closer.
fn ends_value(byte: Option<&u8>) -> bool {
    byte.is_some_and(|&b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b')' | b']' | b'%'))
}

/// Whether the percent signs at `at` rather begin a value, `%%name%%`, `%%[name]%%`, `%%=…`, than end code before text of the page. And
/// the byte after the last one looked at.
fn begins_place_holder(text: &[u8], at: usize) -> (bool, usize) {
    if matches!(text.get(at + 2), Some(b'[' | b'=')) {
        return (true, at + 3);
    }
    let (end, seen) = personalization::in_code(text, at);
    let Some(end) = end else {
        return (false, seen);
    };
    // `==%%Hello %%name%%`, `==%%Hello%%=v(@b)=%%`: the second percent signs begin something of their own.
    let behind = text.get(end - 2..).unwrap_or(&[]);
    let opens = behind.starts_with(b"%%[") || behind.starts_with(b"%%=") && !behind.starts_with(b"%%=%%");
    (!opens && !text[end - 3].is_ascii_whitespace(), seen.max(end + 3))
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// How far to look to know it, if SET or VAR stands at `at` as a whole word before a variable: the statements before which nothing can
/// go on.
fn statement_start(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..];
    if !(starts_with_ignore_case(rest, b"set") || starts_with_ignore_case(rest, b"var")) {
        return None;
    }
    let blanks = blanks(&rest[3..]);
    (blanks > 0 && rest.get(3 + blanks) == Some(&b'@')).then_some(3 + blanks + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(code: Code, text: &str) -> (&str, bool) {
        let end = string_end(code, text.as_bytes(), 0);
        (&text[..end.end], end.terminated)
    }

    #[test]
    fn strings() {
        let block = |text| string(Code::Block, text);
        assert_eq!(block("'it''s' x"), ("'it''s'", true));
        assert_eq!(block("\"a ]%% b\" ]%%"), ("\"a ]%% b\"", true));
        assert_eq!(block("\"oops ]%%\n<p>"), ("\"oops", false));
        assert_eq!(block("\"a\nb\" ]%%"), ("\"a\nb\"", true));
        assert_eq!(block("\"a\nb ]%% <p class=\"x\">"), ("\"a\nb", false));
        assert_eq!(block("\"%%[ set @a = 1\n]%%\" ]%%"), ("\"%%[ set @a = 1\n]%%\"", true));
        // lines of text before a statement that lacks SET
        assert_eq!(block("\"Hello,\nBest,\" @b = 1 ]%%"), ("\"Hello,\nBest,\"", true));
        // a quote typed in the middle of a block: the damage ends with the line
        assert_eq!(block("\"\nset @b = \"x\" ]%%"), ("\"", false));
        // all the text of the page goes into it, and no statement
        assert_eq!(block("\"<p>\n<b>\nset @b = \"x\" ]%%"), ("\"<p>\n<b>", false));
        assert_eq!(block("\"a\nOutput(Concat(\"x\")) ]%%"), ("\"a", false));
        // on one line the quote that ends it is another's
        assert_eq!(block("\"a ]%%<p class=\"x\">"), ("\"a", false));
        assert_eq!(block("\"a set @b = \"x\" ]%%"), ("\"a", false));
        assert_eq!(block("\"a, \"b\") ]%%"), ("\"a", false));
        assert_eq!(block("\"a”, \"b\") ]%%"), ("\"a”", false));
        assert_eq!(block("'s old */ set @b = 'x' ]%%"), ("'s old", false));
        assert_eq!(block("\"a set @b = \"then ]%%"), ("\"a set @b = \"", true));
        assert_eq!(block("\"<a style=\"x\">\" ]%%"), ("\"<a style=\"", true));
        // a formatter broke this string before a keyword: still one string
        assert_eq!(block("\"we\nset @b prices\" )"), ("\"we\nset @b prices\"", true));
        assert_eq!(string(Code::Inline, "'a)=%%\n"), ("'a)", false));
    }

    #[test]
    fn comments() {
        let comment = |text: &'static str| {
            let end = comment_end(Code::Block, text.as_bytes(), 0);
            (&text[..end.end], end.terminated)
        };
        assert_eq!(comment("/* a ]%% */ x"), ("/* a ]%% */", true));
        assert_eq!(comment("/* a ]%% x %%[ /* b */"), ("/* a ", false));
        assert_eq!(comment("/* a"), ("/* a", false));
        assert_eq!(comment("/*"), ("/*", false));
    }

    #[test]
    fn what_is_no_comment_to_the_platform() {
        let line = |text: &'static str| &text[..line_comment_end(Code::Block, text.as_bytes(), 0).end];
        assert_eq!(line("// a ]%% b"), "// a ");
        assert_eq!(line("// a ] =%%\r\nb"), "// a ] =%%");
        assert_eq!(line("//"), "//");
        let html = |text: &'static str| {
            let end = html_comment_end(Code::Block, text.as_bytes(), 0);
            (&text[..end.end], end.terminated)
        };
        assert_eq!(html("<!-- a\nb --> c"), ("<!-- a\nb -->", true));
        assert_eq!(html("<!-- a ]%% -->"), ("<!-- a ", false));
        assert_eq!(html("<!-- a\n<!-- b -->"), ("<!-- a", false));
        let quoted = |text: &'static str| {
            let end = smart_quote_end(Code::Block, text.as_bytes(), 0);
            (&text[..end.end], end.terminated)
        };
        assert_eq!(quoted("“a” b"), ("“a”", true));
        assert_eq!(quoted("“a ]%% ”"), ("“", false));
        assert_eq!(quoted("‘it’s’ b"), ("‘it’s’", true));
        assert_eq!(quoted("‘it’s, b"), ("‘it’", true));
        assert_eq!(quoted("“a\", \"b\")"), ("“a\"", true));
        assert_eq!(quoted("“say \"hi\" to” b"), ("“say \"hi\" to”", true));
    }

    #[test]
    fn what_was_looked_at() {
        let seen = |text: &str| string_end(Code::Block, text.as_bytes(), 0).seen;
        // a doubled quote could follow; the end of the text counts as a byte
        assert_eq!(seen("'a' b"), 4);
        assert_eq!(seen("'a'"), 4);
        assert_eq!(seen("'a"), 3);
        let seen = |text: &str| next(Code::Block, text.as_bytes(), 0, false).seen;
        assert_eq!(seen("a ]%% b"), 5);
        assert_eq!(seen("a"), 3);
    }

    #[test]
    fn a_sign_too_many_before_a_closer() {
        let found = |text: &str| next(Code::Inline, text.as_bytes(), 0, false).found;
        for text in [
            "v(@a)==%%",
            "v(@a)==%%Hello",
            "v(@a)==%% text",
            "v(@a)==%%Hello %%name%%",
            "v(@a)==%%Hello%%=v(@b)=%%",
            "v(@a)==%%Hello</p>%%name%%",
        ] {
            assert_eq!(found(text), Found::Close, "{text}");
        }
        for text in ["@a==%%name%%=%%", "@a==%%First Name%%=%%"] {
            assert_eq!(found(text), Found::Error, "{text}");
        }
    }

    #[test]
    fn bracketed_names() {
        let name = |text: &'static str| {
            let end = bracket_end(Code::Block, text.as_bytes(), 0);
            (&text[..end.end], end.terminated)
        };
        assert_eq!(name("[x]]%%"), ("[x]", true));
        assert_eq!(name("[Shoe Size ]%%"), ("[Shoe Size", false));
        assert_eq!(name("[x]%%"), ("[x", false));
    }
}
