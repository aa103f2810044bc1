use sfmc_db::UnitKind;
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, AstToken, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// In the parent business unit names have no `Ent.`.
    ///
    /// ## Why
    /// `Ent.` leads from another business unit to what the parent shares. In the parent itself it is refused.
    /// Source: sql.md, sections 2 (tables) and 3 (sql/ent-in-parent).
    ///
    /// ## Bad
    /// ```sql,parent
    /// SELECT SubscriberKey FROM Ent.Orders
    /// ```
    ///
    /// ## Good
    /// ```sql,parent
    /// SELECT SubscriberKey FROM Orders
    /// ```
    pub EntInParent {
        id: "sql/ent-in-parent",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::NamedTable> for EntInParent {
    fn check(ctx: &mut SqlContext<'_>, table: &sql::NamedTable) {
        if ctx.query_info().unit != Some(UnitKind::Parent) {
            return;
        }
        let Some(name) = table.name() else { return };
        let parts = name.parts();
        let [Some(first), Some(last)] = parts.as_slice() else { return };
        if first.key() != "ent" || ctx.is_broken(name.range()) {
            return;
        }
        let range = TextRange::new(first.syntax().text_range().start(), last.syntax().text_range().start());
        ctx.report::<Self>(
            first.syntax().text_range(),
            "this query runs in the parent business unit, which has no `Ent.`",
        )
        .fix("leave it out", [TextEdit::delete(range)]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check_known, in_parent, silent, silent_known};

    #[test]
    fn in_the_parent() {
        check_known(
            "sql/ent-in-parent",
            &in_parent(),
            "
SELECT a FROM ENT.t
//            ^^^ error: which has no `Ent.`
",
        );
    }

    #[test]
    fn silent_elsewhere() {
        silent("sql/ent-in-parent", "SELECT a FROM Ent.t");
        silent_known("sql/ent-in-parent", &in_parent(), "SELECT Ent.a FROM t Ent JOIN [Ent.u] ON 1 = 1");
    }
}
