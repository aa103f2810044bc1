//! Suppressions: comments that silence rules, and what is wrong with such comments.
//!
//! A directive stands in the comment form of where it stands: `/* sfmc-ignore amp/x: why */` in code, `<!-- sfmc-ignore amp/x: why -->` in
//! text, `-- sfmc-ignore sql/x: why` in SQL. It silences findings on its own line and in the statement that comes next (in text: on the next
//! line and in the next region; in SQL: on the next line); `sfmc-ignore-file` silences the whole file.

mod sql;

use std::{collections::BTreeSet, sync::Arc};

use memchr::memmem;
use sfmc_db::{Chunk, Db, FileKind, Page, PageMap, chunk_syntax};
use sfmc_diagnostics::{
    Diagnostic,
    selector::{Selector, SelectorError},
    suppression::{Directive, DirectiveKind, Directives, WORD},
};
use sfmc_host::RegionKind;
use sfmc_syntax::{SyntaxKind, SyntaxNode, TextEdit, TextRange, TextSize};

use crate::{
    RULES,
    context::Context,
    rules::meta::{
        invalid_suppression::InvalidSuppression, unknown_suppression::UnknownSuppression,
        unused_suppression::UnusedSuppression, visible_suppression::VisibleSuppression,
    },
};

/// What a directive of a line reaches beside its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// A statement or a region of the same chunk.
    Here(TextRange),
    /// The first code of a later chunk.
    Later,
    /// Nothing: it stands behind code on its line.
    Nothing,
}

/// The directives of a chunk, in bytes from its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Suppressions {
    directives: Directives,
    /// For each directive that was found: what comes next, and the comment that it stands in if that is an HTML comment.
    reach: Vec<(Next, Option<TextRange>)>,
    /// The first statement or region of the chunk, for a directive in the chunk before.
    first: Option<TextRange>,
}

/// The directives of a chunk; nothing is looked at unless their word occurs.
#[salsa::tracked(returns(ref))]
fn chunk_suppressions(db: &dyn Db, chunk: Chunk) -> Option<Arc<Suppressions>> {
    let source = chunk.source(db);
    memmem::find(source.text.as_bytes(), WORD.as_bytes())?;
    let mut found = Suppressions::default();
    let root = chunk_syntax(db, chunk);
    for token in root.descendants_with_tokens().filter_map(|element| element.into_token()) {
        let range = token.text_range();
        match token.kind() {
            SyntaxKind::COMMENT if token.text().contains(WORD) => {
                let next = next_code(&root, &source.regions, range.end());
                let text = token.text();
                let content = text.strip_prefix("/*").unwrap_or(text);
                let content = content.strip_suffix("*/").unwrap_or(content);
                found.read(content, range.start() + TextSize::new(2), next, None);
            }
            SyntaxKind::TEXT if token.text().contains(WORD) => {
                for comment in html_comments(token.text()) {
                    let whole = comment + range.start();
                    let content = &token.text()[usize::from(comment.start()) + 4..usize::from(comment.end()) - 3];
                    let next = next_code(&root, &source.regions, whole.end());
                    found.read(content, whole.start() + TextSize::new(4), next, Some(whole));
                }
            }
            _ => {}
        }
    }
    Some(Arc::new(found))
}

/// The directives of a chunk of a file of this kind.
fn suppressions(db: &dyn Db, kind: FileKind, chunk: Chunk) -> Option<&Arc<Suppressions>> {
    match kind {
        FileKind::Page | FileKind::Other => chunk_suppressions(db, chunk).as_ref(),
        FileKind::Sql => sql::sql_suppressions(db, chunk).as_ref(),
    }
}

/// Whether there are any directives in a page.
pub(crate) fn any(db: &dyn Db, map: &PageMap) -> bool {
    map.chunks().iter().any(|position| chunk_suppressions(db, position.chunk).is_some())
}

impl Suppressions {
    fn read(&mut self, content: &str, offset: TextSize, next: Next, html: Option<TextRange>) {
        let before = self.directives.found.len();
        self.directives.read_comment(content, offset);
        self.reach.extend((before..self.directives.found.len()).map(|_| (next, html)));
    }
}

