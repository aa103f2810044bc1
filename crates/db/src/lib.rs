//! The database: pages and chunks as salsa inputs, what is parsed and known of each, and the [`Host`] that alone may change
//! them. `db` is boring on purpose: it knows how text becomes chunks and trees, not what any of it means.
//!
//! Invariants:
//! - After any sequence of edits a page's text, regions and problems are those of a full scan ([`Host::edit`] rescans only around the
//!   edit; the property test in `tests/edits.rs` holds the two against each other). Of SQL the chunks are those, too (`tests/sql.rs`).
//! - Facts hold no offsets: a fact is the n-th of its chunk, and where it stands is looked up when somebody shows it.
//! - Only [`Host`] writes. A [`Snapshot`] is a clone of the database; a write waits until all of them are dropped, so a snapshot lives no
//!   longer than the closure that uses it.
//! - Chunk inputs are recycled: salsa never frees an input, so an edited page must not make new ones for ever.
//! - All reading of files goes through a [`System`].

mod chunk;
mod contents;
mod cut;
mod facts;
mod host;
mod html;
mod included;
mod inputs;
mod page_text;
mod positions;
mod sql;
pub mod system;
mod tree;

pub use chunk::{ChunkParse, ChunkSource, CodeRegion, chunk_parse};
pub use contents::{Content, ContentName, Contents, Unit, UnitId};
pub use cut::{MAX_CHUNK_BYTES, MAX_CHUNK_REGIONS};
pub use facts::{Fact, HiddenBy, chunk_facts, execution_context, hidden_facts};
pub use host::{Change, Database, EditError, FileId, Host, Snapshot};
pub use html::{chunk_html, page_html};
pub use included::{Beside, ContentEffects, Included};
pub use inputs::{Chunk, FileInfo, FileKind, Page, QueryActivity, QueryInfo, UnitKind, UpdateType};
pub use positions::{ChunkPosition, PageMap, PositionCursor, page_map};
pub use salsa::{Cancelled, Database as Db};
pub use sql::{SqlParse, sql_parse, sql_syntax};
pub use tree::{chunk_syntax, chunk_tree, page_tree};
