//! The data extension that a query activity writes to, and what the query gives it.

use sfmc_db::UpdateType;
use sfmc_schema::{Column, Lookup, Table};
use sfmc_semantic::sql::{OutputColumn, Query, same_name};
use sfmc_syntax::{
    TextRange,
    ast::{AstNode, sql},
};

use super::{SqlContext, is_outermost};

/// A query activity whose target is known, and whose text is read.
pub(crate) struct Target<'a> {
    /// The data extension.
    pub(crate) table: &'a Table,
    /// What becomes of the rows that are in it.
    pub(crate) update: Option<UpdateType>,
    /// What the query returns.
    pub(crate) query: &'a Query,
}

impl<'a> Target<'a> {
    /// The target of the query that `node` is, if it is the whole query of an activity.
    pub(crate) fn of(ctx: &SqlContext<'a>, node: &sql::Query) -> Option<Target<'a>> {
        let info = ctx.query_info();
        let activity = info.activity.as_ref().filter(|_| is_outermost(node) && ctx.is_only_statement())?;
        let meaning = ctx.meaning();
        // Of several statements, and of text that does not parse, nobody knows what the activity would run.
        let query = meaning.query(meaning.output?).filter(|query| query.range == node.range() && !meaning.doubtful)?;
        let schema = ctx.schema();
        let by_key = activity.target_key.as_deref().and_then(|key| schema.by_key(key));
        let named = || {
            let name = activity.target_name.as_deref()?;
            let own = schema.table(false, name);
            let found = if let Lookup::Found(_) = own { own } else { schema.table(true, name) };
            found.table()
        };
        let table = by_key.or_else(named)?;
        // An activity writes to no data view: the name is one of a data extension that was not read.
        let table = Some(table).filter(|table| table.view().is_none())?;
        Some(Target { table, update: activity.update_type, query })
    }

    /// The field that an output column is written to.
    pub(crate) fn field(&self, column: &OutputColumn) -> Option<&'a Column> {
        let name = column.name.as_deref()?;
        let renamed = |field: &&Column| field.new_name.as_deref().is_some_and(|new| same_name(new, name));
        let known = self.table.columns.get(name).map(|(_, field)| field);
        known.or_else(|| self.table.columns.list().iter().find(renamed))
    }

    /// The output columns with the fields that they are written to.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&'a OutputColumn, &'a Column)> {
        self.query.columns.iter().filter_map(|column| Some((column, self.field(column)?)))
    }

    /// The fields that no output column is written to. None where the query may return more than is known.
    pub(crate) fn unwritten(&self) -> Option<Vec<&'a Column>> {
        if self.query.open || self.query.columns.iter().any(|column| column.name.is_none()) {
            return None;
        }
        let written: Vec<&Column> = self.written().map(|(_, field)| field).collect();
        let fields = self.table.columns.list().iter();
        Some(fields.filter(|field| !written.iter().any(|found| std::ptr::eq(*found, *field))).collect())
    }
}

/// Where something is said of a query as a whole: its SELECT.
pub(crate) fn head(node: &sql::Query) -> TextRange {
    let select = node.naming_select().and_then(|select| select.select_token());
    select.map_or_else(|| node.range(), |token| token.text_range())
}

/// Where an output column stands: its alias, or the whole item.
pub(crate) fn place(column: &OutputColumn) -> TextRange {
    column.name_range.unwrap_or(column.range)
}
