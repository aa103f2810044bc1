//! A small schema for tests.

use std::{path::Path, sync::Arc};

use sfmc_db::{FileId, FileKind, Host, QueryInfo};
use sfmc_schema::{Column, ColumnType, Columns, Length, Nullable, Origin, Schema, Table, TableKind, Tables};

/// Tables of a unit, one a line: `Orders(Id Number key, Name Text(50) null)`; those behind `Ent.` are shared.
const TABLES: &str = "
    Orders(Id Number key, SubscriberKey Text(254), First Name Text(50) null, Total Decimal(10,2) null, CreatedDate Date null)
    Customers(SubscriberKey Text(254) key, Email EmailAddress, First Name Text(50) null, Order Boolean null)
    My List(Id Number key, Note Text null)
    Ent.Shared Things(Id Number key, City Text(30))
";

/// The schema of the tests.
pub(crate) fn schema() -> Schema {
    let (mut own, mut shared) = (Vec::new(), Vec::new());
    for line in TABLES.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, rest) = line.split_once('(').unwrap();
        let columns = rest.strip_suffix(')').unwrap().split(", ").map(column);
        let table = |name: &str, kind| Table {
            kind,
            key: Some(format!("{name}-key").into()),
            columns: Columns::known(columns),
            origin: Some(Origin {
                path: format!("/schema/{name}.json").into(),
                offset: 10,
                columns: (0..9).map(|n| 100 + n).collect(),
            }),
            ..Table::named(name)
        };
        match name.strip_prefix("Ent.") {
            Some(name) => shared.push(table(name, TableKind::Shared)),
            None => own.push(table(name, TableKind::DataExtension)),
        }
    }
    Schema::new(Arc::new(Tables::new(own, true)), Arc::new(Tables::new(shared, true)), Some(false))
}

fn column(text: &str) -> Column {
    let types = ["Number", "Text", "Decimal", "Date", "Boolean", "EmailAddress"];
    let at = types.iter().filter_map(|ty| text.find(&format!(" {ty}"))).max().unwrap();
    let (name, rest) = text.split_at(at);
    let (ty, marks) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    let number = ty.trim_end_matches(')').split(['(', ',']).nth(1).and_then(|n| n.parse::<u32>().ok());
    let ty = match ty.split('(').next().unwrap() {
        "Number" => ColumnType::Number,
        "Text" => ColumnType::Text(number.map_or(Length::Max, Length::Chars)),
        "Decimal" => ColumnType::Decimal { precision: 10, scale: 2 },
        "Date" => ColumnType::Date,
        "Boolean" => ColumnType::Boolean,
        _ => ColumnType::EmailAddress,
    };
    let nullable = if marks.contains("null") { Nullable::Yes } else { Nullable::No };
    Column { ty, nullable, primary_key: marks.contains("key"), ..Column::named(name) }
}

/// A host with a file of SQL that knows the schema of the tests.
pub(crate) fn known_host(text: &str) -> (Host, FileId) {
    with_query(text, QueryInfo::default())
}

/// The same with more to know.
pub(crate) fn with_query(text: &str, query: QueryInfo) -> (Host, FileId) {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/query.sql"), text.to_owned(), FileKind::Sql);
    host.set_query(file, Arc::new(query));
    host.set_schema(file, schema());
    (host, file)
}
