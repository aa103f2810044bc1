use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_diagnostics::{Severity, similar};
use sfmc_semantic::sql::{
    Clause, Reference, SelectId, Source, SourceColumn, SourceId, SourceKind, SqlMeaning, SqlType, Target, date_part,
};
use sfmc_sql::quoted_name;
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, AstToken, sql},
};

use super::{alias_scope::Aliases, date_part::late_part, limit::foreign_word, unknown_type::is_swapped};
use crate::sql::{CheckSql, SqlContext, content_range};

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
        let mut aliases = Aliases::of(meaning);
        let mut sourceless = FxHashSet::default();
        // Where the end is missing, FROM or a join may be.
        let end = content_range(statement.syntax()).end();
        let mut strangers = Strangers::default();
        let mut later = Later::default();
        for reference in meaning.references_in(statement.range()) {
            // What stands in `%%…%%` is no SQL.
            if ctx.is_muted(reference.range) {
                continue;
            }
            if let Some(source) = joined_later(meaning, reference).or_else(|| later.applied(ctx, meaning, reference)) {
                let name = source.name.as_deref().unwrap_or_default();
                let range = reference.qualifier.unwrap_or(reference.range);
                let knows = if reference.clause == Clause::On { "ON knows" } else { "a source of FROM knows" };
                let message = format!("`{name}` is joined further below: {knows} what stands before it");
                let report = ctx.report::<Self>(range, message).help("put the join of that table first");
                if let Some(place) = source.name_range {
                    report.related(place, "it is joined here");
                }
                continue;
            }
            if is_bare_word(ctx, reference) {
                continue;
            }
            if let Some(select) = without_from(meaning, reference) {
                // Once for a SELECT: of all its columns it is the same.
                let broken = meaning.doubtful || ctx.is_broken(TextRange::empty(end));
                if !broken && !is_being_typed(meaning, select) && sourceless.insert(select) {
                    columns_without_from(ctx, reference);
                }
                continue;
            }
            match reference.target {
                Target::Absent(Some(source)) => of_source(ctx, meaning, reference, source),
                // An alias is meant: another rule says where one is known.
                Target::Absent(None) if aliases.named(reference).is_some() => {}
                Target::Absent(None) if is_swapped(ctx, reference.range) || is_late_part(ctx, reference) => {}
                Target::Absent(None) => of_none(ctx, meaning, reference),
                Target::NoSource if ctx.is_broken(TextRange::empty(end)) => {}
                Target::NoSource => strangers.add(ctx, meaning, reference),
                Target::Unknown => of_column(ctx, meaning, reference),
                _ => {}
            }
        }
        for places in strangers.names {
            without_source(ctx, meaning, &places);
        }
    }
}

/// What columns are qualified with that no source in reach is called.
#[derive(Default)]
struct Strangers<'m> {
    /// For each name in a SELECT the columns that it stands before.
    names: Vec<Vec<&'m Reference>>,
    places: FxHashMap<(Option<SelectId>, String), usize>,
}

impl<'m> Strangers<'m> {
    fn add(&mut self, ctx: &SqlContext<'_>, meaning: &SqlMeaning, reference: &'m Reference) {
        let Some(range) = reference.qualifier else { return };
        // A SELECT that is being typed: FROM comes yet.
        let select = reference.select.and_then(|select| meaning.select(select));
        if select.is_some_and(|select| select.sources.is_empty() && select.outer.is_none()) {
            return;
        }
        let key = (reference.select, ctx.text(range).to_lowercase());
        let place = *self.places.entry(key).or_insert(self.names.len());
        match self.names.get_mut(place) {
            Some(places) => places.push(reference),
            None => self.names.push(vec![reference]),
        }
    }
}

/// The SELECT in which a column is named and that has no FROM, if no other is around it.
fn without_from(meaning: &SqlMeaning, reference: &Reference) -> Option<SelectId> {
    let id = reference.select.filter(|_| matches!(reference.target, Target::Absent(None) | Target::NoSource))?;
    let select = meaning.select(id)?;
    (select.sources.is_empty() && select.outer.is_none() && reference.clause != Clause::OrderBy).then_some(id)
}

