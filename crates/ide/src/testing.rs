//! What the tests of features share: files from fixtures, and answers written into their text.

use std::{path::Path, sync::Arc};

use sfmc_db::{FileId, FileKind, Host};
use sfmc_schema::{Column, ColumnType, Columns, Length, Nullable, Schema, Table, TableKind, Tables};
use sfmc_syntax::{TextRange, TextSize};
use sfmc_test_support::{Fixture, Rng};

/// A host with the text of a fixture, its only file, and the place of `$0` in it.
pub(crate) fn with_cursor(markup: &str) -> (Host, FileId, TextSize, String) {
    let fixture = Fixture::parse(markup);
    let (file, at) = fixture.cursor();
    let (host, id) = host(&file.text);
    (host, id, size(at), file.text.clone())
}

/// A host with the text of a fixture, its only file, and what is selected in it: `$0…$0`, or nothing at `$0`.
pub(crate) fn with_selection(markup: &str) -> (Host, FileId, TextRange, String) {
    let (first, rest) = markup.split_once("$0").unwrap();
    let (selected, last) = rest.split_once("$0").unwrap_or(("", rest));
    let text = [first, selected, last].concat();
    let (host, id) = host(&text);
    (host, id, TextRange::at(size(first.len()), size(selected.len())), text)
}

/// A host with a page.
pub(crate) fn host(text: &str) -> (Host, FileId) {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/page.html"), text.to_owned(), FileKind::Page);
    host.set_schema(file, schema());
    (host, file)
}

/// A host with a file of SQL.
pub(crate) fn sql_host(text: &str) -> (Host, FileId) {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/query.sql"), text.to_owned(), FileKind::Sql);
    (host, file)
}

pub(crate) fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap())
}

/// Lines of a text with `«»` around ranges in it; lines without any are left out.
pub(crate) fn marked(text: &str, ranges: impl IntoIterator<Item = (TextRange, &'static str)>) -> String {
    let mut marks: Vec<(usize, u8, String)> = Vec::new();
    for (range, label) in ranges {
        marks.push((range.start().into(), 1, "«".to_owned()));
        marks.push((range.end().into(), 0, format!("»{label}")));
    }
    marks.sort();
    let mut out = text.to_owned();
    for (at, _, mark) in marks.into_iter().rev() {
        out.insert_str(at, &mark);
    }
    out.lines().filter(|line| line.contains(['«', '»'])).flat_map(|line| [line, "\n"]).collect()
}

/// The text of a page that is cut into several chunks, so that `middle` stands in another chunk than what comes before and behind it.
pub(crate) fn far_apart(parts: &[&str]) -> String {
    let filler = "<p>text</p>\n".repeat(700);
    parts.join(&filler)
}

/// A page of pieces of code, broken ones among them.
pub(crate) fn random_page(rng: &mut Rng) -> String {
    const PIECES: [&str; 18] = [
        "%%[ var @a, @bb, @c ]%%",
        "%%[ set @a = Concat(@bb, '@a', @C) ]%%",
        "%%[ SET @BB = @a ]%%",
        "%%[ if @a == @c then ]%%yes @a",
        "%%[ else ]%%no",
        "%%[ elseif not Empty(@bb) then ]%%",
        "%%[ endif ]%%",
        "%%[ for @c = 1 to @a do ]%%",
        "%%[ next @c ]%%",
        "%%[ next ]%%",
        "%%=v(@Bb)=%%",
        "<a href=\"%%=RedirectTo(@a)=%%\">😀</a>\n",
        "%%[ HTTPGet('https://a.b', false, 0, @c) /* @c */ ]%%",
        "<script runat=\"server\">Variable.SetValue('@a', Variable.GetValue(\"bb\")); // '@a'\n</script>",
        "%%[ set @c = ( @a ]%%",
        "%%[ var @a = 1, @@x ]%%",
        "%%=ContentBlockByKey('x')=%%",
        "%%[ set @a = 'x\n",
    ];
    (0..rng.below(14)).map(|_| *rng.pick(&PIECES)).collect()
}

/// What a business unit sees in tests: data extensions of its own, and one that its parent shares.
pub(crate) fn schema() -> Schema {
    let column = |name: &str, ty| Column { ty, ..Column::named(name) };
    let orders = [
        Column { primary_key: true, nullable: Nullable::No, ..column("Id", ColumnType::Text(Length::Chars(36))) },
        Column { default: Some("0".into()), ..column("Total", ColumnType::Decimal { precision: 18, scale: 2 }) },
        column("Placed", ColumnType::Date),
    ];
    let orders = Table { key: Some("orders-key".into()), columns: Columns::known(orders), ..Table::named("Orders") };
    let names = [column("Name", ColumnType::Text(Length::Chars(50)))];
    let regions = Table { kind: TableKind::Shared, columns: Columns::known(names), ..Table::named("Regions") };
    let own = Tables::new([orders, Table::named("Joe's list")], true);
    Schema::new(Arc::new(own), Arc::new(Tables::new([regions], true)), Some(false))
}
