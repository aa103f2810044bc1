//! The typed view of SQL trees. Nodes are generated from `grammars/sql.ungram`; what the grammar cannot say is written here by hand.
//!
//! Names are those of the grammar, and some of them AMPscript has too: say `ast::sql::Expr`.

mod expressions;
mod generated;
mod names;
mod queries;

pub use expressions::{ArithOp, CompareOp, LiteralValue, LogicalOp};
pub use generated::*;
pub use names::{NameToken, SqlString};
pub use queries::{JoinKind, OutputName, SetOp};

#[cfg(test)]
mod tests;
