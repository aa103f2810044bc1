//! Contents that are included from where the flow of values does not look: by server scripts, and by code in texts.
//!
//! Names that stand there as literals are found, whatever the text is given to. What is put together is not.

use std::{borrow::Cow, ops::Range};

use memchr::memmem;
use sfmc_ampscript::{RegionText, lex};
use sfmc_db::ContentName;
use sfmc_host::{RegionKind, full_scan};
use sfmc_syntax::{SmolStr, SyntaxKind};

use crate::script_lexer::{Lexer, unescaped};

/// Texts in texts beyond this nobody writes.
const MAX_DEPTH: usize = 4;

/// A call that includes a content, in bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nested {
    pub(crate) name: ContentName,
    /// The argument that names it, or the text that holds the call where that is written with escapes.
    pub(crate) argument: Range<usize>,
    pub(crate) call: Range<usize>,
    /// Whether the argument is the literal that names it.
    pub(crate) literal: bool,
}

/// Whether a text may include anything: most do not.
pub(crate) fn may_include(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"ontent").is_some() || text.to_ascii_lowercase().contains("contentblockby")
}

/// What a server script includes, by itself and by code in its strings.
pub(crate) fn in_script(script: &str) -> Vec<Nested> {
    let mut found = Vec::new();
    script_includes(script, MAX_DEPTH, &mut found);
    found
}

/// What a text includes when it runs as code.
pub(crate) fn in_code(text: &str) -> Vec<Nested> {
    let mut found = Vec::new();
    code_includes(text, MAX_DEPTH, &mut found);
    found
}

fn script_includes(script: &str, depth: usize, found: &mut Vec<Nested>) {
    if !may_include(script) {
        return;
    }
    let mut lexer = Lexer::new(script);
    loop {
        let mut ahead = lexer;
        if let Some(string) = ahead.string() {
            lexer = ahead;
            let written = script.get(string.clone()).unwrap_or_default();
            within(&unescaped(written), written, string, depth, found);
            continue;
        }
        let Some(token) = lexer.token() else { return };
        let start = lexer.at() - token.len();
        if let Some(function) = including(token, |name| name == token)
            && let Some((literal, end)) = lexer.literal_argument()
        {
            let name = function(SmolStr::new(unescaped(script.get(literal.clone()).unwrap_or_default())));
            let argument = literal.start - 1..literal.end + 1;
            found.push(Nested { name, call: start..end, argument, literal: true });
        }
    }
}

fn code_includes(text: &str, depth: usize, found: &mut Vec<Nested>) {
    if !may_include(text) {
        return;
    }
    for region in full_scan(text).regions {
        let start = region.start as usize;
        let Some(written) = text.get(start..region.end() as usize) else { continue };
        if region.kind == RegionKind::ServerScript {
            let first = found.len();
            script_includes(written, depth, found);
            for nested in found.iter_mut().skip(first) {
                shift(nested, start);
            }
        }
        let Some(code) = region.kind.code() else { continue };
        let region = RegionText { text: written, code, open: region.open, close: region.close };
        calls(region, start, depth, found);
    }
}

fn calls(region: RegionText<'_>, base: usize, depth: usize, found: &mut Vec<Nested>) {
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    lex(region, &mut tokens, &mut problems);
    let mut at = 0;
    let tokens = tokens.iter().map(|token| {
        let range = at..at + token.len as usize;
        at = range.end;
        (token.kind, range)
    });
    let tokens: Vec<(SyntaxKind, Range<usize>)> = tokens.filter(|(kind, _)| !kind.is_trivia()).collect();
    for (index, (kind, range)) in tokens.iter().enumerate() {
        let written = region.text.get(range.clone()).unwrap_or_default();
        match kind {
            SyntaxKind::IDENT => {
                let Some(function) = including(written, |name| name.eq_ignore_ascii_case(written)) else { continue };
                let Some([(SyntaxKind::L_PAREN, _), (SyntaxKind::STRING, argument), (after, end)]) =
                    tokens.get(index + 1..index + 4)
                else {
                    continue;
                };
                let Some((_, name)) = literal(region.text, argument) else { continue };
                if matches!(after, SyntaxKind::COMMA | SyntaxKind::R_PAREN) {
                    found.push(Nested {
                        name: function(SmolStr::new(name)),
                        argument: base + argument.start..base + argument.end,
                        call: base + range.start..base + end.end,
                        literal: true,
                    });
                }
            }
            SyntaxKind::STRING => {
                let Some((inner, text)) = literal(region.text, range) else { continue };
                let written = region.text.get(inner.clone()).unwrap_or_default();
                within(&text, written, base + inner.start..base + inner.end, depth, found);
            }
            _ => {}
        }
    }
}

