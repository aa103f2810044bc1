use sfmc_semantic::sql::{Call, CallKind, Clause};
use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Aggregates and window functions stand where there are groups for them.
    ///
    /// ## Why
    /// WHERE and ON look at single rows, before there are groups: there is nothing to count yet. A query that counts returns a row for each
    /// group, in which a column has a value only if it is grouped by. An aggregate of an aggregate, and a window in WHERE, GROUP BY or
    /// HAVING, the server refuses too. Source: sql.md, sections 3 (sql/aggregate) and 6 (logical order).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT EmailAddress FROM Orders WHERE COUNT(*) > 1
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT EmailAddress, COUNT(*) AS Orders FROM Orders GROUP BY EmailAddress HAVING COUNT(*) > 1
    /// ```
    pub Aggregate {
        id: "sql/aggregate",
        aliases: ["sql/group-by-missing", "MCE043"],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for Aggregate {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        let range = statement.range();
        for call in meaning.calls_in(range) {
            match call.kind {
                CallKind::Scalar => grouping(ctx, call),
                CallKind::Aggregate => aggregate(ctx, call),
                CallKind::Window => window(ctx, call),
            }
        }
        for select in meaning.selects.iter().filter(|select| range.contains_range(select.range)) {
            for column in &select.grouping.ungrouped {
                let message = format!("`{}` is neither grouped by nor in an aggregate", ctx.text(column.range).trim());
                let report = ctx.report::<Self>(column.range, message);
                match select.grouping.group_by {
                    Some(_) => report.help("add it to GROUP BY, or fold it: `MAX(x)`"),
                    None => report.help("an aggregate makes one row of all: add GROUP BY, or OVER () to the aggregate"),
                };
            }
        }
    }
}

fn place(clause: Clause) -> Option<&'static str> {
    match clause {
        Clause::On => Some("ON"),
        Clause::Where => Some("WHERE"),
        Clause::GroupBy => Some("GROUP BY"),
        Clause::Having => Some("HAVING"),
        Clause::List | Clause::Top | Clause::From | Clause::Window | Clause::OrderBy => None,
    }
}

/// GROUPING says of which groups a row is: without any there is nothing to say.
fn grouping(ctx: &mut SqlContext<'_>, call: &Call) {
    let name = call.name.to_ascii_uppercase();
    let is_call = matches!(name.as_str(), "GROUPING" | "GROUPING_ID") && call.parens && !call.qualified;
    let Some(select) = call.select.filter(|_| is_call).and_then(|id| ctx.meaning().select(id)) else { return };
    let placed = matches!(call.clause, Clause::List | Clause::Having | Clause::OrderBy);
    // In an inner query it can be about the groups of an outer one.
    if placed && select.grouping.group_by.is_none() && select.outer.is_none() {
        ctx.report::<Aggregate>(call.range, format!("`{name}` needs GROUP BY"))
            .help("it tells the rows apart that ROLLUP, CUBE and GROUPING SETS add");
    }
}

fn aggregate(ctx: &mut SqlContext<'_>, call: &Call) {
    let name = &call.name;
    if call.inside == Some(CallKind::Aggregate) {
        ctx.report::<Aggregate>(call.range, format!("`{name}` stands in another aggregate"))
            .help("fold once in a derived table, and once around it");
        return;
    }
    // An inner query may fold the rows of an outer one, where that has groups.
    if call.folds.is_none() || call.folds != call.select || call.clause == Clause::Having {
        return;
    }
    let Some(place) = place(call.clause) else { return };
    let report = ctx.report::<Aggregate>(call.range, format!("`{name}` cannot stand in {place}"));
    if call.clause == Clause::Where {
        report.help("what groups must fulfil stands in HAVING");
    }
}

fn window(ctx: &mut SqlContext<'_>, call: &Call) {
    let name = &call.name;
    if let Some(kind) = call.inside.filter(|kind| *kind != CallKind::Scalar) {
        let around = if kind == CallKind::Window { "another window function" } else { "an aggregate" };
        ctx.report::<Aggregate>(call.range, format!("`{name}` stands in {around}"))
            .help("compute it in a derived table");
        return;
    }
    if let Some(place) = place(call.clause) {
        ctx.report::<Aggregate>(call.range, format!("a window function cannot stand in {place}"))
            .help("compute it in a derived table, and ask for it around that");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn where_there_are_no_groups() {
        check(
            "sql/aggregate",
            "
SELECT a FROM t WHERE COUNT(*) > 1
//                    ^^^^^^^^ error: `COUNT` cannot stand in WHERE
SELECT t.a FROM t JOIN u ON t.a = MAX(u.b)
//                                ^^^^^^^^ `MAX` cannot stand in ON
SELECT a FROM t WHERE ROW_NUMBER() OVER (ORDER BY a) = 1
//                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a window function cannot stand in WHERE
SELECT SUM(MAX(a)) AS x, SUM(ROW_NUMBER() OVER (ORDER BY a)) AS y FROM t
//         ^^^^^^ `MAX` stands in another aggregate
//                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `ROW_NUMBER` stands in an aggregate
SELECT a FROM t GROUP BY a, COUNT(*)
//                          ^^^^^^^^ `COUNT` cannot stand in GROUP BY
SELECT grouping(a) AS b, GROUPING_ID(a, c) AS d FROM t
//     ^^^^^^^^^^^ `GROUPING` needs GROUP BY
//                       ^^^^^^^^^^^^^^^^^ `GROUPING_ID` needs GROUP BY
",
        );
    }

    #[test]
    fn what_differs_in_a_group() {
        check(
            "sql/aggregate",
            "
SELECT a, t.b, COUNT(*) AS n FROM t GROUP BY a ORDER BY c
//        ^^^ error: `t.b` is neither grouped by nor in an aggregate
//                                                      ^ `c` is neither grouped by nor in an aggregate
SELECT a, MAX(b) AS m FROM t
//     ^ `a` is neither grouped by nor in an aggregate
SELECT 1 AS x FROM (SELECT a FROM t GROUP BY LEFT(a, 2)) d
//                         ^ `a` is neither grouped by nor in an aggregate
",
        );
    }

    #[test]
    fn silent_on_groups() {
        for text in [
            "SELECT LEFT(a, 2) AS p, COUNT(*) AS n FROM t GROUP BY left( t.A, 2) HAVING COUNT(*) > 1 ORDER BY n, MAX(b)",
            "SELECT a, SUM(COUNT(*)) OVER (ORDER BY a) AS n FROM t GROUP BY a",
            "SELECT a, COUNT(*) OVER (PARTITION BY b) AS n FROM t",
            "SELECT a FROM t WHERE b = (SELECT MAX(c) FROM u)",
            "SELECT a FROM t GROUP BY a HAVING EXISTS (SELECT 1 FROM u WHERE u.b = MAX(t.b))",
            "SELECT a, b FROM t GROUP BY ROLLUP (a, b)",
            "SELECT a, GROUPING(a) AS b, GROUPING_ID(a) AS c FROM t GROUP BY ROLLUP (a) ORDER BY GROUPING(a)",
            "SELECT p.[x] FROM t PIVOT (SUM(a) FOR b IN ([x], [y])) AS p",
            "SELECT a, COUNT(*) AS n FROM t GROUP BY 1",
            "SELECT {{{a}}}, COUNT(*) AS n FROM t",
            "SELECT GETDATE() AS d, 'x' AS y, MAX(a) AS m FROM t",
            "SELECT a, MAX( FROM t",
        ] {
            silent("sql/aggregate", text);
        }
    }
}
