use sfmc_diagnostics::similar;
use sfmc_semantic::sql::{Clause, Reference, Source, SourceId, SourceKind, SqlMeaning, Target};
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use super::{alias_scope::alias_of, unknown_type::is_swapped};
use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A table has every column that a query reads from it.
    ///
    /// ## Why
    /// The server resolves every name when the activity is saved, and refuses one that it does not find. What stands before a column is
    /// what its table is called in this query: where it has an alias, the alias and nothing else. ON knows the tables before it.
    /// Nothing is said where a table's columns are not known. Source: sql.md, section 3 (sql/unknown-column).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.Total FROM (SELECT OrderId, Amount FROM Orders) AS o
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.Amount FROM (SELECT OrderId, Amount FROM Orders) AS o
    /// ```
    pub UnknownColumn {
        id: "sql/unknown-column",
        aliases: ["MCE062"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for UnknownColumn {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        for reference in meaning.references_in(statement.range()) {
            if let Some(source) = joined_later(meaning, reference) {
                let name = source.name.as_deref().unwrap_or_default();
                let range = reference.qualifier.unwrap_or(reference.range);
                let message = format!("`{name}` is joined further below: ON knows what stands before it");
                let report = ctx.report::<Self>(range, message).help("put the join of that table first");
                if let Some(place) = source.name_range {
                    report.related(place, "it is joined here");
                }
                continue;
            }
            match reference.target {
                Target::Absent(Some(source)) => of_source(ctx, meaning, reference, source),
                // In ORDER BY an alias is meant, and what it may stand in is disputed.
                Target::Absent(None) if alias_of(meaning, reference).is_some() => {}
                Target::Absent(None) if is_swapped(ctx, reference.range) => {}
                Target::Absent(None) => of_none(ctx, meaning, reference),
                Target::NoSource => without_source(ctx, meaning, reference),
                _ => {}
            }
        }
    }
}

/// The source whose column a condition of a join names before that is joined.
fn joined_later<'m>(meaning: &'m SqlMeaning, reference: &Reference) -> Option<&'m Source> {
    let source = match reference.target {
        Target::Column(column) => column.source,
        Target::Open(source) | Target::Hidden(source) | Target::Absent(Some(source)) => source,
        _ => return None,
    };
    if meaning.doubtful || reference.clause != Clause::On || reference.qualifier.is_none() {
        return None;
    }
    // What stands before ON can be in its reach; what comes behind it is not.
    let found = meaning.source(source).filter(|found| found.range.start() > reference.range.end())?;
    let select = meaning.select(reference.select.filter(|select| *select == found.select)?)?;
    // The table of that name which an outer query reads is in reach.
    let mut outer = select.outer;
    while let Some(around) = outer.and_then(|id| meaning.select(id)) {
        let mut sources = around.sources.iter().filter_map(|source| meaning.source(*source));
        if sources.any(|other| other.key.is_none() || other.key == found.key) {
            return None;
        }
        outer = around.outer;
    }
    Some(found)
}

fn of_source(ctx: &mut SqlContext<'_>, meaning: &SqlMeaning, reference: &Reference, id: SourceId) {
    let Some(source) = meaning.source(id) else { return };
    if is_disputed(ctx, reference, source) {
        return;
    }
    let near = near(reference, [source]);
    let name = source.name.as_deref().unwrap_or_default();
    let message = format!("`{name}` has no column `{}`", reference.name);
    suggest(ctx, reference, message, near);
}

fn of_none(ctx: &mut SqlContext<'_>, meaning: &SqlMeaning, reference: &Reference) {
    let message = if reference.clause == Clause::OrderBy && reference.select.is_none() {
        format!("the query returns no column `{}`", reference.name)
    } else {
        format!("no table in reach has a column `{}`", reference.name)
    };
    let sources = reference.select.and_then(|select| meaning.select(select)).map(|select| select.sources.as_slice());
    let sources = sources.unwrap_or_default().iter().filter_map(|source| meaning.source(*source));
    if sources.clone().any(|source| is_disputed(ctx, reference, source)) {
        return;
    }
    let near = near(reference, sources);
    suggest(ctx, reference, message, near);
}

/// Whether sources disagree if the data view has the column.
fn is_disputed(ctx: &SqlContext<'_>, reference: &Reference, source: &Source) -> bool {
    let columns = ctx.view(source).map(|view| view.disputed_columns);
    columns.unwrap_or_default().iter().any(|column| column.eq_ignore_ascii_case(&reference.name))
}

fn near<'m>(reference: &Reference, sources: impl IntoIterator<Item = &'m Source>) -> Option<&'m str> {
    let columns = sources.into_iter().flat_map(|source| source.columns.list());
    similar::closest(&reference.name, columns.map(|column| column.name.as_str()))
}

