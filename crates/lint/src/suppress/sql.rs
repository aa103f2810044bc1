//! Directives in the comments of SQL.

use std::sync::Arc;

use memchr::memmem;
use sfmc_db::{Chunk, Db, sql_syntax};
use sfmc_diagnostics::suppression::WORD;
use sfmc_syntax::{NodeOrToken, SyntaxKind, SyntaxToken, TextRange, TextSize};

use super::{Next, Suppressions};

/// The directives of a chunk of a file of SQL; nothing is looked at unless their word occurs.
#[salsa::tracked(returns(ref))]
pub(super) fn sql_suppressions(db: &dyn Db, chunk: Chunk) -> Option<Arc<Suppressions>> {
    let text = &*chunk.source(db).text;
    memmem::find(text.as_bytes(), WORD.as_bytes())?;
    let mut found = Suppressions::default();
    let root = sql_syntax(db, chunk);
    for token in root.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
        let is_comment = matches!(token.kind(), SyntaxKind::COMMENT | SyntaxKind::LINE_COMMENT);
        if is_comment && token.text().contains(WORD) {
            let comment = token.text();
            let content = comment.trim_start_matches(['-', '/', '#', '*']);
            let start = token.text_range().start() + TextSize::of(comment) - TextSize::of(content);
            let content = content.strip_suffix("*/").unwrap_or(content);
            found.read(content, start, next(text, &token), None);
        }
    }
    Some(Arc::new(found))
}

/// What a comment reaches beside its line: the next line with code, since the statement that comes next is most often all of the file. Behind
/// code on its line it is about that.
fn next(text: &str, comment: &SyntaxToken) -> Next {
    let range = comment.text_range();
    let line_start = text[..usize::from(range.start())].rfind('\n').map_or(0, |at| at + 1);
    let mut before = comment.prev_token();
    while let Some(token) = before.take_if(|token| token.kind().is_trivia()) {
        before = token.prev_token();
    }
    if before.as_ref().is_some_and(|token| usize::from(token.text_range().end()) > line_start) {
        return Next::Nothing;
    }
    let mut after = comment.next_token();
    while let Some(token) = after.take_if(|token| token.kind().is_trivia()) {
        after = token.next_token();
    }
    // The last comment of a piece is followed by nothing.
    let Some(after) = after else { return Next::Nothing };
    let start = after.text_range().start();
    let end = text[usize::from(start)..].find('\n').map_or(text.len(), |at| usize::from(start) + at);
    Next::Here(TextRange::new(start, TextSize::new(u32::try_from(end).unwrap_or(u32::MAX))))
}
