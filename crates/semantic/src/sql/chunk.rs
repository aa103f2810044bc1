//! What a chunk of a file of SQL means, in the database.

use std::sync::Arc;

use sfmc_db::{Chunk, Db, Page, sql_parse};
use sfmc_syntax::{SmolStr, SyntaxNode};

use super::{
    columns::{Columns, Presence},
    model::SqlMeaning,
    tables::Tables,
    walk::sql_meaning_of,
};

/// What the statements of a chunk mean, in bytes from the chunk's start.
///
/// No other query stands between it and the tree: an edit moves what is behind it, so that it differs as often as the tree does, and
/// whoever asks for it is a query of the same chunk.
#[salsa::tracked(no_eq, returns(ref))]
pub fn sql_meaning(db: &dyn Db, page: Page, chunk: Chunk) -> SqlMeaning {
    let parse = sql_parse(db, chunk);
    let root = SyntaxNode::new_root(parse.green.clone());
    // A page says nothing of its schema yet.
    let _ = page;
    sql_meaning_of(&root, &parse.problems, &NoTables)
}

/// Nothing is known of any table.
struct NoTables;

impl Tables for NoTables {
    fn table(&self, _ent: bool, _name: &SmolStr) -> (Arc<Columns>, Presence) {
        (Arc::new(Columns::unknown()), Presence::Unknown)
    }
}
