//! Tables of the schema as sources.

use std::sync::Arc;

use sfmc_syntax::SmolStr;

use super::columns::{Columns, Presence};

/// Where tables are looked up.
pub trait Tables {
    /// The columns of a table, in any case of its name; `ent` says that `Ent.` stands before it.
    fn table(&self, ent: bool, name: &SmolStr) -> (Arc<Columns>, Presence);
}
