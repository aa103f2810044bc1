//! Keywords that are no code, because a mistake hides them: behind an opener that is misspelt or not there, in a text or a comment that
//! does not end. What is said of the mistake is enough; that the structure lacks these keywords follows from it.
//!
//! Lines of the page's text are looked at one by one, and only as far as a tag, as chunks are cut at line ends and behind tags.

use sfmc_ampscript::ControlKind;
use sfmc_syntax::{
    ProblemKind, SyntaxKind,
    SyntaxKind::{ELSE_KW, ELSEIF_KW, ENDIF_KW, FOR_KW, IF_KW, NEXT_KW, SET_KW, THEN_KW, VAR_KW},
    TextRange, TextSize,
    openers::{MISSPELT, begins_code, is_name, split_word},
};

use super::{Fact, HiddenBy};
use crate::chunk::{ChunkParse, ChunkSource, size};

/// The keywords that mistakes of a chunk hide, in order of their places.
pub(super) fn find(source: &ChunkSource, parse: &ChunkParse) -> Vec<(TextSize, Fact)> {
    let text = &*source.text;
    let mut found: Vec<(TextSize, Fact)> = Vec::new();
    for problem in &parse.problems {
        let range = match problem.kind {
            ProblemKind::UnterminatedString => problem.range,
            // Up to the end of its region.
            ProblemKind::UnterminatedComment => {
                let after = source.regions.partition_point(|region| region.range().start() <= problem.range.start());
                let region = after.checked_sub(1).and_then(|index| source.regions.get(index));
                region.map_or(problem.range, |region| TextRange::new(problem.range.start(), region.range().end()))
            }
            _ => continue,
        };
        push(&mut found, range.start(), statements(&text[range]), HiddenBy::Token);
    }
    let strays: Vec<TextRange> =
        parse.problems.iter().filter(|p| p.kind == ProblemKind::StrayBlockClose).map(|p| p.range).collect();
    let mut start = 0;
    let ends = source.regions.iter().map(|region| region.range());
    for region in ends.chain([TextRange::empty(size(text.len()))]) {
        let from = std::mem::replace(&mut start, usize::from(region.end()));
        page_text(text, from, usize::from(region.start()), &strays, &mut found);
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

fn push(found: &mut Vec<(TextSize, Fact)>, at: TextSize, kinds: Vec<ControlKind>, by: HiddenBy) {
    if !kinds.is_empty() {
        found.push((at, Fact::Hidden { kinds: kinds.into(), by }));
    }
}

/// The lines of the page's text from `from` to `to`.
fn page_text(text: &str, from: usize, to: usize, strays: &[TextRange], found: &mut Vec<(TextSize, Fact)>) {
    let mut start = from;
    let mut next = strays.partition_point(|stray| usize::from(stray.start()) < from);
    while start < to {
        let rest = &text.as_bytes()[start..to];
        let line = start + memchr::memchr2(b'\n', b'>', rest).map_or(rest.len(), |n| n + 1);
        let stray = strays.get(next).filter(|stray| usize::from(stray.start()) < line);
        let end = stray.map_or(line, |stray| usize::from(stray.start()));
        push(found, size(start), kinds(code_in(&text[start..end])), HiddenBy::Text);
        match stray {
            Some(stray) => {
                let by = HiddenBy::StrayClose(u32::try_from(next).unwrap_or(u32::MAX));
                found.push((stray.start(), Fact::Hidden { kinds: Box::default(), by }));
                next += 1;
                start = usize::from(stray.end()).max(end + 1).min(to);
            }
            None => start = line,
        }
    }
}

/// The part of a line of the page's text that looks like code, if there is one.
fn code_in(line: &str) -> &str {
    let opener = MISSPELT.iter().filter_map(|opener| line.rfind(opener).map(|at| at + opener.len())).max();
    let code = line[opener.unwrap_or(0)..].trim_start_matches([' ', '\t', '\r', '[', '%']);
    if begins_code(code) { code } else { "" }
}

/// A keyword in a text.
struct Keyword {
    kind: SyntaxKind,
    start: usize,
    end: usize,
}

impl Keyword {
    fn control(&self) -> Option<ControlKind> {
        match self.kind {
            IF_KW => Some(ControlKind::If),
            ELSEIF_KW => Some(ControlKind::Elseif),
            ELSE_KW => Some(ControlKind::Else),
            ENDIF_KW => Some(ControlKind::Endif),
            FOR_KW => Some(ControlKind::For),
            NEXT_KW => Some(ControlKind::Next),
            _ => None,
        }
    }

    fn begins_statement(&self) -> bool {
        self.control().is_some() || matches!(self.kind, SET_KW | VAR_KW)
    }
}

/// The keywords of a text, in order.
fn keywords(text: &str) -> Vec<Keyword> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if !c.is_ascii_alphabetic() {
            before = c;
            at += c.len_utf8();
            continue;
        }
        let (word, _) = split_word(&text[at..]);
        let kind = SyntaxKind::from_ampscript_keyword(word).filter(|_| !is_name(before) && before != '@');
        let start = at;
        at += word.len();
        before = 'x';
        found.extend(kind.map(|kind| Keyword { kind, start, end: at }));
    }
    found
}

