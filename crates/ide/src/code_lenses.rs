//! How often is each variable used? Where it stands is found for all of them at once, how often it is named only for those that are shown.

use rustc_hash::FxHashMap;
use sfmc_db::{Db, FileId, Snapshot, page_map};
use sfmc_semantic::{Expr, ExprId, Step, lowered};
use sfmc_syntax::{SmolStr, TextRange};

use crate::{
    definition::declaration_of,
    variables::places,
    workspace::{FilePlaces, Workspace, references_everywhere},
};

/// A place above which it can be said how often a variable is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLens {
    /// The variable where it is declared, or else where it gets a value first.
    pub range: TextRange,
    /// Its name, without `@` and in lower case.
    pub variable: SmolStr,
}

/// The variables that the AMPscript of a page declares or sets, in order of place. Told from the statements alone, so that they stay where they
/// are while the structure of the page is wrong because somebody types.
pub fn code_lenses(snapshot: &Snapshot, file: FileId) -> Vec<CodeLens> {
    let Some(page) = snapshot.page(file) else { return Vec::new() };
    let db: &dyn Db = snapshot.db();
    // For each variable: whether it is declared, and where that or its first value stands.
    let mut found: FxHashMap<&SmolStr, (bool, TextRange)> = FxHashMap::default();
    for position in page_map(db, page).chunks() {
        db.unwind_if_revision_cancelled();
        let lowered = lowered(db, position.chunk);
        let body = &*lowered.body;
        let mut defines = |target: ExprId, declares: bool| {
            let Some(name) = body.variable(target) else { return };
            let place = (declares, lowered.range(target) + position.start);
            let first = found.entry(body.name(name)).or_insert(place);
            if (!place.0, place.1.start()) < (!first.0, first.1.start()) {
                *first = place;
            }
        };
        for step in &body.steps {
            match *step {
                Step::Declare(target) => defines(target, true),
                Step::Set { target, .. } => defines(target, false),
                Step::For { counter: Some(counter), .. } => defines(counter, false),
                _ => {}
            }
        }
        for (_, expr) in body.ids() {
            let Expr::Call(call) = expr else { continue };
            for (index, &arg) in body.operands(call.args).iter().enumerate() {
                if body.out_param(*call, index).is_some() {
                    defines(arg, false);
                }
            }
        }
    }
    let lenses = found.into_iter().map(|(name, (_, range))| CodeLens { range, variable: name.clone() });
    let mut lenses: Vec<CodeLens> = lenses.collect();
    lenses.sort_by_key(|lens| lens.range.start());
    lenses
}

/// The places that name a variable of a file, in all files that share it, without its declaration: what
/// [`references_everywhere`] says there. `None` if the file does not declare or set it.
pub fn lens_references<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    variable: &str,
    show: impl FnMut(FilePlaces) -> T,
) -> Option<Vec<T>> {
    let page = snapshot.page(file)?;
    let declaration = declaration_of(&places(snapshot.db(), page, variable))?;
    references_everywhere(workspace, snapshot, file, declaration.range.start(), false, show)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{
        testing::{far_apart, host},
        workspace::testing::Project,
    };

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let (host, file) = host(text);
        let found = code_lenses(&host.snapshot(), file);
        let line = |lens: &CodeLens| {
            let before = &text[..usize::from(lens.range.start())];
            format!("{} {} {}\n", before.matches('\n').count(), &text[lens.range], lens.variable)
        };
        expected.assert_eq(&found.iter().map(line).collect::<String>());
    }

    #[test]
    fn where_each_is_declared_or_set_first() {
        check(
            "%%[ set @A = @b\nvar @a, @c\nset @a = 1\nfor @i = 1 to 2 do\nset @É = @@x next @i\n\
             HTTPGet('u', 0, 0, @status) ]%%%%=v(@never)=%%\n\
             <script runat=\"server\">Variable.SetValue('@s', 1); Variable.SetValue('@c', 1)</script>",
            &expect![[r#"
                1 @a a
                1 @c c
                3 @i i
                4 @É é
                5 @status status
            "#]],
        );
        check(
            &far_apart(&["%%=v(@a)=%%", "%%[ set @b = 1 ]%%", "%%[ var @a ]%%"]),
            &expect![[r#"
            700 @b b
            1400 @a a
        "#]],
        );
        check(
            "%%[ endif set @a = ( set @b = 1 if @c then set @d = 1 ]%%",
            &expect![[r#"
            0 @a a
            0 @b b
            0 @d d
        "#]],
        );
        check("", &expect![[r#""#]]);
    }

    /// It stands at what a search for references leaves out.
    #[test]
    fn at_the_declaration() {
        let text = "%%[ set @a = 1 var @a set @b = @a for @c = 1 to @b do set @C = 1 next ]%%";
        let (host, file) = host(text);
        let snapshot = host.snapshot();
        for lens in code_lenses(&snapshot, file) {
            let found = places(snapshot.db(), snapshot.page(file).unwrap(), &lens.variable);
            assert_eq!(declaration_of(&found).map(|named| named.range), Some(lens.range));
        }
    }

    #[test]
    fn references_are_those_of_all_files() {
        let text = "%%[ var @name set @name = 1 ]%%%%=ContentBlockByKey('header')=%%";
        let mut project = Project::new(&[("block/header", "<p>%%=v(@NAME)=%%</p>"), ("message/one", text)]);
        let file = project.open("message/one", text);
        let snapshot = project.snapshot();
        let count = |variable: &str| -> Option<Vec<usize>> {
            let found = lens_references(&project.workspace, &snapshot, file, variable, |found| found)?;
            Some(found.iter().map(|found| found.ranges.len()).collect())
        };
        assert_eq!(count("name"), Some(vec![1, 1]));
        assert_eq!(count("other"), None);
    }
}
