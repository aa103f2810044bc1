//! Which attribute or personalization string is meant?

use std::ops::Range;

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{PersonalizationString, personalization_strings};
use sfmc_db::{ChunkSource, Db, Page, page_map};
use sfmc_host::RegionKind;
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use super::{Candidates, CompletionItem, CompletionKind, CompletionOptions, Completions, Place, size, usual};
use crate::{
    code::CodeToken,
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

/// Right behind `%%[`: a block of one name is a personalization string, `%%[First Name]%%`.
pub(super) fn alone(place: &Place<'_>, found: &mut Candidates) {
    let mut tokens = place.code.tokens.iter();
    let opens = tokens
        .next()
        .is_some_and(|token| token.kind == SyntaxKind::BLOCK_OPEN && token.range.end() == place.replace.start());
    // Nothing else stands in it.
    let behind = place.behind(true).map(|token| token.kind);
    let is_alone = matches!(behind, None | Some(SyntaxKind::BLOCK_CLOSE)) || place.is_at_line_end();
    if !opens || !is_alone || place.typed().is_empty() {
        return;
    }
    let close = if place.code.unterminated { "]%%" } else { "" };
    let page = place.facts.attributes.iter().map(|name| (name, "attribute of this page", 0.3));
    let project = place.workspace.map_or(&[][..], |workspace| workspace.vocabulary.attributes());
    let project = project.iter().map(|name| (name, "attribute of this project", 0.1));
    let mut seen = FxHashSet::default();
    for (name, detail, weight) in page.chain(project) {
        if seen.insert(name.to_lowercase()) {
            let mut item = CompletionItem::new(name.as_str(), CompletionKind::Attribute);
            item.detail = Some(detail.to_owned());
            item.insert = (!close.is_empty()).then(|| format!("{name}{close}"));
            found.add(weight, item);
        }
    }
}

/// `%%[ First Na| ]%%`: a block of words that begin the name of an attribute is that.
pub(super) fn several_words(place: &Place<'_>) -> Option<Completions> {
    let is_blank = |token: &&CodeToken| token.kind == SyntaxKind::WHITESPACE;
    let (_, rest) = place.code.tokens.split_first().filter(|(open, _)| open.kind == SyntaxKind::BLOCK_OPEN)?;
    let words = rest.iter().take_while(|token| token.kind == SyntaxKind::IDENT || is_blank(token));
    let solid: Vec<&CodeToken> = words.filter(|token| !is_blank(token)).collect();
    let (first, last) = (solid.first()?, solid.last()?);
    let behind = rest.iter().find(|token| token.range.start() >= last.range.end() && !is_blank(token));
    let is_alone = behind.is_none_or(|token| token.kind == SyntaxKind::BLOCK_CLOSE);
    let is_here = first.range.start() < place.offset && place.offset <= last.range.end();
    let replace = first.range.cover(last.range);
    let text = place.code.text(replace);
    if solid.len() < 2 || !is_alone || !is_here || text.contains(['\n', '\r']) || place.code.unterminated {
        return None;
    }
    let typed = place.code.text(TextRange::new(replace.start(), place.offset)).to_lowercase();
    let project = place.workspace.map_or(&[][..], |workspace| workspace.vocabulary.attributes());
    let mut found = Candidates::default();
    let mut seen = FxHashSet::default();
    let names = place.facts.attributes.iter().map(|name| (name, 1.0)).chain(project.iter().map(|name| (name, 0.3)));
    for (name, weight) in names.filter(|(name, _)| name.contains(' ')) {
        if name.to_lowercase().starts_with(&typed) && seen.insert(name.to_lowercase()) {
            let mut item = CompletionItem::new(name.as_str(), CompletionKind::Attribute);
            item.detail =
                Some(if weight < 1.0 { "attribute of this project" } else { "attribute of this page" }.to_owned());
            found.add(weight, item);
        }
    }
    found.finish(replace, place.offset, &typed)
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
    let name_here = name_around(source, relative).or_else(|| name_begun(source, relative))?;
    let closed = name_here.closed;
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
        for region in source.regions.iter().filter(|region| region.kind == RegionKind::Personalization) {
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
        // What is no single word stands in brackets.
        let written = if name.contains(' ') && !name_here.bracketed { format!("[{name}]") } else { name.clone() };
        item.insert = (!closed || written != name).then(|| format!("{written}{close}"));
        found.add(weight, item);
    }
    if options.snippets && !closed && name_here.range.start == relative {
        for (label, snippet, detail) in
            [("=v(@…)=%%", "=v(@$1)=%%$0", "prints a variable"), ("[ … ]%%", "[\n\t$0\n]%%", "block of AMPscript")]
        {
            let mut item = CompletionItem::new(label, CompletionKind::Snippet);
            item.snippet = Some(snippet.to_owned());
            item.detail = Some(detail.to_owned());
            found.add(0.3, item);
        }
    }
    let range = &name_here.range;
    let replace = TextRange::new(position.start + size(range.start), position.start + size(range.end));
    found.finish(replace, offset, source.text.get(range.start..relative).unwrap_or(""))
}

/// A name that is written in text.
struct Written {
    /// Of the name, in its chunk.
    range: Range<usize>,
    /// The percent signs behind it stand there.
    closed: bool,
    /// Brackets stand around it.
    bracketed: bool,
}

/// The name of a personalization string around a place, which may have blanks in it.
fn name_around(source: &ChunkSource, at: usize) -> Option<Written> {
    let strings = source.regions.iter().filter(|region| region.kind == RegionKind::Personalization);
    let ranges = strings.map(|region| Range::<usize>::from(region.range()));
    let around = ranges.skip_while(|range| range.end <= at).find(|range| range.start <= at)?;
    let text = source.text.get(around.clone())?;
    let inner = text.strip_prefix("%%")?.strip_suffix("%%")?;
    let bracketed = inner.starts_with('[') && inner.ends_with(']') && inner.len() > 1;
    let edge = if bracketed { 3 } else { 2 };
    let range = around.start + edge..around.end - edge;
    let (before, behind) = (source.text.get(range.start..at)?, source.text.get(at..range.end)?);
    // `%%em| dear friend%%`: a name may be written here in front of text that goes on up to the next one.
    let begins = !bracketed && !before.contains(' ') && behind.starts_with(' ');
    (!begins).then_some(Written { range, closed: true, bracketed })
}

/// The name that is begun before a place, right behind two percent signs.
fn name_begun(source: &ChunkSource, at: usize) -> Option<Written> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | ')');
    let (before, behind) = source.text.split_at_checked(at)?;
    let opener = before.trim_end_matches(is_name).strip_suffix("%%")?.len();
    // The end of a region is no beginning.
    let opener_at = u32::try_from(opener).ok()?;
    let around = source.regions.iter().find(|region| region.start <= opener_at && opener_at < region.end());
    if around.is_some_and(|region| region.start != opener_at || region.kind.code().is_some()) {
        return None;
    }
    let name_end = behind.find(|c| !is_name(c)).unwrap_or(behind.len());
    let closed = behind[name_end..].starts_with("%%");
    Some(Written { range: opener + 2..if closed { at + name_end } else { at }, closed, bracketed: false })
}
