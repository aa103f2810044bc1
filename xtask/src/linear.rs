//! The tests that hold work to the size of its input, in a build that counts.
//!
//! Any test whose name says `linear` is one of them: see `sfmc_test_support::assert_linear`.

use anyhow::Result;

use crate::process;

/// The crates that only talk to the world have no such tests, and are slow to build.
const WITHOUT: [&str; 3] = ["sfmc-analyzer", "sfmc-lsp", "sfmc-workbench"];

/// Builds the libraries with the compiler's counters for coverage, in a folder of their own, and runs those tests.
pub(crate) fn run() -> Result<()> {
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
    process::run(cargo.env("LLVM_PROFILE_FILE", folder.join("coverage.profraw")))
}
