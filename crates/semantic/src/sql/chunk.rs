//! What a chunk of a file of SQL means, in the database.

use sfmc_db::{Chunk, Db, Page, sql_parse};
use sfmc_syntax::SyntaxNode;

use super::{model::SqlMeaning, walk::sql_meaning_of};

/// What the statements of a chunk mean, in bytes from the chunk's start.
///
/// No other query stands between it and the tree: an edit moves what is behind it, so that it differs as often as the tree does, and
/// whoever asks for it is a query of the same chunk.
#[salsa::tracked(no_eq, returns(ref))]
pub fn sql_meaning(db: &dyn Db, page: Page, chunk: Chunk) -> SqlMeaning {
    let parse = sql_parse(db, chunk);
    let root = SyntaxNode::new_root(parse.green.clone());
    sql_meaning_of(&root, &parse.problems, page.schema(db))
}
