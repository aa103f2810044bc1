//! What stands behind the place already? A keyword is not written a second time.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*, TextRange};

use crate::sql::context::{Context, State};

/// What of a keyword is missing at a place: of `GROUP BY` only the first word where BY follows. None where all of it is there.
pub(super) fn missing<'w>(context: &Context<'_>, keyword: &'w str) -> Option<&'w str> {
    if context.typed().is_empty() && is_there(context, keyword) {
        return None;
    }
    let behind = same_line(context);
    if let ([outer, join, ..], Some(kind)) = (behind.as_slice(), keyword.strip_suffix("JOIN"))
        && is(outer, "OUTER")
        && is(join, "JOIN")
    {
        // An inner join has no OUTER.
        return Some(kind.trim_end()).filter(|kind| matches!(*kind, "LEFT" | "RIGHT" | "FULL"));
    }
    if keyword == "IS NULL" && behind.first().is_some_and(|word| is(word, "NOT")) {
        return None;
    }
    let cuts = keyword.match_indices(' ').map(|(at, _)| keyword.split_at(at));
    let cut = cuts.into_iter().find(|(_, rest)| {
        let mut behind = behind.iter();
        rest.split_whitespace().all(|word| behind.next().is_some_and(|found| is(found, word)))
    });
    Some(cut.map_or(keyword, |(first, _)| first))
}

/// Whether a keyword that can be there once follows, or a clause that has to come before its one.
fn is_there(context: &Context<'_>, keyword: &str) -> bool {
    let Some(after) = context.after else { return false };
    if let (Some(clause), Some(next)) = (clause_of(keyword), clause_of_token(after.kind)) {
        return clause >= next;
    }
    match keyword {
        "DISTINCT" | "TOP" | "AS" | "ON" | "BY" | "THEN" | "SELECT" | "OVER" | "ASC" | "DESC" => {
            is(context.text(after.range), keyword)
        }
        // Behind LEFT; elsewhere another join can come before one.
        "JOIN" => context.state == State::JoinWord && after.kind == JOIN_KW,
        _ => false,
    }
}

/// The place of a clause among those of a SELECT.
fn clause_of(keyword: &str) -> Option<u8> {
    Some(match keyword {
        "FROM" => 0,
        "WHERE" => 1,
        "GROUP BY" => 2,
        "HAVING" => 3,
        "ORDER BY" => 4,
        _ => return None,
    })
}

fn clause_of_token(kind: SyntaxKind) -> Option<u8> {
    Some(match kind {
        FROM_KW => 0,
        WHERE_KW => 1,
        GROUP_KW => 2,
        HAVING_KW => 3,
        ORDER_KW => 4,
        _ => return None,
    })
}

/// The words behind the place on its line.
fn same_line<'a>(context: &Context<'a>) -> Vec<&'a str> {
    let start = context.word.end();
    let on_line = context.following.iter().take_while(|token| {
        token.range.start() >= start && !context.text(TextRange::new(start, token.range.start())).contains(['\n', '\r'])
    });
    on_line.map(|token| context.text(token.range)).collect()
}

fn is(found: &str, word: &str) -> bool {
    found.eq_ignore_ascii_case(word)
}
