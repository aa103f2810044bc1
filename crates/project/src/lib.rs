//! The project around the code: the configuration and what it means for a file ([`Configs`], [`Settings`]), the files there
//! are ([`discover`]), their texts ([`read_source`]) and how to replace them ([`write_atomically`]).
//!
//! Invariant: nothing here waits for anybody. What is not a regular file is never opened, every mistake in the
//! configuration and every path that cannot be read becomes a finding, and the rest goes on. The working folder and the
//! environment are the command line's business: relative paths start from a folder that the caller names. What files hold
//! is read through a [`System`](sfmc_db::system::System); only folders are walked, and files replaced, on the disk itself.

// This crate is one of the few that touch the file system.
#![allow(clippy::disallowed_methods)]

mod check;
mod config;
mod configs;
mod discover;
mod encoding;
mod file_name;
mod globs;
mod inclusions;
mod language;
mod mcdev;
mod name_pattern;
pub mod options;
mod pages;
mod paths;
mod rules;
mod schema;
mod settings;
mod source;
mod tables;
mod write;

pub use check::{Checked, Checker, FixMode, INTERNAL_PANIC, all_rules};
pub use config::{ConfigFile, ConfigProblem};
pub use configs::Configs;
pub use discover::{Discovered, FoundFile, PathProblem, discover};
pub use encoding::{Binary, Encoding, Unencodable};
pub use file_name::is_code;
pub use language::{Language, classify};
pub use mcdev::{ContentReader, is_metadata, metadata_of};
pub use options::Options;
pub use pages::read_page;
pub use rules::{CONFIG_INVALID, FILE_BINARY, FILE_NOT_UTF8, FILE_TOO_LARGE, FILE_UNREADABLE, RULES};
pub use schema::schema;
pub use settings::{FileSettings, Notes, Settings};
pub use source::{
    ContentStamp, EncodeError, MAX_SIZE, ReadError, ReadErrorKind, Source, read_source, source_from_bytes,
};
pub use tables::{TableCache, TablesFingerprint, describes_tables, query_info};
pub use write::{WriteError, WriteErrorKind, write_atomically};
