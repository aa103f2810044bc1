//! Refactorings of queries, one file each: the query returns the same afterwards, said in another way; a bound says that it does not.
//!
//! Each is offered only where what it hangs on is known, and every edit is tried before: the file must have no finding that it did not have.

mod add_alias;
mod add_date_bound;
mod expand_star;
mod qualify;
mod wrap;

use sfmc_db::{ChunkPosition, Db, Page, sql_parse, sql_syntax};
use sfmc_schema::Schema;
use sfmc_semantic::sql::{Select, SelectId, Source, SourceId, SqlMeaning, sql_meaning};
use sfmc_sql::SqlProblem;
use sfmc_syntax::{ProblemClass, SyntaxNode, SyntaxToken, TextEdit, TextRange, TextSize, ast::AstNode};

use super::{completion::is_lower, names::chunks_at, schema::schema};
use crate::{
    actions::{Action, ActionKind, trial::Trial},
    layout::Layout,
};

/// Where a refactoring is asked for.
struct Site<'a> {
    position: ChunkPosition,
    meaning: &'a SqlMeaning,
    root: SyntaxNode,
    /// The place, in the chunk.
    at: TextSize,
    /// Something is selected, and not only pointed at.
    selects: bool,
    /// How the chunk is laid out.
    layout: Layout<'a>,
    /// The line end of the file.
    line_end: &'static str,
    /// The statement is written in small letters.
    lower: bool,
    schema: &'a Schema,
    problems: &'a [SqlProblem],
}

/// A refactoring that may be offered: its edits in the chunk.
struct Refactoring {
    title: String,
    edits: Vec<TextEdit>,
}

type Assist = fn(&Site<'_>) -> Option<Refactoring>;

const ASSISTS: [(ActionKind, Assist); 7] = [
    (ActionKind::Rewrite, qualify::column),
    (ActionKind::Rewrite, qualify::all_columns),
    (ActionKind::Rewrite, add_alias::add_alias),
    (ActionKind::Rewrite, expand_star::expand_star),
    (ActionKind::Rewrite, add_date_bound::add_date_bound),
    (ActionKind::Extract, wrap::wrap),
    (ActionKind::Extract, wrap::table),
];

/// The refactorings at a place of a file of SQL.
pub(crate) fn refactorings(
    db: &dyn Db,
    page: Page,
    range: TextRange,
    trial: &Trial<'_>,
    wanted: &dyn Fn(ActionKind) -> bool,
    actions: &mut Vec<Action>,
) {
    if !ASSISTS.iter().any(|(kind, _)| wanted(*kind)) {
        return;
    }
    let line_end = Layout::new(trial.text()).line_end();
    let Some((position, at)) = chunks_at(db, page, range.start()).into_iter().next() else { return };
    let text = &*position.chunk.source(db).text;
    if !text.is_char_boundary(at.into()) {
        return;
    }
    let site = Site {
        position,
        meaning: sql_meaning(db, page, position.chunk),
        root: sql_syntax(db, position.chunk),
        at,
        selects: !range.is_empty(),
        layout: Layout::new(text),
        line_end,
        lower: is_lower(text),
        schema: schema(db, page),
        problems: &sql_parse(db, position.chunk).problems,
    };
    for (kind, assist) in ASSISTS.into_iter().filter(|(kind, _)| wanted(*kind)) {
        let Some(Refactoring { title, edits }) = assist(&site) else { continue };
        let edits = edits.into_iter().map(|edit| TextEdit { range: edit.range + site.position.start, ..edit });
        let edits: Vec<TextEdit> = edits.collect();
        if !edits.is_empty() && trial.is_no_worse(&edits) {
            actions.push(Action { title, kind, edits, diagnostic: None, preferred: false });
        }
    }
}

impl<'a> Site<'a> {
    /// The tokens that touch the place.
    fn tokens(&self) -> impl Iterator<Item = SyntaxToken> + use<> {
        let at = self.root.token_at_offset(self.at);
        at.clone().right_biased().into_iter().chain(at.left_biased())
    }

    /// Whether the parser found something wrong in or right beside a range: what is written from it would be wrong, too.
    fn is_broken(&self, range: TextRange) -> bool {
        let errors = self.problems.iter().filter(|problem| problem.kind.class() == ProblemClass::Error);
        errors.into_iter().any(|problem| range.intersect(problem.range).is_some())
    }

    /// The innermost node of a kind around the place.
    fn node<N: AstNode>(&self) -> Option<N> {
        self.tokens().find_map(|token| token.parent_ancestors().find_map(N::cast))
    }

    /// A word of the language as the statement writes them.
    fn cased(&self, word: &str) -> String {
        if self.lower { word.to_lowercase() } else { word.to_owned() }
    }

    fn sources(&self) -> impl Iterator<Item = (SourceId, &'a Source)> + use<'a> {
        let meaning = self.meaning;
        let ids = meaning.selects.iter().flat_map(|select| &select.sources);
        ids.filter_map(move |id| Some((*id, meaning.source(*id)?)))
    }

    /// The SELECT with a range.
    fn select(&self, range: TextRange) -> Option<&'a Select> {
        self.meaning.selects.iter().find(|select| select.range == range)
    }

    /// The source that a name means in a SELECT: the nearest one of that name.
    fn source_named(&self, select: SelectId, key: &str) -> Option<SourceId> {
        let meaning = self.meaning;
        let outer = |id: &SelectId| meaning.select(*id).and_then(|select| select.outer);
        let around = std::iter::successors(Some(select), outer);
        around.filter_map(|id| meaning.select(id)).find_map(|select| {
            let is_it = |id: &&SourceId| meaning.source(**id).is_some_and(|source| source.key.as_deref() == Some(key));
            select.sources.iter().find(is_it).copied()
        })
    }
}

/// Whether one SELECT sees the sources of the other, or is it.
fn related(meaning: &SqlMeaning, a: SelectId, b: SelectId) -> bool {
    let sees = |from: SelectId, to: SelectId| {
        let outer = |id: &SelectId| meaning.select(*id).and_then(|select| select.outer);
        std::iter::successors(Some(from), outer).any(|found| found == to)
    };
    sees(a, b) || sees(b, a)
}

#[cfg(test)]
mod tests;
