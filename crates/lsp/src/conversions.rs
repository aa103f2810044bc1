//! Between what the engine says and what the protocol says. The one place that knows how a client counts columns.

use std::ops::Range as StdRange;

use rustc_hash::FxHashMap;
use sfmc_db::{Change, Db, FileId, Snapshot, page_map};
use sfmc_diagnostics::{Diagnostic, Rule, Severity, Tag};
use sfmc_ide::{Markup, Symbol, SymbolKind};
use sfmc_syntax::{LineCol, PositionEncoding, TextRange, TextSize};
use tower_lsp::ls_types as lsp;

use crate::{
    capabilities::{ClientCapabilities, Session},
    requests::Context,
};

/// Who found it, in diagnostics.
pub(crate) const SOURCE: &str = "sfmc-analyzer";

/// How many findings are worked on without asking whether somebody wants to write: no query does, but a page may have tens of thousands.
pub(crate) const BATCH: usize = 256;

/// The first encoding that we know, in the client's order of preference.
pub(crate) fn negotiate_encoding(offered: Option<&[lsp::PositionEncodingKind]>) -> PositionEncoding {
    let known = |kind: &lsp::PositionEncodingKind| match kind.as_str() {
        "utf-8" => Some(PositionEncoding::Utf8),
        "utf-16" => Some(PositionEncoding::Utf16),
        "utf-32" => Some(PositionEncoding::Utf32),
        _ => None,
    };
    offered.unwrap_or_default().iter().find_map(known).unwrap_or(PositionEncoding::Utf16)
}

pub(crate) fn encoding_kind(encoding: PositionEncoding) -> lsp::PositionEncodingKind {
    match encoding {
        PositionEncoding::Utf8 => lsp::PositionEncodingKind::UTF8,
        PositionEncoding::Utf16 => lsp::PositionEncodingKind::UTF16,
        PositionEncoding::Utf32 => lsp::PositionEncodingKind::UTF32,
    }
}

fn line_col(position: lsp::Position) -> LineCol {
    // The protocol has no larger numbers, but nothing keeps a client from sending one.
    const MAX: u32 = i32::MAX.unsigned_abs();
    LineCol { line: position.line.min(MAX), col: position.character.min(MAX) }
}

fn position(at: LineCol) -> lsp::Position {
    lsp::Position { line: at.line, character: at.col }
}

fn line_cols(range: lsp::Range) -> StdRange<LineCol> {
    line_col(range.start)..line_col(range.end)
}

/// An edit of the client.
pub(crate) fn change(event: lsp::TextDocumentContentChangeEvent) -> Change {
    Change { range: event.range.map(line_cols), new_text: event.text }
}

/// The bytes of a range of the client; what lies outside of the text is moved into it.
pub(crate) fn text_range(
    snapshot: &Snapshot,
    file: FileId,
    range: lsp::Range,
    encoding: PositionEncoding,
) -> Option<TextRange> {
    sfmc_ide::positions::text_range(snapshot, file, line_cols(range), encoding)
}

/// The byte at a position of the client; what lies outside of the text is moved into it.
pub(crate) fn offset(
    snapshot: &Snapshot,
    file: FileId,
    position: lsp::Position,
    encoding: PositionEncoding,
) -> Option<TextSize> {
    text_range(snapshot, file, lsp::Range { start: position, end: position }, encoding).map(|range| range.start())
}

/// A text in the form that the client draws.
pub(crate) fn markup(text: &Markup, markdown: bool) -> lsp::MarkupContent {
    if markdown {
        lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: text.markdown() }
    } else {
        lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: text.plain() }
    }
}

/// How long a text is in the units of labels.
pub(crate) fn utf16_len(text: &str) -> u32 {
    PositionEncoding::Utf16.measure(text)
}

/// Positions of a text in the client's units, all found in one walk over it: asking for each by itself would count the columns of a minified
/// page, one line of a megabyte, again for each of thousands of findings.
#[derive(Debug)]
pub(crate) struct Positions {
    /// In order of offsets.
    found: Vec<(TextSize, lsp::Position)>,
}

impl Positions {
    /// The positions of `offsets` in a file; what lies behind its end is its end.
    pub(crate) fn in_file(
        snapshot: &Snapshot,
        file: FileId,
        encoding: PositionEncoding,
        offsets: impl IntoIterator<Item = TextSize>,
    ) -> Positions {
        let Some(page) = snapshot.page(file) else { return Positions { found: Vec::new() } };
        let db = snapshot.db();
        let chunks = page_map(db, page).chunks().iter();
        Positions::new(chunks.map(|position| &*position.chunk.source(db).text), encoding, offsets)
    }

