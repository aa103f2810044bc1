use sfmc_db::UnitKind;
use sfmc_semantic::sql::SourceKind;
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// In a child business unit the enterprise's attributes are read by `Ent.`.
    ///
    /// ## Why
    /// `_EnterpriseAttribute` belongs to the enterprise: a child unit reads it as `Ent._EnterpriseAttribute`. `_Subscribers` is there in a
    /// child unit, but holds only its own subscribers; that is left to whoever asks. A data extension that is shared and lacks `Ent.`
    /// is reported by `sql/unknown-table`.
    /// Source: sql.md, section 2 (tables); data-views.json (businessUnitScope); rules.md, 2.5 (sql/ent-prefix).
    ///
    /// ## Bad
    /// ```sql,overwrite
    /// SELECT _SubscriberID AS OrderId, 'a' AS EmailAddress FROM _EnterpriseAttribute
    /// ```
    ///
    /// ## Good
    /// ```sql,overwrite
    /// SELECT _SubscriberID AS OrderId, 'a' AS EmailAddress FROM Ent._EnterpriseAttribute
    /// ```
    pub EntPrefix {
        id: "sql/ent-prefix",
        aliases: ["MCE021", "MCE064"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for EntPrefix {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        if ctx.query_info().unit != Some(UnitKind::Child) {
            return;
        }
        let mut found = Vec::new();
        for source in &ctx.meaning().sources {
            let SourceKind::Table(table) = &source.kind else { continue };
            let is_view = ctx.view(source).is_some_and(|view| view.name == "_EnterpriseAttribute");
            if is_view && !table.ent && statement.range().contains_range(table.range) {
                found.push(table.range);
            }
        }
        for range in found {
            ctx.report::<Self>(range, "in a child business unit this is `Ent._EnterpriseAttribute`")
                .unsafe_fix("add `Ent.`", [TextEdit::insert(range.start(), "Ent.")]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check_known, in_parent, silent, silent_known, target::overwrite};

    const RULE: &str = "sql/ent-prefix";

    #[test]
    fn on_the_view() {
        check_known(
            RULE,
            &overwrite(),
            "
SELECT r.OrderId, r.EmailAddress FROM Report r JOIN [_enterpriseattribute] e ON e._SubscriberID = r.OrderId
//                                                  ^^^^^^^^^^^^^^^^^^^^^^ warning: in a child business unit this is `Ent._EnterpriseAttribute`
",
        );
    }

    #[test]
    fn silent_elsewhere() {
        let text = "SELECT _SubscriberID AS OrderId, 'a' AS EmailAddress FROM _EnterpriseAttribute";
        silent(RULE, text);
        silent_known(RULE, &in_parent(), text);
        silent_known(RULE, &overwrite(), "SELECT SubscriberKey AS OrderId, EmailAddress FROM _Subscribers");
    }
}
