use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use sfmc_semantic::sql::{OutputColumn, Query, QueryRole};
use sfmc_syntax::{
    SmolStr, TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

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
        fix: None,
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
            let report = ctx.report::<Self>(range, format!("another column is called `{name}`"));
            if !both && before.range != range {
                report.related(before.name_range.unwrap_or(before.range), "the other one");
            }
        }
    }
}

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
    use crate::tests::{check, silent};

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