/// Whether a SELECT ends with a column, behind which FROM may come yet; with an alias its list is at an end.
fn is_being_typed(meaning: &SqlMeaning, select: SelectId) -> bool {
    let Some(select) = meaning.select(select) else { return true };
    let named = select.columns.last().is_some_and(|column| column.given);
    !named && select.list.is_none_or(|list| list.end() == select.range.end())
}

fn columns_without_from(ctx: &mut SqlContext<'_>, reference: &Reference) {
    if let Some(text) = quoted_text(ctx, reference) {
        let edit = TextEdit::replace(reference.range, text.clone());
        ctx.report::<UnknownColumn>(reference.range, "without FROM there are no columns")
            .help("what stands between double quotes is a name; texts stand in `'…'`")
            .unsafe_fix(format!("write `{text}`"), [edit]);
        return;
    }
    let range = reference.qualifier.map_or(reference.range, |qualifier| qualifier.cover(reference.range));
    ctx.report::<UnknownColumn>(range, "without FROM there are no columns").help("name the table: `FROM [Name]`");
}

/// A word that is a function without its parentheses, or of another dialect, and no column.
fn is_bare_word(ctx: &mut SqlContext<'_>, reference: &Reference) -> bool {
    let unsure = match reference.target {
        Target::Absent(None) => false,
        Target::Open(_) | Target::Unknown => true,
        _ => return false,
    };
    if reference.qualifier.is_some() || ctx.meaning().doubtful || ctx.text(reference.range) != reference.name {
        return false;
    }
    let function = ["GETDATE", "GETUTCDATE", "NEWID"].iter().find(|name| reference.name.eq_ignore_ascii_case(name));
    let Some(function) = function else { return foreign_word(ctx, reference, unsure) };
    let edit = TextEdit::insert(reference.range.end(), "()");
    let report = ctx
        .report::<UnknownColumn>(reference.range, format!("`{function}` is a function, and has parentheses"))
        .unsafe_fix(format!("write `{function}()`"), [edit]);
    if unsure {
        report.severity(Severity::Warning);
    }
    true
}

/// Whether a name is the part of a date that a function was given behind the date: that it stands too late is said.
fn is_late_part(ctx: &SqlContext<'_>, reference: &Reference) -> bool {
    if reference.qualifier.is_some() || date_part(&reference.name).is_none() {
        return false;
    }
    let token = ctx.token_at(reference.range.start());
    let call = token.iter().flat_map(|token| token.parent_ancestors()).take(5).find_map(sql::CallExpr::cast);
    let call = call.and_then(|call| ctx.meaning().call_at(call.range()));
    call.and_then(|call| late_part(ctx, call)).is_some_and(|part| part.range == reference.range)
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

/// The sources of SELECTs around others, by what they are called: a query of APPLY can name one before that is joined.
#[derive(Default)]
struct Later<'m> {
    sources: FxHashMap<SelectId, FxHashMap<&'m str, &'m Source>>,
}

impl<'m> Later<'m> {
    fn applied(&mut self, ctx: &SqlContext<'_>, meaning: &'m SqlMeaning, reference: &Reference) -> Option<&'m Source> {
        let qualifier = reference.qualifier.filter(|_| reference.target == Target::NoSource && !meaning.doubtful)?;
        let id = meaning.select(reference.select?)?.outer?;
        let select = meaning.select(id)?;
        let known = self.sources.entry(id).or_insert_with(|| {
            // The first of a name is meant.
            let sources = select.sources.iter().rev().filter_map(|id| meaning.source(*id));
            sources.filter_map(|source| Some((source.key.as_deref()?, source))).collect()
        });
        let name = ctx.text(qualifier).trim_matches(['[', ']', '"']).to_lowercase();
        known.get(name.as_str()).copied()
    }
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
    if let Some(text) = quoted_text(ctx, reference) {
        let edit = TextEdit::replace(reference.range, text.clone());
        ctx.report::<UnknownColumn>(reference.range, message)
            .help("what stands between double quotes is a name; texts stand in `'…'`")
            .unsafe_fix(format!("write `{text}`"), [edit]);
        return;
    }
    if let Some(qualified) = without_dot(reference, sources.clone()) {
        let edit = TextEdit::replace(reference.range, qualified.clone());
        ctx.report::<UnknownColumn>(reference.range, message)
            .help(format!("did you mean `{qualified}`?"))
            .unsafe_fix(format!("write `{qualified}`"), [edit]);
        return;
    }
    let has = |source: &&Source, name: &str| source.columns.place(&name.to_lowercase()).is_some();
    let near = near(reference, sources.clone());
    // A name that several sources have would be ambiguous.
    let near = near.filter(|near| sources.filter(|source| has(source, near)).nth(1).is_none());
    suggest(ctx, reference, message, near);
}

