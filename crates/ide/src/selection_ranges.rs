//! What is selected when somebody selects more and more? Word, expression, argument, statement, block, IF or FOR, page.

use sfmc_db::{Db, FileId, FileKind, Page, Snapshot, page_map};
use sfmc_host::RegionFlags;
use sfmc_semantic::page_frames;
use sfmc_syntax::{SyntaxKind, SyntaxNode, TextRange, TextSize};

use crate::{
    control,
    cursor::{TokenAt, token_at, trimmed},
    sql,
};

/// More levels than this are of no use, and clients read each as a level of nesting.
const MAX_LEVELS: usize = 48;

/// The ranges around an offset, each inside the next; the last one is the whole file. Never empty for a file that the host knows.
pub fn selection_ranges(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Vec<TextRange> {
    let Some(page) = snapshot.page(file) else { return Vec::new() };
    let db: &dyn Db = snapshot.db();
    let map = page_map(db, page);
    let offset = offset.min(map.len());
    let whole = TextRange::new(TextSize::new(0), map.len());
    let mut found = vec![whole, trim_end(db, page, map.line_range(db, offset))];
    let is_blank = |kind: SyntaxKind| kind == SyntaxKind::WHITESPACE;
    let token = token_at(db, page, offset, |kind| !is_blank(kind)).or_else(|| token_at(db, page, offset, |_| true));
    if page.kind(db) == FileKind::Sql {
        token.iter().for_each(|token| sql::selections(token, offset, &mut found));
        return nested(found, offset);
    }
    if let Some(token) = &token {
        match token.kind() {
            SyntaxKind::TEXT => found.extend(word(token, offset)),
            _ => code(token, &mut found),
        }
        found.extend(region(db, page, offset));
    }
    frames(db, page, offset, &mut found);
    nested(found, offset)
}

/// Those of the ranges around an offset that lie in each other, from the smallest on. A line that begins or ends inside of code does not.
fn nested(mut ranges: Vec<TextRange>, offset: TextSize) -> Vec<TextRange> {
    ranges.retain(|range| range.contains_inclusive(offset));
    ranges.sort_by_key(|range| range.len());
    let mut nested: Vec<TextRange> = Vec::new();
    for range in ranges {
        let fits = nested.last().is_none_or(|last| range.contains_range(*last) && range != *last);
        // An empty one selects nothing.
        if fits && !range.is_empty() {
            nested.push(range);
        }
    }
    if nested.is_empty() {
        nested.push(TextRange::empty(offset));
    }
    while nested.len() > MAX_LEVELS {
        nested.remove(MAX_LEVELS / 2);
    }
    nested
}

fn trim_end(db: &dyn Db, page: Page, line: TextRange) -> TextRange {
    let before = line.end().checked_sub(TextSize::new(1)).filter(|_| !line.is_empty());
    let map = page_map(db, page);
    let is_return = before.is_some_and(|at| {
        let position = map.chunk_at(at).and_then(|index| map.chunks().get(index));
        position.is_some_and(|position| {
            position.chunk.source(db).text.as_bytes().get(usize::from(at - position.start)) == Some(&b'\r')
        })
    });
    if is_return { TextRange::new(line.start(), line.end() - TextSize::new(1)) } else { line }
}

/// The word of text around an offset.
pub(crate) fn word(token: &TokenAt, offset: TextSize) -> Option<TextRange> {
    let text = token.token.text();
    let at = text.floor_char_boundary(usize::from(offset.checked_sub(token.range().start())?));
    let is_word = |c: char| c == '_' || c == '-' || c.is_alphanumeric();
    let before: usize = text[..at].chars().rev().take_while(|c| is_word(*c)).map(char::len_utf8).sum();
    let after: usize = text[at..].chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum();
    let start = token.range().start() + TextSize::new(u32::try_from(at - before).ok()?);
    Some(TextRange::at(start, TextSize::new(u32::try_from(before + after).ok()?)))
}

/// The token and everything around it in its region.
fn code(token: &TokenAt, found: &mut Vec<TextRange>) {
    let start = token.position.start;
    let range = token.range();
    if token.kind() != SyntaxKind::WHITESPACE {
        found.push(range);
    }
    if token.kind() == SyntaxKind::STRING {
        let text = token.token.text();
        let closed = text.len() > 1 && text.ends_with(&text[..1]);
        let one = TextSize::new(1);
        found.push(TextRange::new(range.start() + one, if closed { range.end() - one } else { range.end() }));
    }
    for node in token.token.parent_ancestors() {
        match node.kind() {
            SyntaxKind::CHUNK => break,
            // All of it is told where regions are put together.
            SyntaxKind::BLOCK | SyntaxKind::INLINE | SyntaxKind::SCRIPT_BLOCK => {}
            _ => {
                if node.kind() == SyntaxKind::ARG_LIST {
                    found.extend(between_parens(&node).map(|range| range + start));
                }
                found.push(trimmed(&node) + start);
            }
        }
    }
}

/// The arguments of a call without the parentheses.
fn between_parens(arguments: &SyntaxNode) -> Option<TextRange> {
    let (first, last) = (arguments.children().next()?, arguments.children().last()?);
    Some(trimmed(&first).cover(trimmed(&last)))
}

/// The region around an offset, its content and all of it, put together where it is cut.
fn region(db: &dyn Db, page: Page, offset: TextSize) -> Vec<TextRange> {
    let mut open: Option<(TextSize, TextSize)> = None;
    for position in page_map(db, page).chunks() {
        let source = position.chunk.source(db);
        for region in &source.regions {
            let (range, content) = (region.range() + position.start, region.content_range() + position.start);
            let (start, inner) = match open {
                Some(open) if region.open == 0 => open,
                _ => (range.start(), content.start()),
            };
            if region.has(RegionFlags::CONTINUES) {
                open = Some((start, inner));
                continue;
            }
            open = None;
            if start <= offset && offset <= range.end() && (offset < range.end() || region.kind.code().is_some()) {
                let whole = TextRange::new(start, range.end());
                return vec![TextRange::new(inner, content.end().max(inner)), whole];
            }
        }
        if position.start > offset && open.is_none() {
            break;
        }
    }
    Vec::new()
}

/// The IFs and FORs around an offset, and the branch that it stands in.
fn frames(db: &dyn Db, page: Page, offset: TextSize, found: &mut Vec<TextRange>) {
    for frame in page_frames(db, page).iter() {
        let Some(end) = frame.end.and_then(|end| control::head_range(db, page, end)) else { continue };
        let Some(start) = control::range_of(db, page, frame.opener) else { continue };
        let all = start.cover(end);
        if !all.contains_inclusive(offset) {
            continue;
        }
        found.push(balanced(db, page, all).map_or(all, |(first, last)| first.cover(last)));
        let mut from = start.start();
        for place in frame.alternatives.iter().copied().chain(frame.end) {
            let Some(next) = control::range_of(db, page, place) else { continue };
            let branch = TextRange::new(from, next.start().max(from));
            from = next.start();
            if !branch.contains_inclusive(offset) {
                continue;
            }
            // Of one that is text in the main what stands between the blocks.
            let blocks = balanced(db, page, TextRange::new(branch.start(), next.end().max(branch.start())));
            found.push(
                blocks.map_or(branch, |(first, last)| TextRange::new(first.end(), last.start().max(first.end()))),
            );
        }
    }
}

/// The regions in which a range begins and ends, if these are two: without all of them its delimiters would not pair.
fn balanced(db: &dyn Db, page: Page, range: TextRange) -> Option<(TextRange, TextRange)> {
    let first = region(db, page, range.start()).pop()?;
    if first.contains_range(range) {
        return None;
    }
    let last = region(db, page, range.end().checked_sub(TextSize::new(1))?).pop()?;
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{far_apart, host, size, with_cursor};

    #[track_caller]
    fn check(markup: &str, expected: &Expect) {
        let (host, file, at, text) = with_cursor(markup);
        let found = selection_ranges(&host.snapshot(), file, at);
        let lines: Vec<String> = found.iter().map(|range| format!("{:?}\n", &text[*range])).collect();
        expected.assert_eq(&lines.concat());
    }

    #[test]
    fn from_the_word_to_the_page() {
        check(
            "<p>%%[ set @a = Concat( Trim('x$0y'), @b ) ]%%</p>\n.",
            &expect![[r#"
                "xy"
                "'xy'"
                "('xy')"
                "Trim('xy')"
                "Trim('xy'), @b"
                "( Trim('xy'), @b )"
                "Concat( Trim('xy'), @b )"
                "set @a = Concat( Trim('xy'), @b )"
                " set @a = Concat( Trim('xy'), @b ) "
                "%%[ set @a = Concat( Trim('xy'), @b ) ]%%"
                "<p>%%[ set @a = Concat( Trim('xy'), @b ) ]%%</p>"
                "<p>%%[ set @a = Concat( Trim('xy'), @b ) ]%%</p>\n."
            "#]],
        );
    }

    #[test]
    fn control_flow_over_blocks() {
        check(
            "%%[ if @a then ]%%\none t$0wo\n%%[ else ]%%\n%%[ endif ]%%\n.",
            &expect![[r#"
                "two"
                "one two"
                "\none two\n"
                "%%[ if @a then ]%%\none two\n%%[ else ]%%\n%%[ endif ]%%"
                "%%[ if @a then ]%%\none two\n%%[ else ]%%\n%%[ endif ]%%\n."
            "#]],
        );
    }

    #[test]
    fn what_is_selected_has_both_delimiters() {
        check(
            "%%[ if @a then ]%%<p>t$0</p>%%[ endif ]%%.",
            &expect![[r#"
                "t"
                "<p>t</p>"
                "%%[ if @a then ]%%<p>t</p>%%[ endif ]%%"
                "%%[ if @a then ]%%<p>t</p>%%[ endif ]%%."
            "#]],
        );
        check(
            "%%[ if @a then set @b = $0@c ]%%<p>%%[ else ]%%x%%[ endif ]%%.",
            &expect![[r#"
                "@c"
                "set @b = @c"
                " if @a then set @b = @c "
                "%%[ if @a then set @b = @c ]%%"
                "%%[ if @a then set @b = @c ]%%<p>%%[ else ]%%x%%[ endif ]%%"
                "%%[ if @a then set @b = @c ]%%<p>%%[ else ]%%x%%[ endif ]%%."
            "#]],
        );
        check(
            "%%[ if @a then set @b = $0@c else set @b = 2 endif ]%%.",
            &expect![[r#"
                "@c"
                "set @b = @c"
                "if @a then set @b = @c "
                "if @a then set @b = @c else set @b = 2 endif"
                " if @a then set @b = @c else set @b = 2 endif "
                "%%[ if @a then set @b = @c else set @b = 2 endif ]%%"
                "%%[ if @a then set @b = @c else set @b = 2 endif ]%%."
            "#]],
        );
    }

    #[test]
    fn at_the_edges() {
        check(
            "$0",
            &expect![[r#"
            ""
        "#]],
        );
        check(
            "a\r\n$0\r\nb",
            &expect![[r#"
                "a\r\n\r\nb"
            "#]],
        );
        check(
            "%%FirstName%%$0",
            &expect![[r#"
                "%%FirstName%%"
            "#]],
        );
    }

    #[test]
    fn over_chunks_and_deep() {
        let statements = "set @a = 1\n".repeat(3000);
        let text = format!("%%[\n{statements}]%%");
        let (host_, file) = host(&text);
        let found = selection_ranges(&host_.snapshot(), file, size(20_000));
        assert_eq!(&text[found[found.len() - 2]], &text[3..text.len() - 3]);
        let text = far_apart(&["%%[ if @a then ]%%", "x", "%%[ endif ]%%"]);
        let (host_, file) = host(&text);
        let found = selection_ranges(&host_.snapshot(), file, size(text.find("x\n").unwrap_or(9000)));
        let between = &text[found[found.len() - 2]];
        assert!(between.contains('x') && !between.contains("%%"), "all of it is the page");
        let deep = format!("%%=v({}1{})=%%", "Trim(".repeat(120), ")".repeat(120));
        let (host, file) = host(&deep);
        let found = selection_ranges(&host.snapshot(), file, size(deep.find('1').unwrap()));
        assert_eq!(found.len(), MAX_LEVELS);
        assert_eq!(&deep[found[0]], "1");
    }
}
