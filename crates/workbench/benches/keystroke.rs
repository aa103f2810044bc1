//! From the decoded edit to diagnostics in the client's positions, by kind of edit and size of page: p50 and p99 over many keystrokes.
//!
//! Each sample is one edit and the check after it; edits come in pairs that undo each other, so that the page stays what it is.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark reports, and its pages are its own")]

use std::{path::Path, time::Instant};

use sfmc_db::{Change, FileKind, Host, page_map};
use sfmc_lint::{DefaultLevels, check_file};
use sfmc_syntax::{LineCol, LineIndex, PositionEncoding, TextSize};

#[path = "pages.rs"]
mod pages;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A query of 500 long lines, one statement with 241 sources: the worst that somebody may generate.
fn long_query() -> String {
    let mut text = "SELECT c.SubscriberKey,\n".to_owned();
    for n in 0..240 {
        let comma = if n == 239 { "" } else { "," };
        text.push_str(&format!(
            "  CASE WHEN o{n}.Total > {n} AND o{n}.Region IN ('EMEA', 'APAC') THEN ISNULL(o{n}.Name, 'none') END AS Field{n}{comma}\n"
        ));
    }
    text.push_str("FROM Customers c\n");
    for n in 0..240 {
        text.push_str(&format!("LEFT JOIN Orders o{n} ON o{n}.CustomerId = c.Id AND o{n}.Status <> 'void'\n"));
    }
    text.push_str("WHERE c.EmailAddress LIKE 'a%' AND c.Created >= DATEADD(DAY, -30, GETDATE())\n");
    text
}

/// The same as people write it: lines of 36 bytes as in published queries, steps in derived tables, a few joins each.
fn usual_query() -> String {
    let mut text = "SELECT s0.SubscriberKey,\n".to_owned();
    for n in 0..100 {
        text.push_str(&format!("    s{}.Field{n} AS Output{n},\n", n % 12));
    }
    for n in 0..40 {
        text.push_str(&format!(
            "    CASE\n        WHEN s{0}.Total{n} > {n} THEN 'high'\n        ELSE 'low'\n    END AS Level{n},\n",
            n % 12
        ));
    }
    text.push_str("    GETDATE() AS LoadedAt\nFROM\n");
    for n in 0..12 {
        let (join, on) = if n == 0 {
            ("", String::new())
        } else {
            ("LEFT JOIN ", format!("    ON s{n}.SubscriberKey = s0.SubscriberKey\n"))
        };
        text.push_str(&format!("{join}(\n    SELECT\n        o.SubscriberKey,\n"));
        for column in 0..9 {
            text.push_str(&format!("        MAX(o.Field{column}) AS Field{},\n", column * 12 + n));
        }
        text.push_str(
            "        SUM(o.Total) AS Total\n    FROM Orders o\n    JOIN _Sent d ON d.SubscriberKey = o.SubscriberKey\n",
        );
        text.push_str("    WHERE d.EventDate >= DATEADD(day, -30, GETDATE())\n      AND o.Status <> 'void'\n    GROUP BY o.SubscriberKey\n");
        text.push_str(&format!(") s{n}\n{on}"));
    }
    text.push_str("WHERE s0.SubscriberKey LIKE 'a%'\n");
    text
}

const USUAL_KINDS: &[Kind] = &[
    Kind { name: "in a name, usual query", place: "FROM Orders o", old: "Orders", new: "Order" },
    Kind { name: "in a string of it", place: "'void'", old: "void", new: "voids" },
    Kind { name: "opening one in it", place: "'void'", old: "'void", new: "void" },
];

const SQL_KINDS: &[Kind] = &[
    Kind { name: "in a name of a query", place: "LEFT JOIN Orders o20 ", old: "Orders", new: "Order" },
    Kind { name: "in a string of a query", place: "'void'", old: "void", new: "voids" },
    Kind { name: "opening one there", place: "'void'", old: "'void", new: "void" },
    Kind { name: "opening a parenthesis", place: "LEFT JOIN Orders o30 ", old: "Orders", new: "(Orders" },
];