/// The text that was meant where one stands between double quotes.
fn quoted_text(ctx: &SqlContext<'_>, reference: &Reference) -> Option<String> {
    let is_value = matches!(reference.clause, Clause::Where | Clause::On | Clause::Having | Clause::List);
    let name = ctx.text(reference.range).strip_prefix('"')?.strip_suffix('"')?;
    (is_value && reference.qualifier.is_none()).then(|| format!("'{}'", name.replace("\"\"", "\"").replace('\'', "''")))
}

/// `oTotal` where `o` has a column `Total`: the column with its dot, if only one can be meant.
fn without_dot<'m>(reference: &Reference, sources: impl Iterator<Item = &'m Source>) -> Option<String> {
    let key = reference.name.to_lowercase();
    let mut found = sources.filter_map(|source| {
        let place = source.columns.place(key.strip_prefix(source.key.as_deref()?)?)?;
        let column = source.columns.list().get(usize::try_from(place).ok()?)?;
        Some(format!("{}.{}", quoted_name(source.name.as_deref()?), quoted_name(&column.name)))
    });
    found.next().filter(|_| reference.qualifier.is_none() && found.next().is_none())
}

/// `c.Email.Total` where `c` has a column `Email`: nothing can be called so.
fn of_column(ctx: &mut SqlContext<'_>, meaning: &SqlMeaning, reference: &Reference) {
    let Some(qualifier) = reference.qualifier.filter(|_| !meaning.doubtful) else { return };
    let token = ctx.token_of_byte(reference.range.start());
    let name = token.and_then(|token| token.parent()).and_then(sql::Name::cast);
    let Some(parts) = name.map(|name| name.parts()) else { return };
    let [Some(first), Some(second), Some(last)] = parts.as_slice() else { return };
    if [first, second, last].iter().any(|part| part.has_placeholder() || part.text().starts_with(['@', '$'])) {
        return;
    }
    let id = |id: &SelectId| meaning.select(*id).and_then(|select| select.outer);
    let selects = std::iter::successors(reference.select, id).filter_map(|id| meaning.select(id));
    let mut sources = selects.flat_map(|select| &select.sources).filter_map(|id| meaning.source(*id));
    let key = first.key();
    let Some(source) = sources.find(|source| source.key.as_ref() == Some(&key)) else { return };
    let place = source.columns.place(&second.key()).and_then(|place| usize::try_from(place).ok());
    // What has a type of its own can have parts.
    let is_plain = |column: &SourceColumn| column.ty != SqlType::Unknown;
    if place.and_then(|place| source.columns.list().get(place)).is_some_and(is_plain) {
        let range = first.syntax().text_range().cover(qualifier);
        let message = format!("nothing in FROM is called `{}`", ctx.text(range));
        ctx.report::<UnknownColumn>(range, message).help(format!(
            "`{}` is a column of `{}`: a comma may be missing behind it",
            second.value(),
            first.value()
        ));
    }
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
        let edit = TextEdit::replace(reference.range, quoted_name(near));
        report.help(format!("did you mean `{near}`?")).unsafe_fix(format!("write `{near}`"), [edit]);
    }
}

/// So many other places are named with a finding.
const MAX_RELATED: usize = 16;

