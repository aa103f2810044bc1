//! What would a page be after an edit? Edits are tried on a copy before anybody is offered them.

use std::{cell::OnceCell, sync::Arc};

use rustc_hash::FxHashMap;
use sfmc_db::{Database, FileId, FileInfo, FileKind, Page, QueryInfo, Snapshot};
use sfmc_diagnostics::{Diagnostic, Rule, Severity};
use sfmc_lint::{Levels, check_file};
use sfmc_syntax::{TextEdit, apply_edits};

/// A page as it is, and where edits of it are tried.
pub(crate) struct Trial<'a> {
    snapshot: &'a Snapshot,
    page: Page,
    info: FileInfo,
    query: Arc<QueryInfo>,
    text: String,
    levels: &'a dyn Levels,
    found: Vec<Diagnostic>,
    /// How many findings each rule has, as refactorings count them.
    before: OnceCell<FxHashMap<&'static str, usize>>,
}

/// How much text is checked for one request at most: what is left out then is offered where less is asked for.
const MAX_BYTES: usize = 1 << 20;

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
            text,
            levels,
            found,
            before: OnceCell::new(),
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
        let db = Database::default();
        check_file(&db, db.add_query(text, self.info, Arc::clone(&self.query)), levels)
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
}
