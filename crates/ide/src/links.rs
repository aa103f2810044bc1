//! What leads out of a file? Addresses of the web that are whole literals of AMPscript. What is put together from parts is none.

use memchr::memmem;
use sfmc_db::{Db, FileId, Snapshot, chunk_syntax, page_map};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use crate::cursor::token_of_byte;

/// An address in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The content of the literal.
    pub range: TextRange,
    /// The address.
    pub target: String,
}

/// The addresses in a file, in order.
pub fn document_links(snapshot: &Snapshot, file: FileId) -> Vec<Link> {
    let Some(page) = snapshot.page(file) else { return Vec::new() };
    let db: &dyn Db = snapshot.db();
    let mut found = Vec::new();
    for position in page_map(db, page).chunks() {
        let source = position.chunk.source(db);
        for at in memmem::find_iter(source.text.as_bytes(), b"://") {
            let Some(quote) = quote_before(&source.text[..at]) else { continue };
            let Ok(quote) = u32::try_from(quote) else { break };
            let after = source.regions.partition_point(|region| region.start <= quote);
            let region = after.checked_sub(1).and_then(|index| source.regions.get(index));
            if !region.is_some_and(|region| region.kind.code().is_some() && quote < region.end()) {
                continue;
            }
            let root = chunk_syntax(db, position.chunk);
            let token = token_of_byte(&root, TextSize::new(quote)).filter(|token| token.kind() == SyntaxKind::STRING);
            let Some(token) = token.filter(|token| u32::from(token.text_range().start()) == quote) else { continue };
            let text = token.text();
            let Some(content) = text[1..].strip_suffix(&text[..1]) else { continue };
            if is_address(content) {
                let range = TextRange::at(TextSize::new(quote + 1), TextSize::of(content));
                found.push(Link { range: range + position.start, target: content.to_owned() });
            }
        }
    }
    found
}

/// The quotation mark right before the `http` or `https` that a text ends with.
fn quote_before(text: &str) -> Option<usize> {
    let ends_with = |scheme: &str| {
        let start = text.len().checked_sub(scheme.len())?;
        text.get(start..).filter(|end| end.eq_ignore_ascii_case(scheme)).and(start.checked_sub(1))
    };
    let is_quote = |at: &usize| matches!(text.as_bytes()[*at], b'"' | b'\'');
    ends_with("https").filter(is_quote).or_else(|| ends_with("http").filter(is_quote))
}

/// Whether a literal is an address and nothing else: the platform writes things into texts with `%%` and `[…]`.
pub(crate) fn is_address(content: &str) -> bool {
    let rest = content.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    !host.is_empty()
        && content.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"\"'<>[]{}\\^`|".contains(c))
        && !content.contains("%%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::host;

    #[test]
    fn only_whole_literals() {
        let text = "<a href=\"https://html.example\">%%=RedirectTo('https://a.example/b?c=1#d')=%%
%%[ set @img = \"HTTP://img.example/😀.png\" set @b = Concat('http://', @x) set @c = 'see https://a.example'
set @d = 'https://a.example/[id]' /* 'https://a.example' */ set @e = 'https://a.example/%%id%%' set @f = 'ftp://a' set @g = 'https://a b' ]%%";
        let (host, file) = host(text);
        let found = document_links(&host.snapshot(), file);
        let found: Vec<(&str, &str)> = found.iter().map(|link| (&text[link.range], &*link.target)).collect();
        let expected = ["https://a.example/b?c=1#d", "HTTP://img.example/😀.png"];
        assert_eq!(found, expected.map(|address| (address, address)));
    }

    #[test]
    fn what_does_not_end() {
        let (host, file) = host("%%[ set @a = 'https://a.example");
        assert_eq!(document_links(&host.snapshot(), file), []);
    }
}