/// Nothing in reach is called what these columns are qualified with: it is said once.
fn without_source(ctx: &mut SqlContext<'_>, meaning: &SqlMeaning, references: &[&Reference]) {
    let Some(reference) = references.first() else { return };
    let Some(range) = reference.qualifier else { return };
    let others = references.iter().skip(1).filter_map(|reference| reference.qualifier);
    let name = ctx.text(range);
    let bare = name.trim_matches(['[', ']', '"']);
    let sources = reference.select.and_then(|select| meaning.select(select)).map(|select| select.sources.as_slice());
    let sources = sources.unwrap_or_default().iter().filter_map(|source| meaning.source(*source));
    // The alias of a table hides the table's own name.
    let mut hidden = sources.filter(|source| {
        source.aliased && matches!(&source.kind, SourceKind::Table(table) if table.name.eq_ignore_ascii_case(bare))
    });
    let alias = hidden.next().filter(|_| hidden.next().is_none()).and_then(|source| source.name.clone());
    let mut report = ctx.report::<UnknownColumn>(range, format!("nothing in FROM is called `{bare}`"));
    for other in others.clone().take(MAX_RELATED) {
        report = report.related(other, "nor here");
    }
    if let Some(alias) = alias {
        let edits = std::iter::once(range).chain(others).map(|range| TextEdit::replace(range, quoted_name(&alias)));
        let edits: Vec<TextEdit> = edits.collect();
        report.help(format!("its alias is `{alias}`")).unsafe_fix(format!("write `{alias}`"), edits);
    }
}

#[cfg(test)]
mod tests {
    use sfmc_db::QueryInfo;
    use sfmc_diagnostics::Severity;

    use crate::tests::{check, every_sql_finding, fixed, silent, silent_known, target::target, unfixed};

    #[test]
    fn parts_of_dates_that_stand_too_late() {
        silent("sql/unknown-column", "SELECT DATEADD(d.a, day, 1) AS b FROM (SELECT a FROM t) d");
        check(
            "sql/unknown-column",
            "
SELECT LEFT(day, 1) AS b, day AS c FROM (SELECT a FROM t) d
//          ^^^ error: no table in reach has a column `day`
//                        ^^^ no table in reach has a column `day`
SELECT DATEADD(day, 1, Week) AS b FROM (SELECT a FROM t) d
//                     ^^^^ no table in reach has a column `Week`
",
        );
    }

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
    fn once_for_a_select_without_from() {
        check(
            "sql/unknown-column",
            "
SELECT CustomerId AS x, c.Email, Total Customers
//     ^^^^^^^^^^ error: without FROM there are no columns
SELECT c.CustomerId AS x UNION SELECT d.Id WHERE 1 = 1
//     ^^^^^^^^^^^^ without FROM there are no columns
//                                    ^^^^ without FROM there are no columns
",
        );
        fixed("sql/unknown-column", "SELECT \"it's\" AS a", "SELECT 'it''s' AS a");
    }

    #[test]
    fn functions_without_parentheses() {
        check(
            "sql/unknown-column",
            "
SELECT GETDATE AS x, a FROM (SELECT a FROM t) d
//     ^^^^^^^ error: `GETDATE` is a function
SELECT a FROM t WHERE b > GetDate
//                        ^^^^^^^ warning: `GETDATE` is a function
",
        );
        fixed("sql/unknown-column", "SELECT GETDATE AS x", "SELECT GETDATE() AS x");
    }

    #[test]
    fn in_apply() {
        check(
            "sql/unknown-column",
            "
SELECT t.a FROM t CROSS APPLY (SELECT u.b AS c) x JOIN u ON u.b = t.b
//                                    ^ `u` is joined further below: a source of FROM knows
",
        );
    }

