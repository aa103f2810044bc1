//! Which tables does a file know?

use sfmc_db::{Db, Page};
use sfmc_schema::{Column, Origin, Schema, Table, TableKind};
use sfmc_semantic::sql::{ColumnId, ColumnOrigin, Source, SourceKind, SqlMeaning, Symbol};
use sfmc_syntax::TextSize;

use super::names::name_at;

/// What the business unit of a file has.
pub(super) fn schema(db: &dyn Db, page: Page) -> &Schema {
    &page.query(db).schema
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
