//! Properties of any text.

use std::ops::Range;

use proptest::prelude::*;
use sfmc_syntax::{
    TextSize,
    cursor::{self, Code, Found},
};

use crate::{
    Item, Region, RegionFlags, ScanState, Scanner, full_scan,
    html::{HtmlState, html_context},
    merge_parts,
};

/// Small, so that the short texts of tests are cut too.
const SMALL: usize = 24;

fn items(text: &str, start: usize, state: ScanState, size: usize) -> Vec<Item> {
    Scanner::with_part_size(text, start, state, size).collect()
}

fn regions(items: &[Item]) -> Vec<Region> {
    merge_parts(items.iter().filter_map(|item| item.region))
}

/// All properties that hold for any text.
pub(super) fn check_all(text: &str) {
    check_shape(text);
    check_restart(text);
    check_parts(text);
    check_seen(text);
    check_html(text);
    check_code_alone(text);
}

/// Those whose work grows no faster than the text.
pub(super) fn check_large(text: &str) {
    check_shape(text);
    check_parts(text);
    check_html(text);
    check_code_alone(text);
    let all = items(text, 0, ScanState::Sea, Scanner::PART_SIZE);
    if let Some(item) = all.get(all.len() / 2) {
        let rest = items(text, item.end, item.state, Scanner::PART_SIZE);
        assert_eq!(rest, all[all.len() / 2 + 1..]);
    }
}

fn check_shape(text: &str) {
    for size in [SMALL, Scanner::PART_SIZE] {
        let mut end = 0;
        for item in items(text, 0, ScanState::Sea, size) {
            assert_eq!(item.start, end, "{text:?}");
            if let Some(region) = item.region {
                let (from, to) = (region.start as usize, region.end() as usize);
                assert!(from >= end && to == item.end, "{item:?} of {text:?}");
                assert!(text.is_char_boundary(from) && text.is_char_boundary(to), "{item:?} of {text:?}");
                assert!(region.open + region.close <= region.len, "{item:?} of {text:?}");
            }
            assert!(text.is_char_boundary(item.end), "{item:?} of {text:?}");
            assert!(item.end <= item.seen && item.seen <= text.len() + 1, "{item:?} of {text:?}");
            for problem in &item.problems {
                assert!(text.get(Range::<usize>::from(problem.range)).is_some(), "{item:?} of {text:?}");
            }
            end = item.end;
        }
        assert_eq!(end, text.len());
    }
}

/// The end of each item is a place to start again from, and what follows depends on nothing before it.
fn check_restart(text: &str) {
    for size in [SMALL, Scanner::PART_SIZE] {
        let all = items(text, 0, ScanState::Sea, size);
        for (i, item) in all.iter().enumerate() {
            let rest = &all[i + 1..];
            assert_eq!(items(text, item.end, item.state, size), rest, "from {} of {text:?}", item.end);
            let moved = items(&text[item.end..], 0, item.state, size);
            let moved: Vec<Item> = moved.into_iter().map(|it| shifted(it, item.end)).collect();
            assert_eq!(moved, rest, "behind {} of {text:?}", item.end);
        }
    }
}

fn shifted(item: Item, by: usize) -> Item {
    let base = TextSize::new(u32::try_from(by).unwrap());
    Item {
        start: item.start + by,
        end: item.end + by,
        seen: item.seen + by,
        region: item.region.map(|region| region.shifted(base)),
        problems: item.problems.into_iter().map(|problem| problem.shifted(base)).collect(),
        state: item.state,
    }
}

/// Cutting changes neither regions nor problems.
fn check_parts(text: &str) {
    let whole = items(text, 0, ScanState::Sea, 1 << 20);
    let parts = items(text, 0, ScanState::Sea, SMALL);
    assert_eq!(regions(&whole), regions(&parts), "{text:?}");
    let problems = |items: &[Item]| items.iter().flat_map(|item| item.problems.clone()).collect::<Vec<_>>();
    assert_eq!(problems(&whole), problems(&parts), "{text:?}");
}

/// What an item did not see does not change it.
fn check_seen(text: &str) {
    let all = items(text, 0, ScanState::Sea, SMALL);
    let replacements =
        ["", "]%%", "=%%", "%%[", "*/", "\"", "'\n", ">", "}}", "-->", "%%", "@", " ", "\nset @a", "</script>"];
    for (i, item) in all.iter().enumerate() {
        let Some(kept) = text.get(..item.seen) else {
            continue;
        };
        for other in replacements {
            let start = i.checked_sub(1).map_or((0, ScanState::Sea), |i| (all[i].end, all[i].state));
            let changed = format!("{kept}{other}");
            let again = Scanner::with_part_size(&changed, start.0, start.1, SMALL).next_item();
            assert_eq!(again.as_ref(), Some(item), "{kept:?} + {other:?} for {text:?}");
        }
    }
}