    #[test]
    fn silent_where_nobody_knows() {
        for text in [
            "SELECT d.Wrong, Other FROM (SELECT Id, t.* FROM t) d",
            "SELECT Any, t.Any FROM t",
            "SELECT\n c.CustomerId,\n c.Email,\n o.Status,",
            "SELECT c.Id, o.Id",
            "SELECT c.Id AS a, o.Id\n",
            "SELECT {{{columns}}}, Id",
            "SELECT Id {{{from}}}",
            "SELECT 1 AS a, 'b' AS c, GETDATE() AS d, CURRENT_TIMESTAMP AS e ORDER BY a",
            "SELECT (SELECT d.Id) AS a FROM (SELECT Id FROM t) d",
            "SELECT DATEPART(day, GETDATE()) AS a, @b AS c",
            "SELECT t.a FROM t CROSS APPLY (SELECT t.b AS c) x JOIN u ON u.b = x.c",
            "SELECT t.a FROM t CROSS APPLY (SELECT u.b AS c FROM u) x JOIN u ON u.b = x.c",
            "SELECT (SELECT MAX(v.a) FROM v WHERE v.b = t.b) AS c FROM t",
            "SELECT t.a FROM t WHERE t.GETDATE > 1 OR [GETDATE] = 2 OR t.b > GETDATE()",
            "SELECT d.True FROM (SELECT 1 AS True) d WHERE True = 1",
            "SELECT c.Id, o.Id FROM t c JOIN",
            "SELECT c.Id.Name FROM t c",
            "SELECT d.Id FROM (SELECT Id FROM t) d WHERE d.Id.value('x') = 1",
            "SELECT d.{{{c}}} FROM (SELECT Id FROM t) d",
            "SELECT Id FROM t UNION SELECT Id FROM u ORDER BY ${key}",
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
        fixed(
            "sql/unknown-column",
            "SELECT oId FROM (SELECT Id FROM t) o JOIN (SELECT Id FROM u) d ON d.Id = o.Id",
            "SELECT o.Id FROM (SELECT Id FROM t) o JOIN (SELECT Id FROM u) d ON d.Id = o.Id",
        );
        fixed(
            "sql/unknown-column",
            "SELECT d.Id FROM (SELECT Id, Name FROM t) d WHERE Name = \"it's\"",
            "SELECT d.Id FROM (SELECT Id, Name FROM t) d WHERE Name = 'it''s'",
        );
    }

    #[test]
    fn no_name_that_is_ambiguous() {
        unfixed("sql/unknown-column", "SELECT Nmae FROM (SELECT Name FROM t) o JOIN (SELECT Name FROM u) d ON 1 = 1");
    }

    #[test]
    fn a_column_has_no_columns() {
        check(
            "sql/unknown-column",
            "
SELECT c.EventDate.JobID FROM _Sent c
//     ^^^^^^^^^^^ error: nothing in FROM is called `c.EventDate`
",
        );
    }

    /// A name that FROM lacks is one mistake, however often it stands.
    #[test]
    fn a_table_that_is_missing_is_said_once() {
        check(
            "sql/unknown-column",
            "
SELECT c.a, c.b, C.d FROM Orders WHERE c.e = 1
//     ^ error: nothing in FROM is called `c`
SELECT o.a FROM Orders o WHERE o.b IN (SELECT c.d FROM Lines l WHERE c.e = o.f)
//                                            ^ nothing in FROM is called `c`
",
        );
        let found = every_sql_finding("SELECT c.a, c.b, c.d FROM Orders", &QueryInfo::default());
        let found: Vec<_> = found.iter().filter(|found| found.rule.id == "sql/unknown-column").collect();
        assert!(matches!(found.as_slice(), [one] if one.related.len() == 2), "{found:#?}");
        fixed(
            "sql/unknown-column",
            "SELECT Orders.a, Orders.b FROM Orders o WHERE Orders.c = 1",
            "SELECT o.a, o.b FROM Orders o WHERE o.c = 1",
        );
    }

    /// What follows a name without its bracket was read as a part of it.
    #[test]
    fn an_open_bracket_is_one_finding() {
        let found = every_sql_finding("SELECT w.City AS OrderId FROM [Orders w WHERE w.City = 'x'", &target());
        let found = found.iter().filter(|found| found.severity == Severity::Error);
        let found: Vec<_> = found.map(|found| found.rule.id).filter(|id| !id.starts_with("sql/target")).collect();
        assert_eq!(found, ["sql/unbalanced"]);
    }

    /// What pages write into queries is no column and no function.
    #[test]
    fn silent_on_personalization() {
        for text in [
            "SELECT OrderId FROM Orders WHERE EmailAddress = %%emailaddr%%",
            "SELECT OrderId FROM Orders WHERE EmailAddress = %%=v(@x)=%%",
        ] {
            silent_known("sql/unknown-column", &target(), text);
            silent_known("sql/unknown-function", &target(), text);
        }
    }
}
