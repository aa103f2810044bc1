use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::SyntaxKind;

use crate::sql::SqlContext;

declare_rule! {
    /// LIKE compares with one pattern.
    ///
    /// ## Why
    /// `LIKE IN (…)` and `LIKE ANY (…)` are of other dialects; T-SQL has one pattern behind LIKE, and several are joined with OR.
    /// Source: sql.md, section 3 (sql/like-in).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Code LIKE IN ('A%', 'B%')
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Code LIKE 'A%' OR Code LIKE 'B%'
    /// ```
    pub LikeIn {
        id: "sql/like-in",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// Words the problem of a list behind LIKE; says whether it is one.
pub(crate) fn words(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    let is_like = |kind| kind == SyntaxKind::LIKE_KW;
    if problem.kind != SqlProblemKind::UnexpectedToken
        || !ctx.token_before(problem.range.start()).is_some_and(|token| is_like(token.kind()))
    {
        return false;
    }
    let word = ctx.text(problem.range).to_uppercase();
    ctx.report::<LikeIn>(problem.range, format!("T-SQL has no `LIKE {word}`"))
        .help("write a LIKE for each pattern and OR between them");
    true
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_word() {
        check(
            "sql/like-in",
            "
SELECT a FROM t WHERE b LIKE IN ('x%', 'y%')
//                           ^^ error: T-SQL has no `LIKE IN`
SELECT a FROM t WHERE b NOT LIKE any ('x%')
//                               ^^^ T-SQL has no `LIKE ANY`
",
        );
    }

    #[test]
    fn silent_on_one_pattern() {
        for text in
            ["SELECT a FROM t WHERE b LIKE 'in'", "SELECT a FROM t WHERE b IN ('x') AND c LIKE (SELECT d FROM u)"]
        {
            silent("sql/like-in", text);
        }
    }
}
