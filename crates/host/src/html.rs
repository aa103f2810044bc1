//! Where in HTML each region stands: a tolerant tokenizer over the text between the regions, with the regions as holes.
//!
//! Computed after the scan and only when somebody asks, because regions do not depend on it. It is a state machine over bytes that
//! goes from chunk to chunk: the contexts of a page are the same wherever it is cut at ends of [`crate::Item`]s.
//!
//! A region has no HTML in it, whatever its text: `href="%%=v("x")=%%"` is one attribute value. What a region puts out is unknown, so
//! it ends nothing.
//!
//! Source: the tokenization chapter of the HTML standard, without what only a browser needs (character references, escaped script
//! data, the tree). MSO conditional comments are comments, in which regions run all the same.

mod urls;

pub use urls::UrlValues;

use memchr::memchr;

use crate::{Region, RegionKind};

/// What the value of an attribute is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum AttributeUse {
    /// Nothing special is known.
    #[default]
    Plain,
    /// A URL, or several: `href`, `src`, `srcset` and the like.
    Url,
    /// `style`
    Style,
    /// An event handler: `onclick`.
    Script,
}

/// How an attribute value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quote {
    /// Not at all.
    None,
    /// By `'`.
    Single,
    /// By `"`.
    Double,
}

/// What a region stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HtmlContext {
    /// Text, also that of `<title>` and `<textarea>`.
    Text,
    /// A tag, between its attributes; also a doctype or processing instruction.
    Tag,
    /// The name of a tag.
    TagName,
    /// The name of an attribute.
    AttributeName,
    /// The value of an attribute.
    AttributeValue {
        /// How it is quoted.
        quote: Quote,
        /// What it is used for.
        used_as: AttributeUse,
    },
    /// The body of a script for the browser.
    ClientScript,
    /// The body of a `<style>`.
    Style,
    /// A comment, conditional ones too.
    Comment,
}

/// An element whose body has no tags but its own end tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum RawText {
    Script,
    Style,
    Title,
    Textarea,
}

impl RawText {
    const ALL: [RawText; 4] = [RawText::Script, RawText::Style, RawText::Title, RawText::Textarea];

    fn name(self) -> &'static [u8] {
        match self {
            RawText::Script => b"script",
            RawText::Style => b"style",
            RawText::Title => b"title",
            RawText::Textarea => b"textarea",
        }
    }

    fn context(self) -> HtmlContext {
        match self {
            RawText::Script => HtmlContext::ClientScript,
            RawText::Style => HtmlContext::Style,
            RawText::Title | RawText::Textarea => HtmlContext::Text,
        }
    }
}

/// The letters of a name that a chunk may end in: as many as are needed to tell the names that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
struct Name {
    letters: [u8; Name::MAX],
    /// How many there are; more than fit, or a region among them, makes it a name that matters to nobody.
    len: u8,
}

impl Name {
    const MAX: usize = 10;
    const UNKNOWN: Name = Name { letters: [0; Name::MAX], len: u8::MAX };

    fn push(&mut self, b: u8) {
        if let Some(letter) = self.letters.get_mut(usize::from(self.len)) {
            *letter = b.to_ascii_lowercase();
            self.len += 1;
        } else if self.len != u8::MAX && !self.is_event() {
            *self = Name::UNKNOWN;
        }
    }

    fn as_bytes(&self) -> &[u8] {
        self.letters.get(..usize::from(self.len)).unwrap_or(b"")
    }

    fn is_event(&self) -> bool {
        matches!(self.as_bytes(), [b'o', b'n', b'a'..=b'z', ..])
    }

    fn raw_text(&self) -> Option<RawText> {
        RawText::ALL.into_iter().find(|raw| raw.name() == self.as_bytes())
    }

