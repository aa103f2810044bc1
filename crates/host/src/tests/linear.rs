//! No text makes the scanner slow: twice the text takes about twice the time.

use std::time::{Duration, Instant};

use crate::{ScanState, Scanner, full_scan};

fn time(text: &str) -> Duration {
    let once = || {
        let start = Instant::now();
        let scan = full_scan(text);
        let took = start.elapsed();
        assert!(scan.regions.iter().all(|r| r.end() as usize <= text.len()));
        took
    };
    once().min(once()).min(once())
}

fn check(pattern: &str, tail: &str) {
    let text = |len: usize| pattern.repeat(len / pattern.len()) + tail;
    let (small, large) = (text(1 << 17), text(1 << 19));
    let (a, b) = (time(&small), time(&large));
    // Four times the text; quadratic work would take sixteen times as long. Short times say nothing.
    assert!(
        b < Duration::from_millis(20) || b < a * 9,
        "{pattern:?} … {tail:?}: {a:?} for {} bytes, {b:?} for {}",
        small.len(),
        large.len(),
    );
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
    ] {
        check(pattern, "");
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
            for tail in ["", "=%%", "]%%", "*/", "*/ ; ]%%", "</script>"] {
                let text =
                    |len: usize| format!("{prefix}{}{tail}", pattern.repeat(len / pattern.len()));
                let (a, b) = (time(&text(1 << 15)), time(&text(1 << 17)));
                assert!(
                    b < Duration::from_millis(20) || b < a * 9,
                    "{prefix:?} {pattern:?} {tail:?}: {a:?} and {b:?} for four times the text"
                );
            }
        }
    }
}

#[test]
fn look_aheads_over_much_code() {
    let code = "set @a = b\n".repeat(100);
    for pattern in [
        format!("%%[ {code}"),
        format!("%%[ %%=a()=%% {code}"),
        "%%[ %%=a()=%% /*".to_owned(),
        "%%[ %%=a()=%% <!--".to_owned(),
        "%%[ =%%".to_owned(),
        "=%%".to_owned(),
        "%%[a]%% ".to_owned(),
        "%%[ %%[a]%% ; ]%% ".to_owned(),
    ] {
        for tail in ["", "]%%", "*/ ; ]%%", "*/ %%[]%%"] {
            check(&pattern, tail);
            check(&format!("%%[ {pattern}"), tail);
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
