//! Facts of the platform as data: what exists, what it takes, where it works.
//!
//! The facts stand in `data/`, one entry for each thing; `cargo xtask codegen` turns them into the static tables of
//! `generated`, whose types and questions are written here by hand. Nothing is computed or allocated when a table is used.
//!
//! Invariant: no dependencies. A fact that sources dispute is the most lenient of their claims, and its entry says what
//! the dispute is, so that no error can rest on it.

pub mod ampscript;
mod environment;
mod index;
mod set;
pub mod sql;

mod generated {
    pub(crate) mod ampscript_functions;
    pub(crate) mod ampscript_names;
    pub(crate) mod data_views;
    pub(crate) mod sql_functions;
}

use std::cmp::Ordering;

pub use environment::{Context, Environment, Platform};

/// Orders names as the tables are sorted: by byte, ASCII letters in lower case.
fn compare_names(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}
