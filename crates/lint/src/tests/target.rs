//! Queries of which much is known: a schema, and the data extension that they write to.

use std::sync::Arc;

use sfmc_db::{QueryActivity, QueryInfo, UnitKind, UpdateType};
use sfmc_schema::{Column, ColumnType, Columns, Length, Nullable, Schema, Table, Tables};

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
    let own = Tables::new([table("Orders", &orders), table("Report", &report), table("Log", &log)], true);
    let shared = Tables::new([table("Regions", &[column("Name", text(50), false)])], true);
    Schema::new(Arc::new(own), Arc::new(shared), Some(false))
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