/// What a text in a text includes: where that stands if the text is written as it is, or else all of it.
fn within(text: &str, written: &str, at: Range<usize>, depth: usize, found: &mut Vec<Nested>) {
    if depth == 0 || !text.contains('%') && !text.contains('<') {
        return;
    }
    let first = found.len();
    code_includes(text, depth - 1, found);
    for nested in found.iter_mut().skip(first) {
        if text == written {
            shift(nested, at.start);
        } else {
            *nested = Nested { argument: at.clone(), call: at.clone(), literal: false, name: nested.name.clone() };
        }
    }
}

fn shift(nested: &mut Nested, by: usize) {
    for range in [&mut nested.argument, &mut nested.call] {
        *range = range.start + by..range.end + by;
    }
}

/// How a function calls the content that it includes, if it includes one.
fn including(word: &str, is: impl Fn(&str) -> bool) -> Option<fn(SmolStr) -> ContentName> {
    match word.len() {
        17 if is("ContentBlockByKey") => Some(ContentName::Key),
        18 if is("ContentBlockByName") => Some(ContentName::Path),
        _ => None,
    }
}

/// What stands between the quotation marks of a string of AMPscript, and what that says.
pub(crate) fn literal<'t>(text: &'t str, range: &Range<usize>) -> Option<(Range<usize>, Cow<'t, str>)> {
    let written = text.get(range.clone())?;
    let quote = written.get(..1).filter(|quote| matches!(*quote, "'" | "\""))?;
    let content = written.get(1..)?.strip_suffix(quote)?;
    let doubled = [quote, quote].concat();
    let said = if content.contains(&doubled) { content.replace(&doubled, quote).into() } else { content.into() };
    Some((range.start + 1..range.end - 1, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, found: Vec<Nested>) -> Vec<String> {
        let show = |found: Nested| {
            let (ContentName::Key(name) | ContentName::Path(name)) = &found.name;
            format!(
                "{name}: {} in {}{}",
                &text[found.argument],
                &text[found.call],
                if found.literal { "" } else { "?" }
            )
        };
        found.into_iter().map(show).collect()
    }

    #[test]
    fn of_scripts() {
        let found = |script: &str| shown(script, in_script(script));
        assert_eq!(
            found("Write(Platform.Function.ContentBlockByKey( \"k\" )); // ContentBlockByKey('no')"),
            ["k: \"k\" in ContentBlockByKey( \"k\" )"]
        );
        assert_eq!(found(r"ContentBlockByName('A\\B', 'x')"), [r"A\B: 'A\\B' in ContentBlockByName('A\\B',"]);
        assert_eq!(
            found("Platform.Function.TreatAsContent('%%=ContentBlockByKey(\"k\")=%%')"),
            ["k: \"k\" in ContentBlockByKey(\"k\")"]
        );
        assert_eq!(
            found(r#"var t = "%%=ContentBlockByKey(\"k\")=%%""#),
            [r#"k: %%=ContentBlockByKey(\"k\")=%% in %%=ContentBlockByKey(\"k\")=%%?"#]
        );
        assert_eq!(
            found("ContentBlockByKey('a' + b); ContentBlockByKey(k); contentblockbykey('k'); 'ContentBlockByKey(1)'"),
            [""; 0]
        );
    }

    #[test]
    fn of_code() {
        let found = |text: &str| shown(text, in_code(text));
        assert_eq!(found("a %%=contentblockbykey('k', 'x')=%% b"), ["k: 'k' in contentblockbykey('k',"]);
        assert_eq!(
            found(
                "%%=TreatAsContent(\"%%=ContentBlockByName('A')=%%\")=%%<script runat=server>ContentBlockByKey('b')</script>"
            ),
            ["A: 'A' in ContentBlockByName('A')", "b: 'b' in ContentBlockByKey('b')"]
        );
        assert_eq!(
            found(
                "ContentBlockByKey('k') %%[ /* ContentBlockByKey('k') */ set @a = ContentBlockByKey(Concat('k')) ]%%"
            ),
            [""; 0]
        );
    }
}
