use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::TextEdit;

use crate::sql::{CheckSqlProblem, SqlContext};

declare_rule! {
    /// Strings stand between straight quotation marks.
    ///
    /// ## Why
    /// Typographic quotation marks, which word processors and chats put in, are no part of SQL: the query does not compile.
    /// Source: sql.md, section 2 (strings) and T-SQL's reference (constants).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region = ‘EMEA’
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region = 'EMEA'
    /// ```
    pub SmartQuote {
        id: "sql/smart-quote",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for SmartQuote {
    const KINDS: &'static [SqlProblemKind] = &[SqlProblemKind::SmartQuote];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        let text = ctx.text(problem.range);
        let report = ctx.report::<Self>(problem.range, "a typographic quotation mark: expected `'`");
        // A text between two of one sort: a string for single ones; double ones can also be around a name.
        // Between double ones a single one is an apostrophe, and names seldom have one.
        let double = text.strip_prefix(['“', '„', '”']).and_then(|rest| rest.strip_suffix(['“', '”']));
        if let Some(body) = double.filter(|body| body.contains(['’', '‘'])) {
            let straight = format!("'{}'", body.replace(['’', '‘'], "''"));
            report.unsafe_fix(format!("write `{straight}`"), [TextEdit::replace(problem.range, straight)]);
            return;
        }
        let body = text.strip_prefix(['‘', '’', '‚', '‹']).and_then(|rest| rest.strip_suffix(['‘', '’', '›']));
        if let Some(body) = body.filter(|body| !body.contains('\'')) {
            report.fix("write straight quotation marks", [TextEdit::replace(problem.range, format!("'{body}'"))]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_text() {
        check(
            "sql/smart-quote",
            "
SELECT a FROM t WHERE b = ‘x’ AND c = “y”
//                        ^^^ error: a typographic quotation mark
//                                    ^^^ a typographic quotation mark
",
        );
    }

    #[test]
    fn silent_in_strings_and_comments() {
        silent("sql/smart-quote", "SELECT 'it’s “x”' AS a FROM t -- ‘y’");
    }

    #[test]
    fn writes_straight_ones() {
        fixed("sql/smart-quote", "SELECT a FROM t WHERE b = ‘x’", "SELECT a FROM t WHERE b = 'x'");
        fixed("sql/smart-quote", "SELECT a FROM t WHERE b = “x’y”", "SELECT a FROM t WHERE b = 'x''y'");
    }
}
