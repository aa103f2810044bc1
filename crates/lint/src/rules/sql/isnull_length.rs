use sfmc_semantic::sql::{Length, Nullability};
use sfmc_syntax::{
    TextEdit,
    ast::{
        AstNode,
        sql::{self, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// What ISNULL puts in place of NULL fits into what it replaces.
    ///
    /// ## Why
    /// The result of ISNULL has the type of its first argument: a longer second one is cut to that length without a word. COALESCE takes the
    /// longer of both.
    /// Source: sql.md, section 4 (ISNULL with different lengths).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT JobID, ISNULL(CharacterSet, 'a text that is longer than 30 characters') AS CharacterSet FROM _Job
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT JobID, COALESCE(CharacterSet, 'a text that is longer than 30 characters') AS CharacterSet FROM _Job
    /// ```
    pub IsnullLength {
        id: "sql/isnull-length",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for IsnullLength {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        if !call.is_call_of("ISNULL") {
            return;
        }
        let args: Vec<Expr> = call.args().collect();
        let [first, second] = args.as_slice() else { return };
        let meaning = ctx.meaning();
        let (Some(kept), Some(other)) = (meaning.expr(first), meaning.expr(second)) else { return };
        if kept.nullability == Nullability::Never {
            return;
        }
        let (Some(Length::Known(limit)), Some(Length::Known(length))) = (kept.ty.text_length(), other.ty.text_length())
        else {
            return;
        };
        if length <= limit {
            return;
        }
        let message = if other.constant.is_some() {
            format!("ISNULL cuts this to {limit} characters, as long as its first argument")
        } else {
            format!("ISNULL cuts this to {limit} characters, and it can have {length}")
        };
        let Some(name) = call.function() else { return };
        let name = sfmc_syntax::ast::AstToken::syntax(&name).text_range();
        ctx.report::<Self>(second.range(), message).unsafe_fix("write COALESCE", [TextEdit::replace(name, "COALESCE")]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, check_known, fixed, silent, silent_known, target::target};

    const RULE: &str = "sql/isnull-length";

    #[test]
    fn on_the_second() {
        check_known(
            RULE,
            &target(),
            "
SELECT OrderId, ISNULL(City, EmailAddress) AS a, ISNULL(City, 'somewhere or other: we do not know') AS b FROM Orders
//                           ^^^^^^^^^^^^ warning: ISNULL cuts this to 20 characters, and it can have 254
//                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cuts this to 20 characters, as long as
",
        );
        check(
            RULE,
            "
SELECT ISNULL(x.a, 'none') AS b FROM (SELECT NULLIF(CAST(1 AS CHAR(2)), '') AS a) x
//                 ^^^^^^ cuts this to 2
",
        );
    }

    #[test]
    fn silent_where_it_fits_or_nobody_knows() {
        for text in [
            "SELECT ISNULL(City, 'unknown') AS a FROM Orders",
            "SELECT ISNULL(Total, 100000) AS a FROM Orders",
            "SELECT ISNULL(OrderId, 'a text of more than thirty-six characters') AS a FROM Orders",
            "SELECT COALESCE(City, EmailAddress) AS a FROM Orders",
            "SELECT ISNULL(Note, EmailAddress) AS a FROM Orders",
            "SELECT ISNULL(City, Unheard) AS a FROM {{{t}}}",
        ] {
            silent_known(RULE, &target(), text);
        }
        silent(RULE, "SELECT ISNULL(City, EmailAddress) AS a FROM Orders");
    }

    #[test]
    fn takes_the_longer() {
        fixed(
            RULE,
            "SELECT isnull(x.a, 'none') AS b FROM (SELECT NULLIF(CAST(1 AS CHAR(2)), '') AS a) x",
            "SELECT COALESCE(x.a, 'none') AS b FROM (SELECT NULLIF(CAST(1 AS CHAR(2)), '') AS a) x",
        );
    }
}
