//! What can stand in the header of a block, `[type=post;name=save]`? Its two keys, and the types.

use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use super::{Candidates, CompletionItem, CompletionKind, Completions};
use crate::code::CodeAt;

/// The header around a place.
pub(super) fn around(code: &CodeAt, offset: TextSize) -> Option<TextRange> {
    let begins = code.tokens.iter().position(|token| token.kind == SyntaxKind::BLOCK_OPEN)?;
    let is_key = |text: &str| {
        let key = text.get(1..).unwrap_or_default().trim_start();
        key.get(..4).is_some_and(|key| key.eq_ignore_ascii_case("type") || key.eq_ignore_ascii_case("name"))
    };
    // With a `;` at its end it is none yet.
    let header = code.tokens.get(begins + 1).filter(|token| match token.kind {
        SyntaxKind::BLOCK_HEADER => true,
        SyntaxKind::BRACKET_NAME => is_key(code.text(token.range)) && code.text(token.range).contains('='),
        _ => false,
    });
    let header = header?.range;
    let is_closed = code.text(header).ends_with(']');
    let is_in = header.start() < offset && (offset < header.end() || (offset == header.end() && !is_closed));
    is_in.then_some(header)
}

/// What can be written there; a name is whatever somebody calls a context.
pub(super) fn complete(code: &CodeAt, header: TextRange, offset: TextSize) -> Option<Completions> {
    let before = code.text(TextRange::new(header.start(), offset));
    let typed = before.rsplit(['[', ';', '=']).next().unwrap_or_default();
    let behind = code.text(TextRange::new(offset, header.end()));
    let rest = behind.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(behind.len());
    let ahead = before.get(..before.len() - typed.len())?.trim_end();
    let words: &[&str] = match ahead.chars().next_back()? {
        '[' | ';' => &["type=", "name="],
        _ if ahead.to_ascii_lowercase().trim_end_matches('=').trim_end().ends_with("type") => &["Load", "Post"],
        _ => &[],
    };
    let is_assigned = behind.get(rest..).is_some_and(|rest| rest.starts_with('='));
    let mut found = Candidates::default();
    for (n, word) in words.iter().enumerate() {
        let word = if is_assigned { word.trim_end_matches('=') } else { word };
        found.add(1.0 / (1.0 + n as f32), CompletionItem::new(word, CompletionKind::Keyword));
    }
    let end = offset + TextSize::of(behind.get(..rest)?);
    found.finish(TextRange::new(offset - TextSize::of(typed), end), offset, typed)
}
