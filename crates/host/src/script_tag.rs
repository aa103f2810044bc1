//! `<script …>` tags: which language they hold and where they end.
//!
//! Source: ampscript.md section 1.5.

use sfmc_syntax::cursor::{self, Code, Found};

/// A tag longer than this is none.
const MAX_TAG: usize = 4096;

/// What the body of a script element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// `language=ampscript`, with or without `runat=server`.
    Ampscript,
    /// `runat=server` and any other language, or none: server-side JavaScript.
    Server,
    /// Anything else is for the browser.
    Client,
}

/// A script tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScriptTag {
    /// The byte after it: after its `>`, or, when it has none, the end of the line that its `language` attribute stands on.
    pub(crate) end: usize,
    pub(crate) language: Language,
    pub(crate) has_runat: bool,
    /// Whether it ends in `/>`.
    pub(crate) self_closing: bool,
    /// Whether it has a `>`.
    pub(crate) closed: bool,
    /// The byte after the last one that was looked at.
    pub(crate) seen: usize,
}

/// Reads the tag at `at`, where [`cursor::is_script_tag`] holds.
pub(crate) fn parse(text: &[u8], at: usize) -> ScriptTag {
    let limit = text.len().min(at + MAX_TAG);
    let mut reader = Reader { text: &text[..limit], at: at + b"<script".len(), seen: at };
    let (mut is_ampscript, mut is_server, mut language_at) = (None, None, at);
    let (mut self_closing, mut closed) = (false, false);
    loop {
        reader.skip_blanks();
        match reader.peek() {
            None | Some(b'<') => break,
            Some(b'>') => {
                self_closing = text[reader.at - 1] == b'/';
                reader.at += 1;
                closed = true;
                break;
            }
            Some(b'/') => reader.at += 1,
            Some(_) => {
                let name_at = reader.at;
                let Some((name, value)) = reader.attribute() else {
                    break;
                };
                let is = |word: &str, text: &[u8]| text.trim_ascii().eq_ignore_ascii_case(word.as_bytes());
                // As in HTML the first of two attributes of the same name counts.
                if is("language", name) && is_ampscript.is_none() {
                    is_ampscript = Some(is("ampscript", value));
                    language_at = name_at;
                } else if is("runat", name) && is_server.is_none() {
                    is_server = Some(is("server", value));
                }
            }
        }
    }
    let has_runat = is_server == Some(true);
    let language = match (is_ampscript, has_runat) {
        (Some(true), _) => Language::Ampscript,
        (_, true) => Language::Server,
        _ => Language::Client,
    };
    let mut seen = reader.seen.max(reader.at + 1);
    let mut end = reader.at;
    if !closed {
        // What follows on the next lines is rather the body than more attributes of an unfinished tag.
        let line = memchr::memchr(b'\n', &text[language_at..end]).map_or(end, |n| language_at + n);
        end = at + text[at..line].trim_ascii_end().len();
        // A tag that is too long was read up to the limit.
        seen = seen.max(end + 2);
    }
    ScriptTag { end, language, has_runat, self_closing, closed, seen }
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    seen: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// `name`, `name = value`, with an empty value in the first case; `None` when a quote does not end.
    fn attribute(&mut self) -> Option<(&'t [u8], &'t [u8])> {
        let name = self.run(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'/' | b'>' | b'<'));
        self.skip_blanks();
        if self.peek() != Some(b'=') {
            // A name that is no name: step over it, or the tag would never end.
            return Some((name, b""));
        }
        self.at += 1;
        self.skip_blanks();
        let Some(quote @ (b'"' | b'\'')) = self.peek() else {
            let value = self.run(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'<'));
            return Some((name, value.strip_suffix(b"/").unwrap_or(value)));
        };
        self.at += 1;
        let value = self.run(|b| b == quote);
        self.peek()?;
        self.at += 1;
        Some((name, value))
    }

    /// The text up to a byte that ends it; regions of server code in it hold no such byte.
    fn run(&mut self, ends: impl Fn(u8) -> bool) -> &'t [u8] {
        let start = self.at;
        while let Some(b) = self.peek()
            && !ends(b)
        {
            self.at = if b == b'%' { self.region_end().unwrap_or(self.at + 1) } else { self.at + 1 };
        }
        &self.text[start..self.at]
    }

    /// Where the region that opens here ends, if it does so within the tag's limits.
    fn region_end(&mut self) -> Option<usize> {
        let code = match self.text[self.at..] {
            [b'%', b'%', b'[', ..] => Code::Block,
            [b'%', b'%', b'=', ..] => Code::Inline,
            _ => return None,
        };
        let mut at = self.at + 3;
        loop {
            let step = cursor::next(code, self.text, at, false);
            self.seen = self.seen.max(step.seen);
            match step.found {
                Found::Close => return Some(step.end),
                Found::Error | Found::ForeignClose(_) => at = step.end,
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (&str, Language, ScriptTag) {
        assert!(cursor::is_script_tag(text.as_bytes(), 0), "{text}");
        let tag = parse(text.as_bytes(), 0);
        (&text[..tag.end], tag.language, tag)
    }

    #[track_caller]
    fn check_whole(text: &str, language: Language) -> ScriptTag {
        let tag = parse(text.as_bytes(), 0);
        assert_eq!((tag.closed, tag.end, tag.language), (true, text.len(), language), "{text}");
        tag
    }

    #[test]
    fn every_way_to_write_the_attributes() {
        for text in [
            r#"<script runat="server" language="ampscript">"#,
            "<script runat='server' language='ampscript'>",
            "<script runat=server language=ampscript>",
            "<SCRIPT LANGUAGE=AMPscript RUNAT=Server>",
            "<script\n language = \"ampscript\"\n runat = 'server' >",
            "<script runat=server executioncontexttype=\"Post\" executioncontextname=Save language=ampscript>",
            "<script data-x=\"a>b\" language=ampscript runat=server>",
            "<script defer language=ampscript runat=server>",
        ] {
            assert!(check_whole(text, Language::Ampscript).has_runat);
        }
        assert!(!check_whole("<script language=ampscript>", Language::Ampscript).has_runat);
        for text in [
            "<script runat=server>",
            "<script runat = 'server'>",
            "<script runat=\"server\" language=\"JavaScript\" executioncontexttype=\"GET\">",
            "<script src=\"%%=CloudPagesURL(1, \"a>b\")=%%\" runat=\"server\">",
            "<script %%[ if @a > 1 then ]%% runat=server %%[ endif ]%%>",
            "<script runat=server runat=client>",
        ] {
            check_whole(text, Language::Server);
        }
        for text in [
            "<script>",
            "<script type=\"text/javascript\">",
            "<script data-language=ampscript runatt=server>",
            "<script language=\"javascript\">",
            "<script title='runat=server language=ampscript'>",
        ] {
            check_whole(text, Language::Client);
        }
    }

    #[test]
    fn self_closing() {
        assert!(check_whole("<script language=ampscript runat=server/>", Language::Ampscript).self_closing);
        assert!(check_whole("<script language=\"ampscript\" runat=\"server\" />", Language::Ampscript).self_closing);
        assert!(!check_whole("<script runat=server src=a/b>", Language::Server).self_closing);
    }

    #[test]
    fn tags_without_end() {
        let (text, language, tag) = check("<script runat=server language=ampscript\nset @a = 1\n</script>");
        assert_eq!(
            (text, language, tag.closed),
            ("<script runat=server language=ampscript", Language::Ampscript, false)
        );
        let (_, language, tag) = check("<script runat=server language=ampscript");
        assert_eq!((language, tag.closed, tag.seen), (Language::Ampscript, false, 41));
        let (_, language, tag) = check("<script src=\"a");
        assert_eq!((language, tag.closed), (Language::Client, false));
        let long = format!("<script runat=server {}>", " a".repeat(MAX_TAG));
        assert!(!check(&long).2.closed);
    }
}