    /// The positions of `offsets` in the text that `pieces` make together.
    pub(crate) fn new<'t>(
        pieces: impl IntoIterator<Item = &'t str>,
        encoding: PositionEncoding,
        offsets: impl IntoIterator<Item = TextSize>,
    ) -> Positions {
        let mut offsets: Vec<TextSize> = offsets.into_iter().collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut found = Vec::with_capacity(offsets.len());
        let mut rest = offsets.as_slice();
        let mut at = LineCol::default();
        let mut start = 0;
        for piece in pieces {
            let Some(last) = rest.len().checked_sub(1) else { break };
            let end = start + piece.len();
            // The end of a piece is the beginning of the next, and counted there.
            let here = rest.partition_point(|&offset| usize::from(offset) < end);
            let mut done = 0;
            for &offset in &rest[..here] {
                let until = piece.floor_char_boundary(usize::from(offset) - start);
                advance(&mut at, &piece[done..until], encoding);
                done = until;
                found.push((offset, position(at)));
            }
            if here <= last {
                advance(&mut at, &piece[done..], encoding);
            }
            rest = &rest[here..];
            start = end;
        }
        found.extend(rest.iter().map(|&offset| (offset, position(at))));
        Positions { found }
    }

    /// The position of one of the offsets asked for.
    pub(crate) fn position(&self, offset: TextSize) -> lsp::Position {
        match self.found.binary_search_by_key(&offset, |&(offset, _)| offset) {
            Ok(index) => self.found[index].1,
            Err(_) => {
                debug_assert!(self.found.is_empty(), "{offset:?} was not asked for");
                lsp::Position::default()
            }
        }
    }

    /// The positions of both ends of ranges in a file.
    pub(crate) fn of_ranges(context: &Context, ranges: impl IntoIterator<Item = TextRange>) -> Positions {
        let offsets = ranges.into_iter().flat_map(ends);
        Positions::in_file(context.snapshot(), context.file, context.session.encoding, offsets)
    }

    pub(crate) fn range(&self, range: TextRange) -> lsp::Range {
        lsp::Range { start: self.position(range.start()), end: self.position(range.end()) }
    }
}

fn advance(at: &mut LineCol, text: &str, encoding: PositionEncoding) {
    match text.rfind('\n') {
        Some(end) => {
            let lines = text[..=end].bytes().filter(|&byte| byte == b'\n').count();
            at.line = at.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            at.col = encoding.measure(&text[end + 1..]);
        }
        None => at.col = at.col.saturating_add(encoding.measure(text)),
    }
}

fn ends(range: TextRange) -> [TextSize; 2] {
    [range.start(), range.end()]
}

/// Every offset in findings.
fn diagnostic_offsets(diagnostic: &Diagnostic) -> impl Iterator<Item = TextSize> {
    let related = diagnostic.related.iter().map(|related| related.range);
    related.chain([diagnostic.range]).flat_map(ends)
}

/// Findings of a file as the protocol has them, in the same order.
pub(crate) fn diagnostics(
    snapshot: &Snapshot,
    file: FileId,
    uri: &lsp::Uri,
    found: &[Diagnostic],
    session: &Session,
) -> Vec<lsp::Diagnostic> {
    let offsets = found.iter().flat_map(diagnostic_offsets);
    let mut converter = Converter {
        positions: Positions::in_file(snapshot, file, session.encoding, offsets),
        uri,
        client: &session.client,
        urls: FxHashMap::default(),
    };
    let convert = |diagnostics: &[Diagnostic]| {
        snapshot.db().unwind_if_revision_cancelled();
        diagnostics.iter().map(|diagnostic| converter.diagnostic(diagnostic)).collect::<Vec<_>>()
    };
    found.chunks(BATCH).flat_map(convert).collect()
}

/// Findings in a text that the host does not have: a configuration file.
pub(crate) fn diagnostics_in_text(
    text: &str,
    uri: &lsp::Uri,
    found: &[Diagnostic],
    session: &Session,
) -> Vec<lsp::Diagnostic> {
    let mut converter = Converter {
        positions: Positions::new([text], session.encoding, found.iter().flat_map(diagnostic_offsets)),
        uri,
        client: &session.client,
        urls: FxHashMap::default(),
    };
    found.iter().map(|diagnostic| converter.diagnostic(diagnostic)).collect()
}

struct Converter<'a> {
    positions: Positions,
    uri: &'a lsp::Uri,
    client: &'a ClientCapabilities,
    /// The documentation of the rules that were met, by their ids.
    urls: FxHashMap<&'static str, Option<lsp::Uri>>,
}

