//! No text makes the scanner slow: four times the text is about four times the work.

use sfmc_test_support::assert_linear;

use crate::{ScanState, Scanner, full_scan};

#[track_caller]
fn check(prefix: &str, pattern: &str, tail: &str) {
    assert_linear(
        &format!("{prefix}({pattern})*{tail}"),
        [1 << 14, 1 << 16],
        |len| format!("{prefix}{}{tail}", pattern.repeat(len.div_ceil(pattern.len()))),
        |text| assert!(full_scan(&text).regions.iter().all(|r| r.end() as usize <= text.len())),
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
