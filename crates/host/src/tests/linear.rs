//! No text makes the scanner slow: four times the text takes about four times as long.

use std::time::Duration;

use sfmc_test_support::Stopwatch;

use crate::{ScanState, Scanner, full_scan};

fn time(text: &str) -> Duration {
    let once = || {
        let start = Stopwatch::start();
        let scan = full_scan(text);
        let took = start.elapsed();
        assert!(scan.regions.iter().all(|r| r.end() as usize <= text.len()));
        took
    };
    once().min(once())
}

/// Quadratic work would take sixteen times as long for four times the text. The machine may be busy, so only the best of several
/// tries counts, and short times say nothing.
#[track_caller]
fn check(prefix: &str, pattern: &str, tail: &str) {
    let text = |len: usize| format!("{prefix}{}{tail}", pattern.repeat(len / pattern.len()));
    let (small, large) = (text(1 << 14), text(1 << 16));
    let linear = (0..8).any(|_| {
        let large = time(&large);
        large < Duration::from_millis(10) || large < time(&small) * 12
    });
    assert!(linear, "{prefix:?} {pattern:?}… {tail:?} takes more than linear time");
}

#[test]
fn repeated_openers_and_closers() {
    for pattern in [
        "%",
        "%%",
        "{",
        "{{",
        "{{{ ",
        "{{a ",
        "{{!--",
        "}}",
        "<script",
        "<script ",
        "<script a=\"",
        "<script a='%%[",
        "<ctrl:",
        "<ctrl:a '",
        "%%[",
        "%%=",
        "]%%",
        "=%%",
        "%%[ %%[ ",
        "%%= %%= ",
        "%%[ %%=",
        "%%[%%[]%%",
        "%%[ =%%",
        "%%[=%%/*",
        "%%=]%%",
        "%%=\n",
        "%%a",
        "%%a ",
        "%%a%%[",
        "%%a%%=",
        "%%a%%=v(",
        "%%[a",
        "%%httpget \"",
        "%%before;",
        "</script ",
        "<script runat=server>",
        "<script language=ampscript>",
        "<script language=ampscript",
        "<script language=ampscript><script runat=server>",
        "9%%=a ",
        "%%Shoe-Size",
    ] {
        check("", pattern, "");
        check("%%[", pattern, "");
    }
}

#[test]
fn strings_and_comments_that_do_not_end() {
    for pattern in [
        "\"",
        "'",
        "\"'",
        "/*",
        "//",
        "<!--",
        "<!--\n",
        "“",
        "[",
        "[[",
        "\" x ",
        "''\n",
        "/* ]%% ",
        "%%[/*]%%",
        "%%[/*",
        "%%=/*\n",
        "%%=/*",
        "%%[//]%%",
        "%%[ ' ]%%\n",
        "%%[“]%%",
        "%%=v('a\n",
        "%%[ \"a\n ]%%",
        "%%[<!--]%%",
        "%%[<!--\n",
    ] {
        for prefix in ["", "%%[ ", "%%= ", "<script language=ampscript> "] {
            for tail in ["", "=%%", "]%%", "*/ ; ]%%", "</script>"] {
                check(prefix, pattern, tail);
            }
        }
    }
}

#[test]
fn look_aheads_over_much_code() {
    let code = "set @a = b\n".repeat(20);
    for pattern in [
        &format!("%%[ {code}"),
        &format!("%%[ %%=a()=%% {code}"),
        "%%[ %%=a()=%% /*",
        "%%[ %%=a()=%% <!--",
        "%%[ =%%",
        "=%%",
        "%%[a]%% ",
        "%%[ %%[a]%% ; ]%% ",
    ] {
        for tail in ["", "]%%", "*/ ; ]%%", "*/ %%[]%%"] {
            check("", pattern, tail);
            check("%%[ ", pattern, tail);
        }
    }
}

#[test]
fn a_large_region_is_not_scanned_again_for_each_of_its_parts() {
    let text = format!("%%[\n{}]%%", "set @a = 'b' /* c */\n".repeat(50_000));
    let items: Vec<_> = Scanner::new(&text, 0, ScanState::default()).collect();
    assert!(items.len() > 50);
    for item in &items[..items.len() - 1] {
        assert!(item.end - item.start <= 3 * Scanner::PART_SIZE, "{item:?}");
        assert!(item.seen <= item.end + 64, "{item:?}");
    }
}
