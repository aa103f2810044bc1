//! Names of tables that stand without the brackets they need, found by what tables there are.
//!
//! The parser sees words only: of `FROM Order Lines-2026` it reads ORDER without BY, and says what is wrong with that. Where the schema has
//! a table of that name, this is the mistake, and what the parser says of it and of what follows is not.

use sfmc_schema::Lookup;
use sfmc_sql::{SqlProblemKind, is_plain_name};
use sfmc_syntax::{NodeOrToken, SyntaxKind, SyntaxToken, TextRange, TextSize};

use super::SqlContext;
use crate::rules::sql::unquoted_name;

/// How many tokens a name without brackets has at most.
const MAX_TOKENS: usize = 24;

/// Reports the tables whose names lack brackets, where that broke the text. Returns where the first begins.
pub(super) fn unquoted_names(ctx: &mut SqlContext<'_>) -> Option<TextSize> {
    let schema = ctx.schema();
    if ctx.problems().is_empty() || (schema.own().is_empty() && schema.shared().is_empty()) {
        return None;
    }
    let tokens = ctx.root().descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let heads: Vec<SyntaxToken> =
        tokens.filter(|token| matches!(token.kind(), SyntaxKind::FROM_KW | SyntaxKind::JOIN_KW)).collect();
    let mut first = None;
    for head in heads {
        let Some(mut start) = next(&head) else { continue };
        let dot = Some(&start).filter(|start| start.text().eq_ignore_ascii_case("ent")).and_then(next);
        let dot = dot.filter(|dot| dot.kind() == SyntaxKind::DOT);
        let ent = dot.is_some();
        if let Some(name) = dot.as_ref().and_then(next) {
            start = name;
        }
        let Some(range) = unquoted_name(ctx, ent, &start) else { continue };
        let behind = ctx
            .token_of_byte(range.end())
            .and_then(|token| if token.kind().is_trivia() { next(&token) } else { Some(token) });
        let end = behind.map_or(range.end(), |token| token.text_range().end());
        let around = TextRange::new(head.text_range().end(), end);
        if first.is_none() && !ctx.is_broken(around) {
            continue;
        }
        first.get_or_insert(head.text_range().end());
        let alone = matches!(schema.table(ent, start.text()), Lookup::Found(_));
        unquoted_name::report(ctx, range, alone);
        ctx.lacks_brackets(range);
    }
    first
}

/// The name of a table that begins with a token and needs brackets: the longest that there is.
pub(crate) fn unquoted_name(ctx: &SqlContext<'_>, ent: bool, start: &SyntaxToken) -> Option<TextRange> {
    let begin = start.text_range().start();
    let mut found = None;
    let mut token = Some(start.clone());
    for place in 0..MAX_TOKENS {
        let here = token?;
        let ends = match here.kind() {
            SyntaxKind::WHITESPACE => here.text().contains(['\n', '\r']),
            SyntaxKind::COMMA | SyntaxKind::SEMICOLON | SyntaxKind::BRACKET_NAME | SyntaxKind::QUOTED_NAME => true,
            kind => kind.is_trivia(),
        };
        if ends {
            break;
        }
        let range = TextRange::new(begin, here.text_range().end());
        let name = ctx.text(range);
        let is_name = place > 0 && !here.kind().is_trivia() && !is_plain_name(name);
        if is_name && matches!(ctx.schema().table(ent, name), Lookup::Found(_)) {
            found = Some(range);
        }
        token = here.next_token();
        if token.is_none() {
            break;
        }
    }
    found
}

/// Whether a problem can come of a name that was read as something else.
pub(super) fn is_of_grammar(kind: SqlProblemKind) -> bool {
    use SqlProblemKind::*;
    matches!(
        kind,
        ExpectedExpression
            | ExpectedTable
            | ExpectedName
            | ExpectedKeyword
            | ExpectedOn
            | ExpectedQuery
            | MissingComma
            | UnexpectedToken
            | PivotValue
            | ReservedName
            | UnquotedName
            | MisplacedClause
            | TrailingComma
            | Prose
    )
}

/// The next token that means something.
fn next(token: &SyntaxToken) -> Option<SyntaxToken> {
    let mut next = token.next_token()?;
    while next.kind().is_trivia() {
        next = next.next_token()?;
    }
    Some(next)
}
