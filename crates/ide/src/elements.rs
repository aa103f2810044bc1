//! Which start tag of HTML goes with which end tag? By the tags alone, over the whole page, with regions as holes: what they put out is not
//! known, and has no tags.
//!
//! Whoever writes a page writes its parts into branches (`%%[ if … ]%%<table>%%[ endif ]%%`), and leaves out end tags that HTML allows to
//! leave out: an element whose end is not found has none, and nothing is concluded from it.

use memchr::{memchr, memchr_iter, memmem};
use sfmc_db::{Db, Page, page_map};
use sfmc_syntax::{TextRange, TextSize};

/// Elements that hold nothing and have no end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements in which nothing but their own end tag is one.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// An element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its start tag.
    pub(crate) start: TextRange,
    /// Its end tag, if it is found; of elements that have none, nothing behind the start tag.
    pub(crate) end: Option<TextRange>,
}

/// The tags of a page.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    /// The elements, in order of their start tags.
    pub(crate) elements: Vec<Element>,
    /// End tags that belong to none, conditions of Outlook that hold halves of elements, and comments, for which it says so.
    others: Vec<(TextRange, bool)>,
}

impl Elements {
    /// The elements of a page.
    pub(crate) fn of(db: &dyn Db, page: Page) -> Elements {
        let mut text = Vec::with_capacity(page_map(db, page).len().into());
        for position in page_map(db, page).chunks() {
            let source = position.chunk.source(db);
            let from = text.len();
            text.extend_from_slice(source.text.as_bytes());
            for region in &source.regions {
                if let Some(hole) = text.get_mut(from + region.start as usize..from + region.end() as usize) {
                    hole.fill(b'x');
                }
            }
        }
        let mut scan = Scan { text: &text, at: 0, found: Elements::default(), open: Vec::new() };
        while scan.next() {}
        scan.found
    }

    /// The first place from `end` on where whatever begins behind `start` has ended; none where something ends in between that began before,
    /// or does not end.
    pub(crate) fn balanced(&self, start: TextSize, end: TextSize) -> Option<TextSize> {
        let mut end = end;
        loop {
            let (before, range) = (end, TextRange::new(start, end));
            let starts_in = |tag: TextRange| range.contains(tag.start());
            for &(other, is_comment) in &self.others {
                // An end tag whose start tag stands in a branch, or nowhere, or half of a condition.
                if starts_in(other) && !is_comment || (other.contains(start) && other.start() < start) {
                    return None;
                }
                if starts_in(other) {
                    end = end.max(other.end());
                }
            }
            let from = self.elements.partition_point(|element| element.start.start() < start);
            for element in &self.elements[..from] {
                let is_cut = element.start.contains(start) || element.end.is_some_and(starts_in);
                if is_cut {
                    return None;
                }
            }
            for element in self.elements[from..].iter().take_while(|element| element.start.start() < before) {
                end = end.max(element.end?.end());
            }
            if end == before {
                return Some(end);
            }
        }
    }
}

struct Scan<'t> {
    text: &'t [u8],
    at: usize,
    found: Elements,
    /// The elements that have not ended, by their place and name.
    open: Vec<(usize, String)>,
}

impl Scan<'_> {
    /// Reads the next tag or comment.
    fn next(&mut self) -> bool {
        let Some(found) = self.rest().and_then(|rest| memchr(b'<', rest)) else { return false };
        let start = self.at + found;
        self.at = start + 1;
        let rest = self.rest().unwrap_or_default();
        if rest.starts_with(b"!--") {
            let end = memmem::find(rest, b"-->").map_or(self.text.len(), |end| self.at + end + 3);
            let comment = self.text.get(start..end).unwrap_or_default();
            self.found.others.push((range(start, end), !is_half(comment)));
            self.at = end;
            return true;
        }
        // `<![if !mso]>` and `<![endif]>`, which other programs take for comments.
        if [b"![if ".as_slice(), b"![endif"].into_iter().any(|start| begins_with(rest, start)) {
            let end = memchr(b'>', rest).map_or(self.text.len(), |end| self.at + end + 1);
            self.found.others.push((range(start, end), false));
            self.at = end;
            return true;
        }
        let is_end = rest.starts_with(b"/");
        let name = rest.get(usize::from(is_end)..).unwrap_or_default();
        if !name.first().is_some_and(u8::is_ascii_alphabetic) {
            return true;
        }
        let name: String = name
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':'))
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect();
        let Some((end, closes_itself)) = self.tag_end() else {
            self.at = self.text.len();
            return true;
        };
        self.at = end;
        if is_end {
            self.close(&name, range(start, end));
        } else {
            self.open(name, range(start, end), closes_itself);
        }
        true
    }

    fn rest(&self) -> Option<&[u8]> {
        self.text.get(self.at..)
    }

    /// The byte behind the `>` of a tag, and whether `/` stands before it. Values of attributes can hold it.
    fn tag_end(&self) -> Option<(usize, bool)> {
        let (mut quote, mut last) = (None, b' ');
        for (index, &byte) in self.rest()?.iter().enumerate() {
            match quote {
                Some(open) if byte == open => quote = None,
                Some(_) => continue,
                None if byte == b'>' => return Some((self.at + index + 1, last == b'/')),
                None if matches!(byte, b'"' | b'\'') && last == b'=' => quote = Some(byte),
                None => {}
            }
            if !byte.is_ascii_whitespace() {
                last = byte;
            }
        }
        None
    }

    fn open(&mut self, name: String, start: TextRange, closes_itself: bool) {
        if closes_itself || VOID.contains(&&*name) {
            let end = Some(TextRange::empty(start.end()));
            self.found.elements.push(Element { start, end });
            return;
        }
        let is_raw = RAW.contains(&&*name);
        if is_raw {
            let end = self.rest().and_then(|rest| end_tag(rest, name.as_bytes()));
            self.at += end.unwrap_or(self.text.len() - self.at);
        }
        self.open.push((self.found.elements.len(), name));
        self.found.elements.push(Element { start, end: None });
    }

    fn close(&mut self, name: &str, end: TextRange) {
        // What is open within it has no end. Deeper than this nobody nests what is not left open by branches.
        let known = self.open.iter().rev().take(256).position(|(_, open)| open == name);
        let Some(depth) = known else { return self.found.others.push((end, false)) };
        let at = self.open.len() - 1 - depth;
        let opened = self.open.get(at).and_then(|(index, _)| self.found.elements.get_mut(*index));
        if let Some(element) = opened {
            element.end = Some(end);
        }
        self.open.truncate(at);
    }
}

