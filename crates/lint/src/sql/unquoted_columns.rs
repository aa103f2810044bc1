//! Names of columns that stand without the brackets they need, found by what columns there are.
//!
//! Of `o.Order-Note` the parser reads a difference, of `c.First Name` a column and its alias. Where the table has a column of the whole name
//! and none of its first word, the brackets are the mistake, and nothing else is said of what stands there.

use sfmc_semantic::sql::{Reference, Source, Target};
use sfmc_syntax::{SyntaxKind, SyntaxToken, TextRange, TextSize};

use super::SqlContext;
use crate::rules::sql::unquoted_name;

/// How many tokens a name without brackets has at most.
const MAX_TOKENS: usize = 12;

/// Reports the columns whose names lack brackets, and returns where they stand, in order, each with the blanks behind it.
pub(super) fn unquoted_columns(ctx: &mut SqlContext<'_>) -> Vec<TextRange> {
    if !ctx.chunk_text().contains(['-', ' ']) {
        return Vec::new();
    }
    let meaning = ctx.meaning();
    let mut found: Vec<TextRange> = Vec::new();
    let open = |reference: &&Reference| {
        matches!(reference.target, Target::Absent(_) | Target::Open(_) | Target::Unknown | Target::NoSource)
    };
    for reference in meaning.references.iter().filter(open) {
        let behind = reference.range.end();
        let goes_on = ctx.chunk_text().get(behind.into()..).is_some_and(|rest| rest.starts_with(['-', ' ']));
        if !goes_on || found.last().is_some_and(|last| last.contains(reference.range.start())) {
            continue;
        }
        let sources = sources(ctx, reference);
        if let Some(range) = whole_name(ctx, reference, &sources) {
            unquoted_name::report(ctx, range, false);
            // `c.First Name AS x`: the word behind it is only wrong because of it.
            let rest = ctx.chunk_text().get(range.end().into()..).unwrap_or_default();
            let blanks = rest.bytes().take_while(|byte| *byte == b' ').count();
            let end = range.end() + TextSize::try_from(blanks).unwrap_or_default();
            found.push(TextRange::new(range.start(), end));
        }
    }
    found
}

/// The sources that the column can be of; none where there can be columns that nobody knows.
fn sources<'a>(ctx: &SqlContext<'a>, reference: &Reference) -> Vec<&'a Source> {
    let meaning = ctx.meaning();
    let Some(select) = reference.select.and_then(|select| meaning.select(select)) else { return Vec::new() };
    let sources = select.sources.iter().filter_map(|id| meaning.source(*id));
    let qualifier = reference.qualifier.map(|range| ctx.text(range).trim_matches(['[', ']', '"']).to_lowercase());
    let is_meant = |source: &&Source| match &qualifier {
        Some(qualifier) => source.key.as_deref() == Some(qualifier),
        None => true,
    };
    let key = reference.name.to_lowercase();
    let sources: Vec<&Source> = sources.filter(is_meant).collect();
    if sources.iter().any(|source| source.columns.open || source.columns.place(&key).is_some()) {
        return Vec::new();
    }
    sources
}

/// The longest name of a column that begins with the one at a reference.
fn whole_name(ctx: &SqlContext<'_>, reference: &Reference, sources: &[&Source]) -> Option<TextRange> {
    let start = reference.range.start();
    let mut token: SyntaxToken = ctx.token_of_byte(start).filter(|_| !sources.is_empty())?;
    let mut found = None;
    for place in 0..MAX_TOKENS {
        let is_part = match token.kind() {
            SyntaxKind::WHITESPACE => token.text().bytes().all(|byte| byte == b' '),
            _ => token.text().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')),
        };
        if !is_part {
            break;
        }
        let range = TextRange::new(start, token.text_range().end());
        let key = ctx.text(range).to_lowercase();
        if place > 0 && sources.iter().any(|source| source.columns.place(&key).is_some()) {
            found = Some(range);
        }
        let Some(next) = token.next_token() else { break };
        token = next;
    }
    found
}
