//! What has to change for an alias or a column of a query to be called otherwise? Nothing that the statement returns, but for the column itself
//! where the outermost query names it: that is what was asked for.

use sfmc_db::{Db, Page};
use sfmc_lint::wrong_field_name;
use sfmc_semantic::sql::{
    ColumnOrigin, OutputColumn, QueryId, QueryRole, SelectId, Source, SourceId, SourceKind, SqlMeaning, Symbol, Target,
};
use sfmc_syntax::{TextEdit, TextRange, TextSize};

use super::{
    names::{NameAt, ctes, name_at, occurrences},
    quoting::quoted,
    schema::{schema, target},
};
use crate::rename::{RenameError, RenameTarget};

/// The longest name that there can be.
const MAX_LENGTH: usize = 128;

/// What is renamed at a place.
pub(crate) fn prepare_rename(db: &dyn Db, page: Page, offset: TextSize) -> Result<RenameTarget, RenameError> {
    let name = named(db, page, offset)?;
    Ok(RenameTarget { range: name.range + name.position.start, placeholder: bare(&text(&name)) })
}

/// The edits that give it another name, in order of place. The new name is written in brackets where it needs them, whether it was given in
/// them or not.
pub(crate) fn rename(db: &dyn Db, page: Page, offset: TextSize, new_name: &str) -> Result<Vec<TextEdit>, RenameError> {
    let name = named(db, page, offset)?;
    let given = bare(new_name.trim());
    let is_name = (1..=MAX_LENGTH).contains(&given.chars().count()) && !given.contains(['\n', '\r', '{', '}']);
    if !is_name {
        return Err(RenameError::InvalidSqlName(new_name.trim().to_owned()));
    }
    let key = given.to_lowercase();
    if key != bare(&text(&name)).to_lowercase() && is_taken(&name, &key) {
        return Err(RenameError::TakenInStatement(given));
    }
    // What the statement returns are the fields of a data extension.
    let returns = matches!(name.symbol, Symbol::Output(query, _) if name.meaning.output == Some(query));
    if let Some(message) = wrong_field_name(&given).filter(|_| returns) {
        return Err(RenameError::InvalidFieldName(message));
    }
    let old = bare(&text(&name));
    let written_to = target(schema(db, page), page.query(db)).filter(|_| returns && key != old.to_lowercase());
    if let Some(table) = written_to
        && !table.columns.open
        && table.columns.get(&old).is_some()
        && table.columns.get(&given).is_none()
    {
        return Err(RenameError::IsTargetField { name: old, target: table.name.to_string() });
    }
    let written = quoted(&given);
    let start = name.position.start;
    let places = occurrences(name.meaning, &name.root, &name.symbol).places;
    // Where ORDER BY names a column by the name that it keeps.
    let is_kept = |range: TextRange| {
        let named = name.meaning.reference_at(range.start()).filter(|reference| reference.range == range);
        named.is_some_and(|reference| match reference.target {
            Target::Output(query, place) => kept(&name).any(|(id, at, _)| (id, at) == (query, place)),
            _ => false,
        })
    };
    let places = places.iter().filter(|place| !is_kept(place.range));
    let edits = places.map(|place| TextEdit { range: place.range + start, new_text: written.clone() });
    let mut edits: Vec<TextEdit> = edits.collect();
    edits.extend(kept_names(&name).map(|edit| TextEdit { range: edit.range + start, ..edit }));
    edits.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    Ok(edits)
}

/// What is named at a place, if the statement gives it its name.
fn named(db: &dyn Db, page: Page, offset: TextSize) -> Result<NameAt<'_>, RenameError> {
    let name = name_at(db, page, offset).ok_or(RenameError::NoName)?;
    let written = || bare(&text(&name));
    match &name.symbol {
        Symbol::Table { .. } | Symbol::TableColumn { .. } => Err(RenameError::BelongsToSchema(written())),
        Symbol::Source(source) => match name.meaning.source(*source) {
            Some(source) if source.aliased => Ok(name),
            Some(_) => Err(RenameError::BelongsToSchema(written())),
            None => Err(RenameError::NoName),
        },
        Symbol::Output(query, place) => match name.meaning.output(*query, *place) {
            Some(column) if column.given && !is_starred(&name) => Ok(name),
            Some(column) if column.given => Err(RenameError::PassedOn(written())),
            _ => Err(RenameError::NoName),
        },
        Symbol::Named(_) if is_starred(&name) => Err(RenameError::PassedOn(written())),
        Symbol::Cte(_) | Symbol::Named(_) => Ok(name),
    }
}

