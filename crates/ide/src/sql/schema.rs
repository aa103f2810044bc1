//! Which tables does a file know?

use sfmc_db::{Db, Page, QueryInfo};
use sfmc_schema::{Column, Origin, Schema, Table, TableKind};
use sfmc_semantic::sql::{ColumnId, ColumnOrigin, Source, SourceKind, SqlMeaning, Symbol};
use sfmc_syntax::TextSize;

use super::names::name_at;

/// What the business unit of a file has.
pub(super) fn schema(db: &dyn Db, page: Page) -> &Schema {
    page.schema(db)
}

/// The table that a source is, if one is known.
pub(super) fn table_of<'s>(schema: &'s Schema, source: &Source) -> Option<&'s Table> {
    match &source.kind {
        SourceKind::Table(table) => schema.table(table.ent, &table.name).table(),
        _ => None,
    }
}

/// The column of a table that a column is in the end, with its table.
pub(super) fn column_of<'s>(schema: &'s Schema, meaning: &SqlMeaning, id: ColumnId) -> Option<(&'s Table, &'s Column)> {
    let id = meaning.table_column(id)?;
    let column = meaning.column(id)?;
    let ColumnOrigin::Table(_) = column.origin else { return None };
    let table = table_of(schema, meaning.source(id.source)?)?;
    Some((table, table.columns.get(&column.name)?.1))
}

/// What sort of table one is, in words.
pub(super) fn kind_text(table: &Table) -> &'static str {
    match table.kind {
        TableKind::DataExtension => "data extension",
        TableKind::Shared => "shared data extension",
        TableKind::Synchronized => "synchronized data extension",
        TableKind::View(_) => "data view",
    }
}

/// Where the table or the column that is named at a place is written down: its name, the file, and its place there.
pub(crate) fn named_origin(db: &dyn Db, page: Page, offset: TextSize) -> Option<(&str, &Origin, u32)> {
    let schema = schema(db, page);
    match name_at(db, page, offset)?.symbol {
        Symbol::Table { ent, key } => {
            let table = schema.table(ent, &key).table()?;
            let origin = table.origin.as_ref()?;
            Some((&table.name, origin, origin.offset))
        }
        Symbol::TableColumn { ent, table, key } => {
            let table = schema.table(ent, &table).table()?;
            let (place, column) = table.columns.get(&key)?;
            let origin = table.origin.as_ref()?;
            Some((&column.name, origin, origin.columns.get(place).copied().unwrap_or(origin.offset)))
        }
        _ => None,
    }
}

/// The data extension that a query writes to, if it is known.
pub(super) fn target<'s>(schema: &'s Schema, query: &QueryInfo) -> Option<&'s Table> {
    let activity = query.activity.as_ref()?;
    let by_key = activity.target_key.as_deref().and_then(|key| schema.by_key(key));
    let named = || {
        let name = activity.target_name.as_deref()?;
        schema.table(false, name).table().or_else(|| schema.table(true, name).table())
    };
    // No query writes to a data view: the name is one of a data extension that was not read.
    by_key.or_else(named).filter(|table| table.view().is_none())
}