/// Whether a comment is half of something: a condition of Outlook that does not end in it, or that holds tags, whose other halves stand in
/// another such comment.
fn is_half(comment: &[u8]) -> bool {
    let holds = |part: &[u8]| memchr_iter(b'[', comment).any(|at| begins_with(&comment[at..], part));
    let (begins, ends) = (holds(b"[if "), holds(b"[endif]"));
    if begins != ends {
        return true;
    }
    if !begins {
        return false;
    }
    let inner = memchr(b'>', comment).and_then(|start| comment.get(start + 1..)).unwrap_or_default();
    let inner = &inner[..memmem::rfind(inner, b"<![").unwrap_or(inner.len())];
    // No comment holds another.
    if memmem::find(inner, b"<!--").is_some() {
        return true;
    }
    let mut scan = Scan { text: inner, at: 0, found: Elements::default(), open: Vec::new() };
    while scan.next() {}
    let is_whole = |element: &Element| element.end.is_some();
    !scan.found.elements.iter().all(is_whole) || scan.found.others.iter().any(|(_, is_comment)| !is_comment)
}

/// Whether a text begins with another, in whatever case.
fn begins_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// Where the end tag of a name begins.
fn end_tag(text: &[u8], name: &[u8]) -> Option<usize> {
    memmem::find_iter(text, b"</")
        .find(|at| text.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)))
}

fn range(start: usize, end: usize) -> TextRange {
    let size = |at: usize| TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
    TextRange::new(size(start), size(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{far_apart, host};

    fn found(text: &str) -> Vec<(String, Option<String>)> {
        let (host, file) = host(text);
        let found = Elements::of(host.db(), host.page(file).unwrap());
        let part = |range: TextRange| text[range].to_owned();
        found.elements.into_iter().map(|element| (part(element.start), element.end.map(part))).collect()
    }

    fn pairs(expected: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
        expected.iter().map(|(start, end)| ((*start).to_owned(), end.map(str::to_owned))).collect()
    }

    #[test]
    fn tags() {
        assert_eq!(
            found(
                "<Div a=\"x>y\"><p>a<br>%%=v('</div>')=%%</p><!-- </div> --></div ><script>if (a<b) '<p>'</script><i></b>"
            ),
            pairs(&[
                ("<Div a=\"x>y\">", Some("</div >")),
                ("<p>", Some("</p>")),
                ("<br>", Some("")),
                ("<script>", Some("</script>")),
                ("<i>", None),
            ])
        );
        assert_eq!(found("a < b <<1 <!-- <p>"), pairs(&[]));
        assert_eq!(found("<p> <a href"), pairs(&[("<p>", None)]));
        let text = far_apart(&["<td title=\"%%=v(\">\")=%%\">", "</td>"]);
        let found = found(&text);
        assert_eq!(found.first().unwrap().1.as_deref(), Some("</td>"));
    }

    #[test]
    fn where_all_has_ended() {
        let check = |markup: &str| {
            let (before, rest) = markup.split_once('«').unwrap();
            let (inside, after) = rest.split_once('»').unwrap();
            let text = [before, inside, after].concat();
            let (host, file) = host(&text);
            let found = Elements::of(host.db(), host.page(file).unwrap());
            let size = |n: usize| TextSize::try_from(n).unwrap();
            let end = found.balanced(size(before.len()), size(before.len() + inside.len()))?;
            Some(text[..end.into()].to_owned())
        };
        assert_eq!(check("<b>«<p>a»b</p>c</b>").as_deref(), Some("<b><p>ab</p>"));
        assert_eq!(check("«a <img src='»x'> b").as_deref(), Some("a <img src='x'>"));
        assert_eq!(check("<b>a«b</b>»c"), None);
        assert_eq!(check("«<p>a»b"), None);
        assert_eq!(check("<p «a» b>"), None);
        assert_eq!(check("«a</b>»"), None);
        // Conditions of Outlook.
        assert_eq!(check("«<!--[if mso]><table><tr><td><![endif]--><p>a»b</p>"), None);
        assert_eq!(check("«<p>a</p><!--[if mso]></td></tr></table><![endif]-->»"), None);
        assert_eq!(check("«<!--[if !mso]><!--><p>a</p>»<!--<![endif]-->"), None);
        assert_eq!(check("«<p>a</p><!--<![endif]-->»"), None);
        assert_eq!(check("«<![if !mso]><p>a</p>»<![endif]>"), None);
        assert_eq!(check(&format!("«{}<p>a</p>»", "<!--[if a]>".repeat(50_000))), None);
        let whole = "<!--[if mso]><table><tr><td>x</td></tr></table><![endif]--><p>a</p>";
        assert_eq!(check(&format!("«{whole}»b")).as_deref(), Some(whole));
        assert_eq!(check("«a<!-- if --> b»").as_deref(), Some("a<!-- if --> b"));
    }
}