impl Converter<'_> {
    fn diagnostic(&mut self, diagnostic: &Diagnostic) -> lsp::Diagnostic {
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message.push('\n');
            message.push_str(help);
        }
        let related = diagnostic.related.iter().map(|related| lsp::DiagnosticRelatedInformation {
            location: lsp::Location { uri: self.uri.clone(), range: self.positions.range(related.range) },
            message: related.message.clone(),
        });
        let related: Vec<_> = if self.client.related_information { related.collect() } else { Vec::new() };
        let tags = diagnostic.tags.iter().map(|tag| match tag {
            Tag::Unnecessary => lsp::DiagnosticTag::UNNECESSARY,
            Tag::Deprecated => lsp::DiagnosticTag::DEPRECATED,
        });
        let tags: Vec<_> = if self.client.diagnostic_tags { tags.collect() } else { Vec::new() };
        lsp::Diagnostic {
            range: self.positions.range(diagnostic.range),
            severity: Some(severity(diagnostic.severity)),
            code: Some(lsp::NumberOrString::String(diagnostic.rule.id.to_owned())),
            code_description: self.code_description(diagnostic.rule),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: (!tags.is_empty()).then_some(tags),
            data: None,
        }
    }

    fn code_description(&mut self, rule: &'static Rule) -> Option<lsp::CodeDescription> {
        if !self.client.code_description {
            return None;
        }
        let href = self.urls.entry(rule.id).or_insert_with(|| rule.url().parse().ok()).clone()?;
        Some(lsp::CodeDescription { href })
    }
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
        Severity::Info => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
    }
}

/// Every offset in symbols.
pub(crate) fn symbol_offsets(symbols: &[Symbol]) -> Vec<TextSize> {
    let mut offsets = Vec::new();
    let mut open: Vec<&Symbol> = symbols.iter().collect();
    while let Some(symbol) = open.pop() {
        offsets.extend(ends(symbol.range).into_iter().chain(ends(symbol.selection)));
        open.extend(&symbol.children);
    }
    offsets
}

/// Only kinds that every client knows.
pub(crate) fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Block => lsp::SymbolKind::NAMESPACE,
        SymbolKind::Condition | SymbolKind::Branch => lsp::SymbolKind::BOOLEAN,
        SymbolKind::Loop => lsp::SymbolKind::ARRAY,
        SymbolKind::Variable => lsp::SymbolKind::VARIABLE,
        SymbolKind::Content => lsp::SymbolKind::MODULE,
        SymbolKind::Statement => lsp::SymbolKind::FUNCTION,
        SymbolKind::NamedQuery => lsp::SymbolKind::STRUCT,
        SymbolKind::Subquery => lsp::SymbolKind::OBJECT,
    }
}

#[cfg(test)]
mod tests {
    use sfmc_syntax::LineIndex;
    use sfmc_test_support::Rng;

    use super::*;

    const ENCODINGS: [PositionEncoding; 3] = [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32];

    #[test]
    fn the_first_encoding_that_is_known() {
        let negotiate = |offered: &[&'static str]| {
            let offered: Vec<_> = offered.iter().map(|&name| lsp::PositionEncodingKind::new(name)).collect();
            negotiate_encoding(Some(&offered))
        };
        assert_eq!(negotiate(&["utf-8", "utf-16"]), PositionEncoding::Utf8);
        assert_eq!(negotiate(&["utf-32", "utf-8"]), PositionEncoding::Utf32);
        assert_eq!(negotiate(&["ebcdic", "utf-16", "utf-8"]), PositionEncoding::Utf16);
        assert_eq!(negotiate(&[]), PositionEncoding::Utf16);
        assert_eq!(negotiate_encoding(None), PositionEncoding::Utf16);
    }

    #[test]
    fn positions_are_those_of_the_line_index() {
        let mut rng = Rng::new(1);
        let parts = ["a", "é", "😀", "\n", "\r\n", "\r", "<td>", "%%=v(@a)=%%"];
        for _ in 0..200 {
            let pieces: Vec<String> =
                (0..rng.below(5)).map(|_| (0..rng.below(6)).map(|_| parts[rng.below(parts.len())]).collect()).collect();
            let text = pieces.concat();
            let index = LineIndex::new(&text);
            let offsets: Vec<TextSize> = (0..rng.below(6))
                .map(|_| text.floor_char_boundary(rng.below(text.len() + 1)))
                .map(|offset| TextSize::new(u32::try_from(offset).unwrap()))
                .collect();
            for encoding in ENCODINGS {
                let found = Positions::new(pieces.iter().map(String::as_str), encoding, offsets.iter().copied());
                for &offset in &offsets {
                    let expected = position(index.line_col(&text, offset, encoding));
                    assert_eq!(found.position(offset), expected, "{offset:?} in {pieces:?}, {encoding:?}");
                }
            }
        }
    }

    #[test]
    fn what_does_not_exist_is_the_end() {
        let found = Positions::new(["a\n", "😀"], PositionEncoding::Utf16, [TextSize::new(99), TextSize::new(6)]);
        assert_eq!(found.position(TextSize::new(99)), lsp::Position::new(1, 2));
        assert_eq!(found.position(TextSize::new(6)), lsp::Position::new(1, 2));
        let found = Positions::new([], PositionEncoding::Utf16, [TextSize::new(1)]);
        assert_eq!(found.position(TextSize::new(1)), lsp::Position::new(0, 0));
    }

    #[test]
    fn numbers_that_the_protocol_does_not_have() {
        let at = line_col(lsp::Position::new(u32::MAX, u32::MAX));
        assert_eq!((at.line, at.col), (0x7fff_ffff, 0x7fff_ffff));
    }
}
