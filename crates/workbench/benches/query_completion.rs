//! Completion in queries over a large schema: p50 and p99 over many requests, each after an edit, in a short query and in one of 500 lines.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark reports, and its queries are its own")]

use std::{path::Path, sync::Arc, time::Instant};

use sfmc_db::{FileKind, Host};
use sfmc_ide::{CompletionOptions, completions};
use sfmc_schema::{Column, ColumnType, Columns, Length, Schema, Table, Tables};
use sfmc_syntax::{TextRange, TextSize};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TABLES: usize = 2000;
const COLUMNS: usize = 50;

fn schema() -> Schema {
    let column = |n| Column {
        ty: if n == 0 { ColumnType::Number } else { ColumnType::Text(Length::Chars(100)) },
        primary_key: n == 0,
        ..Column::named(format!("Column {n} of many"))
    };
    let columns = Columns::known((0..COLUMNS).map(column));
    let table = |n| Table { columns: columns.clone(), ..Table::named(format!("Data Extension {n} of the Unit")) };
    Schema::new(Arc::new(Tables::new((0..TABLES).map(table), true)), Arc::default(), Some(false))
}

/// A query of some 500 lines over many tables, with `place` behind WHERE.
fn long(place: &str) -> String {
    let mut text = "SELECT a0.[Column 1 of many] AS x\n".to_owned();
    for n in 0..240 {
        text.push_str(&format!("  , a{}.[Column {} of many] AS y{n}\n", n % 20, n % 50));
    }
    text.push_str("FROM [Data Extension 0 of the Unit] a0\n");
    for n in 1..20 {
        text.push_str(&format!(
            "JOIN [Data Extension {n} of the Unit] a{n} ON a{n}.[Column 0 of many] = a0.[Column 0 of many]\n"
        ));
    }
    text.push_str("WHERE 1 = 1\n");
    for n in 0..230 {
        text.push_str(&format!("  AND a{}.[Column {} of many] <> 'x'\n", n % 20, n % 50));
    }
    text.push_str(place);
    text
}

fn main() {
    // `cargo bench` says so; whoever tests only wants to know that it starts.
    let samples = if std::env::args().any(|argument| argument == "--bench") { 300 } else { 2 };
    let (unit, known) = ("[Data Extension 7 of the Unit] u JOIN [Data Extension 8 of the Unit] v", schema());
    let cases = [
        ("tables", "SELECT * FROM ".to_owned()),
        ("tables, typed", "SELECT * FROM ext".to_owned()),
        ("columns", format!("SELECT * FROM {unit} ON 1 = 1 WHERE ")),
        ("columns of one", format!("SELECT * FROM {unit} ON 1 = 1 WHERE u.")),
        ("a condition of a join", format!("SELECT * FROM {unit} ON ")),
        ("columns, 500 lines", long("  AND ")),
        ("tables, 500 lines", long("  AND EXISTS (SELECT 1 FROM ")),
        ("brackets, 500 lines", long("  AND a1.[Col")),
    ];
    println!("{:<24} {:>10} {:>10} {:>10}", "completion", "p50 µs", "p99 µs", "max µs");
    for (name, text) in cases {
        let mut times = measure(&text, &known, samples);
        times.sort_unstable();
        let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize] as f64 / 1e3;
        println!("{name:<24} {:>10.0} {:>10.0} {:>10.0}", at(0.5), at(0.99), at(1.0));
    }
}

fn measure(text: &str, schema: &Schema, samples: usize) -> Vec<u128> {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/query.sql"), text.to_owned(), FileKind::Sql);
    host.set_schema(file, schema.clone());
    let end = TextSize::of(text);
    let mut times = Vec::with_capacity(samples);
    for n in 0..samples + 10 {
        // A letter comes and goes.
        let (range, letter) =
            if n % 2 == 0 { (TextRange::empty(end), "o") } else { (TextRange::at(end, TextSize::new(1)), "") };
        let at = end + TextSize::of(letter);
        let clock = Instant::now();
        host.replace(file, Some(range), letter).expect("the edit fits");
        let found = completions(&host.snapshot(), file, at, CompletionOptions { snippets: true }, None);
        assert!(found.is_some());
        if n >= 10 {
            times.push(clock.elapsed().as_nanos());
        }
    }
    times
}
