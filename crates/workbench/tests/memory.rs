//! What the engine keeps of a page, counted in bytes that are allocated and not freed. A test of its own process: nothing else may allocate.

#![allow(unsafe_code, clippy::unwrap_used, clippy::print_stdout, reason = "an allocator that counts")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    fmt::Write,
    sync::atomic::{AtomicUsize, Ordering},
};

use sfmc_db::{Database, FileKind};
use sfmc_lint::{DefaultLevels, check_file};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(live, Ordering::Relaxed);
        // SAFETY: as for the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as for the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Dense code, in which no two names are alike: nothing is shared.
fn dense(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 1000);
    let mut n = 0;
    while text.len() < bytes {
        n += 1;
        write!(
            text,
            "<tr><td class=\"c{n}\">Hello %%=v(@name{n})=%%,</td></tr>\n%%[ set @price{n} = Multiply(@base{n}, 1.{n})\n\
             set @row{n} = Row(@rows{n}, {n})\nif @price{n} > {n} and Empty(@kind{n}) then ]%%<b>%%=Concat(\"gold{n}\", \
             Field(@row{n}, \"Col{n}\"))=%%</b>%%[ endif ]%%\n"
        )
        .unwrap();
    }
    text
}

#[test]
fn a_dense_page() {
    let text = dense(1_000_000);
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let db = Database::default();
    let page = db.add_page(&text, FileKind::Page);
    let findings = check_file(&db, page, &DefaultLevels);
    assert!(findings.is_empty(), "{:?}", findings.first());
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    let per_byte = |bytes: usize| (bytes - before) as f64 / text.len() as f64;
    let (kept, peak) = (per_byte(LIVE.load(Ordering::Relaxed)), per_byte(PEAK.load(Ordering::Relaxed)));
    println!("{kept:.1} bytes are kept for each byte of the page, {peak:.1} are in use at most");
    assert!(kept < 25.0, "{kept:.1}");
    assert!(peak < 30.0, "{peak:.1}");
}
