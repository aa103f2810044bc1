//! What tables there are, and what columns they have: the data extensions that a business unit sees, and the system's data views. Queries,
//! AMPscript and scripts all look here.
//!
//! A [`Schema`] is what one business unit sees: its own data extensions, and those that the parent shares. It is a value: made from what
//! was read, never changed, cheap to clone, and equal to another one that says the same.
//!
//! Invariants: no I/O, no salsa. What is not known is not guessed: a table is [`Lookup::Absent`] only where all tables are known, and a
//! column is missing only where [`Table::columns`] says that there can be no other.
//!
//! Source of every fact: mcdev-metadata.md sections 2 and 3, sql.md sections 2, 5 and 6.

mod column;
mod schema;
mod table;
mod tables;

pub use column::{Column, ColumnType, Length, Nullable};
pub use schema::{Lookup, Schema};
pub use table::{Columns, Deletes, Origin, Period, Retention, Table, TableKind, view_table};
pub use tables::Tables;
