//! The inputs of the database.

#![allow(missing_docs, reason = "salsa writes constructors and setters beside the fields that are documented here")]

use std::sync::Arc;

use sfmc_catalog::Environment;
use sfmc_schema::Schema;
use sfmc_syntax::SmolStr;

use crate::{chunk::ChunkSource, included::Included};

/// What a file holds, as far as the engine treats it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// HTML or other text with AMPscript in it.
    Page,
    /// Queries.
    Sql,
    /// Something that is recognised and left alone.
    Other,
}

/// What is known of a file beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileInfo {
    /// What it holds.
    pub kind: FileKind,
    /// Where it runs, and on what.
    pub environment: Environment,
}

impl From<FileKind> for FileInfo {
    fn from(kind: FileKind) -> FileInfo {
        FileInfo { kind, environment: Environment::default() }
    }
}

/// What is known of a file of SQL beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct QueryInfo {
    /// The query activity whose query the file is; without it the file may hold any number of statements.
    pub activity: Option<QueryActivity>,
    /// The business unit in which it runs.
    pub unit: Option<UnitKind>,
}

/// A query activity: what becomes of the rows that its query gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct QueryActivity {
    /// The name of the data extension that it writes to.
    pub target_name: Option<SmolStr>,
    /// The customer key of that.
    pub target_key: Option<SmolStr>,
    /// What becomes of the rows that are in it.
    pub update_type: Option<UpdateType>,
}

/// How a query activity changes its data extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpdateType {
    /// All rows go before the new ones come.
    Overwrite,
    /// Rows of the same primary key are changed, others added.
    Update,
    /// Rows are added.
    Append,
}

/// What sort of business unit one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// The parent of all others, whose data extensions they can share.
    Parent,
    /// Another one.
    Child,
}

/// A page: its chunks in order. Its text is theirs.
#[salsa::input(debug)]
pub struct Page {
    /// The chunks, in order.
    #[returns(ref)]
    pub chunks: Arc<[Chunk]>,
    /// What is known of the file beside its text.
    #[returns(copy)]
    pub info: FileInfo,
    /// What is known of a file of SQL beside that.
    #[returns(ref)]
    pub query: Arc<QueryInfo>,
    /// The tables that its code sees.
    #[returns(ref)]
    #[default]
    pub schema: Schema,
    /// What the contents that it includes do to its variables, as far as that is known.
    #[returns(ref)]
    #[default]
    pub included: Arc<Included>,
}

impl Page {
    /// What the file holds.
    pub fn kind(self, db: &dyn salsa::Database) -> FileKind {
        self.info(db).kind
    }

    /// Where the file runs, and on what, as far as the project says.
    pub fn environment(self, db: &dyn salsa::Database) -> Environment {
        self.info(db).environment
    }
}

/// A run of whole regions with the text between them, or a part of one that is large; of SQL a piece, one statement as a rule.
#[salsa::input(debug)]
pub struct Chunk {
    /// Text and regions: one field, because they only ever change together.
    #[returns(ref)]
    pub source: ChunkSource,
}
