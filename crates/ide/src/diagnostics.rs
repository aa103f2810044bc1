//! What is wrong in a file?

use sfmc_db::{FileId, Snapshot};
use sfmc_diagnostics::Diagnostic;
use sfmc_lint::{Levels, check_file};

/// The findings in a file, in order of place; none for a file that the host does not know. The same as the command line reports.
pub fn diagnostics(snapshot: &Snapshot, file: FileId, levels: &dyn Levels) -> Vec<Diagnostic> {
    snapshot.page(file).map(|page| check_file(snapshot.db(), page, levels)).unwrap_or_default()
}
