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

/// A query such as people write, over and over: many statements, as in a notebook.
fn queries(kilobytes: usize) -> String {
    let query = "SELECT s.SubscriberKey, j.EmailName AS [Email Name], COUNT(*) AS Opens,\n       CASE WHEN o.IsUnique = 1 THEN 'yes' \
                 ELSE 'no' END AS IsUnique -- once\nFROM _Sent AS s\nINNER JOIN _Job j ON j.JobID = s.JobID\nLEFT JOIN _Open o ON \
                 o.JobID = s.JobID AND o.SubscriberID = s.SubscriberID\nWHERE s.EventDate >= DATEADD(day, -30, GETDATE())\n  AND \
                 j.EmailName LIKE '%welcome%' AND s.ListID IN (1, 2, 3)\nGROUP BY s.SubscriberKey, j.EmailName, o.IsUnique\n\n";
    query.repeat((kilobytes * 1024).div_ceil(query.len()))
}

#[divan::bench(args = SIZES)]
fn sql_lex(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = queries(kilobytes);
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        tokens.clear();
        problems.clear();
        sfmc_sql::lex(&text, &mut tokens, &mut problems);
    });
}

#[divan::bench(args = SIZES)]
fn sql_split(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = queries(kilobytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| sfmc_sql::pieces(&text, 0).count());
}

/// Without the lossless tree, as a check reads it.
#[divan::bench(args = SIZES)]
fn sql_parse(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = queries(kilobytes);
    let mut workspace = sfmc_sql::Workspace::default();
    let mut builder = sfmc_syntax::flat::FlatBuilder::default();
    let pieces: Vec<_> = sfmc_sql::pieces(&text, 0).collect();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        for piece in &pieces {
            sfmc_sql::parse_piece(&mut workspace, &text[piece.range], &mut builder);
            builder.finish();
        }
    });
}

#[divan::bench(args = SIZES)]
fn sql_trees(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let text = queries(kilobytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| sfmc_sql::parse_file(&text));
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
