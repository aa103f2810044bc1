//! The inputs of the database.

#![allow(missing_docs, reason = "salsa writes constructors and setters beside the fields that are documented here")]

use std::sync::Arc;

use crate::chunk::ChunkSource;

/// What a file holds, as far as the engine treats it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// HTML or other text with AMPscript in it.
    Page,
    /// Something that is recognised and left alone.
    Other,
}

/// A page: its chunks in order. Its text is theirs.
#[salsa::input(debug)]
pub struct Page {
    /// The chunks, in order.
    #[returns(ref)]
    pub chunks: Arc<[Chunk]>,
    /// What the file holds.
    #[returns(copy)]
    pub kind: FileKind,
}

/// A run of whole regions with the text between them, or a part of one that is large.
#[salsa::input(debug)]
pub struct Chunk {
    /// Text and regions: one field, because they only ever change together.
    #[returns(ref)]
    pub source: ChunkSource,
}