/// The context of a region is the same wherever the page is cut.
fn check_html(text: &str) {
    let all = items(text, 0, ScanState::Sea, SMALL);
    let parts: Vec<Region> = all.iter().filter_map(|item| item.region).collect();
    let whole = html_context(text, &parts, HtmlState::default());
    let mut state = HtmlState::default();
    let mut contexts = Vec::new();
    for item in &all {
        let base = u32::try_from(item.start).unwrap().into();
        let own: Vec<Region> = item.region.iter().map(|region| region.relative_to(base)).collect();
        let chunk = html_context(&text[item.start..item.end], &own, state);
        contexts.extend(chunk.contexts);
        state = chunk.exit;
    }
    assert_eq!((contexts, state), (whole.contexts, whole.exit), "{text:?}");
}

/// A lexer that sees only a region comes to the same delimiters and errors in it as the scanner, which sees the page.
fn check_code_alone(text: &str) {
    for region in full_scan(text).regions {
        let Some(code) = region.kind.code() else {
            continue;
        };
        if region.close == 0 || region.has(RegionFlags::NESTED) {
            continue;
        }
        let content = Range::<usize>::from(region.content_range());
        let steps = |text: &str| {
            let step = |at| cursor::next(code, text.as_bytes(), at, true);
            let steps = std::iter::successors(Some(step(content.start)), |last| Some(step(last.end)));
            let inside = steps.take_while(|step| step.start < content.end);
            inside.map(|step| (step.found, step.start, step.end)).collect::<Vec<_>>()
        };
        let alone = steps(&text[..content.end]);
        for &(found, ..) in &alone {
            let closes = matches!(found, Found::Close | Found::BlockOpen | Found::InlineOpen);
            assert!(!closes, "{region:?} of {text:?}");
        }
        // The scanner does not always look at all of the page for an inline expression.
        if code != Code::Inline && !region.has(RegionFlags::MISMATCHED_CLOSE) {
            assert_eq!(alone, steps(text), "{region:?} of {text:?}");
        }
    }
}

const PIECES: &[&str] = &[
    "%%[",
    "%%[ ",
    "]%%",
    " ]%%",
    "%%=",
    "=%%",
    "%%",
    "%",
    "[",
    "]",
    "=",
    "\"",
    "'",
    "/*",
    "*/",
    "//",
    "<!--",
    "-->",
    "“",
    "”",
    "<script runat=server>",
    "<script language=ampscript runat=server>",
    "<script language=ampscript",
    "<script>",
    "<script ",
    "</script>",
    "</script",
    "\n>",
    ">",
    "<",
    "/>",
    "{{",
    "}}",
    "{",
    "}",
    "{{!--",
    "--}}",
    "<ctrl:var ",
    "</ctrl:var>",
    "a",
    "name",
    "First Name",
    "v(@a)",
    "(",
    ")",
    "set @a = 1",
    "\nset @a = 1",
    "\n  var @b\n",
    "if",
    "endif",
    ";",
    "é",
    "😀",
    "\u{feff}",
    "\0",
    " ",
    "\n",
    "\r\n",
    "\r",
    "before;",
    "HTTPGet \"u\"",
    "runat=server",
    "language=ampscript",
    "<p a=\"",
    "<a href='",
    "<style>",
    "<title>",
    "Shoe-Size",
    "MSG(0).VERB",
    "@",
    ",",
    "-",
    "!",
    "!=",
    "==",
    "[type=load]",
    "\t",
    "\u{a0}",
    "x = 1, y\n",
    "<b>\n",
];

fn nasty() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces(text in nasty()) {
        check_all(&text);
    }

    #[test]
    fn any_text(text in "\\PC{0,60}") {
        check_all(&text);
    }

    #[test]
    fn long_code(
        pieces in prop::collection::vec(
            prop::sample::select(&["\nset @a = 1", "\nvar @b", " \"x\ny\"", " /* a\nset @b */", ";", " %%=v(@a)=%%", "\nset @c = '"][..]),
            0..60,
        ),
        end in prop::sample::select(&["", "]%%", "=%%", "</script>"][..]),
        open in prop::sample::select(&["%%[", "<script language=ampscript>", "<script runat=server>", ""][..]),
    ) {
        check_all(&format!("{open}{}{end}", pieces.concat()));
    }
}