fn suggest(ctx: &mut SqlContext<'_>, reference: &Reference, message: String, near: Option<&str>) {
    let report = ctx.report::<UnknownColumn>(reference.range, message);
    if let Some(near) = near {
        let edit = TextEdit::replace(reference.range, written(near));
        report.help(format!("did you mean `{near}`?")).unsafe_fix(format!("write `{near}`"), [edit]);
    }
}

/// Nothing in reach is called what the column is qualified with.
fn without_source(ctx: &mut SqlContext<'_>, meaning: &SqlMeaning, reference: &Reference) {
    let Some(range) = reference.qualifier else { return };
    let name = ctx.text(range);
    let bare = name.trim_matches(['[', ']', '"']);
    let sources = reference.select.and_then(|select| meaning.select(select)).map(|select| select.sources.as_slice());
    let sources = sources.unwrap_or_default().iter().filter_map(|source| meaning.source(*source));
    // The alias of a table hides the table's own name.
    let mut hidden = sources.filter(|source| {
        source.aliased && matches!(&source.kind, SourceKind::Table(table) if table.name.eq_ignore_ascii_case(bare))
    });
    let alias = hidden.next().filter(|_| hidden.next().is_none()).and_then(|source| source.name.clone());
    let report = ctx.report::<UnknownColumn>(range, format!("nothing in FROM is called `{bare}`"));
    if let Some(alias) = alias {
        let edit = TextEdit::replace(range, written(&alias));
        report.help(format!("its alias is `{alias}`")).unsafe_fix(format!("write `{alias}`"), [edit]);
    }
}

/// A name as it is written: in brackets where it needs them.
pub(crate) fn written(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !sfmc_sql::is_reserved_word(name);
    if plain { name.to_owned() } else { format!("[{}]", name.replace(']', "]]")) }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_name() {
        check(
            "sql/unknown-column",
            "
SELECT d.Wrong, Other FROM (SELECT Id, Name FROM t) d WHERE d.Id = e.Id
//       ^^^^^ error: `d` has no column `Wrong`
//              ^^^^^ no table in reach has a column `Other`
//                                                                 ^ nothing in FROM is called `e`
SELECT o.* FROM Orders p WHERE Orders.Id = 1
//     ^ nothing in FROM is called `o`
//                             ^^^^^^ nothing in FROM is called `Orders`
SELECT t.a FROM t JOIN u ON u.b = v.b AND EXISTS (SELECT 1 FROM w WHERE w.c = u.c) JOIN v ON v.d = t.d
//                                ^ `v` is joined further below
SELECT Id FROM t UNION SELECT Id FROM u ORDER BY Name
//                                               ^^^^ the query returns no column `Name`
",
        );
    }

    #[test]
    fn silent_where_nobody_knows() {
        for text in [
            "SELECT d.Wrong, Other FROM (SELECT Id, t.* FROM t) d",
            "SELECT Any, t.Any FROM t",
            "SELECT d.{{{c}}} FROM (SELECT Id FROM t) d",
            "SELECT d.Wrong FROM (SELECT Id FROM t) d)",
            "SELECT x.Id FROM {{{t}}}",
            "SELECT t.a FROM t JOIN u ON u.b = t.b JOIN v ON v.d = t.d AND u.e = v.e WHERE t.f = v.f",
            "SELECT t.a FROM t JOIN u JOIN v ON v.d = u.d ON u.b = v.b AND t.b = v.c",
            "SELECT t.a FROM t WHERE EXISTS (SELECT 1 FROM u JOIN v ON v.a = t.a JOIN t ON t.b = v.b)",
            "SELECT Id AS k FROM (SELECT Id FROM t) d WHERE k = 1 ORDER BY k + 1",
            "SELECT d.id, [ID] FROM (SELECT Id FROM t) d WHERE EXISTS (SELECT 1 FROM u WHERE d.ID = Any)",
            "SELECT Mobile, Unsub FROM _SMSMessageTracking",
            "SELECT m.optin FROM _SMSMessageTracking m JOIN _Job j ON j.JobID = m.SendJobID WHERE OptOut = 1",
        ] {
            silent("sql/unknown-column", text);
        }
    }

    #[test]
    fn writes_what_was_meant() {
        fixed(
            "sql/unknown-column",
            "SELECT d.Nmae FROM (SELECT Id, Name FROM t) d",
            "SELECT d.Name FROM (SELECT Id, Name FROM t) d",
        );
        fixed(
            "sql/unknown-column",
            "SELECT d.FirstNme FROM (SELECT [First Name] FROM t) d",
            "SELECT d.[First Name] FROM (SELECT [First Name] FROM t) d",
        );
        fixed("sql/unknown-column", "SELECT Orders.Id FROM Orders o", "SELECT o.Id FROM Orders o");
    }
}
