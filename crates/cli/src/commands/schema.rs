//! `sfmc-analyzer schema`

use std::io::Write;

pub(crate) fn run() -> anyhow::Result<u8> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &sfmc_project::schema(&sfmc_project::all_rules()))?;
    writeln!(out)?;
    Ok(crate::CLEAN)
}
