//! What is wrong with the IFs and FORs of a page, which can be said in two ways where `]%%` stands without its opener: that the code
//! before it is missing, and what the structure lacks then. One of the two is enough; which one shows when it is known what is reported.

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::{Chunk, Db, Page, PageMap};
use sfmc_diagnostics::{Diagnostic, Severity};
use sfmc_semantic::{Place, StructureProblem, page_structure, place_range};
use sfmc_syntax::{Problem, ProblemKind, TextRange, TextSize};

use crate::{
    context::Context,
    declare::Declared,
    generated::registry,
    rules::suspicious::stray_block_close::{self, StrayBlockClose},
};

/// A finding, as the two ways tell it from others.
type Key = (&'static str, TextRange);

fn key(finding: &Diagnostic) -> Key {
    (finding.rule.id, finding.range)
}

/// Which findings stand for each other.
#[derive(Default)]
pub(crate) struct Readings {
    /// The closers that explain what the structure lacks.
    strays: FxHashSet<TextRange>,
    /// What they explain.
    explained: FxHashSet<Key>,
    /// What is only found where they explain something.
    beside: FxHashSet<Key>,
}

impl Readings {
    /// Where the closers that explain something are reported.
    pub(crate) fn strays(&self) -> &FxHashSet<TextRange> {
        &self.strays
    }

    /// Leaves one way of saying it, `found` being what is reported: what the closers explain, unless each of them is said to be an error.
    pub(crate) fn choose(&self, found: &mut Vec<Diagnostic>) {
        if self.strays.is_empty() {
            return;
        }
        let is_said = |finding: &&Diagnostic| {
            finding.rule == StrayBlockClose::RULE
                && finding.severity == Severity::Error
                && self.strays.contains(&finding.range)
        };
        let all = found.iter().filter(is_said).count() == self.strays.len();
        let needless = if all { &self.explained } else { &self.beside };
        found.retain(|finding| !needless.contains(&key(finding)));
    }
}

/// What is wrong with the structure of a page, in both ways, and how to choose.
pub(crate) fn structure_findings(db: &dyn Db, page: Page, map: &PageMap) -> (Vec<Diagnostic>, Readings) {
    let structure = page_structure(db, page);
    let mut found = findings(db, map, &structure.problems);
    let mut readings = Readings::default();
    if structure.without_strays.is_empty() {
        return (found, readings);
    }
    let without = findings(db, map, &structure.without_strays);
    let here: FxHashSet<Key> = found.iter().map(key).collect();
    let there: FxHashSet<Key> = without.iter().map(key).collect();
    readings.explained = there.difference(&here).copied().collect();
    for finding in &found {
        if finding.rule == StrayBlockClose::RULE {
            readings.strays.insert(finding.range);
        } else if !there.contains(&key(finding)) {
            readings.beside.insert(key(finding));
        }
    }
    found.extend(without.into_iter().filter(|finding| !here.contains(&key(finding))));
    (found, readings)
}

fn findings(db: &dyn Db, map: &PageMap, problems: &[StructureProblem]) -> Vec<Diagnostic> {
    if problems.is_empty() {
        return Vec::new();
    }
    let starts: FxHashMap<Chunk, TextSize> = map.chunks().iter().map(|p| (p.chunk, p.start)).collect();
    let absolute = |place: Place| Some(place_range(db, place)? + *starts.get(&place.chunk)?);
    let mut ctx = Context::for_page(db, map);
    for problem in problems {
        let Some(range) = absolute(problem.at) else {
            continue;
        };
        let mut worded = Problem::new(problem.kind, range);
        worded.related = problem.related.and_then(absolute);
        if problem.kind == ProblemKind::StrayBlockClose {
            worded.expected = stray_block_close::BREAKS_STRUCTURE;
        }
        registry::check_problem(&mut ctx, &worded);
    }
    ctx.finish()
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::{Rule, Severity};

    use crate::tests::{diagnostics, found};

    fn errors(text: &str) -> Vec<&'static str> {
        let found = diagnostics(text);
        found.iter().filter(|d| d.severity == Severity::Error).map(|d| d.rule.id).collect()
    }

    #[test]
    fn what_a_silenced_closer_explains_is_said() {
        let page = "%[ if Empty(@a) then ]%%x%%[ endif ]%%";
        assert_eq!(errors(page), ["amp/stray-block-close"]);
        let silenced = format!("<!-- sfmc-ignore amp/stray-block-close -->\n{page}");
        assert_eq!(errors(&silenced), ["amp/unmatched-endif"]);
        let both = format!("<!-- sfmc-ignore-file amp/stray-block-close, amp/unmatched-endif -->\n{page}");
        assert!(errors(&both).is_empty());
        assert!(diagnostics(&both).iter().all(|d| d.rule.id != "amp/unused-suppression"));
    }

    #[test]
    fn what_a_closer_explains_is_said_where_that_is_no_error() {
        struct Stray(Option<Severity>);
        impl crate::Levels for Stray {
            fn severity(&self, rule: &'static Rule) -> Option<Severity> {
                if rule.id == "amp/stray-block-close" { self.0 } else { Some(rule.severity) }
            }
        }
        let page = "%[ if Empty(@a) then ]%%x%%[ endif ]%%";
        for (level, expected) in [
            (Some(Severity::Error), vec!["amp/stray-block-close"]),
            (Some(Severity::Warning), vec!["amp/stray-block-close", "amp/unmatched-endif"]),
            (None, vec!["amp/unmatched-endif"]),
        ] {
            let found = found(page, &Stray(level));
            let ids = found.iter().map(|d| d.rule.id);
            let ids: Vec<_> = ids.filter(|id| id.ends_with("close") || id.ends_with("endif")).collect();
            assert_eq!(ids, expected, "{level:?}");
        }
    }
}