    fn used_as(&self) -> AttributeUse {
        match self.as_bytes() {
            b"href" | b"src" | b"srcset" | b"action" | b"formaction" | b"background" | b"data" | b"cite"
            | b"poster" | b"ping" | b"longdesc" | b"manifest" | b"xlink:href" => AttributeUse::Url,
            b"style" => AttributeUse::Style,
            _ if self.is_event() => AttributeUse::Script,
            _ => AttributeUse::Plain,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
enum Mode {
    #[default]
    Text,
    RawText(RawText),
    Comment,
    /// `<!…>` and `<?…>`
    Declaration,
    TagName,
    /// Between attributes; also behind the name of one.
    Tag,
    AttributeName,
    /// Behind `=`.
    BeforeValue,
    Value(Quote, AttributeUse),
}

/// What the tokenizer stands in at the start or end of a chunk. The default is the start of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct HtmlState {
    mode: Mode,
    /// The raw text that begins where the tag ends.
    raw_text: Option<RawText>,
    /// Of the tag, in its name, or of the attribute, up to its value.
    name: Name,
}

/// The regions of a chunk in HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HtmlChunk {
    /// What each region stands in, in order.
    pub contexts: Vec<HtmlContext>,
    /// What the next chunk begins in.
    pub exit: HtmlState,
}

/// The contexts of the regions of a chunk that begins in `entry`. `regions` are all regions of `text` and in its coordinates.
pub fn html_context(text: &str, regions: &[Region], entry: HtmlState) -> HtmlChunk {
    let mut state = entry;
    let mut contexts = Vec::with_capacity(regions.len());
    let mut at = 0;
    for region in regions {
        let (start, end) = (region.start as usize, region.end() as usize);
        if let Some(text) = text.as_bytes().get(at..start) {
            state.advance(text);
        }
        contexts.push(state.context());
        state.hole(region.kind);
        at = end;
    }
    if let Some(text) = text.as_bytes().get(at..) {
        state.advance(text);
    }
    HtmlChunk { contexts, exit: state }
}

impl HtmlState {
    /// Whether it is in the value of an attribute, or right before one.
    pub fn is_at_value(self) -> bool {
        matches!(self.mode, Mode::BeforeValue | Mode::Value(..))
    }

    fn context(self) -> HtmlContext {
        match self.mode {
            Mode::Text => HtmlContext::Text,
            Mode::RawText(raw) => raw.context(),
            Mode::Comment => HtmlContext::Comment,
            Mode::Declaration | Mode::Tag => HtmlContext::Tag,
            Mode::TagName => HtmlContext::TagName,
            Mode::AttributeName => HtmlContext::AttributeName,
            Mode::BeforeValue => HtmlContext::AttributeValue { quote: Quote::None, used_as: self.name.used_as() },
            Mode::Value(quote, used_as) => HtmlContext::AttributeValue { quote, used_as },
        }
    }

    /// Steps over a region.
    fn hole(&mut self, kind: RegionKind) {
        let prints = !matches!(kind, RegionKind::Block | RegionKind::ScriptBlock);
        match self.mode {
            // A block puts out nothing where it stands, so `%%[ if … ]%%` touches no name and is no value.
            _ if !prints => {}
            Mode::Tag => self.start_name(Mode::AttributeName, Name::UNKNOWN),
            Mode::TagName | Mode::AttributeName => self.name = Name::UNKNOWN,
            Mode::BeforeValue => self.mode = Mode::Value(Quote::None, self.name.used_as()),
            _ => {}
        }
    }

    fn start_name(&mut self, mode: Mode, name: Name) {
        self.mode = mode;
        self.name = name;
    }

    /// Steps over text between two regions.
    fn advance(&mut self, text: &[u8]) {
        let mut at = 0;
        while at < text.len() {
            at = self.step(text, at);
        }
    }

    /// Steps over what comes next, at most to the end of what the mode is about; answers where that is.
    fn step(&mut self, text: &[u8], at: usize) -> usize {
        let Some(&b) = text.get(at) else { return text.len() };
        match self.mode {
            Mode::Text => self.text(text, at),
            Mode::RawText(raw) => self.raw_text(raw, text, at),
            Mode::Comment => self.comment(text, at),
            Mode::Declaration => match memchr(b'>', &text[at..]) {
                Some(n) => self.enter(Mode::Text, at + n + 1),
                None => text.len(),
            },
            Mode::Value(quote @ (Quote::Single | Quote::Double), _) => {
                let quote = if quote == Quote::Single { b'\'' } else { b'"' };
                match memchr(quote, &text[at..]) {
                    Some(n) => {
                        self.start_name(Mode::Tag, Name::default());
                        at + n + 1
                    }
                    None => text.len(),
                }
            }
            _ => {
                self.in_tag(b);
                at + 1
            }
        }
    }

    fn enter(&mut self, mode: Mode, at: usize) -> usize {
        self.mode = mode;
        at
    }

