//! Where does this lead? Addresses of the web in strings and attributes of HTML, taken apart; and numbers of contents, of which no file says which is meant.

use crate::{
    code::{CodeAt, CodeToken},
    expected::expected,
    hover::Hover,
    links::{html_link_at, is_web_address},
    markup::{Markup, inline_code},
};
use sfmc_db::{Db, Page};
use sfmc_syntax::TextSize;

/// More parameters are not written out.
const MAX_PARAMETERS: usize = 20;

/// A longer value is cut.
const MAX_VALUE: usize = 120;

/// The address that a string is, if it is one as a whole.
pub(super) fn address(code: &CodeAt, string: CodeToken) -> Option<Markup> {
    let text = code.text(string.range);
    describe(text.get(1..)?.strip_suffix(text.get(..1)?)?)
}

/// The address that the value of an attribute is.
pub(super) fn attribute(db: &dyn Db, page: Page, offset: TextSize) -> Option<Hover> {
    let link = html_link_at(db, page, offset)?;
    describe(&link.target).map(|text| Hover { range: link.range, text })
}

fn describe(content: &str) -> Option<Markup> {
    if !is_web_address(content) {
        return None;
    }
    let (scheme, rest) = content.split_once("://")?;
    let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut doc = Markup::default();
    let open = if scheme.eq_ignore_ascii_case("http") { ", not encrypted" } else { "" };
    doc.text(format!("Web address at {}{open}.", inline_code(host)));
    if !path.is_empty() {
        doc.labelled("Path", shown(&format!("/{path}"), false));
    }
    let parameters: Vec<&str> =
        query.into_iter().flat_map(|query| query.split('&')).filter(|p| !p.is_empty()).collect();
    if !parameters.is_empty() {
        let mut list: Vec<String> = parameters.iter().take(MAX_PARAMETERS).map(|parameter| pair(parameter)).collect();
        if parameters.len() > list.len() {
            list.push(format!("and {} more", parameters.len() - list.len()));
        }
        doc.labelled("Parameters", list.join(", "));
    }
    if let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) {
        doc.labelled("Fragment", shown(fragment, false));
    }
    Some(doc)
}

/// `name=value` of a query.
fn pair(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, "")) => format!("{} is empty", shown(name, true)),
        Some((name, value)) => format!("{} = {}", shown(name, true), shown(value, true)),
        None => shown(parameter, true),
    }
}

/// A part of an address as it is meant.
fn shown(text: &str, plus_is_blank: bool) -> String {
    let text = decoded(text, plus_is_blank).unwrap_or_else(|| text.to_owned());
    let cut = text.char_indices().nth(MAX_VALUE).map(|(at, _)| format!("{}…", &text[..at]));
    inline_code(&cut.unwrap_or(text))
}

/// What `%20` and the like stand for; none where that is no text, or one that cannot be shown in a line.
fn decoded(text: &str, plus_is_blank: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [char::from(rest.next()?), char::from(rest.next()?)];
                let [high, low] = digits.map(|digit| digit.to_digit(16));
                u8::try_from(high? * 16 + low?).ok()?
            }
            b'+' if plus_is_blank => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

/// What can be said of a content that is called by its number.
pub(super) fn content_number(code: &CodeAt, index: usize) -> Option<Markup> {
    let around = expected(code, code.tokens.get(index)?.range.start() + TextSize::new(1));
    let what = match (around.call()?.function?.name, around.call()?.active()) {
        ("ContentBlockByID", 0) => "a content",
        ("ContentImageByID", 0) => "an image",
        _ => return None,
    };
    let mut doc = Markup::default();
    doc.text(format!("Number of {what}. Files do not keep these numbers: only Marketing Cloud knows which it is."));
    Some(doc)
}