/// Whether a star returns a column under its name.
fn is_starred(name: &NameAt<'_>) -> bool {
    kept(name).any(|(_, _, column)| column.star)
}

/// The columns that return what is renamed under its name, so that another name would change what the statement returns, or what others call
/// the column by: in the statement's own query, and in the first operand of UNION and its like. By their query and place.
fn kept<'a>(name: &'a NameAt<'_>) -> impl Iterator<Item = (QueryId, u32, &'a OutputColumn)> {
    let meaning = name.meaning;
    // The first SELECT of each query gives the names.
    let naming = meaning.selects.iter().filter_map(|select| {
        let query = meaning.query(select.query)?;
        let first = query.selects.first().and_then(|first| meaning.select(*first))?;
        std::ptr::eq(first, select).then_some((select, query))
    });
    naming.flat_map(move |(select, query)| {
        let id = select.query;
        let columns = (0..).zip(&select.columns).filter(move |(place, column)| {
            let is_it = column.origin.and_then(|origin| meaning.column_symbol(origin)).as_ref() == Some(&name.symbol);
            let passes = meaning.output_symbol(id, *place) == name.symbol;
            // What stands in an IN or on its own is called by nobody.
            let returns = matches!(query.role, QueryRole::Statement | QueryRole::Operand);
            !column.given && is_it && (returns || !passes)
        });
        columns.map(move |(place, column)| (id, place, column))
    })
}

/// They keep it, by an alias.
fn kept_names<'a>(name: &'a NameAt<'_>) -> impl Iterator<Item = TextEdit> + 'a {
    kept(name).filter_map(|(_, _, column)| {
        let new_text = format!(" AS {}", quoted(column.name.as_deref()?));
        Some(TextEdit { range: TextRange::empty(column.range.end()), new_text })
    })
}

/// Whether something has the name that could be meant, or could be hidden, where this one is named.
fn is_taken(name: &NameAt<'_>, key: &str) -> bool {
    let meaning = name.meaning;
    let is_key = |found: &str| found.to_lowercase() == key;
    match &name.symbol {
        Symbol::Source(source) => {
            let Some(here) = meaning.source(*source).map(|source| source.select) else { return true };
            let others = sources(meaning).filter(|(id, _)| id != source);
            let mut others = others.filter(|(_, found)| related(meaning, here, found.select));
            // What nobody knows could be meant for it then.
            let open = |target: &Target| matches!(target, Target::NoSource | Target::Unknown | Target::Absent(_));
            let text = name.root.text();
            others.any(|(_, found)| found.key.as_deref() == Some(key))
                || meaning.references.iter().any(|reference| {
                    let qualifier = reference.qualifier.filter(|_| open(&reference.target));
                    qualifier.is_some_and(|range| is_key(&bare(&text.slice(range).to_string())))
                })
        }
        Symbol::Cte(_) => {
            let tables = sources(meaning).any(|(_, source)| match &source.kind {
                SourceKind::Table(table) => !table.ent && is_key(&table.name),
                _ => source.key.as_deref() == Some(key),
            });
            let text = name.root.text();
            tables || ctes(meaning, &name.root).any(|(range, _)| is_key(&bare(&text.slice(range).to_string())))
        }
        Symbol::Output(..) | Symbol::Named(_) => column_is_taken(name, key),
        Symbol::Table { .. } | Symbol::TableColumn { .. } => true,
    }
}

