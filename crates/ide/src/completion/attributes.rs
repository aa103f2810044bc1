//! Which attribute or personalization string is meant?

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{PersonalizationString, personalization_strings};
use sfmc_db::{Db, Page, page_map};
use sfmc_syntax::{TextRange, TextSize};

use super::{Candidates, CompletionItem, CompletionKind, CompletionOptions, Completions, Place, size, usual};
use crate::{
    code::personalization_at,
    hover::{personalization, sentence},
    workspace::Workspace,
};

/// In code: all attributes that the page names, and those that the platform has.
pub(super) fn in_code(place: &Place<'_>, share: f32, found: &mut Candidates) {
    let is_text = !matches!(place.expected.slot, crate::expected::Slot::Operand);
    for name in &place.facts.attributes {
        let mut item = CompletionItem::new(name.as_str(), CompletionKind::Attribute);
        item.detail = Some("attribute of this page".to_owned());
        item.insert = in_brackets(name, is_text);
        found.add(share, item);
    }
    let known: FxHashSet<String> = place.facts.attributes.iter().map(|name| name.to_lowercase()).collect();
    for name in place.workspace.map_or(&[][..], |workspace| workspace.vocabulary.attributes()) {
        if !known.contains(&name.to_lowercase()) {
            let mut item = CompletionItem::new(name.as_str(), CompletionKind::Attribute);
            item.detail = Some("attribute of this project".to_owned());
            item.insert = in_brackets(name, is_text);
            found.add(share * 0.1, item);
        }
    }
    for string in personalization_strings() {
        let is_known = known.contains(&string.name.to_lowercase());
        let is_word = !string.indexed && string.name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_known && (is_text || is_word && !string.attribute_only) {
            found.add(share * 0.01 * (1.0 + usual::personalization(string.name)), item(string));
        }
    }
}

/// What to insert in code for an attribute whose name is no word: a bare word cannot hold a blank.
fn in_brackets(name: &str, is_text: bool) -> Option<String> {
    let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (!is_text && !is_word).then(|| format!("[{name}]"))
}

/// As it is written; of those with a number the first.
fn spelled(string: &PersonalizationString) -> String {
    if string.indexed { format!("{}(0)", string.name) } else { string.name.to_owned() }
}

fn item(string: &PersonalizationString) -> CompletionItem {
    let mut item = CompletionItem::new(spelled(string), CompletionKind::Attribute);
    item.detail = Some(sentence(string.description));
    item.text = personalization(string);
    item
}

/// In text, behind `%%`.
pub(super) fn in_text(
    db: &dyn Db,
    page: Page,
    offset: TextSize,
    options: CompletionOptions,
    workspace: Option<&Workspace>,
) -> Option<Completions> {
    let map = page_map(db, page);
    if offset > map.len() {
        return None;
    }
    let index = map.chunk_at(offset)?;
    let mut position = map.chunks()[index];
    if position.start == offset && index > 0 {
        position = map.chunks()[index - 1];
    }
    let source = position.chunk.source(db);
    let relative = usize::from(offset - position.start).min(source.text.len());
    let before = source.text.get(..relative)?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | ')');
    let written = before.trim_end_matches(is_name);
    let opener = written.strip_suffix("%%")?.len();
    // The end of a region is no beginning.
    let opener_at = u32::try_from(opener).ok()?;
    let around = source.regions.iter().find(|region| region.start <= opener_at && opener_at < region.end());
    if around.is_some_and(|region| region.start != opener_at || region.kind.code().is_some()) {
        return None;
    }
    let start = offset - size(relative - opener - 2);
    let behind = &source.text[relative..];
    let name_end = behind.find(|c| !is_name(c)).unwrap_or(behind.len());
    let closed = behind[name_end..].starts_with("%%");
    let is_region = personalization_at(db, page, position.start + size(opener)).is_some();
    let end = if is_region || closed { offset + size(name_end) } else { offset };
    let close = if closed { "" } else { "%%" };
    let mut found = Candidates::default();
    for string in personalization_strings().iter().filter(|string| !string.attribute_only) {
        let mut item = item(string);
        item.insert = (!closed).then(|| format!("{}{close}", spelled(string)));
        found.add(0.1 + 0.1 * usual::personalization(string.name), item);
    }
    let mut seen: Vec<String> = Vec::new();
    let mut lower: FxHashSet<String> = FxHashSet::default();
    for chunk in map.chunks() {
        let source = chunk.chunk.source(db);
        for region in source.regions.iter().filter(|region| region.kind == sfmc_host::RegionKind::Personalization) {
            let range = region.range() + chunk.start;
            let name = source.text[region.range()].trim_matches('%');
            let known = personalization_strings().iter().any(|string| string.name.eq_ignore_ascii_case(name));
            let here = range.contains_inclusive(offset);
            if !known && !here && !name.contains(['\n', '\r']) && lower.insert(name.to_lowercase()) {
                seen.push(name.to_owned());
            }
        }
    }
    let of_page = seen.len();
    for name in workspace.map_or(&[][..], |workspace| workspace.vocabulary.attributes()) {
        if lower.insert(name.to_lowercase()) {
            seen.push(name.to_string());
        }
    }
    for (n, name) in seen.into_iter().enumerate() {
        let mut item = CompletionItem::new(name.as_str(), CompletionKind::Attribute);
        let (detail, weight) =
            if n < of_page { ("attribute of this page", 0.2) } else { ("attribute of this project", 0.05) };
        item.detail = Some(detail.to_owned());
        item.insert = (!closed).then(|| format!("{name}{close}"));
        found.add(weight, item);
    }
    if options.snippets && !closed && opener + 2 == relative {
        for (label, snippet, detail) in
            [("=v(@…)=%%", "=v(@$1)=%%$0", "prints a variable"), ("[ … ]%%", "[\n\t$0\n]%%", "block of AMPscript")]
        {
            let mut item = CompletionItem::new(label, CompletionKind::Snippet);
            item.snippet = Some(snippet.to_owned());
            item.detail = Some(detail.to_owned());
            found.add(0.3, item);
        }
    }
    found.finish(TextRange::new(start, end), offset, before.get(opener + 2..).unwrap_or(""))
}
