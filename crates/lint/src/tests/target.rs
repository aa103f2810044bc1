//! What tests know of tables: queries with a schema and the data extension that they write to, and pages with one.

use std::sync::Arc;

use sfmc_db::{QueryActivity, QueryInfo, UnitKind, UpdateType};
use sfmc_schema::{Column, ColumnType, Columns, Length, Nullable, Schema, Table, TableKind, Tables};

fn column(name: &str, ty: ColumnType, nullable: bool) -> Column {
    Column { ty, nullable: if nullable { Nullable::Yes } else { Nullable::No }, ..Column::named(name) }
}

fn text(length: u32) -> ColumnType {
    ColumnType::Text(Length::Chars(length))
}

/// The tables of a query of which it is known what it writes to; of another nothing is known.
pub(crate) fn schema_of(query: &QueryInfo) -> Schema {
    if query.activity.as_ref().is_none_or(|activity| activity.target_name.is_none()) {
        return Schema::default();
    }
    let orders = [
        column("OrderId", text(36), false),
        column("EmailAddress", ColumnType::EmailAddress, true),
        column("Total", ColumnType::Number, true),
        column("Placed", ColumnType::Date, true),
        column("City", text(20), true),
        column("Note", ColumnType::Text(Length::Max), true),
    ];
    let report = [
        Column { primary_key: true, ..column("OrderId", text(36), false) },
        column("EmailAddress", ColumnType::EmailAddress, false),
        column("Total", ColumnType::Number, true),
        column("Placed", ColumnType::Date, true),
        column("City", text(10), true),
    ];
    let log = [column("Message", text(100), true)];
    let table =
        |name: &str, columns: &[Column]| Table { columns: Columns::known(columns.to_vec()), ..Table::named(name) };
    let named = [column("Name", text(50), false)];
    let names = ["Order-Note", "First Name", "E-Mail"].map(|name| column(name, text(50), false));
    let own = [
        table("Names", &names),
        table("Orders", &orders),
        table("Report", &report),
        table("Log", &log),
        table("Old Log", &log),
        table("Order Lines-2026", &named),
    ];
    let own = Tables::new(own, true);
    let shared = Tables::new([table("Regions", &named), table("Shared Prefs", &named)], true);
    Schema::new(Arc::new(own), Arc::new(shared), Some(false))
}

/// The data extensions that pages see in tests: all of those of a unit, and what its parent shares.
pub(crate) fn schema_of_page() -> Schema {
    let table = |name: &str, key: &str, kind| Table { key: Some(key.into()), kind, ..Table::named(name) };
    let own = ["Order Lines order-lines", "Customers customers", "Old customers", "Joe's joes"]
        .map(|words| words.rsplit_once(' ').unwrap_or_default());
    let own = own.map(|(name, key)| table(name, key, TableKind::DataExtension));
    let shared = [table("All Regions", "regions", TableKind::Shared)];
    Schema::new(Arc::new(Tables::new(own, true)), Arc::new(Tables::new(shared, true)), Some(false))
}

fn writes_to(name: &str) -> QueryInfo {
    QueryInfo {
        activity: Some(QueryActivity {
            target_name: Some(name.into()),
            update_type: Some(UpdateType::Update),
            ..QueryActivity::default()
        }),
        ..QueryInfo::default()
    }
}

/// A query that updates `Report`: OrderId is its key, EmailAddress is required.
pub(crate) fn target() -> QueryInfo {
    writes_to("Report")
}

/// A query that updates `Log`, which has no key.
pub(crate) fn keyless() -> QueryInfo {
    writes_to("Log")
}

/// A query that replaces what is in `Report`, in a business unit that is not the parent.
pub(crate) fn overwrite() -> QueryInfo {
    let mut info = writes_to("Report");
    info.activity =
        info.activity.map(|activity| QueryActivity { update_type: Some(UpdateType::Overwrite), ..activity });
    QueryInfo { unit: Some(UnitKind::Child), ..info }
}