    fn text(&mut self, text: &[u8], at: usize) -> usize {
        let Some(n) = memchr(b'<', &text[at..]) else {
            return text.len();
        };
        let tag = at + n + 1;
        match text[tag..] {
            // A region right behind `<` is the tag's name, or its start.
            [] => {
                self.start_name(Mode::TagName, Name::UNKNOWN);
                tag
            }
            [b'!', b'-', b'-', ..] => {
                // `<!-->` and `<!--->` are whole comments.
                let body = &text[tag + 3..];
                let skip = if body.starts_with(b">") {
                    1
                } else if body.starts_with(b"->") {
                    2
                } else {
                    return self.enter(Mode::Comment, tag + 3);
                };
                tag + 3 + skip
            }
            [b'!' | b'?', ..] => self.enter(Mode::Declaration, tag + 1),
            [b'/', b, ..] if b.is_ascii_alphabetic() => {
                // An end tag begins no raw text, whatever its name.
                self.start_name(Mode::TagName, Name::UNKNOWN);
                tag + 1
            }
            [b'/'] => {
                self.start_name(Mode::TagName, Name::UNKNOWN);
                tag + 1
            }
            [b, ..] if b.is_ascii_alphabetic() => {
                self.start_name(Mode::TagName, Name::default());
                tag
            }
            _ => tag,
        }
    }

    fn raw_text(&mut self, raw: RawText, text: &[u8], at: usize) -> usize {
        let Some(n) = memchr(b'<', &text[at..]) else {
            return text.len();
        };
        let tag = at + n + 1;
        let name = raw.name();
        if let Some([b'/', rest @ ..]) = text.get(tag..)
            && rest.len() > name.len()
            && rest[..name.len()].eq_ignore_ascii_case(name)
            && (rest[name.len()].is_ascii_whitespace() || matches!(rest[name.len()], b'/' | b'>'))
        {
            self.start_name(Mode::TagName, Name::UNKNOWN);
            return tag + 1 + name.len();
        }
        tag
    }

    fn comment(&mut self, text: &[u8], at: usize) -> usize {
        let mut at = at;
        while let Some(n) = memchr(b'>', &text[at..]) {
            at += n + 1;
            if text[..at].ends_with(b"-->") || text[..at].ends_with(b"--!>") {
                return self.enter(Mode::Text, at);
            }
        }
        text.len()
    }

