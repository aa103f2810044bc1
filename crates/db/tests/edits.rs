//! Incremental equals from scratch: after any sequence of edits a page's text, regions, problems and tree are those of a full scan.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use proptest::{prelude::*, sample::select};
use sfmc_db::{Change, FileId, FileKind, Host, chunk_parse, page_map, page_tree};
use sfmc_host::{Region, full_scan, merge_parts};
use sfmc_syntax::{LineCol, LineIndex, PositionEncoding, SyntaxNode, TextRange, TextSize};

/// Regions of a page in its own coordinates, parts of one region put together again.
fn regions(host: &Host, file: FileId) -> Vec<Region> {
    let map = page_map(host.db(), host.page(file).unwrap());
    merge_parts(map.chunks().iter().flat_map(|position| {
        let source = position.chunk.source(host.db());
        source.regions.iter().map(|region| region.shifted(position.start)).collect::<Vec<_>>()
    }))
}

fn assert_as_from_scratch(host: &Host, file: FileId, text: &str) {
    assert_eq!(host.text(file).unwrap(), text);
    let scan = full_scan(text);
    assert_eq!(regions(host, file), scan.regions, "regions of {text:?}");
    let page = host.page(file).unwrap();
    let tree = SyntaxNode::new_root(page_tree(host.db(), page));
    assert_eq!(tree.text(), text);

    // Another host that never saw the edits finds the same problems at the same places.
    let mut fresh = Host::default();
    let other = fresh.set_text(Path::new("/fresh.html"), text.to_owned(), FileKind::Page);
    assert_eq!(problems(host, file), problems(&fresh, other), "problems of {text:?}");
    let map = page_map(host.db(), page);
    let index = LineIndex::new(text);
    for encoding in [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32] {
        for offset in (0..=text.len()).filter(|&n| text.is_char_boundary(n)) {
            let offset = TextSize::new(u32::try_from(offset).unwrap());
            let expected = index.line_col(text, offset, encoding);
            assert_eq!(map.line_col(host.db(), offset, encoding), expected);
            assert_eq!(map.offset(host.db(), expected, encoding), index.offset(text, expected, encoding));
        }
    }
}

fn problems(host: &Host, file: FileId) -> Vec<(sfmc_syntax::ProblemKind, TextRange)> {
    let map = page_map(host.db(), host.page(file).unwrap());
    let mut out = Vec::new();
    for position in map.chunks() {
        let parse = chunk_parse(host.db(), position.chunk);
        out.extend(parse.problems.iter().map(|p| (p.kind, p.range + position.start)));
    }
    out
}

const PIECES: &[&str] = &[
    "%%[",
    "]%%",
    "%%=",
    "=%%",
    "%%",
    "v(@a)",
    " set @a = 1\n",
    "\nvar @b\n",
    "if @a then ",
    "endif ",
    "'",
    "\"",
    "/*",
    "*/",
    "<!--",
    "-->",
    "<p class=\"x\">",
    "</p>\n",
    "<script language=ampscript runat=server>",
    "<script runat=server>",
    "</script>",
    "{{",
    "}}",
    "{{x}}",
    "[",
    "]",
    "%%name%%",
    "%%[First Name]%%",
    "é",
    "😀",
    "\r\n",
    "\n",
    " ",
    "text ",
    "//",
    ";",
    "%%[ set @x = 1 ]%%",
    "%%=v(@x)=%%",
    "<ctrl:var name=x />",
];

fn edit() -> impl Strategy<Value = (u16, u16, Vec<&'static str>)> {
    (any::<u16>(), 0u16..40, prop::collection::vec(select(PIECES), 0..4))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn edits_equal_from_scratch(
        start in prop::collection::vec(select(PIECES), 0..40),
        repeat in 1usize..40,
        edits in prop::collection::vec(edit(), 1..8),
    ) {
        // Repeated, so that pages have many chunks and blocks that are cut.
        let mut text = start.concat().repeat(repeat);
        let mut host = Host::default();
        let file = host.set_text(Path::new("/page.html"), text.clone(), FileKind::Page);
        for (at, delete, insert) in edits {
            let from = text.floor_char_boundary(usize::from(at) % (text.len() + 1));
            let to = text.floor_char_boundary((from + usize::from(delete)).min(text.len()));
            let insert = insert.concat();
            let size = |n: usize| TextSize::new(u32::try_from(n).unwrap());
            host.replace(file, Some(TextRange::new(size(from), size(to))), &insert).unwrap();
            text.replace_range(from..to, &insert);
            prop_assert_eq!(host.text(file).unwrap(), &text);
            prop_assert_eq!(regions(&host, file), full_scan(&text).regions);
        }
        if text.len() < 4000 {
            assert_as_from_scratch(&host, file, &text);
        }
    }
}

fn page(kilobytes: usize) -> String {
    let unit = "<p>Hello %%=v(@name)=%%,</p>\n%%[ if @a == 1 then ]%%<b>x</b>%%[ else ]%%y%%[ endif ]%%\n";
    unit.repeat(kilobytes * 1024 / unit.len())
}

#[test]
fn chunks_stay_bounded_over_many_edits() {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), page(8), FileKind::Page);
    let before = host.chunk_count();
    let mut random = sfmc_test_support::Rng::new(7);
    let mut most = before;
    for n in 0..30_000u32 {
        let len = host.text(file).unwrap().len();
        let at = TextSize::new(u32::try_from(random.below(len)).unwrap());
        let at = TextRange::empty(at);
        if n % 2 == 0 {
            host.replace(file, Some(at), "%%[ ").unwrap();
        } else {
            // Take out what stands behind, so that the page neither grows nor dies out.
            let start = usize::from(at.start()).min(host.text(file).unwrap().len().saturating_sub(4));
            let start = TextSize::new(u32::try_from(start).unwrap());
            host.replace(file, Some(TextRange::at(start, 4.into())), "").unwrap();
        }
        most = most.max(host.chunk_count());
    }
    assert!(most <= before * 4, "{before} chunks at first, up to {most} later");
}

#[test]
fn edits_come_in_the_client_s_units() {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/a.html"), "😀 %%=v(@a)=%%\nz".to_owned(), FileKind::Page);
    let at = |line, col| LineCol { line, col };
    let change = |a, b, text: &str| Change { range: Some(a..b), new_text: text.to_owned() };
    host.edit(file, &[change(at(0, 3), at(0, 6), "<b>")], PositionEncoding::Utf16).unwrap();
    assert_eq!(host.text(file).unwrap(), "😀 <b>v(@a)=%%\nz");
    host.edit(file, &[change(at(0, 2), at(0, 5), "%%=")], PositionEncoding::Utf32).unwrap();
    assert_eq!(host.text(file).unwrap(), "😀 %%=v(@a)=%%\nz");
    // To the end of the text and beyond is how clients delete everything.
    host.edit(file, &[change(at(1, 0), at(2, 0), "")], PositionEncoding::Utf16).unwrap();
    assert_eq!(host.text(file).unwrap(), "😀 %%=v(@a)=%%\n");
    assert!(host.edit(file, &[change(at(9, 0), at(9, 0), "x")], PositionEncoding::Utf16).is_err());
    assert!(host.edit(file, &[change(at(0, 5), at(0, 2), "x")], PositionEncoding::Utf16).is_err());
    assert_eq!(host.text(file).unwrap(), "😀 %%=v(@a)=%%\n");
    let all = Change { range: None, new_text: "new".to_owned() };
    host.edit(file, &[all], PositionEncoding::Utf16).unwrap();
    assert_eq!(host.text(file).unwrap(), "new");
}
