use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::TextEdit;

use crate::sql::{CheckSqlProblem, SqlContext};

declare_rule! {
    /// Blanks are plain ones.
    ///
    /// ## Why
    /// A non-breaking blank, copied from a document or a web page, looks like a blank, and some parts of the platform do not read it as
    /// one.
    /// Source: sql.md, section 1 (the query is read as text before it is compiled).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders
    /// ```
    pub NonAsciiWhitespace {
        id: "sql/non-ascii-whitespace",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for NonAsciiWhitespace {
    const KINDS: &'static [SqlProblemKind] = &[SqlProblemKind::NonAsciiWhitespace];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        let blanks = " ".repeat(ctx.text(problem.range).chars().count());
        ctx.report::<Self>(problem.range, "a blank that is not a plain one")
            .fix("write a plain blank", [TextEdit::replace(problem.range, blanks)]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn a_run_of_them() {
        check(
            "sql/non-ascii-whitespace",
            "
SELECT\u{a0}\u{a0}a FROM t
//    ^^ hint: a blank that is not a plain one
",
        );
    }

    #[test]
    fn silent_in_strings_and_on_the_mark_at_the_start() {
        silent("sql/non-ascii-whitespace", "\u{feff}SELECT 'a\u{a0}b' AS c FROM t");
    }

    #[test]
    fn writes_plain_ones() {
        fixed("sql/non-ascii-whitespace", "SELECT\u{a0}\u{2003}a FROM t", "SELECT  a FROM t");
    }
}
