//! Of which data extension are these rows, and of which column is this value? Followed from where a variable got its value, through Row and
//! Field, to the call that reads the data: as far as the flow of values knows it.

use sfmc_catalog::ampscript::{FunctionId, Role};
use sfmc_db::{Chunk, Db, Page, page_map};
use sfmc_schema::{Column, Schema, Table};
use sfmc_semantic::{Call, Expr, ExprId, ValueTypes, chunk_flow, lowered};
use sfmc_syntax::TextSize;

/// So many variables are followed, one to the next.
const MAX_STEPS: usize = 6;

/// The data extension that a call names in its first argument, by a literal or by what is known of a variable; of Field that of the row.
pub(crate) fn table_of_call<'s>(
    db: &dyn Db,
    page: Page,
    chunk: Chunk,
    call: Call,
    schema: &'s Schema,
) -> Option<&'s Table> {
    let function = call.function?.get();
    let first = *lowered(db, chunk).body.operands(call.args).first()?;
    match function.name {
        "Field" => table_of_rows(db, page, chunk, first, schema, MAX_STEPS),
        _ if function.params.first()?.role == Some(Role::DataExtensionName) => {
            extension(schema, &text(db, page, chunk, first)?)
        }
        _ => None,
    }
}

/// The data extension of a name, or of a customer key: both are accepted.
pub(crate) fn extension<'s>(schema: &'s Schema, name: &str) -> Option<&'s Table> {
    schema.data_extension(name).table().or_else(|| schema.by_key(name))
}

/// The call whose name begins at a place of a page.
pub(crate) fn call_at(db: &dyn Db, page: Page, name: TextSize) -> Option<(Chunk, Call)> {
    let map = page_map(db, page);
    let position = map.chunks().get(map.chunk_at(name)?)?;
    let lowered = lowered(db, position.chunk);
    let is_it = |range: &sfmc_syntax::TextRange| range.start() + position.start == name;
    let (id, _) = lowered.callees.iter().find(|(_, range)| is_it(range))?;
    match lowered.body.expr(*id) {
        Expr::Call(call) => Some((position.chunk, *call)),
        _ => None,
    }
}

/// Whether a call of Format, whose name begins at a place, formats a date for sure: it says so, or its value is nothing else.
pub(crate) fn formats_date(db: &dyn Db, page: Page, name: TextSize) -> bool {
    let Some((chunk, call)) = call_at(db, page, name) else { return false };
    let args = lowered(db, chunk).body.operands(call.args);
    let says = args.get(2).and_then(|&arg| text(db, page, chunk, arg));
    let value = args.first().map(|&arg| chunk_flow(db, page, chunk).value(arg).types);
    says.is_some_and(|says| says.eq_ignore_ascii_case("date")) || value == Some(ValueTypes::DATE)
}

/// The text that an expression is, as far as it is known.
fn text(db: &dyn Db, page: Page, chunk: Chunk, expr: ExprId) -> Option<String> {
    if let Expr::Text(text) = lowered(db, chunk).body.expr(expr) {
        return Some(text.to_string());
    }
    Some(chunk_flow(db, page, chunk).constant(expr)?.as_text()?.to_owned())
}

/// The data extension that rows, or a row, are of.
fn table_of_rows<'s>(
    db: &dyn Db,
    page: Page,
    chunk: Chunk,
    expr: ExprId,
    schema: &'s Schema,
    steps: usize,
) -> Option<&'s Table> {
    match lowered(db, chunk).body.expr(expr) {
        Expr::Call(call) => match call.function.map(FunctionId::get)?.name {
            "Row" => {
                let rows = *lowered(db, chunk).body.operands(call.args).first()?;
                table_of_rows(db, page, chunk, rows, schema, steps)
            }
            "LookupRows" | "LookupRowsCS" | "LookupOrderedRows" | "LookupOrderedRowsCS" => {
                table_of_call(db, page, chunk, *call, schema)
            }
            _ => None,
        },
        Expr::Variable(_) => {
            let steps = steps.checked_sub(1)?;
            let mut found = None;
            for definition in chunk_flow(db, page, chunk).definitions(expr) {
                let table = table_of_rows(db, page, definition.at.chunk, definition.value?, schema, steps)?;
                if found.is_some_and(|found: &Table| !std::ptr::eq(found, table)) {
                    return None;
                }
                found = Some(table);
            }
            found
        }
        _ => None,
    }
}

/// What a value is that is read from data, in words: `string`, `string (Decimal(18,2))`. By Lookup, or by Field from rows that are known, or from
/// a variable that can only have got it so.
pub(crate) fn data_text(db: &dyn Db, page: Page, chunk: Chunk, expr: ExprId) -> Option<String> {
    let read = read_of(db, page, chunk, expr, page.schema(db), MAX_STEPS)?;
    let field = read.column.map(|column| column.ty.field()).filter(|field| !field.is_empty());
    match field {
        Some(field) => Some(format!("string ({field})")),
        None => read.is_lookup.then(|| "string".to_owned()),
    }
}

struct Read<'s> {
    is_lookup: bool,
    column: Option<&'s Column>,
}

fn read_of<'s>(
    db: &dyn Db,
    page: Page,
    chunk: Chunk,
    expr: ExprId,
    schema: &'s Schema,
    steps: usize,
) -> Option<Read<'s>> {
    match lowered(db, chunk).body.expr(expr) {
        Expr::Call(call) if matches!(call.function.map(FunctionId::get)?.name, "Lookup" | "Field") => {
            let is_lookup = call.function.is_some_and(|function| function.get().name == "Lookup");
            let column = || {
                let table = table_of_call(db, page, chunk, *call, schema)?;
                let name = *lowered(db, chunk).body.operands(call.args).get(1)?;
                Some(table.columns.get(&text(db, page, chunk, name)?)?.1)
            };
            Some(Read { is_lookup, column: column() })
        }
        Expr::Variable(_) => {
            let steps = steps.checked_sub(1)?;
            let mut definitions = chunk_flow(db, page, chunk).definitions(expr);
            let definition = definitions.next().filter(|_| definitions.next().is_none())?;
            read_of(db, page, definition.at.chunk, definition.value?, schema, steps)
        }
        _ => None,
    }
}
