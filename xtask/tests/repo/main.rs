//! What must hold of the repository as a whole: who may depend on whom, how manifests look, what files may contain.
//!
//! That generated files are fresh is tested where they are generated.

#![allow(clippy::disallowed_methods, reason = "tests about files read files")]

mod files;
mod layering;
mod manifests;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
