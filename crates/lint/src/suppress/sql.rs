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
    // Where the last code ended, and the comments since then that look for what comes.
    let (mut before, mut waiting) = (TextSize::new(0), Vec::new());
    for token in root.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
        if !token.kind().is_trivia() {
            let next = line_from(text, token.text_range().start());
            waiting.drain(..).for_each(|comment| read(&mut found, &comment, next));
            before = token.text_range().end();
        } else if is_directive(&token) {
            let line_start = text[..usize::from(token.text_range().start())].rfind('\n').map_or(0, |at| at + 1);
            // Behind code on its line it is about that.
            match usize::from(before) > line_start {
                true => read(&mut found, &token, Next::Nothing),
                false => waiting.push(token),
            }
        }
    }
    // The last comment of a piece is followed by nothing.
    waiting.iter().for_each(|comment| read(&mut found, comment, Next::Nothing));
    Some(Arc::new(found))
}

fn is_directive(token: &SyntaxToken) -> bool {
    matches!(token.kind(), SyntaxKind::COMMENT | SyntaxKind::LINE_COMMENT) && token.text().contains(WORD)
}

fn read(found: &mut Suppressions, comment: &SyntaxToken, next: Next) {
    let text = comment.text();
    let content = text.trim_start_matches(['-', '/', '#', '*']);
    let start = comment.text_range().start() + TextSize::of(text) - TextSize::of(content);
    found.read(content.strip_suffix("*/").unwrap_or(content), start, next, None);
}

/// What a comment reaches beside its line: the next line with code, since the statement that comes next is most often all of the file.
fn line_from(text: &str, start: TextSize) -> Next {
    let end = text[usize::from(start)..].find('\n').map_or(text.len(), |at| usize::from(start) + at);
    Next::Here(TextRange::new(start, TextSize::new(u32::try_from(end).unwrap_or(u32::MAX))))
}
