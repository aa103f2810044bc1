//! Backslashes that were meant to escape a quote, which shows only in what follows on the line: another text that does not end, or one
//! more such backslash outside of all texts.
//!
//! Source: ampscript-edge-cases.md, 58.

use sfmc_syntax::{
    Problem, ProblemKind,
    SyntaxKind::{self, ERROR_TOKEN, LINE_COMMENT, STRING},
    TextRange, TextSize,
    event::Token,
};

/// What is said of a text that does not end for that reason.
const DOUBLED: &str = "a doubled quote";

/// Adds the problems of such backslashes, one a line, and tells of texts that do not end that this is why.
pub(super) fn find(text: &str, tokens: &[Token], problems: &mut Vec<Problem>) {
    let mut wrong: Vec<TextSize> = problems.iter().filter(|p| is_sign(text, p)).map(|p| p.range.start()).collect();
    if wrong.is_empty() {
        return;
    }
    wrong.sort_unstable();
    let mut found: Vec<(TextSize, Problem)> = Vec::new();
    // The first text of the line that ends with a backslash, and goes on.
    let mut escape: Option<TextRange> = None;
    let mut offset = TextSize::new(0);
    for token in tokens {
        let range = TextRange::at(offset, token.len.into());
        offset = range.end();
        let here = &text[range];
        let is_wrong =
            matches!(token.kind, STRING | ERROR_TOKEN | LINE_COMMENT) && wrong.binary_search(&range.start()).is_ok();
        if is_wrong {
            let inner = if token.kind == STRING { escaped_in(here).map(|inner| inner + range.start()) } else { None };
            if let Some(escape) = escape.take().or(inner) {
                found.push((range.start(), Problem::new(ProblemKind::BackslashEscape, escape)));
            }
        }
        // What follows stands on another line, whatever the line end stands in.
        if here.contains('\n') {
            escape = None;
        }
        if !is_wrong
            && token.kind == STRING
            && escape.is_none()
            && ends_escaped(here)
            && !is_over(&text[range.end().into()..])
        {
            escape = Some(TextRange::new(range.end() - TextSize::new(2), range.end()));
        }
    }
    problems.sort_by_key(|problem| problem.range.start());
    let known = problems.len();
    for (at, escape) in found {
        if let Some(n) = index_of(&problems[..known], ProblemKind::UnterminatedString, at) {
            problems[n].expected = DOUBLED;
        }
        // That it is a comment is then not what is wrong.
        if let Some(n) = index_of(&problems[..known], ProblemKind::LineComment, at) {
            problems[n] = escape;
            continue;
        }
        if index_of(&problems[..known], escape.kind, escape.range.start()).is_none() {
            problems.push(escape);
        }
    }
    problems.sort_by_key(|problem| problem.range.start());
}

/// The problem of this kind that begins at `at`, among problems in order.
fn index_of(problems: &[Problem], kind: ProblemKind, at: TextSize) -> Option<usize> {
    let from = problems.partition_point(|problem| problem.range.start() < at);
    let here = problems[from..].iter().take_while(|problem| problem.range.start() == at);
    here.into_iter().position(|problem| problem.kind == kind).map(|n| from + n)
}

/// A text that does not end, a backslash in front of a quote, an address behind one: `"<img src=\"//x.example\">"`.
fn is_sign(text: &str, problem: &Problem) -> bool {
    match problem.kind {
        ProblemKind::UnterminatedString => true,
        ProblemKind::UnexpectedCharacter => {
            text[problem.range].ends_with('\\') && text[problem.range.end().into()..].starts_with(['"', '\''])
        }
        ProblemKind::LineComment => is_address(text, problem.range),
        _ => false,
    }
}

/// Whether what looks like a comment begins right behind an escaped quote and holds the quote that ends the text.
fn is_address(text: &str, comment: TextRange) -> bool {
    let before = &text[..comment.start().into()];
    let comment = &text[comment];
    let blank = comment.trim_start_matches('/').starts_with([' ', '\t']);
    !blank
        && ['"', '\''].into_iter().any(|quote| {
            before.strip_suffix(quote).is_some_and(|string| string.ends_with('\\')) && comment.contains(quote)
        })
}

fn ends_escaped(string: &str) -> bool {
    let quote = string.get(..1).unwrap_or_default();
    string.len() > 2 && string.strip_suffix(quote).is_some_and(|body| body.ends_with('\\'))
}

/// `"5\""`: a text that does not end since its last quotes are read as one of the text.
fn escaped_in(string: &str) -> Option<TextRange> {
    let quote = string.get(..1)?;
    let sign = format!("\\{quote}{quote}");
    let at = string.find(&sign)?;
    let behind = string[at + sign.len()..].trim_start_matches([' ', '\t']);
    let ends = behind.is_empty() || behind.starts_with([',', ')', '\r', '\n']);
    let start = TextSize::new(u32::try_from(at).ok()?);
    ends.then(|| TextRange::at(start, TextSize::new(2)))
}

/// Whether what follows a text is what follows a value: then its backslash is one, as in `"C:\temp\"`.
fn is_over(behind: &str) -> bool {
    let rest = behind.trim_start_matches([' ', '\t']);
    let word = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let glued = rest.len() == behind.len();
    rest.is_empty()
        || rest.starts_with([',', ')', '=', '!', '\r', '\n', ']'])
        || rest.starts_with("/*")
        || !glued && (rest.starts_with(['<', '>']) || joins(rest))
        || SyntaxKind::from_ampscript_keyword(&rest[..word]).is_some()
}

/// Whether a text begins with an operator of another language and what that joins to a value: `+ @x`.
fn joins(text: &str) -> bool {
    let operand = text.trim_start_matches(['+', '&', '|']);
    operand.len() < text.len() && operand.trim_start_matches([' ', '\t']).starts_with(['@', '"', '\'', '['])
}
