//! What each layer costs on pages of 10 KB, 100 KB and 1 MB. These report; tests gate on counts.

use divan::{Bencher, counter::BytesCount};
use sfmc_db::{Database, FileKind, page_tree};
use sfmc_lint::{DefaultLevels, check_file};

#[path = "pages.rs"]
mod pages;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [10, 100, 1000];

#[divan::bench(args = SIZES)]
fn scan(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = pages::dense(kilobytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| sfmc_host::full_scan(&text));
}

#[divan::bench(args = SIZES)]
fn scan_html(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = pages::html(kilobytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| sfmc_host::full_scan(&text));
}

#[divan::bench(args = SIZES)]
fn lex(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = pages::block(kilobytes);
    let region = region(&text);
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        tokens.clear();
        problems.clear();
        sfmc_ampscript::lex(region, &mut tokens, &mut problems);
    });
}

#[divan::bench(args = SIZES)]
fn parse(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = pages::block(kilobytes);
    let region = region(&text);
    let mut workspace = sfmc_ampscript::Workspace::default();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let mut builder = rowan::GreenNodeBuilder::new();
        sfmc_ampscript::parse_region(&mut workspace, region, &mut builder);
        builder.finish()
    });
}

fn region(text: &str) -> sfmc_ampscript::RegionText<'_> {
    sfmc_ampscript::RegionText { text, code: sfmc_syntax::cursor::Code::Block, open: 3, close: 3 }
}

#[divan::bench(args = SIZES)]
fn trees(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = pages::dense(kilobytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let db = Database::default();
        let page = db.add_page(&text, FileKind::Page);
        page_tree(&db, page)
    });
}

#[divan::bench(args = SIZES)]
fn check(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = pages::dense(kilobytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let db = Database::default();
        let page = db.add_page(&text, FileKind::Page);
        check_file(&db, page, &DefaultLevels)
    });
}