/// What is typed: in `place`, found behind the middle of the page, `old` becomes `new` and back.
struct Kind {
    name: &'static str,
    place: &'static str,
    old: &'static str,
    new: &'static str,
}

const KINDS: &[Kind] = &[
    Kind { name: "in text", place: "Hello ", old: "Hello", new: "Hellow" },
    Kind { name: "in a string", place: "\"gold\"", old: "gold", new: "golds" },
    Kind { name: "in a name", place: "@price = ", old: "@price", new: "@prices" },
    Kind { name: "in an expression", place: "1.2))", old: "1.2", new: "1.25" },
    Kind { name: "opening a block", place: "<tr><td", old: "<tr>", new: "%%[<tr>" },
    Kind { name: "closing a block", place: "set @row", old: "set", new: "]%% set" },
    Kind { name: "deleting a delimiter", place: "=%%,</td>", old: "=%%", new: "" },
    Kind { name: "opening an IF", place: "set @n =", old: "set", new: "if @x then set" },
    Kind { name: "typing a quote", place: "set @n =", old: "set", new: "\"set" },
];

fn main() {
    // `cargo bench` says so; whoever tests only wants to know that it starts.
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let sizes: &[usize] = if quick { &[10] } else { &[10, 100, 1000] };
    let samples = if quick { 4 } else { 400 };
    println!("{:<22} {:>8} {:>10} {:>10} {:>10}", "edit", "page", "p50 µs", "p99 µs", "max µs");
    for kind in KINDS {
        for &kilobytes in sizes {
            report(kind, kilobytes, measure(kind, FileKind::Page, &pages::dense(kilobytes), samples));
        }
    }
    let query = usual_query();
    for kind in USUAL_KINDS {
        report(kind, query.len() / 1024, measure(kind, FileKind::Sql, &query, samples));
    }
    let query = long_query();
    for kind in SQL_KINDS {
        report(kind, query.len() / 1024, measure(kind, FileKind::Sql, &query, samples));
    }
}

fn report(kind: &Kind, kilobytes: usize, mut times: Vec<u128>) {
    times.sort_unstable();
    let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize] as f64 / 1e3;
    println!("{:<22} {kilobytes:>5} KB {:>10.0} {:>10.0} {:>10.0}", kind.name, at(0.5), at(0.99), at(1.0));
}

fn measure(kind: &Kind, file: FileKind, text: &str, samples: usize) -> Vec<u128> {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.to_owned(), file);
    let at = text.len() / 2 + text[text.len() / 2..].find(kind.place).expect("the place stands in every page");
    let at = at + kind.place.find(kind.old).expect("what is replaced stands in the place");
    let index = LineIndex::new(text);
    let start = index.line_col(text, TextSize::new(u32::try_from(at).expect("small")), PositionEncoding::Utf16);
    let after = |typed: &str| LineCol { col: start.col + u32::try_from(typed.len()).expect("short"), ..start };
    let changes = [
        Change { range: Some(start..after(kind.old)), new_text: kind.new.to_owned() },
        Change { range: Some(start..after(kind.new)), new_text: kind.old.to_owned() },
    ];
    let mut times = Vec::with_capacity(samples);
    for n in 0..samples + 20 {
        let clock = Instant::now();
        host.edit(file, std::slice::from_ref(&changes[n % 2]), PositionEncoding::Utf16).expect("the edit fits");
        let page = host.page(file).expect("the page is known");
        let found = check_file(host.db(), page, &DefaultLevels);
        let map = page_map(host.db(), page);
        let mut cursor = map.cursor(host.db(), PositionEncoding::Utf16);
        for diagnostic in &found {
            std::hint::black_box((cursor.line_col(diagnostic.range.start()), cursor.line_col(diagnostic.range.end())));
        }
        if n >= 20 {
            times.push(clock.elapsed().as_nanos());
        }
    }
    times
}
