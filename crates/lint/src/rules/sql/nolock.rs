use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, with_blanks_before};

declare_rule! {
    /// Hints for tables do nothing.
    ///
    /// ## Why
    /// NOLOCK lets a query read rows while they are written. What query activities read is not written meanwhile by anything that they
    /// would wait for, so that the hint is redundant.
    /// Source: sql.md, section 2 (table hints) and 4 (NOLOCK).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WITH (NOLOCK)
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders
    /// ```
    pub Nolock {
        id: "sql/nolock",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::TableHints> for Nolock {
    fn check(ctx: &mut SqlContext<'_>, hints: &sql::TableHints) {
        let text = ctx.text(hints.range()).to_ascii_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if !words.contains(&"nolock") {
            return;
        }
        let alone = matches!(words.as_slice(), ["nolock"] | ["with", "nolock"]);
        let report = ctx.report::<Self>(hints.range(), "NOLOCK does nothing in a query activity").unnecessary();
        if alone {
            report.unsafe_fix("leave it out", [TextEdit::delete(with_blanks_before(hints.syntax()))]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_hint() {
        check(
            "sql/nolock",
            "
SELECT a FROM t WITH (NOLOCK) JOIN u (nolock) ON 1 = 1
//              ^^^^^^^^^^^^^ hint: NOLOCK does nothing
//                                   ^^^^^^^^ NOLOCK does nothing
",
        );
    }

    #[test]
    fn silent_on_other_hints_and_names() {
        silent("sql/nolock", "SELECT nolock FROM [nolock] WITH (INDEX(1)) -- WITH (NOLOCK)");
    }

    #[test]
    fn leaves_it_out() {
        fixed("sql/nolock", "SELECT a FROM t AS x WITH (NOLOCK) WHERE 1 = 1", "SELECT a FROM t AS x WHERE 1 = 1");
    }
}
