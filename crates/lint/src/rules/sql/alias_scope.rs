use rustc_hash::FxHashMap;
use sfmc_semantic::sql::{CallKind, Clause, OutputColumn, Reference, SelectId, SqlMeaning, Target};
use sfmc_syntax::{
    SyntaxKind, TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, is_random};

declare_rule! {
    /// An alias of the list is a name for what the query returns, not for its other clauses.
    ///
    /// ## Why
    /// WHERE, GROUP BY, HAVING and the list itself are computed before the columns have their names: the server looks for a column of a
    /// table and finds none. ORDER BY comes later and knows them, but only as they are: in `ORDER BY k + 1` it looks for a column `k`, too.
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
        let mut aliases = Aliases::of(meaning);
        for reference in meaning.references_in(statement.range()) {
            let place = match reference.clause {
                Clause::Where => "WHERE",
                Clause::GroupBy => "GROUP BY",
                Clause::Having => "HAVING",
                Clause::On => "ON",
                Clause::List => "the list",
                // As a key of its own it is known there.
                Clause::OrderBy => "an expression of ORDER BY",
                Clause::Top | Clause::From | Clause::Window => continue,
            };
            if reference.target != Target::Absent(None)
                || (reference.clause == Clause::OrderBy && is_sorted_by(ctx, reference))
            {
                continue;
            }
            let Some(column) = aliases.named(reference) else { continue };
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

/// Whether a name is a key of ORDER BY, with a collation: `ORDER BY x COLLATE y`.
fn is_sorted_by(ctx: &SqlContext<'_>, reference: &Reference) -> bool {
    let token = ctx.token_at(reference.range.start());
    let mut around = token.iter().flat_map(|token| token.parent_ancestors());
    let outer = around.find(|node| {
        !matches!(
            node.kind(),
            SyntaxKind::SQL_NAME
                | SyntaxKind::SQL_NAME_EXPR
                | SyntaxKind::SQL_PAREN_EXPR
                | SyntaxKind::SQL_COLLATE_EXPR
        )
    });
    outer.is_some_and(|node| node.kind() == SyntaxKind::SQL_ORDER_ITEM)
}

/// What SELECTs give names to. The list of each is looked at once, for as many names as it has are asked for.
pub(super) struct Aliases<'m> {
    meaning: &'m SqlMeaning,
    /// By names in lower case; of several columns the first.
    lists: FxHashMap<SelectId, FxHashMap<String, &'m OutputColumn>>,
}

impl<'m> Aliases<'m> {
    pub(super) fn of(meaning: &'m SqlMeaning) -> Aliases<'m> {
        Aliases { meaning, lists: FxHashMap::default() }
    }

    /// The column of the list that is given the name of a column which no table has.
    pub(super) fn named(&mut self, reference: &Reference) -> Option<&'m OutputColumn> {
        let id = reference.select?;
        let select = self.meaning.select(id)?;
        let list = self.lists.entry(id).or_insert_with(|| {
            let mut list = FxHashMap::default();
            for column in select.columns.iter().filter(|column| column.given) {
                if let Some(name) = &column.name {
                    list.entry(name.to_lowercase()).or_insert(column);
                }
            }
            list
        });
        list.get(&reference.name.to_lowercase()).copied()
    }
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
    let fits = match reference.clause {
        Clause::Where | Clause::GroupBy | Clause::List => !folds,
        Clause::Having => meaning.calls_in(expr.range()).all(|call| call.kind != CallKind::Window),
        // What DISTINCT leaves is sorted by what its list has.
        Clause::OrderBy => !reference.select.and_then(|id| meaning.select(id)).is_some_and(|select| select.distinct),
        _ => false,
    };
    let fits = fits
        // An alias in its own expression.
        && !column.range.contains_range(reference.range);
    let text = ctx.text(expr.range());
    // Nothing is grouped by a constant; and a random value would be another one.
    let is_constant = meaning.expr(&expr).is_some_and(|info| info.constant.is_some());
    let fits = fits && !(is_constant && reference.clause == Clause::GroupBy) && !is_random(expr.syntax());
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
SELECT Id + 1 AS k FROM (SELECT Id FROM t) d ORDER BY k, CASE WHEN k > 5 THEN 1 ELSE 0 END
//                                                                 ^ an expression of ORDER BY does not know
",
        );
    }

    #[test]
    fn silent_where_it_can_be_a_column() {
        for text in [
            "SELECT Id + 1 AS k FROM t WHERE k = 1",
            "SELECT Id + 1 AS k FROM (SELECT Id, k FROM t) d WHERE k = 1",
            "SELECT Id + 1 AS k FROM (SELECT Id FROM t) d ORDER BY k, (k), k COLLATE Latin1_General_BIN",
            "SELECT Id + 1 AS k FROM t ORDER BY k + 1",
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
        fixed(
            "sql/alias-scope",
            "SELECT LEFT(Brand, 1) AS k FROM (SELECT Brand FROM t) d WHERE k = 'x'",
            "SELECT LEFT(Brand, 1) AS k FROM (SELECT Brand FROM t) d WHERE LEFT(Brand, 1) = 'x'",
        );
        fixed(
            "sql/alias-scope",
            "SELECT SUM(Id) AS k FROM (SELECT Id FROM t) d ORDER BY ABS(k)",
            "SELECT SUM(Id) AS k FROM (SELECT Id FROM t) d ORDER BY ABS(SUM(Id))",
        );
        unfixed("sql/alias-scope", "SELECT RAND(Id) AS k FROM (SELECT Id FROM t) d WHERE k > 5");
        unfixed("sql/alias-scope", "SELECT 'x' AS k, Id FROM (SELECT Id FROM t) d GROUP BY k, Id");
        unfixed("sql/alias-scope", "SELECT CHECKSUM(NEWID()) AS k FROM (SELECT Id FROM t) d WHERE k > 5");
        unfixed("sql/alias-scope", "SELECT UPPER(d.) AS n FROM (SELECT Id FROM t) d WHERE n = 'X'");
        unfixed("sql/alias-scope", "SELECT COUNT(*) AS n FROM (SELECT Id FROM t) d WHERE n > 1");
        unfixed("sql/alias-scope", "SELECT DISTINCT Id + 1 AS k FROM (SELECT Id FROM t) d ORDER BY ABS(k)");
        unfixed(
            "sql/alias-scope",
            "SELECT Id, SUM(COUNT(*)) OVER () AS n FROM (SELECT Id FROM t) d GROUP BY Id HAVING n > 1",
        );
    }
}
