//! Tables of the schema as sources of queries.

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;
use sfmc_catalog::sql::Confidence;
use sfmc_schema::{Column, ColumnType, Lookup, Nullable, Schema, Table, TableKind};
use smol_str::{SmolStr, StrExt};

use super::{
    columns::{ColumnOrigin, Columns, Presence, SourceColumn},
    types::{Length, Nullability, SqlType},
};

/// The data views, made once: most queries read nothing else.
static VIEWS: LazyLock<FxHashMap<&'static str, Arc<Columns>>> = LazyLock::new(|| {
    let views = Schema::default();
    views.views().iter().filter_map(|table| Some((table.view()?.name, Arc::new(columns(table))))).collect()
});

/// The columns of a table, in any case of its name; `ent` says that `Ent.` stands before it.
pub(super) fn table(schema: &Schema, ent: bool, name: &str) -> (Arc<Columns>, Presence) {
    let unknown = || Arc::new(Columns::unknown());
    match schema.table(ent, name) {
        Lookup::Found(table) => {
            let view = table.view().and_then(|view| VIEWS.get(view.name));
            (view.cloned().unwrap_or_else(|| Arc::new(columns(table))), Presence::Known)
        }
        Lookup::Absent => (unknown(), Presence::Absent),
        Lookup::Unknown => (unknown(), Presence::Unknown),
    }
}

fn columns(table: &Table) -> Columns {
    let list = (0..).zip(table.columns.list()).map(|(place, column)| SourceColumn {
        name: SmolStr::new(&column.name),
        key: column.name.to_lowercase_smolstr(),
        ty: column_type(column),
        nullability: match column.nullable {
            Nullable::Yes => Nullability::Maybe,
            Nullable::No => Nullability::Never,
            Nullable::Unknown => Nullability::Unknown,
        },
        primary_key: column.primary_key,
        origin: ColumnOrigin::Table(place),
    });
    // Of a view that is not documented in all parts, one column more proves nothing.
    let vague = table.view().is_some_and(|view| view.confidence != Confidence::High);
    let mut columns = Columns::new(list.collect(), table.columns.open || vague);
    columns.hidden = !matches!(table.kind, TableKind::View(_));
    columns
}

/// The type that a column has in a query.
pub fn column_type(column: &Column) -> SqlType {
    let length = |length: sfmc_schema::Length| match length {
        sfmc_schema::Length::Chars(chars) => Length::of(chars.into()),
        sfmc_schema::Length::Max => Length::Max,
        sfmc_schema::Length::Unknown => Length::Unknown,
    };
    match column.ty {
        ColumnType::Text(chars) => SqlType::nvarchar(length(chars)),
        ColumnType::Number => SqlType::Int,
        ColumnType::BigNumber => SqlType::BigInt,
        ColumnType::Decimal { precision, scale } => SqlType::decimal(precision, scale),
        ColumnType::Date => SqlType::DateTime,
        ColumnType::Boolean => SqlType::Bit,
        ColumnType::EmailAddress => SqlType::nvarchar(Length::Known(254)),
        ColumnType::Phone => SqlType::varchar(Length::Known(50)),
        ColumnType::Locale => SqlType::varchar(Length::Known(5)),
        ColumnType::Unknown => SqlType::Unknown,
    }
}