fn column_is_taken(name: &NameAt<'_>, key: &str) -> bool {
    let meaning = name.meaning;
    let is_key = |found: &str| found.to_lowercase() == key;
    // Beside it, in its own query or in one that passes it on.
    let beside = meaning.queries.iter().any(|query| {
        let columns = || query.columns.iter();
        let holds = match &name.symbol {
            Symbol::Output(id, _) => meaning.query(*id).is_some_and(|own| std::ptr::eq(own, query)),
            _ => false,
        };
        holds && columns().any(|column| column.name.as_deref().is_some_and(is_key))
    });
    let passes = |source: &Source| {
        source.columns.list().iter().any(|column| match (&name.symbol, column.origin) {
            (Symbol::Output(query, place), ColumnOrigin::Output(found, at)) => {
                meaning.output_symbol(found, at) == Symbol::Output(*query, *place)
            }
            (Symbol::Named(range), ColumnOrigin::Named(found)) => *range == found,
            _ => false,
        })
    };
    let named = |source: &Source| source.columns.place(key).is_some();
    // Without a qualifier it could be one of another source then, or something else could be it.
    let around = sources(meaning).filter(|(_, source)| passes(source)).any(|(_, here)| {
        named(here)
            || sources(meaning)
                .any(|(_, other)| related(meaning, here.select, other.select) && (named(other) || other.columns.open))
                && has_bare_reference(meaning, &name.symbol)
    });
    beside || around || meaning.references.iter().any(|found| found.qualifier.is_none() && is_key(&found.name))
}

/// Whether a symbol is named without a qualifier.
fn has_bare_reference(meaning: &SqlMeaning, symbol: &Symbol) -> bool {
    let places: Vec<TextRange> = meaning.occurrences(symbol).places.iter().map(|place| place.range).collect();
    meaning.references.iter().any(|found| found.qualifier.is_none() && places.contains(&found.range))
}

fn sources(meaning: &SqlMeaning) -> impl Iterator<Item = (SourceId, &Source)> {
    let ids = meaning.selects.iter().flat_map(|select| &select.sources);
    ids.filter_map(|id| Some((*id, meaning.source(*id)?)))
}

/// Whether one SELECT sees the sources of the other, or is it.
fn related(meaning: &SqlMeaning, a: SelectId, b: SelectId) -> bool {
    let sees = |from: SelectId, to: SelectId| {
        let outer = |id: &SelectId| meaning.select(*id).and_then(|select| select.outer);
        std::iter::successors(Some(from), outer).any(|found| found == to)
    };
    sees(a, b) || sees(b, a)
}

fn text(name: &NameAt<'_>) -> String {
    name.root.text().slice(name.range).to_string()
}

