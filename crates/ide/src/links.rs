//! What leads out of a file? Addresses of the web that are whole literals of AMPscript, or whole values of attributes of HTML; those in
//! `srcset` and in `url(…)` of style sheets; in files of text all that stand there. What is put together from parts is none.

use std::{ops::Range, path::Path};

use memchr::memmem;
use sfmc_db::{ChunkPosition, Db, FileId, FileKind, Page, Snapshot, chunk_syntax, page_html, page_map};
use sfmc_host::html::UrlValues;
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use crate::cursor::token_of_byte;

/// An address in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The content of the literal or the attribute.
    pub range: TextRange,
    /// The address.
    pub target: String,
}

/// The addresses in a file, in order.
pub fn document_links(snapshot: &Snapshot, file: FileId) -> Vec<Link> {
    let Some(page) = snapshot.page(file) else { return Vec::new() };
    let db: &dyn Db = snapshot.db();
    if page.kind(db) != FileKind::Page {
        return Vec::new();
    }
    let mut found = literals(db, page);
    found.extend(html_links(db, page, 0..page_map(db, page).chunks().len()));
    let is_text = snapshot.path(file).is_some_and(|path| is_plain_text(&path));
    for position in page_map(db, page).chunks() {
        pieces(db, *position, is_text, &mut found);
    }
    found.sort_by_key(|link| link.range.start());
    found.dedup_by_key(|link| link.range.start());
    found
}

/// The address that an attribute around a place has.
pub(crate) fn html_link_at(db: &dyn Db, page: Page, offset: TextSize) -> Option<Link> {
    let map = page_map(db, page);
    let here = map.chunk_at(offset)?;
    let entries = page_html(db, page);
    // The value can begin in a chunk before, and end in one behind.
    let from = (0..=here).rev().find(|&n| entries.get(n).is_some_and(|entry| !entry.is_at_value()))?;
    let to = (here + 1..entries.len()).find(|&n| entries.get(n).is_some_and(|entry| !entry.is_at_value()));
    let found = html_links(db, page, from..to.unwrap_or(entries.len()));
    let mut found: Vec<Link> = found;
    if let Some(position) = map.chunks().get(here) {
        pieces(db, *position, false, &mut found);
    }
    found.into_iter().find(|link| link.range.contains_inclusive(offset))
}

/// Whether a file is text, so that nothing else says what in it is an address: the text part of an e-mail.
fn is_plain_text(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    name.ends_with(".txt") || name.starts_with("views.text.")
}

/// No address in `url(…)` is longer.
const MAX_ADDRESS: usize = 2048;

