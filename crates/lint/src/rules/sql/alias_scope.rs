use sfmc_semantic::sql::{CallKind, Clause, OutputColumn, Reference, SqlMeaning, Target, same_name};
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// An alias of the list is a name for what the query returns, not for its other clauses.
    ///
    /// ## Why
    /// WHERE, GROUP BY, HAVING and the list itself are computed before the columns have their names: the server looks for a column of a
    /// table and finds none. ORDER BY comes later and knows them.
    /// Nothing is said where a table could have a column of that name. Source: sql.md, section 3 (sql/alias-scope).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT LEFT(o.City, 3) AS Code FROM (SELECT City FROM Orders) AS o WHERE Code = 'Osl'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT LEFT(o.City, 3) AS Code FROM (SELECT City FROM Orders) AS o WHERE LEFT(o.City, 3) = 'Osl' ORDER BY Code
    /// ```
    pub AliasScope {
        id: "sql/alias-scope",
        aliases: ["MCE016"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for AliasScope {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        for reference in meaning.references_in(statement.range()) {
            let place = match reference.clause {
                Clause::Where => "WHERE",
                Clause::GroupBy => "GROUP BY",
                Clause::Having => "HAVING",
                Clause::On => "ON",
                Clause::List => "the list",
                Clause::Top | Clause::From | Clause::Window | Clause::OrderBy => continue,
            };
            if reference.target != Target::Absent(None) {
                continue;
            }
            let Some(column) = alias_of(meaning, reference) else { continue };
            let computed = column.name_range.map(|name| (name, expression(ctx, meaning, reference, column)));
            let message = format!("`{}` is an alias of the list, which {place} does not know", reference.name);
            let report = ctx.report::<Self>(reference.range, message);
            let Some((defined, expression)) = computed else { continue };
            let report = report.related(defined, "it is given here");
            match expression {
                Some(text) => {
                    report.unsafe_fix("repeat what it stands for", [TextEdit::replace(reference.range, text)])
                }
                None => report.help("compute it in a derived table, or repeat what it stands for"),
            };
        }
    }
}

/// The column of the list that is given the name of a column which no table has.
pub(super) fn alias_of<'m>(meaning: &'m SqlMeaning, reference: &Reference) -> Option<&'m OutputColumn> {
    let select = meaning.select(reference.select?)?;
    let mut named = select.columns.iter().filter(|column| column.given);
    named.find(|column| column.name.as_ref().is_some_and(|name| same_name(name, &reference.name)))
}

/// What can stand in the place of an alias; nothing where the list alone may compute it.
fn expression(
    ctx: &SqlContext<'_>,
    meaning: &SqlMeaning,
    reference: &Reference,
    column: &OutputColumn,
) -> Option<String> {
    let node = ctx.root().covering_element(column.range).into_node()?;
    let item = sql::SelectItem::cast(node)?;
    let expr = item.expr()?;
    let folds = meaning.calls_in(expr.range()).any(|call| call.kind != CallKind::Scalar);
    let fits = matches!(reference.clause, Clause::Where | Clause::GroupBy | Clause::Having | Clause::List)
        && !(folds && reference.clause != Clause::Having)
        // An alias in its own expression.
        && !column.range.contains_range(reference.range);
    let text = ctx.text(expr.range());
    // Nothing is grouped by a constant; and a random value would be another one.
    let is_constant = meaning.expr(&expr).is_some_and(|info| info.constant.is_some());
    let is_random = ["rand", "newid"].iter().any(|name| text.to_ascii_lowercase().contains(name));
    let fits = fits && !(is_constant && reference.clause == Clause::GroupBy) && !is_random;
    if !fits || text.is_empty() || ctx.is_broken(expr.range()) || text.contains("--") {
        return None;
    }
    let simple = matches!(
        expr,
        sql::Expr::NameExpr(_)
            | sql::Expr::CallExpr(_)
            | sql::Expr::CastExpr(_)
            | sql::Expr::ConvertExpr(_)
            | sql::Expr::ParenExpr(_)
            | sql::Expr::Subquery(_)
            | sql::Expr::CaseExpr(_)
    );
    Some(if simple { text.to_owned() } else { format!("({text})") })
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn in_every_clause_but_order_by() {
        check(
            "sql/alias-scope",
            "
SELECT Id + 1 AS k, COUNT(*) AS n FROM (SELECT Id FROM t) d WHERE k = 1 GROUP BY k HAVING n > 1 ORDER BY k
//                                                                ^ error: `k` is an alias of the list, which WHERE does not know
//                                                                               ^ `k` is an alias of the list, which GROUP BY does not know
//                                                                                        ^ `n` is an alias of the list, which HAVING does not know
SELECT Id AS a, A + 1 AS b FROM (SELECT Id FROM t) d
//              ^ `A` is an alias of the list, which the list does not know
",
        );
    }

    #[test]
    fn silent_where_it_can_be_a_column() {
        for text in [
            "SELECT Id + 1 AS k FROM t WHERE k = 1",
            "SELECT Id + 1 AS k FROM (SELECT Id, k FROM t) d WHERE k = 1",
            "SELECT Id + 1 AS k FROM (SELECT Id FROM t) d ORDER BY k, k + 1",
            "SELECT k FROM (SELECT Id AS k FROM t) d WHERE k = 1",
            "SELECT k.Id AS x FROM (SELECT Id FROM t) k WHERE k.Id = 1",
        ] {
            silent("sql/alias-scope", text);
        }
    }

    #[test]
    fn repeats_what_it_stands_for() {
        fixed(
            "sql/alias-scope",
            "SELECT Id + 1 AS k FROM (SELECT Id FROM t) d WHERE k * 2 = 1",
            "SELECT Id + 1 AS k FROM (SELECT Id FROM t) d WHERE (Id + 1) * 2 = 1",
        );
        fixed(
            "sql/alias-scope",
            "SELECT COUNT(*) AS n FROM (SELECT Id FROM t) d HAVING n > 1",
            "SELECT COUNT(*) AS n FROM (SELECT Id FROM t) d HAVING COUNT(*) > 1",
        );
        unfixed("sql/alias-scope", "SELECT 'x' AS k, Id FROM (SELECT Id FROM t) d GROUP BY k, Id");
        unfixed("sql/alias-scope", "SELECT CHECKSUM(NEWID()) AS k FROM (SELECT Id FROM t) d WHERE k > 5");
        unfixed("sql/alias-scope", "SELECT UPPER(d.) AS n FROM (SELECT Id FROM t) d WHERE n = 'X'");
        unfixed("sql/alias-scope", "SELECT COUNT(*) AS n FROM (SELECT Id FROM t) d WHERE n > 1");
    }
}