/// A name without what it is written between.
fn bare(text: &str) -> String {
    let between = |open: char, close: char| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        Some(inner.replace(&close.to_string().repeat(2), &close.to_string()))
    };
    let text_of = text.strip_prefix(['N', 'n']).filter(|rest| rest.starts_with('\''));
    let quoted =
        text_of.and_then(|rest| rest.strip_prefix('\'')?.strip_suffix('\'')).map(|rest| rest.replace("''", "'"));
    let pairs = [('[', ']'), ('"', '"'), ('`', '`'), ('\'', '\'')];
    quoted.or_else(|| pairs.iter().find_map(|(open, close)| between(*open, *close))).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use sfmc_syntax::apply_edits;

    use crate::{
        prepare_rename, rename,
        testing::{size, sql_host},
    };

    /// The text with what stands at `$0` called otherwise, or why not.
    #[track_caller]
    fn check(markup: &str, new_name: &str, expected: &Expect) {
        let at = size(markup.find("$0").unwrap());
        let text = markup.replace("$0", "");
        let (host, file) = sql_host(&text);
        let snapshot = host.snapshot();
        let target = prepare_rename(&snapshot, file, at);
        let out = match rename(&snapshot, file, at, new_name) {
            Ok(edits) => {
                let target = target.unwrap();
                assert!(target.range.contains_inclusive(at) && text[target.range].contains(&target.placeholder));
                apply_edits(&text, &edits).unwrap()
            }
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&out);
    }

    #[test]
    fn fields_of_the_target() {
        let renamed = |text: &str, new_name: &str| {
            let at = size(text.find("$0").unwrap());
            let target_name = Some("Customers".into());
            let activity = Some(sfmc_db::QueryActivity { target_name, ..Default::default() });
            let query = sfmc_db::QueryInfo { activity, ..Default::default() };
            let (host, file) = crate::sql::testing::with_query(&text.replace("$0", ""), query);
            rename(&host.snapshot(), file, at, new_name).map(|edits| edits.len()).map_err(|error| error.to_string())
        };
        let refused = "`Email` is a field of `Customers`, which this query writes to; it would have no such field then";
        assert_eq!(renamed("SELECT o.Id AS Email$0 FROM Orders o", "zz").unwrap_err(), refused);
        // One that it has, another case of it, and what was none.
        assert_eq!(renamed("SELECT o.Id AS Email$0 FROM Orders o", "First Name"), Ok(1));
        assert_eq!(renamed("SELECT o.Id AS Email$0 FROM Orders o", "EMAIL"), Ok(1));
        assert_eq!(renamed("SELECT o.Id AS Mail$0 FROM Orders o", "zz"), Ok(1));
        assert_eq!(renamed("SELECT o.Id FROM (SELECT Id AS Email$0 FROM Orders) o", "zz"), Ok(1));
    }

    #[test]
    fn sources() {
        check(
            "SELECT a$0.x, b.a FROM t AS a JOIN u b ON A.id = b.id WHERE b.x IN (SELECT a.y FROM v)",
            "o",
            &expect!["SELECT o.x, b.a FROM t AS o JOIN u b ON o.id = b.id WHERE b.x IN (SELECT o.y FROM v)"],
        );
        check(
            "SELECT a.x, (SELECT MAX(a.x) FROM u a) FROM t a$0",
            "o",
            &expect!["SELECT o.x, (SELECT MAX(a.x) FROM u a) FROM t o"],
        );
        check("SELECT [a b].x FROM t [a b$0]", "select", &expect!["SELECT [select].x FROM t [select]"]);
        check(
            "SELECT a$0.x FROM t a JOIN u b ON 1 = 1",
            "B",
            &expect!["something else here is called `B`, so that the query would mean another thing"],
        );
        check(
            "SELECT a$0.x FROM t a WHERE EXISTS (SELECT 1 FROM u b WHERE b.x = a.x)",
            "b",
            &expect!["something else here is called `b`, so that the query would mean another thing"],
        );
        check(
            "SELECT a$0.x FROM t a JOIN (SELECT b.x FROM u b) c ON c.x = a.x",
            "b",
            &expect!["SELECT b.x FROM t b JOIN (SELECT b.x FROM u b) c ON c.x = b.x"],
        );
        check(
            "SELECT a$0.x, z.y FROM t a",
            "z",
            &expect!["something else here is called `z`, so that the query would mean another thing"],
        );
        check(
            "SELECT t.x FROM t$0",
            "z",
            &expect!["`t` is called so by its data extension or data view; give it an alias instead"],
        );
        check(
            "SELECT t$0.x FROM t",
            "z",
            &expect!["`t` is called so by its data extension or data view; give it an alias instead"],
        );
        check("SELECT a$0.x FROM t a", "  ", &expect!["`` is no name: it has to have 1 to 128 characters"]);
    }

    #[test]
    fn columns() {
        check("SELECT a AS x$0, b FROM t ORDER BY x", "y", &expect!["SELECT a AS y, b FROM t ORDER BY y"]);
        check("SELECT a AS 'x$0', b AS y FROM t", "first name", &expect!["SELECT a AS [first name], b AS y FROM t"]);
        check(
            "SELECT a AS x$0, b AS y FROM t",
            "Y",
            &expect!["something else here is called `Y`, so that the query would mean another thing"],
        );
        check(
            "SELECT d.x FROM (SELECT a AS x$0 FROM t) AS d WHERE x > 1",
            "y",
            &expect!["SELECT d.y AS x FROM (SELECT a AS y FROM t) AS d WHERE y > 1"],
        );
        check(
            "SELECT d.x, d.x AS z FROM (SELECT x FROM (SELECT a AS x$0 FROM t) AS i) AS d",
            "y",
            &expect!["SELECT d.y AS x, d.y AS z FROM (SELECT y FROM (SELECT a AS y FROM t) AS i) AS d"],
        );
        check(
            "SELECT * FROM (SELECT a AS x$0 FROM t) AS d",
            "y",
            &expect!["a star passes `x` on, so that the query would return another column"],
        );
        check(
            "SELECT 1 FROM (SELECT * FROM (SELECT a AS x$0 FROM t) AS i) AS d WHERE x = 1",
            "y",
            &expect!["SELECT 1 FROM (SELECT * FROM (SELECT a AS y FROM t) AS i) AS d WHERE y = 1"],
        );
        check(
            "SELECT d.x AS q FROM (SELECT a AS x$0, y FROM t) AS d",
            "y",
            &expect!["something else here is called `y`, so that the query would mean another thing"],
        );
        check(
            "SELECT x AS q FROM (SELECT a AS x$0 FROM t) AS d JOIN (SELECT 1 AS z) AS e ON 1 = 1",
            "z",
            &expect!["something else here is called `z`, so that the query would mean another thing"],
        );
        check(
            "SELECT d.x AS q FROM (SELECT a AS x$0 FROM t) AS d JOIN (SELECT 1 AS z) AS e ON 1 = 1",
            "z",
            &expect!["SELECT d.z AS q FROM (SELECT a AS z FROM t) AS d JOIN (SELECT 1 AS z) AS e ON 1 = 1"],
        );
        check(
            "SELECT p.b AS c FROM (SELECT 1, 2) AS p (a, b$0)",
            "d",
            &expect!["SELECT p.d AS c FROM (SELECT 1, 2) AS p (a, d)"],
        );
        check(
            "SELECT x$0 FROM t",
            "y",
            &expect!["only aliases, and columns that a query names, can be renamed; none stands here"],
        );
        check("SELECT a AS x$0 UNION SELECT b ORDER BY x", "y", &expect!["SELECT a AS y UNION SELECT b ORDER BY y"]);
    }

    #[test]
    fn names_that_no_field_has() {
        for (name, wrong) in
            [("_x", "names begin with no underscore"), ("123", "names are no numbers"), ("a%b", "names have no `%`")]
        {
            let expected = format!("no field can be called `{name}`: {wrong}");
            let (host, file) = sql_host("SELECT a AS x FROM (SELECT 1 AS a) d");
            let error = rename(&host.snapshot(), file, size(12), name).map_err(|error| error.to_string());
            assert_eq!(error, Err(expected));
        }
        check(
            "SELECT d.x AS z FROM (SELECT a AS x$0 FROM t) AS d",
            "_x",
            &expect!["SELECT d._x AS z FROM (SELECT a AS _x FROM t) AS d"],
        );
    }

    #[test]
    fn a_name_that_is_kept() {
        check(
            "SELECT d.x FROM (SELECT 1 AS x$0) AS d UNION SELECT 2 ORDER BY x",
            "y",
            &expect!["SELECT d.y AS x FROM (SELECT 1 AS y) AS d UNION SELECT 2 ORDER BY x"],
        );
        check(
            "SELECT d.x, x AS z FROM (SELECT 1 AS x$0) AS d ORDER BY x",
            "y",
            &expect!["SELECT d.y AS x, y AS z FROM (SELECT 1 AS y) AS d ORDER BY y"],
        );
        check(
            "SELECT e.x AS z FROM (SELECT d.x FROM (SELECT 1 AS x$0) AS d UNION SELECT 2) AS e",
            "y",
            &expect!["SELECT e.x AS z FROM (SELECT d.y AS x FROM (SELECT 1 AS y) AS d UNION SELECT 2) AS e"],
        );
        check(
            "SELECT 1 FROM (SELECT * FROM (SELECT 1 AS x$0) AS d UNION SELECT 2) AS e",
            "y",
            &expect!["a star passes `x` on, so that the query would return another column"],
        );
    }

    #[test]
    fn queries_that_with_names() {
        check(
            "WITH c AS (SELECT 1 AS x) SELECT c.x, d.x FROM c$0 JOIN c AS d ON 1 = 1",
            "e",
            &expect!["WITH e AS (SELECT 1 AS x) SELECT e.x, d.x FROM e JOIN e AS d ON 1 = 1"],
        );
        check(
            "WITH c$0 AS (SELECT 1 AS x) SELECT c.x FROM c JOIN t ON 1 = 1",
            "T",
            &expect!["something else here is called `T`, so that the query would mean another thing"],
        );
        check(
            "WITH c$0 AS (SELECT 1 AS x), d AS (SELECT 2 AS y) SELECT * FROM c",
            "d",
            &expect!["something else here is called `d`, so that the query would mean another thing"],
        );
    }
}
