//! Delimiters with a slip of the finger: `%[`, `%% [`, `]%`, `] %%`. To the platform they are text or code like any other; what stands
//! next to them tells what they were meant to be.

use std::ops::Range;

use sfmc_syntax::{
    TextRange, TextSize,
    openers::{self, MISSPELT},
};

use crate::context::Context;

/// What can have been meant as `%%=`.
const INLINE_OPENERS: [&str; 3] = ["% %=", "%% =", "%="];

/// What can have been meant as `]%%`.
const BLOCK_CLOSERS: [&str; 7] = ["]% %", "] %%", "}%%", ")%%", "%%]", "[%%", "]%"];

/// How many lines behind an opener are looked at.
const MAX_LINES: usize = 200;

/// The range in bytes.
fn range_at(start: TextSize, found: Range<usize>) -> TextRange {
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(0));
    TextRange::new(start + size(found.start), start + size(found.end))
}

/// Whether `text` begins like a statement, beyond what the page's text would: `set @a`, `endif`, `Output(`.
pub(crate) fn begins_code(text: &str) -> bool {
    let (word, rest) = openers::split_word(text);
    openers::begins_code(text) || rest.starts_with('(') && sfmc_catalog::ampscript::function(word).is_some()
}

/// The part of the line before `at` that is text of the page as the closer at `at` is: behind the last tag and the last region. What stands
/// before a tag can be in another chunk, so that nobody may look at it.
pub(crate) fn text_before<'a>(ctx: &Context<'a>, at: TextSize) -> &'a str {
    ctx.line_before(at).rsplit('>').next().unwrap_or("")
}

/// What was meant as the opener of the region that is closed behind `text`, which is on one line, in bytes of it.
fn opener_in(text: &str, openers: &[&str], is_code: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    let found = openers.iter().filter_map(|opener| {
        let at = text.rfind(opener)?;
        Some(at..at + opener.len())
    });
    // The longer of two that end at one place is the whole of it.
    let found = found.max_by_key(|range| (range.end, range.len()))?;
    let doubled = text[..found.start].ends_with('%');
    (!doubled && !text[found.end..].contains("%%") && is_code(&text[found.end..])).then_some(found)
}

/// What was meant as `%%[` before the `]%%` at `closer`.
pub(crate) fn block_opener(ctx: &Context<'_>, closer: TextSize) -> Option<TextRange> {
    let text = text_before(ctx, closer);
    let found = opener_in(text, &MISSPELT, begins_code)?;
    Some(range_at(closer - TextSize::of(text), found))
}

/// What was meant as `%%=` before the `=%%` at `closer`.
pub(crate) fn inline_opener(ctx: &Context<'_>, closer: TextSize) -> Option<TextRange> {
    let text = text_before(ctx, closer);
    let found = opener_in(text, &INLINE_OPENERS, begins_code)?;
    Some(range_at(closer - TextSize::of(text), found))
}

/// What was meant as `]%%` on a line of code, in bytes of it.
fn closer_in(line: &str) -> Option<Range<usize>> {
    let mut quote = None;
    let mut name = false;
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) => {
                if c == open {
                    quote = None;
                }
                continue;
            }
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                continue;
            }
            None => {}
        }
        let found = BLOCK_CLOSERS.iter().find(|closer| line[at..].starts_with(**closer));
        if let Some(closer) = found {
            let rest = &line[at + closer.len()..];
            // `[Rate]%`, `Add(1, 2)%%name%%`: the bracket and the parenthesis belong to what stands before them.
            let own = c == ']' && name || c == ')' && line[..at].contains('(');
            if !own && !rest.starts_with(['%', '[', '=']) {
                return Some(at..at + closer.len());
            }
        }
        match c {
            '[' => name = true,
            ']' => name = false,
            _ => {}
        }
    }
    None
}

/// What was meant as `]%%` behind `%%[` at `opener`: on a line before the next region.
pub(crate) fn block_closer(ctx: &Context<'_>, opener: TextRange) -> Option<TextRange> {
    let mut at = opener.end();
    for _ in 0..MAX_LINES {
        let line = ctx.line_after(at);
        let found = closer_in(line);
        let region = ["%%[", "%%="].iter().filter_map(|opener| line.find(opener)).min();
        match (found, region) {
            (Some(found), Some(region)) if region < found.start => return None,
            (Some(found), _) => return Some(range_at(at, found)),
            (None, Some(_)) => return None,
            (None, None) => {}
        }
        let behind = at + TextSize::of(line);
        let line_end = ctx.text(TextRange::at(behind, TextSize::new(1)));
        at = match line_end {
            "\n" | "\r" => behind + TextSize::new(1),
            _ => return None,
        };
    }
    None
}

/// What was meant as `=%%` behind `%%=` at `opener`: `=%`.
pub(crate) fn inline_closer(ctx: &Context<'_>, opener: TextRange) -> Option<TextRange> {
    let line = ctx.line_after(opener.end());
    let at = line.find(")=%")? + 1;
    let quotes = line[..at].matches(['"', '\'']).count();
    quotes.is_multiple_of(2).then(|| range_at(opener.end(), at..at + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openers() {
        for (text, expected) in [
            ("%[ set @a = 1 ", Some("%[")),
            ("text %% [ set @a = 1 ", Some("%% [")),
            ("%%{ if Empty(@a) then ", Some("%%{")),
            ("% %[endif ", Some("% %[")),
            ("text % [ set @a = 1 ", Some("% [")),
            ("text %%] if Empty(@a) then ", Some("%%]")),
            ("100%[ 50 ", None),
            ("%[ text ", None),
            ("%%[ set @a = 1 ", None),
            ("5% [ set theory ", None),
            ("%[ set @a = 1 ]%% %%[ x", None),
        ] {
            assert_eq!(opener_in(text, &MISSPELT, begins_code).map(|range| &text[range]), expected, "{text}");
        }
    }

    #[test]
    fn closers() {
        for (line, expected) in [
            (" set @a = 1 ]% text", Some("]%")),
            (" set @a = 1 ] %%", Some("] %%")),
            (" set @a = Add(1, 2) }%%", Some("}%%")),
            (" set @a = '100%]' set @b = '[x]%' ", None),
            (" set @a = [Rate]%", None),
            (" set @a = Add(1, 2)%%name%%", None),
            (" set @a = 1 ]%% text", None),
        ] {
            assert_eq!(closer_in(line).map(|range| &line[range]), expected, "{line}");
        }
    }
}
