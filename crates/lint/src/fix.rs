//! Applying repairs: round by round, until nothing is left to repair or a repair would break what is not broken. The command line and the
//! editor repair by it.

use sfmc_diagnostics::{Applicability, Diagnostic, Fix, Group, Severity};
use sfmc_syntax::{EditTrail, TextEdit, apply_edits};

/// Which repairs a run applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FixMode {
    /// None.
    #[default]
    Off,
    /// Those that can be applied unseen.
    Safe,
    /// Those that a person should look at, too.
    All,
}

/// What came of repairing a text.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The repaired text; `None` if nothing was repaired.
    pub text: Option<String>,
    /// What makes it of the text before, in order of place.
    pub edits: Vec<TextEdit>,
    /// What remains.
    pub diagnostics: Vec<Diagnostic>,
    /// How many repairs were applied.
    pub count: usize,
}

/// A repair can make another possible; one that goes on for ever is a mistake of a rule.
const MAX_ROUNDS: usize = 12;

impl FixMode {
    /// Whether there is anything to repair.
    pub fn applies(self, found: &[Diagnostic]) -> bool {
        found.iter().any(|diagnostic| self.choose(diagnostic).is_some())
    }

    /// The repair of a finding that a run applies.
    pub fn choose(self, diagnostic: &Diagnostic) -> Option<&Fix> {
        let first = diagnostic.fixes.first()?;
        let applies = match self {
            FixMode::Off => false,
            FixMode::Safe => first.applicability == Applicability::Safe,
            FixMode::All => first.applicability != Applicability::Choice,
        };
        applies.then_some(first)
    }
}

/// Repairs `text`, in which `found` was found by `check`: what `choose` says of each finding.
pub fn fix(
    text: String,
    mut found: Vec<Diagnostic>,
    choose: impl Fn(&Diagnostic) -> Option<&Fix>,
    mut check: impl FnMut(&str) -> Vec<Diagnostic>,
) -> Fixed {
    let mut count = 0;
    let mut trail = EditTrail::new(&text);
    let mut text = text;
    for _ in 0..MAX_ROUNDS {
        let fixes = without_overlaps(&found, &choose);
        if fixes.is_empty() {
            break;
        }
        let edits: Vec<TextEdit> = fixes.iter().flat_map(|fix| fix.edits.iter().cloned()).collect();
        if let Some((new_text, remaining)) = attempt(&text, &found, &edits, &mut check) {
            count += fixes.len();
            trail.push(&edits);
            (text, found) = (new_text, remaining);
            continue;
        }
        // One of them breaks something: find out which by trying each alone.
        let mut any = false;
        for edits in fixes.iter().rev().map(|fix| fix.edits.clone()).collect::<Vec<_>>() {
            if let Some((new_text, remaining)) = attempt(&text, &found, &edits, &mut check) {
                trail.push(&edits);
                (text, found) = (new_text, remaining);
                count += 1;
                any = true;
                // Its edits moved what stands behind it; fixes before it (we go backwards) still fit.
            }
        }
        if !any {
            break;
        }
    }
    Fixed { text: (count > 0).then_some(text), edits: trail.finish(), diagnostics: found, count }
}

/// The repaired text and what remains, unless the repair makes it worse: another mistake of syntax, or no mistake less.
fn attempt(
    text: &str,
    found: &[Diagnostic],
    edits: &[TextEdit],
    check: &mut impl FnMut(&str) -> Vec<Diagnostic>,
) -> Option<(String, Vec<Diagnostic>)> {
    let new_text = apply_edits(text, edits).ok().filter(|new_text| new_text != text)?;
    let remaining = check(&new_text);
    let worse = syntax_errors(&remaining) > syntax_errors(found) || remaining.len() > found.len();
    (!worse).then_some((new_text, remaining))
}

fn syntax_errors(found: &[Diagnostic]) -> usize {
    let is_error = |d: &&Diagnostic| d.rule.group == Group::Syntax && d.rule.severity == Severity::Error;
    found.iter().filter(is_error).count()
}

/// The first fix of each finding, but for those that touch one chosen before.
fn without_overlaps<'d>(found: &'d [Diagnostic], choose: impl Fn(&'d Diagnostic) -> Option<&'d Fix>) -> Vec<&'d Fix> {
    let mut chosen: Vec<&Fix> = Vec::new();
    let mut end = None;
    for diagnostic in found {
        let Some(fix) = choose(diagnostic) else { continue };
        let Some(first) = fix.edits.iter().map(|edit| edit.range.start()).min() else { continue };
        let last = fix.edits.iter().map(|edit| edit.range.end()).max();
        if end.is_none_or(|end| first > end) {
            end = last;
            chosen.push(fix);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DefaultLevels, check_file};
    use sfmc_db::{Database, FileKind};

    fn fixed(text: &str, mode: FixMode) -> (String, Vec<&'static str>) {
        let db = Database::default();
        let check = |text: &str| check_file(&db, db.add_page(text, FileKind::Page), &DefaultLevels);
        let found = check(text);
        let result = fix(text.to_owned(), found, |found| mode.choose(found), check);
        assert_eq!(apply_edits(text, &result.edits).unwrap(), result.text.as_deref().unwrap_or(text));
        let rules = result.diagnostics.iter().map(|d| d.rule.id).collect();
        (result.text.unwrap_or_else(|| text.to_owned()), rules)
    }

    #[test]
    fn several_at_once_and_one_after_the_other() {
        let (text, rest) = fixed("%%[ if @a && @b set @c == 1 endif ]%%", FixMode::Safe);
        assert_eq!(text, "%%[ if @a and @b then set @c = 1 endif ]%%");
        assert!(rest.is_empty(), "{rest:?}");
    }

    #[test]
    fn unsafe_ones_only_when_asked() {
        let text = "%%=Lokup('d', 'c', 'k', 1)=%%";
        assert_eq!(fixed(text, FixMode::Safe).0, text);
        assert_eq!(fixed(text, FixMode::All).0, "%%=Lookup('d', 'c', 'k', 1)=%%");
    }

    #[test]
    fn a_fix_that_breaks_the_page_is_refused() {
        let text = "%%[ set @a = 1 ]%%";
        let rule = crate::rule("amp/expected-then").unwrap();
        let mut bad = Diagnostic::new(rule, sfmc_syntax::TextRange::default(), "x");
        let edit = TextEdit::replace(sfmc_syntax::TextRange::new(4.into(), 7.into()), "if if");
        bad.fixes.push(Fix { title: "x".to_owned(), applicability: Applicability::Safe, edits: vec![edit] });
        let db = Database::default();
        let check = |text: &str| check_file(&db, db.add_page(text, FileKind::Page), &DefaultLevels);
        let result = fix(text.to_owned(), vec![bad], |found| FixMode::Safe.choose(found), check);
        assert_eq!(result.text, None);
    }
}
