//! What a statement of SQL means: which column a name is, what type an expression has, what a query returns, and what its conditions
//! demand.
//!
//! One walk over the tree of a chunk, given the tables that there are, finds all of it ([`sql_meaning_of`]); rules and editors ask the
//! [`SqlMeaning`] and look at no text. Silence is the rule: of what hangs on a table that nobody knows, on a placeholder or on text that
//! does not parse, nothing is said to be missing or ambiguous.

mod calls;
mod chunk;
mod columns;
mod constants;
mod exprs;
mod from;
mod functions;
mod grouping;
mod joins;
mod lookup;
mod model;
mod predicates;
mod queries;
mod scope;
mod selects;
mod symbols;
mod tables;
mod types;
mod walk;

pub use calls::{ArgKind, Call, CallArg, CallKind};
pub use chunk::sql_meaning;
pub use columns::{ColumnOrigin, Columns, Presence, SourceColumn, TableInfo};
pub use constants::Constant;
pub use functions::date_part;
pub use joins::Link;
pub use model::*;
pub use predicates::{Bound, BoundKind, Condition, ConditionKind, Moment, Operand, bounds, is_bounded};
pub use queries::same_name;
pub use symbols::{Occurrence, Occurrences, Symbol};
pub use tables::column_type;
pub use types::{Length, Nullability, Size, SqlType, named_type};
pub use walk::sql_meaning_of;

#[cfg(test)]
mod tests;