/// The addresses in `url(…)` that a chunk's text has, and in text all of them. None that touches code: it would go on there.
fn pieces(db: &dyn Db, position: ChunkPosition, is_text: bool, found: &mut Vec<Link>) {
    let source = position.chunk.source(db);
    let mut done = 0;
    let ends = source.regions.iter().map(|region| (region.start as usize, region.end() as usize));
    for (end, next) in ends.chain([(source.text.len(), source.text.len())]) {
        let Some(text) = source.text.get(done..end) else { break };
        let mut add = |at: usize, content: &str| {
            if is_web_address(content) {
                let range = TextRange::at(size(done + at), TextSize::of(content));
                found.push(Link { range: range + position.start, target: content.to_owned() });
            }
        };
        for at in memmem::find_iter(text.as_bytes(), b"url(").map(|at| at + 4) {
            let near = text.floor_char_boundary(at + MAX_ADDRESS);
            let Some(len) = text.get(at..near).and_then(|rest| rest.find(')')) else { continue };
            let inner = &text[at..at + len];
            let content = inner.trim().trim_matches(['"', '\'']);
            if let Some(start) = inner.find(content).filter(|_| !content.is_empty()) {
                add(at + start, content);
            }
        }
        if is_text {
            let mut read = 0;
            for at in memmem::find_iter(text.as_bytes(), b"://") {
                let scheme =
                    text.as_bytes()[read.min(at)..at].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
                let start = at - scheme;
                // A part of the address before.
                if start < read {
                    continue;
                }
                let rest = &text[start..];
                let len = rest.find(|c: char| c.is_whitespace() || "<>\"'`“”‘’«»".contains(c)).unwrap_or(rest.len());
                read = start + len;
                // Code puts something before it or behind it.
                if (start + len == text.len() && next > end) || (start == 0 && done > 0) {
                    continue;
                }
                add(start, rest[..len].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']));
            }
        }
        done = next;
    }
}

fn size(at: usize) -> TextSize {
    TextSize::new(u32::try_from(at).unwrap_or(u32::MAX))
}

/// The addresses that attributes have in some chunks.
fn html_links(db: &dyn Db, page: Page, chunks: Range<usize>) -> Vec<Link> {
    let map = page_map(db, page);
    let Some(&entry) = page_html(db, page).get(chunks.start) else { return Vec::new() };
    let mut walk = UrlValues::new(entry);
    let chunks = map.chunks().get(chunks).unwrap_or_default();
    for position in chunks {
        let source = position.chunk.source(db);
        walk.advance(&source.text, &source.regions, position.start);
    }
    let mut found = Vec::new();
    for range in walk.finish() {
        let value = slice(db, chunks, range);
        if let Some(target) = unescaped(&value).and_then(|target| with_scheme(&target)) {
            found.push(Link { range, target });
        } else {
            found.extend(candidates(&value).map(|(at, target)| {
                let len = TextSize::of(target.as_str());
                Link { range: TextRange::at(range.start() + size(at), len), target }
            }));
        }
    }
    found
}

/// An address of the web; one without a scheme has that of the page.
fn with_scheme(target: &str) -> Option<String> {
    if target.starts_with("//") {
        let whole = format!("https:{target}");
        return is_address(&whole).then_some(whole);
    }
    is_web_address(target).then(|| target.to_owned())
}

/// The addresses in a `srcset`, each with where it begins: `https://a.example/1.png 1x, https://a.example/2.png 2x`.
fn candidates(value: &str) -> impl Iterator<Item = (usize, String)> {
    let is_descriptor = |text: &str| {
        text.strip_suffix(['x', 'w']).is_some_and(|number| number.parse::<f32>().is_ok_and(|number| number > 0.0))
    };
    // An address may have a comma in it, but none at its end.
    let mut at = 0;
    let mut found = Vec::new();
    for part in value.split(", ") {
        let mut words = part.split_whitespace();
        let (address, descriptor, rest) = (words.next(), words.next(), words.next());
        let Some(address) = address.filter(|_| descriptor.is_none_or(is_descriptor) && rest.is_none()) else {
            found.clear();
            break;
        };
        let start = at + part.find(address).unwrap_or(0);
        if is_web_address(address) && !address.contains('&') {
            found.push((start, address.to_owned()));
        }
        at += part.len() + 2;
    }
    // One alone would have been an address.
    if !value.contains(' ') {
        found.clear();
    }
    found.into_iter()
}

/// The text of a range that lies in some chunks.
fn slice(db: &dyn Db, chunks: &[ChunkPosition], range: TextRange) -> String {
    let first = chunks.partition_point(|position| position.start <= range.start()).saturating_sub(1);
    let mut text = String::new();
    for position in chunks.iter().skip(first).take_while(|position| position.start < range.end()) {
        let source = &position.chunk.source(db).text;
        let from = usize::from(range.start().checked_sub(position.start).unwrap_or_default());
        let to = usize::from(range.end() - position.start).min(source.len());
        text.push_str(source.get(from..to).unwrap_or_default());
    }
    text
}

/// What the value of an attribute says; none where more has to be known than what `&amp;` is.
fn unescaped(value: &str) -> Option<String> {
    let value = value.trim_ascii();
    (!value.contains("&#")).then(|| value.replace("&amp;", "&"))
}

/// The addresses in literals.
fn literals(db: &dyn Db, page: Page) -> Vec<Link> {
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

/// Whether a text is an address of the web and nothing else.
pub(crate) fn is_web_address(content: &str) -> bool {
    let scheme = content.split_once("://").map_or("", |(scheme, _)| scheme);
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) && is_address(content)
}

/// Whether a literal is an address and nothing else: the platform writes things into texts with `%%` and `[…]`.
fn is_address(content: &str) -> bool {
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

    fn found(text: &str) -> Vec<(String, String)> {
        let (host, file) = host(text);
        let snapshot = host.snapshot();
        let found = document_links(&snapshot, file);
        // What is a link is told where one points at it.
        for at in 0..=text.len() {
            if !text.is_char_boundary(at) {
                continue;
            }
            let offset = crate::testing::size(at);
            let hover =
                crate::hover(&snapshot, file, offset).filter(|hover| hover.text.plain().starts_with("Web address"));
            match found.iter().find(|link| link.range.contains(offset)) {
                Some(link) => {
                    assert!(hover.is_some_and(|hover| hover.range.contains_range(link.range)), "{at} in {text}");
                }
                // The quotation marks of a literal, and the place behind it, belong to it.
                None => assert!(
                    hover.is_none_or(|hover| found.iter().any(|link| hover.range.contains_range(link.range))),
                    "{at} in {text}"
                ),
            }
        }
        found.into_iter().map(|link| (text[link.range].to_owned(), link.target)).collect()
    }

    fn same(addresses: &[&str]) -> Vec<(String, String)> {
        addresses.iter().map(|address| ((*address).to_owned(), (*address).to_owned())).collect()
    }

    #[test]
    fn only_whole_literals() {
        let text = "<a href=\"https://html.example\">%%=RedirectTo('https://a.example/b?c=1#d')=%%
%%[ set @img = \"HTTP://img.example/😀.png\" set @b = Concat('http://', @x) set @c = 'see https://a.example'
set @d = 'https://a.example/[id]' /* 'https://a.example' */ set @e = 'https://a.example/%%id%%' set @f = 'ftp://a' set @g = 'https://a b' ]%%";
        assert_eq!(
            found(text),
            same(&["https://html.example", "https://a.example/b?c=1#d", "HTTP://img.example/😀.png"])
        );
    }

    #[test]
    fn what_does_not_end() {
        assert_eq!(found("%%[ set @a = 'https://a.example"), []);
        assert_eq!(found("<a href='https://a.example"), []);
    }

    #[test]
    fn values_of_attributes() {
        assert_eq!(
            found(
                "<img src=https://a.example/😀.png alt='https://no.example'><a href='https://a.example/?b=1&amp;c=2'>https://no.example</a>"
            ),
            [
                ("https://a.example/😀.png".to_owned(), "https://a.example/😀.png".to_owned()),
                ("https://a.example/?b=1&amp;c=2".to_owned(), "https://a.example/?b=1&c=2".to_owned()),
            ]
        );
        assert_eq!(
            found("<a href='/b'><a href='mailto:a@b.example'><a href='https://a.example/&#x27;'><a href='#'>"),
            []
        );
        assert_eq!(found("<a href=\"https://a.example/?e=%%=v(@e)=%%\"><a href='https://%%host%%/'>"), []);
        assert_eq!(found("<!-- <a href='https://a.example'> --><p xmlns=\"https://a.example\">"), []);
    }

    #[test]
    fn several_addresses_and_style_sheets() {
        assert_eq!(
            found(
                "<img srcset='https://a.example/1.png 1x, https://a.example/2.png 2x'><img srcset=\"https://a.example/c 100w\">"
            ),
            same(&["https://a.example/1.png", "https://a.example/2.png", "https://a.example/c"])
        );
        assert_eq!(
            found(
                "<td style=\"background:url('https://a.example/b.png')\"><style>a { b: url( https://c.example/d ) }</style>"
            ),
            same(&["https://a.example/b.png", "https://c.example/d"])
        );
        assert_eq!(
            found("<td style='a:url(b.png)'><a href='see https://a.example/b'><i style='a:url(https://%%host%%/b)'>"),
            []
        );
        let cdn = ("//cdn.example/a.js".to_owned(), "https://cdn.example/a.js".to_owned());
        assert_eq!(found("<script src='//cdn.example/a.js'></script>"), [cdn]);
    }

    #[test]
    fn text() {
        let mut host = sfmc_db::Host::default();
        let mut text = "Visit https://a.example/x?y=1. (http://b.example/c)\nhttps://c.example/%%id%% %%=v(@u)=%%://d e://f https://g.example";
        let mut targets = |path: &str| -> Vec<String> {
            let file = host.set_text(Path::new(path), text.to_owned(), FileKind::Page);
            document_links(&host.snapshot(), file).into_iter().map(|link| link.target).collect()
        };
        assert_eq!(
            targets("/views.text.content.asset-message-meta.amp"),
            ["https://a.example/x?y=1", "http://b.example/c", "https://g.example"]
        );
        assert_eq!(targets("/a.html"), [""; 0]);
        text = "See “https://a.example/x” now, é://x.example, Größe:ähttps://b.example/ö ://://http://http://c.example";
        let found: Vec<_> = {
            let file = host.set_text(Path::new("/views.text.b.txt"), text.to_owned(), FileKind::Page);
            document_links(&host.snapshot(), file).into_iter().map(|link| link.target).collect()
        };
        assert_eq!(found[..2], ["https://a.example/x", "https://b.example/ö"]);
    }

    #[test]
    fn where_the_page_is_cut_does_not_matter() {
        let address = format!("https://a.example/{}", "long/".repeat(20_000));
        let text = format!(
            "<a %%=v(1)=%% href='{address}' %%=v(2)=%%>{}",
            crate::testing::far_apart(&["<p>", "%%=v(3)=%%", "<a href='https://b.example'>"])
        );
        let (host, file) = host(&text);
        assert!(host.page(file).unwrap().chunks(host.db()).len() > 1);
        let snapshot = host.snapshot();
        let targets: Vec<String> = document_links(&snapshot, file).into_iter().map(|link| link.target).collect();
        assert_eq!(targets, [address, "https://b.example".to_owned()]);
        let last = crate::testing::size(text.rfind("b.example").unwrap());
        assert_eq!(
            html_link_at(snapshot.db(), snapshot.page(file).unwrap(), last).unwrap().target,
            "https://b.example"
        );
    }
}
