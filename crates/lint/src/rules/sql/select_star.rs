use sfmc_syntax::ast::{AstNode, sql};

use super::star_with_join::has_join;
use crate::sql::{CheckSql, SqlContext, outermost_query};

declare_rule! {
    /// A query names its columns.
    ///
    /// ## Why
    /// What `*` stands for is settled when the query is saved: a field that the data extension gets later is not read, and one that it
    /// loses breaks the query. All fields are read, needed or not.
    /// Source: sql.md, section 4 (`SELECT *`); rules.md, 2.5 (sql/select-star).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT * FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId, SubscriberKey, Total FROM Orders
    /// ```
    pub SelectStar {
        id: "sql/select-star",
        aliases: ["MCE008", "MCE009"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Select> for SelectStar {
    fn check(ctx: &mut SqlContext<'_>, select: &sql::Select) {
        // With a join it is an error, and of a query in parentheses that lists its columns they are known.
        let has_star = select.items().any(|item| item.is_star());
        if !has_star || has_join(select) || outermost_query(select).is_none() || is_listed(select) {
            return;
        }
        for item in select.items().filter(sql::SelectItem::is_star) {
            let message =
                format!("`{}` stands for the columns of the day on which the query is saved", ctx.text(item.range()));
            ctx.report::<Self>(item.range(), message);
        }
    }
}

/// Whether a SELECT reads a query that names its columns: one in parentheses, or one of WITH.
fn is_listed(select: &sql::Select) -> bool {
    let sources = select.sources();
    let [source] = sources.as_slice() else { return false };
    let subquery = source.subquery().or_else(|| match source {
        sql::TableSource::NamedTable(table) => of_with(select, &table.name()?),
        _ => None,
    });
    let naming = subquery.and_then(|subquery| subquery.query()?.naming_select());
    naming.is_some_and(|naming| naming.select_list().is_some() && !naming.items().any(|item| item.is_star()))
}

/// So many queries of WITH are looked through for a name, so that many stars over many of them take not long.
const MAX_CTES: usize = 64;

/// The query that WITH gives a name to.
fn of_with(select: &sql::Select, name: &sql::Name) -> Option<sql::Subquery> {
    let parts = name.parts();
    let [Some(name)] = parts.as_slice() else { return None };
    let queries = select.syntax().ancestors().filter_map(sql::Query::cast);
    let mut ctes = queries.filter_map(|query| query.with_clause()).flat_map(|with| with.ctes()).take(MAX_CTES);
    ctes.find(|cte| cte.name().and_then(|name| name.last()).is_some_and(|own| own.key() == name.key()))?.subquery()
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_star() {
        check(
            "sql/select-star",
            "
SELECT o.*, 1 AS a FROM t o UNION ALL SELECT * FROM (SELECT * FROM u) v
//     ^^^ warning: `o.*` stands for the columns of the day
//                                           ^ `*` stands for the columns
",
        );
    }

    #[test]
    fn on_the_star_of_what_with_names() {
        check(
            "sql/select-star",
            "
WITH x AS (SELECT * FROM t) SELECT * FROM x
//                                 ^ warning: `*` stands for the columns
",
        );
    }

    #[test]
    fn silent_inside_and_on_what_is_listed() {
        for text in [
            "SELECT COUNT(*) AS a FROM t",
            "SELECT a FROM (SELECT * FROM t) u WHERE EXISTS (SELECT * FROM v)",
            "SELECT * FROM (SELECT a, b FROM t) u",
            "WITH x AS (SELECT a, b FROM t) SELECT * FROM X",
            "SELECT * FROM t JOIN u ON t.a = u.a",
            "SELECT a * 2 AS b FROM t",
        ] {
            silent("sql/select-star", text);
        }
    }
}
