use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, AstToken, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// An alias stands behind AS.
    ///
    /// ## Why
    /// `SELECT Name Customer` is one comma away from `SELECT Name, Customer`; with AS it is plain that a name was meant. The server takes
    /// both, so this is off until it is asked for. Source: rules.md, 2.5 (sql/alias-as).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId Id FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId AS Id FROM Orders
    /// ```
    pub AliasAs {
        id: "sql/alias-as",
        aliases: [],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Alias> for AliasAs {
    fn check(ctx: &mut SqlContext<'_>, alias: &sql::Alias) {
        let Some(name) = alias.name().filter(|_| alias.as_token().is_none()) else { return };
        let range = name.range();
        // Two words in a row are an alias only where nothing is missing between them.
        if alias.syntax().parent().is_some_and(|node| ctx.is_broken(node.text_range())) {
            return;
        }
        ctx.report::<Self>(range, format!("`{}` stands without AS", ctx.text(range)))
            .fix("write AS", [TextEdit::insert(range.start(), "AS ")]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_name() {
        check(
            "sql/alias-as",
            "
SELECT o.a b, COUNT(*) [My Count] FROM Orders o JOIN (SELECT c FROM t) d ON d.c = o.c
//         ^ hint: `b` stands without AS
//                     ^^^^^^^^^^ `[My Count]` stands without AS
//                                            ^ `o` stands without AS
//                                                                     ^ `d` stands without AS
",
        );
    }

    #[test]
    fn silent_with_as_and_without_alias() {
        for text in [
            "SELECT o.a AS b FROM Orders AS o",
            "SELECT b = o.a FROM Orders",
            "SELECT a FROM (SELECT a FROM t) AS d",
            "SELECT a, FROM t x y",
        ] {
            silent("sql/alias-as", text);
        }
    }

    #[test]
    fn writes_it() {
        fixed("sql/alias-as", "SELECT a AS b FROM t u", "SELECT a AS b FROM t AS u");
        fixed("sql/alias-as", "SELECT a/**/[b] FROM t", "SELECT a/**/AS [b] FROM t");
        fixed("sql/alias-as", "SELECT (a)b FROM t", "SELECT (a)AS b FROM t");
    }
}
