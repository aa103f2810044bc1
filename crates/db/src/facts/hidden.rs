//! Keywords that are no code, because a mistake hides them: behind an opener that is misspelt or not there, in a text or a comment that
//! does not end. What is said of the mistake is enough; that the structure lacks these keywords follows from it.
//!
//! Lines of the page's text are looked at one by one, and only as far as a tag, as chunks are cut at line ends and behind tags.

use sfmc_ampscript::ControlKind;
use sfmc_syntax::{
    ProblemKind, SyntaxKind,
    SyntaxKind::{ELSE_KW, ELSEIF_KW, ENDIF_KW, FOR_KW, IF_KW, NEXT_KW, SET_KW, THEN_KW, VAR_KW},
    TextRange, TextSize,
};

use super::{Fact, HiddenBy};
use crate::chunk::{ChunkParse, ChunkSource, size};

/// What can have been meant as `%%[`.
const OPENERS: [&str; 6] = ["%% [", "%%{", "%%(", "% [", "[%%", "%["];

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
        push(&mut found, range.start(), kinds(&text[range]), HiddenBy::Token);
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
    let opener = OPENERS.iter().filter_map(|opener| line.rfind(opener).map(|at| at + opener.len())).max();
    let code = line[opener.unwrap_or(0)..].trim_start_matches([' ', '\t', '\r', '[', '%']);
    if begins_code(code) { code } else { "" }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The first word of a text and what follows it.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()))
}

/// Whether a text begins like a statement, beyond what prose and scripts would.
fn begins_code(text: &str) -> bool {
    let (word, rest) = split_word(text);
    let rest = rest.trim();
    let over = || rest.is_empty() || SyntaxKind::from_ampscript_keyword(split_word(rest).0).is_some();
    match SyntaxKind::from_ampscript_keyword(word) {
        Some(VAR_KW | SET_KW | FOR_KW) => rest.starts_with('@'),
        Some(IF_KW | ELSEIF_KW) => rest.contains('@') || rest.len() >= 4 && ends_with_then(rest),
        Some(NEXT_KW) => rest.starts_with('@') || over(),
        Some(ENDIF_KW | ELSE_KW) => over(),
        _ => false,
    }
}

fn ends_with_then(text: &str) -> bool {
    let start = text.rfind(|c| !is_name(c)).map_or(0, |at| at + 1);
    text.get(start..).is_some_and(|word| SyntaxKind::from_ampscript_keyword(word) == Some(THEN_KW))
}

/// What the keywords of a text would do.
fn kinds(text: &str) -> Vec<ControlKind> {
    let mut kinds = Vec::new();
    let mut before = ' ';
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if !c.is_ascii_alphabetic() {
            before = c;
            at += c.len_utf8();
            continue;
        }
        let (word, _) = split_word(&text[at..]);
        let kind = match SyntaxKind::from_ampscript_keyword(word) {
            Some(IF_KW) => Some(ControlKind::If),
            Some(ELSEIF_KW) => Some(ControlKind::Elseif),
            Some(ELSE_KW) => Some(ControlKind::Else),
            Some(ENDIF_KW) => Some(ControlKind::Endif),
            Some(FOR_KW) => Some(ControlKind::For),
            Some(NEXT_KW) => Some(ControlKind::Next),
            _ => None,
        };
        kinds.extend(kind.filter(|_| !is_name(before) && before != '@'));
        at += word.len();
        before = 'x';
    }
    kinds
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
        assert_eq!(code("%[\r"), []);
        for prose in
            ["If you like it, look for more", "next time", "else {", "if (x) {", "for (i = 0; i < 3; i++) {", "set it"]
        {
            assert_eq!(code(prose), [], "{prose}");
        }
    }
}
