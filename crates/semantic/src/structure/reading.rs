//! What somebody can have meant whose IFs and FORs do not fit: a page that is found wrong is read in other ways as well, each of which
//! takes one kind of slip for granted. The one that leaves the least to report is taken, so that one slip is one problem.
//!
//! No reading finds anything in a page that is right as it stands: only of wrong pages there are others.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_ampscript::ControlKind;
use sfmc_db::{Chunk, Db, HiddenBy, Page, chunk_facts, hidden_facts};
use sfmc_syntax::{ProblemKind, SmolStr};

use super::{Fold, Frame, Opened, PageStructure, Place, PlaceKind, Recorded, hides_code};

/// How a page is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reading {
    /// As the specification has it.
    #[default]
    Plain,
    /// Keywords that a mistake hides are there.
    Hidden,
    /// A second ELSE, or an ELSEIF behind one, is that of the IF around, and the inner one lacks its end.
    ElseOfOuter,
    /// An end that is not of the innermost construct is too much.
    SurplusEnd,
    /// ENDIF where nothing but a FOR is open was meant as NEXT, and the reverse.
    WrongEnd,
}

/// What hides a keyword: `]%%` without an opener; or something that is an error by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    Token,
    StrayClose(Place),
}

/// The state of [`Reading::Hidden`].
#[derive(Default)]
pub(super) struct Hidden {
    /// Keywords in the page's text since the last region of code.
    pub(super) text: Vec<ControlKind>,
    /// Where `]%%` stands without the opener of code that the structure lacks, in order.
    pub(super) blamed: Vec<Place>,
    /// The same, to be asked.
    known: FxHashSet<Place>,
    /// The structure lacks something that is hidden.
    pub(super) torn: bool,
}

/// The reading that leaves the least to report; the plain one where others are no better.
pub(super) fn best(db: &dyn Db, page: Page) -> (PageStructure, Vec<Recorded>) {
    let plain = read(db, page, Reading::Plain);
    if plain.0.problems.is_empty() {
        return plain;
    }
    // `]%%` without an opener is reported in any case.
    let cost = |read: &(PageStructure, Vec<Recorded>)| {
        read.0.problems.iter().filter(|problem| problem.kind != ProblemKind::StrayBlockClose).count()
    };
    let without_strays = Arc::clone(&plain.0.problems);
    let mut best = plain;
    for reading in [Reading::Hidden, Reading::ElseOfOuter, Reading::SurplusEnd, Reading::WrongEnd] {
        let least = cost(&best);
        // Of one problem only what hides its cause can be said instead.
        if least == 0 || reading != Reading::Hidden && least < 2 {
            break;
        }
        // Asked first, so that a page in which somebody types an IF is not looked at again as a whole.
        if reading == Reading::Hidden && !hides_code(db, page) {
            continue;
        }
        let other = read(db, page, reading);
        if cost(&other) < least {
            best = other;
        }
    }
    if best.0.problems.iter().any(|problem| problem.kind == ProblemKind::StrayBlockClose) {
        best.0.without_strays = without_strays;
    }
    best
}

fn read(db: &dyn Db, page: Page, reading: Reading) -> (PageStructure, Vec<Recorded>) {
    let mut fold = Fold { reading, ..Fold::default() };
    for &chunk in page.chunks(db).iter() {
        let facts = if reading == Reading::Hidden { hidden_facts(db, chunk) } else { chunk_facts(db, chunk) };
        for fact in facts.iter() {
            fold.fact(chunk, fact);
        }
    }
    fold.finish()
}

impl Fold {
    /// Keywords that a mistake hides.
    pub(super) fn hidden(&mut self, chunk: Chunk, kinds: &[ControlKind], by: HiddenBy) {
        match by {
            HiddenBy::Text => self.hidden.text.extend(kinds),
            HiddenBy::Token => kinds.iter().for_each(|&kind| self.hidden_control(kind, Mistake::Token)),
            HiddenBy::StrayClose(index) => {
                let at = Place { chunk, index, kind: PlaceKind::StrayClose };
                for kind in std::mem::take(&mut self.hidden.text) {
                    self.hidden_control(kind, Mistake::StrayClose(at));
                }
            }
        }
    }

    /// It stands for what is missing, and nothing is said of it.
    fn hidden_control(&mut self, kind: ControlKind, mistake: Mistake) {
        let opened = match kind {
            ControlKind::If | ControlKind::Endif => Opened::If,
            ControlKind::For | ControlKind::Next => Opened::Loop,
            _ => return,
        };
        if matches!(kind, ControlKind::If | ControlKind::For) {
            let Some(at) = self.opener.filter(|_| mistake == Mistake::Token).or(match mistake {
                Mistake::StrayClose(at) => Some(at),
                Mistake::Token => None,
            }) else {
                return;
            };
            self.push_soft(opened, at);
            if let Some(frame) = self.open.last_mut() {
                frame.hidden = Some(mistake);
            }
        } else if self.close_above(opened) && self.open.pop().is_some_and(|frame: Frame| frame.hidden.is_none()) {
            self.blame(mistake);
        }
    }

    /// The structure lacks what this hides.
    pub(super) fn blame(&mut self, mistake: Mistake) {
        self.hidden.torn = true;
        if let Mistake::StrayClose(at) = mistake
            && self.hidden.known.insert(at)
        {
            self.hidden.blamed.push(at);
        }
    }

