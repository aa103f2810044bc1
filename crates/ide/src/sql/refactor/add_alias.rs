//! `FROM Orders` → `FROM Orders AS o`

use sfmc_semantic::sql::{SourceKind, Target};
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, sql},
};

use super::{Refactoring, Site, related};
use crate::sql::quoting::is_plain;

/// Gives the table at the place an alias; what was qualified with its name then is with that.
pub(super) fn add_alias(site: &Site<'_>) -> Option<Refactoring> {
    let table = site.node::<sql::NamedTable>()?;
    let name = table.name().filter(|name| name.syntax().text_range().contains_inclusive(site.at))?;
    let range = table.syntax().text_range();
    let (id, source) = site.sources().find(|(_, source)| source.range == range && !source.aliased)?;
    if !matches!(source.kind, SourceKind::Table(_) | SourceKind::Cte(_)) {
        return None;
    }
    let related: Vec<&str> = site
        .sources()
        .filter(|(other, found)| *other != id && related(site.meaning, source.select, found.select))
        .filter_map(|(_, found)| found.key.as_deref())
        .collect();
    // What nobody knows could be qualified with it already.
    let text = site.root.text();
    let unknown = site
        .meaning
        .references
        .iter()
        .filter(|found| matches!(found.target, Target::NoSource | Target::Unknown | Target::Absent(_)));
    let unknown: Vec<String> = unknown
        .filter_map(|found| Some(text.slice(found.qualifier?).to_string().trim_matches(['[', ']']).to_lowercase()))
        .collect();
    let alias = candidates(source.name.as_deref()?)
        .find(|alias| is_plain(alias) && !related.contains(&alias.as_str()) && !unknown.contains(alias))?;
    let uses = site.meaning.references.iter().filter(|found| found.source() == Some(id));
    let uses: Vec<TextRange> = uses.filter_map(|found| found.qualifier).collect();
    // `Ent.Orders.Id`: what stands before it had to go, too.
    let is_longer = |range: &TextRange| {
        let before = text.slice(..range.start()).to_string();
        before.trim_end().ends_with('.')
    };
    if uses.iter().any(is_longer) {
        return None;
    }
    let mut edits: Vec<TextEdit> = uses.into_iter().map(|range| TextEdit { range, new_text: alias.clone() }).collect();
    let end = TextRange::empty(name.syntax().text_range().end());
    edits.push(TextEdit { range: end, new_text: format!(" {} {alias}", site.cased("AS")) });
    edits.sort_by_key(|edit| edit.range.start());
    let title = format!("Give `{}` the alias `{alias}`", source.name.as_deref()?);
    Some(Refactoring { title, edits })
}

/// Short names: the first letters of its words, and these with a number.
fn candidates(name: &str) -> impl Iterator<Item = String> {
    let mut letters = String::new();
    let mut before = ' ';
    for c in name.chars() {
        let begins =
            c.is_ascii_alphabetic() && (!before.is_alphanumeric() || c.is_uppercase() && before.is_lowercase());
        if begins && letters.len() < 4 {
            letters.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    let letters = if letters.is_empty() { "t".to_owned() } else { letters };
    std::iter::once(letters.clone()).chain((2..100).map(move |n| format!("{letters}{n}")))
}