/// The comments of an HTML text that hold a directive's word, `<!--` and `-->` included.
fn html_comments(text: &str) -> Vec<TextRange> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("<!--").map(|n| at + n)
        && let Some(close) = text[open + 4..].find("-->").map(|n| open + 4 + n + 3)
    {
        if text[open..close].contains(WORD) {
            let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
            out.push(TextRange::new(size(open), size(close)));
        }
        at = close;
    }
    out
}

/// The statement that begins at or after `offset`, or the region of code that comes next.
fn next_code(root: &SyntaxNode, regions: &[sfmc_host::Region], offset: TextSize) -> Next {
    // In the region that holds the offset: its next statement.
    let inside = regions.iter().find(|r| r.kind.code().is_some() && r.range().contains(offset));
    if let Some(region) = inside
        && let Some(node) = root.children().find(|node| node.text_range() == region.range())
        && let Some(statement) = node.children().find(|node| node.text_range().start() >= offset)
    {
        return Next::Here(statement.text_range());
    }
    match regions.iter().find(|r| r.kind.code().is_some() && r.range().start() >= offset) {
        Some(region) => Next::Here(first_code(root, region)),
        None => Next::Later,
    }
}

/// What a directive before a region reaches of it: all of an inline region, the first statement of a block and its delimiter.
fn first_code(root: &SyntaxNode, region: &sfmc_host::Region) -> TextRange {
    let range = region.range();
    if region.kind == RegionKind::Inline {
        return range;
    }
    let node = root.children().find(|node| node.text_range() == range);
    let statement = node.and_then(|node| node.children().next());
    statement.map_or(range, |statement| TextRange::new(range.start(), statement.text_range().end()))
}

/// A directive in the coordinates of the page.
struct Active {
    selectors: Vec<(Selector, TextRange, bool)>,
    whole_file: bool,
    lines: TextRange,
    next: Option<TextRange>,
    range: TextRange,
    html: Option<TextRange>,
}

/// Drops what is suppressed and adds what is wrong with the suppressions. `found` is in order of place and stays so.
pub(crate) fn apply(db: &dyn Db, page: Page, map: &PageMap, found: &mut Vec<Diagnostic>) {
    let mut ctx = Context::for_page(db, map);
    let mut active = collect(db, page.kind(db), map, &mut ctx);
    if !active.is_empty() {
        let mut reach = Reach::of(&active);
        found.retain(|diagnostic| {
            let mut kept = true;
            for &index in reach.at(diagnostic.range.start()) {
                let Some(directive) = active.get_mut(index) else { continue };
                for (selector, _, used) in &mut directive.selectors {
                    if selector.matches(diagnostic.rule) {
                        *used = true;
                        kept = false;
                    }
                }
            }
            kept
        });
        for directive in active {
            report(&mut ctx, &directive);
        }
    }
    let more = ctx.finish();
    if !more.is_empty() {
        found.extend(more);
        crate::check::sort(found);
    }
}

/// Which directives reach a place, asked in order of place: files can be full of directives, and of findings.
struct Reach {
    /// Where the reach of each directive begins and ends, and which one it is; the next to begin is the last.
    coming: Vec<(TextSize, TextSize, usize)>,
    /// Those that have begun, the next to end first.
    open: BTreeSet<(TextSize, usize)>,
    /// The directives that are open, as long as none begins or ends.
    now: Vec<usize>,
}

impl Reach {
    fn of(active: &[Active]) -> Reach {
        let mut coming = Vec::new();
        for (index, directive) in active.iter().enumerate() {
            if directive.whole_file {
                coming.push((TextSize::new(0), TextSize::new(u32::MAX), index));
                continue;
            }
            let ranges = [Some(directive.lines), directive.next];
            coming.extend(ranges.into_iter().flatten().map(|range| (range.start(), range.end(), index)));
        }
        coming.sort_unstable_by(|a, b| b.cmp(a));
        Reach { coming, open: BTreeSet::new(), now: Vec::new() }
    }

    /// The directives that reach a place, which must not stand before the one that was asked for last.
    fn at(&mut self, place: TextSize) -> &[usize] {
        let mut changed = false;
        while let Some((_, end, index)) = self.coming.pop_if(|(start, ..)| *start <= place) {
            changed |= self.open.insert((end, index));
        }
        while self.open.first().is_some_and(|(end, _)| *end < place) {
            self.open.pop_first();
            changed = true;
        }
        if changed {
            self.now.clear();
            self.now.extend(self.open.iter().map(|(_, index)| *index));
        }
        &self.now
    }
}