    /// Whether the reading knows better than to close what this end closes otherwise.
    pub(super) fn ends_otherwise(&mut self, keyword: Place, kind: ControlKind, name: Option<&SmolStr>) -> bool {
        let next = kind == ControlKind::Next;
        let (own, unmatched) =
            if next { (Opened::Loop, ProblemKind::UnmatchedNext) } else { (Opened::If, ProblemKind::UnmatchedEndif) };
        let Some(top) = self.open.last().filter(|frame| !frame.soft) else {
            return false;
        };
        if !matches!(top.opened, Opened::If | Opened::Loop) || top.opened == own {
            return false;
        }
        let known = self.open.any(own) || self.open.any(Opened::Foreign);
        match self.reading {
            Reading::SurplusEnd if known => {
                // `end if` is reported by itself.
                if kind != ControlKind::EndIf {
                    self.report(unmatched, keyword, None);
                }
                true
            }
            Reading::WrongEnd if !known && name.is_none() => {
                let kind = if next { ProblemKind::ExpectedEndif } else { ProblemKind::ExpectedNext };
                self.report(kind, keyword, None);
                self.close(keyword);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind, chunk_facts, hidden_facts};
    use sfmc_test_support::assert_linear;

    use crate::{page_structure, place_range};

    /// What is wrong with a page: the rule and the text from its place on.
    fn wrong(text: &str) -> Vec<(&'static str, String)> {
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        let start = |chunk| {
            let before = page.chunks(&db).iter().take_while(|&&other| other != chunk);
            before.map(|before| before.source(&db).text.len()).sum::<usize>()
        };
        let problems = page_structure(&db, page).problems.iter().map(|problem| {
            let at = start(problem.at.chunk);
            let range = place_range(&db, problem.at).unwrap();
            (problem.kind.id(), text[at + usize::from(range.start())..].chars().take(10).collect())
        });
        problems.collect()
    }

    fn one(text: &str, kind: &'static str, at: &str) {
        assert_eq!(wrong(text), [(kind, at.to_owned())], "{text}");
    }

    #[test]
    fn an_inner_end_is_missing() {
        one("%%[ if @a then if @b then else else endif ]%%", "missing-endif", "if @b then");
        one("%%[ if @a then if @b then else elseif @c then else endif ]%%", "missing-endif", "if @b then");
        one("%%[ if @a then if @b then else else endif endif ]%%", "duplicate-else", "else endif");
        one("%%[ if @a then else else endif ]%%", "duplicate-else", "else endif");
    }

    #[test]
    fn an_end_is_too_much() {
        let text = "%%[ if @a then for @i = 1 to 2 do if @b then endif endif next @i else endif ]%%";
        one(text, "unmatched-endif", "endif next");
        one("%%[ for @i = 1 to 2 do if @b then next @i endif next @i ]%%", "unmatched-next", "next @i en");
        one("%%[ if @a then for @i = 1 to 2 do endif ]%%", "missing-next", "for @i = 1");
    }

    #[test]
    fn an_end_of_another_kind() {
        one("%%[ for @i = 1 to 3 do endif ]%%", "expected-next", "endif ]%%");
        one("%%[ if @a then next ]%%", "expected-endif", "next ]%%");
        one("%%[ for @i = 1 to 3 do endif next @i ]%%", "unmatched-endif", "endif next");
    }

    #[test]
    fn what_a_text_or_comment_swallows() {
        assert_eq!(wrong("%%[ /* start\nif @a then ]%%x%%[ else ]%%y%%[ endif ]%%"), []);
        assert_eq!(wrong("%%[ if @a then set @b = \"there endif ]%%"), []);
        assert_eq!(wrong("%%[ for @i = 1 to 2 do set @b = 'x next @i ]%%"), []);
        one("%%[ if @a then set @b = \"there ]%%", "missing-endif", "if @a then");
        one("%%[ set @m = \"call me if you can ]%% x %%[ endif ]%%", "unmatched-endif", "endif ]%%");
        one("%%[ /* for you\n set @b = 1 ]%% a %%[ next @i ]%%", "unmatched-next", "next @i ]%");
        let db = Database::default();
        let page = db.add_page("%%[ if @a then set @b = \"there endif ]%%", FileKind::Page);
        assert!(page_structure(&db, page).is_wrong());
    }

    #[test]
    fn readings_are_linear_work() {
        let opened = "for @i = 1 to 2 do ";
        for (middle, tail) in [
            ("if @a then else ", "else "),
            ("set @b = \"endif ]%% %%[ ", "endif "),
            ("if @a then for @j = 1 to 2 do ", "endif "),
            ("if @a then { ", "} "),
        ] {
            let page = |count: usize| {
                let text = format!("%%[ {}{middle}{}]%%", opened.repeat(count), tail.repeat(count));
                let db = Database::default();
                let page = db.add_page(&text, FileKind::Page);
                for &chunk in page.chunks(&db).iter() {
                    chunk_facts(&db, chunk);
                    hidden_facts(&db, chunk);
                }
                (db, page)
            };
            assert_linear(&format!("({opened})*{middle}({tail})*"), [500, 4_000], page, |(db, page)| {
                assert!(page_structure(&db, page).is_wrong());
            });
        }
    }

    #[test]
    fn a_misspelt_elseif_without_if() {
        assert_eq!(wrong("%%[ elsif @a == 1 then ]%%x%%[ endif ]%%"), []);
        one("%%[ elseif @a == 1 then ]%%x%%[ endif ]%%", "unmatched-else", "elseif @a ");
    }
}
