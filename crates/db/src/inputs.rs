//! The inputs of the database.

#![allow(missing_docs, reason = "salsa writes constructors and setters beside the fields that are documented here")]

use std::sync::Arc;

use sfmc_catalog::Environment;

use crate::{chunk::ChunkSource, included::Included};

/// What a file holds, as far as the engine treats it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// HTML or other text with AMPscript in it.
    Page,
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

/// A page: its chunks in order. Its text is theirs.
#[salsa::input(debug)]
pub struct Page {
    /// The chunks, in order.
    #[returns(ref)]
    pub chunks: Arc<[Chunk]>,
    /// What is known of the file beside its text.
    #[returns(copy)]
    pub info: FileInfo,
    /// What the contents that it includes do to its variables, as far as that is known.
    #[returns(ref)]
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

/// A run of whole regions with the text between them, or a part of one that is large.
#[salsa::input(debug)]
pub struct Chunk {
    /// Text and regions: one field, because they only ever change together.
    #[returns(ref)]
    pub source: ChunkSource,
}
