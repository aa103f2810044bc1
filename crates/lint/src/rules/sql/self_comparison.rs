use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A comparison has two sides.
    ///
    /// ## Why
    /// A column that is compared with itself is equal in every row where it is not NULL. In a join every row then fits every other.
    /// Source: rules.md, 2.5 (sql/self-comparison-on).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.OrderId FROM Orders o JOIN Customers c ON c.Id = c.Id
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.OrderId FROM Orders o JOIN Customers c ON c.Id = o.CustomerId
    /// ```
    pub SelfComparison {
        id: "sql/self-comparison",
        aliases: ["sql/self-comparison-on"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CompareExpr> for SelfComparison {
    fn check(ctx: &mut SqlContext<'_>, comparison: &sql::CompareExpr) {
        let (Some(sql::Expr::NameExpr(lhs)), Some(sql::Expr::NameExpr(rhs))) = (comparison.lhs(), comparison.rhs())
        else {
            return;
        };
        let (Some(lhs), Some(rhs)) = (lhs.name(), rhs.name()) else { return };
        // The last part tells most of them apart.
        if let (Some(left), Some(right)) = (lhs.plain_last(), rhs.plain_last())
            && !left.eq_ignore_ascii_case(right)
        {
            return;
        }
        if !same(lhs.last().as_ref(), rhs.last().as_ref()) {
            return;
        }
        let (lhs, rhs) = (lhs.parts(), rhs.parts());
        let alike = lhs.len() == rhs.len() && lhs.iter().zip(&rhs).all(|(a, b)| same(a.as_ref(), b.as_ref()));
        if alike && !ctx.is_broken(comparison.range()) && !names_two(ctx, comparison) {
            ctx.report::<Self>(comparison.range(), "this compares a column with itself");
        }
    }
}

/// Whether two tables have the name that qualifies the columns: another rule says so, and each of them may be meant.
fn names_two(ctx: &SqlContext<'_>, comparison: &sql::CompareExpr) -> bool {
    let meaning = ctx.meaning();
    let Some(reference) = meaning.references_in(comparison.range()).find(|reference| reference.qualifier.is_some())
    else {
        return false;
    };
    let Some(sql::Expr::NameExpr(name)) = comparison.lhs() else { return false };
    let Some(key) = name.name().and_then(|name| name.qualifier()).map(|qualifier| qualifier.key()) else {
        return false;
    };
    let select = reference.select.and_then(|id| meaning.select(id));
    let sources = select.map_or(&[][..], |select| &select.sources);
    let mut alike =
        sources.iter().filter_map(|id| meaning.source(*id)).filter(|source| source.key.as_ref() == Some(&key));
    alike.nth(1).is_some()
}

fn same(a: Option<&sql::NameToken>, b: Option<&sql::NameToken>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.is_same(b),
        _ => a.is_none() && b.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_comparison() {
        check(
            "sql/self-comparison",
            "
SELECT a FROM t JOIN u ON u.b = U.[B] WHERE c <> c
//                        ^^^^^^^^^^^ warning: this compares a column with itself
//                                          ^^^^^^ this compares a column with itself
",
        );
    }

    #[test]
    fn silent_on_two_columns() {
        for text in [
            "SELECT a FROM t JOIN u ON t.b = u.b WHERE 1 = 1",
            "SELECT a = a FROM t",
            "SELECT c.a FROM t c JOIN u c ON c.b = c.b",
            "SELECT a FROM t WHERE UPPER(b) = b",
        ] {
            silent("sql/self-comparison", text);
        }
    }
}
