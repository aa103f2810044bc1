//! Where does what stands here come from? The places that can have given a variable the value that is read, the declaration of a variable,
//! and the IF or FOR that a keyword belongs to.

use sfmc_db::{Db, FileId, FileKind, Page, Snapshot, page_map};
use sfmc_semantic::{CodeItem, CodePlace, Expr, chunk_flow, lowered};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use crate::{
    control,
    cursor::token_at,
    sql,
    variables::{self, Named, Use, VariableAt, places},
};

/// From somewhere to places in the same file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Navigation {
    /// What was asked for.
    pub origin: TextRange,
    /// Where it leads, in order of place; at least one.
    pub targets: Vec<NavigationTarget>,
}

/// Where a navigation leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NavigationTarget {
    /// The statement.
    pub range: TextRange,
    /// What to select in it.
    pub focus: TextRange,
}

impl NavigationTarget {
    fn named(named: &Named) -> NavigationTarget {
        NavigationTarget { range: named.statement, focus: named.range }
    }
}

/// Of a variable that is read: what can have given it its value there, or where that is not known everything that sets it; of one that is
/// set: that place. Of NEXT's variable: the counter of its FOR. Of ELSEIF, ELSE, ENDIF and NEXT: their IF or FOR. Of names in SQL: what gives
/// them their meaning in the statement.
pub fn definition(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<Navigation> {
    let (db, page): (&dyn Db, _) = (snapshot.db(), snapshot.page(file)?);
    if page.kind(db) == FileKind::Sql {
        return sql::definition(db, page, offset);
    }
    let Some(variable) = variables::variable_at(db, page, offset) else {
        return opener(db, page, offset);
    };
    let found: Vec<Named> = match variable.at.how {
        Use::Next => match counter(db, page, &variable) {
            Some(counter) => vec![counter],
            None => definitions(db, page, &variable),
        },
        Use::Read => {
            let reaching = reaching(db, page, &variable);
            if reaching.is_empty() { definitions(db, page, &variable) } else { reaching }
        }
        Use::ScriptRead => definitions(db, page, &variable),
        _ => vec![variable.at],
    };
    let targets: Vec<_> = found.iter().map(NavigationTarget::named).collect();
    (!targets.is_empty()).then_some(Navigation { origin: variable.at.range, targets })
}

/// Of a variable: its VAR, or else the first place that sets it. Of keywords: the same as [`definition`].
pub fn declaration(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<Navigation> {
    let (db, page): (&dyn Db, _) = (snapshot.db(), snapshot.page(file)?);
    if page.kind(db) == FileKind::Sql {
        return sql::definition(db, page, offset);
    }
    let Some(variable) = variables::variable_at(db, page, offset) else {
        return opener(db, page, offset);
    };
    let target = declaration_of(&places(db, page, &variable.key))?;
    Some(Navigation { origin: variable.at.range, targets: vec![NavigationTarget::named(&target)] })
}

/// The place that declares a variable, among all places that name it.
pub(crate) fn declaration_of(places: &[Named]) -> Option<Named> {
    let is = |how: Use| places.iter().find(move |named| named.how == how);
    is(Use::Declare).or_else(|| places.iter().find(|named| named.how.is_definition())).copied()
}

fn definitions(db: &dyn Db, page: Page, variable: &VariableAt) -> Vec<Named> {
    places(db, page, &variable.key).into_iter().filter(|named| named.how.is_definition()).collect()
}

/// The definitions that reach a read.
fn reaching(db: &dyn Db, page: Page, variable: &VariableAt) -> Vec<Named> {
    let map = page_map(db, page);
    let Some(position) = map.chunk_at(variable.at.range.start()).and_then(|index| map.chunks().get(index)) else {
        return Vec::new();
    };
    let here = variable.at.range - position.start;
    let lowered = lowered(db, position.chunk);
    let is_it = |expr: &Expr| matches!(expr, Expr::Variable(_));
    let mut ids = lowered.body.ids().filter(|(_, expr)| is_it(expr));
    let Some((read, _)) = ids.find(|(id, _)| lowered.range(*id) == here) else {
        return Vec::new();
    };
    let flow = chunk_flow(db, page, position.chunk);
    let page_range = |at: CodePlace| Some((at.what, map.range_in(at.chunk, at.range(db))?));
    let known: Vec<(CodeItem, TextRange)> =
        flow.definitions(read).filter_map(|definition| page_range(definition.at)).collect();
    if known.is_empty() {
        return Vec::new();
    }
    let reaches = |named: &Named| {
        named.how.is_definition()
            && known.iter().any(|(what, range)| match what {
                CodeItem::Expr(_) => *range == named.range,
                // Of a script only the whole is known.
                CodeItem::Step(_) => named.how == Use::ScriptSet && range.contains_range(named.range),
            })
    };
    places(db, page, &variable.key).into_iter().filter(reaches).collect()
}

/// The counter of the FOR that a NEXT with a variable ends.
fn counter(db: &dyn Db, page: Page, next: &VariableAt) -> Option<Named> {
    let token = token_at(db, page, next.at.range.start(), |kind| kind == SyntaxKind::VARIABLE)?;
    let place = control::statement_of(db, &token)?;
    let opener = control::frame_of(db, page, place)?.opener;
    let head = control::head_range(db, page, opener)?;
    let name = sfmc_semantic::place_range(db, sfmc_semantic::Place { kind: sfmc_semantic::PlaceKind::Name, ..opener })?;
    let focus = page_map(db, page).range_in(opener.chunk, name)?;
    Some(Named { range: focus, name: focus, statement: head, how: Use::Counter })
}

/// The IF or FOR of a keyword at a place that belongs to one and is not its first.
fn opener(db: &dyn Db, page: Page, offset: TextSize) -> Option<Navigation> {
    let keyword = control::keyword_at(db, page, offset)?;
    let frame = control::frame_of(db, page, keyword.place)?;
    let focus = control::range_of(db, page, frame.opener)?;
    let range = control::head_range(db, page, frame.opener)?;
    // THEN, TO and DO of the opener lead there too.
    (focus != keyword.range)
        .then(|| Navigation { origin: keyword.range, targets: vec![NavigationTarget { range, focus }] })
}

#[cfg(test)]
mod tests;