/// What the keywords of a text would do.
fn kinds(text: &str) -> Vec<ControlKind> {
    keywords(text).iter().filter_map(Keyword::control).collect()
}

/// What the statements would do that a string or a comment without end swallows. Such a text is prose as often as code: a keyword counts
/// where the statement has the shape of one.
fn statements(text: &str) -> Vec<ControlKind> {
    let text = text.trim_end();
    let text = text.strip_suffix("]%%").unwrap_or(text);
    let keywords = keywords(text);
    let mut found = Vec::new();
    for (index, keyword) in keywords.iter().enumerate() {
        let Some(control) = keyword.control() else {
            continue;
        };
        let following = keywords.get(index + 1..).unwrap_or(&[]);
        let rest = &text[keyword.end..];
        let behind = rest.trim_start();
        let next = text.len() - behind.len();
        let blanks = [' ', '\t', '\r'];
        let alone = || {
            let before = text[..keyword.start].trim_end_matches(blanks);
            (before.is_empty() || before.ends_with('\n')) && rest.trim_start_matches(blanks).starts_with('\n')
        };
        let is_one = match control {
            ControlKind::If | ControlKind::Elseif => {
                let end = following.iter().find(|word| word.kind == THEN_KW || word.begins_statement());
                let then = end.filter(|word| word.kind == THEN_KW);
                then.is_some_and(|then| text[keyword.end..then.start].contains(['@', '(', '[', '=', '<', '>']))
            }
            ControlKind::For => behind.starts_with('@'),
            ControlKind::Next => behind.is_empty() || behind.starts_with('@') || alone(),
            _ => {
                let statement = following.first().is_some_and(|word| word.start == next && word.begins_statement());
                behind.is_empty() || statement || alone()
            }
        };
        if is_one {
            found.push(control);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_code() {
        let code = |line| kinds(code_in(line));
        assert_eq!(code("text %[ if @a == 1 then "), [ControlKind::If]);
        assert_eq!(code("[ if Empty(@a) then set @b = 1 endif"), [ControlKind::If, ControlKind::Endif]);
        assert_eq!(code("  next @i "), [ControlKind::Next]);
        assert_eq!(code("text %%] if Empty(@a) then "), [ControlKind::If]);
        assert_eq!(code("text % [ if Empty(@a) then "), [ControlKind::If]);
        assert_eq!(code("%[\r"), []);
        for prose in
            ["If you like it, look for more", "next time", "else {", "if (x) {", "for (i = 0; i < 3; i++) {", "set it"]
        {
            assert_eq!(code(prose), [], "{prose}");
        }
    }

    #[test]
    fn what_swallowed_text_has_of_code() {
        use ControlKind::{Else, Endif, For, If, Next};
        assert_eq!(statements("\"x if @a == 1 then"), [If]);
        assert_eq!(
            statements("/* a\nif Empty(@a) then\n for @i = 1 to 2 do\n next @i\nelse\nOutput(1)\nendif ]%%"),
            [If, For, Next, Else, Endif]
        );
        assert_eq!(statements("/* a\nendif\nOutput(1) next ]%%"), [Endif, Next]);
        assert_eq!(statements("'x endif set @a = 1"), [Endif]);
        for prose in [
            "\"call me if you can",
            "\"if you can, then call me",
            "/* for you\n set @b = 1 ]%%",
            "/* the endif of this\n and the next block, or else */",
        ] {
            assert_eq!(statements(prose), [], "{prose}");
        }
    }
}