    /// Steps over one byte of a tag outside quotes.
    fn in_tag(&mut self, b: u8) {
        let blank = b.is_ascii_whitespace();
        match (self.mode, b) {
            (Mode::TagName, _) if blank || matches!(b, b'/' | b'>') => {
                self.raw_text = self.name.raw_text();
                self.start_name(Mode::Tag, Name::default());
                self.in_tag(b);
            }
            (Mode::Value(..), b'>') | (Mode::BeforeValue | Mode::AttributeName | Mode::Tag, b'>') => {
                let mode = self.raw_text.take().map_or(Mode::Text, Mode::RawText);
                self.start_name(mode, Name::default());
            }
            (Mode::TagName, _) => self.name.push(b),
            (Mode::Tag, b'=') if self.name != Name::default() => self.mode = Mode::BeforeValue,
            (Mode::Tag, _) if blank => {}
            (Mode::Tag, b'/') => self.name = Name::default(),
            (Mode::Tag, _) => {
                self.start_name(Mode::AttributeName, Name::default());
                self.name.push(b);
            }
            (Mode::AttributeName, b'=') => self.mode = Mode::BeforeValue,
            (Mode::AttributeName, _) if blank || b == b'/' => self.mode = Mode::Tag,
            (Mode::AttributeName, _) => self.name.push(b),
            (Mode::BeforeValue, _) if blank => {}
            (Mode::BeforeValue, b'"') => {
                self.mode = Mode::Value(Quote::Double, self.name.used_as());
            }
            (Mode::BeforeValue, b'\'') => {
                self.mode = Mode::Value(Quote::Single, self.name.used_as());
            }
            (Mode::BeforeValue, _) => self.mode = Mode::Value(Quote::None, self.name.used_as()),
            (Mode::Value(..), _) if blank => self.start_name(Mode::Tag, Name::default()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::full_scan;

    fn check(text: &str, expected: &Expect) {
        let regions = full_scan(text).regions;
        let found = html_context(text, &regions, HtmlState::default());
        let lines = regions
            .iter()
            .zip(&found.contexts)
            .map(|(region, context)| format!("{} {context:?}\n", &text[region.start as usize..region.end() as usize]));
        expected.assert_eq(&lines.collect::<String>());
    }

    #[test]
    fn a_state_is_small() {
        assert!(size_of::<HtmlState>() <= 24);
        assert!(size_of::<HtmlContext>() <= 4);
    }

    #[test]
    fn text_and_tags() {
        check(
            "%%a%% <b>%%b%%</b> 1 < %%c%% <%%=d(1)=%% e=1 %%=f(1)=%%> %%g%% <td %%[h(1)]%% class=x%%[i(1)]%%>",
            &expect![[r#"
                %%a%% Text
                %%b%% Text
                %%c%% Text
                %%=d(1)=%% TagName
                %%=f(1)=%% Tag
                %%g%% Text
                %%[h(1)]%% Tag
                %%[i(1)]%% AttributeValue { quote: None, used_as: Plain }
            "#]],
        );
        check(
            "<h%%=v(1)=%% id=1>%%a%%</h%%=v(2)=%%> <p data-%%b%%=\"%%c%%\"> <!DOCTYPE %%d%%> </%%e%%>%%f%%",
            &expect![[r#"
                %%=v(1)=%% TagName
                %%a%% Text
                %%=v(2)=%% TagName
                %%b%% AttributeName
                %%c%% AttributeValue { quote: Double, used_as: Plain }
                %%d%% Tag
                %%e%% TagName
                %%f%% Text
            "#]],
        );
    }

    #[test]
    fn a_block_between_attributes_is_no_name() {
        check(
            "<input %%[if @x then]%%checked%%[endif]%% value=%%[f(1)]%%'%%=v(@x)=%%'><a %%[if 1]%%href='%%a%%'%%[endif]%%>%%b%%",
            &expect![[r#"
                %%[if @x then]%% Tag
                %%[endif]%% AttributeName
                %%[f(1)]%% AttributeValue { quote: None, used_as: Plain }
                %%=v(@x)=%% AttributeValue { quote: Single, used_as: Plain }
                %%[if 1]%% Tag
                %%a%% AttributeValue { quote: Single, used_as: Url }
                %%[endif]%% Tag
                %%b%% Text
            "#]],
        );
    }

    #[test]
    fn attribute_values() {
        check(
            r#"<a HREF="%%=RedirectTo("x>y")=%%" style = 'color:%%a%%;' onclick="f('%%b%%')" alt=%%c%%x %%d%%>%%e%%"#,
            &expect![[r#"
                %%=RedirectTo("x>y")=%% AttributeValue { quote: Double, used_as: Url }
                %%a%% AttributeValue { quote: Single, used_as: Style }
                %%b%% AttributeValue { quote: Double, used_as: Script }
                %%c%% AttributeValue { quote: None, used_as: Plain }
                %%d%% Tag
                %%e%% Text
            "#]],
        );
        check(
            "<a href=%%=v(@u)=%%?x=1 srcset=\"%%a%% 2x\" onmouseover='%%b%%' backgrounds='%%c%%' formaction=/%%d%%/>%%e%%",
            &expect![[r#"
                %%=v(@u)=%% AttributeValue { quote: None, used_as: Url }
                %%a%% AttributeValue { quote: Double, used_as: Url }
                %%b%% AttributeValue { quote: Single, used_as: Script }
                %%c%% AttributeValue { quote: Single, used_as: Plain }
                %%d%% AttributeValue { quote: None, used_as: Url }
                %%e%% Text
            "#]],
        );
    }

    #[test]
    fn raw_text_and_comments() {
        check(
            "<script>if (a<b) '<p>%%a%%'</scripty>%%b%%</SCRIPT>%%c%%<style type=x>a{%%d%%}</style\n>%%e%%\
             <title><b %%f%%></title><textarea>%%g%%</textarea><b %%h%%>",
            &expect![[r#"
                %%a%% ClientScript
                %%b%% ClientScript
                %%c%% Text
                %%d%% Style
                %%e%% Text
                %%f%% Text
                %%g%% Text
                %%h%% Tag
            "#]],
        );
        check(
            "<!--[if mso]><td %%a%%><![endif]-->%%b%%<!--[if !mso]><!-->%%c%%<!--<![endif]-->%%d%%\
             <!-->%%e%%<!---><!-- - -- > %%f%% --!>%%g%%<!-- --%%h%%> %%i%%",
            &expect![[r#"
                %%a%% Comment
                %%b%% Text
                %%c%% Text
                %%d%% Text
                %%e%% Text
                %%f%% Comment
                %%g%% Text
                %%h%% Comment
                %%i%% Comment
            "#]],
        );
    }

    #[test]
    fn comments_that_hide_blocks_in_an_editor() {
        check(
            "<!-- %%[ if 1 then ]%% -->%%a%%<!-- %%[ endif ]%% -->",
            &expect![[r#"
                %%[ if 1 then ]%% Comment
                %%a%% Text
                %%[ endif ]%% Comment
            "#]],
        );
    }
}
