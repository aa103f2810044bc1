use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_semantic::sql::{OutputColumn, Query, QueryRole};
use sfmc_sql::quoted_name;
use sfmc_syntax::{
    SmolStr, TextEdit, TextRange,
    ast::{AstNode, sql},
};

use super::output_name::wrong_field_name;
use crate::sql::{CheckSql, SqlContext, target::Target};

declare_rule! {
    /// No two columns that a query returns have one name.
    ///
    /// ## Why
    /// The server takes the whole query as a table, whose columns need names of their own; the same holds for every derived table. Case
    /// does not count. Source: sql.md, sections 1 and 3 (sql/duplicate-output).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.Id, c.Id FROM Orders AS o INNER JOIN Customers AS c ON o.CustomerId = c.Id
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.Id, c.Id AS CustomerId FROM Orders AS o INNER JOIN Customers AS c ON o.CustomerId = c.Id
    /// ```
    pub DuplicateOutput {
        id: "sql/duplicate-output",
        aliases: ["sql/duplicate-or-missing-alias", "MCE011"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Query> for DuplicateOutput {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::Query) {
        let meaning = ctx.meaning();
        let Some(query) = meaning.query_at(node.range()).and_then(|id| meaning.query(id)) else { return };
        if !is_table(query) || is_renamed(node) || meaning.doubtful {
            return;
        }
        // Of a query that returns more than is known, no name is surely free; a target has the fields that it has.
        let names = !query.open && Target::of(ctx, node).is_none();
        let mut taken: Option<FxHashSet<String>> = None;
        let mut first: FxHashMap<SmolStr, &OutputColumn> = FxHashMap::default();
        let mut last: Option<TextRange> = None;
        for column in &query.columns {
            let Some(name) = &column.name else { continue };
            let before = match first.entry(name.to_lowercase().into()) {
                Entry::Occupied(before) => *before.get(),
                Entry::Vacant(free) => {
                    free.insert(column);
                    continue;
                }
            };
            // Of the columns that stars bring into a result, another rule speaks; a star is reported once.
            let both = column.star && before.star;
            let range =
                if column.star && !before.star { before.range } else { column.name_range.unwrap_or(column.range) };
            if (both && query.role == QueryRole::Statement) || last == Some(range) {
                continue;
            }
            last = Some(range);
            let renamed = if column.star { before } else { column };
            let fix = Some(renamed).filter(|column| names && !column.star).and_then(|column| {
                let known = || query.columns.iter().filter_map(|column| column.name.as_deref()).map(str::to_lowercase);
                rename(ctx, column, taken.get_or_insert_with(|| known().collect()))
            });
            let mut report = ctx.report::<Self>(range, format!("another column is called `{name}`"));
            if !both && before.range != range {
                report = report.related(before.name_range.unwrap_or(before.range), "the other one");
            }
            if let Some((name, edit)) = fix {
                report.unsafe_fix(format!("call it `{name}`"), [edit]);
            }
        }
    }
}

/// What gives a column a name that no other has: that of its table before its own, or its own with a number.
fn rename(ctx: &SqlContext<'_>, column: &OutputColumn, taken: &mut FxHashSet<String>) -> Option<(String, TextEdit)> {
    let name = column.name.as_deref()?;
    let range = column.name_range?;
    if ctx.is_broken(column.range) || (!column.given && range.end() != column.range.end()) {
        return None;
    }
    let source = column.origin.and_then(|origin| ctx.meaning().source(origin.source)?.name.as_deref());
    let source = source.or_else(|| {
        let reference = ctx.meaning().reference_at(range.start()).filter(|reference| reference.range == range)?;
        ctx.meaning().source(reference.source()?)?.name.as_deref()
    });
    // Names of columns begin with no underscore, as those of data views do.
    let source = source.map(|source| format!("{}_{name}", source.trim_start_matches('_')));
    let numbered = (2..MAX_NUMBER).map(|number| format!("{name}{number}"));
    let mut free = source.into_iter().chain(numbered).filter(|name| wrong_field_name(name).is_none());
    let new = free.find(|name| taken.insert(name.to_lowercase()))?;
    let text = quoted_name(&new);
    let edit = match column.given {
        true => TextEdit::replace(range, text),
        false => TextEdit::insert(column.range.end(), format!(" AS {text}")),
    };
    Some((new, edit))
}

/// So many numbers are tried.
const MAX_NUMBER: usize = 100;

/// Whether the server makes a table of what a query returns.
fn is_table(query: &Query) -> bool {
    matches!(query.role, QueryRole::Statement | QueryRole::Derived | QueryRole::Cte) && !query.serialized
}

/// Whether a list behind an alias gives the columns other names.
fn is_renamed(query: &sql::Query) -> bool {
    let Some(parent) = query.syntax().parent().and_then(|subquery| subquery.parent()) else { return false };
    let alias = sql::DerivedTable::cast(parent.clone()).and_then(|table| table.alias());
    let list = alias.and_then(|alias| alias.column_list());
    list.is_some() || sql::Cte::cast(parent).is_some_and(|cte| cte.column_list().is_some())
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    const RULE: &str = "sql/duplicate-output";

    #[test]
    fn a_free_name() {
        for (before, after) in [
            (
                "SELECT o.Id, c.Id FROM Orders o JOIN [My Customers] c ON o.Id = c.Id",
                "SELECT o.Id, c.Id AS c_Id FROM Orders o JOIN [My Customers] c ON o.Id = c.Id",
            ),
            (
                "SELECT s.JobID, _Open.JobID, 1 AS open_jobid FROM _Sent s JOIN _Open ON s.JobID = _Open.JobID",
                "SELECT s.JobID, _Open.JobID AS JobID2, 1 AS open_jobid FROM _Sent s JOIN _Open ON s.JobID = _Open.JobID",
            ),
            ("SELECT x.* FROM (SELECT 1 AS a, 2 AS [A]) x", "SELECT x.* FROM (SELECT 1 AS a, 2 AS A2) x"),
            (
                "SELECT t.* FROM (SELECT d.*, k FROM (SELECT Id AS k FROM t) d) t",
                "SELECT t.* FROM (SELECT d.*, k AS d_k FROM (SELECT Id AS k FROM t) d) t",
            ),
            (
                "SELECT t.* FROM (SELECT k, d.* FROM (SELECT Id AS k FROM t) d) t",
                "SELECT t.* FROM (SELECT k AS d_k, d.* FROM (SELECT Id AS k FROM t) d) t",
            ),
        ] {
            fixed(RULE, before, after);
        }
    }

    #[test]
    fn no_fix_where_no_name_is_surely_free() {
        unfixed(RULE, "SELECT a, b AS A, t.* FROM t");
        unfixed(RULE, "SELECT 1 AS x FROM (SELECT * FROM (SELECT 1 AS a) b, (SELECT 2 AS a) c) d");
    }

    #[test]
    fn on_the_later_name() {
        check(
            "sql/duplicate-output",
            "
SELECT a, b AS A, t.a FROM t
//             ^ error: another column is called `A`
//                  ^ another column is called `a`
SELECT x.* FROM (SELECT Id, [id] FROM t) x
//                          ^^^^ another column is called `id`
SELECT d.*, k FROM (SELECT Id AS k FROM t) d
//          ^ another column is called `k`
SELECT 1 AS x FROM (SELECT * FROM (SELECT 1 AS a) b, (SELECT 2 AS a) c) d
//                         ^ another column is called `a`
SELECT a, a FROM t UNION SELECT b, c FROM u
//        ^ another column is called `a`
",
        );
    }

    #[test]
    fn silent_where_names_do_not_matter() {
        for text in [
            "SELECT a, b AS a1 FROM t",
            "SELECT a AS x, b AS y FROM t UNION SELECT c, c FROM u",
            "SELECT 1 AS x WHERE EXISTS (SELECT a, a FROM t)",
            "SELECT 1 AS x FROM (SELECT a, a FROM t) d (b, c)",
            "SELECT t.*, u.* FROM t JOIN u ON t.Id = u.Id",
            "SELECT {{{a}}}, {{{a}}} FROM t",
            "SELECT (SELECT a, a FROM t FOR XML PATH('')) AS x",
        ] {
            silent("sql/duplicate-output", text);
        }
    }
}
