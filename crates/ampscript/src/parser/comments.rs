//! `*/` without `/*`: the words before it were meant as a comment.

use sfmc_syntax::{Problem, ProblemClass, ProblemKind, SyntaxKind::ERROR_TOKEN, TextRange, TextSize, event::Token};

use super::{Parse, Statement};

fn is_stray(text: &str, problem: &Problem) -> bool {
    problem.kind == ProblemKind::UnexpectedCharacter && &text[problem.range] == "*/"
}

/// Whether a comment of the region ends that did not begin.
pub(super) fn lacks_opener(text: &str, problems: &[Problem]) -> bool {
    problems.iter().any(|problem| is_stray(text, problem))
}

/// More of them in one region are no mistake of a person.
const MAX_STRAYS: usize = 32;

/// Makes one token of what stands before each such end, back to the last statement that is sound, and leaves only that it ends.
///
/// Where code was in comments inside comments, the code before the end is sound, and the end stands alone.
pub(super) fn join(
    text: &str,
    tokens: &mut Vec<Token>,
    problems: &mut Vec<Problem>,
    parse: &Parse,
    statements: &[Statement],
) {
    let strays: Vec<TextRange> =
        problems.iter().filter(|p| is_stray(text, p)).map(|p| p.range).take(MAX_STRAYS).collect();
    let mut floor = statements.first().map_or(TextSize::new(0), |first| first.range.start());
    let mut joined: Vec<TextRange> = Vec::new();
    for stray in strays {
        let sound = |statement: &&Statement| {
            let wrong = |p: &Problem| {
                let notice = matches!(p.kind, ProblemKind::IgnoredExpression | ProblemKind::AssignmentWithoutSet);
                (notice || p.kind.class() == ProblemClass::Error) && statement.range.contains_range(p.range)
            };
            statement.certain && !parse.problems.iter().any(wrong)
        };
        let before = statements.iter().filter(|s| s.range.end() <= stray.start() && s.range.start() >= floor);
        let start = before.rev().find(sound).map_or(floor, |statement| statement.range.end());
        joined.push(TextRange::new(start.min(stray.start()), stray.end()));
        floor = stray.end();
    }
    let mut joined = joined.into_iter().peekable();
    let mut offset = TextSize::new(0);
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut open: Option<TextRange> = None;
    for &token in tokens.iter() {
        let range = TextRange::at(offset, token.len.into());
        offset = range.end();
        while joined.next_if(|next| next.end() <= range.start()).is_some() {
            open = None;
        }
        let inside = joined.peek().is_some_and(|next| next.contains_range(range));
        match &mut open {
            Some(whole) if inside => {
                *whole = whole.cover(range);
                if let Some(last) = out.last_mut() {
                    last.len += token.len;
                }
            }
            _ if inside && !token.kind.is_trivia() => {
                open = Some(range);
                out.push(Token { kind: ERROR_TOKEN, len: token.len });
            }
            _ => out.push(token),
        }
        if let Some(whole) = open
            && joined.peek().is_some_and(|next| next.end() == whole.end())
        {
            problems.retain(|p| is_stray(text, p) || !whole.contains_range(p.range));
        }
    }
    *tokens = out;
}
