//! How can what is wrong here be mended?

use sfmc_db::{FileId, Snapshot};
use sfmc_diagnostics::{Applicability, Diagnostic, Fix};
use sfmc_lint::Levels;
use sfmc_syntax::TextRange;

/// A repair of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickFix {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// The repair.
    pub fix: Fix,
    /// Whether it is the one to take unseen: the first of its finding, and safe.
    pub preferred: bool,
}

/// The repairs of all findings that touch `range`.
pub fn quick_fixes(snapshot: &Snapshot, file: FileId, range: TextRange, levels: &dyn Levels) -> Vec<QuickFix> {
    let mut out = Vec::new();
    for diagnostic in crate::diagnostics(snapshot, file, levels) {
        if diagnostic.range.intersect(range).is_none() {
            continue;
        }
        for (index, fix) in diagnostic.fixes.iter().enumerate() {
            let preferred = index == 0 && fix.applicability == Applicability::Safe;
            out.push(QuickFix { diagnostic: diagnostic.clone(), fix: fix.clone(), preferred });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sfmc_db::{FileKind, Host};
    use sfmc_lint::DefaultLevels;

    use super::*;

    #[test]
    fn only_what_touches_the_range() {
        let mut host = Host::default();
        let text = "%%[ if @a && @b ]%%%%[ endif ]%%";
        let file = host.set_text(Path::new("/a.html"), text.to_owned(), FileKind::Page);
        let at = |start: u32, end: u32| {
            let range = TextRange::new(start.into(), end.into());
            let fixes = quick_fixes(&host.snapshot(), file, range, &DefaultLevels);
            fixes.into_iter().map(|f| f.fix.title).collect::<Vec<_>>()
        };
        assert_eq!(at(11, 11), ["replace `&&` by `and`"]);
        assert_eq!(at(0, 32), ["replace `&&` by `and`", "insert `then`"]);
        assert!(at(20, 30).is_empty());
    }
}
