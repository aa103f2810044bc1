use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A list of names has as many as there are columns, and rows of VALUES have as many values.
    ///
    /// ## Why
    /// The names behind the alias of a query in FROM are given to its columns in order, and the server refuses a list that is too short or
    /// too long (messages 8158 and 8159). The rows of VALUES are the rows of one table (message 10709).
    /// Nothing is said of `*`, where its columns are not known. Source: sql.md, section 7 (grammar), and T-SQL's reference (FROM; table value
    /// constructor).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.Id FROM (SELECT OrderId, Total FROM Orders) o (Id)
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.Id FROM (SELECT OrderId, Total FROM Orders) o (Id, Total)
    /// ```
    pub ColumnList {
        id: "sql/column-list",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::DerivedTable> for ColumnList {
    fn check(ctx: &mut SqlContext<'_>, table: &sql::DerivedTable) {
        let Some(list) = table.alias().and_then(|alias| alias.column_list()) else {
            values_without_names(ctx, table);
            return;
        };
        let meaning = ctx.meaning();
        let query = table.subquery().and_then(|subquery| subquery.query());
        let query = query.and_then(|query| meaning.query_at(query.range())).and_then(|id| meaning.query(id));
        let Some(query) = query.filter(|query| !query.open && !query.serialized) else { return };
        let (names, columns) = (list.names().count(), query.columns.len());
        if meaning.doubtful || names == columns || columns == 0 || unsure(ctx, &list) || ctx.is_broken(query.range) {
            return;
        }
        let range = list.range();
        let message = format!("{} here, and the query returns {}", counted(names, "name"), counted(columns, "column"));
        ctx.report::<Self>(range, message);
    }
}

/// `(VALUES (1, 2)) v`: nobody else gives its columns names.
fn values_without_names(ctx: &mut SqlContext<'_>, table: &sql::DerivedTable) {
    let query = table.subquery().and_then(|subquery| subquery.query()).and_then(|query| query.query_body());
    let (Some(sql::QueryBody::Values(values)), Some(alias)) = (query, table.alias()) else { return };
    let Some(columns) = values.rows().next().map(|row| row.items().count()).filter(|count| *count > 0) else { return };
    if ctx.meaning().doubtful || unsure(ctx, table) {
        return;
    }
    let names: Vec<String> = (1..=columns.min(3)).map(|n| format!("Column{n}")).collect();
    let more = if columns > names.len() { ", …" } else { "" };
    let name = ctx.text(alias.range());
    ctx.report::<ColumnList>(alias.range(), "the columns of VALUES have no names")
        .help(format!("name them behind the alias: `{name} ({}{more})`", names.join(", ")));
}

impl CheckSql<sql::Values> for ColumnList {
    fn check(ctx: &mut SqlContext<'_>, values: &sql::Values) {
        let mut rows = values.rows();
        let Some(first) = rows.next() else { return };
        let expected = first.items().count();
        if ctx.meaning().doubtful || unsure(ctx, &first) {
            return;
        }
        for row in rows {
            let count = row.items().count();
            if count == expected || unsure(ctx, &row) {
                continue;
            }
            ctx.report::<Self>(row.range(), format!("{} here, {expected} in the first row", counted(count, "value")))
                .related(first.range(), format!("{expected} here"));
        }
    }
}

/// Whether a list is not known to the last item: one is missing, or a placeholder stands for some.
fn unsure(ctx: &SqlContext<'_>, node: &impl AstNode) -> bool {
    ctx.is_broken(node.range()) || ctx.has_placeholder(node.range())
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("{count} {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_lists_and_rows() {
        check(
            "sql/column-list",
            "
SELECT 1 AS x FROM (SELECT a, b FROM t) d (a) JOIN (SELECT c FROM u) AS e (f, g) ON 1 = 1
//                                        ^^^ error: 1 name here, and the query returns 2 columns
//                                                                        ^^^^^^ 2 names here, and the query returns 1 column
SELECT v.a FROM (VALUES (1, 2), (3), (4, 5, 6)) v (a, b)
//                              ^^^ 1 value here, 2 in the first row
//                                   ^^^^^^^^^ 3 values here, 2 in the first row
SELECT 1 AS x FROM (VALUES (1, 2)) v
//                                 ^ the columns of VALUES have no names
SELECT v.a FROM (VALUES (1, 2), (3, 4)) v (a)
//                                        ^^^ 1 name here, and the query returns 2 columns
",
        );
    }

    #[test]
    fn silent_where_they_fit_or_nobody_knows() {
        for text in [
            "SELECT d.x FROM (SELECT a, b FROM t) d (x, y) JOIN (VALUES (1), (2)) v (a) ON 1 = 1",
            "SELECT d.x FROM (SELECT * FROM t) d (x) JOIN (SELECT t.* FROM t) e (x, y) ON 1 = 1",
            "SELECT d.x FROM (SELECT * FROM (SELECT a FROM t) f) d (x)",
            "SELECT d.x FROM (SELECT a, b FROM t FOR XML PATH('')) d (x)",
            "SELECT d.x FROM (SELECT {{{columns}}} FROM t) d (x) JOIN (SELECT a FROM t) e ({{{x}}}, y) ON 1 = 1",
            "SELECT v.a FROM (VALUES (1, 2), ({{{row}}})) v (a, b)",
            "SELECT v.a FROM (VALUES (1, 2), (3, )) v (a, b)",
            "SELECT d.a FROM (SELECT a, b FROM t) d",
        ] {
            silent("sql/column-list", text);
        }
    }
}