fn collect(db: &dyn Db, kind: FileKind, map: &PageMap, ctx: &mut Context<'_>) -> Vec<Active> {
    let mut active = Vec::new();
    for (index, position) in map.chunks().iter().enumerate() {
        let Some(found) = suppressions(db, kind, position.chunk) else {
            continue;
        };
        for error in &found.directives.errors {
            ctx.report::<InvalidSuppression>(error.range + position.start, error.message.clone());
        }
        for (directive, (next, html)) in found.directives.found.iter().zip(&found.reach) {
            let html = html.map(|range| range + position.start);
            let next = match next {
                Next::Here(range) => Some(*range + position.start),
                Next::Later => first_code_after(db, map, index + 1),
                Next::Nothing => None,
            };
            let range = directive.range + position.start;
            let lines = lines_around(db, map, html.unwrap_or(range), html.is_some());
            let selectors = selectors(ctx, directive, position.start);
            let whole_file = directive.kind == DirectiveKind::File;
            active.push(Active { selectors, whole_file, lines, next, range, html });
        }
    }
    active
}

/// The selectors of a directive; those that name nothing are reported.
fn selectors(ctx: &mut Context<'_>, directive: &Directive, base: TextSize) -> Vec<(Selector, TextRange, bool)> {
    let mut out = Vec::new();
    for rule in &directive.rules {
        let range = rule.range + base;
        match Selector::resolve(&rule.name, RULES) {
            Ok(selector) => out.push((selector, range, false)),
            Err(error) => {
                let suggestion = match &error {
                    SelectorError::Unknown { suggestion, .. } => suggestion.clone(),
                    _ => None,
                };
                let report = ctx.report::<UnknownSuppression>(range, error.to_string());
                if let Some(name) = suggestion {
                    report.unsafe_fix(format!("write `{name}`"), [TextEdit::replace(range, name)]);
                }
            }
        }
    }
    out
}

fn first_code_after(db: &dyn Db, map: &PageMap, from: usize) -> Option<TextRange> {
    for position in map.chunks().get(from..)? {
        let source = position.chunk.source(db);
        if let Some(region) = source.regions.iter().find(|r| r.kind.code().is_some()) {
            return Some(first_code(&chunk_syntax(db, position.chunk), region) + position.start);
        }
    }
    None
}

/// The lines that a range touches, and the one after it for a comment of the text.
fn lines_around(db: &dyn Db, map: &PageMap, range: TextRange, one_more: bool) -> TextRange {
    let mut end = map.line_range(db, range.end()).end();
    if one_more && end < map.len() {
        end = map.line_range(db, end + TextSize::new(1)).end();
    }
    TextRange::new(map.line_range(db, range.start()).start(), end)
}

fn report(ctx: &mut Context<'_>, directive: &Active) {
    let all_unused = directive.selectors.iter().all(|(_, _, used)| !used);
    for (selector, range, used) in &directive.selectors {
        if !used {
            let message = format!("`{}` finds nothing here that could be ignored", selector.as_str());
            let report = ctx.report::<UnusedSuppression>(*range, message).unnecessary();
            if all_unused && directive.selectors.len() == 1 {
                report.help("remove the comment");
            } else {
                report.help("remove it from the comment");
            }
        }
    }
    if let Some(html) = directive.html {
        ctx.report::<VisibleSuppression>(directive.range, "this comment is sent to every reader of the page")
            .related(html, "an HTML comment is part of what is sent")
            .help(format!("write `%%[ /* {WORD} … */ ]%%`: comments in code stay on the server"));
    }
}

#[cfg(test)]
mod tests {
    use sfmc_test_support::assert_linear;

    use crate::tests::every_finding;

    #[test]
    fn suppressions_are_linear_work() {
        let patterns = [
            "%%[ /* sfmc-ignore amp/unknown-function: x */ ]%%\n%%=Foo(1)=%%\n",
            "<!-- sfmc-ignore amp/unknown-function: x -->\n%%=Foo(1)=%%\n",
            "<!-- sfmc-ignore amp/unknown-function: x -->\n",
        ];
        for pattern in patterns {
            assert_linear(
                pattern,
                [100, 1000],
                |count| pattern.repeat(count),
                |text| assert!(every_finding(&text).iter().all(|found| found.rule.id != "amp/unknown-function")),
            );
        }
    }
}
