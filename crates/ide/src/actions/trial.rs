//! What would a page be after an edit? Edits are tried on a copy before anybody is offered them.

use std::{
    cell::{OnceCell, RefCell},
    path::Path,
    sync::Arc,
};

use rustc_hash::FxHashMap;
use sfmc_db::{FileId, FileInfo, FileKind, Host, Included, Page, QueryInfo, Snapshot};
use sfmc_diagnostics::{Diagnostic, Rule, Severity};
use sfmc_lint::{Levels, NamePattern, check_file};
use sfmc_syntax::{TextEdit, TextRange, TextSize, apply_edits};

/// A page as it is, and where edits of it are tried.
pub(crate) struct Trial<'a> {
    snapshot: &'a Snapshot,
    page: Page,
    info: FileInfo,
    query: Arc<QueryInfo>,
    included: Arc<Included>,
    text: String,
    levels: &'a dyn Levels,
    found: Vec<Diagnostic>,
    /// How many findings each rule has, as refactorings count them.
    before: OnceCell<FxHashMap<&'static str, usize>>,
    /// The copy, with the text that was tried last: what the next one has in common with it is not read again.
    copy: RefCell<Option<(Host, FileId)>>,
}

/// How much text is checked for one request at most: what is left out then is offered where less is asked for.
pub(crate) const MAX_BYTES: usize = 1 << 20;

impl<'a> Trial<'a> {
    /// The page of a file; none for a file that the host does not know, and for what is not analysed.
    pub(crate) fn new(snapshot: &'a Snapshot, file: FileId, levels: &'a dyn Levels) -> Option<Trial<'a>> {
        let page = snapshot.page(file).filter(|page| page.kind(snapshot.db()) != FileKind::Other)?;
        let query = Arc::clone(page.query(snapshot.db()));
        let text = snapshot.text(file)?;
        let found = check_file(snapshot.db(), page, levels);
        Some(Trial {
            snapshot,
            page,
            info: page.info(snapshot.db()),
            query,
            included: Arc::clone(page.included(snapshot.db())),
            text,
            levels,
            found,
            before: OnceCell::new(),
            copy: RefCell::default(),
        })
    }

    /// Whether it is a file of SQL.
    pub(crate) fn is_sql(&self) -> bool {
        self.info.kind == FileKind::Sql
    }

    /// The text of the page.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Its findings, in order of place.
    pub(crate) fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// How many trials a request may make.
    pub(crate) fn budget(&self) -> usize {
        (MAX_BYTES / self.text.len().max(1)).clamp(1, 16)
    }

    /// The findings in another text of this page.
    pub(crate) fn check(&self, text: &str) -> Vec<Diagnostic> {
        self.check_with(text, self.levels)
    }

    fn check_with(&self, text: &str, levels: &dyn Levels) -> Vec<Diagnostic> {
        // The copy does not see that somebody wants to write.
        sfmc_db::Db::unwind_if_revision_cancelled(self.snapshot.db());
        let mut copy = self.copy.borrow_mut();
        let (host, file) = copy.get_or_insert_with(|| {
            let mut host = Host::default();
            let file = host.set_text(Path::new("copy"), self.text.clone(), self.info);
            host.set_query(file, Arc::clone(&self.query));
            host.set_included(file, Arc::clone(&self.included));
            host.set_schema(file, self.page.schema(self.snapshot.db()).clone());
            (host, file)
        });
        let (range, new_text) = difference(host.text(*file).unwrap_or_default(), text);
        // Nothing else has the file, and the range is one of its text.
        let _ = host.replace(*file, Some(range), new_text);
        host.page(*file).map(|page| check_file(host.db(), page, levels)).unwrap_or_default()
    }

    /// Whether a page after edits has no finding that it did not have before: of each rule as many at most, whether or not the configuration
    /// has it on if it is about what goes wrong.
    pub(crate) fn is_no_worse(&self, edits: &[TextEdit]) -> bool {
        let Ok(text) = apply_edits(&self.text, edits) else { return false };
        let levels = Strict(self.levels);
        let before = self.before.get_or_init(|| by_rule(&check_file(self.snapshot.db(), self.page, &levels)));
        let after = by_rule(&self.check_with(&text, &levels));
        after.iter().all(|(rule, count)| before.get(rule).is_some_and(|before| count <= before))
    }
}

/// What of a text has to be replaced to make it another, and by what.
fn difference<'n>(old: &str, new: &'n str) -> (TextRange, &'n str) {
    let same = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(old, new)| old == new).count();
    let mut start = same(&mut old.bytes().zip(new.bytes()));
    while !old.is_char_boundary(start) {
        start -= 1;
    }
    let mut end =
        same(&mut old.as_bytes()[start..].iter().rev().copied().zip(new.as_bytes()[start..].iter().rev().copied()));
    while !old.is_char_boundary(old.len() - end) {
        end -= 1;
    }
    let size = |n: usize| TextSize::try_from(n).unwrap_or_default();
    (TextRange::new(size(start), size(old.len() - end)), &new[start..new.len() - end])
}

/// How many findings each rule has.
fn by_rule(found: &[Diagnostic]) -> FxHashMap<&'static str, usize> {
    let mut counts = FxHashMap::default();
    for diagnostic in found {
        *counts.entry(diagnostic.rule.id).or_default() += 1;
    }
    counts
}

/// The configured rules, and all that are about what goes wrong.
struct Strict<'a>(&'a dyn Levels);

impl Levels for Strict<'_> {
    fn severity(&self, rule: &'static Rule) -> Option<Severity> {
        let own = (rule.on_by_default && rule.severity >= Severity::Warning).then_some(rule.severity);
        self.0.severity(rule).or(own)
    }

    fn variable_names(&self) -> Option<&dyn NamePattern> {
        self.0.variable_names()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs() {
        for (old, new, expected) in [
            ("abc", "abc", (3, 3, "")),
            ("abc", "abXc", (2, 2, "X")),
            ("aa", "aaa", (2, 2, "a")),
            ("aaa", "a", (1, 3, "")),
            ("", "é", (0, 0, "é")),
            ("xéy", "xèy", (1, 3, "è")),
            ("é", "Ã©", (0, 2, "Ã©")),
        ] {
            let (range, text) = difference(old, new);
            assert_eq!((u32::from(range.start()), u32::from(range.end()), text), expected, "{old:?} {new:?}");
            let mut made = old.to_owned();
            made.replace_range(std::ops::Range::<usize>::from(range), text);
            assert_eq!(made, new);
        }
    }
}
