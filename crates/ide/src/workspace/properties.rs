//! What holds of renames in projects, whatever stands in their files: after one that is not refused every place names the same variable as
//! before, in all files, and undone it leaves the same bytes.

use sfmc_db::FileId;
use sfmc_semantic::{page_frames, page_mentions, page_structure};
use sfmc_syntax::{TextRange, apply_edits};
use sfmc_test_support::Rng;

use super::{definition_elsewhere, references_everywhere, rename_everywhere, testing::Project};
use crate::{
    definition,
    rename::RenameError,
    testing::{host, random_page},
    variables::{key, places},
};

/// Files by name, as they lie on the disk, and as the editor shows those that are open.
#[derive(Clone, Debug, PartialEq)]
struct Files(Vec<(String, String, Option<String>)>);

impl Files {
    /// Pages and blocks that include some of each other.
    fn random(rng: &mut Rng) -> Files {
        let names: Vec<String> =
            (0..3 + rng.below(4)).map(|n| format!("{}/f{n}", rng.pick(&["block", "message"]))).collect();
        let files = names.iter().map(|name| {
            let text = random_text(rng, names.len());
            let shown = rng.one_in(4).then(|| if rng.one_in(2) { text.clone() } else { random_text(rng, names.len()) });
            (name.clone(), text, shown)
        });
        Files(files.collect())
    }

    fn shown(&self, index: usize) -> &str {
        let (_, text, shown) = &self.0[index];
        shown.as_ref().unwrap_or(text)
    }

    fn index(&self, name: &str) -> usize {
        self.0.iter().position(|(known, ..)| known == name).unwrap()
    }

    /// A project in which a file is open, beside those that are anyway.
    fn project(&self, index: usize) -> (Project, FileId) {
        let on_disk: Vec<(&str, &str)> = self.0.iter().map(|(name, text, _)| (name.as_str(), text.as_str())).collect();
        let mut project = Project::new(&on_disk);
        for (name, _, shown) in &self.0 {
            if let Some(shown) = shown {
                project.open(name, shown);
            }
        }
        let file = project.open(&self.0[index].0, self.shown(index));
        (project, file)
    }

    /// The places of a file that name variables, in order, with the names.
    fn places(&self, index: usize) -> Vec<(TextRange, String)> {
        let (host, file) = host(self.shown(index));
        let (db, page) = (host.db(), host.page(file).unwrap());
        let variables = page_mentions(db, page).variables.iter();
        let named = variables.flat_map(|variable| {
            places(db, page, &variable.name).into_iter().map(|at| (at.range, variable.name.to_string()))
        });
        let mut found: Vec<(TextRange, String)> = named.collect();
        found.sort_by_key(|(range, _)| range.start());
        found
    }

    /// All but the names: for each place those of the same variable, and those where it comes from; for each file its structure.
    fn bindings(&self) -> Vec<String> {
        let all: Vec<Vec<(TextRange, String)>> = (0..self.0.len()).map(|index| self.places(index)).collect();
        let number = |index: usize, range: &TextRange| (index, all[index].iter().position(|(known, _)| known == range));
        let mut found = Vec::new();
        for (index, places) in all.iter().enumerate() {
            let (project, file) = self.project(index);
            let snapshot = project.snapshot();
            let numbers = |found: super::FilePlaces| {
                let other = self.index(&project.name(&found.view.path));
                found.ranges.iter().map(|range| number(other, range)).collect::<Vec<_>>()
            };
            for (range, _) in places.iter().step_by(1 + places.len() / 6) {
                let at = range.end();
                let same = references_everywhere(&project.workspace, &snapshot, file, at, true, numbers);
                let from = definition_elsewhere(&project.workspace, &snapshot, file, at, numbers);
                let here = definition(&snapshot, file, at)
                    .map(|found| found.targets.iter().map(|target| number(index, &target.focus)).collect::<Vec<_>>());
                found.push(format!("{:?}: {same:?} from {from:?} and {here:?}", number(index, range)));
            }
            let (db, page) = (snapshot.db(), snapshot.page(file).unwrap());
            let problems = &page_structure(db, page).problems;
            let frames = page_frames(db, page).iter().map(|frame| (frame.alternatives.len(), frame.end.is_some()));
            let problems = problems.iter().map(|problem| problem.kind).collect::<Vec<_>>();
            found.push(format!("{index}: {problems:?} {:?}", frames.collect::<Vec<_>>()));
        }
        found
    }

    /// Renames what stands at the n-th place of a file.
    fn renamed(&self, index: usize, place: usize, new_name: &str) -> Result<Files, RenameError> {
        let at = self.places(index)[place].0.end();
        let (project, file) = self.project(index);
        let edits = rename_everywhere(&project.workspace, &project.snapshot(), file, at, new_name, |found| {
            (project.name(&found.view.path), found.edits)
        })?;
        let mut after = self.clone();
        for (name, edits) in edits {
            let (_, text, shown) = &mut after.0[self.index(&name)];
            let text = shown.as_mut().unwrap_or(text);
            *text = apply_edits(text, &edits).unwrap();
        }
        Ok(after)
    }
}

fn random_text(rng: &mut Rng, files: usize) -> String {
    let mut text = String::new();
    for _ in 0..rng.below(3) {
        text.push_str(&random_page(rng).replace("%%[ set @a = 'x\n", "%%[ set @a = 'x' ]%%"));
        let file = rng.below(files);
        text.push_str(&match rng.below(4) {
            0 => format!("%%=ContentBlockByKey('F{file}')=%%"),
            1 => format!("%%=ContentBlockByName(\"Content Builder\\Shop\\The f{file}\")=%%"),
            2 => format!("%%[ set @k = 'f{file}' ]%%%%=ContentBlockByKey(@k)=%%"),
            _ => "%%=ContentBlockByKey('gone')=%%%%[ set @d = @k ]%%".to_owned(),
        });
    }
    text
}

#[test]
fn nothing_but_the_name_changes() {
    let mut rng = Rng::new(11);
    let (mut done, mut refused, mut over_files) = (0, 0, 0);
    for _ in 0..60 {
        let files = Files::random(&mut rng);
        let before = files.bindings();
        for _ in 0..3 {
            let index = rng.below(files.0.len());
            let places = files.places(index);
            if places.is_empty() {
                continue;
            }
            let place = rng.below(places.len());
            let old_name = &places[place].1;
            let new_name = *rng.pick(&["_q", "a_name_that_is_longer_than_all", "a", "BB", "c", "d", "k"]);
            let after = match files.renamed(index, place, new_name) {
                Ok(after) => after,
                Err(RenameError::Taken(_) | RenameError::TakenIn { .. }) => {
                    refused += 1;
                    continue;
                }
                Err(error) => panic!("{error} in {files:#?}"),
            };
            done += 1;
            over_files += usize::from(files.0.iter().zip(&after.0).filter(|(one, other)| one != other).count() > 1);
            assert_eq!(after.bindings(), before, "@{old_name} to {new_name} in {files:#?}\n{after:#?}");
            // The same bytes, but that spellings which differ in case have become one.
            let back = after.renamed(index, place, old_name).unwrap();
            let same = files.renamed(index, place, old_name).unwrap();
            assert_eq!(back, same, "@{old_name} to {new_name} and back in {files:#?}");
            assert!(key(new_name) == *old_name || after != files);
        }
    }
    assert!(
        done > 50 && refused > 5 && over_files > 15,
        "{done} done, {refused} refused, {over_files} over several files"
    );
}
