use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, with_blanks_before};

declare_rule! {
    /// A query has no hints for the server as a whole.
    ///
    /// ## Why
    /// The platform puts the query in parentheses, and OPTION cannot stand there. A query without it gives the same rows.
    /// Source: sql.md, section 3 (sql/option).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders OPTION (RECOMPILE)
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders
    /// ```
    pub OptionClause {
        id: "sql/option",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::OptionClause> for OptionClause {
    fn check(ctx: &mut SqlContext<'_>, clause: &sql::OptionClause) {
        let text = ctx.text(clause.range()).to_ascii_lowercase();
        let report = ctx.report::<Self>(clause.range(), "OPTION is refused");
        // How often a recursive query repeats says what comes out of it.
        if !text.contains("maxrecursion") {
            report.fix("leave it out", [TextEdit::delete(with_blanks_before(clause.syntax()))]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn on_the_clause() {
        check(
            "sql/option",
            "
SELECT a FROM t OPTION (MAXRECURSION 10)
//              ^^^^^^^^^^^^^^^^^^^^^^^^ error: OPTION is refused
",
        );
    }

    #[test]
    fn silent_on_names() {
        silent("sql/option", "SELECT [option] FROM [option] -- OPTION (RECOMPILE)");
    }

    #[test]
    fn leaves_it_out() {
        fixed("sql/option", "SELECT a FROM t\nOPTION (MAXDOP 1)", "SELECT a FROM t");
        unfixed("sql/option", "SELECT a FROM t OPTION (MAXRECURSION 10)");
    }
}
