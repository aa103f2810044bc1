use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_semantic::sql::{Call, CallKind, Clause, ColumnId, Select, SelectId, Target};
use sfmc_syntax::{
    SyntaxKind, SyntaxNode, TextEdit,
    ast::{
        AstNode,
        sql::{self, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Aggregates and window functions stand where there are groups for them.
    ///
    /// ## Why
    /// WHERE and ON look at single rows, before there are groups: there is nothing to count yet. A query that counts returns a row for each
    /// group, in which a column has a value only if it is grouped by; all that `*` stands for, too. An aggregate of an aggregate or of a
    /// query, and a window in WHERE, GROUP BY or HAVING, the server refuses too. GROUP BY wants columns: neither a number of one (message
    /// 164) nor a query (message 144). Source: sql.md, sections 3 (sql/aggregate) and 6 (logical order).
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
        fix: Unsafe,
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
        let mut keys = FxHashMap::default();
        for call in meaning.calls_in(range) {
            match call.kind {
                CallKind::Scalar => grouping(ctx, call, &mut keys),
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

impl CheckSql<sql::CallExpr> for Aggregate {
    fn check(ctx: &mut SqlContext<'_>, node: &sql::CallExpr) {
        let Some(args) = node.arg_list().filter(|_| node.over_clause().is_none()) else { return };
        let is_aggregate = ctx.meaning().call_at(node.range()).is_some_and(|call| call.kind == CallKind::Aggregate);
        if !is_aggregate || ctx.meaning().doubtful {
            return;
        }
        let mut inside = args.syntax().descendants();
        let Some(query) = inside.find(|node| node.kind() == SyntaxKind::SQL_QUERY) else { return };
        // EXISTS belongs to it.
        let around = query.ancestors().find(|node| Expr::can_cast(node.kind())).unwrap_or(query);
        let exists = around.parent().filter(|parent| parent.kind() == SyntaxKind::SQL_EXISTS_EXPR);
        let around = exists.unwrap_or(around);
        if !ctx.is_broken(around.text_range()) {
            ctx.report::<Self>(around.text_range(), "an aggregate cannot look at a query")
                .help("compute it in a derived table, and fold that");
        }
    }
}

impl CheckSql<sql::GroupByClause> for Aggregate {
    fn check(ctx: &mut SqlContext<'_>, clause: &sql::GroupByClause) {
        if ctx.meaning().doubtful || ctx.is_broken(clause.range()) {
            return;
        }
        let listed = OnceCell::new();
        let mut seen = FxHashSet::default();
        for key in clause.items() {
            if key.syntax().descendants().any(|node| node.kind() == SyntaxKind::SQL_QUERY) {
                ctx.report::<Self>(key.range(), "GROUP BY cannot look at a query")
                    .help("compute it in a derived table, and group by that");
            } else if is_constant(key.syntax()) {
                let place = place_of_number(&key);
                // Of a number that stands there again all was said.
                if place.is_some_and(|place| !seen.insert(place)) {
                    continue;
                }
                let listed = listed.get_or_init(|| columns_by_number(clause));
                let meant = place.and_then(|place| listed.get(place)).and_then(|meant| groupable(ctx, meant));
                let report = ctx.report::<Self>(key.range(), "GROUP BY needs a column here, and this has none");
                match meant {
                    Some(text) => report
                        .help("a number is no place in the list here, as it is in ORDER BY")
                        .unsafe_fix(format!("write `{text}`"), [TextEdit::replace(key.range(), text)]),
                    None => report.help("leave it out"),
                };
            }
        }
    }
}

/// Whether nothing in an expression is a column or can be one.
fn is_constant(node: &SyntaxNode) -> bool {
    node.descendants().all(|node| {
        matches!(
            node.kind(),
            SyntaxKind::SQL_LITERAL
                | SyntaxKind::SQL_PAREN_EXPR
                | SyntaxKind::SQL_UNARY_EXPR
                | SyntaxKind::SQL_ARITH_EXPR
        )
    })
}

/// The items of the list up to a star, behind which nobody can count.
fn columns_by_number(clause: &sql::GroupByClause) -> Vec<Expr> {
    let select = clause.syntax().parent().and_then(sql::Select::cast);
    let items = select.into_iter().flat_map(|select| select.items()).map_while(|item| item.expr());
    items.take_while(|item| !matches!(item, Expr::StarExpr(_))).collect()
}

/// The place in the list that a number in GROUP BY means.
fn place_of_number(key: &Expr) -> Option<usize> {
    let Expr::Literal(number) = key.clone().without_parens() else { return None };
    usize::try_from(number.as_integer()?).ok()?.checked_sub(1)
}

/// The text of an item of the list, if it can be grouped by.
fn groupable(ctx: &SqlContext<'_>, item: &Expr) -> Option<String> {
    /// What is longer is no help in GROUP BY.
    const MAX_LEN: u32 = 1 << 10;
    let range = item.range();
    if u32::from(range.len()) > MAX_LEN {
        return None;
    }
    let has = |kind: SyntaxKind| item.syntax().descendants().any(|node| node.kind() == kind);
    let folds = ctx.meaning().calls_in(range).any(|call| call.kind != CallKind::Scalar);
    let text = ctx.text(range);
    let fits = has(SyntaxKind::SQL_NAME_EXPR) && !has(SyntaxKind::SQL_QUERY) && !folds && !text.contains("--");
    fits.then(|| text.to_owned())
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
fn grouping(ctx: &mut SqlContext<'_>, call: &Call, keys: &mut FxHashMap<SelectId, Keys>) {
    let name = call.name.to_ascii_uppercase();
    let is_call = matches!(name.as_str(), "GROUPING" | "GROUPING_ID") && call.parens && !call.qualified;
    let Some(select_id) = call.select.filter(|_| is_call) else { return };
    let Some(select) = ctx.meaning().select(select_id) else { return };
    let placed = matches!(call.clause, Clause::List | Clause::Having | Clause::OrderBy);
    // In an inner query it can be about the groups of an outer one.
    if placed && select.grouping.group_by.is_none() && select.outer.is_none() {
        ctx.report::<Aggregate>(call.range, format!("`{name}` needs GROUP BY"))
            .help("it tells the rows apart that ROLLUP, CUBE and GROUPING SETS add");
        return;
    }
    for arg in &call.args {
        let Some(column) = arg.info.column.filter(|_| placed) else { continue };
        let own = ctx.meaning().source(column.source).is_some_and(|source| source.select == select_id);
        let keys = keys.entry(select_id).or_insert_with(|| Keys::of(ctx, select));
        if own && !keys.unknown && !keys.columns.contains(&column) {
            ctx.report::<Aggregate>(arg.range, format!("`{}` is not grouped by", ctx.text(arg.range)))
                .help(format!("`{name}` asks about what stands in GROUP BY"));
        }
    }
}

/// What a SELECT groups by.
struct Keys {
    columns: FxHashSet<ColumnId>,
    /// Any column can be meant by what nobody knows there.
    unknown: bool,
}

impl Keys {
    fn of(ctx: &SqlContext<'_>, select: &Select) -> Keys {
        let mut keys = Keys { columns: FxHashSet::default(), unknown: false };
        for key in &select.grouping.keys {
            keys.unknown |= ctx.is_broken(*key);
            for reference in ctx.meaning().references_in(*key) {
                match reference.target {
                    Target::Column(column) => {
                        keys.columns.insert(column);
                    }
                    _ => keys.unknown = true,
                }
            }
        }
        keys
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
    use crate::tests::{check, fixed, silent, unfixed};

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
SELECT CAST(a AS DATE) AS b, CAST(c AS varchar(5)) AS d FROM t GROUP BY CONVERT(datetime, a), CONVERT(varchar(5), c, 120)
//          ^ `a` is neither grouped by nor in an aggregate
//                                ^ `c` is neither grouped by nor in an aggregate
",
        );
    }

    #[test]
    fn what_is_grouped_by() {
        check(
            "sql/aggregate",
            "
SELECT a, COUNT(*) AS n FROM t GROUP BY 1, ('x'), -2, (SELECT b FROM u)
//                                      ^ error: GROUP BY needs a column here
//                                         ^^^^^ GROUP BY needs a column here
//                                                ^^ GROUP BY needs a column here
//                                                    ^^^^^^^^^^^^^^^^^ GROUP BY cannot look at a query
SELECT *, COUNT(*) AS n FROM (SELECT a, b FROM t) d GROUP BY b
//     ^ `*` is neither grouped by nor in an aggregate
SELECT b, GROUPING(d.a) AS n, GROUPING_ID(a, b) AS m FROM (SELECT a, b FROM t) d GROUP BY ROLLUP (b)
//                 ^^^ `d.a` is not grouped by
//                                        ^ `a` is not grouped by
SELECT SUM(CASE WHEN EXISTS (SELECT 1 FROM u WHERE u.b = t.b) THEN 1 ELSE 0 END) AS n, MAX((SELECT MAX(b) FROM u)) AS m FROM t
//                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ an aggregate cannot look at a query
//                                                                                         ^^^^^^^^^^^^^^^^^^^^^^ an aggregate cannot look at a query
",
        );
        fixed(
            "sql/aggregate",
            "SELECT COUNT(*) AS n, LEFT(a, 2) AS b FROM t GROUP BY 2",
            "SELECT COUNT(*) AS n, LEFT(a, 2) AS b FROM t GROUP BY LEFT(a, 2)",
        );
        unfixed("sql/aggregate", "SELECT COUNT(*) AS n, a FROM t GROUP BY 1");
        // A number is reported once; a long text is not repeated.
        check(
            "sql/aggregate",
            "
SELECT a, b FROM t GROUP BY 1, 1, (1), 2, 1
//                          ^ error: GROUP BY needs a column here
//                                     ^ GROUP BY needs a column here
",
        );
        unfixed("sql/aggregate", &format!("SELECT a{} AS b FROM t GROUP BY 1", " + a".repeat(300)));
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
            "SELECT a, COUNT(*) AS n FROM t GROUP BY {{{key}}}",
            "SELECT a, COUNT(*) AS n FROM t GROUP BY ${keys}",
            "SELECT a, COUNT(*) AS n FROM t GROUP BY {keys}",
            "SELECT MAX(a) AS m, pre_${c} AS e FROM t",
            "SELECT a + 1 AS c, COUNT(*) AS n FROM t GROUP BY a + 1, GROUPING SETS ((b), ())",
            "SELECT a FROM t GROUP BY a ORDER BY 1",
            "SELECT (SELECT MAX(b) FROM u) AS c, SUM(a) AS d, SUM((SELECT MAX(b) FROM u)) OVER () AS e FROM t",
            "SELECT MAX(a) AS b FROM t WHERE EXISTS (SELECT SUM(c) FROM u HAVING SUM(c) > (SELECT 1))",
            "SELECT * FROM t GROUP BY a",
            "SELECT CAST(a AS DATE) AS b, COUNT(*) AS n FROM t GROUP BY CONVERT(date, a)",
            "SELECT TRY_CONVERT(varchar(10), a) AS b FROM t GROUP BY TRY_CAST(a AS varchar(10))",
            "SELECT d.* FROM (SELECT a, b FROM t) d GROUP BY d.b, d.a",
            "SELECT d.a, GROUPING(d.a) AS g, GROUPING_ID(a, d.b) AS h FROM (SELECT a, b FROM t) d GROUP BY CUBE (a, b)",
            "SELECT GROUPING(d.a) AS g FROM (SELECT a, b FROM t) d GROUP BY {{{keys}}}",
            "SELECT {{{a}}}, COUNT(*) AS n FROM t",
            "SELECT GETDATE() AS d, 'x' AS y, MAX(a) AS m FROM t",
            "SELECT a, MAX( FROM t",
        ] {
            silent("sql/aggregate", text);
        }
    }
}
