//! `Id` → `o.Id`

use sfmc_semantic::sql::{Clause, Reference, SelectId, SqlMeaning, Target};
use sfmc_syntax::{
    SyntaxKind, TextEdit, TextRange,
    ast::{AstNode, sql},
};

use super::{Refactoring, Site};
use crate::sql::quoting::quoted;

/// The column at the place.
pub(super) fn column(site: &Site<'_>) -> Option<Refactoring> {
    let found = site.meaning.reference_at(site.at)?;
    // Where there is one source everybody knows what is meant.
    let select = site.meaning.select(found.select?)?;
    if select.sources.len() < 2 && select.outer.is_none() {
        return None;
    }
    let (edit, name) = qualified(site, found)?;
    let title = format!("Write `{name}.{}`", quoted(&found.name));
    Some(Refactoring { title, edits: vec![edit] })
}

/// All columns of the SELECT whose first word the place is at.
pub(super) fn all_columns(site: &Site<'_>) -> Option<Refactoring> {
    let token = site.tokens().find(|token| token.kind() == SyntaxKind::SELECT_KW)?;
    let select = token.parent_ancestors().find_map(sql::Select::cast)?.syntax().text_range();
    let range = site.select(select)?.range;
    // ORDER BY stands behind it, and names its columns, too.
    let own = site.meaning.references.iter();
    let own = own.filter(|found| found.select.and_then(|id| site.meaning.select(id)).is_some_and(|s| s.range == range));
    let edits: Vec<TextEdit> = own.filter_map(|found| Some(qualified(site, found)?.0)).collect();
    let title = "Qualify all columns of this SELECT".to_owned();
    (!edits.is_empty()).then_some(Refactoring { title, edits })
}

/// The edit that qualifies a column, and what with.
fn qualified(site: &Site<'_>, found: &Reference) -> Option<(TextEdit, String)> {
    let owner = match found.target {
        Target::Column(id) => id.source,
        Target::Hidden(source) => source,
        _ => return None,
    };
    let select: SelectId = found.select?;
    if found.qualifier.is_some() || is_output(site.meaning, found) {
        return None;
    }
    let source = site.meaning.source(owner)?;
    let (name, key) = (source.name.as_ref()?, source.key.as_ref()?);
    // Another one of that name nearer to the column would be meant.
    if site.source_named(select, key)? != owner {
        return None;
    }
    let name = quoted(name);
    Some((TextEdit { range: TextRange::empty(found.range.start()), new_text: format!("{name}.") }, name))
}

/// Whether a place of ORDER BY can name what a UNION returns: nothing qualifies that.
fn is_output(meaning: &SqlMeaning, found: &Reference) -> bool {
    found.clause == Clause::OrderBy
        && found
            .select
            .and_then(|id| meaning.select(id))
            .and_then(|select| meaning.query(select.query))
            .is_some_and(|query| query.selects.len() > 1)
}
