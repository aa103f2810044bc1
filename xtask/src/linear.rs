//! The tests that hold work to the size of its input, in a build that counts.
//!
//! Any test whose name says `linear` is one of them: see `sfmc_test_support::assert_linear`.

use std::{ffi::OsStr, path::PathBuf};

use anyhow::{Context, Result};

use crate::process;

/// The crates that only talk to the world have no such tests, and are slow to build.
const WITHOUT: [&str; 3] = ["sfmc-analyzer", "sfmc-lsp", "sfmc-workbench"];

/// Builds the libraries with the compiler's counters for coverage, in a folder of their own, and runs those tests; or says why it cannot.
pub(crate) fn run() -> Result<Option<String>> {
    if !has_counters()? {
        return Ok(Some("this toolchain comes without the runtime of coverage".to_owned()));
    }
    let folder = crate::root().join("target").join("counted");
    let cargo = &mut process::cargo();
    cargo.args(["test", "--workspace", "--lib", "--no-fail-fast", "--target-dir"]).arg(&folder);
    for package in WITHOUT {
        cargo.args(["--exclude", package]);
    }
    // The counters are the whole process's: one test at a time.
    cargo.args(["linear", "--", "--test-threads", "1"]);
    cargo.env("RUSTFLAGS", "-C instrument-coverage --cfg counted").env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    // What the counters say of coverage is written at the end of each process; nobody reads it.
    process::run(cargo.env("LLVM_PROFILE_FILE", folder.join("coverage.profraw")))?;
    Ok(None)
}

/// Whether the compiler has what counts; some that systems package do not.
fn has_counters() -> Result<bool> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = process::command(&rustc).args(["--print", "target-libdir"]).output().context("cannot run rustc")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let mut files = std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let is_runtime = |name: &OsStr| name.to_string_lossy().starts_with("libprofiler_builtins");
    Ok(files.any(|file| file.is_ok_and(|file| is_runtime(&file.file_name()))))
}
